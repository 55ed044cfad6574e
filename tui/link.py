"""The cloud that a person's answers name, in a process of its own, and whether it is the right account."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace

from core.cloud import Choosing, Cloud, Connected, Identity, OnCode, SignInWay
from core.request.model import DraftCloud, platform_of
from core.workflow.enablement import NotYet
from core.workflow.provision import same_account
from providers import remote, worker


def own_region(environment: Mapping[str, str]) -> str | None:
    """The AWS region that the shell names, as the AWS CLI takes it."""
    return environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or None


class Link:
    """Connects when first needed, and anew where the answers name another cloud, region or profile.

    ``rehearsal`` is the sandbox's process, which is then the only one used and is not ended here.
    """

    def __init__(self, rehearsal: worker.Worker | None) -> None:
        self._rehearsal = rehearsal
        self._worker = rehearsal
        self._lock = threading.Lock()
        self._reach: tuple[str | None, ...] = ()
        self._place: tuple[str, str | None] = ("", None)
        self._by_person = False
        self._identity: Identity | None = None
        self.connected: Connected | None = None

    def open(self, named: DraftCloud) -> Cloud:
        """The cloud, whoever we are there. Raises CloudError, NotYet."""
        with self._lock:
            if self._worker is None or (self._rehearsal is None and _reach(named) != self._reach):
                if self._by_person:
                    raise NotYet("you are not signed in", "Sign in on the first page.")
                self._start(named, None, None)
            assert self._worker is not None, "_start makes one"
            child, connected, place = self._worker, self.connected, _place(named)
        if connected is None:
            connected = remote.connect(child)
        elif self._rehearsal is None and place != self._place and isinstance(connected.cloud, Choosing):
            connected = replace(connected, cloud=connected.cloud.elsewhere(*place))
            self._identity = None
        with self._lock:
            if child is self._worker:
                self.connected, self._place = connected, place
        return connected.cloud

    def sign_in(self, named: DraftCloud, way: SignInWay | None, on_code: OnCode) -> Cloud:
        """Sign in anew, or go on in the session that a person began; see :meth:`open`. ``way``: a person does it,
        and is told by ``on_code`` how.
        """
        with self._lock:
            self._identity = None
            old = self._worker is None or self._worker.broken or _reach(named) != self._reach
            if self._rehearsal is None and (way is not None or old):
                self._by_person = way is not None
                self._start(named, way, on_code)
        return self.open(named)

    def _start(self, named: DraftCloud, way: SignInWay | None, on_code: OnCode | None) -> None:
        platform = platform_of(named.platform)
        if platform is None:
            raise NotYet("no cloud is chosen", "Choose AWS or Azure on the page “Sign-in”.")
        if not named.region:
            word = "location" if platform == "azure" else "region"
            raise NotYet(f"no {word} is named", f"Type the {word} of your network on the page “Sign-in”.")
        self._stop()
        start = worker.signing_in(platform, named.region, named.profile, named.account, named.tenant, way)
        self._worker = worker.Worker(start, on_code)
        self._reach, self._place = _reach(named), _place(named)

    def give_up(self) -> None:
        """End a sign-in that is under way; whoever waits for it gets ``unavailable``."""
        with self._lock:
            if self._rehearsal is None and self.connected is None:
                self._stop()

    def _stop(self) -> None:
        if self._worker is not None:
            self._worker.close()
        self._worker, self.connected, self._identity = None, None, None

    def identity(self, named: DraftCloud) -> Identity:
        """Who we are, asked once a connection. Raises CloudError, NotYet."""
        cloud = self.open(named)
        if self._identity is None:
            self._identity = cloud.identity()
        return self._identity

    def right_account(self, named: DraftCloud) -> Cloud:
        """The cloud, where the sign-in is for the account that the request names: in any other, everything that
        was made looks gone. Raises CloudError, NotYet.
        """
        cloud = self.open(named)
        wrong = same_account(named.account, self.identity(named), named.platform)
        if wrong is not None:
            raise NotYet(wrong.message, wrong.remedy)
        return cloud

    def close(self) -> None:
        """End the cloud's process if it is ours."""
        with self._lock:
            if self._worker is not None and self._rehearsal is None:
                self._worker.close()


def _reach(named: DraftCloud) -> tuple[str | None, ...]:
    """What a sign-in is for. On Azure one reaches every subscription and location."""
    if named.platform == "azure":
        return (named.platform, named.profile, named.tenant)
    return (named.platform, named.profile, named.region)


def _place(named: DraftCloud) -> tuple[str, str | None]:
    """Where in the reach of the sign-in: location and subscription on Azure."""
    return (named.region or "", named.account) if named.platform == "azure" else ("", None)
