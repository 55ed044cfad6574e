"""Looking at several accounts and regions at once, for the audit: one inventory of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from core.cloud import Cloud, CloudError, Progress, Spread
from core.network.model import Gap, Inventory
from core.request.model import Platform
from core.workflow.provision import same_account

AT_ONCE = 4
"""Places looked at side by side: each makes many calls at once already."""

ALL = "all"
"""In a region's place: every region of the account."""

EVERYTHING = "everything"
"""What the gap of a place says that could not be read at all."""


@dataclass(frozen=True, slots=True)
class Place:
    """An account and region to look at, or every region of it (:data:`ALL`). ``profile`` is what signs in, ``account``
    which account or subscription it must be, ``network`` the one network to look at; None: whatever the cloud's own
    configuration says, and the whole region.
    """

    platform: Platform
    region: str
    profile: str | None = None
    account: str | None = None
    network: str | None = None

    @property
    def words(self) -> str:
        """The place in words."""
        return " ".join(one for one in (self.profile, self.account, region_words(self.region)) if one)


def region_words(region: str) -> str:
    """A region's name, or that it is all of them."""
    return "all regions" if region == ALL else region


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

    Of a place that is all regions of an account, each is looked at: on AWS those that are enabled for the account, on
    Azure those where it has anything. Where it has nothing anywhere, the place itself is answered, with an empty
    inventory. ``connect`` is given such a place too, to ask for the regions. ``on_progress`` is called in several
    threads.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        parts = pool.map(partial(_regions, connect=connect, now=now), places)
        rows = [one for part in parts for one in part]
        return tuple(pool.map(partial(_survey, connect=connect, now=now, on_progress=on_progress), rows))


def _regions(
    place: Place, connect: Callable[[Place], Cloud], now: Callable[[], datetime]
) -> tuple[Place | Surveyed, ...]:
    """A place, or each region of an account; what is known of it already where there is none to look at."""
    if place.region != ALL:
        return (place,)
    try:
        cloud = connect(place)
        names = (
            cloud.used_regions() if isinstance(cloud, Spread) else tuple(one.name for one in cloud.regions())
        )
    except CloudError as error:
        return (_nothing(place, now(), error),)
    return tuple(replace(place, region=name) for name in names) or (_nothing(place, now()),)


def _survey(
    place: Place | Surveyed,
    *,
    connect: Callable[[Place], Cloud],
    now: Callable[[], datetime],
    on_progress: Callable[[Place, Progress], None],
) -> Surveyed:
    if isinstance(place, Surveyed):
        return place
    try:
        cloud = connect(place)
        wrong = same_account(place.account, cloud.identity(), place.platform) if place.account else None
        if wrong is not None:
            raise CloudError("no-credentials", wrong.message, wrong.remedy)
        return Surveyed(place, cloud.inventory(place.network, "audit", partial(on_progress, place)))
    except CloudError as error:
        return _nothing(place, now(), error)


def _nothing(place: Place, at: datetime, error: CloudError | None = None) -> Surveyed:
    """A place of which nothing was read, or where nothing is."""
    # Which account a profile is of is not known here: its name tells.
    whose = f"{place.profile}: " if place.profile else ""
    gaps = (Gap(EVERYTHING, error.code, f"{whose}{error.message}", error.operation),) if error else ()
    account, network = place.account or "", place.network or ""
    seen = Inventory(place.platform, account, place.region, at, network_id=network, detail="audit", gaps=gaps)
    return Surveyed(place, seen, error)
