"""Every answer of the emulated Azure, and every request that the program sends it, against Azure's own API
documents (Swagger 2.0, whose schemas are JSON Schema draft 4 with references between files).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

from core.cloud import ProbeTarget, Watch
from core.setup import change as c
from core.setup.change import Change, Spec
from providers.sandbox.azure import Sandbox, start
from providers.sandbox.azure.arm import Exchange
from providers.sandbox.azure.faults import Fault
from providers.sandbox.azure.world import MAGENTO

SPEC = (Path(__file__).parents[2] / ".." / "shared" / "azure-spec").resolve()
pytestmark = pytest.mark.skipif(not SPEC.is_dir(), reason="Azure's API documents are not beside the project")

VERBS = ("get", "put", "post", "patch", "delete", "head")
OPERATION = re.compile(r".*/operations/[^/]+")
RESULT = re.compile(r".*/operationResults/[^/]+")
NETWORK = "network/resource-manager/Microsoft.Network/stable/2024-01-01"
OPERATION_RESULT = f"{NETWORK}/network.json#/definitions/AzureAsyncOperationResult"
VISIBILITY = f"{NETWORK}/privateLinkService.json#/definitions/PrivateLinkServiceVisibility"
TAGS = "/providers/Microsoft.Resources/tags/default"
ENABLEMENT = "contract"


@cache
def registry() -> Registry[Any]:
    """All documents at once: one that is fetched when it is first needed would be read anew for each reference."""
    files = (file for file in SPEC.rglob("*.json") if "examples" not in file.parts)
    return Registry[Any]().with_contents(
        ((file.relative_to(SPEC).as_posix(), json.loads(file.read_text())) for file in files),
        default_specification=DRAFT4,
    )


@dataclass(frozen=True)
class Operation:
    """One operation of the documents: where it is written, its path, and what it takes and answers."""

    file: str
    path: str
    pattern: re.Pattern[str]
    verb: str
    wire: dict[str, Any]

    @property
    def pointer(self) -> str:
        escaped = self.path.replace("~", "~0").replace("/", "~1")
        return f"{self.file}#/paths/{escaped}/{self.verb}"

    def takes(self) -> str | None:
        for number, one in enumerate(self.wire.get("parameters", ())):
            if one.get("in") == "body":
                return f"{self.pointer}/parameters/{number}/schema"
        return None

    def answers(self, status: int) -> str | None:
        """The reference to an answer's schema; None for one without a body. Raises KeyError."""
        known = self.wire["responses"]
        key = str(status) if str(status) in known else "default"
        if key == "default" and status < 400:
            raise KeyError(status)
        return f"{self.pointer}/responses/{key}/schema" if "schema" in known[key] else None


@cache
def operations() -> tuple[Operation, ...]:
    found = []
    for file in sorted(SPEC.rglob("*.json")):
        if "examples" in file.parts or "common-types" in file.parts:
            continue
        name = file.relative_to(SPEC).as_posix()
        for path, item in json.loads(file.read_text()).get("paths", {}).items():
            if path.startswith("/{") and not path.endswith(TAGS):
                # Any resource by its id: it would fit everything.
                continue
            exact = re.escape(path).replace(r"\{scope\}", ".+")
            pattern = re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", exact), re.IGNORECASE)
            for verb in VERBS:
                if verb in item:
                    found.append(Operation(name, path, pattern, verb, item[verb]))
    return tuple(sorted(found, key=lambda one: one.path.count("{")))


@cache
def validator(reference: str) -> Draft4Validator:
    return Draft4Validator({"$ref": reference}, registry=registry())


def faults(reference: str, document: Any) -> list[str]:
    """What a document breaks of a schema."""
    broken = validator(reference).iter_errors(document)
    return [f"{'/'.join(map(str, one.absolute_path))}: {one.message}" for one in broken]


