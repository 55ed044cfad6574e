"""A subscription in memory: the same port as the AWS account's, with Azure's own rules and refusals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from core.cloud import CloudError
from core.journal import events as e
from core.network.model import (
    Endpoint,
    EndpointService,
    Instance,
    Inventory,
    Listener,
    LoadBalancer,
    Network,
    Subnet,
    Target,
    TargetGroup,
    VendorService,
)
from core.request.model import Request, Service
from core.request.offer import Offer
from core.setup import change as c
from core.setup.executor import Result
from core.workflow.story import Story, tell
from tests.core.setup import account as aws
from tests.core.setup.account import NOW, TAG, Account

SUB = "11111111-2222-3333-4444-555555555555"
MAGENTO = "99999999-8888-7777-6666-555555555555"
STRANGER = "00000000-0000-0000-0000-00000000beef"
GROUP = f"/subscriptions/{SUB}/resourceGroups/shop-rg"
NET = f"{GROUP}/providers/Microsoft.Network"
VNET = f"{NET}/virtualNetworks/shop"
OTHER = f"{NET}/virtualNetworks/other"
GUID = "abcdefab-1234-1234-1234-abcdefabcdef"
VENDOR = f"magento-pls.{GUID}.eastus2.azure.privatelinkservice"
OFFER = Offer(azure_subscriptions=(MAGENTO,))
REGION = "eastus2"

NETWORK = Network(VNET, "shop", ("10.20.0.0/16",))


def subnet(name: str, free: int, *, policies: bool = True, network: str = VNET) -> Subnet:
    return Subnet(
        f"{network}/subnets/{name}", name, network, "10.20.0.0/24", "", "", free,
        link_policies=policies, endpoint_policies=False,
    )  # fmt: skip


SUBNETS = (
    subnet("app", 200),
    subnet("data", 240),
    subnet("GatewaySubnet", 250),
    subnet("else", 251, network=OTHER),
)
APP, DATA = SUBNETS[0].id, SUBNETS[1].id


def nic(name: str) -> str:
    return f"{NET}/networkInterfaces/{name}"


def machine(name: str) -> str:
    return f"{GROUP}/providers/Microsoft.Compute/virtualMachines/{name}"


def instance(name: str, address: str, **changes: Any) -> Instance:
    row = Instance(machine(name), name, VNET, APP, "", address, "attached", interface_id=nic(f"{name}-nic"))
    return replace(row, **changes)


INSTANCES = (
    instance("db-a", "10.20.0.4"),
    instance("db-b", "10.20.0.5"),
    instance("far", "10.99.0.4", network_id=OTHER),
    instance("bare", "10.20.0.7", interface_id=""),
    instance("two", "10.20.0.8", interface_id=nic("two-1")),
    instance("two", "10.20.0.9", interface_id=nic("two-2")),
)
INVENTORY = Inventory("azure", SUB, REGION, NOW, networks=(NETWORK,), subnets=SUBNETS, instances=INSTANCES)
UNREGISTERED = replace(INVENTORY, unregistered=("Microsoft.Network",))
VENDORS = (VendorService(VENDOR, "", (), (), True),)

WEB = Service("Webserver", "HTTP", 80, "to-magento", (), 80)
DATABASE = Service("Database", "TCP", 3306, "from-magento", ("10.20.0.4", machine("db-b").lower()), 3306)


def targets(*names: str, port: int = 3306, target_port: int = 3306) -> Service:
    return Service(f"Service {port}", "TCP", port, "from-magento", names, target_port)


def request(*services: Service, **changes: Any) -> Request:
    """A bidirectional request over the subscription above, with these services."""
    services = services or (WEB, DATABASE)
    kind = "bidirectional" if any(row.direction == "from-magento" for row in services) else "unidirectional"
    base = Request(
        "abcdefg123456", "pro", "production", "US-A1", "azure", SUB, REGION, VNET, (), None, kind,
        None, services,
    )  # fmt: skip
    return replace(base, **changes)


def details(*subscriptions: str) -> e.DetailsReceived:
    return e.DetailsReceived(at=NOW, service_names=(VENDOR,), subscriptions=subscriptions)


def story(*, detailed: bool = True, made: Iterable[e.Event] = ()) -> Story:
    return tell([*made, details()] if detailed else made)


LB = f"{NET}/loadBalancers/theirs"


def balancer(**changes: Any) -> LoadBalancer:
    base = LoadBalancer(
        LB, "theirs", VNET, "Standard", True, "active", (APP,), "10.20.0.20",
        frontend_ids=(f"{LB}/frontendIPConfigurations/front",),
    )  # fmt: skip
    return replace(base, **changes)


def pool(*names: str, **changes: Any) -> TargetGroup:
    rows = tuple(Target(name, 3306, "unknown") for name in names)
    id = f"{LB}/backendAddressPools/theirs"
    return replace(TargetGroup(id, "theirs", VNET, "TCP", 3306, "nic", rows, (LB,)), **changes)


def rule(**changes: Any) -> Listener:
    row = Listener(f"{LB}/loadBalancingRules/r", LB, 3306, "TCP", f"{LB}/backendAddressPools/theirs")
    return replace(row, target_port=3306, **changes)


INCOMING = f"/subscriptions/{MAGENTO}/resourceGroups/m/providers/Microsoft.Network/privateEndpoints/m"
PLS = f"{NET}/privateLinkServices/theirs"
ALIAS = f"theirs.{GUID}.eastus2.azure.privatelinkservice"


def service(**changes: Any) -> EndpointService:
    base = EndpointService(PLS, "theirs", ALIAS, "available", True, (LB,), (), (MAGENTO,), subnet_ids=(APP,))
    return replace(base, **changes)


def endpoint(**changes: Any) -> Endpoint:
    id = f"{NET}/privateEndpoints/theirs"
    return replace(Endpoint(id, "theirs", VENDOR, VNET, (APP,), (), "available", ()), **changes)


STANDING = replace(
    INVENTORY,
    load_balancers=(balancer(),),
    listeners=(rule(),),
    target_groups=(pool("10.20.0.4", "10.20.0.5"),),
)
"""The VNet with a load balancer that fits already."""


UNFIT = {
    "load-balancer-not-standard": {"load_balancers": (balancer(kind="Basic"),)},
    "load-balancer-internet-facing": {"load_balancers": (balancer(internal=False),)},
    "load-balancer-nat-rules": {"load_balancers": (balancer(nat_frontend_ids=("f",)),)},
    "load-balancer-region": {"load_balancers": (balancer(region="westeurope"),)},
    "load-balancer-elsewhere": {"load_balancers": (balancer(network_id=f"{VNET}2"),)},
    "load-balancer-failed": {"load_balancers": (balancer(state="failed"),)},
    "pool-by-address": {"target_groups": (pool("10.20.0.4", "10.20.0.5", target_type="ip"),)},
    "rule-missing": {"listeners": (rule(port=9),)},
    "target-not-in-pool": {
        "target_groups": (pool(), replace(pool(), id=f"{LB}/backendAddressPools/more", name="more"))
    },
    "auto-approval": {"endpoint_services": (service(auto_approval=(STRANGER,)),)},
    "stranger-principal": {"endpoint_services": (service(principals=("*",)),)},
    "principals-unread": {"endpoint_services": (service(principals=None),)},
    "service-failed": {"endpoint_services": (service(state="failed"),)},
    "service-region": {"endpoint_services": (service(region="westeurope"),)},
    "service-not-found": {"endpoint_services": ()},
}
"""Why a service that was named cannot be used: the problem's code, and what stands there then."""


