"""Clients: made once for one subscription and location, shared by all threads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypedDict, TypeVar

from azure.core import rest
from azure.core.exceptions import AzureError
from azure.core.pipeline import PipelineResponse
from azure.core.pipeline.policies import RetryPolicy
from azure.core.pipeline.transport import AsyncHttpResponse, HttpRequest, HttpResponse
from azure.core.polling import LROPoller
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.resource.subscriptions import SubscriptionClient

from core.cloud import CloudError
from core.request.identifiers import is_uuid
from providers.azure import models, profiles
from providers.azure.errors import translate
from providers.azure.place import surroundings
from providers.azure.signin import AZ, Session, Transport, principal_of, transport, ways

if TYPE_CHECKING:
    from azure.mgmt.compute import ComputeManagementClient

T = TypeVar("T")
# As the SDK's own method has them: its two generations of requests and answers.
Q = TypeVar("Q", rest.HttpRequest, HttpRequest)
A = TypeVar("A", rest.HttpResponse, HttpResponse, rest.AsyncHttpResponse, AsyncHttpResponse)


class _Options(TypedDict):
    credential_scopes: list[str]
    transport: Transport
    retry_policy: _Retry
    polling_interval: float
    user_agent: str


NAMESPACE = "Microsoft.Network"
LONGEST = 1800.0
"""Seconds that a long-running operation may take before it counts as stuck."""
POLL, POLL_LOCAL = 5.0, 0.05
"""Seconds between looks at a long-running operation that names no ``Retry-After``."""
PATIENT, QUIET = 20.0, 2.0
"""The longest ``Retry-After`` that is waited for here, in seconds; a longer one is told to whoever asked. It is shorter
for a change that is made again (:func:`repeated`).
"""
CHANGES = frozenset({"PUT", "PATCH", "DELETE"})
_again: ContextVar[bool] = ContextVar("again", default=False)


class _Retry(RetryPolicy[HttpRequest, HttpResponse]):
    """The SDK's retries, except that a long ``Retry-After`` is an answer and not a silent sleep."""

    def is_retry(self, settings: dict[str, object], response: PipelineResponse[Q, A]) -> bool:
        asked = self.get_retry_after(response)
        quiet = _again.get() and response.http_request.method in CHANGES
        if asked is not None and asked > (QUIET if quiet else PATIENT):
            return False
        return super().is_retry(settings, response)


@contextmanager
def repeated() -> Iterator[None]:
    """In this thread, as long as it lasts: a change that Azure asks to wait for is made again by whoever makes it, who
    says meanwhile what is waited for.
    """
    before = _again.set(True)
    try:
        yield
    finally:
        _again.reset(before)


@dataclass(frozen=True, slots=True)
class Clients:
    """The clients of one subscription and location. Each may be called from any thread.

    ``source`` says in words how the program is signed in, ``principal`` as whom. ``interval`` are the seconds
    between looks at what is under way. ``session`` and ``environ`` are what they were made from; ``local`` is
    the ``host:port`` of an endpoint on this machine. The client of ``compute`` is made and imported when it is
    asked for.
    """

    network: NetworkManagementClient
    compute: Callable[[], ComputeManagementClient]
    resources: ResourceManagementClient
    subscriptions: SubscriptionClient
    subscription: str
    location: str
    source: str
    principal: str
    interval: float
    session: Session
    local: str
    environ: Mapping[str, str] | None = None

    @contextmanager
    def asking(self, operation: str) -> Iterator[None]:
        """Turn whatever the SDK raises inside into a CloudError. ``operation`` is the ARM action
        (``Microsoft.Network/privateEndpoints/write``); without a namespace it is Microsoft.Network's.
        """
        with translated(full(operation), self.source, self.location):
            yield

    def finish(self, operation: str, poller: LROPoller[T]) -> T:
        """Wait for a long-running operation: at once, then as ``Retry-After`` says.

        Raises CloudError; ``unavailable`` where it is still under way after half an hour.
        """
        with self.asking(operation):
            poller.wait(LONGEST)
            if poller.done():
                return poller.result()
        raise CloudError(
            "unavailable",
            f"Azure is still at work after {LONGEST / 60:g} minutes ({full(operation)}).",
            "Look at the resource in the Azure portal; apply again when it has settled.",
            operation=full(operation),
        )


