"""For every check the smallest change of a healthy account that makes it fire, and on which resource.

The healthy account itself is the inventory on which it does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from core.network.model import HealthCheck, Rule, Target
from tests.core.audit import build as b
from tests.core.audit.build import Edit, added, edited, rules, without

WORLD = Rule("in", "tcp", 3306, 3306, "0.0.0.0/0")
TO_BALANCER = "elasticloadbalancing"
OTHER_LB = f"{b.ELB}:loadbalancer/net/other/0dd"

Cases = Mapping[str, tuple[str, tuple[Edit, ...]]]
"""Check id → the resource that the finding is about, and the changes."""

_STRANGER = "arn:aws:iam::999900001111:root"
_stranger_asks = added("connections", endpoint_id="vpce-0bad", owner=b.STRANGER, state="pending-acceptance")
_stranger_in = added("connections", endpoint_id="vpce-0bad", owner=b.STRANGER, state="available")
_unhealthy = Target("10.20.1.10", 3306, "unhealthy", "Target.Timeout")

AWS: Cases = {
    "aws-service-open-to-all": (b.SERVICE, (edited("endpoint_services", principals=("*",)),)),
    "aws-service-stranger-allowed": (
        b.SERVICE,
        (edited("endpoint_services", principals=("arn:aws:iam::402592597372:root", _STRANGER)),),
    ),
    "aws-service-magento-not-allowed": (b.SERVICE, (edited("endpoint_services", principals=()),)),
    "aws-service-nobody-allowed": (b.SERVICE, (edited("endpoint_services", principals=(), tags={}),)),
    "aws-service-acceptance-off": (b.SERVICE, (edited("endpoint_services", acceptance_required=False),)),
    "aws-service-not-available": (b.SERVICE, (edited("endpoint_services", state="failed"),)),
    "aws-service-no-balancer": (b.SERVICE, (edited("endpoint_services", load_balancer_ids=()),)),
    "aws-service-one-zone": (b.SERVICE, (edited("endpoint_services", zones=("us-west-2a",)),)),
    "aws-service-private-dns": (
        b.SERVICE,
        (edited("endpoint_services", private_dns_name="shop.example.com"),),
    ),
    "aws-service-private-dns-unverified": (
        b.SERVICE,
        (
            edited(
                "endpoint_services",
                private_dns_name="shop.example.com",
                private_dns_state="pendingverification",
            ),
        ),
    ),
    "aws-service-unused": (b.SERVICE, (without("connections"),)),
    "aws-endpoint-dead": (b.ENDPOINT, (edited("endpoints", state="rejected", reason="not ours"),)),
    "aws-endpoint-waits-long": (
        b.ENDPOINT,
        (edited("endpoints", state="pending-acceptance", created_at=b.NOW - timedelta(days=8)),),
    ),
    "aws-endpoint-partial": (b.ENDPOINT, (edited("endpoints", state="partial"),)),
    "aws-endpoint-one-zone": (b.ENDPOINT, (edited("endpoints", subnet_ids=("subnet-0a",)),)),
    "aws-endpoint-zone-uncovered": (
        b.ENDPOINT,
        (
            added("subnets", id="subnet-0c", zone="us-west-2c", zone_id="usw2-az3"),
            added("instances", id="i-0c", address="10.20.3.10", subnet_id="subnet-0c", zone="us-west-2c"),
        ),
    ),
    "aws-endpoint-default-group": (b.ENDPOINT, (edited("endpoints", security_group_ids=("sg-0def",)),)),
    "aws-endpoint-private-dns": (b.ENDPOINT, (edited("endpoints", private_dns=True),)),
    "aws-endpoint-other-region": (
        b.ENDPOINT,
        (edited("endpoints", service_name="com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"),),
    ),
    "aws-endpoint-duplicate": ("vpce-0bbb", (added("endpoints", id="vpce-0bbb"),)),
    "aws-endpoint-idle-network": (b.ENDPOINT, (without("instances"),)),
    "aws-endpoint-group-open": (b.ENDPOINT, (rules(1, WORLD),)),
    "aws-endpoint-group-closed": (b.ENDPOINT, (rules(1, only=True),)),
    "aws-nlb-not-active": (b.LB, (edited("load_balancers", state="provisioning"),)),
    "aws-nlb-internet-facing": (b.LB, (edited("load_balancers", internal=False),)),
    "aws-nlb-cross-zone-off": (b.LB, (edited("load_balancers", cross_zone=False),)),
    "aws-nlb-one-zone": (b.LB, (edited("load_balancers", subnet_ids=("subnet-0a",)),)),
    "aws-nlb-public-subnet": (b.LB, (edited("subnets", public=True),)),
    "aws-nlb-no-listener": (b.LB, (without("listeners"),)),
    "aws-nlb-unprotected": (b.LB, (edited("load_balancers", deletion_protection=False),)),
    "aws-nlb-no-group": (b.LB, (edited("load_balancers", security_group_ids=()),)),
    "aws-nlb-unused": (OTHER_LB, (added("load_balancers", id=OTHER_LB, name="other"),)),
    "aws-listener-ssh": (b.LISTENER, (edited("listeners", port=22),)),
    "aws-listener-leads-nowhere": (b.LISTENER, (edited("listeners", target_group_id=None),)),
    "aws-listener-not-tcp": (b.LISTENER, (edited("listeners", protocol="UDP"),)),
    "aws-listener-idle-short": (b.LISTENER, (edited("listeners", idle_timeout=60),)),
    "aws-listener-tls": (b.LISTENER, (edited("listeners", protocol="TLS"),)),
    "aws-listener-tls-old": (
        b.LISTENER,
        (edited("listeners", protocol="TLS", tls_policy="ELBSecurityPolicy-2016-08"),),
    ),
    "aws-target-group-cross-zone-off": (b.TG, (edited("target_groups", cross_zone="off"),)),
    "aws-target-group-proxy-protocol": (b.TG, (edited("target_groups", proxy_protocol=True),)),
    "aws-target-group-keeps-address": (b.TG, (edited("target_groups", keeps_client_address=True),)),
    "aws-target-group-health-elsewhere": (
        b.TG,
        (edited("target_groups", health_check=HealthCheck("HTTP", 8080, "/")),),
    ),
    "aws-target-public-address": (b.TG, (edited("interfaces", public_address="203.0.113.9"),)),
    "aws-way-target-closed": (b.TG, (rules(0, only=True),)),
    "aws-way-clients-filtered": (b.LB, (edited("load_balancers", filters_private_link=True),)),
    "aws-way-targets-stopped": (
        "subnet-0b",
        (
            edited(
                "network_acls",
                rules=(
                    Rule("in", "tcp", 1024, 65535, "10.20.1.0/24", False, 90),
                    *b.AWS.network_acls[0].rules,
                ),
            ),
        ),
    ),
    "aws-way-endpoint-stopped": (
        "subnet-0a",
        (
            edited(
                "network_acls",
                rules=(Rule("in", "tcp", 443, 443, "0.0.0.0/0", False, 90), *b.AWS.network_acls[0].rules),
            ),
        ),
    ),
    "aws-way-zones-apart": (b.ENDPOINT, (edited("vendor_services", zone_ids=("usw2-az1", "usw2-az4")),)),
    "aws-way-service-hidden": (
        b.ENDPOINT,
        (lambda inventory: replace(inventory, vendor_services=(), hidden_services=(b.MAGENTO_SERVICE,)),),
    ),
    "aws-network-no-dns": (b.VPC, (edited("networks", dns_support=False),)),
    "aws-quota-near": (f"L-29B6F2EB {b.VPC}", (edited("quotas", used=40),)),
    "aws-target-group-empty": (b.TG, (edited("target_groups", targets=()),)),
    "aws-target-group-none-healthy": (b.TG, (edited("target_groups", targets=(_unhealthy,)),)),
    "aws-target-unhealthy": (
        b.TG,
        (edited("target_groups", targets=(_unhealthy, Target("10.20.2.10", 3306, "healthy"))),),
    ),
    "aws-target-not-used": (
        b.TG,
        (
            edited(
                "target_groups",
                targets=(
                    Target("10.20.1.10", 3306, "unused", "Target.NotInUse"),
                    Target("10.20.2.10", 3306, "healthy"),
                ),
            ),
        ),
    ),
    "aws-target-single": (b.TG, (edited("target_groups", targets=(Target("10.20.1.10", 3306, "healthy"),)),)),
    "aws-target-stopped": (b.TG, (edited("instances", state="stopped"),)),
    "aws-target-zone-bare": (
        b.TG,
        (
            edited("load_balancers", cross_zone=False),
            edited("target_groups", targets=(_unhealthy, Target("10.20.2.10", 3306, "healthy"))),
        ),
    ),
    "aws-target-group-orphan": (f"{b.TG}x", (added("target_groups", id=f"{b.TG}x", load_balancer_ids=()),)),
    "aws-connection-stranger-connected": ("vpce-0bad", (_stranger_in,)),
    "aws-connection-stranger-asks": ("vpce-0bad", (_stranger_asks,)),
    "aws-connection-magento-waits": ("vpce-0fff", (edited("connections", state="pending-acceptance"),)),
    "aws-connection-dead": ("vpce-0fff", (edited("connections", state="expired"),)),
    "aws-group-ssh-open": ("sg-0app", (rules(0, Rule("in", "tcp", 22, 22, "::/0")),)),
    "aws-group-open": ("sg-0lb", (rules(2, Rule("in", "all", 0, 65535, "0.0.0.0/0")),)),
    "aws-subnet-full": ("subnet-0a", (edited("subnets", free_addresses=7),)),
}

_BAD_ENDPOINT = (
    f"/subscriptions/{b.STRANGER_SUB}/resourceGroups/x/providers/Microsoft.Network/privateEndpoints/x"
)
_OTHER_ALB = f"{b.NET}/loadBalancers/other"
_FRONTEND = (f"{b.ALB}/frontendIPConfigurations/frontend",)


def _eight_services() -> tuple[Edit, ...]:
    return tuple(added("endpoint_services", id=f"{b.PLS}-{number}") for number in range(7))


def _many_see() -> tuple[str, ...]:
    return (b.MAGENTO_SUB, *(f"00000000-0000-0000-0000-{number:012}" for number in range(95)))


AZURE: Cases = {
    "azure-service-visible-to-all": (b.PLS, (edited("endpoint_services", principals=("*",)),)),
    "azure-service-stranger-sees": (
        b.PLS,
        (edited("endpoint_services", principals=(b.MAGENTO_SUB, b.STRANGER_SUB)),),
    ),
    "azure-service-magento-sees-not": (b.PLS, (edited("endpoint_services", principals=(b.SUB,)),)),
    "azure-service-nobody-sees": (b.PLS, (edited("endpoint_services", principals=()),)),
    "azure-service-approves-all": (b.PLS, (edited("endpoint_services", auto_approval=("*",)),)),
    "azure-service-approves-some": (b.PLS, (edited("endpoint_services", auto_approval=(b.MAGENTO_SUB,)),)),
    "azure-service-approves-unseen": (b.PLS, (edited("endpoint_services", auto_approval=(b.STRANGER_SUB,)),)),
    "azure-service-not-ready": (b.PLS, (edited("endpoint_services", state="failed"),)),
    "azure-service-subnet-policy": (b.PLS, (edited("subnets", link_policies=True),)),
    "azure-service-no-balancer": (b.PLS, (edited("endpoint_services", load_balancer_ids=()),)),
    "azure-service-not-standard": (b.PLS, (edited("load_balancers", kind="Basic"),)),
    "azure-service-other-region": (b.PLS, (edited("load_balancers", region="westus2"),)),
    "azure-service-nat-rules": (b.PLS, (edited("load_balancers", nat_frontend_ids=_FRONTEND),)),
    "azure-service-balancer-full": (b.ALB, _eight_services()),
    "azure-service-lists-full": (b.PLS, (edited("endpoint_services", principals=_many_see()),)),
    "azure-service-unused": (b.PLS, (without("connections"),)),
    "azure-service-one-nat-address": (b.PLS, (edited("endpoint_services", nat_addresses=1),)),
    "azure-service-proxy-protocol": (b.PLS, (edited("endpoint_services", proxy_protocol=True),)),
    "azure-rule-no-probe": (b.LBRULE, (edited("listeners", health_check=HealthCheck("", enabled=False)),)),
    "azure-rule-probe-elsewhere": (b.LBRULE, (edited("listeners", health_check=HealthCheck("TCP", 8080)),)),
    "azure-rule-idle-long": (b.LBRULE, (edited("listeners", idle_timeout=1800),)),
    "azure-pool-public-address": (b.POOL, (edited("interfaces", public_address="203.0.113.9"),)),
    "azure-endpoint-automatic": (b.PE, (edited("endpoints", manual=False, state="pending-acceptance"),)),
    "azure-endpoint-stale-names": (b.PE, (edited("endpoints", addresses=("10.20.2.21",)),)),
    "azure-endpoint-action-required": (b.PE, (edited("endpoints", actions_required="call us"),)),
    "azure-way-probe-blocked": (
        b.POOL,
        (rules(0, Rule("in", "tcp", 3306, 3306, "AzureLoadBalancer", False, 90)),),
    ),
    "azure-way-service-blocked": (
        b.POOL,
        (rules(0, Rule("in", "all", 0, 65535, "10.20.1.0/24", False, 90)),),
    ),
    "azure-way-clients-blocked": (
        b.PE,
        (rules(0, Rule("in", "all", 0, 65535, "VirtualNetwork", False, 90)),),
    ),
    "azure-network-own-resolvers": (b.VNET, (edited("networks", dns_servers=("10.20.9.4",)),)),
    "azure-quota-near": ("PrivateEndpoints", (edited("quotas", used=1000),)),
    "azure-endpoint-dead": (b.PE, (edited("endpoints", state="disconnected"),)),
    "azure-endpoint-waits-long": (
        b.PE,
        (edited("endpoints", state="pending-acceptance", created_at=b.NOW - timedelta(days=8)),),
    ),
    "azure-endpoint-no-address": (b.PE, (edited("endpoints", addresses=()),)),
    "azure-endpoint-policies-off": (
        b.PE,
        (edited("subnets", 1, endpoint_policies=False, endpoint_policy="disabled"),),
    ),
    "azure-endpoint-malformed": (
        b.PE,
        (edited("endpoints", service_name="magento-pls.eastus2.azure.privatelinkservice"),),
    ),
    "azure-endpoint-other-region": (
        b.PE,
        (edited("endpoints", service_name=b.ALIAS.replace("eastus2", "westeurope")),),
    ),
    "azure-endpoint-duplicate": (f"{b.PE}-2", (added("endpoints", id=f"{b.PE}-2"),)),
    "azure-endpoint-idle-network": (b.PE, (without("instances"),)),
    "azure-lb-not-active": (b.ALB, (edited("load_balancers", state="failed"),)),
    "azure-lb-basic": (_OTHER_ALB, (added("load_balancers", id=_OTHER_ALB, kind="Basic"),)),
    "azure-lb-public": (b.ALB, (edited("load_balancers", internal=False),)),
    "azure-lb-no-rule": (b.ALB, (without("listeners"),)),
    "azure-lb-unused": (_OTHER_ALB, (added("load_balancers", id=_OTHER_ALB),)),
    "azure-rule-ssh": (b.LBRULE, (edited("listeners", target_port=22),)),
    "azure-rule-leads-nowhere": (b.LBRULE, (edited("listeners", target_group_id=None),)),
    "azure-pool-empty": (b.POOL, (edited("target_groups", targets=()),)),
    "azure-pool-by-address": (b.POOL, (edited("target_groups", target_type="ip"),)),
    "azure-pool-single": (
        b.POOL,
        (edited("target_groups", targets=(Target("10.20.2.4", 3306, "unknown"),)),),
    ),
    "azure-pool-member-detached": (b.POOL, (edited("instances", state="detached"),)),
    "azure-connection-stranger-connected": (
        _BAD_ENDPOINT,
        (added("connections", endpoint_id=_BAD_ENDPOINT, owner=b.STRANGER_SUB, state="available"),),
    ),
    "azure-connection-stranger-asks": (
        _BAD_ENDPOINT,
        (added("connections", endpoint_id=_BAD_ENDPOINT, owner=b.STRANGER_SUB, state="pending-acceptance"),),
    ),
    "azure-connection-magento-waits": (
        b.AZURE.connections[0].endpoint_id,
        (edited("connections", state="pending-acceptance"),),
    ),
    "azure-connection-dead": (
        b.AZURE.connections[0].endpoint_id,
        (edited("connections", state="disconnected"),),
    ),
    "azure-group-ssh-open": (b.NSG, (rules(0, Rule("in", "tcp", 22, 22, "Internet", True, 110)),)),
    "azure-group-open": (b.NSG, (rules(0, Rule("in", "all", 0, 65535, "*", True, 120)),)),
}

CASES: Cases = {**AWS, **AZURE}
