"""``privatelink doctor`` on a verified Azure enablement that somebody breaks with the plain SDK."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from providers.sandbox.azure import start
from tests.e2e import requests
from tests.e2e.azure_account import MAGENTO, Magento, Subscription
from tests.e2e.program import InProcess, clean_environment
from tests.e2e.stood import Break, Stood, is_named_first, is_run_on, some_slow

Here = Stood[Subscription, Magento]
GROUP, VNET, NSG = "shop", "shop-prod", "shop-backend"


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    folder = tmp_path_factory.mktemp("doctor")
    with start(auto=False, operation=0.02, retry_after=0.01) as running:
        environment = running.environment
        program = InProcess(clean_environment(folder, **environment), folder=folder)
        customer, magento = Subscription(environment), Magento(environment)
        before = customer.resources()
        name = program.json("new", requests.write(folder, requests.AZURE_BIDIRECTIONAL, environment))["id"]
        program.json("apply", name, "--yes")
        program.json("filed", name, "--ticket", "200041")
        (folder / "reply.txt").write_text(magento.allow(customer.id, (80,)))
        program.json("details", name, "--reply", str(folder / "reply.txt"))
        program.json("apply", name, "--yes")
        magento.approve()
        made = {one.kind: one for key, one in customer.resources().items() if key not in before}
        connection = magento.connect(made["endpoint-service"].id)
        program.json("accept", name)
        half = program.json("verify", name, code=4)
        output = magento.run(half["commands"]["from-magento"], connection)
        proved = program.json("verify", name, "--output", "-", stdin=output.encode())
        assert proved["state"] == "verified"
        yield Stood(program, name, customer, magento, made, connection)


def test_a_healthy_path_has_no_fault(stood: Here) -> None:
    told = stood.doctor(0)
    assert told["ok"] is True
    assert {one["certainty"] for one in told["causes"]} <= {"possible"}
    assert {path["direction"] for path in told["paths"]} == {"to-magento", "from-magento"}
    assert told["ask"] == ""
    assert told["gaps"] == []


@contextmanager
def _subnet(one: Here, name: str, **changes: Any) -> Iterator[None]:
    """A subnet with other settings, as long as the context lasts."""
    subnets = one.customer.net.subnets
    was = {key: getattr(subnets.get(GROUP, VNET, name), key) for key in changes}
    _set(one, name, changes)
    yield
    _set(one, name, was)


def _set(one: Here, name: str, changes: dict[str, Any]) -> None:
    subnet = one.customer.net.subnets.get(GROUP, VNET, name)
    for key, value in changes.items():
        setattr(subnet, key, value)
    one.customer.net.subnets.begin_create_or_update(GROUP, VNET, name, subnet).result()


@contextmanager
def _denied(one: Here, group: str, source: str, port: str = "*") -> Iterator[None]:
    """A rule before all others that keeps a source out."""
    rule = {
        "protocol": "Tcp",
        "sourcePortRange": "*",
        "destinationPortRange": port,
        "sourceAddressPrefix": source,
        "destinationAddressPrefix": "*",
        "access": "Deny",
        "priority": 100,
        "direction": "Inbound",
    }
    groups = one.customer.net.network_security_groups
    found = groups.get(GROUP, group)
    for other in found.security_rules or ():
        other.priority += 1
    found.security_rules = [{"name": "shut", "properties": rule}, *(found.security_rules or ())]
    groups.begin_create_or_update(GROUP, group, found).result()
    yield
    found = groups.get(GROUP, group)
    found.security_rules = [other for other in found.security_rules if other.name != "shut"]
    for other in found.security_rules:
        other.priority -= 1
    groups.begin_create_or_update(GROUP, group, found).result()


def _nat_subnet(one: Here) -> Any:
    service = one.customer.net.private_link_services.get(GROUP, one.made["endpoint-service"].name)
    id = service.ip_configurations[0].subnet.id
    return one.customer.net.subnets.get(GROUP, VNET, id.rpartition("/")[2])


def _endpoint_subnet(one: Here) -> str:
    id = one.customer.net.private_endpoints.get(GROUP, one.made["endpoint"].name).subnet.id
    return str(id.rpartition("/")[2])


@contextmanager
def policies_on(one: Here) -> Iterator[None]:
    """The service is gone, and no subnet would take another (Azure refuses that while one stands there)."""
    services, name = one.customer.net.private_link_services, one.made["endpoint-service"].name
    nat = _nat_subnet(one).name
    for link in services.list_private_endpoint_connections(GROUP, name):
        services.begin_delete_private_endpoint_connection(GROUP, name, link.name).result()
    services.begin_delete(GROUP, name).result()
    with _subnet(one, nat, private_link_service_network_policies="Enabled"):
        yield
    one.program.json("apply", one.id, "--yes")
    _connected_anew(one)


@contextmanager
def invisible(one: Here) -> Iterator[None]:
    def see(*subscriptions: str) -> None:
        name = one.made["endpoint-service"].name
        service = one.customer.net.private_link_services.get(GROUP, name)
        service.visibility.subscriptions = list(subscriptions)
        one.customer.net.private_link_services.begin_create_or_update(GROUP, name, service).result()

    see()
    yield
    see(MAGENTO)


@contextmanager
def not_shown(one: Here) -> Iterator[None]:
    """Magento takes the customer's subscription out of its service's visibility."""

    def show(*subscriptions: str) -> None:
        services = one.magento.net.private_link_services
        service = services.get(one.magento.group, one.magento.service)
        service.visibility.subscriptions = list(subscriptions)
        services.begin_create_or_update(one.magento.group, one.magento.service, service).result()

    show()
    yield
    show(one.customer.id)


@contextmanager
def rejected(one: Here) -> Iterator[None]:
    services = one.magento.net.private_link_services
    where = (one.magento.group, one.magento.service)
    (link,) = services.list_private_endpoint_connections(*where)
    link.private_link_service_connection_state.status = "Rejected"
    services.update_private_endpoint_connection(*where, link.name, link)
    yield
    _anew(one)


@contextmanager
def disconnected(one: Here) -> Iterator[None]:
    services = one.magento.net.private_link_services
    where = (one.magento.group, one.magento.service)
    (link,) = services.list_private_endpoint_connections(*where)
    services.begin_delete_private_endpoint_connection(*where, link.name).result()
    yield
    _anew(one)


@contextmanager
def endpoint_gone(one: Here) -> Iterator[None]:
    one.customer.net.private_endpoints.begin_delete(GROUP, one.made["endpoint"].name).result()
    yield
    _anew(one)


def _anew(one: Here) -> None:
    """What ended never comes back: the endpoint is made anew, and approved."""
    endpoints = one.customer.net.private_endpoints
    if one.made["endpoint"].id in {found.id for found in endpoints.list(GROUP)}:
        endpoints.begin_delete(GROUP, one.made["endpoint"].name).result()
    one.program.json("apply", one.id, "--yes")
    one.magento.approve()


@contextmanager
def connection_gone(one: Here) -> Iterator[None]:
    """Magento's endpoint to the customer is deleted, and asked for again."""
    one.magento.net.private_endpoints.begin_delete(
        one.magento.group, one.connection.rpartition("/")[2]
    ).result()
    yield
    _connected_anew(one)


