"""A change as the command of the Azure CLI (version 2) that does the same, and a plan as a bash script.

Source: "Azure CLI reference", groups ``az network lb``, ``nic ip-config address-pool``, ``vnet subnet``,
``private-link-service`` and ``private-endpoint``, ``az tag`` and ``az provider``. Where a change takes several
calls, they are joined by ``&&``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from core.export.shell import bash, quote, quoted_words, ref, title, variable
from core.request.identifiers import id_part
from core.setup.change import (
    ADOPTED,
    Change,
    Id,
    Kind,
    PoolMemberSpec,
    PortRule,
    PrincipalSpec,
    PrivateEndpointSpec,
    PrivateLinkServiceSpec,
    Ref,
    RegistrationSpec,
    RejectSpec,
    Spec,
    StandardBalancerSpec,
    SubnetPolicySpec,
    TagSpec,
    tag_key,
    tags,
)
from core.setup.plan import Plan

FRONTEND, POOL = "frontend", "pool"
"""Names of the parts of a load balancer that is made here. Those of another one are asked for."""

IDLE = 4
"""Minutes without traffic before a connection is dropped: a private link service drops it then anyway."""

GROUPS: Mapping[Kind, str] = {
    "load-balancer": "network lb",
    "endpoint-service": "network private-link-service",
    "endpoint": "network private-endpoint",
}
"""A kind's command group."""

_TEXT = "--output tsv"


def _tags(pairs: Mapping[str, str]) -> str:
    return "--tags " + quoted_words(f"{key}={value}" for key, value in pairs.items())


def _where(name: str, group: str, subnet: str) -> str:
    """A resource by name. The subscription is the subnet's: the CLI's own may be another one."""
    subscription = id_part(subnet, "subscriptions")
    inside = f" --subscription {quote(subscription)}" if subscription else ""
    return f"--name {quote(name)} --resource-group {quote(group)}{inside}"


def _asked(command: str, query: str) -> str:
    """What a command that changes nothing answers, as one word of another command."""
    return f'"$(az {command} --query {quote(query)} {_TEXT})"'


def _port(spec: StandardBalancerSpec, rule: PortRule) -> tuple[str, str]:
    probe = f"tcp-{rule.target_port}"
    owner = f"--lb-name {quote(spec.name)} --protocol Tcp"
    return (
        f"network lb probe create {_where(probe, spec.group, spec.subnet)} {owner} --port {rule.target_port}",
        f"network lb rule create {_where(f'tcp-{rule.port}', spec.group, spec.subnet)} {owner} "
        f"--frontend-port {rule.port} --backend-port {rule.target_port} --frontend-ip-name {FRONTEND} "
        f"--backend-pool-name {POOL} --probe-name {probe} --idle-timeout {IDLE} --enable-tcp-reset true",
    )


def _balancer(change: Change, spec: StandardBalancerSpec, own: Mapping[str, str]) -> tuple[str, ...]:
    """Creating a probe or rule whose name is taken replaces it, so a change does the same without the first."""
    made = (
        f"network lb create {_where(spec.name, spec.group, spec.subnet)} --location {quote(spec.region)} "
        f"--sku Standard --subnet {quote(spec.subnet)} --frontend-ip-name {FRONTEND} "
        f"--backend-pool-name {POOL} {_tags(own)}"
    )
    ports = tuple(line for rule in spec.rules for line in _port(spec, rule))
    return (made, *ports) if change.action == "create" else ports


def _member(change: Change, spec: PoolMemberSpec) -> str:
    verb = "remove" if change.action == "delete" else "add"
    name, group = id_part(spec.interface, "networkInterfaces"), id_part(spec.interface, "resourceGroups")
    show = f"network nic show --ids {quote(spec.interface)}"
    pool = _asked(f"network lb show --ids {ref(spec.load_balancer)}", "backendAddressPools[0].id")
    where = f"--resource-group {quote(group)} --nic-name {quote(name)}"
    subscription = quote(id_part(spec.interface, "subscriptions"))
    return (
        f"network nic ip-config address-pool {verb} {where} --subscription {subscription} "
        f"--ip-config-name {_asked(show, 'ipConfigurations[0].name')} --address-pool {pool}"
    )


def _policy(spec: SubnetPolicySpec) -> str:
    word = "Enabled" if spec.enabled else "Disabled"
    return (
        f"network vnet subnet update --ids {quote(spec.subnet)} "
        f"--private-link-service-network-policies {word}"
    )


def _service(change: Change, spec: PrivateLinkServiceSpec, own: Mapping[str, str]) -> str:
    if change.action == "change":
        service = ref(change.id or Ref(change.key))
        return f"network private-link-service update --ids {service} --auto-approval '[]'"
    # Older versions of the CLI spell the first of the two names.
    query = "(frontendIpConfigurations || frontendIPConfigurations)[0].id"
    frontend = _asked(f"network lb show --ids {ref(spec.load_balancer)}", query)
    visible = f" --visibility {quoted_words(spec.visibility)}" if spec.visibility else ""
    return (
        f"network private-link-service create {_where(spec.name, spec.group, spec.subnet)} "
        f"--location {quote(spec.region)} --subnet {quote(spec.subnet)} "
        f"--lb-frontend-ip-configs {frontend}{visible} {_tags(own)}"
    )


