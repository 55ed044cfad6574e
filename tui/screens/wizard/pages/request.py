"""Connection request: the customer's endpoint to Magento's service."""

from __future__ import annotations

from core.setup.plan import Plan, endpoint_part
from tui.model import Model
from tui.screens.says import Said
from tui.screens.wizard.page import Action
from tui.screens.wizard.planning import PlanPage


class RequestPage(PlanPage):
    """Creating the endpoint is the connection request."""

    HEADING = "Connection request"
    WHY = "Creating this endpoint asks Magento for the connection; Magento approves it."
    TOPIC = "request"
    VERB = "Send the request:"

    def plan_of(self, model: Model) -> Plan | None:
        """The endpoint and what it needs, and what only the reply made known."""
        return endpoint_part(model.plan) if model.plan is not None else None

    def waits_for(self, model: Model) -> str:
        """Without Magento's service name there is nothing to ask."""
        if not model.story.service_names:
            return self.words.fill("Magento's {w.named} is not known yet: it comes with the reply.")
        return ""

    def stands(self, model: Model) -> Said:
        """The request is made: then it rests with Magento until it is approved."""
        steps = model.timeline.steps if model.timeline else ()
        if any(step.number == "5" and step.state == "waiting" for step in steps):
            return Said("sent: Magento has to approve it, nothing to do here", "$text-secondary", "…")
        return super().stands(model)

    def actions(self, model: Model) -> tuple[Action, ...]:
        """The plan's, once there is something to ask for."""
        return () if self.waits_for(model) else super().actions(model)
