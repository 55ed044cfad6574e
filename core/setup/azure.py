"""The plan on Azure: first what has to be right before anything is planned, then the two sides.

The service side (load balancer to private link service) is :mod:`core.setup.azure_service`, the endpoint side
:mod:`core.setup.azure_endpoint`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

from core.network.model import Inventory, VendorService
from core.request.model import Request
from core.request.offer import Offer
from core.setup.azure_endpoint import plan_endpoints
from core.setup.azure_service import plan_service
from core.setup.change import Change, RegistrationSpec
from core.setup.ground import Ground, commanded
from core.setup.plan import REGISTRATION, Plan, merge, pending
from core.setup.premises import premises
from core.workflow.story import Story

NEEDED = re.compile(r"network|subnet|endpoint")
NEEDED_BIDIRECTIONAL = re.compile(r"balancer|service|pool|interface|machine|instance")
NOT_NEEDED = re.compile(r"connection|security|route|peering|quota|usage")
"""Words in a gap's name: what a plan reads, and what it can do without though its name has such a word."""


def plan_azure(
    request: Request,
    story: Story,
    inventory: Inventory,
    vendor: tuple[VendorService, ...],
    offer: Offer,
    enablement: str,
) -> Plan:
    """Plan both sides of an enablement on Azure; arguments as :func:`core.setup.planning.plan`."""
    ground, wrong = premises(request, story, inventory, offer, enablement, partial(_needed, request))
    if ground is None:
        return Plan(problems=wrong)
    service = (plan_service(ground),) if request.bidirectional else ()
    return _registered(ground, merge((Plan(problems=wrong), *service, plan_endpoints(ground, vendor))))


def _registered(ground: Ground, plan: Plan) -> Plan:
    """The plan, with the registration before everything that it makes where the subscription lacks one
    ("Azure resource providers and types": what is not registered answers ``MissingSubscriptionRegistration``).
    """
    missing = next(iter(ground.inventory.unregistered), None)
    if missing is None or not pending(plan):
        return plan
    subscription = ground.inventory.account
    change = Change(
        REGISTRATION,
        "change",
        "registration",
        f"{missing} in the subscription",
        RegistrationSpec(subscription, missing),
        f"/subscriptions/{subscription}/providers/{missing}",
        reason=f"The subscription is not registered for {missing} yet, and Azure makes nothing of the following "
        "before it is. That takes an owner or contributor, once, and a minute or two. It stays after an undo.",
    )
    rest = tuple(replace(one, needs=(REGISTRATION, *one.needs)) for one in plan.changes)
    return replace(plan, changes=(commanded(ground, change), *rest))


def _needed(request: Request, what: str) -> bool:
    if NOT_NEEDED.search(what):
        return False
    if NEEDED_BIDIRECTIONAL.search(what):
        return request.bidirectional
    return bool(NEEDED.search(what))
