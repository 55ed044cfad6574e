"""Private endpoints and their connections: asked for, approved, rejected, removed."""

from __future__ import annotations

import uuid

from providers.sandbox.azure import services
from providers.sandbox.azure.estate import (
    NAMESPACE,
    Estate,
    Json,
    Link,
    Refusal,
    Resource,
    bad,
    referenced,
)
from providers.sandbox.azure.kinds import Kind, complete, ids, need, show

LONGEST_MESSAGE = 140
PER_SERVICE = 1000
AUTOMATIC, MANUAL = "privateLinkServiceConnections", "manualPrivateLinkServiceConnections"
STATES = {"Pending", "Approved", "Rejected"}
DEAD = ("Rejected", "Disconnected")
"""States that a connection never comes back from."""
REMOVED = "Deleted state"
_ONLY_AZURE = frozenset({"privateLinkServiceConnectionState"})


def _write(estate: Estate, old: Resource | None, new: Resource) -> None:
    for key in ("networkInterfaces", "customDnsConfigs", "provisioningState"):
        new.properties.pop(key, None)
    need(estate, new, referenced(new.properties, "subnet"))
    asked = [(one, False) for one in complete(new, AUTOMATIC, _ONLY_AZURE)]
    asked += [(one, True) for one in complete(new, MANUAL, _ONLY_AZURE)]
    if len(asked) != 1:
        raise bad(
            "PrivateEndpointMustHaveOnePrivateLinkServiceConnection",
            f"Private endpoint {new.id} must have exactly one private link service connection.",
        )
    one, manual = asked[0]
    inner = one["properties"]
    message = inner.get("requestMessage") or ""
    if len(message) > LONGEST_MESSAGE:
        raise bad(
            "PrivateLinkServiceConnectionRequestMessageTooLong",
            f"The request message of {one['id']} has {len(message)} characters, {LONGEST_MESSAGE} are allowed.",
        )
    named = str(inner.get("privateLinkServiceId") or "")
    before = link_of(estate, old) if old else None
    if before:
        if named.lower() != before.requested.lower() or manual != before.manual:
            raise bad(
                "PrivateEndpointConnectionCannotBeChanged",
                f"The connection of private endpoint {new.id} cannot lead elsewhere: delete it first.",
            )
        return
    service = services.look_up(estate, named, new.subscription)
    if service is None:
        raise bad(
            "ThirdPartyPrivateLinkServiceProvidedDuringPrivateEndpointCreationDoesNotExistOrIsNotVisible",
            f"Third-party Private Link Service Id {named} provided in the creation of private endpoint {new.id} "
            "does not exist or is not visible.",
        )
    if len(services.links_of(estate, service)) >= PER_SERVICE:
        words = f"Private link service {service.id} has {PER_SERVICE} private endpoints already."
        raise bad("PrivateEndpointCountPerPrivateLinkServiceLimitReached", words)
    own = estate.tenant_of(service.subscription) == estate.tenant_of(new.subscription)
    if not manual and not own and not services.approves(service, new.subscription):
        raise Refusal(
            403,
            "LinkedAuthorizationFailed",
            f"The client has permission to perform action '{NAMESPACE}/privateEndpoints/write' on scope "
            f"'{new.id}'; however, it does not have permission to perform action "
            f"'{NAMESPACE}/privateLinkServices/PrivateEndpointConnectionsApproval/action' on the linked scope "
            f"'{service.id}'.",
        )


def link_of(estate: Estate, endpoint: Resource) -> Link | None:
    """The connection of a private endpoint."""
    wanted = endpoint.id.lower()
    return next((one for one in estate.links if one.endpoint.lower() == wanted), None)


def address_of(estate: Estate, endpoint: Resource) -> str:
    """The private address of a private endpoint; empty before it has one."""
    for one in endpoint.properties.get("networkInterfaces") or []:
        interface = estate.find(str(one["id"]))
        for part in interface.parts("ipConfigurations") if interface else ():
            return str(part["properties"]["privateIPAddress"])
    return ""


def _stored(estate: Estate, resource: Resource) -> None:
    """Give a new endpoint its network interface and its connection."""
    before = link_of(estate, resource)
    if before is None:
        _connect(estate, resource)
    _seat(estate, resource)


