"""What every command needs: the folder, the settings, the clock, one enablement, its cloud."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.cloud import Cloud
from core.journal import store
from core.journal.errors import JournalError
from core.network import saved
from core.network.model import Inventory, Observation
from core.request.model import platform_of
from core.request.offer import Offer
from core.unusable import UnusableFile
from core.workflow import connections
from core.workflow.enablement import Enablement, NotYet
from core.workflow.provision import same_account
from tui.cli.output import Unusable

if TYPE_CHECKING:
    from tui.settings import Settings

MOST = 1 << 20
"""Bytes of a request file or reply that are read at the most."""


def now() -> datetime:
    """This moment in the person's time zone."""
    return datetime.now().astimezone()


def home() -> Path:
    """The folder of the journals: PRIVATELINK_HOME, else the platform's data folder."""
    return store.home(os.environ)


def settings() -> Settings:
    """The person's settings. Raises SettingsError."""
    from tui.settings import read_settings

    return read_settings(home())


def offer() -> Offer:
    """The offer with the person's settings. Raises SettingsError."""
    return settings().offer


@contextmanager
def enablement(name: str, *, write: bool) -> Iterator[Enablement]:
    """Open an enablement; to write it, its lock is taken and a second writer is told who holds it."""
    who = "privatelink " + " ".join(sys.argv[1:3])
    opened = store.open_to_write(home(), name, who) if write else store.open_to_read(home(), name)
    with opened as journal:
        yield Enablement(journal, offer(), now)


@contextmanager
def given() -> Iterator[None]:
    """What a move refuses of the words that a person gave is unusable input."""
    try:
        yield
    except NotYet as error:
        raise Unusable(error.message, error.remedy) from error


def cloud_of(one: Enablement, region: str | None = None) -> Cloud:
    """Connect to the cloud that the request names, in its region or another. Raises CloudError, NotYet."""
    from providers import connect

    cloud = one.story.draft.cloud
    platform = platform_of(cloud.platform)
    region = region or cloud.region
    if platform is None or not region:
        raise NotYet("the request names no cloud and region", "Complete the request in the wizard.")
    return connect(platform, region=region, profile=cloud.profile, account=cloud.account).cloud


def account_of(one: Enablement) -> Cloud:
    """Connect, and see that the credentials are for the account that the request names.

    In another account all that was made looks gone. Raises CloudError, NotYet.
    """
    cloud = cloud_of(one)
    wrong = same_account(one.story.draft.cloud.account, cloud.identity(), cloud.platform)
    if wrong is not None:
        raise NotYet(wrong.message, wrong.remedy)
    return cloud


def keep_news(one: Enablement, observation: Observation) -> None:
    """Journal what a look for reading showed: since when something is so is known only from then on.

    Not while another process writes, which looks for itself, and not where this user may not write.
    """
    if not connections.has_news(one, observation):
        return
    try:
        with enablement(one.id, write=True) as writer:
            connections.record_news(writer, observation)
    except JournalError as error:
        if error.code not in ("held", "read-only"):
            raise


def read_bytes(path: str, most: int = MOST) -> bytes:
    """A file's bytes, at most so many, or standard input's for ``-``. Raises Unusable naming the file."""
    try:
        if path == "-":
            data = sys.stdin.buffer.read(most + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(most + 1)
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror or error}", "Name a file that can be read.") from error
    if len(data) > most:
        raise Unusable(
            f"{path}: larger than {most >> 20} MiB", "Name the right file: none of ours is that large."
        )
    return data


def inventories(path: str) -> tuple[Inventory, ...]:
    """The inventories of a saved file, as :func:`read_inventories`."""
    return read_inventories(path).inventories


def read_inventories(path: str) -> saved.Saved:
    """What `privatelink inventory` saved in a file, or standard input's for ``-``. Raises Unusable naming the file
    and the place in it.
    """
    try:
        return saved.read(read_bytes(path, saved.MOST))
    except UnusableFile as error:
        raise Unusable(f"{path}: {error.message}", error.remedy) from error


def read_text(path: str) -> str:
    """A UTF-8 text file, or standard input for ``-``. Raises Unusable naming the file and the place in it."""
    data = read_bytes(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unusable(
            f"{path}: byte {error.start} is not UTF-8 text", "Save it as a UTF-8 text file."
        ) from error