def judge(exchange: Exchange) -> Iterator[str]:
    """What is wrong with a request and its answer, in words."""
    where = f"{exchange.method} {exchange.path} → {exchange.status}"
    if OPERATION.fullmatch(exchange.path) and exchange.status == 200:
        yield from (f"{where}: {words}" for words in faults(OPERATION_RESULT, exchange.body))
        return
    if RESULT.fullmatch(exchange.path):
        found = faults(VISIBILITY, exchange.body) if exchange.status == 200 else []
        yield from (f"{where}: {words}" for words in found)
        return
    fits = [
        one
        for one in operations()
        if one.verb == exchange.method.lower() and one.pattern.fullmatch(exchange.path)
    ]
    if not fits:
        yield f"{where}: no such operation"
        return
    one = fits[0]
    try:
        answers = one.answers(exchange.status)
    except KeyError:
        yield f"{where}: {one.wire['operationId']} has no answer {exchange.status}"
        return
    if answers:
        yield from (f"{where}: {words}" for words in faults(answers, exchange.body))
    elif exchange.body is not None and exchange.status < 400:
        yield f"{where}: a body where there is none"
    takes = one.takes()
    if takes and exchange.sent and exchange.status < 400:
        yield from (f"{where}: sent {words}" for words in faults(takes, json.loads(exchange.sent)))
    if exchange.status == 202 and "Location" not in exchange.headers:
        yield f"{where}: no Location"
    begins = one.wire.get("x-ms-long-running-operation") and one.verb == "put" and exchange.status < 400
    if begins and "Azure-AsyncOperation" not in exchange.headers:
        yield f"{where}: no Azure-AsyncOperation"


def undocumented(exchanges: Iterable[Exchange]) -> list[str]:
    """What whole programs asked and were answered otherwise than documented; nothing without the documents."""
    if not SPEC.is_dir():
        return []
    return [words for exchange in exchanges for words in judge(exchange)]


@pytest.fixture(scope="module")
def exchanges() -> Iterator[tuple[Sandbox, list[Exchange]]]:
    seen: list[Exchange] = []
    with start(auto=False, ticketless=False, operation=0.02, retry_after=0.01) as running:
        running.arm.watcher = seen.append
        yield running, seen


def test_the_documents_can_tell_right_from_wrong() -> None:
    path = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateLinkServices/p"
    wrong = Exchange("GET", path, "", 200, {"properties": {"alias": 3}}, {})
    assert any("3 is not of type 'string'" in words for words in judge(wrong))
    assert any("no such operation" in words for words in judge(Exchange("GET", "/x", "", 200, None, {})))
    assert any("no answer" in words for words in judge(Exchange("GET", path, "", 202, None, {})))
    assert not list(judge(Exchange("GET", path, "", 200, {"properties": {"alias": "a"}}, {})))


Enabled = tuple[Sandbox, list[Exchange], tuple[Exchange, ...]]
"""A sandbox where an enablement stands, what is exchanged with it, and what was until then."""


@pytest.fixture(scope="module")
def enabled(exchanges: tuple[Sandbox, list[Exchange]]) -> Enabled:
    sandbox, seen = exchanges
    enable(sandbox)
    return sandbox, seen, tuple(seen)


def enable(sandbox: Sandbox) -> None:
    """A whole enablement."""
    cloud, world, vendor = sandbox.connected.cloud, sandbox.world, sandbox.vendor
    cloud.identity()
    cloud.regions()
    cloud.networks()
    cloud.inventory(world.vpc, "audit")

    def apply(key: str, kind: c.Kind, spec: Spec) -> str:
        change = Change(key, "create", kind, key, spec)
        return cloud.apply(change, ENABLEMENT, key).id

    vendor.file(f"Azure subscription ID: {sandbox.environment['AZURE_SUBSCRIPTION_ID']}\nport 80 to Magento")
    vendor.play("allow")
    apply("policy", "subnet-policy", c.SubnetPolicySpec(world.nat_subnet))
    rules = (c.PortRule(3306, 3306),)
    balancer = apply(
        "balancer",
        "load-balancer",
        c.StandardBalancerSpec("lb", "shop", world.region, world.backend_subnet, rules),
    )
    apply("member", "targets", c.PoolMemberSpec(balancer, world.interfaces["shop-db"]))
    service = apply(
        "service",
        "endpoint-service",
        c.PrivateLinkServiceSpec("pls", "shop", world.region, balancer, world.nat_subnet, (MAGENTO.id,)),
    )
    for present in (True, False):
        tag = Change("tag", "change", "endpoint-service", "pls", c.TagSpec(service, present), service)
        cloud.apply(tag, ENABLEMENT, "tag")
        cloud.find(tag, ENABLEMENT)
    alias = world.service_name
    endpoint = apply(
        "endpoint",
        "endpoint",
        c.PrivateEndpointSpec("pe", "shop", world.region, world.endpoint_subnet, alias, "Please"),
    )
    vendor.play("approve")
    vendor.file(
        f"Azure subscription ID: {sandbox.environment['AZURE_SUBSCRIPTION_ID']}\nbidirectional: {service}"
    )
    vendor.play("allow")
    vendor.play("connect")
    watch = Watch(
        network_id=world.vpc,
        vendor_services=(alias,),
        service_ids=(service,),
        load_balancer_ids=(balancer,),
    )
    looked = cloud.observe(watch)
    assert [one.state for one in looked.endpoints] == ["available"]
    (incoming,) = looked.connections
    cloud.accept(incoming)
    host = looked.endpoints[0].addresses[0]
    report = cloud.probe((ProbeTarget("Webserver", host, 80),), ("10.20.0.0/16",))
    assert [one.ok for one in report.results] == [True]
    cloud.reject(cloud.observe(watch).connections[0])
    assert endpoint