def _connected_anew(one: Here) -> None:
    one.connection = one.magento.connect(one.made["endpoint-service"].id)
    one.program.json("accept", one.id)


@contextmanager
def no_probe(one: Here) -> Iterator[None]:
    with _denied(one, NSG, "AzureLoadBalancer"):
        yield


@contextmanager
def no_nat(one: Here) -> Iterator[None]:
    with _denied(one, NSG, _nat_subnet(one).address_prefix):
        yield


@contextmanager
def no_rule(one: Here) -> Iterator[None]:
    name = one.made["load-balancer"].name
    balancers = one.customer.net.load_balancers
    found = balancers.get(GROUP, name)
    rules = list(found.load_balancing_rules)
    found.load_balancing_rules = [row for row in rules if row.frontend_port != 3306]
    balancers.begin_create_or_update(GROUP, name, found).result()
    yield
    found = balancers.get(GROUP, name)
    found.load_balancing_rules = rules
    balancers.begin_create_or_update(GROUP, name, found).result()


@contextmanager
def no_members(one: Here) -> Iterator[None]:
    interfaces = one.customer.net.network_interfaces
    names = ("shop-db-nic", "shop-oms-nic")
    pools = {}
    for name in names:
        found = interfaces.get(GROUP, name)
        pools[name] = found.ip_configurations[0].load_balancer_backend_address_pools
        found.ip_configurations[0].load_balancer_backend_address_pools = []
        interfaces.begin_create_or_update(GROUP, name, found).result()
    yield
    for name in names:
        found = interfaces.get(GROUP, name)
        found.ip_configurations[0].load_balancer_backend_address_pools = pools[name]
        interfaces.begin_create_or_update(GROUP, name, found).result()


