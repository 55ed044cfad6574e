"""The plan on AWS: what has to hold before anything is planned, then the two sides.

The service side (load balancer to endpoint service) is :mod:`core.setup.aws_service`, the endpoint side
:mod:`core.setup.aws_endpoint`.
"""

from __future__ import annotations

import re

from core.network.model import Inventory, VendorService
from core.request.model import Problem, Request
from core.request.offer import Offer
from core.setup.aws_endpoint import plan_endpoints
from core.setup.aws_service import plan_service
from core.setup.ground import Ground, problem
from core.setup.places import subnet_problems
from core.setup.plan import Plan, merge
from core.workflow.story import Story

NEEDED = re.compile(r"network|vpc|subnet|security|endpoint")
NEEDED_BIDIRECTIONAL = re.compile(r"balancer|listener|target|service|permission|principal|instance")
NOT_NEEDED = re.compile(r"connection|attribute|acl|route|peering|quota")
"""Words in a gap's name: what a plan reads, and what it can do without though its name has such a word."""


def plan_aws(
    request: Request,
    story: Story,
    inventory: Inventory,
    vendor: tuple[VendorService, ...],
    offer: Offer,
    enablement: str,
) -> Plan:
    """Plan both sides of an enablement on AWS; arguments as :func:`core.setup.plan.plan`."""
    network = next((row for row in inventory.networks if row.id == request.network), None)
    wrong = (*_misplaced(request, inventory), *_blind(request, inventory))
    if network is None:
        if not wrong:
            wrong = (
                problem(
                    "network-not-found",
                    "cloud.network",
                    f"{request.network} is not in account {inventory.account}, region {inventory.region}.",
                    "The customer chooses a VPC of this account and region.",
                ),
            )
        return Plan(problems=wrong)
    ground = Ground(request, story, inventory, offer, enablement, network)
    unfit = subnet_problems(ground)
    if unfit:
        return Plan(problems=(*wrong, *unfit))
    service = (plan_service(ground),) if request.bidirectional else ()
    return merge((Plan(problems=wrong), *service, plan_endpoints(ground, vendor)))


def _misplaced(request: Request, inventory: Inventory) -> tuple[Problem, ...]:
    if inventory.region == request.region:
        return ()
    return (
        problem(
            "wrong-region",
            "cloud.region",
            f"The account was read in {inventory.region}, the request names {request.region}.",
            "The customer chooses the request's region, or corrects the region.",
        ),
    )


def _blind(request: Request, inventory: Inventory) -> tuple[Problem, ...]:
    found = []
    by_instance = any(target.startswith("i-") for row in request.services for target in row.targets)
    for gap in inventory.gaps:
        what = gap.what.lower()
        bidirectional = NEEDED_BIDIRECTIONAL.search(what)
        needed = request.bidirectional if bidirectional else NEEDED.search(what)
        if NOT_NEEDED.search(what) or not needed or ("instance" in what and not by_instance):
            continue
        ask = f" with the permission {gap.permission}" if gap.permission else ""
        found.append(
            problem(
                "inventory-gap",
                "cloud.account",
                f"{gap.what} could not be read ({gap.code}): {gap.message}".rstrip(". ") + ".",
                f"Whoever grants permissions in the account provides a role{ask}; "
                "without it the plan could make a second one of what exists.",
            )
        )
    return tuple(found)
