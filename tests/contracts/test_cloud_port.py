"""What every cloud owes the rest of the program, whichever cloud it is.

An adapter is a function that, given a pytest request, answers a :class:`Ground`: a cloud with a network in
it, and one change of each kind that it can be asked to make there.
"""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from core.cloud import Cloud, CloudError, ProbeTarget, Progress, Watch
from core.network.model import Connection
from core.setup import change as c
from core.setup.change import Change

ENABLEMENT = "contract"
HIDDEN = "com.amazonaws.vpce.us-west-2.vpce-svc-0f"


@dataclass(frozen=True)
class Ground:
    """``network`` is there, ``unknown`` are ids that are not; ``changes`` are in the order of their needs, ``undo`` are
    the keys of those to be taken away, in this order. ``principals`` are whom they let in, and somebody else.
    """

    cloud: Cloud
    network: str
    unknown_network: str
    unknown_connection: Connection
    hidden_service: str
    changes: tuple[Change, ...]
    principals: tuple[str, str]
    undo: tuple[str, ...]


def aws(request: pytest.FixtureRequest) -> Iterator[Ground]:
    import boto3
    from moto.server import ThreadedMotoServer

    import providers

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    keys = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "B", "AWS_ENDPOINT_URL": url}
    ec2 = boto3.Session("A", "B", region_name="us-west-2").client("ec2", endpoint_url=url)
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.20.1.0/24")["Subnet"]["SubnetId"]
    yield aws_ground(providers.connect("aws", region="us-west-2", environ=keys).cloud, vpc, subnet, HIDDEN)
    server.stop()


def sandbox(request: pytest.FixtureRequest) -> Iterator[Ground]:
    from providers.sandbox import start

    with start(delay=0.0, auto=False, provisioning=0.0, registration=0.0) as running:
        running.vendor.play("allow")
        world = running.world
        yield aws_ground(running.connected.cloud, world.vpc, world.private_subnets[1], world.service_name)


def aws_ground(cloud: Cloud, vpc: str, subnet: str, service: str) -> Ground:
    """Every kind of change, with an endpoint to ``service``."""
    balancer, group = c.Ref("load-balancer"), c.Ref("target-group/3306")
    specs: tuple[tuple[str, c.Kind, c.Spec], ...] = (
        ("load-balancer", "load-balancer", c.LoadBalancerSpec("pl", (subnet,))),
        ("cross-zone", "cross-zone", c.CrossZoneSpec(balancer)),
        ("target-group/3306", "target-group", c.TargetGroupSpec("pl-3306", vpc, "TCP", 3306, "ip")),
        ("targets/3306", "targets", c.TargetsSpec(group, ("10.20.1.4",), 3306)),
        ("listener/3306", "listener", c.ListenerSpec(balancer, "TCP", 3306, group)),
        ("service", "endpoint-service", c.EndpointServiceSpec("s", balancer)),
        ("principal", "principal", c.PrincipalSpec(c.Ref("service"), ("arn:aws:iam::402592597372:root",))),
        ("group", "security-group", c.SecurityGroupSpec("g", "for it", vpc)),
        ("ingress", "ingress", c.IngressSpec(c.Ref("group"), (80,), ("10.20.0.0/16",))),
        ("endpoint", "endpoint", c.EndpointSpec("e", vpc, service, (subnet,), (c.Ref("group"),))),
    )
    return Ground(
        cloud=cloud,
        network=vpc,
        unknown_network="vpc-0000000000000000f",
        unknown_connection=Connection("vpce-svc-0f", "vpce-0f", "111122223333", "pending-acceptance"),
        hidden_service=HIDDEN,
        changes=tuple(
            Change(key, "create", kind, getattr(spec, "name", key), spec) for key, kind, spec in specs
        ),
        principals=("arn:aws:iam::402592597372:root", "arn:aws:iam::999999999999:root"),
        undo=("endpoint", "group", "service", "listener/3306", "target-group/3306", "load-balancer"),
    )


