"""A play region that answers at once what an account of many load balancers, endpoint services and endpoints holds.

moto itself needs several milliseconds of processor time for each of these answers, which would be measured
instead of the program. Here they are made once: lists by the page, and one template for what is asked of each
single thing. Shapes come from botocore's own model of the API, through moto's serialiser.

``python -m benchmarks.region COUNT SECONDS`` prints its address. Every request waits SECONDS.
``GET /-/calls`` answers the number of calls by action since the last time it was asked.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from benchmarks.proxy import CALLS, answer, message

ACCOUNT, REGION = "111122223333", "us-west-2"
ARN = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
ZONES = ("a", "b", "c")
MARK = "@@"
"""In a template: the number of the thing that is asked about."""
TARGET = re.compile(rb"^x-amz-target: *\S+\.(\w+)", re.IGNORECASE | re.MULTILINE)
NAMED = re.compile(r"/(?:lb|tg)-(\d{6})")

NO_ANSWER = (
    b"<Response><Errors><Error><Code>InvalidAction</Code><Message>not played</Message></Error></Errors>"
    b"<RequestID>0</RequestID></Response>"
)

Given = Mapping[str, Sequence[str]]
Answer = Callable[[Given], bytes]


def _id(prefix: str, number: int | str) -> str:
    return f"{prefix}-0000000000{number:06d}0" if isinstance(number, int) else f"{prefix}-0000000000{number}0"


def _balancer(number: int | str) -> str:
    return f"{ARN}:loadbalancer/net/lb-{_six(number)}/0000000000{_six(number)}"


def _group(number: int | str) -> str:
    return f"{ARN}:targetgroup/tg-{_six(number)}/0000000000{_six(number)}"


def _listener(number: int | str) -> str:
    return f"{ARN}:listener/net/lb-{_six(number)}/0000000000{_six(number)}/0000000000{_six(number)}"


def _six(number: int | str) -> str:
    return f"{number:06d}" if isinstance(number, int) else number


class Shapes:
    """Answers in the API's own form."""

    def __init__(self) -> None:
        from moto.core.serialize import get_serializer_class
        from moto.core.utils import get_service_model

        self.model = get_service_model
        self._class = get_serializer_class

    def write(self, service: str, operation: str, value: Mapping[str, Any], protocol: str) -> bytes:
        model = self.model(service).operation_model(operation)
        serializer = self._class(service, protocol)(operation_model=model)
        body = serializer.serialize(value)["body"]
        return body.encode() if isinstance(body, str) else bytes(body)


def _subnets() -> list[dict[str, Any]]:
    return [
        {
            "SubnetId": _id("subnet", number),
            "VpcId": _id("vpc", 0),
            "CidrBlock": f"10.{16 * number}.0.0/12",
            "AvailabilityZone": f"{REGION}{zone}",
            "AvailabilityZoneId": f"usw2-az{number + 1}",
            "AvailableIpAddressCount": 4000,
        }
        for number, zone in enumerate(ZONES)
    ]


def _interface(number: int, kind: str, place: int) -> dict[str, Any]:
    host = 256 + number
    return {
        "NetworkInterfaceId": f"eni-{kind[:3].encode().hex()}0000{number:06d}{place}",
        "VpcId": _id("vpc", 0),
        "SubnetId": _id("subnet", place),
        "InterfaceType": kind,
        "Description": f"ELB net/lb-{number:06d}/0000000000{number:06d}" if kind != "vpc_endpoint" else "e",
        "PrivateIpAddress": f"10.{16 * place}.{host // 256}.{host % 256}",
        "Groups": [{"GroupId": _id("sg", 0)}],
        "Status": "in-use",
    }


