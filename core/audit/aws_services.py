"""Checks of endpoint services on AWS: who may connect, and whether anybody can."""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.about import about, for_magento, strangers
from core.audit.check import Check, Hit, Survey, Unread, facts
from core.audit.places import spare_subnet
from core.audit.sources import AWS_CREATE_SERVICE, AWS_NLB, AWS_SERVICE_DNS, AWS_SHARE, OFFER
from core.export.advice import aws
from core.export.shell import Value
from core.network.model import EndpointService

SERVICES, PRINCIPALS = "endpoint services", "endpoint service permissions"


def _permissions(survey: Survey, service: EndpointService, **options: Value) -> str:
    command = "ec2 modify-vpc-endpoint-service-permissions"
    return aws(survey.region, command, service_id=service.id, **options)


def _configuration(survey: Survey, service: EndpointService, **options: Value) -> str:
    command = "ec2 modify-vpc-endpoint-service-configuration"
    return aws(survey.region, command, service_id=service.id, **options)


def _show(survey: Survey, service: EndpointService) -> str:
    return aws(survey.region, "ec2 describe-vpc-endpoint-service-configurations", service_ids=service.id)


def open_to_all(survey: Survey) -> Iterator[Hit | Unread]:
    """The wildcard is among the allowed principals."""
    for one in survey.inventory.endpoint_services:
        if one.principals is None:
            yield Unread(about(survey, one), "AllowedPrincipals")
        elif "*" in one.principals:
            yield Hit(
                about(survey, one),
                "Every AWS account may request a connection.",
                facts(AllowedPrincipals=one.principals, AcceptanceRequired=one.acceptance_required),
                _permissions(survey, one, remove_allowed_principals="*"),
            )


def stranger_allowed(survey: Survey) -> Iterator[Hit | Unread]:
    """A principal is neither Magento's nor the own account's."""
    for one in survey.inventory.endpoint_services:
        if one.principals is None:
            yield Unread(about(survey, one), "AllowedPrincipals")
        for stranger in strangers(survey, one.principals or ()):
            yield Hit(
                about(survey, one),
                f"{stranger} may request a connection: it is neither Magento's account nor this one.",
                facts(AllowedPrincipals=one.principals),
                _permissions(survey, one, remove_allowed_principals=stranger),
                stranger,
            )


def magento_not_allowed(survey: Survey) -> Iterator[Hit | Unread]:
    """A service that serves an enablement allows not Magento."""
    wanted = survey.offer.aws_principal
    for one in survey.inventory.endpoint_services:
        if not for_magento(survey, one):
            continue
        if one.principals is None:
            yield Unread(about(survey, one), "AllowedPrincipals")
        elif wanted not in one.principals and "*" not in one.principals:
            yield Hit(
                about(survey, one),
                f"Magento's principal {wanted} is not allowed, so Magento sees no such service.",
                facts(AllowedPrincipals=one.principals),
                _permissions(survey, one, add_allowed_principals=wanted),
            )


def nobody_allowed(survey: Survey) -> Iterator[Hit | Unread]:
    """The list of allowed principals is empty."""
    for one in survey.inventory.endpoint_services:
        if one.principals is None:
            yield Unread(about(survey, one), "AllowedPrincipals")
        elif not one.principals and not for_magento(survey, one):
            yield Hit(
                about(survey, one),
                "No principal is allowed: nobody can connect to it.",
                facts(AllowedPrincipals=one.principals),
                _permissions(survey, one, add_allowed_principals=survey.offer.aws_principal),
            )


def acceptance_off(survey: Survey) -> Iterator[Hit | Unread]:
    """Connections are accepted without asking."""
    for one in survey.inventory.endpoint_services:
        if not one.acceptance_required:
            yield Hit(
                about(survey, one),
                "Connections are accepted without asking.",
                facts(AcceptanceRequired=False, AllowedPrincipals=one.principals),
                _configuration(survey, one, acceptance_required=True),
            )


