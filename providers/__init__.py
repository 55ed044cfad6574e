"""The clouds behind the port of :mod:`core.cloud`. Importing this imports no cloud's SDK."""

from __future__ import annotations

import os
from collections.abc import Mapping

from core.cloud import CloudError, Connected, OnCode, SignInWay
from core.request.model import Platform


def connect(
    platform: Platform,
    *,
    region: str,
    profile: str | None = None,
    account: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> Connected:
    """Sign in to a cloud; its SDK is imported and its clients are made now, so that the first call is quick.

    ``profile`` names a profile of the cloud's own configuration (Azure: a subscription that the Azure CLI
    knows). ``account`` is the subscription's id on Azure, and goes before the profile; AWS's keys belong to
    one account anyway. ``environ`` takes the place of the process's environment for the endpoint, the keys
    and ``PRIVATELINK_RESOLVER`` (what ``Connected.environment`` of a rehearsal holds fits).

    Raises CloudError: ``no-credentials``, ``invalid`` (configuration).
    """
    from providers import probe

    resolve = probe.resolver_from(os.environ if environ is None else environ)
    if platform == "aws":
        from providers.aws.cloud import AwsCloud
        from providers.aws.session import connect as sign_in

        return Connected(AwsCloud(sign_in(region, profile, environ), resolve=resolve))
    from providers.azure.cloud import AzureCloud
    from providers.azure.session import connect as sign_in_to_azure

    clients = sign_in_to_azure(region, account or profile, environ)
    return Connected(AzureCloud(clients, resolve=resolve))


def sign_in(
    platform: Platform,
    *,
    region: str,
    profile: str | None = None,
    account: str | None = None,
    tenant: str | None = None,
    way: SignInWay | None = None,
    on_code: OnCode = lambda _code: None,
    environ: Mapping[str, str] | None = None,
) -> Connected:
    """Sign in for somebody at a screen: as :func:`connect`, but a person may do it (``way``, Azure only), and of
    several subscriptions none has to be chosen yet. ``on_code`` is told the code, in another thread.

    Lasts until the person is done, a quarter of an hour at most; whoever gives up ends the process.
    Raises CloudError as :func:`connect`; ``unsupported`` where a person cannot sign in like that.
    """
    if platform != "azure":
        if way is not None:
            raise CloudError("unsupported", "AWS has no such sign-in here.", "Sign in with a profile.")
        return connect(platform, region=region, profile=profile, account=account, environ=environ)
    from providers import probe
    from providers.azure import signin
    from providers.azure.cloud import AzureCloud
    from providers.azure.place import surroundings
    from providers.azure.session import connect as sign_in_to_azure

    own = os.environ if environ is None else environ
    session = None
    if way == "device-code":
        session = signin.device_code(surroundings(own), on_code, lambda: False, tenant)
    elif way == "browser":
        session = signin.browser(surroundings(own), lambda: False, tenant)
    clients = sign_in_to_azure(region, account or profile, environ, session, undecided=True)
    return Connected(AzureCloud(clients, resolve=probe.resolver_from(own)))


def profiles(platform: Platform) -> tuple[str, ...]:
    """The profiles to sign in with, by name; empty where the cloud has no such thing.

    Raises CloudError ``invalid`` where the configuration cannot be read.
    """
    if platform == "aws":
        from providers.aws.profiles import profiles as found

        return found()
    from providers.azure.profiles import profiles as subscriptions

    return subscriptions()
