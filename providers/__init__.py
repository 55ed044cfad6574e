"""The clouds behind the port of :mod:`core.cloud`. Importing this imports no cloud's SDK."""

from __future__ import annotations

import os
from collections.abc import Mapping

from core.cloud import CloudError, Connected
from core.request.model import Platform


def connect(
    platform: Platform,
    *,
    region: str,
    profile: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> Connected:
    """Sign in to a cloud; its SDK is imported and its clients are made now, so that the first call is quick.

    ``profile`` names a profile of the cloud's own configuration. ``environ`` takes the place of the
    process's environment for the endpoint, the keys and ``PRIVATELINK_RESOLVER`` (what
    ``Connected.environment`` of a rehearsal holds fits).

    Raises CloudError: ``no-credentials``, ``invalid`` (configuration), ``unsupported`` (platform).
    """
    if platform == "aws":
        from providers import probe
        from providers.aws.cloud import AwsCloud
        from providers.aws.session import connect as sign_in

        own = os.environ if environ is None else environ
        resolve = probe.resolver_from(own)
        return Connected(AwsCloud(sign_in(region, profile, environ), resolve=resolve))
    raise _unsupported(platform)


def profiles(platform: Platform) -> tuple[str, ...]:
    """The profiles to sign in with, by name; empty where the cloud has no such thing.

    Raises CloudError ``invalid`` where the configuration cannot be read.
    """
    if platform == "aws":
        from providers.aws.profiles import profiles as found

        return found()
    return ()


def _unsupported(platform: str) -> CloudError:
    return CloudError(
        "unsupported",
        f"This version cannot connect to {platform}.",
        "Choose AWS, or follow the document by hand.",
    )
