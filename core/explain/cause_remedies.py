"""What to do about each cause that a diagnosis names, in general; the diagnosis itself has the exact fix."""

from __future__ import annotations

from collections.abc import Mapping

_OPEN = "The customer's network admin opens it for the port; privatelink doctor prints the command."
_MAGENTO = "Ask in the ticket; privatelink doctor has the text."
_AGAIN = "The customer asks in the ticket why, deletes the endpoint, and requests it again."
_PLAN = "The customer makes it by a plan (privatelink plan, then privatelink apply)."

REMEDIES: Mapping[str, str] = {
    "endpoint-missing": _PLAN,
    "not-visible": "Compare name and region with the ticket; then ask there whether your account is allowed.",
    "regions-differ": "Both sides have to be in one region: ask in the ticket, or use a network in Magento's region.",
    "wrong-alias": "Copy the alias or resource id from the ticket once more.",
    "automatic-connection": "The customer deletes the private endpoint and requests it by hand approval (manual).",
    "not-accepted": "The owner of the service accepts: Magento (ask in the ticket), or you (privatelink accept ID).",
    "endpoint-rejected": _AGAIN,
    "endpoint-disconnected": _AGAIN,
    "endpoint-expired": _AGAIN,
    "endpoint-failed": _AGAIN,
    "quota": "Remove what is not needed, or ask the cloud for a higher quota.",
    "zones-differ": "Use a subnet in one of the service's zones; compare zone ids, not names.",
    "endpoint-filter": _OPEN,
    "network-acl": "The customer's network admin opens it both ways, with the ports from which answers return.",
    "private-dns": "Turn private DNS off, and connect to the endpoint's own name.",
    "service-missing": _PLAN,
    "service-failed": "The customer deletes it (privatelink undo, where it was made here) and plans again.",
    "magento-not-allowed": "The customer allows Magento's account, and nobody else (privatelink apply).",
    "no-connection": _MAGENTO,
    "balancer-inactive": "Wait until it is active; one that has failed is deleted and made anew.",
    "balancer-filter": _OPEN,
    "balancer-without-group": "Nothing, if it is meant so; a group can be given only when the load balancer is made.",
    "balancer-kind": "The customer upgrades the load balancer to Standard.",
    "pool-by-address": "The customer makes a pool of network interfaces.",
    "subnet-policy": "The customer's network admin turns the subnet's policy for private link services off.",
    "no-listener": "The customer adds a listener (a rule on Azure) on the port.",
    "no-target": "The customer registers what answers on the port.",
    "zone-without-targets": "Register a target in that zone, or turn cross-zone load balancing on.",
    "target-filter": _OPEN,
    "prober-blocked": "The customer's network admin allows AzureLoadBalancer to the target's port.",
    "target-unhealthy": "Look at the machine: whether it runs, listens on the port, and answers the health check.",
    "target-unused": "Use the target group in a listener, and enable the targets' zones at the load balancer.",
    "proxy-protocol": "Turn proxy protocol off, or let the targets speak it.",
    "policies-off": "Turn network policies for private endpoints on, if the filters are meant to work.",
    "public-address": "Use the endpoint's own name, or point a record of your private zone at it.",
    "tls-name": "Use a name that the certificate has, or a certificate that has the name.",
    "ports-exhausted": "Give the service more addresses to translate to, or more targets; keep connections open.",
    "large-packets": "Let packets of 8500 bytes at most through, and answers that say so (path MTU discovery).",
    "idle-drop": "Send keepalives more often than the idle timeout, or raise it.",
    "refused": "Look whether the service listens on the port, on Magento's side by ticket.",
    "no-answer": "Look at the hops before; where all are right, ask in the ticket.",
    "stalled": "Look at proxy protocol, packet size and the service itself.",
}
"""By the cause's code."""
