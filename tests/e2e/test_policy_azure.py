"""A whole enablement on Azure with the role that ``privatelink policy`` prints, and nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from core.cloud import CloudError
from core.export.policy_azure import actions
from core.setup import change as c
from providers import connect
from providers.azure.cloud import AzureCloud
from providers.sandbox.azure import Sandbox, permissions, start
from tests.e2e import requests
from tests.e2e.azure_account import Magento
from tests.e2e.program import InProcess, clean_environment


@dataclass
class Guarded:
    """A sandbox whose permissions are checked, and the actions that the customer's requests took."""

    sandbox: Sandbox
    environment: dict[str, str]
    taken: set[str] = field(default_factory=set)

    def allow(self, purpose: Any = "setup", but: tuple[str, ...] = ()) -> None:
        """Give the customer's people what the role has, without some actions."""
        tenant = self.environment["AZURE_TENANT_ID"]
        self.sandbox.arm.roles[tenant] = [one for one in actions(purpose) if one not in but]


@contextmanager
def guarded() -> Iterator[Guarded]:
    with start(auto=False, ticketless=False, operation=0.05, retry_after=0.02) as sandbox:
        found = Guarded(sandbox, dict(sandbox.environment))
        needs = permissions.check

        def check(role: Any, wanted: Any, principal: Any) -> None:
            every = list(wanted)
            found.taken |= {one.action for one in every}
            needs(role, every, principal)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("providers.sandbox.azure.arm.check", check)
            yield found


def test_the_role_is_enough_and_no_more(tmp_path: Path) -> None:
    """One test, because what was asked for is compared at its end."""
    with guarded() as azure:
        furnish(azure.sandbox)
        an_enablement(azure, tmp_path)
        found: Any = connect("azure", region="westeurope", environ=azure.environment).cloud
        what_others_made(azure, found)
        what_the_wizard_asks(azure, found)
        compare(azure)
        an_audit(azure, found)
        nothing_else(azure)


def furnish(sandbox: Sandbox) -> None:
    """A subscription that nobody registered, and what subnets and interfaces can refer to besides, so that it is
    written back with them.
    """
    api = sandbox.customer_clients.network
    api.route_tables.begin_create_or_update("shop", "x", {"location": "westeurope"}).result()
    sandbox.timing.registration = 0.2
    sandbox.arm.estate.registered.pop(sandbox.environment["AZURE_SUBSCRIPTION_ID"])
    head = sandbox.world.vpc.partition("/virtualNetworks/")[0]

    def one(kind: str, name: str = "x") -> dict[str, str]:
        return {"id": f"{head}/{kind}/{name}"}

    for network in sandbox.arm.estate.of_kind("virtualNetworks"):
        for subnet in network.parts("subnets"):
            subnet["properties"] |= {
                "natGateway": one("natGateways"),
                "routeTable": one("routeTables"),
                "serviceEndpointPolicies": [one("serviceEndpointPolicies")],
            }
    for interface in sandbox.arm.estate.of_kind("networkInterfaces"):
        for configuration in interface.parts("ipConfigurations"):
            configuration["properties"] |= {
                "applicationSecurityGroups": [one("applicationSecurityGroups")],
                "loadBalancerInboundNatRules": [one("loadBalancers", "other/inboundNatRules/ssh")],
                "publicIPAddress": one("publicIPAddresses"),
            }


