"""The other party's moves that a presenter can play by key, whatever the scenario says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Move:
    """A move by the sandbox's name for it. ``does`` says it in the words of the cloud."""

    name: str
    title: str
    does: str


SILENT = "silent"
BREAK = "break "
"""The move that breaks something: with a fault's name, or without one to mend it."""
MOVES: tuple[Move, ...] = (
    Move("allow", "Allow", "Magento allows the {w.account}, and answers the ticket"),
    Move("approve", "Say yes", "Magento's yes to the customer's request"),
    Move("reject", "Say no", "Magento's no to the customer's request"),
    Move(SILENT, "Stay silent", "nothing happens until five business days are over"),
    Move("elsewhere", "Wrong region", "Magento answers with a name of another region"),
    Move("correct", "Correct it", "Magento answers once more, with what is right"),
    Move("connect", "Connect back", "Magento asks for its connection to the customer"),
    Move("stranger", "A stranger", "another {w.account} is let see the service, and asks"),
    Move("close", "Close the list", "the customer's admin takes the stranger off it"),
)
