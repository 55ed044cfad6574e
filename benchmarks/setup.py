"""Setting up the bidirectional side, with every call as far away as a real one."""

from __future__ import annotations

import itertools
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.cloud import Account, account
from benchmarks.figures import Figure, median, ms
from benchmarks.proxy import Proxy, proxy
from core.cloud import Cloud
from core.journal import events as e
from core.journal import store
from core.request.model import Draft, DraftCloud, DraftConnection, DraftProject, DraftService
from core.request.offer import Offer
from core.setup.executor import Result
from core.setup.plan import Plan, pending
from core.workflow import provision, removal
from core.workflow.enablement import Enablement

if TYPE_CHECKING:
    from providers.aws.session import Clients

CALL_SECONDS = 0.03
ROUNDS = 7
PORTS = (3306, 443, 8080)
PRINCIPAL = "arn:aws:iam::{}:root"
NAMES = itertools.count(1)


def _now() -> datetime:
    return datetime.now(UTC)


def _draft(place: Account) -> Draft:
    """Three services that Magento reaches, each with a target, and one the other way."""
    behind = (
        DraftService(
            name=f"Service {port}", protocol="TCP", port=port, direction="from-magento", targets=(host,)
        )
        for port, host in zip(PORTS, place.hosts, strict=True)
    )
    return Draft(
        project=DraftProject(id="abcdefg123456", plan="pro", environment="production", region="US-3"),
        cloud=DraftCloud(
            platform="aws",
            account=place.environment["PRIVATELINK_SANDBOX_ACCOUNT"],
            region=place.region,
            network=place.network,
        ),
        connection=DraftConnection(type="bidirectional"),
        services=(DraftService(name="Webserver", protocol="HTTP", port=80, direction="to-magento"), *behind),
    )


def _pause(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def _apply(one: Enablement, cloud: Cloud, planned: Plan) -> Result:
    return provision.apply_plan(
        one,
        cloud,
        planned,
        token=lambda _key: os.urandom(16).hex(),
        pause=_pause,
    )


def _chain(clients: Clients, place: Account) -> tuple[float, Callable[[], None]]:
    """The longest chain of calls that depend on each other, with the SDK alone; and how to undo it."""
    ec2, elbv2 = clients.ec2, clients.elbv2
    before = time.perf_counter()
    made = elbv2.create_load_balancer(
        Name=f"chain-{next(NAMES)}", Type="network", Scheme="internal", Subnets=list(place.subnets)
    )["LoadBalancers"][0]["LoadBalancerArn"]
    elbv2.describe_load_balancers(LoadBalancerArns=[made])
    service = ec2.create_vpc_endpoint_service_configuration(
        AcceptanceRequired=True, NetworkLoadBalancerArns=[made]
    )["ServiceConfiguration"]["ServiceId"]
    ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=service, AddAllowedPrincipals=[PRINCIPAL.format(Offer().aws_account)]
    )
    took = time.perf_counter() - before

    def undo() -> None:
        ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[service])
        elbv2.delete_load_balancer(LoadBalancerArn=made)

    return took, undo


def figures() -> Iterator[Figure]:
    """Times and calls of a set-up, in turn with the longest chain of calls made with the SDK alone."""
    import providers
    from providers.aws.session import connect

    with account() as place, proxy(place.environment["AWS_ENDPOINT_URL"], CALL_SECONDS) as api:
        environ = place.through(api.url)
        clients = connect(place.region, environ=environ)
        cloud = providers.connect("aws", region=place.region, environ=environ).cloud
        executions: list[float] = []
        plans: list[float] = []
        chains: list[float] = []
        calls = least = 0
        for number in range(ROUNDS + 1):
            planning, executing, calls, least = _round(cloud, place, api)
            chain, undo = _chain(clients, place)
            undo()
            if number:  # the first one warms the clients
                plans.append(planning)
                executions.append(executing)
                chains.append(chain)
    chain = median(chains)
    ratio = median(executions) / chain
    beside = f"{ms(chain)}: its longest chain, 4 calls"
    yield Figure("set-up: wall at 30 ms a call", ms(median(executions)), beside, (ratio,), (1.3,))
    yield Figure("set-up: API calls", str(calls), f"{least}: the least possible", (calls / least,), (1.2,))
    yield Figure(
        "set-up: reading the network and planning", ms(median(plans)), beside, (median(plans) / chain,)
    )


def _round(cloud: Cloud, place: Account, api: Proxy) -> tuple[float, float, int, int]:
    """Plan, apply and undo once: seconds of planning, seconds of applying, its calls, the least possible."""
    with (
        tempfile.TemporaryDirectory(prefix="privatelink-bench-") as folder,
        store.create(Path(folder), store.new_id(os.urandom(16)), "benchmarks") as journal,
    ):
        one = Enablement(journal, Offer(), _now)
        one.record(e.RequestSaved(at=one.now(), request=_draft(place)))
        before = time.perf_counter()
        planned = provision.make_plan(one, cloud)
        planning = time.perf_counter() - before
        api.calls()
        before = time.perf_counter()
        result = _apply(one, cloud, planned)
        executing = time.perf_counter() - before
        calls = api.calls()
        if not result.ok:
            raise RuntimeError(f"the set-up failed: {[error.message for error in result.failed.values()]}")
        removed = _apply(one, cloud, removal.make_undo_plan(one, cloud))
        if not removed.ok:
            raise RuntimeError("what was set up could not be removed")
        return planning, executing, sum(calls.values()), len(pending(planned)) + 1
