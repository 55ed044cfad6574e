"""A session of a moment that was: it shows its model, and does nothing that it is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from core.request.offer import Offer
from tui.model import Model
from tui.session import Session


def _never(_name: str, _work: Callable[[], None]) -> None:
    """Work is not begun: what was cannot be changed."""


class Past(Session):
    """The wizard on a model that was kept. Nothing is read, written or asked of a cloud."""

    def __init__(self, then: Model) -> None:
        super().__init__(
            home=Path(os.devnull), offer=Offer(), clock=lambda: then.now, start=_never, changed=lambda: None
        )
        self._then = then

    @property
    def model(self) -> Model:
        """What was known then."""
        return self._then
