"""The connection request on Azure: a private endpoint with a manual connection for each vendor service.

Which endpoint is left, adopted or made anew is :mod:`core.setup.endpoints`.
"""

from __future__ import annotations

from core.network.model import Endpoint, VendorService
from core.request.model import Request
from core.setup.azure_places import azure_name, group_of, no_room, roomiest
from core.setup.change import Change, PrivateEndpointSpec
from core.setup.endpoints import Ways, endpoints
from core.setup.ground import Ground, make, problem, stand
from core.setup.plan import Plan
from core.text import visible

DEAD = frozenset({"rejected", "disconnected", "failed", "expired"})
"""States that a private endpoint does not leave again: it has to be deleted and made anew ("Manage Azure private
endpoints").
"""

MESSAGE = 140
"""Longest request message (``privateLinkServiceConnections.requestMessage``)."""

COST = "Azure bills you for it by the hour and by the data that it handles, for as long as it stands."


def plan_endpoints(ground: Ground, vendor: tuple[VendorService, ...]) -> Plan:
    """Plan a private endpoint for each vendor alias or id that the story names and that shows itself."""
    return endpoints(ground, vendor, WAYS)


def request_message(request: Request, ticket: str | None) -> str:
    """What Magento reads beside the connection request: project, environment, ticket. At most 140 characters."""
    about = f", ticket {ticket}" if ticket else ""
    text = visible(f"PrivateLink for Magento project {request.project_id}, {request.environment}{about}")
    return text if len(text) <= MESSAGE else text[: MESSAGE - 3] + "..."


def _own(ground: Ground, row: Endpoint, number: int) -> Plan:
    return _adopted(ground, row, f"endpoint/{number}")


def _adopted(ground: Ground, row: Endpoint, key: str) -> Plan:
    return Plan((stand(ground, key, "endpoint", row, row.name or row.id, state=row.state, cost=COST),))


def _new(ground: Ground, vendor: VendorService, number: int, gone: tuple[Change, ...]) -> Plan:
    subnet = roomiest(ground)
    wrong = no_room(ground, subnet)
    if subnet is None or wrong:
        return Plan(problems=wrong)
    name = azure_name(ground.enablement, f"endpoint-{number}")
    group = group_of(ground.network.id)
    taken = [
        row.id
        for row in ground.inventory.endpoints
        if row.name.lower() == name.lower()
        and group_of(row.id).lower() == group.lower()
        and not ground.known(f"endpoint/{number}", row)
    ]
    if taken:
        wrong = (
            problem(
                "name-taken",
                "",
                f"A private endpoint {taken[0]} exists, without this enablement's tag.",
                "The customer deletes it, or starts an enablement with another id.",
            ),
        )
    spec = PrivateEndpointSpec(
        name,
        group,
        ground.request.region,
        subnet.id,
        vendor.service_name,
        request_message(ground.request, ground.story.ticket),
    )
    change = make(
        ground,
        f"endpoint/{number}",
        "endpoint",
        name,
        spec,
        needs=tuple(row.key for row in gone),
        reason=f"The connection request to Magento, with an address in subnet {subnet.name}. "
        "It waits for Magento's approval, and gets no private DNS zone.",
        cost=COST,
    )
    return Plan((*gone, change), wrong)


WAYS = Ways(DEAD, "az network private-endpoint delete --ids", _own, _adopted, _new)
