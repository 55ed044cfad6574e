"""Planning: changes nothing. Pure: the same request, story, inventory and vendor services always give the same plan."""

from __future__ import annotations

from core.network.model import Inventory, VendorService
from core.request.model import Request
from core.request.offer import Offer
from core.setup.plan import Plan
from core.workflow.story import Story


def plan(
    request: Request,
    story: Story,
    inventory: Inventory,
    vendor: tuple[VendorService, ...],
    offer: Offer,
    enablement: str,
) -> Plan:
    """Plan the customer's side of ``enablement``.

    ``vendor`` are the vendor's services that show themselves to this account; those that the story names and
    that are not among them get a note. Adopted and existing resources are in the plan too.
    """
    if request.platform == "aws":
        from core.setup.aws import plan_aws

        return plan_aws(request, story, inventory, vendor, offer, enablement)
    from core.setup.azure import plan_azure

    return plan_azure(request, story, inventory, vendor, offer, enablement)
