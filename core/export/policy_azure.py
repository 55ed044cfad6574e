"""The custom role: every action of Azure Resource Manager that the program calls, and why.

Source: "Azure permissions for Networking" and "Azure RBAC permissions for Azure Private Link". Azure checks a
``…/join/action`` for every resource that a written one refers to, also where that was so before.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.export.permissions import Policy, Purpose, Row, Scope

_NET = "Microsoft.Network"
_HERE = "Microsoft.Resources"

AUDIT: Mapping[str, str] = {
    f"{_HERE}/subscriptions/providers/read": "tells whether Microsoft.Network is registered",
    f"{_HERE}/subscriptions/read": "tells whether the sign-in sees the subscription",
    "Microsoft.Insights/metrics/read": "reads what the health probe finds, and how many NAT ports are in use",
    f"{_NET}/locations/usages/read": "reads quotas",
    f"{_NET}/loadBalancers/read": "reads load balancers with their rules and pools",
    f"{_NET}/networkInterfaces/read": "reads interfaces: addresses and pools",
    f"{_NET}/networkSecurityGroups/read": "reads what they let in",
    f"{_NET}/privateEndpoints/read": "reads your private endpoints",
    f"{_NET}/privateLinkServices/read": "reads your private link services and who is connected",
    f"{_NET}/routeTables/read": "reads where subnets send to",
    f"{_NET}/virtualNetworks/read": "reads your VNets with their subnets",
}
"""What reading an inventory calls."""

SETUP: Mapping[str, str] = {
    f"{_HERE}/subscriptions/locations/read": "lists the locations to choose from",
    f"{_HERE}/tags/read": "sees what carries our tag",
    f"{_HERE}/tags/write": "tags what it adopts; undo takes it off again",
    f"{_NET}/locations/checkPrivateLinkServiceVisibility/action": "asks whether Magento's service shows itself",
    f"{_NET}/locations/operationResults/read": "waits for what it began",
    f"{_NET}/locations/operations/read": "waits for what it began",
    f"{_NET}/register/action": "registers Microsoft.Network where nobody has",
    f"{_NET}/loadBalancers/write": "makes the load balancer, its rules and probes",
    f"{_NET}/loadBalancers/delete": "undo",
    f"{_NET}/loadBalancers/backendAddressPools/join/action": "lets machines join the pool",
    f"{_NET}/loadBalancers/frontendIPConfigurations/join/action": "puts the private link service in front",
    f"{_NET}/networkInterfaces/write": "lets machines join the pool; undo",
    f"{_NET}/privateEndpoints/write": "asks Magento for the connection",
    f"{_NET}/privateEndpoints/delete": "undo",
    f"{_NET}/privateLinkServices/write": "makes the private link service, lets Magento see it",
    f"{_NET}/privateLinkServices/delete": "undo",
    f"{_NET}/privateLinkServices/privateEndpointConnections/write": "approves Magento, rejects a stranger",
    f"{_NET}/privateLinkServices/privateEndpointConnections/delete": "undo: connections that ended",
    f"{_NET}/virtualNetworks/subnets/read": "reads a subnet before it is written",
    f"{_NET}/virtualNetworks/subnets/write": "turns a subnet's private link policy off; undo",
    f"{_NET}/virtualNetworks/subnets/join/action": "puts addresses into your subnets",
    f"{_NET}/applicationSecurityGroups/joinIpConfiguration/action": "keeps an interface's application groups",
    f"{_NET}/loadBalancers/inboundNatRules/join/action": "keeps an interface's NAT rules",
    f"{_NET}/natGateways/join/action": "keeps a subnet's NAT gateway",
    f"{_NET}/networkSecurityGroups/join/action": "keeps the security group of a subnet or interface",
    f"{_NET}/publicIPAddresses/join/action": "keeps an interface's public address",
    f"{_NET}/routeTables/join/action": "keeps a subnet's route table",
    f"{_NET}/serviceEndpointPolicies/join/action": "keeps a subnet's service endpoint policies",
}
"""What an enablement calls on top of that."""


PROBE: Mapping[str, str] = {
    "Microsoft.Compute/locations/operations/read": "waits until the probes have run",
    "Microsoft.Compute/virtualMachines/runCommand/action": "runs the probes that you agreed to on a machine",
}
"""What running probes on a machine calls on top of reading."""


def actions(purpose: Purpose) -> Mapping[str, str]:
    """Action → what the program does with it; each purpose has the reads of ``audit`` too."""
    return {**AUDIT, **{"audit": {}, "setup": SETUP, "probe": PROBE}[purpose]}


def policy(purpose: Purpose, scope: Scope) -> Policy:
    """The custom role, in the form that ``az role definition create`` takes."""
    listed = actions(purpose)
    subscription = scope.account or "SUBSCRIPTION"
    names = {"audit": "PrivateLink audit", "setup": "PrivateLink set-up", "probe": "PrivateLink probes"}
    told = {
        "audit": "Reads what privatelink audits. Changes nothing.",
        "probe": "Reads what privatelink diagnoses, and runs the probes that were agreed to on a machine.",
        "setup": "What privatelink calls to enable PrivateLink to Magento Commerce Cloud.",
    }
    document: dict[str, object] = {
        "Name": f"{names[purpose]} ({scope.enablement})" if scope.enablement else names[purpose],
        "IsCustom": True,
        "Description": told[purpose],
        "Actions": sorted(listed),
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": [f"/subscriptions/{subscription}"],
    }
    file = f"privatelink-{purpose}.json"
    return Policy(
        document,
        tuple(Row(action, why, "") for action, why in sorted(listed.items())),
        _notes(purpose, scope),
        f"az role definition create --role-definition {file}",
        file,
    )


def _notes(purpose: Purpose, scope: Scope) -> tuple[str, ...]:
    notes = []
    if purpose == "setup":
        notes.append(
            "Azure limits a role by its scope only, not by tag and not by location. That only what carries our tag "
            "is changed is the program's own rule there."
        )
    if not scope.account:
        notes.append(
            "Put your subscription's id in the place of SUBSCRIPTION, or name it with --account or --id."
        )
    return tuple(notes)