def _visibility(change: Change, spec: PrincipalSpec) -> str:
    """The CLI replaces the whole list, so those who are in it are asked for first."""
    service = ref(spec.service)
    show = f"az network private-link-service show --ids {service}"
    if change.action == "delete":
        others = " && ".join(f"@ != '{one}'" for one in spec.principals)
        kept = f"join(',', visibility.subscriptions[?{others}])"
        listed = f'"[$({show} --query {quote(kept)} {_TEXT})]"'
    else:
        listed = f"$({show} --query 'visibility.subscriptions' {_TEXT}) {quoted_words(spec.principals)}"
    return f"network private-link-service update --ids {service} --visibility {listed}"


def _endpoint(spec: PrivateEndpointSpec, own: Mapping[str, str]) -> str:
    return (
        f"network private-endpoint create {_where(spec.name, spec.group, spec.subnet)} "
        f"--location {quote(spec.region)} --subnet {quote(spec.subnet)} "
        f"--connection-name {quote(spec.name)} "
        f"--private-connection-resource-id {quote(spec.service)} "
        f"--manual-request true --request-message {quote(spec.message)} {_tags(own)}"
    )


def _tag(spec: TagSpec, key: str) -> str:
    verb = "Merge" if spec.present else "Delete"
    pair = quote(f"{key}={ADOPTED}")
    return f"tag update --resource-id {ref(spec.resource)} --operation {verb} --tags {pair}"


def _words(change: Change, spec: Spec, own: Mapping[str, str], key: str) -> tuple[str, ...]:
    match spec:
        case StandardBalancerSpec():
            return _balancer(change, spec, own)
        case PoolMemberSpec():
            return (_member(change, spec),)
        case SubnetPolicySpec():
            return (_policy(spec),)
        case RegistrationSpec(subscription, namespace):
            names = f"--namespace {quote(namespace)} --subscription {quote(subscription)}"
            return (f"provider register {names} --wait",)
        case PrivateLinkServiceSpec():
            return (_service(change, spec, own),)
        case PrincipalSpec():
            return (_visibility(change, spec),)
        case PrivateEndpointSpec():
            return (_endpoint(spec, own),)
        case TagSpec():
            return (_tag(spec, key),)
        case _:
            raise ValueError(f"Azure has no command for {type(spec).__name__} here")


def _deletion(change: Change) -> tuple[str, ...]:
    """A service can be deleted only once its connections are (``privateEndpointConnections``)."""
    if change.kind not in GROUPS:
        raise ValueError(f"deleting {change.kind} takes a spec")
    target: Id = change.id or Ref(change.key)
    connections = change.spec.connections if isinstance(change.spec, RejectSpec) else ()
    cut = tuple(
        "network private-link-service connection delete --ids "
        + ref(f"{connection.service_id}/privateEndpointConnections/{connection.name}")
        for connection in connections
    )
    return (*cut, f"{GROUPS[change.kind]} delete --ids {ref(target)}")


def _lines(change: Change, enablement: str) -> tuple[str, ...]:
    if change.spec is None and change.action in ("leave", "adopt"):
        return ()
    if change.action == "delete" and (change.spec is None or isinstance(change.spec, RejectSpec)):
        found = _deletion(change)
    elif change.spec is None:
        raise ValueError(f"{change.action} {change.kind} takes a spec")
    else:
        own = tags(enablement, change.key, change.name)
        found = _words(change, change.spec, own, tag_key(enablement))
    return tuple(f"az {line}" for line in found)


def command(change: Change, enablement: str, region: str) -> str:
    """The command of the Azure CLI that does what ``change`` does; empty where it makes no call.

    ``region`` is that of the specs. Raises ValueError for a deletion of something that is neither a resource
    nor described by a spec.
    """
    return " && ".join(_lines(change, enablement))


def _kept(change: Change) -> tuple[str, ...]:
    """The line that keeps a new resource's id in the variable of its key."""
    spec = change.spec
    if change.action != "create" or not isinstance(spec, _NAMED):
        return ()
    where = _where(spec.name, spec.group, spec.subnet)
    return (f"{variable(change.key)}=$(az {GROUPS[change.kind]} show {where} --query id {_TEXT})",)


_NAMED = (StandardBalancerSpec, PrivateLinkServiceSpec, PrivateEndpointSpec)


def _step(change: Change, enablement: str) -> tuple[str, ...]:
    return (*title(change), *_lines(change, enablement), *_kept(change))


def script(plan: Plan, enablement: str, region: str) -> str:
    """A bash script that makes the plan's changes one by one, in the plan's order, with the Azure CLI.

    Every command waits until Azure is done. Ids of new resources are kept in variables; the script stops at the
    first failure. For a plan with blocking problems it holds only these, as comments, and exits with 1.
    """
    after: tuple[str, ...] = ()
    if any(change.key == "endpoint-service" and change.action == "create" for change in plan.changes):
        show = 'az network private-link-service show --ids "$ENDPOINT_SERVICE"'
        after = (
            "",
            "# The resource id that the ticket needs, and the alias",
            f"{show} --query '[id, alias]' {_TEXT}",
        )
    step = partial(_step, enablement=enablement)
    return bash(plan, enablement, region, step, ("export AZURE_CORE_OUTPUT=none",), after)
