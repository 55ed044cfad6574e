"""Both clouds as a test sees them that holds on either: its account in memory, what stands there, and its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from core.network.model import Connection, Endpoint, EndpointService, Inventory, LoadBalancer
from core.request.model import Request, Service
from core.setup.plan import Plan
from tests.core.setup import account as aws
from tests.core.setup import azure_account as azure
from tests.core.setup.account import Desk


@dataclass(frozen=True)
class Cloud:
    """``standing`` is an account with a load balancer that fits; ``theirs`` is one with an endpoint service on it, too,
    and an endpoint that has nothing to do with it; ``service_name`` is that service's. ``rejects`` is what a command
    that cuts a connection calls.
    """

    name: str
    desk: Callable[[Inventory, Request], Desk]
    request: Callable[..., Request]
    inventory: Inventory
    standing: Inventory
    theirs: Inventory
    service_name: str
    web: Service
    database: Service
    balancer: Callable[..., LoadBalancer]
    service: Callable[..., EndpointService]
    endpoint: Callable[..., Endpoint]
    principal: str
    incoming: Mapping[str, str]
    tool: str
    rejects: str

    @property
    def both(self) -> Request:
        """A bidirectional request that brings no service of its own."""
        return self.request(self.web, self.database)

    @property
    def named(self) -> Request:
        """One that names the service in ``theirs``."""
        return self.request(self.web, self.database, service_name=self.service_name)

    def plan(self, wanted: Request, inventory: Inventory | None = None, *, details: bool = True) -> Plan:
        """The plan there; ``details``: Magento's have come, and its service shows itself."""
        desk = self.desk(inventory or self.inventory, wanted)
        if not details:
            desk.events, desk.vendors = [], ()
        return desk.plan()

    def applied(self, inventory: Inventory | None = None, wanted: Request | None = None) -> Desk:
        """The desk after everything that the request needs was made."""
        desk = self.desk(inventory or self.inventory, wanted or self.both)
        result = desk.apply()
        assert result.ok, result
        return desk

    def connection(self, desk: Desk, state: str = "available") -> Connection:
        """Magento's connection to the desk's service."""
        id = desk.account.seen.endpoint_services[0].id
        return Connection(id, state=state, **self.incoming)  # type: ignore[arg-type]  # a row of a table


AWS = Cloud(
    "aws",
    lambda inventory, wanted: Desk(aws.Account(inventory), wanted),
    aws.request,
    aws.INVENTORY,
    aws.STANDING,
    replace(
        aws.INVENTORY,
        load_balancers=(aws.balancer(),),
        listeners=(aws.listener(port=9999),),
        target_groups=(aws.group(("10.20.0.9", 3306)),),
        endpoint_services=(aws.service(principals=()),),
        endpoints=(aws.endpoint(service_name="com.amazonaws.us-west-2.s3"),),
    ),
    aws.service().service_name,
    aws.WEB,
    aws.DATABASE,
    aws.balancer,
    aws.service,
    aws.endpoint,
    aws.MAGENTO,
    {"endpoint_id": "vpce-0magento", "owner": aws.OFFER.aws_account},
    "aws ",
    "reject-vpc-endpoint-connections",
)
AZURE = Cloud(
    "azure",
    lambda inventory, wanted: azure.AzureDesk(azure.AzureAccount(inventory), wanted),
    azure.request,
    azure.INVENTORY,
    azure.STANDING,
    replace(
        azure.STANDING,
        target_groups=(azure.pool("10.20.0.4"),),
        endpoint_services=(azure.service(principals=()),),
        endpoints=(azure.endpoint(service_name="something else"),),
    ),
    azure.ALIAS,
    azure.WEB,
    azure.DATABASE,
    azure.balancer,
    azure.service,
    azure.endpoint,
    azure.MAGENTO,
    {"endpoint_id": azure.INCOMING, "owner": azure.MAGENTO, "name": "m.1"},
    "az ",
    "connection delete",
)
CLOUDS = (AWS, AZURE)
on_each_cloud = pytest.mark.parametrize("cloud", CLOUDS, ids=lambda one: one.name)


def per_cloud(rows: Mapping[str, Any]) -> Any:
    """Parametrise by ``cloud`` and ``expected``: what differs, by the cloud's name."""
    return pytest.mark.parametrize(
        ("cloud", "expected"), [pytest.param(one, rows[one.name], id=one.name) for one in CLOUDS]
    )
