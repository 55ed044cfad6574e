"""Would the network let it through? Read from the control plane, at the moment it is asked.

The rules, and how a client sees them broken:

- an endpoint answers in its own VPC only, once its connection is ``available``: else nothing comes back;
- its security groups admit the port from the client: else nothing comes back;
- the service's network load balancer is active, and its security groups, where it has any, admit the
  client: else nothing comes back;
- the load balancer listens on the port, and its target group has a target that answers: else refused;
- a zone reaches its own targets only, unless cross-zone load balancing is on. A name of the whole endpoint
  counts as reachable when every zone of it is;
- a target's security groups admit the load balancer's addresses: else nothing comes back;
- the network ACLs of both subnets, of client and endpoint and of load balancer and target, let the connection and
  its answers through: else nothing comes back.

Routes and outbound rules are not looked at.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from providers.sandbox import acls
from providers.sandbox.ground import LISTENS, Ground
from providers.sandbox.moto_base import (
    balancer_state,
    balancers_of,
    ec2_of,
    elbv2_of,
    endpoints,
    services,
    settle,
    tags_of,
)
from providers.sandbox.way import Look, Obstacle, Side, Way

ANY_PROTOCOL = "-1"
CLIENT_HOST = 10
"""Which address of its first subnet the client of a VPC without instances has."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who connects: an address in a VPC, and the security groups that it is in."""

    account: str
    vpc: str
    name: str
    address: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """An endpoint behind a name: ``interfaces`` are those that the name resolves to."""

    owner: str
    endpoint: Any
    interfaces: tuple[Any, ...]

    @property
    def addresses(self) -> tuple[str, ...]:
        """What the name resolves to."""
        return tuple(interface.private_ip_address for interface in self.interfaces)


@dataclass(frozen=True, slots=True)
class AwsNetwork:
    """The emulated AWS; answers :class:`.way.Network`."""

    ground: Ground

    def look(self, host: str, port: int, side: Side) -> Look | None:
        """Follow a connection to an endpoint's name."""
        ground = self.ground
        with ground.lock:
            place = look_up(ground, host)
            if place is None or not place.interfaces:
                return None
            client = client_in(ground, ground.customer if side == "customer" else ground.vendor, place)
            words = f"the sandbox's {client.name} in {client.vpc}, {client.address}"
            return Look(place.addresses, words, trace(ground, place, port, client))


def look_up(ground: Ground, host: str) -> Place | None:
    """The endpoint that a name belongs to: one of its zones' for a zone's name, else all."""
    wanted = host.rstrip(".").lower()
    for owner, endpoint in endpoints(ground.region):
        names = [entry["DnsName"].lower() for entry in endpoint.dns_entries or []]
        if wanted not in names:
            continue
        interfaces = [ec2_of(owner, ground.region).enis[one] for one in endpoint.network_interface_ids]
        first = wanted.split(".")[0]
        zonal = [one for one in interfaces if first.endswith(f"-{one.subnet.availability_zone}")]
        return Place(owner, endpoint, tuple(zonal or interfaces))
    return None


def client_in(ground: Ground, account: str, place: Place) -> Client:
    """An account's machine to connect to an endpoint from: a running instance in the endpoint's VPC, or in
    any where it has none there; an address of the endpoint's first subnet where the account has no instance.
    """
    running = [one for one in _instances(account, ground.region) if one.state == "running"]
    near = [one for one in running if one.vpc_id == place.endpoint.vpc_id]
    if near or (running and account != place.owner):
        instance = (near or running)[0]
        name = tags_of(instance).get("Name", instance.id)
        return Client(account, instance.vpc_id, name, instance.private_ip, _groups_of(instance))
    subnet = place.interfaces[0].subnet
    vpc = subnet.vpc_id if account == place.owner else "another VPC"
    return Client(account, vpc, "a host", str(subnet.cidr.network_address + CLIENT_HOST))


