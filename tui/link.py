"""The cloud that a person's answers name, in a process of its own, and whether it is the right account."""

from __future__ import annotations

import threading

from core.cloud import Cloud, Connected, Identity
from core.request.model import DraftCloud, platform_of
from core.workflow.enablement import NotYet
from core.workflow.provision import same_account
from providers import worker


class Link:
    """Connects when first needed, and anew where the answers name another cloud, region or profile.

    ``rehearsal`` is the sandbox's process, which is then the only one used and is not ended here.
    """

    def __init__(self, rehearsal: worker.Worker | None) -> None:
        self._rehearsal = rehearsal
        self._worker = rehearsal
        self._lock = threading.Lock()
        self._wanted: tuple[object, ...] = ()
        self._identity: Identity | None = None
        self.connected: Connected | None = None

    def open(self, named: DraftCloud) -> Cloud:
        """The cloud, whoever we are there. Raises CloudError, NotYet."""
        # On Azure the account is part of what one connects to: a sign-in reaches many subscriptions.
        account = named.account if named.platform == "azure" else None
        wanted = (named.platform, named.region, named.profile, account)
        with self._lock:
            if self._worker is None or (self._rehearsal is None and wanted != self._wanted):
                platform = platform_of(named.platform)
                if platform is None or not named.region:
                    raise NotYet("no cloud and region are chosen", "Choose them on the first page.")
                if self._worker is not None:
                    self._worker.close()
                self._worker = worker.Worker(
                    worker.account(platform, named.region, named.profile, account=account)
                )
                self._wanted, self.connected, self._identity = wanted, None, None
            child = self._worker
        connected = worker.connect(child) if self.connected is None else self.connected
        with self._lock:
            if child is self._worker:
                self.connected = connected
        return connected.cloud

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
        wrong = same_account(named.account, self.identity(named))
        if wrong is not None:
            raise NotYet(wrong.message, wrong.remedy)
        return cloud

    def forget_identity(self) -> None:
        """Ask again who we are: a person signed in anew."""
        self._identity = None

    def close(self) -> None:
        """End the cloud's process if it is ours."""
        with self._lock:
            if self._worker is not None and self._rehearsal is None:
                self._worker.close()
