"""Faults of the emulated Azure on the way from Magento: the private link service and all that stands behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from providers.sandbox.faults.azure_stage import Stage, decided, denied, placed
from providers.sandbox.faults.fault import Aside, Fault
from providers.sandbox.ground import LISTENS

FULL = 99.0


def _service_set(stage: Stage, **settings: Any) -> dict[str, Any]:
    """Give the private link service other settings; answers what they were."""
    services = stage.customer.network.private_link_services
    found = stage.service()
    was = {key: getattr(found, key) for key in settings}
    for key, value in settings.items():
        setattr(found, key, value)
    services.begin_create_or_update(*placed(found.id), found).result()
    return was


def _shown(stage: Stage, *subscriptions: str) -> dict[str, Any]:
    return _service_set(stage, visibility={"subscriptions": list(subscriptions)})


def magento_sees_not(stage: Stage) -> Iterator[Aside]:
    """Magento's subscription is taken out of the visibility."""
    was = _shown(stage)
    yield Aside()
    _service_set(stage, **was)


def policy_on(stage: Stage) -> Iterator[Aside]:
    """The NAT subnet's policy is on: Azure refuses that while a service stands there, a template may have done it."""
    (part, *_) = stage.service().ip_configurations or []
    found = stage.estate.find_part(str(part.subnet.id if part.subnet else ""))
    assert found is not None
    found[1]["properties"]["privateLinkServiceNetworkPolicies"] = "Enabled"
    yield Aside()
    found[1]["properties"]["privateLinkServiceNetworkPolicies"] = "Disabled"


def service_failed(stage: Stage) -> Iterator[Aside]:
    """Azure says that the private link service failed."""
    one = stage.emulated(stage.service().id)
    one.state = "Failed"
    yield Aside()
    one.state = "Succeeded"


def not_connected(stage: Stage) -> Iterator[Aside]:
    """Magento deletes its private endpoint to the customer."""
    was = _disconnected(stage)
    yield Aside()
    _connected(stage, was)
    _approved(stage, was)


def not_accepted(stage: Stage) -> Iterator[Aside]:
    """Magento asks anew, and waits for the customer."""
    was = _disconnected(stage)
    _connected(stage, was)
    yield Aside()
    _approved(stage, was)


def _disconnected(stage: Stage) -> tuple[str, str]:
    """Delete Magento's private endpoint; answers its name and subnet."""
    one = stage.connection()
    stage.magento.network.private_endpoints.begin_delete(*placed(one.id)).result()
    return str(one.id), str(one.subnet.id if one.subnet else "")


def _connected(stage: Stage, was: tuple[str, str]) -> None:
    id, subnet = was
    asked = {"privateLinkServiceId": stage.service().id, "requestMessage": "Magento Commerce Cloud"}
    body: Any = {
        "location": stage.estate.region,
        "properties": {
            "subnet": {"id": subnet},
            "manualPrivateLinkServiceConnections": [{"name": "magento", "properties": asked}],
        },
    }
    stage.magento.network.private_endpoints.begin_create_or_update(*placed(id), body).result()


def _approved(stage: Stage, made: tuple[str, str]) -> None:
    """The customer approves Magento's connection, and no stranger's."""
    decided(stage.customer, stage.service().id, made[0], "Approved")


def basic(stage: Stage) -> Iterator[Aside]:
    """The load balancer is of SKU Basic, as one from before Azure refused it."""
    one = stage.emulated(stage.balancer().id)
    was, one.sku = one.sku, {"name": "Basic", "tier": "Regional"}
    yield Aside()
    one.sku = was


def balancer_failed(stage: Stage) -> Iterator[Aside]:
    """Azure says that the last change of the load balancer failed."""
    one = stage.emulated(stage.balancer().id)
    one.state = "Failed"
    yield Aside()
    one.state = "Succeeded"


def by_address(stage: Stage) -> Iterator[Aside]:
    """The pool holds addresses in place of network interfaces."""
    members = stage.members()
    pool = stage.rule().backend_address_pool
    wanted = str(pool.id if pool else "").lower()
    part = next(
        one
        for one in stage.emulated(stage.balancer().id).parts("backendAddressPools")
        if str(one["id"]).lower() == wanted
    )
    addresses = [one.ip_configurations[0].private_ip_address for one in members if one.ip_configurations]
    pools = _left(stage, members)
    part["properties"]["loadBalancerBackendAddresses"] = [
        {"name": str(address), "properties": {"ipAddress": address}} for address in addresses
    ]
    yield Aside()
    del part["properties"]["loadBalancerBackendAddresses"]
    _joined(stage, pools)


def empty(stage: Stage) -> Iterator[Aside]:
    """Somebody takes the machines out of the pool."""
    pools = _left(stage, stage.members())
    yield Aside()
    _joined(stage, pools)


def _left(stage: Stage, members: list[Any]) -> dict[str, Any]:
    """The machines leave their pools; answers which these were, by interface."""
    interfaces = stage.customer.network.network_interfaces
    pools = {}
    for one in members:
        pools[str(one.id)] = one.ip_configurations[0].load_balancer_backend_address_pools
        one.ip_configurations[0].load_balancer_backend_address_pools = []
        interfaces.begin_create_or_update(*placed(one.id), one).result()
    return pools


def _joined(stage: Stage, pools: dict[str, Any]) -> None:
    interfaces = stage.customer.network.network_interfaces
    for id, joined in pools.items():
        one: Any = interfaces.get(*placed(id))
        one.ip_configurations[0].load_balancer_backend_address_pools = joined
        interfaces.begin_create_or_update(*placed(id), one).result()


