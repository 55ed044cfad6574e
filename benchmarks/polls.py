"""One poll of many watched endpoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.cloud import Account, account
from benchmarks.figures import Figure, median, ms
from benchmarks.proxy import proxy
from core.cloud import Watch

if TYPE_CHECKING:
    from providers.aws.session import Clients

MANY = 100
ROUNDS = 9


def _service(place: Account) -> str:
    return place.environment["MAGENTO_SERVICE_NAME"].rpartition(".")[2]


def _allow(vendor: Clients, place: Account) -> None:
    principal = f"arn:aws:iam::{place.environment['PRIVATELINK_SANDBOX_ACCOUNT']}:root"
    vendor.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=_service(place), AddAllowedPrincipals=[principal]
    )


def _endpoint(clients: Clients, place: Account) -> str:
    made = clients.ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=place.network,
        ServiceName=place.environment["MAGENTO_SERVICE_NAME"],
        SubnetIds=list(place.subnets[1:]),
        PrivateDnsEnabled=False,
    )["VpcEndpoint"]
    return made.get("VpcEndpointId", "")


def _approve(vendor: Clients, place: Account, endpoints: list[str]) -> None:
    vendor.ec2.accept_vpc_endpoint_connections(ServiceId=_service(place), VpcEndpointIds=endpoints)


def figures() -> Iterator[Figure]:
    """Calls and times of a poll of one endpoint, and of a hundred."""
    import providers
    from providers.aws.session import connect

    with account() as place, proxy(place.environment["AWS_ENDPOINT_URL"], 0.0) as api:
        direct = connect(place.region, environ=place.environment)
        theirs = {
            name.removeprefix("MAGENTO_"): value
            for name, value in place.environment.items()
            if name.startswith("MAGENTO_AWS_")
        }
        vendor = connect(place.region, environ={**place.environment, **theirs})
        cloud = providers.connect("aws", region=place.region, environ=place.through(api.url)).cloud
        watch = Watch(place.network, vendor_services=(place.environment["MAGENTO_SERVICE_NAME"],))

        def poll(expected: int) -> tuple[int, float, Mapping[str, int]]:
            """First-look calls, the later looks' median seconds, and a later look's calls."""
            api.calls()
            cloud.observe(watch)
            first = sum(api.calls().values())
            times = []
            for _ in range(ROUNDS):
                before = perf_counter()
                seen = cloud.observe(watch)
                times.append(perf_counter() - before)
                calls = api.calls()
                if len(seen.endpoints) != expected or seen.gaps:
                    raise RuntimeError(f"saw {len(seen.endpoints)} of {expected} endpoints")
            return first, median(times), calls

        _allow(vendor, place)
        _approve(vendor, place, [_endpoint(direct, place)])
        one = poll(1)
        _approve(vendor, place, [_endpoint(direct, place) for _ in range(MANY - 1)])
        many = poll(MANY)
    calls, least = sum(many[2].values()), sum(one[2].values())
    yield Figure(f"poll of {MANY} endpoints: calls", str(calls), f"{least}: of one", (calls / least,), (1.0,))
    yield Figure(
        f"poll of {MANY} endpoints: first look's calls",
        str(many[0]),
        f"{one[0]}: of one",
        (many[0] / one[0],),
        (1.0,),
    )
    yield Figure(f"poll of {MANY} endpoints: time", ms(many[1]), f"{ms(one[1])}: of one", (many[1] / one[1],))
