"""What screens ask of the app: they post, the app decides, and neither has to import the other."""

from __future__ import annotations

from textual.message import Message


class NewEnablement(Message):
    """Begin a new enablement."""


class ResumeEnablement(Message):
    """Open the wizard where an enablement stands."""

    def __init__(self, id: str) -> None:
        super().__init__()
        self.id = id


class RecoverEnablement(Message):
    """Set a damaged journal aside and go on with what can be read of it."""

    def __init__(self, id: str) -> None:
        super().__init__()
        self.id = id


class GoHome(Message):
    """Leave the wizard for home."""


class OpenAudit(Message):
    """Open the audit."""


class SettingsChanged(Message):
    """A setting was saved."""


class OpenDesk(Message):
    """Open the CTA's desk."""


class OpenLesson(Message):
    """Choose a walkthrough and begin it."""