def test_a_whole_enablement_is_as_documented(enabled: Enabled) -> None:
    _, _, seen = enabled
    assert [words for exchange in seen for words in judge(exchange)] == []


def test_refusals_and_faults_are_as_documented(enabled: Enabled) -> None:
    sandbox, seen, _ = enabled
    clients = sandbox.customer_clients
    seen.clear()
    for kind in ("throttled", "unavailable", "busy", "forbidden", "not-found"):
        sandbox.faults.add(Fault(kind, path="/privateLinkServices/nowhere", seconds=0.01))  # type: ignore[arg-type]
    for _ in range(6):
        with pytest.raises(Exception, match=r".+"):
            clients.network.private_link_services.get("shop", "nowhere", retry_total=0)
    sandbox.faults.clear()
    for act in (
        lambda: clients.network.private_link_services.begin_create_or_update("shop", "x", {"location": "x"}),
        lambda: clients.network.virtual_networks.get("nowhere", "x"),
        lambda: clients.network.private_link_services.begin_delete("shop", "pls"),
    ):
        with pytest.raises(Exception, match=r".+"):
            act()
    assert {429, 503, 409, 403, 404, 400} <= {exchange.status for exchange in seen}
    assert [words for exchange in seen for words in judge(exchange)] == []


def test_everything_that_is_listed_is_as_documented(enabled: Enabled) -> None:
    sandbox, seen, _ = enabled
    seen.clear()
    own, theirs = sandbox.customer_clients, sandbox.vendor_clients
    net = own.network
    list(own.subscriptions.subscriptions.list())
    list(own.subscriptions.tenants.list())
    list(own.resources.providers.list())
    own.resources.providers.register("Microsoft.Network")
    own.resources.resource_groups.create_or_update("more", {"location": "westeurope"})
    own.resources.resource_groups.check_existence("more")
    list(own.resources.resource_groups.list())
    list(own.resources.resources.list())
    for kind in (
        net.virtual_networks,
        net.network_interfaces,
        net.network_security_groups,
        net.load_balancers,
    ):
        names = [(one.id.split("/")[4], one.name) for one in kind.list_all()]
        assert names
        for group, name in names:
            kind.get(group, name)
    list(net.subnets.list("shop", "shop-prod"))
    list(net.load_balancer_backend_address_pools.list("shop", "lb"))
    list(net.load_balancer_frontend_ip_configurations.list("shop", "lb"))
    list(net.load_balancer_load_balancing_rules.list("shop", "lb"))
    list(net.load_balancer_probes.list("shop", "lb"))
    list(net.security_rules.list("shop", "shop-backend"))
    list(net.private_link_services.list("shop"))
    list(net.private_endpoints.list_by_subscription())
    list(net.private_dns_zone_groups.list("pe", "shop"))
    list(theirs.network.private_link_services.list_auto_approved_private_link_services("westeurope"))
    net.private_endpoints.begin_delete("shop", "pe").result()
    own.resources.resource_groups.begin_delete("more").result()
    assert [words for exchange in seen for words in judge(exchange)] == []