def azure(request: pytest.FixtureRequest) -> Iterator[Ground]:
    import providers
    from providers.sandbox.azure import start
    from providers.sandbox.azure.world import MAGENTO

    with start(auto=False, delay=0.0, operation=0.05, retry_after=0.0) as running:
        running.vendor.play("allow")
        world = running.world
        group = world.vpc.partition("/providers/")[0]
        none = f"{group}/providers/Microsoft.Network/privateLinkServices/none"
        place = (group.rpartition("/")[2], world.region)
        balancer, port = c.Ref("load-balancer"), (c.PortRule(3306, 3306),)
        specs: tuple[tuple[str, c.Kind, c.Spec], ...] = (
            (
                "load-balancer",
                "load-balancer",
                c.StandardBalancerSpec("pl", *place, world.backend_subnet, port),
            ),
            ("targets", "targets", c.PoolMemberSpec(balancer, world.interfaces["shop-db"])),
            ("subnet", "subnet-policy", c.SubnetPolicySpec(world.nat_subnet)),
            (
                "service",
                "endpoint-service",
                c.PrivateLinkServiceSpec("s", *place, balancer, world.nat_subnet, (MAGENTO.id,)),
            ),
            (
                "endpoint",
                "endpoint",
                c.PrivateEndpointSpec("e", *place, world.endpoint_subnet, world.service_name, "please"),
            ),
        )
        yield Ground(
            cloud=providers.connect("azure", region=world.region, environ=running.environment).cloud,
            network=world.vpc,
            unknown_network=f"{world.vpc}-none",
            unknown_connection=Connection(none, f"{none}/e", MAGENTO.id, "pending-acceptance"),
            hidden_service=world.service_name.replace("magento", "nobody", 1),
            changes=tuple(
                Change(key, "create", kind, getattr(spec, "name", key), spec) for key, kind, spec in specs
            ),
            principals=(MAGENTO.id, "99999999-0000-4000-8000-000000000099"),
            undo=("endpoint", "service", "targets", "load-balancer", "subnet"),
        )


ADAPTERS: dict[str, Callable[[pytest.FixtureRequest], Iterator[Ground]]] = {
    "aws": aws,
    "azure": azure,
    "sandbox": sandbox,
}

PROPERTIES = ("cross-zone", "targets", "principal", "ingress", "subnet-policy")
"""Kinds that are a property of another resource: they carry no tag."""

AGAIN: dict[str, tuple[str, ...]] = {
    "aws": (*PROPERTIES, "target-group", "security-group"),
    "azure": (*PROPERTIES, "load-balancer", "endpoint-service", "endpoint"),
}
"""Kinds that each cloud itself makes but once."""


@pytest.fixture(scope="module", params=sorted(ADAPTERS))
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    yield from ADAPTERS[request.param](request)


@pytest.fixture(scope="module")
def made(ground: Ground) -> dict[str, str]:
    ids: dict[str, str] = {}
    for change in resolved(ground, ids):
        ids[change.key] = ground.cloud.apply(change, ENABLEMENT, f"token-{change.key}").id
    return ids


def resolved(ground: Ground, ids: dict[str, str]) -> Iterator[Change]:
    """The changes, each resolved when it is asked for: the ids may still be growing."""
    for change in ground.changes:
        assert change.spec is not None
        yield dataclasses.replace(change, spec=c.resolve(change.spec, ids))


def same_after_pickling(value: object) -> bool:
    return bool(pickle.loads(pickle.dumps(value)) == value)


def test_answers_can_be_pickled(ground: Ground) -> None:
    cloud = ground.cloud
    for answer in (cloud.identity(), cloud.regions(), cloud.networks(), cloud.inventory(ground.network)):
        assert same_after_pickling(answer)
    watch = Watch(ground.network, (ground.hidden_service,))
    assert same_after_pickling(cloud.observe(watch))