@contextmanager
def _guarded(one: Here, policies: str) -> Iterator[None]:
    """A network security group on the endpoint's subnet that keeps everybody from port 80."""
    groups = one.customer.net.network_security_groups
    made = groups.begin_create_or_update(GROUP, "shut", {"location": "westeurope"}).result()
    with (
        _denied(one, "shut", "*", "80"),
        _subnet(
            one,
            _endpoint_subnet(one),
            network_security_group={"id": made.id},
            private_endpoint_network_policies=policies,
        ),
    ):
        yield
    groups.begin_delete(GROUP, "shut").result()


@contextmanager
def closed_endpoint(one: Here) -> Iterator[None]:
    with _guarded(one, "NetworkSecurityGroupEnabled"):
        yield


@contextmanager
def policies_off(one: Here) -> Iterator[None]:
    with _guarded(one, "Disabled"):
        yield


@contextmanager
def proxy_protocol(one: Here) -> Iterator[None]:
    def turn(on: bool) -> None:
        name = one.made["endpoint-service"].name
        service = one.customer.net.private_link_services.get(GROUP, name)
        service.enable_proxy_protocol = on
        one.customer.net.private_link_services.begin_create_or_update(GROUP, name, service).result()

    turn(True)
    yield
    turn(False)


@contextmanager
def wrong_alias(one: Here) -> Iterator[None]:
    """The reply is read again with an alias that is nobody's."""
    right = one.magento.service_name
    prefix, guid, rest = right.split(".", 2)
    wrong = f"{prefix}.{guid[::-1].replace('-', '0')[:8]}{guid[8:]}.{rest}"
    one.program.json("details", one.id, "--service-name", wrong, "--subscription", MAGENTO)
    yield
    one.program.json("details", one.id, "--service-name", right, "--subscription", MAGENTO)


BROKEN: dict[str, Break[Here]] = {
    "NAT subnet's policies": Break(policies_on, "from-magento", "subnet-policy"),
    "visibility": Break(invisible, "from-magento", "magento-not-allowed"),
    "not shown": Break(not_shown, "to-magento", "not-visible", asked=True),
    "NSG on the probe": Break(no_probe, "from-magento", "prober-blocked"),
    "NSG on NAT traffic": Break(no_nat, "from-magento", "target-filter"),
    "rule": Break(no_rule, "from-magento", "no-listener"),
    "pool": Break(no_members, "from-magento", "no-target"),
    "endpoint's NSG": Break(closed_endpoint, "to-magento", "endpoint-filter"),
    "endpoint's policies": Break(policies_off, "to-magento", "policies-off", fault=False),
    "proxy protocol": Break(proxy_protocol, "from-magento", "proxy-protocol", fault=False),
    "wrong alias": Break(wrong_alias, "to-magento", "not-visible", asked=True),
    "rejected": Break(rejected, "to-magento", "endpoint-rejected", asked=True),
    "disconnected": Break(disconnected, "to-magento", "endpoint-disconnected", asked=True),
    "endpoint": Break(endpoint_gone, "to-magento", "endpoint-missing"),
    "connection": Break(connection_gone, "from-magento", "no-connection", asked=True),
}


QUICK = {
    "visibility",
    "not shown",
    "NSG on the probe",
    "pool",
    "endpoint's policies",
    "wrong alias",
    "connection",
}


@pytest.mark.parametrize("what", some_slow(BROKEN, QUICK))
def test_what_is_broken_is_named_first(stood: Here, what: str) -> None:
    is_named_first(stood, BROKEN[what])


def test_probes_are_run_on_a_machine(stood: Here) -> None:
    is_run_on(stood, "shop-db")


def test_when_all_is_mended_nothing_is_wrong(stood: Here) -> None:
    """After everything above was broken and mended."""
    assert stood.doctor(0)["ok"] is True
