"""Faults of the emulated Azure on the way to Magento. What an API can break, its API breaks; the rest, which only
Azure itself does, the emulator's state.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from providers.sandbox.faults.azure_stage import Stage, asked_of, decided, denied, placed, set_subnet
from providers.sandbox.faults.fault import Aside, Fault
from providers.sandbox.faults.names import STALE_NAME

TLS_PORT = 8443
"""443 into Magento does not work on Azure."""
MANUAL, AUTOMATIC = "manualPrivateLinkServiceConnections", "privateLinkServiceConnections"


def not_shown(stage: Stage) -> Iterator[Aside]:
    """Magento takes the subscription out of its service's visibility."""
    group, name = placed(stage.world.service_id)
    services = stage.magento.network.private_link_services

    def show(*subscriptions: str) -> None:
        service = services.get(group, name)
        assert service.visibility is not None
        service.visibility.subscriptions = list(subscriptions)
        services.begin_create_or_update(group, name, service).result()

    show()
    yield Aside()
    show(stage.customer.subscription)


def nobodys_alias(stage: Stage) -> Iterator[Aside]:
    """The alias that was written down has its first digits the wrong way round."""
    prefix, guid, rest = stage.world.service_name.split(".", 2)
    yield Aside(service_name=f"{prefix}.{guid[7::-1]}{guid[8:]}.{rest}")


def mangled_alias(stage: Stage) -> Iterator[Aside]:
    """Of the alias only the beginning was written down."""
    prefix, _, rest = stage.world.service_name.split(".", 2)
    yield Aside(service_name=f"{prefix}.{rest.partition('.')[0]}")


def other_region(stage: Stage) -> Iterator[Aside]:
    """The alias that was written down is of a service in another region."""
    region = stage.estate.region
    other = "eastus2" if region != "eastus2" else "westeurope"
    yield Aside(service_name=stage.world.service_name.replace(f".{region}.", f".{other}."))


def deleted(stage: Stage) -> Iterator[Aside]:
    """Somebody deleted the private endpoint."""
    was = _removed(stage)
    yield Aside()
    _made(stage, was)
    _decided(stage, was, "Approved")


def unanswered(stage: Stage) -> Iterator[Aside]:
    """The private endpoint was made anew, and Magento has not approved it."""
    was = _removed(stage)
    _made(stage, was)
    yield Aside()
    _decided(stage, was, "Approved")


def rejected(stage: Stage) -> Iterator[Aside]:
    """Magento rejects the connection that it had approved."""
    was = stage.endpoint()
    _decided(stage, was, "Rejected")
    yield Aside()
    _anew(stage, was)


def disconnected(stage: Stage) -> Iterator[Aside]:
    """Magento removes the connection from its service."""
    was = stage.endpoint()
    group, name = placed(stage.world.service_id)
    link = asked_of(stage.magento, stage.world.service_id, was.id)
    services = stage.magento.network.private_link_services
    services.begin_delete_private_endpoint_connection(group, name, link.name).result()
    yield Aside()
    _anew(stage, was)


def automatic(stage: Stage) -> Iterator[Aside]:
    """The request is among the automatic ones, and failed: Azure shows it like that where a template put it there."""
    endpoint, link = stage.emulated(stage.endpoint().id), stage.link()
    was = (link.status, link.description)
    endpoint.properties[AUTOMATIC] = endpoint.properties.pop(MANUAL)
    endpoint.state = "Failed"
    link.manual, link.status, link.description = False, "Rejected", "Not authorised to approve"
    yield Aside()
    endpoint.properties[MANUAL] = endpoint.properties.pop(AUTOMATIC)
    endpoint.state = "Succeeded"
    link.manual, (link.status, link.description) = True, was


def filtered(stage: Stage) -> Iterator[Aside]:
    """A network security group on the endpoint's subnet keeps everybody from it."""
    yield from _guarded(stage, "NetworkSecurityGroupEnabled")


def policies_off(stage: Stage) -> Iterator[Aside]:
    """A network security group stands on the endpoint's subnet, and does nothing there."""
    yield from _guarded(stage, "Disabled")


