"""Inventories as a file: one or many, of any accounts, regions and clouds.

Versioned JSON in ASCII, a resource a line, so that two files can be compared. The same inventories are the same
bytes. Text that is no Unicode (half of a surrogate pair) is kept as ``?``; all else comes back exactly.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from core.network.model import Inventory
from core.text import excerpt
from core.unusable import UnusableFile

FORMAT = "privatelink-inventory"
VERSION = 1
MOST = 64 << 20
"""Bytes of a file that are read at the most: a region of 1,000 of everything takes about 5 MiB."""

_REMEDY = "Name a file that privatelink inventory --out wrote."
_BEYOND = re.compile(r"[^ -~]")
"""What is written escaped: all but printable ASCII."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Saved:
    """What a file holds. ``redacted``: its numbers, ids, names and addresses stand for others."""

    inventories: tuple[Inventory, ...]
    redacted: bool = False


@dataclass(frozen=True, slots=True)
class _Head:
    format: Literal["privatelink-inventory"]
    version: int


@dataclass(frozen=True, slots=True)
class _File:
    inventories: tuple[Inventory, ...]
    redacted: bool


@cache
def _head() -> TypeAdapter[_Head]:
    return TypeAdapter(_Head)


@cache
def _file() -> TypeAdapter[_File]:
    return TypeAdapter(_File)


@cache
def _inventory() -> TypeAdapter[Inventory]:
    return TypeAdapter(Inventory)


def write(inventories: Sequence[Inventory], *, redacted: bool = False) -> bytes:
    """The file's bytes."""
    return "".join(_lines(inventories, redacted)).encode("ascii")


def _lines(inventories: Sequence[Inventory], redacted: bool) -> Iterator[str]:
    yield f'{{"format": "{FORMAT}", "version": {VERSION}, "redacted": {_json(redacted)}, "inventories": ['
    for number, inventory in enumerate(inventories):
        yield ",\n{" if number else "\n{"
        told = _inventory().dump_python(inventory, mode="json", warnings=False)
        for place, field in enumerate(fields(Inventory)):
            value = told[field.name]
            yield f'{"," if place else ""}\n"{field.name}": '
            yield _many(value) if isinstance(value, list) else _json(value)
        yield "\n}"
    yield "\n]}\n"


def _many(values: Iterable[object]) -> str:
    return "[" + ",".join(f"\n{_json(value)}" for value in values) + "]"


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return _BEYOND.sub(lambda found: json.dumps(found[0], ensure_ascii=True)[1:-1], text)


def read(data: bytes) -> Saved:
    """What a file holds, checked field by field. Raises UnusableFile naming the place."""
    if len(data) > MOST:
        raise UnusableFile(f"it is larger than {MOST >> 20} MiB", _REMEDY)
    head = _checked(_head(), data)
    if head.version != VERSION:
        newer = head.version > VERSION
        raise UnusableFile(
            f"its version is {excerpt(str(head.version), 20)}, this program reads {VERSION}",
            "Use the privatelink that wrote it, or a newer one." if newer else _REMEDY,
        )
    held = _checked(_file(), data)
    return Saved(held.inventories, held.redacted)


def _checked(adapter: TypeAdapter[T], data: bytes) -> T:
    try:
        return adapter.validate_json(data, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise UnusableFile(
            excerpt(f"{where}: {first['msg']}" if where else first["msg"], 200), _REMEDY
        ) from error