def test_the_region_is_one_that_the_account_can_use(ground: Ground) -> None:
    assert ground.cloud.region in {region.name for region in ground.cloud.regions()}


def test_a_network_to_choose_is_one_to_collect(ground: Ground) -> None:
    (choice,) = (item for item in ground.cloud.networks() if item.id == ground.network)
    seen = ground.cloud.inventory(choice.id)
    assert [item.id for item in seen.networks] == [choice.id]
    assert len(seen.subnets) == choice.subnets
    assert seen.taken_at.utcoffset() == timedelta(0)
    assert {item.network_id for item in seen.subnets} == {choice.id}


def test_an_audit_reads_all_that_a_plan_does_and_more(ground: Ground) -> None:
    planned = ground.cloud.inventory(ground.network)
    audited = ground.cloud.inventory(ground.network, "audit")
    assert (planned.detail, audited.detail) == ("setup", "audit")
    assert {planned.network_id, audited.network_id} == {ground.network}
    assert same_after_pickling(audited)
    for kind in ("networks", "subnets", "instances", "load_balancers", "endpoint_services", "endpoints"):
        assert [one.id for one in getattr(planned, kind)] == [one.id for one in getattr(audited, kind)]
    assert {gap.what for gap in planned.gaps} <= {gap.what for gap in audited.gaps}
    assert all(gap.permission for gap in audited.gaps)
    assert audited.quotas
    assert {one.network_id for one in audited.interfaces} <= {ground.network}


def test_progress_counts_to_the_end(ground: Ground) -> None:
    steps: list[Progress] = []
    ground.cloud.inventory(ground.network, on_progress=steps.append)
    assert steps
    assert [step.done for step in steps] == list(range(1, len(steps) + 1))
    assert steps[-1].done == steps[-1].total
    assert all(same_after_pickling(step) for step in steps)


def test_progress_can_end_it(ground: Ground) -> None:
    class Cancelled(Exception):
        pass

    def stop(progress: Progress) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        ground.cloud.inventory(ground.network, on_progress=stop)


def test_what_is_made_is_found_by_its_tag(ground: Ground, made: dict[str, str]) -> None:
    for change in resolved(ground, made):
        found = ground.cloud.find(change, ENABLEMENT)
        assert found is not None, change.key
        assert found.id == made[change.key]
        assert same_after_pickling(found)


def test_what_is_made_is_nobody_elses(ground: Ground, made: dict[str, str]) -> None:
    for change in resolved(ground, made):
        if change.kind not in PROPERTIES:
            assert ground.cloud.find(change, "another") is None, change.key
            assert ground.cloud.find(dataclasses.replace(change, key="other"), ENABLEMENT) is None, change.key


def test_the_tag_goes_on_what_is_adopted_and_off_again(ground: Ground, made: dict[str, str]) -> None:
    """And whoever made it still finds it."""
    for change in resolved(ground, made):
        if change.kind in PROPERTIES:
            continue
        id = made[change.key]
        on = Change(f"adopt/{change.key}", "adopt", change.kind, change.name, c.TagSpec(id), id)
        off = dataclasses.replace(on, action="change", spec=c.TagSpec(id, present=False))
        assert ground.cloud.find(on, "another") is None
        assert ground.cloud.find(off, "another") is not None
        assert ground.cloud.apply(on, "another", "t").id == id
        assert ground.cloud.find(on, "another") == c.Outcome(id)
        assert ground.cloud.find(change, ENABLEMENT) is not None
        ground.cloud.apply(off, "another", "t")
        assert ground.cloud.find(on, "another") is None
        assert ground.cloud.find(change, ENABLEMENT) is not None


