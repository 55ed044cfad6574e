"""Any inventory at all, for tests that must not depend on what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from core.network.model import Inventory


def inventories() -> st.SearchStrategy[Inventory]:
    """Every field of every kind of resource filled with whatever its type allows."""
    return _any(Inventory)


def _any(kind: Any) -> st.SearchStrategy[Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is datetime:
        return st.datetimes(timezones=st.just(UTC))
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return st.builds(kind, **{one.name: _any(hints[one.name]) for one in fields(kind)})
    if origin is tuple:
        return st.lists(_any(arguments[0]), max_size=2).map(tuple)
    if origin is Mapping:
        return st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2)
    if kind is str:
        return st.text(max_size=8)
    if origin is not None and type(None) in arguments:
        return st.one_of(*(_any(one) for one in arguments))
    return st.from_type(kind)
