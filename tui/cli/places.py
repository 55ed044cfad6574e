"""Which accounts and regions a command looks at, said by options, and the look itself."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Any, TypeVar

import click

from core.cloud import Cloud, OnProgress, Progress
from core.network.model import Gap
from core.request.identifiers import region_platform
from core.request.model import PLATFORMS, Platform
from core.text import visible
from core.workflow.surveying import ALL, Place, Surveyed, survey
from tui.cli.output import DONE, FAILED, PROBLEMS, Unusable, note
from tui.link import own_region

F = TypeVar("F", bound=Callable[..., Any])

OFTEN = 1.0
"""Seconds between two lines about one place."""
FIRST: Mapping[Platform, str] = {"aws": "us-east-1", "azure": "westeurope"}
"""Where an account is asked for its regions, where none is set."""


def placed(command: F) -> F:
    """Give a command the options that say where to look: ``cloud``, ``profiles``, ``accounts``, ``regions`` and
    ``network``, which :func:`places` takes.
    """
    for option in (
        click.option("--network", help="Only this VPC or VNet, in one region of one account."),
        click.option(
            "--account",
            "--subscription",
            "accounts",
            multiple=True,
            help="Subscription; on AWS a check. Repeatable.",
        ),
        click.option(
            "--region",
            "regions",
            multiple=True,
            help="Where to look; all: everywhere. Repeatable.",
        ),
        click.option(
            "--profile",
            "profiles",
            multiple=True,
            help="AWS profile, or Azure subscription. Repeatable.",
        ),
        click.option("--cloud", type=click.Choice(PLATFORMS), help="Told by the region if left out."),
    ):
        command = option(command)
    return command


def places(
    cloud: Platform | None,
    profiles: Sequence[str],
    accounts: Sequence[str],
    regions: Sequence[str],
    network: str | None,
) -> tuple[Place, ...]:
    """Every profile and account in every region, which may be all of its account's. Raises Unusable."""
    own = own_region(os.environ)
    where = list(dict.fromkeys(regions)) or ([own] if own and cloud != "azure" else [])
    if not where:
        raise Unusable("no region is named", "Add --region, for example --region us-west-2.")
    if ALL in where and (len(where) > 1 or network is not None):
        raise Unusable(
            "all regions are named, and one more thing", "Leave out --network and the other regions."
        )
    if ALL in where and cloud is None:
        raise Unusable("all regions of which cloud?", "Add --cloud aws or --cloud azure.")
    platforms = {cloud or region_platform(region.lower()) for region in where}
    if len(platforms) > 1 or None in platforms:
        raise Unusable(
            f"{', '.join(where)}: these are not regions of one cloud",
            "Name regions as the cloud spells them (us-west-2, westeurope), or say --cloud; one cloud at a time.",
        )
    (platform,) = platforms
    assert platform is not None
    if platform == "azure":
        signed_in: list[tuple[str | None, str | None]] = [
            *((profile, None) for profile in profiles),
            *((None, account) for account in accounts),
        ] or [(None, None)]
    else:
        if len(accounts) > 1:
            raise Unusable(
                "on AWS a profile belongs to one account", "Name a --profile for each account instead."
            )
        signed_in = [(profile, accounts[0] if accounts else None) for profile in profiles or (None,)]
    found = tuple(
        Place(platform, region, profile, account, network)
        for (profile, account), region in product(dict.fromkeys(signed_in), where)
    )
    if network is not None and len(found) > 1:
        raise Unusable("--network is in one region of one account", "Name one --region, and one --profile.")
    return found


def look(wanted: Sequence[Place]) -> tuple[Surveyed, ...]:
    """Look at all of them, telling on stderr how far it is and what could not be read. Raises Unusable where there is
    nothing to look at.
    """
    found = survey(wanted, connect, lambda: datetime.now(UTC), _teller())
    empty = [one for one in found if one.place.region == ALL and one.error is None]
    for one in empty:
        note(f"{one.place.words}: the account has nothing in any region")
    if len(empty) == len(found):
        raise Unusable("there is nothing to look at", "Name another account.")
    found = tuple(one for one in found if one not in empty)
    for one in found:
        if one.error is not None:
            note(f"{one.place.words}: {one.error.message} [{one.error.code}]\n    {one.error.remedy}")
        else:
            for gap in one.inventory.gaps:
                note(f"{one.place.words}: {gap_words(gap)}")
    return found


def status_of(found: Sequence[Surveyed]) -> int:
    """The exit code: everything was read, some of it, or nothing."""
    if all(one.error is not None for one in found):
        return FAILED
    return DONE if all(one.whole for one in found) else PROBLEMS


def gap_words(gap: Gap) -> str:
    """What could not be read, why, and which permission it takes."""
    takes = f"; it takes the permission {gap.permission}" if gap.code == "access-denied" else ""
    return f"{gap.what} not read, because {visible(gap.message).rstrip('.')} [{gap.code}]{takes}"


def connect(place: Place) -> Cloud:
    """The cloud of a place. Raises CloudError."""
    from providers import connect as sign_in

    region = place.region
    if region == ALL:
        region = (own_region(os.environ) if place.platform == "aws" else None) or FIRST[place.platform]
    return sign_in(place.platform, region=region, profile=place.profile, account=place.account).cloud


def _teller() -> Callable[[Place, Progress], None]:
    tellers: dict[Place, OnProgress] = {}

    def tell(place: Place, progress: Progress) -> None:
        tellers.setdefault(place, counted(place.words))(progress)

    return tell


def counted(words: str) -> OnProgress:
    """Tells on stderr how far a collection is: now and then, and at its end. ``words`` say of what."""
    telling = threading.Lock()
    told = float("-inf")

    def tell(progress: Progress) -> None:
        nonlocal told
        with telling:
            now = time.monotonic()
            if progress.done < progress.total and now - told < OFTEN:
                return
            told = now
            note(f"{words}: {progress.done} of {progress.total} read, {progress.what}")

    return tell
