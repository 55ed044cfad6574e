"""Who the program is to Azure: the ways to sign in, tried one after the other, none of which may hang.

The order is what Azure's users expect ("Credential chains in the Azure Identity library"), without the ways
that guess: a service principal of the environment, then the Azure CLI's session. A managed identity is asked
only when it was chosen, because its address can swallow a connection on a machine that has none.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple, TypedDict, TypeVar

from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError
from azure.core.pipeline.transport import HttpRequest, HttpResponse, HttpTransport, RequestsTransport
from azure.identity import (
    AzureCliCredential,
    CertificateCredential,
    ClientSecretCredential,
    CredentialUnavailableError,
    DeviceCodeCredential,
    InteractiveBrowserCredential,
    ManagedIdentityCredential,
)

from core.cloud import CloudError, OnCode, SignInCode
from providers import secrets
from providers.azure.place import Surroundings

T = TypeVar("T")
Transport = HttpTransport[HttpRequest, HttpResponse]

TRY = 20.0
"""Longest a way to sign in may take in seconds where nobody has to do anything."""
PERSON = 900
"""Longest a person may take to sign in, in seconds: a device code's validity."""
READ_SECONDS = 30.0
"""Seconds without a byte after which an answer counts as lost."""
AHEAD = 300.0
"""A token is fetched anew this many seconds before it expires."""

AZ = "az session"
"""The name of the Azure CLI's way to sign in."""
ANY_TENANT = "organizations"
"""The tenant of whoever signs in, where none is named."""
SECRET_SERVICE = "privatelink-azure"
"""The name under which a service principal's secret is kept in the secret store, by the client's id."""


class Unavailable(Exception):
    """This way to sign in is not set up here; the text says why."""


class Try(NamedTuple):
    """A way to sign in, in words, and the reason why it did not work."""

    way: str
    reason: str


class _Options(TypedDict):
    authority: str
    disable_instance_discovery: bool
    retry_total: int
    transport: Transport


def _options(around: Surroundings) -> _Options:
    return {
        "authority": around.authority,
        "disable_instance_discovery": around.own_authority,
        "retry_total": 1,
        "transport": transport(around.authority_ca, around.authority_is_local),
    }


def transport(ca: str | None, local: bool) -> Transport:
    """How requests travel: bounded in time, with the CA file where there is one, past any proxy for this
    machine's own loopback addresses, which no proxy can reach for us.
    """
    made: Transport = RequestsTransport(
        connection_timeout=5,
        read_timeout=READ_SECONDS,
        connection_verify=ca or True,
        use_env_settings=not local,
    )
    return made


@dataclass(frozen=True, slots=True)
class Way:
    """A way to sign in: its name, what makes its credential, and the seconds that a token may take."""

    name: str
    make: Callable[[], TokenCredential]
    seconds: float = TRY


def service_principal(around: Surroundings, environ: Mapping[str, str]) -> Way:
    """``AZURE_TENANT_ID`` and ``AZURE_CLIENT_ID`` with ``AZURE_CLIENT_CERTIFICATE_PATH`` (and
    ``…_PASSWORD``), ``AZURE_CLIENT_SECRET``, or a secret of the secret store.
    """

    def make() -> TokenCredential:
        tenant, client = environ.get("AZURE_TENANT_ID"), environ.get("AZURE_CLIENT_ID")
        if not (tenant and client):
            raise Unavailable("AZURE_TENANT_ID and AZURE_CLIENT_ID are not set")
        options = _options(around)
        if path := environ.get("AZURE_CLIENT_CERTIFICATE_PATH"):
            password = environ.get("AZURE_CLIENT_CERTIFICATE_PASSWORD") or None
            return CertificateCredential(tenant, client, path, password=password, **options)
        secret = environ.get("AZURE_CLIENT_SECRET") or _kept(client)
        return ClientSecretCredential(tenant, client, secret, **options)

    return Way("service principal", make)


