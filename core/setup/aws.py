"""The plan on AWS: first what has to be right before anything is planned, then the two sides.

The service side (load balancer to endpoint service) is :mod:`core.setup.aws_service`, the endpoint side
:mod:`core.setup.aws_endpoint`.
"""

from __future__ import annotations

import re
from functools import partial

from core.network.model import Inventory, VendorService
from core.request.model import Request
from core.request.offer import Offer
from core.setup.aws_endpoint import plan_endpoints
from core.setup.aws_service import plan_service
from core.setup.plan import Plan, merge
from core.setup.premises import premises
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
    """Plan both sides of an enablement on AWS; arguments as :func:`core.setup.planning.plan`."""
    ground, wrong = premises(request, story, inventory, offer, enablement, partial(_needed, request))
    if ground is None:
        return Plan(problems=wrong)
    service = (plan_service(ground),) if request.bidirectional else ()
    return merge((Plan(problems=wrong), *service, plan_endpoints(ground, vendor)))


def _needed(request: Request, what: str) -> bool:
    by_instance = any(target.startswith("i-") for row in request.services for target in row.targets)
    if NOT_NEEDED.search(what) or ("instance" in what and not by_instance):
        return False
    if NEEDED_BIDIRECTIONAL.search(what):
        return request.bidirectional
    return bool(NEEDED.search(what))
