"""The network beneath Private Link, as Azure answers it, turned into :mod:`core.network.model`: VNets, subnets,
interfaces, route tables and network security groups. Pure functions; every field may be missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from core.cloud import NetworkChoice
from core.network import model as m
from providers.azure import ids, read
from providers.azure.read import Spell

if TYPE_CHECKING:
    from azure.mgmt.network import models as w

RESERVED = 5
"""Addresses of every subnet that Azure keeps for itself."""


def network(wire: w.VirtualNetwork, spell: Spell) -> m.Network:
    """A VNet with all its address prefixes."""
    told = wire.properties
    peerings = (told.virtual_network_peerings if told else None) or ()
    return m.Network(
        spell(wire.id),
        wire.name or "",
        _prefixes(wire),
        dict(wire.tags or {}),
        dns_servers=tuple((told.dhcp_options.dns_servers if told and told.dhcp_options else None) or ()),
        peer_ids=tuple(
            spell(one.properties.remote_virtual_network.id)
            for one in peerings
            if one.properties
            and one.properties.remote_virtual_network
            and read.said(one.properties.peering_state) == "connected"
        ),
    )


def _prefixes(wire: w.VirtualNetwork) -> tuple[str, ...]:
    space = wire.properties.address_space if wire.properties else None
    return tuple(space.address_prefixes or ()) if space else ()


def choice(wire: w.VirtualNetwork, spell: Spell) -> NetworkChoice:
    """A VNet to choose from. Zones belong to machines on Azure, not to subnets: none are counted."""
    inside = wire.properties.subnets if wire.properties else None
    return NetworkChoice(spell(wire.id), wire.name or "", _prefixes(wire), False, 0, len(inside or ()))


def subnets(wire: w.VirtualNetwork, spell: Spell) -> Iterable[m.Subnet]:
    """The subnets of a VNet, which its own answer holds."""
    for item in (wire.properties.subnets if wire.properties else None) or ():
        yield subnet(item, spell(wire.id), spell)


def subnet(wire: w.Subnet, network_id: str, spell: Spell) -> m.Subnet:
    """A subnet. Azure counts its free addresses nowhere: what is left of the prefix is."""
    told = wire.properties
    many = ((told.address_prefix,) if told and told.address_prefix else ()) or tuple(
        (told.address_prefixes if told else None) or ()
    )
    used = len((told.ip_configurations if told else None) or ()) if told else 0
    v4 = next((one for one in many if ":" not in one), "")
    size = 1 << (32 - int(v4.partition("/")[2])) if "/" in v4 else 0
    policy = read.said(told.private_endpoint_network_policies if told else "") or "disabled"
    return m.Subnet(
        id=spell(wire.id),
        name=wire.name or "",
        network_id=network_id,
        cidr=v4 or (many[0] if many else ""),
        zone="",
        zone_id="",
        free_addresses=max(0, size - RESERVED - used),
        # Absent on the wire means on for services, and off for endpoints: the defaults of each.
        link_policies=read.said(told.private_link_service_network_policies if told else "") != "disabled",
        endpoint_policies=policy != "disabled",
        endpoint_policy=policy,
        security_group_id=spell(
            told.network_security_group.id if told and told.network_security_group else None
        ),
        route_table_id=spell(told.route_table.id if told and told.route_table else None),
        ipv6_cidr=next((one for one in many if ":" in one), "") if v4 else "",
    )


def address(wire: w.NetworkInterface) -> str:
    """The private address of an interface's primary IP configuration."""
    first = _primary(wire)
    return (first.private_ip_address or "") if first else ""


def _primary(
    wire: w.NetworkInterface,
) -> w.NetworkInterfaceIPConfigurationPropertiesFormat | None:
    many = [
        item.properties
        for item in (wire.properties.ip_configurations if wire.properties else None) or ()
        if item.properties
    ]
    return next((item for item in many if item.primary), many[0] if many else None)


def instance(wire: w.NetworkInterface, groups: Mapping[str, str], spell: Spell) -> m.Instance | None:
    """A machine's interface as a target, or None for an interface that Azure itself runs (a private
    endpoint's, a private link service's).

    ``groups`` maps subnet ids (case folded) to their network security groups. The state is ``attached``
    where a virtual machine has the interface, else ``detached``: what the machine does, only
    Microsoft.Compute knows.
    """
    told = wire.properties
    first = _primary(wire)
    if told is None or first is None or told.private_endpoint or told.private_link_service:
        return None
    machine = told.virtual_machine.id if told.virtual_machine else None
    subnet_id = spell(first.subnet.id if first.subnet else None)
    own = spell(told.network_security_group.id if told.network_security_group else None)
    return m.Instance(
        id=machine or spell(wire.id),
        name=ids.name_of(machine) if machine else wire.name or "",
        network_id=spell(ids.up_to(subnet_id, "virtualNetworks")),
        subnet_id=subnet_id,
        zone="",
        address=first.private_ip_address or "",
        state="attached" if machine else "detached",
        security_group_ids=tuple(
            dict.fromkeys(one for one in (own, groups.get(subnet_id.casefold(), "")) if one)
        ),
        interface_id=spell(wire.id),
    )


