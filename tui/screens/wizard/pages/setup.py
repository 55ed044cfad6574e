"""Bidirectional set-up: the plan, and three ways to carry it out."""

from __future__ import annotations

from core.setup.change import Change
from tui.screens.wizard.pages.request import ENDPOINT_SIDE
from tui.screens.wizard.planning import PlanPage


class SetupPage(PlanPage):
    """The customer's load balancer and endpoint service."""

    HEADING = "Bidirectional set-up"
    WHY = "Your load balancer and endpoint service: they must stand before the ticket."
    TOPIC = "setup"

    def shown(self, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """Everything but the endpoint, which is the connection request's."""
        return tuple(one for one in changes if one.key.partition("/")[0] not in ENDPOINT_SIDE)
