"""An AWS account as anybody's client shows it, and Magento's moves in it: plain boto3, nothing of ours."""

from __future__ import annotations

import json
import re
import socket
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3

MAGENTO = "402592597372"
PRINCIPAL = f"arn:aws:iam::{MAGENTO}:root"
GONE = ("deleting", "deleted")


@dataclass(frozen=True)
class Resource:
    """One resource: what the API calls it, what it is called by its owner, its tags and its settings."""

    kind: str
    id: str
    name: str
    tags: Mapping[str, str]
    settings: Mapping[str, Any]


class Account:
    """Plain clients of one account, made from environment variables."""

    def __init__(self, environment: Mapping[str, str], prefix: str = "") -> None:
        session = boto3.Session(
            aws_access_key_id=environment[f"{prefix}AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment[f"{prefix}AWS_SECRET_ACCESS_KEY"],
            aws_session_token=environment.get(f"{prefix}AWS_SESSION_TOKEN"),
            region_name=environment["AWS_REGION"],
        )
        self.region = environment["AWS_REGION"]
        self.ec2 = session.client("ec2", endpoint_url=environment["AWS_ENDPOINT_URL"])
        self.elbv2 = session.client("elbv2", endpoint_url=environment["AWS_ENDPOINT_URL"])
        self.sts = session.client("sts", endpoint_url=environment["AWS_ENDPOINT_URL"])

    @property
    def id(self) -> str:
        """The account's number."""
        return str(self.sts.get_caller_identity()["Account"])

    def resources(self) -> dict[str, Resource]:
        """Everything that an enablement could touch, by id."""
        found = [*self._balancing(), *self._services(), *self._endpoints(), *self._groups()]
        return {one.id: one for one in found}

    def by_hand(self, network: str) -> tuple[str, str]:
        """What somebody made in the console: a load balancer, its targets, and an endpoint service that lets nobody
        in; answers the service's id, and what Magento is told.
        """
        balancer = self.elbv2.create_load_balancer(
            Name="by-hand", Type="network", Scheme="internal", Subnets=self._private(network)
        )["LoadBalancers"][0]["LoadBalancerArn"]
        for port, target, target_port in ((3306, "10.20.1.20", 3306), (8443, "10.20.2.21", 8080)):
            group = self.elbv2.create_target_group(
                Name=f"by-hand-{port}", Protocol="TCP", Port=target_port, VpcId=network, TargetType="ip"
            )["TargetGroups"][0]["TargetGroupArn"]
            self.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": target, "Port": target_port}])
            self.elbv2.create_listener(
                LoadBalancerArn=balancer,
                Protocol="TCP",
                Port=port,
                DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
            )
        self.elbv2.modify_load_balancer_attributes(
            LoadBalancerArn=balancer,
            Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}],
        )
        self.elbv2.get_waiter("load_balancer_available").wait(
            LoadBalancerArns=[balancer], WaiterConfig={"Delay": 0.1, "MaxAttempts": 200}
        )
        service = self.ec2.create_vpc_endpoint_service_configuration(
            AcceptanceRequired=True,
            NetworkLoadBalancerArns=[balancer],
            TagSpecifications=[
                {"ResourceType": "vpc-endpoint-service", "Tags": [{"Key": "team", "Value": "network"}]}
            ],
        )["ServiceConfiguration"]
        return service["ServiceId"], service["ServiceName"]

    def _private(self, network: str) -> list[str]:
        filters = [
            {"Name": "vpc-id", "Values": [network]},
            {"Name": "tag:Name", "Values": ["shop-private-*"]},
        ]
        return [one["SubnetId"] for one in self.ec2.describe_subnets(Filters=filters)["Subnets"]]

    def let_in(self, service: str) -> None:
        """Let Magento into a service."""
        self.ec2.modify_vpc_endpoint_service_permissions(ServiceId=service, AddAllowedPrincipals=[PRINCIPAL])

    def ask(self, network: str, service_name: str) -> str:
        """Request a connection by hand; answers the endpoint's id."""
        made = self.ec2.create_vpc_endpoint(
            VpcEndpointType="Interface",
            VpcId=network,
            ServiceName=service_name,
            SubnetIds=self._private(network)[1:],
        )
        return str(made["VpcEndpoint"]["VpcEndpointId"])

    def forget(self, endpoint: str) -> None:
        """Delete an endpoint of its own."""
        self.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])

    def _balancing(self) -> Iterator[Resource]:
        for balancer in self.elbv2.describe_load_balancers()["LoadBalancers"]:
            arn, name = balancer["LoadBalancerArn"], balancer["LoadBalancerName"]
            attributes = self.elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
            yield self._elb(
                "load-balancer",
                arn,
                name,
                type=balancer["Type"],
                scheme=balancer["Scheme"],
                zones=sorted(zone["SubnetId"] for zone in balancer["AvailabilityZones"]),
                cross_zone={one["Key"]: one["Value"] for one in attributes}.get(
                    "load_balancing.cross_zone.enabled"
                ),
            )
            for listener in self.elbv2.describe_listeners(LoadBalancerArn=arn)["Listeners"]:
                yield self._elb(
                    "listener",
                    listener["ListenerArn"],
                    f"{listener['Protocol']} {listener['Port']} on {name}",
                    protocol=listener["Protocol"],
                    port=listener["Port"],
                    forwards=[one.get("TargetGroupArn") for one in listener["DefaultActions"]],
                )
        for group in self.elbv2.describe_target_groups()["TargetGroups"]:
            arn = group["TargetGroupArn"]
            health = self.elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
            yield self._elb(
                "target-group",
                arn,
                group["TargetGroupName"],
                protocol=group["Protocol"],
                port=group["Port"],
                targets=sorted((one["Target"]["Id"], one["Target"]["Port"]) for one in health),
            )

    def _elb(self, kind: str, arn: str, name: str, **settings: Any) -> Resource:
        told = self.elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
        return Resource(kind, arn, name, _tags(told), settings)

    def _services(self) -> Iterator[Resource]:
        for one in self.ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]:
            if one["ServiceState"].lower() in GONE:
                continue
            tags = _tags(one.get("Tags", []))
            allowed = self.ec2.describe_vpc_endpoint_service_permissions(ServiceId=one["ServiceId"])
            yield Resource(
                "endpoint-service",
                one["ServiceId"],
                tags.get("Name", ""),
                tags,
                {
                    "acceptance": one["AcceptanceRequired"],
                    "balancers": one.get("NetworkLoadBalancerArns", []),
                    "principals": [row["Principal"] for row in allowed["AllowedPrincipals"]],
                    "service_name": one["ServiceName"],
                },
            )

    def _endpoints(self) -> Iterator[Resource]:
        for one in self.ec2.describe_vpc_endpoints()["VpcEndpoints"]:
            if one["State"].lower() in GONE:
                continue
            tags = _tags(one.get("Tags", []))
            yield Resource(
                "endpoint",
                one["VpcEndpointId"],
                tags.get("Name", ""),
                tags,
                {
                    "type": one["VpcEndpointType"],
                    "service": one["ServiceName"],
                    "private_dns": one["PrivateDnsEnabled"],
                    "groups": sorted(group["GroupId"] for group in one.get("Groups", [])),
                    "subnets": sorted(one.get("SubnetIds", [])),
                },
            )

    def _groups(self) -> Iterator[Resource]:
        for one in self.ec2.describe_security_groups()["SecurityGroups"]:
            ingress = sorted(
                (rule["FromPort"], rule["ToPort"], peer["CidrIp"])
                for rule in one["IpPermissions"]
                for peer in rule["IpRanges"]
            )
            yield Resource(
                "security-group",
                one["GroupId"],
                one["GroupName"],
                _tags(one.get("Tags", [])),
                {"ingress": ingress},
            )