class AzureAccount(Account):
    """Answers the port's verbs as Azure does: PUTs by name, refusals by state."""

    platform = "azure"
    region = REGION

    def __init__(self, inventory: Inventory = INVENTORY, **options: Any) -> None:
        super().__init__(inventory, **options)

    def _tagged_put(self, name: str, row: Any, tags: dict[str, str]) -> c.Outcome:
        """A PUT that meets a resource of this name which was not made for this key is refused; one that failed is
        mended.
        """
        for one in getattr(self.seen, name):
            if one.id == row.id and one.tags.get(TAG) != tags.get(TAG):
                raise CloudError("already-exists", f"{row.id} exists", "rename")
            if one.id == row.id and one.state != "failed":
                return c.Outcome(one.id, one.state)
        return self._put(name, row)

    def _apply(self, change: c.Change, tags: dict[str, str], token: str) -> c.Outcome:
        if isinstance(change.spec, c.TagSpec):
            return self._tag(change, change.spec)
        if self.seen.unregistered and not isinstance(change.spec, c.RegistrationSpec):
            raise CloudError("unsupported", "MissingSubscriptionRegistration", "register")
        if change.action == "delete":
            return self._delete(change)
        match change.spec:
            case c.StandardBalancerSpec(name, group, _, subnet_id, rules):
                assert group == "shop-rg"
                id = f"{NET}/loadBalancers/{name}"
                pool_id = f"{id}/backendAddressPools/pool"
                if change.action == "create":
                    front = f"{id}/frontendIPConfigurations/frontend"
                    row = LoadBalancer(
                        id, name, VNET, "Standard", True, "active", (subnet_id,), "10.20.0.9",
                        frontend_ids=(front,), tags=tags,
                    )  # fmt: skip
                    outcome = self._tagged_put("load_balancers", row, tags)
                    self._put("target_groups", TargetGroup(pool_id, "pool", VNET, "", 0, "nic", (), (id,)))
                else:
                    outcome = c.Outcome(self._get("load_balancers", id).id, "active")
                if len({one.target_port for one in rules}) < len(rules):
                    raise CloudError("invalid", "RulesUseSameBackendPortProtocolAndPool", "no")
                for one in rules:
                    self._put(
                        "listeners",
                        Listener(
                            f"{id}/loadBalancingRules/tcp-{one.port}", id, one.port, "TCP", pool_id,
                            target_port=one.target_port,
                        ),
                    )  # fmt: skip
                return outcome
            case c.PoolMemberSpec(lb, interface):
                return self._join(lb, interface, joins=True)
            case c.RegistrationSpec():
                self.seen = replace(self.seen, unregistered=())
                return c.Outcome(change.id or "")
            case c.SubnetPolicySpec(subnet_id, enabled):
                return self._put("subnets", replace(self._get("subnets", subnet_id), link_policies=enabled))
            case c.PrivateLinkServiceSpec(name, _, _, lb, subnet_id, visibility):
                if change.action == "change":
                    old = self._get("endpoint_services", change.id)
                    seen = tuple(dict.fromkeys((*old.principals, *visibility)))
                    return self._put("endpoint_services", replace(old, auto_approval=(), principals=seen))
                return self._service(name, lb, subnet_id, visibility, tags)
            case c.PrincipalSpec(service_id, principals):
                old = self._get("endpoint_services", service_id)
                every = tuple(dict.fromkeys((*old.principals, *principals)))
                return self._put("endpoint_services", replace(old, principals=every))
            case c.PrivateEndpointSpec(name, _, _, subnet_id, service_name, message):
                assert len(message) <= 140
                id = f"{NET}/privateEndpoints/{name}"
                made = Endpoint(
                    id, name, service_name, VNET, (subnet_id,), (), "pending-acceptance", (), tags=tags
                )
                return self._tagged_put("endpoints", made, tags)
        raise CloudError("unsupported", f"{change.action} {change.kind}", "none")

    def _service(
        self, name: str, lb: str, subnet_id: str, visibility: tuple[str, ...], tags: dict[str, str]
    ) -> c.Outcome:
        if self._get("subnets", subnet_id).link_policies:
            raise CloudError("invalid", "PrivateLinkServiceCannotBeCreatedInSubnet…", "turn it off")
        if self._get("load_balancers", lb).kind != "Standard":
            raise CloudError("invalid", "PrivateLinkServiceWithBasicLoadBalancer", "no")
        id = f"{NET}/privateLinkServices/{name}"
        row = EndpointService(
            id, name, f"{name}.{GUID}.{REGION}.azure.privatelinkservice", "available", True, (lb,), (),
            visibility, subnet_ids=(subnet_id,), tags=tags,
        )  # fmt: skip
        return self._tagged_put("endpoint_services", row, tags)

    def _join(self, lb: str, interface: str, *, joins: bool) -> c.Outcome:
        self._get("load_balancers", lb)
        (address,) = {one.address for one in self.seen.instances if one.interface_id == interface}
        old = next(one for one in self.seen.target_groups if lb in one.load_balancer_ids)
        rows = {one.id: one for one in old.targets}
        if joins:
            rows[address] = Target(address, old.port, "unknown")
        else:
            rows.pop(address, None)
        self._put("target_groups", replace(old, targets=tuple(rows.values())))
        return c.Outcome(interface)

    def _delete(self, change: c.Change) -> c.Outcome:
        id = change.id or ""
        busy = CloudError("in-use", f"{id} is in use", "wait")
        match change.spec:
            case c.PoolMemberSpec(lb, interface):
                return self._join(lb, interface, joins=False)
            case c.PrincipalSpec(service_id, principals):
                old = self._get("endpoint_services", service_id)
                left = tuple(one for one in old.principals if one not in principals)
                return self._put("endpoint_services", replace(old, principals=left))
        assert change.spec is None
        if change.kind == "endpoint-service" and any(
            one.service_id == id and one.state != "rejected" for one in self.seen.connections
        ):
            raise busy
        if change.kind == "load-balancer":
            if any(id in one.load_balancer_ids for one in self.seen.endpoint_services):
                raise busy
            for part in ("listeners", "target_groups"):
                rows = tuple(one for one in getattr(self.seen, part) if not one.id.startswith(f"{id}/"))
                self.seen = replace(self.seen, **{part: rows})
        return self._drop(f"{change.kind.replace('-', '_')}s", id)

    def _put(self, name: str, row: Any) -> c.Outcome:
        """In the place of the row that it replaces, so that an inventory can be compared."""
        if any(one.id == row.id for one in getattr(self.seen, name)):
            self._set(name, row, row.id)
            return c.Outcome(row.id, getattr(row, "state", ""))
        return super()._put(name, row)


class AzureDesk(aws.Desk):
    """The person at the desk, planning for Azure."""

    account: AzureAccount

    def __init__(
        self, account: AzureAccount, wanted: Request, *, detailed: bool = True, offer: Offer = OFFER
    ) -> None:
        super().__init__(account, wanted, details=False)
        self.offer = offer
        self.vendors = VENDORS
        if detailed:
            self.events.append(details())


def applied(*services: Service, inventory: Inventory = INVENTORY, **changes: Any) -> AzureDesk:
    desk = AzureDesk(AzureAccount(inventory), request(*services, **changes))
    result: Result = desk.apply()
    assert result.ok, result
    return desk
