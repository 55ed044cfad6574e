"""Whether a subscription is registered for a resource provider: nothing of it can be made before it is."""

from __future__ import annotations

import time

from core.cloud import CloudError
from core.setup.change import RegistrationSpec
from providers.azure import read
from providers.azure.session import NAMESPACE, Clients

REGISTERING = 600.0
"""Seconds that a registration may take."""


def missing(clients: Clients) -> tuple[str, ...]:
    """``Providers_Get``: Microsoft.Network, where the subscription is not registered for it (yet)."""
    return () if is_registered(clients, NAMESPACE) else (NAMESPACE,)


def is_registered(clients: Clients, namespace: str) -> bool:
    """Whether the subscription may use the provider. Raises CloudError."""
    with clients.asking("Microsoft.Resources/subscriptions/providers/read"):
        seen = clients.resources.providers.get(namespace)
    return read.said(seen.registration_state) == "registered"


def register(clients: Clients, spec: RegistrationSpec) -> None:
    """``Providers_Register``, and wait until it is. Asking again while it is under way does no harm.

    Raises CloudError; ``unavailable`` where it is still under way after ten minutes.
    """
    operation = f"{spec.namespace}/register/action"
    with clients.asking(operation):
        clients.resources.providers.register(spec.namespace)
    end = time.monotonic() + REGISTERING
    while not is_registered(clients, spec.namespace):
        if time.monotonic() > end:
            raise CloudError(
                "unavailable",
                f"Azure is still registering {spec.namespace}.",
                "Wait some minutes, then apply again.",
                operation=operation,
            )
        time.sleep(clients.interval)
