"""Load balancers: frontends, pools by network interface or by address, probes and rules."""

from __future__ import annotations

from collections.abc import Iterator

from providers.sandbox.azure.estate import Estate, Json, Resource, bad, referenced
from providers.sandbox.azure.kinds import Kind, complete, ids, missing, need, show
from providers.sandbox.azure.network import place

SKUS = ("Basic", "Standard", "Gateway")
_ONLY_AZURE = frozenset({"loadBalancingRules", "inboundNatRules", "outboundRules", "inboundNatPools"})
_POOL_ONLY_AZURE = _ONLY_AZURE | {"backendIPConfigurations", "outboundRule"}


def _write(estate: Estate, old: Resource | None, new: Resource) -> None:
    sku = (new.sku or {}).get("name") or "Basic"
    if sku not in SKUS:
        raise bad("InvalidRequestFormat", f"Cannot parse the request: {sku!r} is no SKU of a load balancer.")
    if old and (old.sku or {}).get("name") != sku:
        raise bad(
            "LoadBalancerSkuChangeNotAllowed",
            f"Sku property is set at creation time and cannot be changed on resource update for resource "
            f"{new.id}.",
        )
    new.sku = {"name": sku, "tier": (new.sku or {}).get("tier") or "Regional"}
    taken: list[str] = []
    for one in complete(new, "frontendIPConfigurations", _ONLY_AZURE):
        inner = one["properties"]
        if subnet := referenced(inner, "subnet"):
            need(estate, new, subnet)
            before = old.part("frontendIPConfigurations", one["name"]) if old else None
            inner["privateIPAddress"] = place(estate, inner, before, taken)
            inner.setdefault("privateIPAllocationMethod", "Dynamic")
            inner.setdefault("privateIPAddressVersion", "IPv4")
            taken.append(inner["privateIPAddress"])
    for one in complete(new, "backendAddressPools", _POOL_ONLY_AZURE):
        given = one["properties"].pop("loadBalancerBackendAddresses", None) or []
        by_address = [item for item in given if (item.get("properties") or {}).get("ipAddress")]
        if by_address:
            one["properties"]["loadBalancerBackendAddresses"] = by_address
    for one in complete(new, "probes", _ONLY_AZURE):
        _check(one, ("protocol", "port"), "Probe")
    complete(new, "inboundNatRules")
    complete(new, "outboundRules")
    _check_rules(new)


def _check(part: Json, keys: tuple[str, ...], what: str) -> None:
    for key in keys:
        if part["properties"].get(key) in (None, ""):
            raise bad("InvalidRequestFormat", f"{what} {part['name']} has no {key}.")


def _check_rules(new: Resource) -> None:
    used: dict[tuple[str, str, int], str] = {}
    for one in complete(new, "loadBalancingRules"):
        inner = one["properties"]
        _check(one, ("protocol", "frontendPort"), "Load balancing rule")
        for key in ("frontendIPConfiguration", "backendAddressPool", "probe"):
            id = referenced(inner, key)
            known = {str(part["id"]).lower() for part in new.parts(_COLLECTIONS[key])}
            if id and id.lower() not in known:
                raise missing(one["id"], id)
        _check(one, ("frontendIPConfiguration",), "Load balancing rule")
        inner.setdefault("backendPort", inner["frontendPort"])
        inner.setdefault("idleTimeoutInMinutes", 4)
        front = (
            referenced(inner, "frontendIPConfiguration").lower(),
            str(inner["protocol"]).lower(),
            int(inner["frontendPort"]),
        )
        if front in used:
            raise bad(
                "RulesUseSameFrontendPortProtocolAndIPConfig",
                f"Load balancing rules {used[front]} and {one['name']} use the same frontend port, protocol "
                "and IP configuration.",
            )
        used[front] = one["name"]


_COLLECTIONS = {
    "frontendIPConfiguration": "frontendIPConfigurations",
    "backendAddressPool": "backendAddressPools",
    "probe": "probes",
}


def services_on(estate: Estate, balancer: Resource) -> list[Resource]:
    """The private link services in front of a load balancer."""
    head = f"{balancer.id}/".lower()
    return [
        service
        for service in estate.of_kind("privateLinkServices")
        if any(id.startswith(head) for id in frontends(service))
    ]


