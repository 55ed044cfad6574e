"""An inventory can hold anything: it came from a cloud, or from a file of somebody else. No check breaks on it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audit.catalogue import CHECKS, audit_all
from core.audit.formats import FORMATS
from core.audit.way import way
from core.network.index import Index
from core.network.model import Inventory
from tests import nasty, tally
from tests.core.audit.build import AWS, AZURE, OFFER
from tests.core.audit.test_audit import everything, everything_azure

KEPT = frozenset({"platform", "detail", "source"})
"""Words with fixed choices: the file's reader refuses others."""


def changed(value: Any, change: Callable[[str, Any], Any], name: str = "") -> Any:
    """A value with a change made to everything in it that is no collection."""
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{f.name: changed(getattr(value, f.name), change, f.name) for f in fields(value)}
        )
    if isinstance(value, tuple):
        return tuple(changed(one, change, name) for one in value)
    if isinstance(value, dict):
        return {key: changed(one, change, name) for key, one in value.items()}
    return value if name in KEPT else change(name, value)


def survives(inventory: Inventory) -> None:
    report = audit_all([inventory], OFFER)
    FORMATS["json"](report, CHECKS)
    for one in report.findings[:5]:
        way(Index(inventory), one.resource)
    tally.add("inputs fuzzed")


@pytest.mark.parametrize("name", nasty.TEXTS)
def test_every_text_hostile(name: str) -> None:
    text = nasty.TEXTS[name]
    for inventory in (AWS, AZURE):
        survives(changed(inventory, lambda _, value: text if isinstance(value, str) else value))


def with_hyphens(inventory: Inventory) -> Inventory:
    """The same account, in which every name and id begins like an option; on Azure every name in an id."""

    def change(name: str, value: Any) -> Any:
        if not value or not isinstance(value, str) or not name.endswith(("name", "id", "_ids")):
            return value
        head, found, tail = value.partition("/Microsoft.Network/")
        parts = tail.split("/")
        parts[1::2] = [f"--{one}" for one in parts[1::2]]
        return head + found + "/".join(parts) if found else f"--{value}"

    return changed(inventory, change)


@pytest.mark.parametrize("inventory", [everything(), everything_azure()], ids=["aws", "azure"])
def test_no_name_becomes_an_option_of_a_command(inventory: Inventory) -> None:
    calm, hostile = (
        [one.command for one in audit_all([seen], OFFER).findings if one.command]
        for seen in (inventory, with_hyphens(inventory))
    )
    assert len(hostile) >= len(calm) // 2, "else nothing was tried"
    assert any("\N{REPLACEMENT CHARACTER}-" in one for one in hostile)
    assert nasty.options(*hostile) <= nasty.options(*calm)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_anything_missing_empty_or_out_of_range(seed: int) -> None:
    generator = random.Random(seed)

    def change(name: str, value: Any) -> Any:
        if generator.random() < 0.85:
            return value
        if isinstance(value, str):
            return generator.choice(["", "*", "0.0.0.0/0", "::/0", "/", "arn:", value.upper(), "x" * 300])
        if isinstance(value, bool):
            return not value
        if isinstance(value, int):
            return generator.choice([-1, 0, 22, 65535, 1 << 40])
        return (
            generator.choice([None, datetime.max])
            if isinstance(value, datetime) and name == "created_at"
            else value
        )

    for inventory in (everything(), AZURE):
        survives(changed(inventory, change))
