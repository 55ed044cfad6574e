"""The subscriptions that the Azure CLI knows, read from its own file without its help."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from core.cloud import CloudError


@dataclass(frozen=True, slots=True)
class Known:
    """A subscription of ``azureProfile.json``. ``chosen``: it is the CLI's default."""

    id: str
    name: str
    tenant: str
    chosen: bool


def profiles() -> tuple[str, ...]:
    """The names of the subscriptions that `az login` found, sorted; empty without the Azure CLI.

    Raises CloudError ``invalid`` where the file cannot be read as one.
    """
    return tuple(sorted({one.name for one in known() if one.name}))


def known() -> tuple[Known, ...]:
    """The subscriptions of ``azureProfile.json`` in ``AZURE_CONFIG_DIR`` (``~/.azure``).

    Raises CloudError ``invalid`` where the file cannot be read as one.
    """
    path = Path(os.environ.get("AZURE_CONFIG_DIR") or "~/.azure").expanduser() / "azureProfile.json"
    try:
        # The CLI writes a byte order mark.
        told: object = json.loads(path.read_text("utf-8-sig"))
        return tuple(_rows(told))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise CloudError(
            "invalid",
            f"The Azure CLI's configuration cannot be read: {path}: {error}",
            "Sign in again with `az login`, which writes it anew, or delete the file.",
            detail=str(error),
        ) from error


def _rows(told: object) -> Iterator[Known]:
    rows = cast("Mapping[str, object]", told).get("subscriptions") if isinstance(told, dict) else None
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and isinstance(row.get("id"), str):
            yield Known(
                row["id"],
                str(row.get("name") or ""),
                str(row.get("tenantId") or ""),
                row.get("isDefault") is True,
            )