def no_rule(stage: Stage) -> Iterator[Aside]:
    """Somebody deletes the rule for the database."""
    balancer, gone = stage.balancer(), stage.rule()
    balancers, had = stage.customer.network.load_balancers, list(balancer.load_balancing_rules or ())
    balancer.load_balancing_rules = [one for one in had if one.name != gone.name]
    balancers.begin_create_or_update(*placed(balancer.id), balancer).result()
    yield Aside()
    found = balancers.get(*placed(balancer.id))
    found.load_balancing_rules = had
    balancers.begin_create_or_update(*placed(balancer.id), found).result()


def probe_blocked(stage: Stage) -> Iterator[Aside]:
    """The machines' network security group keeps the health probe out."""
    with denied(stage, _guard(stage), "AzureLoadBalancer"):
        yield Aside()


def target_down(stage: Stage) -> Iterator[Aside]:
    """The service on every machine stops: nothing answers the probe."""
    interfaces = [stage.emulated(one.id) for one in stage.members()]
    listened = [one.tags[LISTENS] for one in interfaces]
    for one in interfaces:
        one.tags[LISTENS] = "none"
    yield Aside()
    for one, ports in zip(interfaces, listened, strict=True):
        one.tags[LISTENS] = ports


def service_blocked(stage: Stage) -> Iterator[Aside]:
    """The machines' network security group keeps the NAT subnet out."""
    (part, *_) = stage.service().ip_configurations or []
    network, _, name = str(part.subnet.id if part.subnet else "").partition("/subnets/")
    subnet = stage.customer.network.subnets.get(*placed(network), name)
    with denied(stage, _guard(stage), str(subnet.address_prefix)):
        yield Aside()


def _guard(stage: Stage) -> str:
    """The network security group of the first machine."""
    group = stage.members()[0].network_security_group
    return str(group.id if group else "")


def proxy_protocol(stage: Stage) -> Iterator[Aside]:
    """The service begins to send proxy protocol headers."""
    was = _service_set(stage, enable_proxy_protocol=True)
    yield Aside()
    _service_set(stage, **was)


def ports_exhausted(stage: Stage) -> Iterator[Aside]:
    """Azure Monitor shows the NAT ports in use."""
    id = str(stage.service().id).lower()
    stage.estate.nat_ports[id] = FULL
    yield Aside()
    del stage.estate.nat_ports[id]


def visible_to_all(stage: Stage) -> Iterator[Aside]:
    """Every subscription in the world sees the service."""
    was = _shown(stage, "*")
    yield Aside()
    _service_set(stage, **was)


def approves(stage: Stage) -> Iterator[Aside]:
    """Connections of Magento's are approved without asking."""
    was = _service_set(stage, auto_approval={"subscriptions": [stage.magento.subscription]})
    yield Aside()
    _service_set(stage, **was)


FAULTS: tuple[Fault[Stage], ...] = (
    Fault(
        "subnet-policy-on",
        "Network policies are on in the NAT subnet",
        policy_on,
        "from-magento",
        "subnet-policy",
        "azure-service-subnet-policy",
    ),
    Fault(
        "magento-sees-not",
        "Your service is not visible to Magento",
        magento_sees_not,
        "from-magento",
        "magento-not-allowed",
    ),
    Fault(
        "service-failed",
        "Your private link service failed",
        service_failed,
        "from-magento",
        "service-failed",
        "azure-service-not-ready",
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
    ),
    Fault(
        "balancer-basic",
        "Your load balancer is of SKU Basic",
        basic,
        "from-magento",
        "balancer-kind",
        "azure-service-not-standard",
    ),
    Fault(
        "balancer-failed",
        "Your load balancer failed",
        balancer_failed,
        "from-magento",
        "balancer-inactive",
        "azure-lb-not-active",
    ),
    Fault(
        "pool-by-address",
        "The pool holds addresses",
        by_address,
        "from-magento",
        "pool-by-address",
        "azure-pool-by-address",
    ),
    Fault("pool-empty", "The pool is empty", empty, "from-magento", "no-target", "azure-pool-empty"),
    Fault("rule-deleted", "No rule for the port", no_rule, "from-magento", "no-listener"),
    Fault(
        "target-down",
        "The machines behind it do not answer",
        target_down,
        "from-magento",
        "target-unhealthy",
    ),
    Fault(
        "probe-blocked",
        "The health probe is kept out",
        probe_blocked,
        "from-magento",
        "prober-blocked",
        "azure-way-probe-blocked",
    ),
    Fault(
        "service-blocked",
        "The machines' security group keeps the service out",
        service_blocked,
        "from-magento",
        "target-filter",
        "azure-way-service-blocked",
    ),
    Fault(
        "proxy-protocol",
        "Proxy protocol is on",
        proxy_protocol,
        "from-magento",
        "proxy-protocol",
        "azure-service-proxy-protocol",
    ),
    Fault("ports-exhausted", "NAT ports run out", ports_exhausted, "from-magento", "ports-exhausted"),
    Fault(
        "visible-to-all",
        "Every subscription sees your service",
        visible_to_all,
        "from-magento",
        finding="azure-service-visible-to-all",
    ),
    Fault(
        "approves-unasked",
        "Your service approves without asking",
        approves,
        "from-magento",
        finding="azure-service-approves-some",
    ),
)