def frontends(service: Resource) -> list[str]:
    """The frontends (ids in lower case) that a private link service leads to."""
    given = service.properties.get("loadBalancerFrontendIpConfigurations") or []
    return [str(one.get("id", "")).lower() for one in given]


def members(estate: Estate, pool: str) -> Iterator[tuple[Resource, Json]]:
    """The interfaces, with the IP configuration, that joined a pool."""
    wanted = pool.lower()
    for interface in estate.of_kind("networkInterfaces"):
        for one in interface.parts("ipConfigurations"):
            joined = one["properties"].get("loadBalancerBackendAddressPools") or []
            if any(str(item.get("id", "")).lower() == wanted for item in joined):
                yield interface, one


def _remove(estate: Estate, resource: Resource) -> None:
    if services := services_on(estate, resource):
        raise bad(
            "CannotDeleteLoadBalancerWithPrivateLinkService",
            f"Load balancer {resource.id} cannot be deleted because it is in use by private link service "
            f"{services[0].id}.",
        )


def _gone(estate: Estate, resource: Resource) -> None:
    """Interfaces leave the pools of a load balancer that is no more."""
    head = f"{resource.id}/".lower()
    for interface in estate.of_kind("networkInterfaces"):
        for one in interface.parts("ipConfigurations"):
            inner = one["properties"]
            left = [
                pool
                for pool in inner.get("loadBalancerBackendAddressPools") or []
                if not str(pool["id"]).lower().startswith(head)
            ]
            inner.pop("loadBalancerBackendAddressPools", None)
            if left:
                inner["loadBalancerBackendAddressPools"] = left


def _using(balancer: Resource, key: str, part: Json) -> list[Json]:
    wanted = str(part["id"]).lower()
    return ids(
        [
            one["id"]
            for one in balancer.parts("loadBalancingRules")
            if referenced(one["properties"], key).lower() == wanted
        ]
    )


def _frontend(estate: Estate, balancer: Resource, part: Json) -> Json:
    natted = [
        one["id"]
        for one in balancer.parts("inboundNatRules")
        if referenced(one["properties"], "frontendIPConfiguration").lower() == str(part["id"]).lower()
    ]
    used = _using(balancer, "frontendIPConfiguration", part)
    return show(part, balancer, loadBalancingRules=used, inboundNatRules=ids(natted))


def _pool(estate: Estate, balancer: Resource, part: Json) -> Json:
    inside = list(members(estate, part["id"]))
    by_interface = [
        {
            "name": f"{interface.name}{one['name']}",
            "id": f"{part['id']}/loadBalancerBackendAddresses/{interface.name}{one['name']}",
            "properties": {"networkInterfaceIPConfiguration": {"id": one["id"]}},
        }
        for interface, one in inside
    ]
    return show(
        part,
        balancer,
        backendIPConfigurations=ids([str(one["id"]) for _, one in inside]),
        loadBalancerBackendAddresses=by_interface
        or part["properties"].get("loadBalancerBackendAddresses")
        or [],
        loadBalancingRules=_using(balancer, "backendAddressPool", part),
    )


def _probe(estate: Estate, balancer: Resource, part: Json) -> Json:
    return show(part, balancer, loadBalancingRules=_using(balancer, "probe", part))


def _plain(estate: Estate, balancer: Resource, part: Json) -> Json:
    return show(part, balancer)


_CHILDREN = {
    "frontendIPConfigurations": _frontend,
    "backendAddressPools": _pool,
    "probes": _probe,
    "loadBalancingRules": _plain,
    "inboundNatRules": _plain,
    "outboundRules": _plain,
}


def _read(estate: Estate, resource: Resource) -> Json:
    shown: Json = {"provisioningState": resource.state, "resourceGuid": resource.guid}
    for collection, draw in _CHILDREN.items():
        shown[collection] = [draw(estate, resource, part) for part in resource.parts(collection)]
    return {**shown, "inboundNatPools": []}


BALANCERS = Kind("loadBalancers", _write, _read, _remove, _gone, children=_CHILDREN)
