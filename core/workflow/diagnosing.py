"""Diagnosis of an enablement: everything it takes is collected, and a probe is made where one can be. Read-only."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from core.cloud import Cloud, CloudError, OnProgress, ProbeResult
from core.diagnosis.case import Case
from core.network.model import Inventory, VendorService
from core.request.identifiers import same_id
from core.request.model import Direction, Problem, Request
from core.workflow import connections, proving
from core.workflow.enablement import Enablement, complete_request
from core.workflow.provision import collect, visible_services
from core.workflow.story import Story, vendor_subscriptions


def collect_case(
    enablement: Enablement, cloud: Cloud, on_progress: OnProgress | None = None
) -> Case | Problem:
    """Look at the enablement's network, Magento's services and the connections, and probe from this machine.

    A problem where the credentials are for another account. Raises CloudError, NotYet.
    """
    request = complete_request(enablement)
    with ThreadPoolExecutor(1) as pool:
        services = pool.submit(visible_services, cloud, enablement.story.service_names)
        inventory = collect(request.account, cloud, request.network, on_progress, detail="audit")
        shown = services.result()
    if isinstance(inventory, Problem):
        return inventory
    observation = connections.look(enablement, cloud)
    probes = _probes(enablement, cloud, inventory) if observation else {}
    return case_of_enablement(enablement, request, inventory, _visible(shown), probes)


def _visible(shown: Mapping[str, VendorService | CloudError]) -> Mapping[str, VendorService | None]:
    """What a failed look-up says: not visible, or (any other failure) nothing."""
    found: dict[str, VendorService | None] = {}
    for name, one in shown.items():
        if isinstance(one, VendorService):
            found[name] = one
        elif one.code == "service-not-visible":
            found[name] = None
    return found


def _probes(
    enablement: Enablement, cloud: Cloud, inventory: Inventory
) -> Mapping[Direction, tuple[ProbeResult, ...]]:
    """What a probe from this machine shows; nothing where it is not in the network, for then silence means nothing."""
    targets = proving.probe_targets(enablement, "to-magento")
    if not targets:
        return {}
    inside = next((one.cidrs for one in inventory.networks), ())
    report = cloud.probe(targets, inside)
    told = report.inside or any(result.ok for result in report.results)
    return {"to-magento": report.results} if told else {}


def case_of_enablement(
    enablement: Enablement,
    request: Request,
    inventory: Inventory,
    visible: Mapping[str, VendorService | None],
    probes: Mapping[Direction, tuple[ProbeResult, ...]],
) -> Case:
    """The case of an enablement over an inventory of its network, collected now or saved before."""
    story = enablement.story
    offer = enablement.offer
    made = {one.id.lower() for one in story.made.values() if one.kind == "endpoint"}
    named = _own_name(story, request)
    service = next(
        (
            one
            for one in inventory.endpoint_services
            if named and (same_id(one.id, named) or same_id(one.service_name, named))
        ),
        None,
    )
    vendors = (
        frozenset({offer.aws_account})
        if inventory.platform == "aws"
        else frozenset(vendor_subscriptions(story, offer))
    )
    return Case(
        inventory,
        offer,
        {
            "to-magento": tuple(dict.fromkeys(one.port for one in request.heading("to-magento"))),
            "from-magento": tuple(dict.fromkeys(one.port for one in request.heading("from-magento"))),
        },
        service_names=story.service_names,
        visible=visible,
        endpoints=tuple(
            one
            for one in inventory.endpoints
            if one.id.lower() in made or any(same_id(one.service_name, name) for name in story.service_names)
        ),
        service=service,
        named_service=named if request.bidirectional else "",
        vendors=vendors,
        probes=probes,
    )


def _own_name(story: Story, request: Request) -> str:
    """The id or name of the own endpoint service; empty where none is known."""
    if not request.bidirectional:
        return ""
    made = story.made.get("endpoint-service")
    return request.service_name or (made.id if made else "")
