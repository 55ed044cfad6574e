"""What a guide through a cloud's console is, and what the guides of both clouds share."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import TypeVar

from core.setup.change import ADOPTED, Change, Id, Kind, Ref, RejectSpec, Spec, TagSpec, tag_key
from core.text import visible

S = TypeVar("S", bound=Spec)
_PLAIN = frozenset(string.ascii_letters + string.digits + "-._~/:")


@dataclass(frozen=True, slots=True)
class Guide:
    """How a person makes one change by hand: the console's ``address``, then ``steps`` in their order.

    A step is one line of plain text. Everything in it that a cloud or a person named is made visible.
    """

    address: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """One change to guide through. ``names`` are the names of the plan's changes by their keys."""

    change: Change
    enablement: str
    region: str
    names: Mapping[str, str] = field(default_factory=dict)

    def spec(self, kind: type[S]) -> S:
        """The change's spec. Raises ValueError where it is of another kind."""
        if not isinstance(self.change.spec, kind):
            raise ValueError(f"{self.change.action} {self.change.kind} takes a {kind.__name__}")
        return self.change.spec

    @property
    def deletes(self) -> bool:
        """Whether the change takes something away."""
        return self.change.action == "delete"

    @property
    def id(self) -> str:
        """The resource's own id, else its name, as data in a step."""
        return visible(self.change.id or self.change.name)

    def called(self, value: Id) -> str:
        """A resource that a spec names: its id, or the name that this plan gives it."""
        if isinstance(value, Ref):
            return visible(self.names.get(value.key, f"the {value.key} of this plan"))
        return visible(value)

    @property
    def tags(self) -> str:
        """The step that makes a new resource recognizable as this enablement's."""
        key = visible(tag_key(self.enablement))
        return f"Tags: add key {key} with value {visible(self.change.key)}. By it the program knows it again."

    @property
    def tag(self) -> str:
        """The step of a change that is nothing but the tag."""
        key = visible(tag_key(self.enablement))
        if self.spec(TagSpec).present:
            return f"Add key {key} with value {ADOPTED}, and save."
        return f"Remove the tag {key}, and save. Nothing else changes."


@dataclass(frozen=True, slots=True)
class Console:
    """One cloud's console: a guide for each kind of change that it has, for its tags and its deletions."""

    kinds: Mapping[Kind, Callable[[Scene], Guide]]
    tag: Callable[[Scene], Guide]
    delete: Callable[[Scene], Guide]

    def guide(self, scene: Scene) -> Guide:
        """The guide of a change that makes a call.

        Raises ValueError for a change that does not say enough, or of a kind that this cloud does not have.
        """
        change = scene.change
        if isinstance(change.spec, TagSpec):
            return self.tag(scene)
        if change.action == "delete" and (change.spec is None or isinstance(change.spec, RejectSpec)):
            return self.delete(scene)
        if change.kind not in self.kinds:
            raise ValueError(f"this cloud has no {change.kind}")
        return self.kinds[change.kind](scene)


def escaped(text: str) -> str:
    """Text as a part of an address, with nothing in it that ends the address or begins another part.

    Percent-encoded as RFC 3986 has it (section 2.1); ``/`` and ``:`` of ARNs and resource ids stay.
    """
    return "".join(
        chr(byte) if chr(byte) in _PLAIN else f"%{byte:02X}" for byte in text.encode("utf-8", "replace")
    )


def listed(values: Iterable[object]) -> str:
    """Values in a row, as data in a step."""
    return ", ".join(visible(str(value)) for value in values)


def refs(spec: Spec | None) -> tuple[Ref, ...]:
    """What a spec leaves open until another change has made it, each once."""
    if spec is None:
        return ()
    values = (getattr(spec, item.name) for item in fields(spec))
    parts = (one for value in values for one in (value if isinstance(value, tuple) else (value,)))
    return tuple(dict.fromkeys(one for one in parts if isinstance(one, Ref)))
