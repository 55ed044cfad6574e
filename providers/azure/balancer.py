"""The Standard load balancer: one frontend, one pool by interface, a probe and a rule for each port."""

from __future__ import annotations

from functools import partial

from azure.mgmt.network import models as w

from core.cloud import CloudError
from core.setup import change as c
from providers.azure import ids, lookups, read, read_balancing
from providers.azure.operations import Work, if_there, matching

FRONTEND, POOL = "frontend", "pool"
IDLE = 4
"""Minutes without traffic before a connection is dropped: the private link service drops it then anyway."""
PROBE_SECONDS = 5


def make(work: Work, spec: c.StandardBalancerSpec) -> c.Outcome:
    """Make the load balancer, or add what is missing to the one that stands.

    A creation that meets another's load balancer of the same name raises ``already-exists``.
    """
    clients = work.clients
    id = work.change.id or lookups.id_of(clients, spec.group, "loadBalancers", spec.name)
    standing = if_there(partial(lookups.load_balancer, clients, id))
    if standing is not None and work.change.action == "create" and not work.mine(standing.tags):
        raise CloudError(
            "already-exists",
            f"There is a load balancer of this name that was not made here: {standing.id}.",
            "Rename or remove it, or adopt it instead of making another.",
        )
    body = standing or _new(work, spec, id)
    missing = _complete(body, spec, id)
    state = read.balancer_state(body.properties.provisioning_state if body.properties else "")
    if standing is not None and not missing and state != "failed":
        return c.Outcome(standing.id or id, state)
    at = ids.place(id, "loadBalancers")
    made = work.run(
        "loadBalancers/write",
        partial(
            clients.network.load_balancers.begin_create_or_update,
            at.group,
            at.name,
            body,
            headers=matching(body.etag),
        ),
        partial(lookups.load_balancer, clients, id),
    )
    state = read.balancer_state(made.properties.provisioning_state if made.properties else "")
    return c.Outcome(made.id or id, state)


def _new(work: Work, spec: c.StandardBalancerSpec, id: str) -> w.LoadBalancer:
    return w.LoadBalancer(
        location=spec.region,
        tags=work.mark,
        sku=w.LoadBalancerSku(name="Standard"),
        properties=w.LoadBalancerPropertiesFormat(
            frontend_ip_configurations=[
                w.FrontendIPConfiguration(
                    name=FRONTEND,
                    id=f"{id}/frontendIPConfigurations/{FRONTEND}",
                    properties=w.FrontendIPConfigurationPropertiesFormat(
                        subnet=w.Subnet(id=spec.subnet),
                        private_ip_allocation_method="Dynamic",
                        private_ip_address_version="IPv4",
                    ),
                )
            ],
            backend_address_pools=[w.BackendAddressPool(name=POOL, id=f"{id}/backendAddressPools/{POOL}")],
            probes=[],
            load_balancing_rules=[],
        ),
    )


def _complete(body: w.LoadBalancer, spec: c.StandardBalancerSpec, id: str) -> bool:
    """Add the rules and probes that are missing; whether there were any."""
    told = body.properties
    if told is None:
        raise CloudError("unexpected", f"Azure told nothing of {id}.", "Look at it in the Azure portal.")
    rules = list(told.load_balancing_rules or ())
    probes = list(told.probes or ())
    taken = {
        (item.properties.frontend_port, item.properties.backend_port or item.properties.frontend_port)
        for item in rules
        if item.properties and read.said(item.properties.protocol) in ("tcp", "all")
    }
    missing = [rule for rule in spec.rules if (rule.port, rule.target_port) not in taken]
    for rule in missing:
        name = f"tcp-{rule.port}"
        probe = f"tcp-{rule.target_port}"
        if not any((item.name or "").lower() == probe for item in probes):
            probes.append(_probe(probe, rule.target_port))
        # A rule of this port that leads elsewhere gives way: Azure takes one rule for each port.
        rules = [item for item in rules if _port(item) != rule.port and (item.name or "").lower() != name]
        rules.append(_rule(body, name, rule, f"{id}/probes/{probe}"))
    told.load_balancing_rules, told.probes = rules, probes
    return bool(missing)


def _port(rule: w.LoadBalancingRule) -> int | None:
    return rule.properties.frontend_port if rule.properties else None


def _probe(name: str, port: int) -> w.Probe:
    return w.Probe(
        name=name,
        properties=w.ProbePropertiesFormat(
            protocol="Tcp", port=port, interval_in_seconds=PROBE_SECONDS, number_of_probes=1
        ),
    )


def _rule(body: w.LoadBalancer, name: str, rule: c.PortRule, probe: str) -> w.LoadBalancingRule:
    return w.LoadBalancingRule(
        name=name,
        properties=w.LoadBalancingRulePropertiesFormat(
            protocol="Tcp",
            frontend_port=rule.port,
            backend_port=rule.target_port,
            frontend_ip_configuration=w.SubResource(id=frontend_id(body)),
            backend_address_pool=w.SubResource(id=pool_id(body)),
            probe=w.SubResource(id=probe),
            idle_timeout_in_minutes=IDLE,
            enable_tcp_reset=True,
        ),
    )


def frontend_id(wire: w.LoadBalancer) -> str:
    """The frontend that a private link service can stand at: private and without NAT rules, one with rules
    before one without. Raises ``invalid`` where there is none.
    """
    fits = [
        item
        for item in (wire.properties.frontend_ip_configurations if wire.properties else None) or ()
        if item.id
        and item.properties
        and item.properties.subnet
        and not (item.properties.inbound_nat_rules or item.properties.inbound_nat_pools)
    ]
    best = sorted(fits, key=lambda item: not (item.properties and item.properties.load_balancing_rules))
    for item in best:
        return item.id or ""
    raise CloudError(
        "invalid",
        f"Load balancer {wire.name} has no private frontend without NAT rules.",
        "Add a private frontend to it, or let privatelink make a load balancer.",
    )


def pool_id(wire: w.LoadBalancer) -> str:
    """The pool that interfaces join: that of a rule, else the first. Raises ``invalid`` where there is none."""
    told = wire.properties
    rules = (told.load_balancing_rules if told else None) or ()
    used = (read_balancing.pool_of(item.properties) for item in rules if item.properties)
    pools = (item.id for item in (told.backend_address_pools if told else None) or ())
    for id in (*used, *pools):
        if id:
            return id
    raise CloudError(
        "invalid",
        f"Load balancer {wire.name} has no back-end pool.",
        "Add a pool to it, or let privatelink make a load balancer.",
    )
