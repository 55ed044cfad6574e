"""Find again what an enablement made: by its name, and the tag whose value is the change's key.

What is a property of another resource and carries no tag is found by being in place. An operation that is
still under way (an earlier run's) is waited for, so that what is found can be used.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from core.cloud import CloudError
from core.setup import change as c
from providers.azure import ids, lookups, read, read_balancing, registration, tagging
from providers.azure.operations import Work, settled
from providers.azure.session import Clients

if TYPE_CHECKING:
    from azure.mgmt.network import models as w


def known(value: c.Id) -> str:
    """The id itself. Raises CloudError ``invalid`` where it is still a reference to another change."""
    if isinstance(value, c.Ref):
        raise CloudError("invalid", f"The id of {value.key} is not known yet.", f"Apply {value.key} first.")
    return value


def member_of(wire: w.NetworkInterface, load_balancer: str) -> tuple[str, ...]:
    """The pools of this load balancer that the interface is in."""
    return tuple(
        pool.id
        for item in (wire.properties.ip_configurations if wire.properties else None) or ()
        if item.properties
        for pool in item.properties.load_balancer_backend_address_pools or ()
        if pool.id and ids.same(ids.up_to(pool.id, "loadBalancers"), load_balancer)
    )


def visible_to(wire: w.PrivateLinkService) -> tuple[str, ...]:
    """The subscriptions that see a service, in lower case."""
    seen = (
        wire.properties.visibility.subscriptions if wire.properties and wire.properties.visibility else None
    )
    return tuple(one.lower() for one in seen or ())


def find(clients: Clients, change: c.Change, enablement: str) -> c.Outcome | None:
    """The resource that carries the enablement's tag with this change's key, or None.

    One that is being deleted, or whose creation failed, is not found: it can be made (again).
    """
    try:
        return _find(Work(clients, change, enablement))
    except CloudError as error:
        if error.code != "not-found":
            raise
        return None


def _find(work: Work) -> c.Outcome | None:
    clients, change = work.clients, work.change
    match change.spec:
        case c.TagSpec() as spec:
            resource = known(spec.resource)
            tagged = c.tag_key(work.enablement) in tagging.tags_of(clients, resource)
            return c.Outcome(resource) if tagged == spec.present else None
        case c.PoolMemberSpec() as spec:
            interface = lookups.interface(clients, spec.interface)
            return c.Outcome(spec.interface) if member_of(interface, known(spec.load_balancer)) else None
        case c.SubnetPolicySpec() as spec:
            subnet = lookups.subnet(clients, spec.subnet).properties
            told = read.said(subnet.private_link_service_network_policies if subnet else "")
            return c.Outcome(spec.subnet) if (told != "disabled") == spec.enabled else None
        case c.RegistrationSpec() as spec:
            done = registration.is_registered(clients, spec.namespace)
            return c.Outcome(change.id or "", "registered") if done else None
        case c.PrincipalSpec() as spec:
            service = known(spec.service)
            seen = visible_to(lookups.service(clients, service))
            return c.Outcome(service) if {one.lower() for one in spec.principals} <= set(seen) else None
        case c.StandardBalancerSpec() | c.PrivateLinkServiceSpec() | c.PrivateEndpointSpec() as spec:
            at = lookups.id_of(clients, spec.group, _KINDS[change.kind], spec.name)
            return _made(work, at)
        case None if change.id and change.kind in _KINDS:
            return _made(work, change.id)
    return None


_KINDS = {
    "load-balancer": "loadBalancers",
    "endpoint-service": "privateLinkServices",
    "endpoint": "privateEndpoints",
}


def _made(work: Work, id: str) -> c.Outcome | None:
    clients = work.clients
    match work.change.kind:
        case "load-balancer":
            balancer = settled(
                clients,
                partial(lookups.load_balancer, clients, id),
                lambda wire: wire.properties and wire.properties.provisioning_state,
                "Microsoft.Network/loadBalancers/read",
            )
            tags, seen = balancer.tags, read_balancing.load_balancer(balancer, ids.as_is)
            found = c.Outcome(seen.id, seen.state)
        case "endpoint-service":
            service = settled(
                clients,
                partial(lookups.service, clients, id),
                lambda wire: wire.properties and wire.properties.provisioning_state,
                "Microsoft.Network/privateLinkServices/read",
            )
            tags, row = service.tags, read.endpoint_service(service, ids.as_is)
            found = c.Outcome(row.id, row.state)
        case _:
            endpoint = settled(
                clients,
                partial(lookups.endpoint, clients, id),
                lambda wire: wire.properties and wire.properties.provisioning_state,
                "Microsoft.Network/privateEndpoints/read",
            )
            tags, one = endpoint.tags, read.endpoint(endpoint, {}, ids.as_is)
            found = c.Outcome(one.id, one.state)
    return found if work.mine(tags) and found.state != "failed" else None
