"""What goes wrong with a name, in whichever cloud it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

from providers.sandbox.faults.fault import Aside, Fault

if TYPE_CHECKING:
    from providers.sandbox.datapath import DataPath

HOST = "magento.shop.example"
"""A name that clients use for Magento."""
STALE = "10.20.9.9"


class OnDataPath(Protocol):
    """A stage with the names that its data path resolves."""

    @property
    def data_path(self) -> DataPath:
        """The sandbox's."""


def stale_name(stage: OnDataPath) -> Iterator[Aside]:
    """The name that clients use still leads where the endpoint was before."""
    stage.data_path.records[HOST] = STALE
    yield Aside(host=HOST)
    del stage.data_path.records[HOST]


STALE_NAME: Fault[Any] = Fault(
    "stale-name",
    "Clients' name leads to an old address",
    stale_name,
    "to-magento",
    "public-address",
    aside=True,
)
