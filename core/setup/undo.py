"""Undo: a plan that removes what an enablement made, and nothing else.

Deleted is what carries the enablement's tag with its own key as the value **and** is in the journal as made
here, or as a creation whose answer was lost or that failed. From what was adopted only the additions and the
tag are taken away again. AWS deletes what hangs together in one order only: endpoints before their security
groups; endpoint service, then listeners and load balancer, then target groups. Azure: private link service, then
pool members, then load balancer; the subnet's policy is turned on again once no private link service is left in
the subnet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.export.commands import command
from core.network.model import EndpointService, Inventory
from core.request.identifiers import id_part, same_id
from core.request.offer import Offer
from core.setup.azure_places import in_pool, member_key, pools_of
from core.setup.change import (
    ADOPTED,
    Change,
    Kind,
    PoolMemberSpec,
    PrincipalSpec,
    RejectSpec,
    SubnetPolicySpec,
    TagSpec,
)
from core.setup.ground import Resource, set_here
from core.setup.plan import Plan
from core.setup.undo_scene import GONE, Scene, connections
from core.setup.undo_stops import notes, stops
from core.workflow.story import Story, vendor_subscriptions


def plan_undo(
    inventory: Inventory,
    enablement: str,
    story: Story,
    *,
    force: bool = False,
    offer: Offer | None = None,
) -> Plan:
    """Plan the removal of what an enablement made.

    A live connection, either way, is a blocking problem unless ``force``: then it is cut. ``offer`` tells
    which principal was added to an adopted service (default: the published one). A plan without changes
    means: there is nothing left.
    """
    scene = Scene(inventory, enablement, story)
    service = _service(scene, offer or Offer())
    members = _members(scene, service)
    balancers = _balancers(scene, (*service, *members))
    planned = _distinct(
        (*_endpoints(scene), *service, *members, *balancers, *_policy(scene, (*service, *balancers)))
    )
    changes = tuple(replace(row, command=command(row, enablement, inventory.region)) for row in planned)
    return Plan(changes, stops(scene, changes, force), notes(scene, changes))


def _distinct(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes with unique keys, also where a call that was made twice left two of one key."""
    seen: dict[str, int] = {}
    rows = []
    for row in changes:
        seen[row.key] = seen.get(row.key, 0) + 1
        rows.append(row if seen[row.key] == 1 else replace(row, key=f"{row.key}/again/{seen[row.key]}"))
    return tuple(rows)


def _endpoints(scene: Scene) -> tuple[Change, ...]:
    rows = [row for row in scene.inventory.endpoints if row.state not in GONE and scene.made(row)]
    endpoints = [scene.delete("endpoint", row, row.name or row.id) for row in rows]
    groups = [
        scene.delete(
            "security-group",
            group,
            group.name,
            needs=(
                change.key
                for row, change in zip(rows, endpoints, strict=True)
                if group.id in row.security_group_ids
            ),
        )
        for group in scene.inventory.security_groups
        if scene.made(group)
    ]
    adopted = [
        _untag(scene, "endpoint", row, row.name or row.id)
        for row in scene.inventory.endpoints
        if row.state not in GONE and scene.value(row) == ADOPTED
    ]
    return (*endpoints, *groups, *adopted)


def _service(scene: Scene, offer: Offer) -> tuple[Change, ...]:
    changes: list[Change] = []
    for row in scene.inventory.endpoint_services:
        if row.state in GONE:
            continue
        if scene.value(row) == ADOPTED:
            changes.extend(_taken_back(scene, row, offer))
        elif scene.made(row):
            change = scene.delete("endpoint-service", row, row.name or row.service_name)
            live = connections(scene, row.id)
            if live:
                why = f"It was made here. {len(live)} of its connections are live: they are rejected first."
                change = replace(change, spec=RejectSpec(live), reason=why)
            changes.append(change)
    return tuple(changes)


def _taken_back(scene: Scene, row: EndpointService, offer: Offer) -> tuple[Change, ...]:
    """What was added to an adopted service, and the tag."""
    changes = []
    name = row.name or row.service_name
    vendors: tuple[str, ...] = (offer.aws_principal,)
    if scene.inventory.platform == "azure":
        vendors = vendor_subscriptions(scene.story, offer)
    principals = tuple(one for one in row.principals or () if one.lower() in vendors)
    if principals and set_here(scene.story, "principal", row.id):
        changes.append(
            Change(
                "principal",
                "delete",
                "principal",
                f"{', '.join(principals)} on {name}",
                PrincipalSpec(row.id, principals),
                row.id,
                reason="It was added here to a service that was not made here.",
            )
        )
    needs = tuple(change.key for change in changes)
    return (*changes, _untag(scene, "endpoint-service", row, name, needs))