def _lists(count: int) -> Mapping[str, tuple[str, str, list[dict[str, Any]], int]]:
    """Action → service, the answer's list, its items, and how many are on a page."""
    names = [{"ZoneName": f"{REGION}{zone}", "SubnetId": _id("subnet", n)} for n, zone in enumerate(ZONES)]
    many = range(count)
    permissions = [
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    ]
    entries = [
        {"RuleNumber": n, "Protocol": "-1", "RuleAction": a, "Egress": e, "CidrBlock": "0.0.0.0/0"}
        for n, a in ((100, "allow"), (32767, "deny"))
        for e in (False, True)
    ]
    interfaces = [
        _interface(n, kind, n % 3) for kind in ("network_load_balancer", "vpc_endpoint") for n in many
    ]
    return {
        "DescribeVpcs": ("ec2", "Vpcs", [{"VpcId": _id("vpc", 0), "CidrBlock": "10.0.0.0/8"}], 1000),
        "DescribeSubnets": ("ec2", "Subnets", _subnets(), 1000),
        "DescribeInstances": ("ec2", "Reservations", [], 1000),
        "DescribeSecurityGroups": (
            "ec2",
            "SecurityGroups",
            [
                {
                    "GroupId": _id("sg", 0),
                    "VpcId": _id("vpc", 0),
                    "GroupName": "g",
                    "IpPermissions": permissions,
                }
            ],
            1000,
        ),
        "DescribeNetworkAcls": (
            "ec2",
            "NetworkAcls",
            [{"NetworkAclId": _id("acl", 0), "VpcId": _id("vpc", 0), "IsDefault": True, "Entries": entries}],
            1000,
        ),
        "DescribeRouteTables": (
            "ec2",
            "RouteTables",
            [{"RouteTableId": _id("rtb", 0), "VpcId": _id("vpc", 0), "Associations": [{"Main": True}]}],
            1000,
        ),
        "DescribeNetworkInterfaces": ("ec2", "NetworkInterfaces", interfaces, 1000),
        "DescribeRegions": (
            "ec2",
            "Regions",
            [{"RegionName": REGION, "OptInStatus": "opt-in-not-required", "Endpoint": "ec2.play"}],
            1000,
        ),
        "DescribeAvailabilityZones": (
            "ec2",
            "AvailabilityZones",
            [{"ZoneName": f"{REGION}{zone}", "ZoneId": f"usw2-az{n + 1}"} for n, zone in enumerate(ZONES)],
            1000,
        ),
        "DescribeVpcEndpointServiceConfigurations": (
            "ec2",
            "ServiceConfigurations",
            [
                {
                    "ServiceId": _id("vpce-svc", n),
                    "ServiceName": f"com.amazonaws.vpce.{REGION}.{_id('vpce-svc', n)}",
                    "ServiceState": "Available",
                    "AcceptanceRequired": True,
                    "AvailabilityZones": [f"{REGION}{zone}" for zone in ZONES],
                    "NetworkLoadBalancerArns": [_balancer(n)],
                    "Tags": [{"Key": "Name", "Value": f"service-{n}"}],
                }
                for n in many
            ],
            1000,
        ),
        "DescribeVpcEndpointConnections": (
            "ec2",
            "VpcEndpointConnections",
            [
                {
                    "ServiceId": _id("vpce-svc", n),
                    "VpcEndpointId": _id("vpce", n),
                    "VpcEndpointOwner": ACCOUNT,
                    "VpcEndpointState": "available",
                }
                for n in many
            ],
            1000,
        ),
        "DescribeVpcEndpoints": (
            "ec2",
            "VpcEndpoints",
            [
                {
                    "VpcEndpointId": _id("vpce", n),
                    "VpcEndpointType": "Interface",
                    "VpcId": _id("vpc", 0),
                    "ServiceName": f"com.amazonaws.vpce.{REGION}.{_id('vpce-svc', n)}",
                    "State": "available",
                    "SubnetIds": [_id("subnet", n % 3)],
                    "Groups": [{"GroupId": _id("sg", 0)}],
                    "NetworkInterfaceIds": [_interface(n, "vpc_endpoint", n % 3)["NetworkInterfaceId"]],
                    "DnsEntries": [{"DnsName": f"{_id('vpce', n)}-x.{REGION}.vpce.amazonaws.com"}],
                    "Tags": [{"Key": "Name", "Value": f"endpoint-{n}"}],
                }
                for n in many
            ],
            1000,
        ),
        "DescribeLoadBalancers": (
            "elbv2",
            "LoadBalancers",
            [
                {
                    "LoadBalancerArn": _balancer(n),
                    "LoadBalancerName": f"lb-{n:06d}",
                    "Type": "network",
                    "Scheme": "internal",
                    "State": {"Code": "active"},
                    "VpcId": _id("vpc", 0),
                    "AvailabilityZones": names,
                    "SecurityGroups": [_id("sg", 0)],
                    "DNSName": f"lb-{n:06d}.elb.{REGION}.amazonaws.com",
                }
                for n in many
            ],
            400,
        ),
        "DescribeTargetGroups": (
            "elbv2",
            "TargetGroups",
            [
                {
                    "TargetGroupArn": _group(n),
                    "TargetGroupName": f"tg-{n:06d}",
                    "Protocol": "TCP",
                    "Port": 443,
                    "VpcId": _id("vpc", 0),
                    "TargetType": "ip",
                    "HealthCheckProtocol": "TCP",
                    "HealthCheckPort": "traffic-port",
                    "LoadBalancerArns": [_balancer(n)],
                }
                for n in many
            ],
            400,
        ),
        "DescribeAccountLimits": (
            "elbv2",
            "Limits",
            [{"Name": "network-load-balancers", "Max": "5000"}],
            400,
        ),
    }