def _kept(client: str) -> str:
    try:
        secret = secrets.fetch(SECRET_SERVICE, client)
    except secrets.SecretStoreError as error:
        raise Unavailable(f"AZURE_CLIENT_SECRET is not set, and {error.message}") from error
    if not secret:
        raise Unavailable("AZURE_CLIENT_SECRET and AZURE_CLIENT_CERTIFICATE_PATH are not set")
    return secret


def cli(subscription: str | None) -> Way:
    """The session of `az login`; ``subscription`` chooses the account that it belongs to."""
    seconds = int(TRY) - 2
    return Way(AZ, lambda: AzureCliCredential(subscription=subscription, process_timeout=seconds))


def managed_identity(environ: Mapping[str, str]) -> Way:
    """The identity of the machine; of several, ``AZURE_CLIENT_ID`` says which."""
    return Way(
        "managed identity",
        lambda: ManagedIdentityCredential(client_id=environ.get("AZURE_CLIENT_ID") or None),
    )


def ways(around: Surroundings, environ: Mapping[str, str], subscription: str | None) -> tuple[Way, ...]:
    """The ways to try, in order. ``PRIVATELINK_AZURE_MANAGED_IDENTITY=1`` leaves only that one."""
    if environ.get("PRIVATELINK_AZURE_MANAGED_IDENTITY") == "1":
        return (managed_identity(environ),)
    return (service_principal(around, environ), cli(subscription))


class Session:
    """A signed-in session; answers :class:`azure.core.credentials.TokenCredential`.

    The first way that gives a token stays. A way that is not set up is passed over; one that is set up and
    refused ends the search, because a person chose it. Every token is kept until shortly before it expires,
    and asked for by one thread at a time: each call of `az` costs a second.
    """

    def __init__(self, ways: tuple[Way, ...], clock: Callable[[], float] = time.time) -> None:
        self._ways = ways
        self._clock = clock
        self._chosen: tuple[Way, TokenCredential] | None = None
        self._tokens: dict[tuple[str, ...], AccessToken] = {}
        self._lock = threading.Lock()

    @property
    def source(self) -> str:
        """The way that worked, in words; empty before there was a token."""
        return self._chosen[0].name if self._chosen else ""

    def get_token(
        self,
        *scopes: str,
        claims: str | None = None,
        tenant_id: str | None = None,
        enable_cae: bool = False,
        **kwargs: object,
    ) -> AccessToken:
        """A token for these scopes. Raises CloudError ``no-credentials`` with the reason of each way."""
        with self._lock:
            kept = self._tokens.get(scopes)
            if kept is not None and not claims and kept.expires_on - self._clock() > AHEAD:
                return kept
            if self._chosen is not None:
                way, credential = self._chosen
                token = self._again(way, credential, scopes, claims)
            else:
                token = self._first(scopes, claims)
            self._tokens[scopes] = token
            return token

    def _again(
        self, way: Way, credential: TokenCredential, scopes: tuple[str, ...], claims: str | None
    ) -> AccessToken:
        try:
            return _token(way, credential, scopes, claims)
        except (Unavailable, AzureError, ValueError, TimeoutError) as error:
            raise no_sign_in((Try(way.name, _words(error)),), expired=True) from error

    def _first(self, scopes: tuple[str, ...], claims: str | None) -> AccessToken:
        tries: list[Try] = []
        for way in self._ways:
            try:
                credential = way.make()
                token = _token(way, credential, scopes, claims)
            except (Unavailable, CredentialUnavailableError) as error:
                tries.append(Try(way.name, _words(error)))
            except (AzureError, ValueError, TypeError, OSError) as error:
                # TypeError: what cryptography says of a sealed key without its password.
                tries.append(Try(way.name, _words(error)))
                raise no_sign_in(tuple(tries)) from error
            else:
                self._chosen = (way, credential)
                return token
        raise no_sign_in(tuple(tries))


def _token(way: Way, credential: TokenCredential, scopes: tuple[str, ...], claims: str | None) -> AccessToken:
    return within(way.seconds, lambda: credential.get_token(*scopes, claims=claims))


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    first = str(error).strip().splitlines()
    return first[0].rstrip(".") if first else type(error).__name__


