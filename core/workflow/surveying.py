"""Looking at several accounts and regions at once, for the audit: one inventory of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from core.cloud import Cloud, CloudError, Progress
from core.network.model import Gap, Inventory
from core.request.model import Platform
from core.workflow.provision import same_account

AT_ONCE = 4
"""Places looked at side by side: each makes many calls at once already."""

EVERYTHING = "everything"
"""What the gap of a place says that could not be read at all."""


@dataclass(frozen=True, slots=True)
class Place:
    """An account and region to look at. ``profile`` is what signs in, ``account`` which account or subscription
    it must be, ``network`` the one network to look at; None: whatever the cloud's own configuration says, and
    the whole region.
    """

    platform: Platform
    region: str
    profile: str | None = None
    account: str | None = None
    network: str | None = None

    @property
    def words(self) -> str:
        """The place in words."""
        return " ".join(one for one in (self.profile, self.account, self.region) if one)


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A place and what was seen there. Where nothing could be read, ``error`` says why, and the inventory is
    empty but for the gap that says so too.
    """

    place: Place
    inventory: Inventory
    error: CloudError | None = None

    @property
    def whole(self) -> bool:
        """Whether everything could be read."""
        return not self.inventory.gaps


def survey(
    places: Sequence[Place],
    connect: Callable[[Place], Cloud],
    now: Callable[[], datetime],
    on_progress: Callable[[Place, Progress], None] = lambda _place, _progress: None,
) -> tuple[Surveyed, ...]:
    """Look at every place, in their order; one that cannot be read does not keep the others from being read.

    ``on_progress`` is called in several threads.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return tuple(pool.map(partial(_survey, connect=connect, now=now, on_progress=on_progress), places))


def _survey(
    place: Place,
    *,
    connect: Callable[[Place], Cloud],
    now: Callable[[], datetime],
    on_progress: Callable[[Place, Progress], None],
) -> Surveyed:
    try:
        cloud = connect(place)
        wrong = same_account(place.account, cloud.identity(), place.platform) if place.account else None
        if wrong is not None:
            raise CloudError("no-credentials", wrong.message, wrong.remedy)
        return Surveyed(place, cloud.inventory(place.network, "audit", partial(on_progress, place)))
    except CloudError as error:
        gap = Gap(EVERYTHING, error.code, error.message, error.operation)
        nothing = Inventory(
            place.platform,
            place.account or "",
            place.region,
            now(),
            network_id=place.network or "",
            detail="audit",
            gaps=(gap,),
        )
        return Surveyed(place, nothing, error)