def an_enablement(azure: Guarded, tmp_path: Path) -> None:
    """By commands, from the request to the undo. What is missing in mid-run is named: action, scope and caller;
    what is done stays, and once it is granted the rest is done.
    """
    program = InProcess(clean_environment(tmp_path, **azure.environment))
    magento = Magento(azure.environment)
    name = program.json("new", requests.write(tmp_path, requests.AZURE_BIDIRECTIONAL, azure.environment))[
        "id"
    ]
    joining, asking = (
        "Microsoft.Network/virtualNetworks/subnets/join/action",
        "Microsoft.Network/privateEndpoints/write",
    )
    azure.allow(but=(joining, asking))
    told = failure(program.json("apply", name, "--yes", code=3))
    assert told["code"] == "access-denied"
    assert f"{joining} on {azure.sandbox.world.vpc}/subnets/" in told["message"]
    assert f"for {azure.environment['AZURE_CLIENT_ID']}" in told["message"]
    assert joining in told["remedy"]

    azure.allow(but=(asking,))
    program.json("apply", name, "--yes")
    program.json("filed", name, "--ticket", "1")
    (tmp_path / "reply").write_text(magento.allow(azure.environment["AZURE_SUBSCRIPTION_ID"], (80,)))
    program.json("details", name, "--reply", str(tmp_path / "reply"))
    assert asking in failure(program.json("apply", name, "--yes", code=3))["message"]

    azure.allow()
    program.json("apply", name, "--yes")
    magento.approve()
    (service,) = azure.sandbox.customer_clients.network.private_link_services.list_by_subscription()
    magento.connect(service.id)
    program.json("accept", name)
    assert program.json("status", name)["turn"] == "customer"
    assert program.json("doctor", name, code=None)["gaps"] == []
    program.json("undo", name, "--yes", "--force")
    assert not [*azure.sandbox.customer_clients.network.private_link_services.list_by_subscription()]


def failure(told: dict[str, Any]) -> dict[str, str]:
    """The first error of a run."""
    return next(one["error"] for one in told["changes"] if one["result"] == "failed")


def what_others_made(azure: Guarded, cloud: AzureCloud) -> None:
    """The tag put on, looked for and taken off."""
    for present in (True, False):
        spec = c.TagSpec(azure.sandbox.world.vpc, present=present)
        change = c.Change("load-balancer", "adopt", "load-balancer", "x", spec, spec.resource)
        cloud.apply(change, "pl-0", "token")
        assert cloud.find(change, "pl-0") is not None


def what_the_wizard_asks(azure: Guarded, cloud: AzureCloud) -> None:
    assert cloud.identity().account == azure.environment["AZURE_SUBSCRIPTION_ID"]
    assert cloud.accounts()
    assert cloud.regions()
    assert cloud.networks()
    assert cloud.inventory(None, "audit").gaps == ()


def compare(azure: Guarded) -> None:
    """Neither more nor less than the steps before made the program call. An action that is missing here goes into
    a table in core/export/policy_azure.py, with its reason; one that nothing calls goes out of it.
    """
    listed = set(actions("setup"))
    assert azure.taken - listed == set(), "asked for and not in the role"
    assert listed - azure.taken == set(), "in the role and never asked for"


def an_audit(azure: Guarded, cloud: AzureCloud) -> None:
    azure.allow("audit")
    azure.taken.clear()
    cloud.identity()
    for network in (None, azure.sandbox.world.vpc):
        assert cloud.inventory(network, "audit").gaps == ()
    with pytest.raises(CloudError, match="was not found"):
        cloud.measured(
            f"{azure.sandbox.world.vpc.partition('/virtualNetworks/')[0]}/privateLinkServices/none"
        )
    assert azure.taken == set(actions("audit"))

    azure.allow("probe")
    azure.taken.clear()
    machine = azure.sandbox.arm.estate.find(azure.sandbox.world.interfaces["shop-db"])
    assert machine is not None
    said = cloud.run_on(machine.properties["virtualMachine"]["id"], "curl telnet://nowhere:80")
    assert "Could not resolve host: nowhere" in said
    assert azure.taken == set(actions("probe")) - set(actions("audit"))


def nothing_else(azure: Guarded) -> None:
    """Not the network itself, not its security groups, not other people's machines."""
    azure.allow()
    net = azure.sandbox.customer_clients.network
    group = {"location": "westeurope"}
    for call in (
        lambda: net.virtual_networks.begin_delete("shop", "shop-prod"),
        lambda: net.subnets.begin_delete("shop", "shop-prod", "shop-nat"),
        lambda: net.network_security_groups.begin_create_or_update("shop", "open", group),
        lambda: net.network_interfaces.begin_delete("shop", "shop-db-nic"),
        lambda: azure.sandbox.customer_clients.resources.resource_groups.begin_delete("shop"),
    ):
        with pytest.raises(HttpResponseError) as raised:
            call()
        assert raised.value.error is not None
        assert raised.value.error.code == "AuthorizationFailed"
