"""Diagnosis of an enablement: everything it takes is collected, and a probe is made where one can be. Read-only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from core.cloud import Cloud, CloudError, Measuring, OnProgress, ProbeResult, ProbeTarget, Remote
from core.diagnosis.case import Case
from core.diagnosis.elsewhere import results
from core.diagnosis.subject import visible_of
from core.handoff.proof import script
from core.network.model import Gap, Instance, Inventory, VendorService
from core.request.identifiers import id_part, same_id
from core.request.model import Direction, Platform, Problem, Request
from core.text import excerpt
from core.workflow import connections, proving
from core.workflow.enablement import Enablement, NotYet, complete_request
from core.workflow.provision import collect, visible_services
from core.workflow.story import Story, vendor_subscriptions

MEASURES = "metrics of the service"
PROBED = "findings of the load balancer's probe"
"""What a gap says that could not be measured."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks about besides. ``ports``: only these; empty: all that are known. ``hosts`` are names that
    clients use for Magento: they are probed too.
    """

    ports: tuple[int, ...] = ()
    hosts: tuple[str, ...] = ()


def collect_case(
    enablement: Enablement, cloud: Cloud, on_progress: OnProgress | None = None, asked: Asked | None = None
) -> Case | Problem:
    """Look at the enablement's network, Magento's services and the connections, and probe from this machine.

    A problem where the credentials are for another account. Raises CloudError, NotYet.
    """
    asked = asked or Asked()
    request = complete_request(enablement)
    _known_ports(request, asked.ports)
    with ThreadPoolExecutor(1) as pool:
        services = pool.submit(visible_services, cloud, enablement.story.service_names)
        inventory = collect(request.account, cloud, request.network, on_progress, detail="audit")
        shown = services.result()
    if isinstance(inventory, Problem):
        return inventory
    observation = connections.look(enablement, cloud)
    inside = next((one.cidrs for one in inventory.networks), ())
    targets = _targets(enablement, request, asked) if observation else ()
    case = case_of_enablement(enablement, request, inventory, _visible(shown), probe(cloud, targets, inside))
    return _only(measured(case, cloud), asked.ports)


def saved_case(
    enablement: Enablement, inventories: Iterable[Inventory], ports: tuple[int, ...] = ()
) -> Case | None:
    """The case of an enablement over inventories that were saved: nothing is asked of the cloud, nothing is probed.

    None where none of them is of the request's account, region and network. Raises NotYet.
    """
    request = complete_request(enablement)
    _known_ports(request, ports)
    found = next(
        (
            one
            for one in inventories
            if (one.platform, one.region) == (request.platform, request.region)
            and same_id(one.account, request.account)
            and (not one.network_id or same_id(one.network_id, request.network))
        ),
        None,
    )
    if found is None:
        return None
    return _only(case_of_enablement(enablement, request, found, visible_of(found), {}), ports)


def looked_up(case: Case, cloud: Cloud, hosts: tuple[str, ...] = ()) -> Case:
    """The case of an own endpoint, or of a service elsewhere, with what this machine's probes show, and with the
    service looked up where the inventory says nothing of it. A case of an own service stays as it is: Magento's
    side would have to try it.
    """
    networks = (case.index.network(one.network_id) for one in case.endpoints)
    inside = tuple(cidr for one in networks if one is not None for cidr in one.cidrs)
    unknown = tuple(name for name in case.service_names if name not in case.visible)
    shown = {**case.visible, **_visible(visible_services(cloud, unknown))}
    found = probe(cloud, targets_of(case, hosts), inside)
    return measured(replace(case, visible=shown, probes=found), cloud)


def targets_of(case: Case, hosts: tuple[str, ...] = ()) -> tuple[ProbeTarget, ...]:
    """What has to answer towards Magento, by the endpoints' own names and by those that clients use."""
    own = ((one.name or one.id, (*one.dns_names, *one.addresses)[:1]) for one in case.endpoints)
    return tuple(
        ProbeTarget(name, host, port)
        for name, found in (*own, *((host, (host,)) for host in hosts))
        for host in found
        for port in case.ports.get("to-magento", ())
    )


@dataclass(frozen=True, slots=True)
class Run:
    """Probes to run on a machine of the customer's, for a person to agree to: ``script`` is all that is run."""

    machine: Instance
    by: str
    targets: tuple[ProbeTarget, ...]
    script: str


_AGENTS: Mapping[Platform, str] = {
    "aws": "AWS Systems Manager (AWS-RunShellScript)",
    "azure": "Azure Run Command (RunShellScript)",
}


def machines(case: Case) -> tuple[Instance, ...]:
    """The machines that probes towards Magento can be run on, those of the endpoints' networks."""
    networks = tuple(dict.fromkeys(one.network_id for one in case.endpoints))
    found = (one for network in networks for one in case.index.machines_of(network))
    # On Azure an interface that belongs to no machine is listed by its own id.
    usable = (one for one in found if case.inventory.platform == "aws" or id_part(one.id, "virtualMachines"))
    return tuple(sorted(dict.fromkeys(usable), key=lambda one: (one.name, one.id)))