def _attributes(told: Mapping[str, str]) -> dict[str, Any]:
    return {"Attributes": [{"Key": key, "Value": value} for key, value in told.items()]}


SINGLE: Mapping[str, tuple[str, str, dict[str, Any]]] = {
    "DescribeListeners": (
        "elbv2",
        "LoadBalancerArn",
        {
            "Listeners": [
                {
                    "ListenerArn": _listener(MARK),
                    "LoadBalancerArn": _balancer(MARK),
                    "Port": 443,
                    "Protocol": "TCP",
                    "DefaultActions": [{"Type": "forward", "TargetGroupArn": _group(MARK)}],
                }
            ]
        },
    ),
    "DescribeLoadBalancerAttributes": (
        "elbv2",
        "LoadBalancerArn",
        _attributes({"load_balancing.cross_zone.enabled": "true", "deletion_protection.enabled": "true"}),
    ),
    "DescribeListenerAttributes": ("elbv2", "ListenerArn", _attributes({"tcp.idle_timeout.seconds": "350"})),
    "DescribeTargetGroupAttributes": (
        "elbv2",
        "TargetGroupArn",
        _attributes({"proxy_protocol_v2.enabled": "false", "preserve_client_ip.enabled": "false"}),
    ),
    "DescribeTargetHealth": (
        "elbv2",
        "TargetGroupArn",
        {
            "TargetHealthDescriptions": [
                {
                    "Target": {"Id": f"10.{place}.0.9", "Port": 443, "AvailabilityZone": f"{REGION}{zone}"},
                    "TargetHealth": {"State": "healthy"},
                }
                for place, zone in ((0, "a"), (16, "b"))
            ]
        },
    ),
    "DescribeVpcEndpointServicePermissions": (
        "ec2",
        "ServiceId",
        {"AllowedPrincipals": [{"Principal": "arn:aws:iam::402592597372:root"}]},
    ),
}
"""Action → service, the parameter that names the thing, and the answer's template."""