def _seat(estate: Estate, resource: Resource) -> None:
    called = resource.properties.get("customNetworkInterfaceName")
    name = called or f"{resource.name}.nic.{resource.guid}"
    id = f"{resource.id.rpartition('/privateEndpoints/')[0]}/networkInterfaces/{name}"
    if estate.find(id) is None:
        subnet = referenced(resource.properties, "subnet")
        given = (resource.properties.get("ipConfigurations") or [{}])[0].get("properties") or {}
        address = estate.allocate(subnet, given.get("privateIPAddress"))
        part = services.interface_part(id, f"privateEndpointIpConfig.{resource.guid}", subnet, address)
        owned = {"privateEndpoint": {"id": resource.id}, "ipConfigurations": [part]}
        estate.resources[id.lower()] = services.interface(resource, id, owned)
    resource.properties["networkInterfaces"] = ids([id])


def _connect(estate: Estate, resource: Resource) -> None:
    manual = bool(resource.parts(MANUAL))
    inner = resource.parts(MANUAL if manual else AUTOMATIC)[0]["properties"]
    service = services.look_up(estate, str(inner["privateLinkServiceId"]), resource.subscription)
    if service is None:
        raise bad("PrivateLinkServiceNotFound", f"{inner['privateLinkServiceId']} went away.")
    taken = not manual or services.approves(service, resource.subscription)
    estate.links.append(
        Link(
            service=service.id.lower(),
            endpoint=resource.id,
            name=f"{resource.name}.{resource.guid}",
            number=536870912 + estate.number(),
            requested=str(inner["privateLinkServiceId"]),
            manual=manual,
            status="Approved" if taken else "Pending",
            description="Approved" if taken else inner.get("requestMessage") or "Awaiting approval",
        )
    )


def _gone(estate: Estate, resource: Resource) -> None:
    services.drop_interfaces(estate, resource)
    link = link_of(estate, resource)
    if link is not None:
        estate.links.remove(link)


def _read(estate: Estate, resource: Resource) -> Json:
    link = link_of(estate, resource)
    shown: Json = {
        **resource.properties,
        "provisioningState": resource.state,
        "resourceGuid": resource.guid,
        "customDnsConfigs": [],
        "applicationSecurityGroups": [],
        "ipConfigurations": resource.properties.get("ipConfigurations") or [],
        "customNetworkInterfaceName": resource.properties.get("customNetworkInterfaceName") or "",
    }
    state = services.connection_state(link) if link else None
    for key in (AUTOMATIC, MANUAL):
        shown[key] = [
            show(one, resource, privateLinkServiceConnectionState=state) for one in resource.parts(key)
        ]
    return shown


ENDPOINTS = Kind("privateEndpoints", _write, _read, gone=_gone, stored=_stored)


# Connections, as the owner of the service handles them


def find_link(estate: Estate, service: Resource, name: str) -> Link | None:
    """A service's connection by name."""
    wanted = name.lower()
    return next((one for one in services.links_of(estate, service) if one.name.lower() == wanted), None)


def decide(estate: Estate, link: Link, wanted: Json) -> None:
    """Approve or reject a connection (``privateEndpointConnections`` PUT).

    Raises Refusal: what is no decision, and one about a connection that was rejected before.
    """
    given = (wanted.get("properties") or {}).get("privateLinkServiceConnectionState") or {}
    status = str(given.get("status") or "")
    if status not in STATES:
        raise bad(
            "InvalidPrivateLinkServiceConnectionState",
            f"Connection {link.name} cannot be set to {status!r}: Approved and Rejected are possible.",
        )
    if link.status == "Rejected" and status != "Rejected":
        raise bad(
            "PrivateEndpointConnectionIsRejected",
            f"Connection {link.name} was rejected: its private endpoint has to be deleted and made anew.",
        )
    link.status = status
    link.description = str(given.get("description") or "")
    link.actions = str(given.get("actionsRequired") or "None")
    link.settled = estate.clock() + estate.timing.approval
    link.etag = f'W/"{uuid.uuid4()}"'


def disconnect(link: Link) -> None:
    """The service's owner removes a connection: the endpoint stays, disconnected."""
    link.removed = True
    link.status = "Disconnected"
    link.description = REMOVED
