"""What the program is tortured on: a sandbox that can be copied, the proxy that breaks things, the launcher; and
what an account looks like afterwards.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import pytest

from core.journal import store
from core.request.model import Platform
from core.workflow import story
from tests import tally
from tests.e2e import account, azure_account
from tests.e2e.program import NEVER, Ran, clean_environment
from tests.torture.launcher import Launcher, Start
from tests.torture.proxy import Arms, Proxy, Rule, Told, proxy
from tests.torture.stage import World, stage

MADE_UP = re.compile(r"(W/\W{1,2}|\.)[0-9a-f]{8}-[0-9a-f-]{27}(?![0-9a-f])")
"""What Azure makes up in etags, aliases and names of its own."""

Customer = account.Account | azure_account.Subscription
Vendor = account.Magento | azure_account.Magento


@dataclass(frozen=True)
class Place:
    """A moment of an enablement: the cloud as it was then, and the folder that the journal is in."""

    world: World
    home: Path


@dataclass(frozen=True)
class Inventory:
    """What an account holds, ids aside, and what the journal says was made.

    ``things`` counts what is called the same; ``settings`` are everything about them as text.
    """

    things: Counter[str]
    settings: Counter[str]
    made: Mapping[str, tuple[str, bool]]
    doubts: frozenset[str]
    undone: bool


@dataclass
class Rig:
    """One cloud under torture. Not for several threads."""

    platform: Platform
    folder: Path
    first: World
    proxy: Proxy
    launcher: Launcher
    environment: Mapping[str, str]
    customer: Customer
    vendor: Vendor
    token: str = ""
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def begin(self) -> Place:
        """An empty folder, and the cloud as it is at the start."""
        home = self.folder / str(next(self.numbers))
        home.mkdir()
        return Place(self.first.copy(), home)

    @contextmanager
    def copy(self, place: Place) -> Iterator[Place]:
        """The same moment once more, for one use; the proxy leads there."""
        home = self.folder / str(next(self.numbers))
        shutil.copytree(place.home, home, symlinks=True)
        world = place.world.copy()
        self.lead(world)
        try:
            yield Place(world, home)
        finally:
            self.lead(self.first)
            world.stop()
            shutil.rmtree(home)

    @contextmanager
    def beside(self, place: Place) -> Iterator[World]:
        """The cloud of this moment, to stay as it is."""
        world = place.world.copy()
        try:
            yield world
        finally:
            world.stop()

    def keep(self, place: Place) -> Place:
        """The same moment, to come back to."""
        home = self.folder / str(next(self.numbers))
        shutil.copytree(place.home, home, symlinks=True)
        return Place(place.world.copy(), home)

    def lead(self, world: World) -> None:
        """Let the proxy lead to this cloud and break nothing."""
        self.proxy.arm(Arms(world.url))

    def run(
        self,
        place: Place,
        *arguments: str,
        rules: Sequence[Rule] = (),
        replica: World | None = None,
        code: int | None = 0,
        **more: object,
    ) -> tuple[Ran, Told]:
        """Run a command on this cloud and folder, with these faults; see that it ends with ``code`` (None: any)."""
        pid, output = self.start(place, *arguments, rules=rules, replica=replica, **more)
        return self.end(place, pid, output, arguments, code)

    def start(
        self,
        place: Place,
        *arguments: str,
        rules: Sequence[Rule] = (),
        replica: World | None = None,
        **more: object,
    ) -> tuple[int, Path]:
        """Begin a command; its process, and where its output goes."""
        arms = Arms(place.world.url, tuple(rules), 0, replica.url if replica else "", self.token)
        output = place.home / f"output-{next(self.numbers)}"
        start = Start(
            arguments=arguments,
            environment=clean_environment(place.home, **self.environment),
            output=str(output),
            control=self.proxy.control,
            arms=asdict(arms),
        )
        return self.launcher.start(replace(start, **more)), output

    def end(
        self, place: Place, pid: int, output: Path, arguments: Sequence[str], code: int | None
    ) -> tuple[Ran, Told]:
        """Wait for a command."""
        ended = self.launcher.wait(pid)
        told = self.proxy.told()
        texts = [Path(f"{output}.{name}").read_text(encoding="utf-8") for name in ("out", "err")]
        ran = Ran(ended, *texts)
        shown = f"privatelink {' '.join(arguments)} → {ended}\n" + "\n".join(texts)
        assert not any(words in shown for words in NEVER), shown
        assert code is None or ended == code, shown
        return ran, told

    def seen(self, place: Place, name: str) -> Inventory:
        """What is there, and what the journal of this enablement says."""
        self.lead(place.world)
        resources = self.customer.resources()
        labels = {id: f"<{one.kind} {one.name}>" for id, one in resources.items()}
        order = sorted(labels, key=len, reverse=True)

        def plain(text: str) -> str:
            for id in order:
                text = text.replace(id, labels[id])
            return MADE_UP.sub(r"\1*", text)

        texts = [
            f"{labels[id]} {sorted(one.tags.items())} {json.dumps(one.settings, sort_keys=True)}"
            for id, one in resources.items()
        ]
        texts.extend(self._connections())
        with store.open_to_read(place.home / "privatelink", name) as journal:
            told = story.tell(journal.events())
        return Inventory(
            Counter(labels.values()),
            Counter(map(plain, texts)),
            {key: (one.kind, one.own) for key, one in told.made.items()},
            frozenset(told.in_doubt),
            told.undone_at is not None,
        )

    def _connections(self) -> list[str]:
        """AWS tells of connections beside the services that they lead to."""
        if not isinstance(self.customer, account.Account):
            return []
        found = self.customer.ec2.describe_vpc_endpoint_connections()["VpcEndpointConnections"]
        return [f"connection of {one['VpcEndpointOwner']}: {one['VpcEndpointState']}" for one in found]


def differences(wanted: Inventory, seen: Inventory) -> list[str]:
    """What is not as it should be, in words; resources that are lost, doubled or leaked are counted."""
    found = []
    for label, number in (wanted.things - seen.things).items():
        tally.add("resources lost", number)
        found.append(f"lost: {label}")
    for label, number in (seen.things - wanted.things).items():
        tally.add("doubled" if wanted.things[label] else "leaked", number)
        found.append(f"{'doubled' if wanted.things[label] else 'leaked'}: {label}")
    if not found:
        missing, more = sorted(wanted.settings - seen.settings), sorted(seen.settings - wanted.settings)
        found += [_differs(one, other) for one, other in zip(missing, more, strict=False)]
        found += missing[len(more) :] + more[len(missing) :]
    for key in wanted.made.keys() | seen.made.keys():
        if wanted.made.get(key) != seen.made.get(key):
            found.append(f"the journal has {key} as {seen.made.get(key)}, not {wanted.made.get(key)}")
    if wanted.doubts != seen.doubts:
        found.append(f"in doubt: {sorted(seen.doubts)}, not {sorted(wanted.doubts)}")
    if wanted.undone != seen.undone:
        found.append(f"undone: {seen.undone}")
    return found


def _differs(wanted: str, seen: str) -> str:
    """Where two texts begin to differ, with the words around."""
    at = next((n for n, (a, b) in enumerate(zip(wanted, seen, strict=False)) if a != b), 0)
    begin = max(0, at - 60)
    return f"{wanted[:60]}: …{wanted[begin : at + 90]}…, but …{seen[begin : at + 90]}…"


def tell(wrong: Mapping[object, Sequence[str]]) -> None:
    """Fail where anything is wrong, and say where and what."""
    words = [f"{point}: {'; '.join(found)}" for point, found in wrong.items() if found]
    if words:
        pytest.fail("\n".join(words), pytrace=False)


@contextmanager
def rig(platform: Platform, folder: Path, starts: Launcher) -> Iterator[Rig]:
    """Set everything up for one cloud."""
    for name in ("stage", "tls"):
        (folder / name).mkdir()
    azure = platform == "azure"
    with (
        stage(platform, folder / "stage") as (first, told),
        proxy(folder / "tls" if azure else None) as between,
    ):
        between.arm(Arms(first.url))
        if azure:
            at = {"PRIVATELINK_AZURE_ENDPOINT": between.url, "AZURE_AUTHORITY_HOST": between.url}
            at["PRIVATELINK_AZURE_CA"] = str(folder / "tls" / "ca.pem")
        else:
            at = {"AWS_ENDPOINT_URL": between.url}
        environment = {**told, **at}
        customer: Customer
        vendor: Vendor
        token = ""
        if azure:
            customer = azure_account.Subscription(environment)
            vendor = azure_account.Magento(environment)
            token = customer.credential.get_token(f"{between.url}/.default").token
            # From here on every copy knows this one.
            vendor.net.load_balancers.get(vendor.group, vendor.service)
        else:
            customer, vendor = account.Account(environment), account.Magento(environment)
        customer.resources()
        yield Rig(platform, folder, first, between, starts, environment, customer, vendor, token)