def not_available(survey: Survey) -> Iterator[Hit | Unread]:
    """The service's state is another than available."""
    for one in survey.inventory.endpoint_services:
        if one.state not in ("available", "deleted"):
            yield Hit(
                about(survey, one),
                f"Its state is {one.state or 'unknown'}: nobody can connect to it.",
                facts(ServiceState=one.state),
                _show(survey, one),
            )


def no_balancer(survey: Survey) -> Iterator[Hit | Unread]:
    """No load balancer stands behind it."""
    for one in survey.inventory.endpoint_services:
        if not one.load_balancer_ids:
            yield Hit(
                about(survey, one),
                "No load balancer stands behind it.",
                facts(NetworkLoadBalancerArns=one.load_balancer_ids),
                _configuration(
                    survey, one, add_network_load_balancer_arns="<ARN of the network load balancer>"
                ),
            )


def one_zone(survey: Survey) -> Iterator[Hit | Unread]:
    """The service is there in one zone only."""
    for one in survey.inventory.endpoint_services:
        if len(one.zones) == 1:
            balancer = next(iter(survey.index.load_balancers(one.load_balancer_ids)), None)
            places = survey.index.subnets(balancer.subnet_ids) if balancer else ()
            spare = spare_subnet(survey, balancer.network_id if balancer else "", {p.zone_id for p in places})
            yield Hit(
                about(survey, one),
                f"It is in one Availability Zone only, {one.zones[0]}.",
                facts(AvailabilityZones=one.zones),
                aws(
                    survey.region,
                    "elbv2 set-subnets",
                    load_balancer_arn=one.load_balancer_ids[0],
                    subnets=(*(balancer.subnet_ids if balancer else ("<subnets that it is in>",)), spare),
                )
                if one.load_balancer_ids
                else _show(survey, one),
            )


def private_dns(survey: Survey) -> Iterator[Hit | Unread]:
    """A service for Magento has a private DNS name."""
    for one in survey.inventory.endpoint_services:
        if one.private_dns_name and for_magento(survey, one):
            yield Hit(
                about(survey, one),
                f"It has the private DNS name {one.private_dns_name}, which Magento's side does not use.",
                facts(PrivateDnsName=one.private_dns_name),
                _configuration(survey, one, remove_private_dns_name=True),
            )


def private_dns_unverified(survey: Survey) -> Iterator[Hit | Unread]:
    """Its private DNS name is not verified."""
    for one in survey.inventory.endpoint_services:
        if not one.private_dns_name:
            continue
        if one.private_dns_state is None:
            yield Unread(about(survey, one), "PrivateDnsNameConfiguration.State")
        elif one.private_dns_state != "verified":
            yield Hit(
                about(survey, one),
                f"Its private DNS name {one.private_dns_name} is not verified ({one.private_dns_state}).",
                facts(
                    PrivateDnsName=one.private_dns_name,
                    PrivateDnsNameConfiguration__State=one.private_dns_state,
                ),
                aws(
                    survey.region,
                    "ec2 start-vpc-endpoint-service-private-dns-verification",
                    service_id=one.id,
                ),
            )


def unused(survey: Survey) -> Iterator[Hit | Unread]:
    """Nobody is connected, nor wants to be."""
    for one in survey.inventory.endpoint_services:
        live = [
            c
            for c in survey.index.connections_of(one)
            if c.state in ("available", "pending-acceptance", "pending")
        ]
        if not live:
            yield Hit(
                about(survey, one),
                "Nobody is connected to it or asks to be, and its load balancer costs money.",
                facts(VpcEndpointConnections=tuple(c.endpoint_id for c in survey.index.connections_of(one))),
                aws(survey.region, "ec2 delete-vpc-endpoint-service-configurations", service_ids=one.id),
            )