def trace(ground: Ground, place: Place, port: int, client: Client) -> Way | Obstacle:
    """Follow a connection from a client to a target."""
    endpoint = place.endpoint
    settle(endpoint, ground)
    if (place.owner, endpoint.vpc_id) != (client.account, client.vpc):
        return Obstacle("timeout", f"{endpoint.id} is in another VPC than the client")
    if endpoint.state != "available":
        return Obstacle("timeout", f"{endpoint.id} is {endpoint.state}")
    if not _admits(place.owner, ground.region, endpoint.security_group_ids, port, client):
        return Obstacle("timeout", f"the security group of {endpoint.id} is closed for port {port}")
    for interface in place.interfaces:
        if not _crosses(ground, client, interface, port):
            return Obstacle("timeout", f"a network ACL stops port {port} on the way to {endpoint.id}")
    found = [pair for pair in services(ground.region) if pair[1].service_name == endpoint.service_name]
    balancers = balancers_of(*found[0], ground.region) if found else []
    if not balancers:
        return Obstacle("timeout", f"nothing stands behind {endpoint.service_name}")
    return _through(ground, found[0][0], balancers[0], place, port, client)


def _crosses(ground: Ground, client: Client, interface: Any, port: int) -> bool:
    """Whether network ACLs let a client reach an endpoint's interface in its VPC."""
    home = next(
        (
            subnet
            for subnet in ec2_of(client.account, ground.region).describe_subnets()
            if subnet.vpc_id == client.vpc and ipaddress.ip_address(client.address) in subnet.cidr
        ),
        interface.subnet,
    )
    ends = (home, client.address, interface.subnet, interface.private_ip_address)
    return acls.lets_through(client.account, ground.region, *ends, port)


def _through(
    ground: Ground, owner: str, balancer: Any, place: Place, port: int, client: Client
) -> Way | Obstacle:
    if balancer_state(balancer, ground) != "active":
        return Obstacle("timeout", f"load balancer {balancer.name} is not active")
    groups = balancer.security_groups
    enforced = (
        getattr(balancer, "enforce_security_group_inbound_rules_on_private_link_traffic", "on") != "off"
    )
    if groups and enforced and not _admits(owner, ground.region, groups, port, client):
        return Obstacle("timeout", f"the security group of load balancer {balancer.name} is closed")
    listener = next((one for one in balancer.listeners.values() if int(one.port) == port), None)
    known = elbv2_of(owner, ground.region).target_groups
    arns = forwards(listener.default_actions) if listener else []
    if not arns or arns[0] not in known:
        return Obstacle("refused", f"load balancer {balancer.name} has no listener on port {port}")
    group = known[arns[0]]
    ways = [_in_zone(ground, owner, balancer, group, interface, place) for interface in place.interfaces]
    obstacles = [way for way in ways if isinstance(way, Obstacle)]
    if obstacles:
        return obstacles[0]
    return ways[0] if ways else Obstacle("timeout", f"{place.endpoint.id} has no subnet")


def _in_zone(
    ground: Ground, owner: str, balancer: Any, group: Any, interface: Any, place: Place
) -> Way | Obstacle:
    zone = interface.subnet.availability_zone_id
    own = group.attributes.get("load_balancing.cross_zone.enabled")
    crosses = own if own in ("true", "false") else balancer.attrs["load_balancing.cross_zone.enabled"]
    worst: Obstacle = Obstacle("refused", f"no target of {group.name} in zone {zone}")
    for target in group.targets.values():
        instance = instance_of(owner, ground.region, target["Id"])
        if instance is None:
            worst = Obstacle("timeout", f"there is no host {target['Id']}")
            continue
        if crosses != "true" and _subnet_of(instance).availability_zone_id != zone:
            continue
        answer = _answers(owner, ground.region, balancer, instance, int(target["Port"]))
        if answer is None:
            name = tags_of(instance).get("Name", instance.id)
            return Way(place.endpoint.id, interface.private_ip_address, name, int(target["Port"]))
        worst = answer
    return worst


