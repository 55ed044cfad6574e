"""The codes of a plan's, an undo's, a ticket's and a reply's problems."""

from __future__ import annotations

from collections.abc import Mapping

from core.explain.meaning import Meaning

_US = "this program"
_PAGE = "PrivateLink page, Features and support"
_SHARE = "AWS PrivateLink: Create a service powered by AWS PrivateLink"
_ENDPOINT = "AWS PrivateLink: Access an AWS service using an interface VPC endpoint"
_NLB = "Elastic Load Balancing: Network Load Balancers"
_PLS = "Azure: What is Azure Private Link service"
_PE = "Azure: What is a private endpoint"
_LB = "Azure Load Balancer: Backend pool management"
_ANEW = "The customer asks Magento why, deletes the endpoint, and plans again."
_IN_REGION = "The customer names one in the request's region, or corrects the region."
_OWN_BALANCER = "The customer mends it, or names no service, so that the set-up makes a load balancer."
_UNDO_FIRST = "Undo the other first, then this one."

SETUP: Mapping[str, Meaning] = {
    # Where it is to be set up.
    "wrong-account": Meaning(
        "The credentials are for another account than the request names.",
        "Sign in to the request's account, or correct it in the request.",
        "PrivateLink page, Prerequisites",
    ),
    "wrong-region": Meaning("Another region was read than the request names.", _IN_REGION, _PAGE),
    "made-elsewhere": Meaning(
        "This enablement made things in another network than the request names by now.",
        "Undo those first, or correct the request, or begin another enablement for the other network.",
        _US,
    ),
    "inventory-gap": Meaning(
        "Something that the plan needs could not be read; without it a second one could be made of what exists.",
        "Whoever grants permissions allows the reading that is named (privatelink policy prints all that is needed).",
        _US,
    ),
    "network-not-found": Meaning(
        "The VPC or VNet is not in this account and region.",
        "The customer chooses a network of this account and region.",
        "ec2:DescribeVpcs, Azure resource ids",
    ),
    "no-subnets": Meaning(
        "No subnet of the network can be used.",
        "The customer chooses or makes another subnet.",
        _ENDPOINT,
    ),
    "subnet-not-in-network": Meaning(
        "A chosen subnet is not in the network.",
        "The customer chooses a subnet of the network, or none.",
        _ENDPOINT,
    ),
    "subnet-full": Meaning(
        "A subnet has no free address for the endpoint or the load balancer.",
        "The customer chooses another subnet, or frees addresses.",
        _ENDPOINT,
    ),
    "subnet-nearly-full": Meaning(
        "A subnet has fewer free addresses than may be taken.",
        "The customer chooses another subnet, or frees addresses.",
        _ENDPOINT,
    ),
    "no-common-zone": Meaning(
        "An endpoint has to be in a zone of the service, and no chosen subnet is.",
        "The customer chooses or makes a subnet in one of the service's zones; zone ids count, not names.",
        _ENDPOINT,
    ),
    "no-from-magento-service": Meaning(
        "A bidirectional connection needs a service that Magento reaches.",
        "The customer adds one with direction from-magento, or chooses a unidirectional connection.",
        "PrivateLink page, PrivateLink connection types",
    ),
    # The customer's endpoint service and its load balancer.
    "service-not-found": Meaning(
        "The named endpoint service is not this account's in this region.",
        "The customer corrects the service name, or leaves it out to have a service made.",
        "PrivateLink page, Prerequisites",
    ),
    "service-failed": Meaning(
        "The endpoint service is in state failed: the cloud could not set it up.",
        "The customer deletes it (privatelink undo, where it was made here) and plans again.",
        _SHARE,
    ),
    "service-region": Meaning("The private link service is in another region.", _IN_REGION, _PAGE),
    "frontend-taken": Meaning(
        "A load balancer's frontend takes one private link service, and has one.",
        "The customer names that service in the request, or moves it to another load balancer.",
        _PLS,
    ),
    "name-taken": Meaning(
        "Something of that name exists without this enablement's tag.",
        "The customer deletes or renames it, or starts an enablement with another id.",
        _US,
    ),
    "load-balancer-elsewhere": Meaning(
        "A load balancer behind the service is in another network.",
        "The customer names a service whose load balancers are in the request's network, or chooses their network.",
        _SHARE,
    ),
    "load-balancer-failed": Meaning(
        "The load balancer is in state failed.",
        "The customer deletes it (privatelink undo, where it was made here) and plans again.",
        _NLB,
    ),
    "load-balancer-gone": Meaning(
        "The load balancer behind the service is gone, and this program moves no service to another one.",
        "The customer removes what is left (privatelink undo ID), applies again, and tells the new name in the ticket.",
        _US,
    ),
    "load-balancer-internet-facing": Meaning(
        "The load balancer behind the service faces the internet.",
        "The customer puts the service in front of an internal load balancer.",
        _SHARE,
    ),
    "load-balancer-not-network": Meaning(
        "The load balancer behind the service is no network load balancer.",
        "The customer puts the service in front of a network load balancer.",
        _SHARE,
    ),
    "load-balancer-not-standard": Meaning(
        "A private link service needs a load balancer of SKU Standard.",
        "The customer upgrades it to Standard, or lets the set-up make one.",
        _PLS,
    ),
    "load-balancer-region": Meaning(
        "Private link service, load balancer and VNet have to be in one region.", _IN_REGION, _PLS
    ),
    "load-balancer-nat-rules": Meaning(
        "A frontend with inbound NAT rules cannot have a private link service.",
        "The customer removes the NAT rules, or lets the set-up make a load balancer.",
        _PLS,
    ),
    "cross-zone-off": Meaning(
        "Cross-zone load balancing is off, so that a zone without a target of its own drops connections.",
        "The customer registers a target in each zone, or turns cross-zone load balancing on.",
        _NLB,
    ),
    "stranger-principal": Meaning(
        "Somebody besides Magento, or everybody, may ask for a connection to the service.",
        "The customer's network admin removes it from the list; the plan prints the command.",
        "AWS PrivateLink: Configure an endpoint service",
    ),
    "acceptance-not-required": Meaning(
        "The service accepts every connection by itself.",
        "The customer's network admin turns acceptance on; the plan prints the command.",
        "AWS PrivateLink: Configure an endpoint service",
    ),
    "auto-approval": Meaning(
        "The private link service approves connections by itself.",
        "The customer's network admin empties the auto-approval list; the plan prints the command.",
        _PLS,
    ),
    "principals-unread": Meaning(
        "Who may see the service could not be read.",
        "Whoever grants permissions allows the reading that is named.",
        _US,
    ),
    "visible-unknown": Meaning(
        "The service is visible to a subscription, and none of Magento's is known to compare it with.",
        "The customer asks in the ticket for Magento's subscription, and compares.",
        _PLS,
    ),
    "visibility-full": Meaning(
        "The private link service is visible to as many subscriptions as Azure allows.",
        "The customer's network admin takes some off the list, or names another service.",
        "Azure subscription and service limits: Private Link",
    ),
    "vendor-subscription-unknown": Meaning(
        "No subscription of Magento's is known yet; none is published.",
        "The customer asks for it in the ticket; it goes with the request.",
        "PrivateLink page",
    ),
    # Ports and targets.
    "port-conflict": Meaning(
        "One port cannot lead to two target ports.",
        "The customer gives one of the two services another port.",
        "elbv2:CreateListener",
    ),
    "listener-unfit": Meaning(
        "A listener on the port does not fit, and it was not made here.",
        "The customer mends or removes the listener, or gives the service another port.",
        "elbv2:CreateListener",
    ),
    "rule-missing": Meaning(
        "The customer's own load balancer has no rule for the port.",
        "The customer's network admin adds the rule, or the request names no service.",
        _LB,
    ),
    "target-group-not-found": Meaning(
        "The listener's target group could not be read.",
        "Whoever grants permissions allows elasticloadbalancing:DescribeTargetGroups.",
        "elbv2:DescribeTargetGroups",
    ),
    "target-port-shared": Meaning(
        "A load balancer of Azure takes one rule for each port of its pool.",
        "The customer lets the targets of one service listen on another port.",
        "Azure Load Balancer: load-balancing rules",
    ),
    "target-unknown": Meaning(
        "A target is not in the network, as far as can be seen.",
        "The customer corrects the id, or names the target by its private address.",
        "elbv2:RegisterTargets, Azure resource ids",
    ),
    "target-ambiguous": Meaning(
        "A target has several network interfaces in the VNet.",
        "The customer names it by the private address of the one that answers.",
        _LB,
    ),
    "target-not-in-network": Meaning(
        "A target is in another network.",
        "The customer names a machine of the network.",
        "elbv2:RegisterTargets, Azure resource ids",
    ),
    "target-without-interface": Meaning(
        "A private link service needs a pool of network interfaces, and the target has none in the VNet.",
        "The customer names a virtual machine of the VNet, for example one that forwards to what answers.",
        _PLS,
    ),
    "target-scale-set": Meaning(
        "A scale set's interfaces join a pool by the scale set's model only.",
        "The customer adds the pool to the scale set's network profile and updates its instances.",
        _LB,
    ),
    "target-on-basic": Meaning(
        "A machine cannot be behind a Basic and a Standard load balancer at once.",
        "The customer upgrades the Basic one, or names another machine.",
        "Azure Load Balancer SKUs",
    ),
    "target-not-in-pool": Meaning(
        "A target is not in the pool behind the port, and the load balancer has several.",
        "The customer's network admin adds it to that pool.",
        _LB,
    ),
    "pool-by-address": Meaning(
        "The pool holds addresses; a private link service needs one of network interfaces.",
        _OWN_BALANCER,
        _PLS,
    ),
    "target-not-running": Meaning(
        "A target is not running.", "The customer starts it before the connection is verified.", _US
    ),
    "target-outside": Meaning(
        "A target's address is not one of the network.",
        "The customer makes sure that the network routes to it (peering, Transit Gateway, VPN).",
        "elbv2:RegisterTargets",
    ),
    "target-blocked": Meaning(
        "A network security group keeps the probe or Magento's traffic from a target.",
        "The customer's network admin allows the port before the connection is verified.",
        "Azure: Network security groups overview",
    ),
    # The endpoint to Magento.
    "endpoint-rejected": Meaning("An endpoint to Magento, not made here, was rejected.", _ANEW, _ENDPOINT),
    "endpoint-failed": Meaning("An endpoint to Magento, not made here, has failed.", _ANEW, _ENDPOINT),
    "endpoint-expired": Meaning("A request to Magento, not made here, has expired.", _ANEW, _ENDPOINT),
    "endpoint-disconnected": Meaning(
        "A private endpoint to Magento, not made here, was disconnected.", _ANEW, _PE
    ),
    "endpoint-port-closed": Meaning(
        "An endpoint that was there before does not admit a port from the whole network.",
        "The customer's network admin adds an inbound rule where clients need it.",
        _ENDPOINT,
    ),
    # Undo.
    "connection-live": Meaning(
        "Magento's connection to your service stands or waits; undo would end it.",
        "Agree on the end with Magento by ticket, then undo with --force. One that waits for you: reject it.",
        _US,
    ),
    "endpoint-live": Meaning(
        "Your connection to Magento stands; undo would end it.",
        "Agree on the end with Magento by ticket, then undo with --force.",
        _US,
    ),
    "load-balancer-shared": Meaning(
        "A service that was not made here uses a load balancer that was.",
        "Whoever made that service moves it to another load balancer first.",
        _US,
    ),
    "used-by-another-enablement": Meaning("Another enablement uses what was made here.", _UNDO_FIRST, _US),
    # The ticket.
    "ticket-service-name-missing": Meaning(
        "A bidirectional connection's ticket needs the name of your endpoint service.",
        "Let the set-up make the service (privatelink apply), or name the one that you have.",
        "PrivateLink page, Prerequisites",
    ),
    "ticket-service-name-syntax": Meaning(
        "The service name has not the cloud's form.",
        "Correct the service name.",
        "PrivateLink page, Prerequisites",
    ),
    "ticket-service-name-region": Meaning("Your endpoint service is in another region.", _IN_REGION, _PAGE),
    "ticket-principal-not-allowed": Meaning(
        "Your endpoint service does not allow Magento yet.",
        "Let the set-up allow it (privatelink apply), or add it in the cloud's console.",
        "PrivateLink page, Customer set up for bidirectional PrivateLink connections",
    ),
    # Magento's reply.
    "reply-too-large": Meaning(
        "The text is too long for a reply.", "Paste the part that names the service.", _US
    ),
    "reply-no-service-name": Meaning(
        "The reply names no service of Magento's.", "Ask in the ticket for it, and paste the answer.", _US
    ),
    "reply-only-subscription": Meaning(
        "The reply names Magento's subscription, but no service yet.",
        "Nothing to do for that: the alias or resource id comes in a later reply.",
        _US,
    ),
    "reply-same-service": Meaning(
        "An alias and a resource id are taken for one service.",
        "If they are two, ask in the ticket, and paste the resource id alone.",
        _US,
    ),
    "reply-own-service": Meaning(
        "The reply names your own service; it is not taken for Magento's.",
        "Nothing to do, if the reply only quotes your ticket.",
        _US,
    ),
    "reply-wrong-platform": Meaning(
        "The reply names a service of the other cloud.",
        "Ask in the ticket for a service on your platform: both sides must be on one.",
        _PAGE,
    ),
    "reply-wrong-region": Meaning(
        "The reply names a service in another region.",
        "Ask in the ticket for the service in your region: both sides must be in the same one.",
        _PAGE,
    ),
}
"""By code. The problem itself names the thing and the command; this says what it is about."""
