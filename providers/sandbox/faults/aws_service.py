"""Faults of the emulated AWS at the customer's endpoint service: whom it lets in, and who is connected."""

from __future__ import annotations

from collections.abc import Iterator

from providers.sandbox.faults.aws_stage import PRINCIPAL, Stage
from providers.sandbox.faults.fault import Aside, Fault

STRANGER = "arn:aws:iam::777766665555:root"
"""Not the account of :mod:`providers.sandbox.intruder`: mending this takes nobody off the list whom a move let in."""
OWN_NAME = "db.shop.example"


def magento_not_allowed(stage: Stage) -> Iterator[Aside]:
    """Magento is taken out of the list of principals."""
    service = stage.service().get("ServiceId", "")
    change = stage.customer.ec2.modify_vpc_endpoint_service_permissions
    change(ServiceId=service, RemoveAllowedPrincipals=[PRINCIPAL])
    yield Aside()
    change(ServiceId=service, AddAllowedPrincipals=[PRINCIPAL])


def service_failed(stage: Stage) -> Iterator[Aside]:
    """AWS says that the service failed."""
    from providers.sandbox.moto_base import ec2_of

    id = stage.service().get("ServiceId", "")
    service = ec2_of(stage.ground.customer, stage.ground.region).configurations[id]
    was = service.service_state
    service.service_state = "Failed"
    yield Aside()
    service.service_state = was


def not_connected(stage: Stage) -> Iterator[Aside]:
    """Magento deletes its endpoint to the customer."""
    name = _disconnected(stage)
    yield Aside()
    _accepted(stage, _connected(stage, name))


def not_accepted(stage: Stage) -> Iterator[Aside]:
    """Magento asks anew, and waits for the customer."""
    made = _connected(stage, _disconnected(stage))
    yield Aside()
    _accepted(stage, made)


def _disconnected(stage: Stage) -> str:
    one = stage.connection()
    stage.magento.ec2.delete_vpc_endpoints(VpcEndpointIds=[one.get("VpcEndpointId", "")])
    return one.get("ServiceName", "")


def _connected(stage: Stage, name: str) -> str:
    from providers.aws.vendor import AwsVendor

    return AwsVendor(stage.magento).connect(name, stage.world.magento_vpc, f"again-{id(stage)}")


def _accepted(stage: Stage, endpoint: str) -> None:
    stage.customer.ec2.accept_vpc_endpoint_connections(
        ServiceId=stage.service().get("ServiceId", ""), VpcEndpointIds=[endpoint]
    )


def own_name(stage: Stage) -> Iterator[Aside]:
    """The service is given a private DNS name that nobody proves to own."""
    service = stage.service().get("ServiceId", "")
    change = stage.customer.ec2.modify_vpc_endpoint_service_configuration
    change(ServiceId=service, PrivateDnsName=OWN_NAME)
    yield Aside()
    change(ServiceId=service, RemovePrivateDnsName=True)


def open_to_all(stage: Stage) -> Iterator[Aside]:
    """Every account in the world is allowed."""
    yield from _also_allowed(stage, "*")


def stranger_allowed(stage: Stage) -> Iterator[Aside]:
    """An account that nobody knows is allowed."""
    yield from _also_allowed(stage, STRANGER)


def _also_allowed(stage: Stage, principal: str) -> Iterator[Aside]:
    service = stage.service().get("ServiceId", "")
    change = stage.customer.ec2.modify_vpc_endpoint_service_permissions
    change(ServiceId=service, AddAllowedPrincipals=[principal])
    yield Aside()
    change(ServiceId=service, RemoveAllowedPrincipals=[principal])


def unasked(stage: Stage) -> Iterator[Aside]:
    """Connections are accepted without asking."""
    service = stage.service().get("ServiceId", "")
    change = stage.customer.ec2.modify_vpc_endpoint_service_configuration
    change(ServiceId=service, AcceptanceRequired=False)
    yield Aside()
    change(ServiceId=service, AcceptanceRequired=True)


FAULTS: tuple[Fault[Stage], ...] = (
    Fault(
        "magento-not-allowed",
        "Your service does not allow Magento",
        magento_not_allowed,
        "from-magento",
        "magento-not-allowed",
        "aws-service-magento-not-allowed",
    ),
    Fault(
        "service-failed",
        "Your endpoint service failed",
        service_failed,
        "from-magento",
        "service-failed",
        "aws-service-not-available",
    ),
    Fault(
        "magento-not-connected", "Magento has not connected", not_connected, "from-magento", "no-connection"
    ),
    Fault(
        "magento-waits",
        "Magento's connection waits for you",
        not_accepted,
        "from-magento",
        "not-accepted",
        "aws-connection-magento-waits",
    ),
    Fault(
        "private-name-unverified",
        "Your service's private DNS name is not verified",
        own_name,
        "from-magento",
        "private-dns",
        "aws-service-private-dns-unverified",
    ),
    Fault(
        "open-to-all",
        "Every account may connect to your service",
        open_to_all,
        "from-magento",
        finding="aws-service-open-to-all",
    ),
    Fault(
        "stranger-allowed",
        "An unknown account may connect to your service",
        stranger_allowed,
        "from-magento",
        finding="aws-service-stranger-allowed",
    ),
    Fault(
        "accepts-unasked",
        "Your service accepts connections without asking",
        unasked,
        "from-magento",
        finding="aws-service-acceptance-off",
    ),
)
