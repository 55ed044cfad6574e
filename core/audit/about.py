"""What a finding is about, in the cloud's own word, and whom an endpoint service is for."""

from __future__ import annotations

from collections.abc import Mapping

from core.audit.check import Survey
from core.audit.finding import Resource
from core.network import model as m
from core.request.identifiers import account_of
from core.request.model import Platform
from core.setup.change import TAG_PREFIX

_KINDS: Mapping[type, Mapping[Platform, str]] = {
    m.Network: {"aws": "VPC", "azure": "VNet"},
    m.Subnet: {"aws": "subnet", "azure": "subnet"},
    m.Instance: {"aws": "instance", "azure": "virtual machine"},
    m.SecurityGroup: {"aws": "security group", "azure": "network security group"},
    m.LoadBalancer: {"aws": "load balancer", "azure": "load balancer"},
    m.Listener: {"aws": "listener", "azure": "load balancing rule"},
    m.TargetGroup: {"aws": "target group", "azure": "back-end pool"},
    m.EndpointService: {"aws": "endpoint service", "azure": "private link service"},
    m.Endpoint: {"aws": "interface endpoint", "azure": "private endpoint"},
}

Thing = (
    m.Network
    | m.Subnet
    | m.Instance
    | m.SecurityGroup
    | m.LoadBalancer
    | m.Listener
    | m.TargetGroup
    | m.EndpointService
    | m.Endpoint
)


def about(survey: Survey, thing: Thing) -> Resource:
    """A thing of the inventory as what a finding is about."""
    kind = _KINDS[type(thing)][survey.inventory.platform]
    if isinstance(thing, m.Network):
        return Resource(kind, thing.id, thing.name, thing.id)
    if isinstance(thing, m.Listener):
        owner = survey.index.load_balancer(thing.load_balancer_id)
        name = f"{thing.protocol} {thing.port}" + (f" of {owner.name}" if owner else "")
        return Resource(kind, thing.id, name, owner.network_id if owner else "")
    if isinstance(thing, m.EndpointService):
        return Resource(kind, thing.id, thing.name or thing.service_name, service_network(survey, thing))
    return Resource(kind, thing.id, thing.name, thing.network_id)


def about_connection(survey: Survey, one: m.Connection) -> Resource:
    """A connection to an own service as what a finding is about."""
    service = survey.index.service(one.service_id)
    network = service_network(survey, service) if service else ""
    return Resource("connection", one.endpoint_id, one.name or one.endpoint_id, network)


def service_network(survey: Survey, service: m.EndpointService) -> str:
    """The network that an endpoint service leads into: that of its first load balancer which was read."""
    return next((one.network_id for one in survey.index.load_balancers(service.load_balancer_ids)), "")


def strangers(survey: Survey, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Those who are neither Magento nor the own account, ``*`` left out."""
    return tuple(one for one in allowed if one != "*" and account_of(one).lower() not in survey.trusted)


def for_magento(survey: Survey, service: m.EndpointService) -> bool:
    """Whether an endpoint service is one of Magento's enablement: tagged so, or open to Magento."""
    allowed = {account_of(one).lower() for one in service.principals or ()}
    return any(key.startswith(TAG_PREFIX) for key in service.tags) or bool(allowed & survey.vendors)


def behind_service(survey: Survey, balancer: m.LoadBalancer) -> bool:
    """Whether a load balancer stands behind an own endpoint service."""
    return bool(survey.index.services_of(balancer))
