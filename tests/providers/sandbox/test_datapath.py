"""The data path: bytes for a right set-up, and what a client sees of each part that is wrong."""

from __future__ import annotations

import json
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from core.cloud import ProbeTarget
from providers import probe
from providers.sandbox import Sandbox, world
from providers.sandbox.datapath import Resolved, Side
from providers.sandbox.moto_base import elbv2_of

PATIENCE = 0.15
"""Seconds after which a connection counts as never answered: the kernel answers the others at once."""
TLS_PORT = 443
HTTP_PORT = 80


def meet(found: Resolved | None) -> str:
    """What a client meets: the greeting's bytes, or how it fails."""
    if found is None:
        return "unknown"
    try:
        with socket.create_connection(found.connect, PATIENCE) as connection:
            connection.settimeout(5)
            return connection.recv(1024).decode() or "closed"
    except ConnectionRefusedError:
        return "refused"
    except ConnectionResetError:
        return "reset"
    except TimeoutError:
        return "timeout"


@dataclass
class Bench:
    """Both directions, set up right."""

    sandbox: Sandbox
    customer: Any
    magento: Any
    endpoint: str
    host: str
    group: str
    balancer: str
    target_group: str
    service: str
    incoming: str
    incoming_host: str

    def to_magento(self, port: int = HTTP_PORT) -> str:
        return meet(self.sandbox.data_path.resolve(self.host, port, "customer"))

    def from_magento(self, port: int = 3306, side: Side = "vendor") -> str:
        return meet(self.sandbox.data_path.resolve(self.incoming_host, port, side))


@pytest.fixture(scope="module")
def bench(sandbox: Sandbox, customer: Any, magento: Any, allow: Callable[[], str]) -> Iterator[Bench]:
    allowed = allow()
    for port in (HTTP_PORT, TLS_PORT):
        world.open_port(sandbox.vendor_clients, sandbox.world, port)
    group = customer.group(*((port, "10.20.0.0/16") for port in (HTTP_PORT, TLS_PORT, 81)))
    made = customer.endpoint(allowed, SecurityGroupIds=[group])
    magento.ec2.accept_vpc_endpoint_connections(
        ServiceId=sandbox.world.service_id, VpcEndpointIds=[made["VpcEndpointId"]]
    )
    balancer = customer.load_balancer()
    customer.cross_zone(balancer)
    target_group = customer.listen(balancer, 3306, sandbox.world.hosts["shop-db"])
    service = customer.service(balancer, "arn:aws:iam::402592597372:root")
    incoming = magento.ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=sandbox.world.magento_vpc,
        ServiceName=service["ServiceName"],
        SubnetIds=list(sandbox.world.magento_subnets[:2]),
    )["VpcEndpoint"]
    customer.api.ec2.accept_vpc_endpoint_connections(
        ServiceId=service["ServiceId"], VpcEndpointIds=[incoming["VpcEndpointId"]]
    )
    yield Bench(
        sandbox,
        customer,
        magento,
        made["VpcEndpointId"],
        made["DnsEntries"][0]["DnsName"],
        group,
        balancer,
        target_group,
        service["ServiceId"],
        incoming["VpcEndpointId"],
        incoming["DnsEntries"][0]["DnsName"],
    )
    customer.api.ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    magento.ec2.delete_vpc_endpoints(VpcEndpointIds=[incoming["VpcEndpointId"]])
    customer.api.ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[service["ServiceId"]])


def test_bytes_go_both_ways(bench: Bench) -> None:
    assert bench.to_magento() == "privatelink sandbox: magento-web-1 answers on port 80\r\n"
    assert bench.from_magento() == "privatelink sandbox: shop-db answers on port 3306\r\n"


def test_the_probe_proves_it_over_http(bench: Bench) -> None:
    resolve = probe.resolver_from(bench.sandbox.environment)
    assert resolve is not None
    targets = (
        ProbeTarget("Webserver", bench.host, HTTP_PORT),
        ProbeTarget("Shop", bench.host, TLS_PORT, tls=True),
    )
    report = probe.probe(targets, ("10.20.0.0/16",), resolve=resolve)
    assert report.inside
    assert bench.customer.vpc in report.place
    web, shop = report.results
    assert [(hop.stage, hop.ok) for hop in web.hops] == [
        ("resolve", True),
        ("connect", True),
        ("bytes", True),
    ]
    assert (web.ok, shop.ok) == (True, True)
    assert len(web.addresses) == 2
    assert all(address.startswith("10.20.") for address in web.addresses)


