"""Bidirectional set-up: the plan, and three ways to carry it out."""

from __future__ import annotations

from core.setup.plan import Plan, service_part
from tui.model import Model
from tui.screens.wizard.planning import PlanPage


class SetupPage(PlanPage):
    """The customer's load balancer and endpoint service."""

    HEADING = "Bidirectional set-up"
    WHY = "Your load balancer and {w.service}: they must stand before the ticket."
    TOPIC = "setup"

    def plan_of(self, model: Model) -> Plan | None:
        """Everything but the endpoint, which is the connection request's."""
        return service_part(model.plan) if model.plan is not None else None
