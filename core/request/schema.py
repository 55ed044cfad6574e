"""The JSON Schema of the request file, for editors and other programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from core.request.fields import FIELDS
from core.request.model import Draft, DraftCloud, DraftConnection, DraftProject, DraftService
from core.request.read import MAX_ITEMS, MAX_SERVICES

_TITLES = {
    "project": "The Magento Commerce Cloud project and environment.",
    "cloud": "Your account (AWS) or subscription (Azure), region and VPC or VNet.",
    "connection": "One direction or both, and your own endpoint service.",
    "services": "A service that crosses the connection, with its port and direction.",
}
_TYPES: Mapping[object, Mapping[str, object]] = {
    str | None: {"type": "string"},
    int | None: {"type": "integer", "minimum": 1, "maximum": 65535},
    tuple[str, ...]: {"type": "array", "items": {"type": "string"}, "maxItems": MAX_ITEMS},
}


def schema() -> dict[str, object]:
    """JSON Schema (2020-12) of a complete request file, TOML or JSON.

    It tells shapes and fixed choices; the rules (:mod:`core.request.rules`) tell the rest.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "PrivateLink enablement request",
        "description": "What PrivateLink enablement for a Magento Commerce Cloud project takes.",
        **_object(
            {
                "project": _section("project", DraftProject),
                "cloud": _section("cloud", DraftCloud),
                "connection": _section("connection", DraftConnection),
                "services": {
                    "type": "array",
                    "description": FIELDS["services"].description,
                    "minItems": 1,
                    "maxItems": MAX_SERVICES,
                    "items": _section("services", DraftService, "services.*"),
                },
            },
            tuple(Draft.model_fields),
        ),
    }


def _section(name: str, model: type[BaseModel], path: str | None = None) -> dict[str, object]:
    where = path or name
    properties = {
        key: _property(f"{where}.{key}", info.annotation) for key, info in model.model_fields.items()
    }
    required = tuple(key for key in properties if FIELDS[f"{where}.{key}"].required)
    return {"description": _TITLES[name], **_object(properties, required)}


def _object(properties: Mapping[str, object], required: tuple[str, ...]) -> dict[str, object]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": dict(properties),
        "required": list(required),
    }


def _property(path: str, annotation: object) -> dict[str, object]:
    return dict(_described(path, annotation))


def _described(path: str, annotation: object) -> Iterator[tuple[str, object]]:
    field = FIELDS[path]
    yield from _TYPES[annotation].items()
    yield "description", field.description
    if field.choices:
        yield "enum", list(field.choices)
    yield "examples", [list(field.example) if isinstance(field.example, tuple) else field.example]