CHECKS = (
    Check(
        "aws-service-open-to-all",
        "Endpoint service open to every account",
        "critical",
        "Whoever is allowed can request a way into this network; the wildcard allows everybody, and acceptance "
        "is then the only door.",
        "The owner of the service removes the wildcard; Magento's principal is enough for Magento.",
        AWS_SHARE,
        open_to_all,
        (SERVICES, PRINCIPALS),
    ),
    Check(
        "aws-service-stranger-allowed",
        "Endpoint service allows an account that is not known",
        "medium",
        "An enablement needs Magento's account alone. Each further principal can request a way into this network.",
        "The owner of the service removes the principal, or suppresses this finding with the reason for it.",
        AWS_SHARE,
        stranger_allowed,
        (SERVICES, PRINCIPALS),
    ),
    Check(
        "aws-service-magento-not-allowed",
        "Endpoint service of an enablement does not allow Magento",
        "high",
        "Magento's principal must be allowed before the ticket is filed: to others the service does not show "
        "itself (InvalidServiceName).",
        "The customer adds Magento's principal; the others stay.",
        OFFER,
        magento_not_allowed,
        (SERVICES, PRINCIPALS),
    ),
    Check(
        "aws-service-nobody-allowed",
        "Endpoint service allows nobody",
        "medium",
        "Without an allowed principal nobody outside the account sees the service.",
        "The owner of the service adds the principal it is for, or deletes the service.",
        AWS_SHARE,
        nobody_allowed,
        (SERVICES, PRINCIPALS),
    ),
    Check(
        "aws-service-acceptance-off",
        "Endpoint service accepts connections without asking",
        "high",
        "With acceptance off, everybody whom the list of principals allows is connected at once, now and later.",
        "The owner of the service turns acceptance on; connections that stand stay.",
        AWS_SHARE,
        acceptance_off,
        (SERVICES,),
    ),
    Check(
        "aws-service-not-available",
        "Endpoint service is not available",
        "high",
        "Only an available service takes connections.",
        "The owner of the service looks at its state again; one that failed is made anew.",
        AWS_CREATE_SERVICE,
        not_available,
        (SERVICES,),
    ),
    Check(
        "aws-service-no-balancer",
        "Endpoint service without a load balancer",
        "high",
        "A service leads to its load balancers and to nothing else.",
        "The owner of the service adds the network load balancer of the application.",
        AWS_CREATE_SERVICE,
        no_balancer,
        (SERVICES,),
    ),
    Check(
        "aws-service-one-zone",
        "Endpoint service in one Availability Zone",
        "medium",
        "An endpoint can be made only in zones that the service is in, and one zone that fails takes the "
        "connection with it.",
        "The network admin adds a subnet in a second zone to the load balancer.",
        AWS_NLB,
        one_zone,
        (SERVICES, "load balancers", "subnets"),
    ),
    Check(
        "aws-service-private-dns",
        "Endpoint service for Magento with a private DNS name",
        "low",
        "Private DNS is not available on PrivateLink for Magento: its side uses the names of the endpoint.",
        "The owner of the service removes the name, unless other clients use it.",
        OFFER,
        private_dns,
        (SERVICES,),
    ),
    Check(
        "aws-service-private-dns-unverified",
        "Private DNS name of an endpoint service is not verified",
        "medium",
        "Until its owner has proved the domain with a TXT record, nobody can use the name.",
        "The owner of the domain adds the TXT record; the owner of the service starts the verification again.",
        AWS_SERVICE_DNS,
        private_dns_unverified,
        (SERVICES,),
    ),
    Check(
        "aws-service-unused",
        "Endpoint service that nobody uses",
        "info",
        "A service without connections is an open door for nothing, and its load balancer is billed by the hour.",
        "The owner of the service deletes it, or leaves it where a connection is about to come.",
        AWS_SHARE,
        unused,
        (SERVICES,),
        ("connections",),
    ),
)
"""Endpoint services on AWS."""