def no_sign_in(tries: tuple[Try, ...], *, expired: bool = False) -> CloudError:
    """No way to sign in worked: each with its reason."""
    reasons = "; ".join(f"{way}: {reason}" for way, reason in tries)
    return CloudError(
        "credentials-expired" if expired else "no-credentials",
        f"The sign-in to Azure does not work any more: {reasons}."
        if expired
        else f"There is no sign-in to Azure. {reasons}.",
        "Sign in with `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET (or "
        "AZURE_CLIENT_CERTIFICATE_PATH) of a service principal. The wizard's first page signs in with a code or in "
        "the browser, too. Nothing done so far is lost.",
        detail=reasons,
    )


class _Box(Generic[T]):
    __slots__ = ("done", "error", "value")

    def __init__(self) -> None:
        self.done = threading.Event()
        self.value: list[T] = []
        self.error: BaseException | None = None


def within(seconds: float, work: Callable[[], T], cancelled: Callable[[], bool] = lambda: False) -> T:
    """Do the work, but wait no longer than this. What does not end is left behind in a daemon thread.

    Raises what the work raises, TimeoutError after ``seconds``, and CloudError where ``cancelled`` is True
    (looked at five times a second).
    """
    box: _Box[T] = _Box()

    def run() -> None:
        try:
            box.value.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
            box.error = error
        box.done.set()

    threading.Thread(target=run, name="azure-sign-in", daemon=True).start()
    end = time.monotonic() + seconds
    while not box.done.wait(min(0.2, max(0.0, end - time.monotonic()))):
        if cancelled():
            raise CloudError("no-credentials", "The sign-in was cancelled.", "Sign in when you are ready.")
        if time.monotonic() >= end:
            raise TimeoutError(f"no answer within {seconds:g} s")
    if box.error is not None:
        raise box.error
    return box.value[0]


def device_code(
    around: Surroundings,
    on_code: OnCode,
    cancelled: Callable[[], bool],
    tenant: str | None = None,
) -> Session:
    """Sign in with a code that a person enters on another page. ``on_code`` is called once, in another
    thread. Raises CloudError ``no-credentials`` where it was cancelled, refused or not done in time.
    """

    def prompt(url: str, code: str, until: datetime) -> None:
        on_code(SignInCode(url, code, until))

    def make() -> TokenCredential:
        made = DeviceCodeCredential(
            timeout=PERSON,
            prompt_callback=prompt,
            tenant_id=tenant or ANY_TENANT,
            disable_automatic_authentication=True,
            **_options(around),
        )
        made.authenticate(scopes=[around.scope])
        return made

    return _by_person(Way("device code", make), around, cancelled)


def browser(around: Surroundings, cancelled: Callable[[], bool], tenant: str | None = None) -> Session:
    """Sign in on a page that opens in the browser of this machine. Raises as :func:`device_code`."""

    def make() -> TokenCredential:
        made = InteractiveBrowserCredential(
            timeout=PERSON,
            tenant_id=tenant or ANY_TENANT,
            disable_automatic_authentication=True,
            **_options(around),
        )
        made.authenticate(scopes=[around.scope])
        return made

    return _by_person(Way("browser", make), around, cancelled)


def _by_person(way: Way, around: Surroundings, cancelled: Callable[[], bool]) -> Session:
    """A session whose credential a person made. It never asks again by itself: that would hang a call that
    nobody watches; once it cannot be renewed, that is ``credentials-expired``.
    """
    session = Session((way,))
    try:
        within(PERSON, lambda: session.get_token(around.scope), cancelled)
    except TimeoutError as error:
        raise no_sign_in((Try(way.name, "nobody signed in in time"),)) from error
    return session


def principal_of(token: str) -> str:
    """Who a token stands for: the user's or application's name or object id; empty where it does not say.

    The token is not verified: Azure does that. This is only to show.
    """
    try:
        payload = token.split(".")[1]
        claims: object = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return ""
    if not isinstance(claims, dict):
        return ""
    names = ("upn", "unique_name", "preferred_username", "oid", "appid")
    return next((told for name in names if isinstance(told := claims.get(name), str) and told), "")