def _tags(told: list[dict[str, str]]) -> dict[str, str]:
    return {one["Key"]: one["Value"] for one in told}


class Magento(Account):
    """The vendor's infrastructure team, with a script of its own."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(environment, "MAGENTO_")
        self.service_name = environment["MAGENTO_SERVICE_NAME"]
        self.service_id = self.service_name.rpartition(".")[2]
        self.resolver = environment["PRIVATELINK_RESOLVER"]

    def allow(self, account: str, ports: tuple[int, ...]) -> str:
        """Step 3: open the ports, let the account in, and answer the ticket."""
        balancer = self.elbv2.describe_load_balancers()["LoadBalancers"][0]
        servers = self.ec2.describe_instances()["Reservations"]
        targets = [one["InstanceId"] for row in servers for one in row["Instances"]]
        for port in ports:
            group = self.elbv2.create_target_group(
                Name=f"web-{port}", Protocol="TCP", Port=port, VpcId=balancer["VpcId"], TargetType="instance"
            )["TargetGroups"][0]["TargetGroupArn"]
            self.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": one} for one in targets])
            self.elbv2.create_listener(
                LoadBalancerArn=balancer["LoadBalancerArn"],
                Protocol="TCP",
                Port=port,
                DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
            )
        self.ec2.modify_vpc_endpoint_service_permissions(
            ServiceId=self.service_id, AddAllowedPrincipals=[f"arn:aws:iam::{account}:root"]
        )
        return f"Hello,\n\n> your ticket\n\nit is done. The service is *{self.service_name}*.\n"

    def approve(self) -> list[str]:
        """Step 5: accept every connection request that waits."""
        waiting = [
            one["VpcEndpointId"]
            for one in self.ec2.describe_vpc_endpoint_connections()["VpcEndpointConnections"]
            if one["ServiceId"] == self.service_id and one["VpcEndpointState"].lower() == "pendingacceptance"
        ]
        if waiting:
            self.ec2.accept_vpc_endpoint_connections(ServiceId=self.service_id, VpcEndpointIds=waiting)
        return waiting

    def turn_down(self, endpoint: str) -> None:
        """Reject the connection of a customer's endpoint, accepted or not."""
        self.ec2.reject_vpc_endpoint_connections(ServiceId=self.service_id, VpcEndpointIds=[endpoint])

    def connect(self, service_name: str) -> str:
        """Step 7a: request a connection to the customer's service."""
        balancer = self.elbv2.describe_load_balancers()["LoadBalancers"][0]
        zones = self.ec2.describe_vpc_endpoint_services(ServiceNames=[service_name])["ServiceDetails"][0]
        subnets = self.ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [balancer["VpcId"]]}])[
            "Subnets"
        ]
        made = self.ec2.create_vpc_endpoint(
            VpcEndpointType="Interface",
            VpcId=balancer["VpcId"],
            ServiceName=service_name,
            SubnetIds=[
                one["SubnetId"] for one in subnets if one["AvailabilityZone"] in zones["AvailabilityZones"]
            ],
        )
        return str(made["VpcEndpoint"]["VpcEndpointId"])

    def run(self, commands: str, _endpoint: str = "") -> str:
        """Do what the pasted commands ask for, on Magento's side; answers what the terminal shows. The commands name
        the endpoint themselves.
        """
        shown = []
        for host, port in re.findall(r"telnet://([\w.-]+):(\d+)", commands):
            shown.append(f"web@mymagento:~$ curl -v telnet://{host}:{port}")
            query = urllib.parse.urlencode({"host": host, "port": port, "side": "vendor"})
            with urllib.request.urlopen(f"{self.resolver}?{query}", timeout=10) as answer:
                found = json.load(answer)
            with socket.create_connection(tuple(found["connect"]), timeout=5) as connection:
                assert connection.recv(100)
            shown.append(f"*   Trying {found['addresses'][0]}:{port}...")
            shown.append(f"* Connected to {host} ({found['addresses'][0]}) port {port}")
        return "\n".join(shown)
