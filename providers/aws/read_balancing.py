"""What AWS answers about load balancing, turned into :mod:`core.network.model`. Pure functions; every field may
be missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from core.network import model as m
from providers.aws import read

if TYPE_CHECKING:
    from mypy_boto3_elbv2 import type_defs as elb

T = TypeVar("T")

Attributes = Mapping[str, str]

CROSS_ZONE = "load_balancing.cross_zone.enabled"
"""The attribute of a load balancer that makes every zone reach every target; of a target group too, where it
may be ``use_load_balancer_configuration``.
"""

_CROSS_ZONE: Mapping[str, str] = {
    "true": "on",
    "false": "off",
    "use_load_balancer_configuration": "inherited",
}
_SWITCH: Mapping[str, bool] = {"true": True, "on": True, "false": False, "off": False}


def _switch(told: Attributes | None, name: str) -> bool | None:
    """Whether an attribute is on; None where it was not told."""
    return _SWITCH.get((told or {}).get(name, "").lower())


def _number(told: Attributes | None, name: str) -> int | None:
    text = (told or {}).get(name, "")
    return int(text) if text.isascii() and text.isdigit() else None


def load_balancer(
    wire: elb.LoadBalancerTypeDef,
    found: m.Tags | None = None,
    told: Attributes | None = None,
    zone_ids: Mapping[str, str] = MappingProxyType({}),
    addresses: Sequence[str] | None = None,
) -> m.LoadBalancer:
    """A load balancer; its tags, attributes (``told``) and addresses come from calls of their own.
    ``zone_ids`` maps this account's zone names to ids.
    """
    zones = [zone.get("ZoneName", "") for zone in wire.get("AvailabilityZones", ())]
    return m.LoadBalancer(
        id=wire.get("LoadBalancerArn", ""),
        name=wire.get("LoadBalancerName", ""),
        network_id=wire.get("VpcId", ""),
        kind=str(wire.get("Type", "")),
        internal=wire.get("Scheme") == "internal",
        state=str(wire.get("State", {}).get("Code", "")).lower(),
        subnet_ids=tuple(zone.get("SubnetId", "") for zone in wire.get("AvailabilityZones", ())),
        dns_name=wire.get("DNSName", ""),
        security_group_ids=tuple(wire.get("SecurityGroups", ())),
        cross_zone=None if told is None else _switch(told, CROSS_ZONE) is True,
        tags=found or {},
        zones=tuple(zones),
        zone_ids=read.by_id(zones, zone_ids),
        filters_private_link=_SWITCH.get(
            str(wire.get("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "")).lower()
        ),
        deletion_protection=_switch(told, "deletion_protection.enabled"),
        client_routing=(told or {}).get("dns_record.client_routing_policy"),
        access_logs=_switch(told, "access_logs.s3.enabled"),
        addresses=None if addresses is None else tuple(sorted(addresses)),
    )


def listener(
    wire: elb.ListenerTypeDef, found: m.Tags | None = None, told: Attributes | None = None
) -> m.Listener:
    """A listener; the target group is the one of its forward action. Its tags and attributes (``told``) come
    from calls of their own.
    """
    group = None
    for action in wire.get("DefaultActions", ()):
        many = action.get("ForwardConfig", {}).get("TargetGroups", ())
        group = action.get("TargetGroupArn") or next((item.get("TargetGroupArn") for item in many), None)
        if group:
            break
    return m.Listener(
        id=wire.get("ListenerArn", ""),
        load_balancer_id=wire.get("LoadBalancerArn", ""),
        port=wire.get("Port", 0),
        protocol=str(wire.get("Protocol", "")).upper(),
        target_group_id=group,
        tags=found or {},
        idle_timeout=_number(told, "tcp.idle_timeout.seconds"),
        certificate_ids=tuple(item.get("CertificateArn", "") for item in wire.get("Certificates", ())),
        tls_policy=wire.get("SslPolicy", ""),
    )


def target(wire: elb.TargetHealthDescriptionTypeDef) -> m.Target:
    """A registered target and its health."""
    told = wire.get("Target", {"Id": ""})
    health = wire.get("TargetHealth", {})
    return m.Target(
        id=told.get("Id", ""),
        port=int(told.get("Port", 0)),
        health=str(health.get("State", "")).lower(),
        reason=str(health.get("Reason", "")),
        description=health.get("Description", ""),
        zone=told.get("AvailabilityZone", ""),
    )


def target_group(
    wire: elb.TargetGroupTypeDef,
    targets: Iterable[m.Target] | None = (),
    found: m.Tags | None = None,
    told: Attributes | None = None,
) -> m.TargetGroup:
    """A target group; its targets (None: could not be read), tags and attributes (``told``) come from calls of
    their own.
    """
    return m.TargetGroup(
        id=wire.get("TargetGroupArn", ""),
        name=wire.get("TargetGroupName", ""),
        network_id=wire.get("VpcId", ""),
        protocol=str(wire.get("Protocol", "")).upper(),
        port=wire.get("Port", 0),
        target_type=str(wire.get("TargetType", "")),
        targets=tuple(targets or ()),
        load_balancer_ids=tuple(wire.get("LoadBalancerArns", ())),
        tags=found or {},
        health_check=_health_check(wire),
        proxy_protocol=_switch(told, "proxy_protocol_v2.enabled"),
        keeps_client_address=_switch(told, "preserve_client_ip.enabled"),
        cross_zone=_CROSS_ZONE.get((told or {}).get(CROSS_ZONE, "")),
        deregistration_delay=_number(told, "deregistration_delay.timeout_seconds"),
        targets_read=targets is not None,
    )


def _health_check(wire: elb.TargetGroupTypeDef) -> m.HealthCheck | None:
    if "HealthCheckProtocol" not in wire:
        return None
    port = wire.get("HealthCheckPort", "")
    return m.HealthCheck(
        protocol=str(wire.get("HealthCheckProtocol", "")).upper(),
        port=int(port) if port.isascii() and port.isdigit() else None,
        path=wire.get("HealthCheckPath", ""),
        interval=wire.get("HealthCheckIntervalSeconds", 0),
        threshold=wire.get("UnhealthyThresholdCount", 0),
        enabled=wire.get("HealthCheckEnabled", True),
    )
