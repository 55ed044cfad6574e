"""Bidirectional set-up: the plan, and three ways to carry it out."""

from __future__ import annotations

from tui.screens.wizard.planning import PlanPage


class SetupPage(PlanPage):
    """The customer's load balancer and endpoint service."""

    HEADING = "Bidirectional set-up"
    WHY = "Your load balancer and endpoint service: they must stand before the ticket."
    TOPIC = "setup"
    VERB = "Create"