def health(ground: Ground, owner: str, group: Any, target_id: str) -> tuple[str, str | None, str | None]:
    """A registered target's state, reason and description, as DescribeTargetHealth words them."""
    balancers = [
        balancer
        for balancer in elbv2_of(owner, ground.region).load_balancers.values()
        if any(group.arn in forwards(one.default_actions) for one in balancer.listeners.values())
    ]
    if not balancers:
        words = "Target group is not configured to receive traffic from the load balancer"
        return "unused", "Target.NotInUse", words
    if not ground.lasted(f"{group.arn}|{target_id}", ground.timing.registration):
        return "initial", "Elb.RegistrationInProgress", "Target registration is in progress"
    port = int(group.targets[target_id]["Port"])
    instance = instance_of(owner, ground.region, target_id)
    zones = {subnet.availability_zone_id for balancer in balancers for subnet in balancer.subnets}
    if instance is not None and _subnet_of(instance).availability_zone_id not in zones:
        words = "Target is in an Availability Zone that is not enabled for the load balancer"
        return "unused", "Target.NotInUse", words
    obstacle = (
        Obstacle("timeout", "no host")
        if instance is None
        else _answers(owner, ground.region, balancers[0], instance, port)
    )
    if obstacle is None:
        return "healthy", None, None
    return "unhealthy", "Target.FailedHealthChecks", "Health checks failed"


def forwards(actions: Iterable[Any]) -> list[str]:
    """The target groups that a listener's actions forward to."""
    found = []
    for action in actions:
        if "TargetGroupArn" in action.data:
            found.append(str(action.data["TargetGroupArn"]))
        for group in action.data.get("ForwardConfig", {}).get("TargetGroups", []):
            found.append(str(group["TargetGroupArn"]))
    return found


def instance_of(account: str, region: str, target: str) -> Any | None:
    """The instance with this id or private address."""
    for instance in _instances(account, region):
        if target in (instance.id, instance.private_ip):
            return instance
    return None


def _answers(account: str, region: str, balancer: Any, instance: Any, port: int) -> Obstacle | None:
    """Whether an instance answers a load balancer on a port."""
    if instance.state != "running":
        return Obstacle("timeout", f"instance {instance.id} is {instance.state}")
    sources = [
        Client(account, balancer.vpc_id, balancer.name, str(subnet.cidr.network_address + CLIENT_HOST))
        for subnet in balancer.subnets
    ]
    within = tuple(balancer.security_groups)
    groups = _groups_of(instance)
    if not all(_admits(account, region, groups, port, source, within) for source in sources):
        return Obstacle("timeout", f"the security group of {instance.id} is closed for port {port}")
    home, own = _subnet_of(instance), str(instance.private_ip)
    nodes = zip(balancer.subnets, (source.address for source in sources), strict=True)
    if not all(acls.lets_through(account, region, *node, home, own, port) for node in nodes):
        return Obstacle("timeout", f"a network ACL stops port {port} on the way to {instance.id}")
    listens = tags_of(instance).get(LISTENS, "")
    ports = [item.strip() for item in listens.split(",")]
    if "all" not in ports and str(port) not in ports:
        return Obstacle("refused", f"nothing answers on port {port} of {instance.id}")
    return None


def _instances(account: str, region: str) -> list[Any]:
    reservations = ec2_of(account, region).reservations
    return [one for reservation in list(reservations.values()) for one in reservation.instances]


def _groups_of(instance: Any) -> tuple[str, ...]:
    # The instance's, not its interface's: moto forgets the interface when an instance's groups are changed.
    return tuple(getattr(group, "id", group) for group in instance.security_groups)


def _subnet_of(instance: Any) -> Any:
    return instance.nics[0].subnet


def _admits(
    account: str,
    region: str,
    group_ids: Sequence[str],
    port: int,
    client: Client,
    within: Sequence[str] = (),
) -> bool:
    """Whether any inbound rule of the groups lets TCP on ``port`` in from a client's address or group."""
    source = ipaddress.ip_address(client.address)
    peers = {*client.groups, *within}
    ec2 = ec2_of(account, region)
    for group_id in group_ids:
        group = ec2.get_security_group_from_id(group_id)
        for rule in group.ingress_rules if group else ():
            whole = str(rule.ip_protocol) == ANY_PROTOCOL
            if not whole and str(rule.ip_protocol) not in ("tcp", "6"):
                continue
            if not whole and not int(rule.from_port) <= port <= int(rule.to_port):
                continue
            cidr = rule.ip_range.get("CidrIp")
            if cidr and source in ipaddress.ip_network(cidr, strict=False):
                return True
            if rule.source_group.get("GroupId") in peers:
                return True
    return False