def _guarded(stage: Stage, policies: str) -> Iterator[Aside]:
    endpoint = stage.endpoint()
    subnet = str(endpoint.subnet.id) if endpoint.subnet else ""
    group, _ = placed(str(endpoint.id))
    groups = stage.customer.network.network_security_groups
    body: Any = {"location": stage.estate.region}
    made = groups.begin_create_or_update(group, "endpoint-guard", body).result()
    with denied(stage, str(made.id), "*", "80"):
        was = set_subnet(
            stage,
            subnet,
            network_security_group={"id": made.id},
            private_endpoint_network_policies=policies,
        )
        yield Aside()
        set_subnet(stage, subnet, **was)
    groups.begin_delete(group, "endpoint-guard").result()


def tls_name(stage: Stage) -> Iterator[Aside]:
    """A port into Magento speaks TLS, with a certificate that is not the endpoint's."""
    stage.endpoint()
    stage.open_port(TLS_PORT)
    yield Aside(tls_port=TLS_PORT)


def quiet(stage: Stage) -> Iterator[Aside]:
    """Nothing has to be broken: quiet connections are dropped after four to five minutes, and no setting changes it."""
    stage.endpoint()
    yield Aside()


def _removed(stage: Stage) -> Any:
    was = stage.endpoint()
    stage.customer.network.private_endpoints.begin_delete(*placed(was.id)).result()
    return was


def _made(stage: Stage, was: Any) -> None:
    """A private endpoint like the one that was, with its tags."""
    (asked,) = was.manual_private_link_service_connections
    body: Any = {
        "location": was.location,
        "tags": was.tags,
        "properties": {
            "subnet": {"id": was.subnet.id},
            MANUAL: [
                {
                    "name": asked.name,
                    "properties": {
                        "privateLinkServiceId": asked.private_link_service_id,
                        "requestMessage": asked.request_message,
                    },
                }
            ],
        },
    }
    stage.customer.network.private_endpoints.begin_create_or_update(*placed(was.id), body).result()


def _anew(stage: Stage, was: Any) -> None:
    """What ended never comes back: delete it, and make it anew."""
    stage.customer.network.private_endpoints.begin_delete(*placed(was.id)).result()
    _made(stage, was)
    _decided(stage, was, "Approved")


def _decided(stage: Stage, endpoint: Any, status: str) -> None:
    """Magento decides on the customer's connection."""
    decided(stage.magento, stage.world.service_id, endpoint.id, status)


FAULTS: tuple[Fault[Stage], ...] = (
    Fault(
        "not-shown",
        "Magento's service is not visible to you any more",
        not_shown,
        "to-magento",
        "not-visible",
    ),
    Fault("alias-typo", "A typo in Magento's alias", nobodys_alias, "to-magento", "not-visible", aside=True),
    Fault(
        "alias-mangled",
        "Only a part of Magento's alias",
        mangled_alias,
        "to-magento",
        "wrong-alias",
        aside=True,
    ),
    Fault(
        "alias-region",
        "Magento's alias is of another region",
        other_region,
        "to-magento",
        "regions-differ",
        aside=True,
    ),
    Fault("endpoint-deleted", "Your private endpoint is deleted", deleted, "to-magento", "endpoint-missing"),
    Fault("request-unanswered", "Magento has not approved yet", unanswered, "to-magento", "not-accepted"),
    Fault(
        "request-rejected",
        "Magento rejects your connection",
        rejected,
        "to-magento",
        "endpoint-rejected",
        "azure-endpoint-dead",
    ),
    Fault(
        "disconnected",
        "Magento removes your connection",
        disconnected,
        "to-magento",
        "endpoint-disconnected",
        "azure-endpoint-dead",
    ),
    Fault(
        "request-automatic",
        "Your request is among the automatic ones",
        automatic,
        "to-magento",
        "automatic-connection",
        "azure-endpoint-automatic",
    ),
    Fault(
        "endpoint-group-closed",
        "A network security group keeps clients from the endpoint",
        filtered,
        "to-magento",
        "endpoint-filter",
        "azure-way-clients-blocked",
    ),
    Fault(
        "endpoint-policies-off",
        "A network security group does nothing for the endpoint",
        policies_off,
        "to-magento",
        "policies-off",
        "azure-endpoint-policies-off",
    ),
    Fault("tls-name", "The certificate is for another name", tls_name, "to-magento", "tls-name", aside=True),
    STALE_NAME,
    Fault("idle-drop", "Quiet connections are dropped, always", quiet, "to-magento", "idle-drop"),
)
