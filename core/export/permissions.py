"""What the policies of both clouds share: what they are for, what limits them, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Purpose = Literal["audit", "setup", "probe"]
"""``audit`` reads only. ``setup`` is a whole enablement: that, and what ``apply``, ``accept`` and ``undo`` do.
``probe`` reads, and runs the probes of ``doctor --run-on`` on a machine.
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """What the permissions are limited to; None is any.

    ``enablement`` is the id whose tag marks what may be changed, ``account`` the AWS account or Azure
    subscription, ``service`` the id of an endpoint service that the customer had before (``vpce-svc-…``).
    """

    enablement: str | None = None
    account: str | None = None
    region: str | None = None
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One action for a person: its name, what the program does with it, and what limits it."""

    action: str
    why: str
    limit: str


@dataclass(frozen=True, slots=True)
class Policy:
    """``document`` is what the cloud takes, as JSON values; ``rows`` the same for reading; ``notes`` what it cannot
    say; ``command`` what puts it into the cloud, the document being in ``file``.
    """

    document: dict[str, object]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    command: str
    file: str