def runs(case: Case, targets: tuple[ProbeTarget, ...]) -> tuple[Run, ...]:
    """What could be run, on each machine; empty where there is nothing to probe."""
    lines = script(targets)
    by = _AGENTS[case.inventory.platform]
    return tuple(Run(one, by, targets, lines) for one in machines(case)) if lines.strip() else ()


def to_run(case: Case, on: str, targets: tuple[ProbeTarget, ...]) -> Run:
    """What would be run on a machine, named by its id, name or private address. Nothing is run.

    Raises NotYet where there is no such machine, or nothing to probe.
    """
    known = runs(case, targets)
    if not known and not script(targets).strip():
        raise NotYet("there is nothing to probe yet", "An endpoint has to be there, and a port (--port).")
    fitting = [one for one in known if on.lower() in names_of(one.machine)]
    if len(fitting) != 1:
        named = ", ".join(
            f"{one.machine.name or one.machine.id} ({one.machine.address})" for one in known[:8]
        )
        raise NotYet(
            f"{on} is {'more than one machine' if fitting else 'no machine'} in the network of the endpoint",
            f"Name one by its id. There are: {named or 'none'}{' …' if len(known) > 8 else ''}",
        )
    return fitting[0]


def names_of(machine: Instance) -> tuple[str, ...]:
    """What a person may call a machine, in lower case."""
    return (machine.id.lower(), machine.name.lower(), machine.address)


def ran(case: Case, cloud: Cloud, run: Run) -> tuple[Case, str]:
    """Run the probes that a person agreed to; the case with what they show, and what they printed.

    Raises CloudError (``unsupported`` where this cloud cannot), NotYet where they say nothing of the probes.
    """
    if not isinstance(cloud, Remote):
        raise CloudError(
            "unsupported", "Nothing can be run on machines of this cloud.", "Paste the commands there."
        )
    output = cloud.run_on(run.machine.id, run.script)
    found = results(output, run.targets)
    if not found:
        raise NotYet(
            f"what {run.machine.name or run.machine.id} printed says nothing of the probes: {excerpt(output, 200)}",
            "The machine needs a POSIX shell and curl. Paste the commands on another one.",
        )
    told = {(one.target.host, one.target.port) for one in found}
    kept = (
        one for one in case.probes.get("to-magento", ()) if (one.target.host, one.target.port) not in told
    )
    return replace(case, probes={**case.probes, "to-magento": (*kept, *found)}), output


def measured(case: Case, cloud: Cloud) -> Case:
    """The case with the figures of the own service that take a call of their own, and with what the probe of the load
    balancer behind it finds; a gap where they may not be read.
    """
    service = case.service
    if service is None or not isinstance(cloud, Measuring):
        return case
    try:
        case = replace(case, measured=cloud.measured(service.id))
    except CloudError as error:
        case = _without(case, MEASURES, error)
    try:
        found = [cloud.probed(id) for id in service.load_balancer_ids]
    except CloudError as error:
        return _without(case, PROBED, error)
    return replace(case, probed={member: percent for one in found for member, percent in one.items()})


def _without(case: Case, what: str, error: CloudError) -> Case:
    gap = Gap(what, error.code, error.message, error.operation)
    return replace(case, inventory=replace(case.inventory, gaps=(*case.inventory.gaps, gap)))


def _known_ports(request: Request, ports: tuple[int, ...]) -> None:
    known = {one.port for one in request.services}
    wrong = [str(port) for port in ports if port not in known]
    if wrong:
        raise NotYet(
            f"the request has no service on port {', '.join(wrong)}",
            f"Ask about {', '.join(map(str, sorted(known)))}, or correct the request.",
        )


def _only(case: Case, ports: tuple[int, ...]) -> Case:
    """The case as far as it is about these ports; all of it where none are named."""
    if not ports:
        return case
    kept = {way: tuple(port for port in known if port in ports) for way, known in case.ports.items()}
    shown = {
        way: tuple(one for one in results if one.target.port in ports) for way, results in case.probes.items()
    }
    return replace(case, ports=kept, probes=shown)


def _visible(shown: Mapping[str, VendorService | CloudError]) -> Mapping[str, VendorService | None]:
    """What a failed look-up says: not visible, or (any other failure) nothing."""
    found: dict[str, VendorService | None] = {}
    for name, one in shown.items():
        if isinstance(one, VendorService):
            found[name] = one
        elif one.code == "service-not-visible":
            found[name] = None
    return found


def _targets(enablement: Enablement, request: Request, asked: Asked) -> tuple[ProbeTarget, ...]:
    """The endpoints' own names, and those that clients use."""
    own = proving.probe_targets(enablement, "to-magento")
    return own + tuple(
        ProbeTarget(f"{one.name} by {host}", host, one.port, one.protocol.upper() in proving.ENCRYPTED)
        for host in asked.hosts
        for one in request.heading("to-magento")
    )


def probe(
    cloud: Cloud, targets: tuple[ProbeTarget, ...], inside: tuple[str, ...]
) -> Mapping[Direction, tuple[ProbeResult, ...]]:
    """What a probe from this machine shows; nothing where it is not in the network, for then silence means nothing."""
    if not targets:
        return {}
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