def _untag(scene: Scene, kind: Kind, row: Resource, name: str, needs: tuple[str, ...] = ()) -> Change:
    made = scene.story.made.items()
    key = next((key for key, one in made if same_id(one.id, row.id) and one.kind == kind), f"{kind}/{row.id}")
    why = "It was not made here and stays; only this enablement's tag is taken off."
    return Change(key, "change", kind, name, TagSpec(row.id, present=False), row.id, needs, reason=why)


def _balancers(scene: Scene, service: tuple[Change, ...]) -> tuple[Change, ...]:
    seen = scene.inventory
    names = {row.id: row.name for row in seen.load_balancers}
    after = tuple(
        row.key for row in service if row.action == "delete" and row.kind in ("endpoint-service", "targets")
    )
    listeners = [
        scene.delete(
            "listener",
            row,
            f"{row.protocol} {row.port} on {names.get(row.load_balancer_id, row.load_balancer_id)}",
            after,
        )
        for row in seen.listeners
        if scene.made(row)
    ]
    listened = tuple(change.key for change in listeners)
    adopted = [
        _untag(scene, "load-balancer", row, row.name, listened)
        for row in seen.load_balancers
        if scene.value(row) == ADOPTED
    ]
    balancers = [
        scene.delete("load-balancer", row, row.name, (*after, *listened))
        for row in seen.load_balancers
        if scene.made(row)
    ]
    gone = tuple(change.key for change in balancers)
    groups = [
        scene.delete("target-group", row, row.name, (*listened, *gone))
        for row in seen.target_groups
        if scene.made(row)
    ]
    untagged = [
        _untag(scene, "target-group", row, row.name)
        for row in seen.target_groups
        if scene.value(row) == ADOPTED
    ]
    return (*listeners, *adopted, *balancers, *groups, *untagged)


def _members(scene: Scene, service: tuple[Change, ...]) -> tuple[Change, ...]:
    """The network interfaces that joined a pool here, to be taken out of it again (Azure)."""
    after = tuple(row.key for row in service if row.action == "delete" and row.kind == "endpoint-service")
    made = scene.story.made.get("load-balancer")
    used = made.id if made else next((r.id for r in scene.inventory.load_balancers if scene.made(r)), None)
    balancer = next((row for row in scene.inventory.load_balancers if used and same_id(row.id, used)), None)
    if scene.inventory.platform != "azure" or balancer is None:
        return ()
    pools = pools_of(scene.inventory, balancer)
    changes = {}
    for row in scene.inventory.instances:
        if not row.interface_id:
            continue
        key = member_key(row.interface_id)
        ours = set_here(scene.story, key, row.interface_id)
        if ours and any(in_pool(scene.inventory, pool, row.interface_id, row.address) for pool in pools):
            changes[key] = Change(
                key,
                "delete",
                "targets",
                f"{id_part(row.interface_id, 'networkInterfaces')} in the pool of {balancer.name}",
                PoolMemberSpec(balancer.id, row.interface_id),
                row.interface_id,
                after,
                reason="It joined the pool here; the network interface itself stays.",
            )
    return tuple(changes.values())


def _policy(scene: Scene, before: tuple[Change, ...]) -> tuple[Change, ...]:
    """The policy of the NAT subnet, on again where it was turned off here and nothing needs it off (Azure)."""
    rows = scene.inventory.subnets
    subnet = next((row for row in rows if set_here(scene.story, "subnet-policy", row.id)), None)
    if subnet is None or subnet.link_policies is not False:
        return ()
    gone = {row.id for row in before if row.action == "delete"}
    needed = any(
        same_id(one, subnet.id)
        for row in scene.inventory.endpoint_services
        if row.id not in gone and row.state not in GONE
        for one in row.subnet_ids
    )
    if needed:
        return ()
    return (
        Change(
            "subnet-policy",
            "change",
            "subnet-policy",
            f"private link service policies of subnet {subnet.name}",
            SubnetPolicySpec(subnet.id, enabled=True),
            subnet.id,
            tuple(row.key for row in before if row.action == "delete"),
            reason="They were on before this enablement turned them off.",
        ),
    )