def full(operation: str) -> str:
    """The whole name of an action: ``privateEndpoints/write`` is Microsoft.Network's."""
    return operation if operation.startswith("Microsoft.") or not operation else f"{NAMESPACE}/{operation}"


@contextmanager
def translated(operation: str, source: str, location: str) -> Iterator[None]:
    """Turn the SDK's exceptions into CloudError, the SDK's own kept as the cause."""
    try:
        yield
    except (AzureError, ValueError, TypeError, KeyError) as error:
        # The last three: what the SDK's models make of an answer that is no ARM answer.
        raise translate(error, operation, source, location) from error


def connect(
    location: str,
    subscription: str | None = None,
    environ: Mapping[str, str] | None = None,
    session: Session | None = None,
    *,
    undecided: bool = False,
) -> Clients:
    """Sign in and make the clients.

    ``subscription`` is an id or a name; without one it is ``AZURE_SUBSCRIPTION_ID``, the Azure CLI's default,
    or the only one that the sign-in sees. ``environ`` takes the place of the process's own environment.
    ``session`` is a sign-in that a person made (:func:`providers.azure.signin.device_code`). ``undecided``: of
    several subscriptions the first will do, because the person has yet to choose.

    Raises CloudError: ``no-credentials``, ``invalid`` (settings; no or several subscriptions to choose from),
    and whatever asking for the subscriptions gives.
    """
    models.ready()
    own = os.environ if environ is None else environ
    around = surroundings(own)
    wanted = subscription or own.get("AZURE_SUBSCRIPTION_ID") or None
    wanted = _known_id(wanted) if wanted else None
    # The CLI's files are this machine's, not those of an environment that was handed over.
    session = session or Session(ways(around, own, wanted))
    with translated("", "", location):
        token = session.get_token(around.scope)
    options: _Options = {
        "credential_scopes": [around.scope],
        "transport": transport(around.ca, bool(around.local)),
        "retry_policy": _Retry(retry_total=3, retry_backoff_factor=0.5, retry_backoff_max=5),
        "polling_interval": POLL_LOCAL if around.local else POLL,
        "user_agent": "privatelink",
    }
    subscriptions = SubscriptionClient(session, around.endpoint, **options)
    if wanted is None and session.source == AZ:
        wanted = next((one.id for one in profiles.known() if one.chosen), None)
    if wanted is None or not is_uuid(wanted):
        wanted = _chosen(subscriptions, wanted, session.source, location, undecided)
    return Clients(
        network=NetworkManagementClient(session, wanted, around.endpoint, **options),
        compute=partial(_compute, session, wanted, around.endpoint, options),
        resources=ResourceManagementClient(session, wanted, around.endpoint, **options),
        subscriptions=subscriptions,
        subscription=wanted.lower(),
        location=location,
        source=session.source,
        principal=principal_of(token.token),
        interval=options["polling_interval"],
        session=session,
        local=around.local,
        environ=environ,
    )


def _compute(
    session: Session, subscription: str, endpoint: str, options: _Options
) -> ComputeManagementClient:
    from azure.mgmt.compute import ComputeManagementClient

    return ComputeManagementClient(session, subscription, endpoint, **options)


def _known_id(wanted: str) -> str:
    """A subscription's id for its name, where the Azure CLI knows it; else what was given."""
    if is_uuid(wanted):
        return wanted
    return next((one.id for one in profiles.known() if one.name == wanted), wanted)


def _chosen(
    client: SubscriptionClient, wanted: str | None, source: str, location: str, undecided: bool
) -> str:
    """The id of the subscription of this name, or of the only one. Raises CloudError ``invalid``."""
    with translated("Microsoft.Resources/subscriptions/read", source, location):
        seen = {item.subscription_id or "": item.display_name or "" for item in client.subscriptions.list()}
    fits = [id for id, name in seen.items() if wanted is None or name == wanted]
    if len(fits) == 1 or (fits and undecided and wanted is None):
        return min(fits, key=lambda id: seen[id])
    named = ", ".join(f"{name} ({id})" for id, name in sorted(seen.items(), key=lambda row: row[1])) or "none"
    what = f"No single subscription is named {wanted}" if wanted else "No subscription is chosen"
    raise CloudError(
        "invalid",
        f"{what}. This sign-in sees: {named}.",
        "Name the subscription's id in the request, or set AZURE_SUBSCRIPTION_ID.",
    )