def _answers(count: int) -> dict[str, Answer]:
    shapes = Shapes()
    found: dict[str, Answer] = {}
    for action, (service, name, items, size) in _lists(count).items():
        found[action] = _paged(shapes, service, action, name, items, size)
    for action, (service, parameter, value) in SINGLE.items():
        template = shapes.write(service, action, value, "ec2" if service == "ec2" else "query")
        found[action] = partial(_filled, template, parameter)
    found["GetCallerIdentity"] = _fixed(
        shapes.write(
            "sts",
            "GetCallerIdentity",
            {"Account": ACCOUNT, "UserId": "AIDAEXAMPLE", "Arn": f"arn:aws:iam::{ACCOUNT}:user/bench"},
            "query",
        )
    )
    regions = {"Regions": [{"RegionName": REGION, "OptInStatus": "opt-in-not-required"}]}
    found["DescribeRegions"] = _fixed(shapes.write("ec2", "DescribeRegions", regions, "ec2"))
    dns = {
        name: shapes.write(
            "ec2", "DescribeVpcAttribute", {name[0].upper() + name[1:]: {"Value": True}}, "ec2"
        )
        for name in ("enableDnsSupport", "enableDnsHostnames")
    }
    found["DescribeVpcAttribute"] = lambda given: dns[given["Attribute"][0]]
    found["ListServiceQuotas"] = _fixed(b'{"Quotas": [{"QuotaCode": "L-29B6F2EB", "Value": 5000.0}]}')
    found["GetMetricData"] = _fixed(b'{"MetricDataResults": []}')
    tag = {"TagDescriptions": [{"ResourceArn": MARK, "Tags": [{"Key": "team", "Value": "shop"}]}]}
    found["DescribeTags"] = partial(_tags, shapes.write("elbv2", "DescribeTags", tag, "query"))
    return found


def _paged(
    shapes: Shapes, service: str, action: str, name: str, items: Sequence[Mapping[str, Any]], size: int
) -> Answer:
    token = "NextToken" if service == "ec2" else "NextMarker"
    members = shapes.model(service).operation_model(action).output_shape.members
    pages = []
    for start in range(0, max(1, len(items)), size):
        value: dict[str, Any] = {name: items[start : start + size]}
        if start + size < len(items) and token in members:
            value[token] = str(start // size + 1)
        pages.append(shapes.write(service, action, value, "ec2" if service == "ec2" else "query"))

    def page(given: Given) -> bytes:
        return pages[int((given.get("NextToken") or given.get("Marker") or ["0"])[0])]

    return page


def _filled(template: bytes, parameter: str, given: Given) -> bytes:
    return template.replace(MARK.encode(), _number(given[parameter][0]).encode())


def _tags(template: bytes, given: Given) -> bytes:
    """The template's one description for each resource that is asked about."""
    head, one, tail = re.split(
        rb"(?<=<TagDescriptions>)(.*)(?=</TagDescriptions>)", template, flags=re.DOTALL
    )
    arns = (many[0] for key, many in given.items() if key.startswith("ResourceArns"))
    return head + b"".join(one.replace(MARK.encode(), arn.encode()) for arn in arns) + tail


def _unknown(_given: Given) -> bytes:
    return NO_ANSWER


def _fixed(body: bytes) -> Answer:
    return lambda _given: body


def _number(text: str) -> str:
    named = NAMED.search(text)
    return named[1] if named else text[-7:-1]


async def _serve(count: int, seconds: float) -> None:
    calls: Counter[str] = Counter()
    answers = _answers(count)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head, body = await message(reader)
                if head.startswith(CALLS):
                    writer.write(answer(calls))
                    calls.clear()
                    continue
                named = TARGET.search(head)
                given = {} if named else parse_qs(body.decode())
                action = named[1].decode() if named else given["Action"][0]
                calls[action] += 1
                status, answered = b"200 OK", answers.get(action, _unknown)(given)
                if answered is NO_ANSWER:
                    status = b"400 Bad Request"
                kind = b"application/x-amz-json-1.1" if named else b"text/xml"
                await asyncio.sleep(seconds)
                writer.write(
                    b"HTTP/1.1 %b\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b"
                    % (status, kind, len(answered), answered)
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            # The client has no more to ask, or hung up in the middle.
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(client, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