def interface(wire: w.NetworkInterface, spell: Spell) -> m.Interface:
    """A network interface. ``owner_id`` is the machine's, private endpoint's or private link service's."""
    told = wire.properties
    first = _primary(wire)
    kind, owner = "free", None
    for name, held in (
        ("machine", told.virtual_machine if told else None),
        ("private-endpoint", told.private_endpoint if told else None),
        ("private-link-service", told.private_link_service if told else None),
    ):
        if held:
            kind, owner = name, held.id
    subnet_id = spell(first.subnet.id if first and first.subnet else None)
    many = [item.properties for item in (told.ip_configurations if told else None) or () if item.properties]
    many.sort(key=lambda item: item is not first)
    public = next((item.public_ip_address for item in many if item.public_ip_address), None)
    return m.Interface(
        id=spell(wire.id),
        network_id=spell(ids.up_to(subnet_id, "virtualNetworks")),
        subnet_id=subnet_id,
        kind=kind,
        addresses=tuple(item.private_ip_address for item in many if item.private_ip_address),
        security_group_ids=(
            (spell(told.network_security_group.id),) if told and told.network_security_group else ()
        ),
        owner_id=spell(owner),
        public_address=(public.properties.ip_address or "") if public and public.properties else "",
        state=read.resource_state(told.provisioning_state if told else ""),
    )


def route_table(wire: w.RouteTable, spell: Spell) -> m.RouteTable:
    """A route table. Its network is that of its first subnet."""
    told = wire.properties
    held = [spell(item.id) for item in (told.subnets if told else None) or () if item.id]
    return m.RouteTable(
        id=spell(wire.id),
        name=wire.name or "",
        network_id=spell(ids.up_to(held[0], "virtualNetworks")) if held else "",
        routes=tuple(
            m.Route(
                item.properties.address_prefix or "",
                " ".join(
                    one
                    for one in (read.said(item.properties.next_hop_type), item.properties.next_hop_ip_address)
                    if one
                ),
            )
            for item in (told.routes if told else None) or ()
            if item.properties
        ),
        subnet_ids=tuple(sorted(held)),
    )


def security_group(wire: w.NetworkSecurityGroup, spell: Spell) -> m.SecurityGroup:
    """A network security group, its rules in the order in which they decide. Its network is that of its first
    subnet.
    """
    told = wire.properties
    first = next((item.id for item in (told.subnets if told else None) or () if item.id), "")
    own = (told.security_rules if told else None) or ()
    default = (told.default_security_rules if told else None) or ()
    return m.SecurityGroup(
        id=spell(wire.id),
        name=wire.name or "",
        network_id=spell(ids.up_to(first, "virtualNetworks")),
        rules=tuple(sorted(_rules((*own, *default)), key=lambda rule: rule.priority)),
        tags=dict(wire.tags or {}),
    )


def _rules(wires: Iterable[w.SecurityRule]) -> Iterable[m.Rule]:
    for wire in wires:
        told = wire.properties
        if told is None:
            continue
        inbound = read.said(told.direction) == "inbound"
        direction: Literal["in", "out"] = "in" if inbound else "out"
        protocol = "all" if read.said(told.protocol) == "*" else read.said(told.protocol)
        sources = _many(told.source_address_prefix, told.source_address_prefixes)
        goals = _many(told.destination_address_prefix, told.destination_address_prefixes)
        peers, own = (sources, goals) if inbound else (goals, sources)
        for ports in _many(told.destination_port_range, told.destination_port_ranges):
            low, _, high = ("0-65535" if ports == "*" else ports).partition("-")
            for peer in peers:
                # What names no prefix names an application security group: it is taken to fit.
                for local in own or ("",):
                    yield m.Rule(
                        direction,
                        protocol,
                        int(low),
                        int(high or low),
                        peer,
                        allow=read.said(told.access) == "allow",
                        priority=told.priority or 0,
                        local="" if local == "*" else local,
                    )


def _many(one: str | None, more: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(item for item in (one, *(more or ())) if item)