def test_the_small_service_speaks_tls_http_and_echo(bench: Bench) -> None:
    path = bench.sandbox.data_path
    plain = path.resolve(bench.host, HTTP_PORT)
    assert plain is not None
    with urllib.request.urlopen(f"http://127.0.0.1:{plain.connect[1]}/", timeout=5) as answer:
        assert answer.read().decode() == plain.greeting
    with socket.create_connection(plain.connect, 5) as connection:
        connection.sendall(b"hello")
        assert connection.recv(100) == b"hello"

    secure = path.resolve(bench.host, TLS_PORT)
    assert secure is not None
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection(secure.connect, 5) as connection,
        context.wrap_socket(connection, server_hostname=bench.host) as wrapped,
    ):
        wrapped.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wrapped.recv(15) == b"HTTP/1.1 200 OK"


@contextmanager
def rejected(bench: Bench) -> Iterator[None]:
    connection: dict[str, Any] = {
        "ServiceId": bench.sandbox.world.service_id,
        "VpcEndpointIds": [bench.endpoint],
    }
    bench.magento.ec2.reject_vpc_endpoint_connections(**connection)
    yield
    bench.magento.ec2.accept_vpc_endpoint_connections(**connection)


@contextmanager
def closed_group(bench: Bench) -> Iterator[None]:
    rule = {"GroupId": bench.group, "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}
    bench.customer.api.ec2.revoke_security_group_ingress(**rule, CidrIp="10.20.0.0/16")
    yield
    bench.customer.api.ec2.authorize_security_group_ingress(**rule, CidrIp="10.20.0.0/16")


@contextmanager
def group_for_others(bench: Bench) -> Iterator[None]:
    other = bench.customer.group((80, "10.99.0.0/16"), (8080, "10.20.0.0/16"))
    modify = bench.customer.api.ec2.modify_vpc_endpoint
    modify(VpcEndpointId=bench.endpoint, AddSecurityGroupIds=[other], RemoveSecurityGroupIds=[bench.group])
    yield
    modify(VpcEndpointId=bench.endpoint, AddSecurityGroupIds=[bench.group], RemoveSecurityGroupIds=[other])


@contextmanager
def provisioning(bench: Bench) -> Iterator[None]:
    bench.sandbox.ground.timing.provisioning = 1e9
    yield
    bench.sandbox.ground.timing.provisioning = 0


Break = Callable[[Bench], AbstractContextManager[None]]


@contextmanager
def acl(bench: Bench, vpc: str, subnet: str, out: bool, ports: tuple[int, int]) -> Iterator[None]:
    """An ACL of its own on one subnet, which lets everything through but these ports one way."""
    ec2 = bench.customer.api.ec2
    made = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    for way in (True, False):
        whole = {"NetworkAclId": made, "Protocol": "-1", "CidrBlock": "0.0.0.0/0", "Egress": way}
        ec2.create_network_acl_entry(**whole, RuleNumber=100, RuleAction="allow")
    ec2.create_network_acl_entry(
        NetworkAclId=made,
        Protocol="6",
        CidrBlock="10.0.0.0/8",
        Egress=out,
        RuleNumber=90,
        RuleAction="deny",
        PortRange={"From": ports[0], "To": ports[1]},
    )
    where = [{"Name": "association.subnet-id", "Values": [subnet]}]
    (before,) = ec2.describe_network_acls(Filters=where)["NetworkAcls"]
    link = next(one for one in before["Associations"] if one["SubnetId"] == subnet)["NetworkAclAssociationId"]
    own = ec2.replace_network_acl_association(AssociationId=link, NetworkAclId=made)["NewAssociationId"]
    yield
    ec2.replace_network_acl_association(AssociationId=own, NetworkAclId=before["NetworkAclId"])
    ec2.delete_network_acl(NetworkAclId=made)


def _away_from(bench: Bench, host: str) -> tuple[str, str]:
    """A subnet of the endpoint's that the machine that connects is not in, and its VPC."""
    ec2 = bench.customer.api.ec2
    shown = ec2.describe_vpc_endpoints(VpcEndpointIds=[bench.endpoint])["VpcEndpoints"][0]
    machine = bench.sandbox.world.instances[host]
    home = ec2.describe_instances(InstanceIds=[machine])["Reservations"][0]["Instances"][0]["SubnetId"]
    return shown["VpcId"], next(one for one in shown["SubnetIds"] if one != home)


@contextmanager
def acl_at_the_endpoint(bench: Bench) -> Iterator[None]:
    with acl(bench, *_away_from(bench, "shop-db"), False, (HTTP_PORT, HTTP_PORT)):
        yield


@contextmanager
def acl_for_answers(bench: Bench) -> Iterator[None]:
    with acl(bench, *_away_from(bench, "shop-db"), True, (1024, 65535)):
        yield


@contextmanager
def acl_for_other_ports(bench: Bench) -> Iterator[None]:
    with acl(bench, *_away_from(bench, "shop-db"), False, (81, 1023)):
        yield


@pytest.mark.parametrize(
    ("broken", "seen"),
    [
        (acl_at_the_endpoint, "timeout"),
        (acl_for_answers, "timeout"),
        (acl_for_other_ports, "privatelink"),
        (rejected, "timeout"),
        (closed_group, "timeout"),
        (group_for_others, "timeout"),
        (provisioning, "timeout"),
    ],
)
def test_the_way_to_magento_breaks_and_mends(bench: Bench, broken: Break, seen: str) -> None:
    with broken(bench):
        assert bench.to_magento().startswith(seen)
    assert bench.to_magento().startswith("privatelink")


def test_nothing_passes_before_acceptance_nor_after_deletion(bench: Bench, allowed: str) -> None:
    made = bench.customer.endpoint(allowed, SecurityGroupIds=[bench.group])
    name = made["DnsEntries"][0]["DnsName"]
    path = bench.sandbox.data_path
    assert meet(path.resolve(name, HTTP_PORT)) == "timeout"
    bench.customer.api.ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    assert meet(path.resolve(name, HTTP_PORT)) == "unknown"


def test_a_port_without_a_listener_is_refused(bench: Bench) -> None:
    assert bench.to_magento(81) == "refused"


@contextmanager
def no_target(bench: Bench) -> Iterator[None]:
    elbv2, targets = bench.customer.api.elbv2, [{"Id": bench.sandbox.world.hosts["shop-db"]}]
    elbv2.deregister_targets(TargetGroupArn=bench.target_group, Targets=targets)
    yield
    elbv2.register_targets(TargetGroupArn=bench.target_group, Targets=targets)


@contextmanager
def no_such_host(bench: Bench) -> Iterator[None]:
    elbv2, targets = bench.customer.api.elbv2, [{"Id": "10.20.1.99"}]
    with no_target(bench):
        elbv2.register_targets(TargetGroupArn=bench.target_group, Targets=targets)
        yield
        elbv2.deregister_targets(TargetGroupArn=bench.target_group, Targets=targets)


@contextmanager
def other_port(bench: Bench) -> Iterator[None]:
    database = [bench.sandbox.world.instances["shop-db"]]
    tag = bench.customer.api.ec2.create_tags
    tag(Resources=database, Tags=[{"Key": "sandbox:listens", "Value": "3307"}])
    yield
    tag(Resources=database, Tags=[{"Key": "sandbox:listens", "Value": "3306"}])


@contextmanager
def stopped(bench: Bench) -> Iterator[None]:
    database = [bench.sandbox.world.instances["shop-db"]]
    bench.customer.api.ec2.stop_instances(InstanceIds=database)
    yield
    bench.customer.api.ec2.start_instances(InstanceIds=database)


@contextmanager
def zone_without_targets(bench: Bench) -> Iterator[None]:
    bench.customer.cross_zone(bench.balancer, False)
    yield
    bench.customer.cross_zone(bench.balancer, True)


@contextmanager
def closed_target(bench: Bench) -> Iterator[None]:
    ec2, database = bench.customer.api.ec2, bench.sandbox.world.instances["shop-db"]
    shown = ec2.describe_instances(InstanceIds=[database])["Reservations"][0]["Instances"][0]
    groups = [one["GroupId"] for one in shown["SecurityGroups"]]
    ec2.modify_instance_attribute(InstanceId=database, Groups=[bench.customer.group()])
    yield
    ec2.modify_instance_attribute(InstanceId=database, Groups=groups)


@contextmanager
def closed_balancer(bench: Bench) -> Iterator[None]:
    """A network load balancer whose group admits the VPC, but not the client on the other side. The API gives none to
    one that was made without.
    """
    ground = bench.sandbox.ground
    balancer = elbv2_of(ground.customer, ground.region).load_balancers[bench.balancer]
    balancer.security_groups = [bench.customer.group((3306, "10.20.0.0/16"))]
    yield
    balancer.security_groups = []


@contextmanager
def acl_at_the_target(bench: Bench) -> Iterator[None]:
    """The subnet of the database takes nothing from the load balancer's other subnet."""
    ec2, database = bench.customer.api.ec2, bench.sandbox.world.instances["shop-db"]
    home = ec2.describe_instances(InstanceIds=[database])["Reservations"][0]["Instances"][0]
    with acl(bench, home["VpcId"], home["SubnetId"], False, (3306, 3306)):
        yield


@contextmanager
def unaccepted(bench: Bench) -> Iterator[None]:
    connection: dict[str, Any] = {"ServiceId": bench.service, "VpcEndpointIds": [bench.incoming]}
    bench.customer.api.ec2.reject_vpc_endpoint_connections(**connection)
    yield
    bench.customer.api.ec2.accept_vpc_endpoint_connections(**connection)


@pytest.mark.parametrize(
    ("broken", "seen"),
    [
        (no_target, "refused"),
        (other_port, "refused"),
        (no_such_host, "timeout"),
        (stopped, "timeout"),
        (zone_without_targets, "refused"),
        (closed_target, "timeout"),
        (closed_balancer, "timeout"),
        (acl_at_the_target, "timeout"),
        (unaccepted, "timeout"),
    ],
)
def test_the_way_from_magento_breaks_and_mends(bench: Bench, broken: Break, seen: str) -> None:
    with broken(bench):
        assert bench.from_magento() == seen
    assert bench.from_magento().startswith("privatelink")


def test_an_endpoint_is_reached_from_its_own_vpc_only(bench: Bench) -> None:
    assert bench.from_magento(side="customer") == "timeout"
    assert meet(bench.sandbox.data_path.resolve(bench.host, HTTP_PORT, "vendor")) == "timeout"


def test_a_zones_name_needs_its_own_zone_only(bench: Bench) -> None:
    """The database is in the customer's first zone, which Magento has not: cross-zone off leaves nothing.
    The order service is in the second: with cross-zone off, that zone's name still works."""
    orders = bench.sandbox.world.instances["shop-oms"]
    bench.customer.listen(bench.balancer, 443, orders)
    path = bench.sandbox.data_path
    shown = bench.magento.ec2.describe_vpc_endpoints(VpcEndpointIds=[bench.incoming])["VpcEndpoints"][0]
    whole, *zonal = [entry["DnsName"] for entry in shown["DnsEntries"]]
    with zone_without_targets(bench):
        assert meet(path.resolve(whole, 443, "vendor")) == "refused"
        met = sorted(meet(path.resolve(name, 443, "vendor")) for name in zonal)
    assert met == ["privatelink sandbox: shop-oms answers on port 443\r\n", "refused"]


def test_a_port_that_was_resolved_is_asked_again_at_each_connection(bench: Bench) -> None:
    found = bench.sandbox.data_path.resolve(bench.host, HTTP_PORT)
    assert meet(found).startswith("privatelink")
    with rejected(bench):
        assert meet(found) == "reset"


def test_many_at_once(bench: Bench) -> None:
    resolve = probe.resolver_from(bench.sandbox.environment)
    assert resolve is not None
    targets = tuple(ProbeTarget(f"s{number}", bench.host, HTTP_PORT) for number in range(24))
    assert all(result.ok for result in probe.probe(targets, (), resolve=resolve).results)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("resolve?host=no.such.name&port=80", 404),
        ("resolve?host=&port=80", 400),
        ("resolve?host=a&port=99999", 400),
        ("resolve?host=a&port=%D9%A3", 400),
        ("resolve", 400),
        ("", 404),
        ("../../etc/passwd", 404),
    ],
)
def test_the_resolver_refuses_in_json(sandbox: Sandbox, query: str, status: int) -> None:
    base = sandbox.environment["PRIVATELINK_RESOLVER"].removesuffix("resolve")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{base}{query}", timeout=5)
    with refused.value:
        assert refused.value.code == status
        assert json.load(refused.value)["error"]


@pytest.mark.parametrize("garbage", [b"\r\n\r\n", b"\x16\x03\x01\xff\xfe\r\n\r\n", b"GET\r\n\r\n", b""])
def test_the_resolver_survives_anything(sandbox: Sandbox, garbage: bytes) -> None:
    port = int(sandbox.environment["PRIVATELINK_RESOLVER"].rsplit(":", 1)[1].split("/")[0])
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(garbage)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1024):
            pass
    assert sandbox.data_path.resolve("x", 1) is None
