"""The load balancing actions, as AWS answers them. What differs from moto: :mod:`.moto_hook`."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.elbv2.exceptions import (
    DuplicateListenerError,
    DuplicateLoadBalancerName,
    DuplicateTargetGroupName,
)
from moto.elbv2.responses import ELBV2Response

from providers.sandbox import reach
from providers.sandbox.moto_base import Refused, Strict, balancer_state, ec2_of, services

LAYER_4 = ("TCP", "TLS", "UDP", "TCP_UDP")


class SandboxELB(Strict, ELBV2Response):
    """Load balancers that take their time, and targets that are as healthy as they answer."""

    def create_load_balancer(self) -> ActionResult:
        """CreateLoadBalancer: twice the same is one, and a network load balancer's ARN says so."""
        params = self._get_params()
        elb = self.elbv2_backend
        mappings = [mapping["SubnetId"] for mapping in params.get("SubnetMappings", [])]
        settings = (
            params.get("Type") or "application",
            params.get("Scheme") or "internet-facing",
            sorted([*params.get("Subnets", []), *mappings]),
            sorted(params.get("SecurityGroups", [])),
        )
        for balancer in elb.load_balancers.values():
            if balancer.name == params["Name"]:
                if settings != _settings(balancer):
                    raise DuplicateLoadBalancerName
                return ActionResult({"LoadBalancers": [self._timed(balancer)]})
        answer = super().create_load_balancer()
        result: Any = answer.result
        balancer = result["LoadBalancers"][0]
        zones = [subnet.availability_zone for subnet in balancer.subnets]
        if len(set(zones)) != len(zones):
            del elb.load_balancers[balancer.arn]
            words = "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
            raise Refused("InvalidConfigurationRequest", words)
        balancer.scheme = settings[1]
        balancer.security_groups = list(balancer.security_groups or [])
        if balancer.type == "network":
            _rename(elb, balancer)
            balancer.dns_name = f"{balancer.name}-{balancer.arn[-16:]}.elb.{self.region}.amazonaws.com"
            balancer.attrs["dns_record.client_routing_policy"] = "any_availability_zone"
            self._furnish(balancer)
            if balancer.security_groups:
                # The API's default for a network load balancer that has security groups.
                balancer.enforce_security_group_inbound_rules_on_private_link_traffic = "on"
        self.ground.begin(balancer.arn)
        self._timed(balancer)
        return answer

    def describe_load_balancers(self) -> ActionResult:
        """DescribeLoadBalancers: ``provisioning`` until the clock says ``active``."""
        answer = super().describe_load_balancers()
        result: Any = answer.result
        for balancer in result["LoadBalancers"]:
            self._timed(balancer)
        return answer

    def set_subnets(self) -> ActionResult:
        """SetSubnets: a network load balancer may be in one zone only, and its interfaces follow."""
        balancer = self.elbv2_backend.load_balancers.get(self._get_param("LoadBalancerArn"))
        if balancer is None or balancer.type != "network":
            return super().set_subnets()
        ec2 = ec2_of(self.current_account, self.region)
        self._unfurnish(balancer)
        balancer.subnets = [ec2.get_subnet(one) for one in self._get_param("Subnets", [])]
        self._furnish(balancer)
        zones = [
            {"ZoneName": one.availability_zone, "SubnetId": one.id, "LoadBalancerAddresses": []}
            for one in balancer.subnets
        ]
        return ActionResult({"AvailabilityZones": zones})

    def set_security_groups(self) -> ActionResult:
        """SetSecurityGroups: not on a network load balancer that was made without; and whether they hold for
        PrivateLink traffic.
        """
        balancer: Any = self.elbv2_backend.load_balancers.get(self._get_param("LoadBalancerArn"))
        if balancer is not None and balancer.type == "network" and not balancer.security_groups:
            words = "You cannot set security groups on a load balancer that was created without any."
            raise Refused("InvalidConfigurationRequest", words)
        answer = super().set_security_groups()
        enforced = self._get_param("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic")
        if balancer is not None and enforced:
            balancer.enforce_security_group_inbound_rules_on_private_link_traffic = enforced
        return answer

    def delete_load_balancer(self) -> ActionResult:
        """DeleteLoadBalancer: not while an endpoint service stands on it."""
        arn = self._get_param("LoadBalancerArn")
        if any(arn in service.network_load_balancer_arns for _, service in services(self.region)):
            words = (
                f"Load balancer '{arn}' cannot be deleted because it is currently associated with "
                "another service"
            )
            raise Refused("ResourceInUse", words)
        gone = self.elbv2_backend.load_balancers.get(arn)
        answer = super().delete_load_balancer()
        if gone is not None:
            self._unfurnish(gone)
        self._tidy()
        return answer

    def create_listener(self) -> ActionResult:
        """CreateListener: twice the same is one, two on one port are refused."""
        params = self._get_params()
        balancer = self.elbv2_backend.load_balancers.get(params["LoadBalancerArn"])
        for listener in balancer.listeners.values() if balancer else ():
            if int(listener.port) == int(params.get("Port") or 0):
                wanted = [action.get("TargetGroupArn") for action in params.get("DefaultActions", [])]
                standing = [action.data.get("TargetGroupArn") for action in listener.default_actions]
                if listener.protocol != params.get("Protocol") or wanted != standing:
                    raise DuplicateListenerError
                return ActionResult({"Listeners": [listener]})
        return super().create_listener()

    def delete_listener(self) -> ActionResult:
        """DeleteListener: its target group is no more the load balancer's."""
        answer = super().delete_listener()
        self._tidy()
        return answer

    def create_target_group(self) -> ActionResult:
        """CreateTargetGroup: twice the same is one."""
        params = self._get_params()
        wanted = (
            params.get("Protocol"),
            int(params.get("Port") or 0),
            params.get("VpcId"),
            params.get("TargetType", "instance"),
        )
        for group in self.elbv2_backend.target_groups.values():
            if group.name == params["Name"]:
                if wanted != (group.protocol, int(group.port), group.vpc_id, group.target_type):
                    raise DuplicateTargetGroupName
                return ActionResult({"TargetGroups": [group]})
        answer = super().create_target_group()
        result: Any = answer.result
        for group in result["TargetGroups"]:
            if group.protocol in LAYER_4:
                keeps = group.target_type == "instance" or group.protocol in ("UDP", "TCP_UDP")
                group.attributes.update(
                    {
                        "proxy_protocol_v2.enabled": "false",
                        "preserve_client_ip.enabled": str(keeps).lower(),
                        "deregistration_delay.connection_termination.enabled": "false",
                    }
                )
        return answer

    def register_targets(self) -> ActionResult:
        """RegisterTargets: from now on the targets' health is looked at."""
        answer = super().register_targets()
        arn = self._get_param("TargetGroupArn")
        for target in self._get_param("Targets", []):
            self.ground.begin(f"{arn}|{target['Id']}")
        return answer

    def deregister_targets(self) -> ActionResult:
        """DeregisterTargets."""
        answer = super().deregister_targets()
        arn = self._get_param("TargetGroupArn")
        for target in self._get_param("Targets", []):
            self.ground.forget(f"{arn}|{target['Id']}")
        return answer

    def describe_target_health(self) -> ActionResult:
        """DescribeTargetHealth: by whether the data path would reach the target."""
        answer = super().describe_target_health()
        result: Any = answer.result
        arn = self._get_param("TargetGroupArn")
        group = self.elbv2_backend.target_groups[arn]
        for shown in result["TargetHealthDescriptions"]:
            if shown.status == "healthy":
                health = reach.health(self.ground, self.current_account, group, shown.instance_id)
                shown.status, shown.reason, shown.description = health
        return answer

    def _furnish(self, balancer: Any) -> None:
        """One network interface a subnet, with an address of that subnet."""
        ec2 = ec2_of(self.current_account, self.region)
        for subnet in balancer.subnets:
            interface = ec2.create_network_interface(
                subnet,
                subnet.get_available_subnet_ip(balancer),
                group_ids=balancer.security_groups,
                description=_described(balancer),
            )
            interface.interface_type = "network_load_balancer"
            interface.requester_managed = True
            interface.status = "in-use"

    def _unfurnish(self, balancer: Any) -> None:
        ec2 = ec2_of(self.current_account, self.region)
        for interface in list(ec2.enis.values()):
            if interface.description == _described(balancer):
                del ec2.enis[interface.id]
                interface.subnet.del_subnet_ip(interface.private_ip_address)

    def _timed(self, balancer: Any) -> Any:
        balancer.state = balancer_state(balancer, self.ground)
        return balancer

    def _tidy(self) -> None:
        """Say of every target group which load balancers still use it: moto only ever adds."""
        elb = self.elbv2_backend
        for group in elb.target_groups.values():
            group.load_balancer_arns = [
                balancer.arn
                for balancer in elb.load_balancers.values()
                if any(
                    group.arn in reach.forwards(listener.default_actions)
                    for listener in balancer.listeners.values()
                )
            ]


def _settings(balancer: Any) -> tuple[str, str, list[str], list[str]]:
    subnets = sorted(subnet.id for subnet in balancer.subnets)
    return balancer.type, balancer.scheme, subnets, sorted(balancer.security_groups)


def _described(balancer: Any) -> str:
    return f"ELB {balancer.arn.partition(':loadbalancer/')[2]}"


def _rename(elb: Any, balancer: Any) -> None:
    tags = elb.tagging_service.list_tags_for_resource(balancer.arn)["Tags"]
    elb.tagging_service.delete_all_tags_for_resource(balancer.arn)
    del elb.load_balancers[balancer.arn]
    balancer.arn = balancer.arn.replace(":loadbalancer/app/", ":loadbalancer/net/")
    elb.load_balancers[balancer.arn] = balancer
    elb.tagging_service.tag_resource(balancer.arn, tags)