def test_principals_are_added_and_taken_one_by_one(ground: Ground, made: dict[str, str]) -> None:
    service, (vendor, other) = made["service"], ground.principals

    def allowed() -> set[str]:
        rows = ground.cloud.inventory(ground.network).endpoint_services
        return set(next(one.principals or () for one in rows if one.id == service))

    for principal, action, left in (
        (other, "create", {vendor, other}),
        (vendor, "delete", {other}),
        (vendor, "create", {vendor, other}),
        (other, "delete", {vendor}),
    ):
        spec = c.PrincipalSpec(service, (principal,))
        change = Change("who", "create", "principal", "who", spec, service)
        ground.cloud.apply(dataclasses.replace(change, action=action), ENABLEMENT, "t")  # type: ignore[arg-type]  # a row
        assert allowed() == left
        assert (ground.cloud.find(change, ENABLEMENT) is not None) is (action == "create")


def test_making_again_keeps_the_id(ground: Ground, made: dict[str, str]) -> None:
    """What the cloud itself makes idempotent; the others are looked for first (``find``)."""
    for change in resolved(ground, made):
        if change.kind in AGAIN[ground.cloud.platform]:
            again = ground.cloud.apply(change, ENABLEMENT, f"token-{change.key}")
            assert again.id == made[change.key]


def test_what_is_made_is_in_the_inventory_with_its_tag(ground: Ground, made: dict[str, str]) -> None:
    seen = ground.cloud.inventory(ground.network)
    tags = {
        item.id: item.tags
        for item in (
            *seen.load_balancers,
            *seen.target_groups,
            *seen.listeners,
            *seen.endpoint_services,
            *seen.security_groups,
            *seen.endpoints,
        )
    }
    for change in ground.changes:
        if change.kind not in PROPERTIES:
            assert tags[made[change.key]][c.tag_key(ENABLEMENT)] == change.key


def test_what_does_not_show_itself(ground: Ground) -> None:
    with pytest.raises(CloudError) as raised:
        ground.cloud.vendor_service(ground.hidden_service)
    assert raised.value.code == "service-not-visible"
    assert ground.cloud.observe(Watch(ground.network, (ground.hidden_service,))).vendor_services == {
        ground.hidden_service: None
    }


def test_unknown_ids_are_typed_errors(ground: Ground) -> None:
    calls: list[Callable[[], object]] = [
        lambda: ground.cloud.inventory(ground.unknown_network),
        lambda: ground.cloud.accept(ground.unknown_connection),
        lambda: ground.cloud.reject(ground.unknown_connection),
    ]
    for call in calls:
        with pytest.raises(CloudError) as raised:
            call()
        assert raised.value.message
        assert raised.value.remedy
        again = pickle.loads(pickle.dumps(raised.value))
        assert (again.code, str(again), again.remedy) == (
            raised.value.code,
            str(raised.value),
            raised.value.remedy,
        )


def test_a_look_at_what_is_not_there_does_not_raise(ground: Ground) -> None:
    seen = ground.cloud.observe(
        Watch(
            ground.unknown_network, (ground.hidden_service,), ("no-such-service",), (), ("no-such-balancer",)
        )
    )
    assert (seen.endpoints, seen.endpoint_services, seen.load_balancers) == ((), (), ())


def test_a_probe_does_not_raise(ground: Ground) -> None:
    report = ground.cloud.probe((ProbeTarget("web", "no-such-name.invalid", 80),), ("10.20.0.0/16",))
    (result,) = report.results
    assert not result.ok
    assert same_after_pickling(report)


def test_undo_is_done_once_and_may_be_asked_twice(ground: Ground, made: dict[str, str]) -> None:
    changes = {change.key: change for change in resolved(ground, made)}
    for _ in range(2):
        for key in ground.undo:
            spec = changes[key].spec if changes[key].kind in PROPERTIES else None
            gone = Change(key, "delete", changes[key].kind, key, spec, id=made[key])
            ground.cloud.apply(gone, ENABLEMENT, "token")
    for change in resolved(ground, made):
        if change.kind not in PROPERTIES or change.key in ground.undo:
            assert ground.cloud.find(change, ENABLEMENT) is None
