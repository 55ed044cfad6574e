"""Make and undo: one PUT for each change, idempotent by the resource's name.

A PUT replaces what is there, so every creation looks first: what has the name and not the enablement's tag
with this change's key is somebody else's and stays as it is. What is the customer's (an interface, a subnet)
is read, changed in the one place, and written back only if nobody else wrote in between.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from azure.mgmt.network import models as w

from core.cloud import CloudError, OnOperation
from core.setup import change as c
from providers.azure import balancer, ids, lookups, read, registration, tagging
from providers.azure.find import known, member_of, visible_to
from providers.azure.operations import Work, if_there, matching
from providers.azure.session import Clients


def apply(
    clients: Clients,
    change: c.Change,
    enablement: str,
    on_operation: OnOperation | None = None,
) -> c.Outcome:
    """Make one change whose refs are resolved; see :meth:`core.cloud.Cloud.apply`.

    ``leave``, and ``adopt`` without a spec, make no call. A ``delete`` of what is not there is done. For the
    kinds that are a property of another resource the outcome's id is that resource's: ``targets`` the
    network interface, ``subnet-policy`` the subnet, ``principal`` the service; for ``registration`` it is the
    change's own.
    """
    if change.action == "leave" or (change.action == "adopt" and change.spec is None):
        return c.Outcome(change.id or "")
    work = Work(clients, change, enablement, on_operation)
    if change.action == "delete":
        return _delete(work)
    match change.spec:
        case c.StandardBalancerSpec() as spec:
            return balancer.make(work, spec)
        case c.PoolMemberSpec() as spec:
            return _member(work, spec, joins=True)
        case c.SubnetPolicySpec() as spec:
            return _subnet_policy(work, spec.subnet, enabled=spec.enabled)
        case c.RegistrationSpec() as spec:
            registration.register(clients, spec)
            return c.Outcome(change.id or "", "registered")
        case c.PrivateLinkServiceSpec() as spec:
            return _service(work, spec)
        case c.PrincipalSpec() as spec:
            return _visibility(work, known(spec.service), add=spec.principals)
        case c.PrivateEndpointSpec() as spec:
            return _endpoint(work, spec)
        case c.TagSpec() as spec:
            resource = known(spec.resource)
            tagging.mark(work, resource, present=spec.present)
            return c.Outcome(resource)
        case None:
            raise _incomplete(change)
        case _:
            raise CloudError(
                "unsupported",
                f"Azure has no {change.kind} of this form.",
                "Make the plan anew; if it stays so, report it as a bug.",
            )


def _member(work: Work, spec: c.PoolMemberSpec, *, joins: bool) -> c.Outcome:
    """An interface's first IP configuration joins the load balancer's pool, or all of them leave it."""
    clients, owner = work.clients, known(spec.load_balancer)
    wire = lookups.interface(clients, spec.interface)
    configurations = [
        item.properties
        for item in (wire.properties.ip_configurations if wire.properties else None) or ()
        if item.properties
    ]
    if not configurations:
        raise CloudError(
            "invalid",
            f"{spec.interface} has no IP configuration.",
            "Choose the network interface of a virtual machine.",
        )
    # What is to be taken back is written in any case: a look that shows it as gone may be of before it was made.
    if joins and member_of(wire, owner):
        return c.Outcome(spec.interface)
    if joins:
        pool = balancer.pool_id(lookups.load_balancer(clients, owner))
        first = configurations[0]
        standing = first.load_balancer_backend_address_pools or []
        first.load_balancer_backend_address_pools = [*standing, w.BackendAddressPool(id=pool)]
    else:
        for item in configurations:
            item.load_balancer_backend_address_pools = [
                pool
                for pool in item.load_balancer_backend_address_pools or ()
                if not ids.same(ids.up_to(pool.id or "", "loadBalancers"), owner)
            ]
    at = ids.place(spec.interface, "networkInterfaces")
    work.run(
        "networkInterfaces/write",
        partial(
            clients.network.network_interfaces.begin_create_or_update,
            at.group,
            at.name,
            wire,
            headers=matching(wire.etag),
        ),
    )
    return c.Outcome(spec.interface, "" if joins else "deleted")


def _subnet_policy(work: Work, id: str, *, enabled: bool) -> c.Outcome:
    clients = work.clients
    wire = lookups.subnet(clients, id)
    wanted = "Enabled" if enabled else "Disabled"
    told = wire.properties
    if told is None:
        raise CloudError("unexpected", f"Azure told nothing of {id}.", "Look at the subnet in the portal.")
    # On again is written in any case, as in _member.
    if not enabled and read.said(told.private_link_service_network_policies) == "disabled":
        return c.Outcome(id, wanted.lower())
    told.private_link_service_network_policies = wanted
    at = ids.place(id, "virtualNetworks")
    work.run(
        "virtualNetworks/subnets/write",
        partial(
            clients.network.subnets.begin_create_or_update,
            at.group,
            at.name,
            ids.part(id, "subnets"),
            wire,
            headers=matching(wire.etag),
        ),
    )
    return c.Outcome(id, wanted.lower())


def _service(work: Work, spec: c.PrivateLinkServiceSpec) -> c.Outcome:
    """Make a private link service; with action ``change``, let more subscriptions see one and nobody be
    approved by itself.
    """
    clients = work.clients
    id = work.change.id or lookups.id_of(clients, spec.group, "privateLinkServices", spec.name)
    standing = if_there(partial(lookups.service, clients, id))
    if work.change.action == "change":
        return _visibility(work, id, add=spec.visibility)
    if standing is not None:
        mine(work, "private link service", standing.id, standing.tags)
        state = read.resource_state(standing.properties.provisioning_state if standing.properties else "")
        if state != "failed":
            return c.Outcome(standing.id or id, state)
    frontend = balancer.frontend_id(lookups.load_balancer(clients, known(spec.load_balancer)))
    body = w.PrivateLinkService(
        location=spec.region,
        tags=work.mark,
        properties=w.PrivateLinkServiceProperties(
            load_balancer_frontend_ip_configurations=[w.FrontendIPConfiguration(id=frontend)],
            ip_configurations=[
                w.PrivateLinkServiceIpConfiguration(
                    name="nat",
                    properties=w.PrivateLinkServiceIpConfigurationProperties(
                        subnet=w.Subnet(id=spec.subnet),
                        private_ip_allocation_method="Dynamic",
                        private_ip_address_version="IPv4",
                        primary=True,
                    ),
                )
            ],
            visibility=w.PrivateLinkServicePropertiesVisibility(subscriptions=list(spec.visibility)),
            auto_approval=w.PrivateLinkServicePropertiesAutoApproval(subscriptions=[]),
            enable_proxy_protocol=False,
        ),
    )
    return _put_service(work, id, body)


def _put_service(work: Work, id: str, body: w.PrivateLinkService) -> c.Outcome:
    at = ids.place(id, "privateLinkServices")
    made = work.run(
        "privateLinkServices/write",
        partial(
            work.clients.network.private_link_services.begin_create_or_update,
            at.group,
            at.name,
            body,
            headers=matching(body.etag),
        ),
        partial(lookups.service, work.clients, id),
    )
    state = read.resource_state(made.properties.provisioning_state if made.properties else "")
    return c.Outcome(made.id or id, state)


def _visibility(work: Work, id: str, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> c.Outcome:
    """Let subscriptions see a service, or take them off; whoever was approved by itself is not any more."""
    wire = lookups.service(work.clients, id)
    told = wire.properties
    if told is None:
        raise CloudError("unexpected", f"Azure told nothing of {id}.", "Look at the service in the portal.")
    before = visible_to(wire)
    gone = {one.lower() for one in remove}
    after = [one for one in dict.fromkeys((*before, *(one.lower() for one in add))) if one not in gone]
    # Off the list is written in any case, as in _member.
    if not remove and list(before) == after and not (told.auto_approval and told.auto_approval.subscriptions):
        return c.Outcome(wire.id or id)
    told.visibility = w.PrivateLinkServicePropertiesVisibility(subscriptions=after)
    told.auto_approval = w.PrivateLinkServicePropertiesAutoApproval(subscriptions=[])
    return _put_service(work, id, wire)


def _endpoint(work: Work, spec: c.PrivateEndpointSpec) -> c.Outcome:
    clients = work.clients
    id = lookups.id_of(clients, spec.group, "privateEndpoints", spec.name)
    standing = if_there(partial(lookups.endpoint, clients, id))
    if standing is not None:
        mine(work, "private endpoint", standing.id, standing.tags)
        seen = read.endpoint(standing, {}, ids.as_is)
        if seen.state != "failed":
            return c.Outcome(seen.id, seen.state)
    asked = w.PrivateLinkServiceConnection(
        name=spec.name,
        properties=w.PrivateLinkServiceConnectionProperties(
            private_link_service_id=spec.service, request_message=spec.message
        ),
    )
    body = w.PrivateEndpoint(
        location=spec.region,
        tags=work.mark,
        properties=w.PrivateEndpointProperties(
            subnet=w.Subnet(id=spec.subnet), manual_private_link_service_connections=[asked]
        ),
    )
    made = work.run(
        "privateEndpoints/write",
        partial(clients.network.private_endpoints.begin_create_or_update, spec.group, spec.name, body),
        partial(lookups.endpoint, clients, id),
    )
    seen = read.endpoint(made, {}, ids.as_is)
    return c.Outcome(seen.id or id, seen.state)


def mine(work: Work, what: str, id: str | None, tags: Mapping[str, str] | None) -> None:
    """Raise ``already-exists`` where the tags do not say that this change made it."""
    if not work.mine(tags):
        raise CloudError(
            "already-exists",
            f"There is a {what} of this name that was not made here: {id}.",
            "Rename or remove it, or adopt it instead of making another.",
        )


def _delete(work: Work) -> c.Outcome:
    try:
        return _take_away(work)
    except CloudError as error:
        if error.code != "not-found":
            raise
        return c.Outcome(work.change.id or "", "deleted")


def _take_away(work: Work) -> c.Outcome:
    change = work.change
    match change.spec:
        case c.PoolMemberSpec() as spec:
            return _member(work, spec, joins=False)
        case c.SubnetPolicySpec() as spec:
            return _subnet_policy(work, spec.subnet, enabled=not spec.enabled)
        case c.PrincipalSpec() as spec:
            return _visibility(work, change.id or known(spec.service), remove=spec.principals)
    remove = _DELETE.get(change.kind)
    if remove is None or not change.id:
        raise _incomplete(change)
    remove(work, change.id)
    return c.Outcome(change.id, "deleted")


def _delete_load_balancer(work: Work, id: str) -> None:
    at = ids.place(id, "loadBalancers")
    work.run(
        "loadBalancers/delete",
        partial(work.clients.network.load_balancers.begin_delete, at.group, at.name),
    )


def _delete_service(work: Work, id: str) -> None:
    """A service with connections cannot be deleted; those that are dead are removed first."""
    at = ids.place(id, "privateLinkServices")
    services = work.clients.network.private_link_services
    for one in read.connections(lookups.service(work.clients, id), ids.as_is):
        if one.state in ("rejected", "disconnected", "failed", "expired") and one.name:
            work.run(
                "privateLinkServices/privateEndpointConnections/delete",
                partial(services.begin_delete_private_endpoint_connection, at.group, at.name, one.name),
            )
    work.run("privateLinkServices/delete", partial(services.begin_delete, at.group, at.name))


def _delete_endpoint(work: Work, id: str) -> None:
    at = ids.place(id, "privateEndpoints")
    work.run(
        "privateEndpoints/delete",
        partial(work.clients.network.private_endpoints.begin_delete, at.group, at.name),
    )


_DELETE: Mapping[c.Kind, Callable[[Work, str], None]] = {
    "load-balancer": _delete_load_balancer,
    "endpoint-service": _delete_service,
    "endpoint": _delete_endpoint,
}
"""What needs no more than the id."""


def _incomplete(change: c.Change) -> CloudError:
    return CloudError(
        "invalid",
        f"The change {change.key} ({change.action} {change.kind}) does not say enough to be made.",
        "Make the plan anew; if it stays so, report it as a bug.",
    )
