"""A stranger in the emulated Azure: somebody of the customer's lets another subscription see a service, and it asks."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager

from core.cloud import CloudError
from providers.sandbox.azure import endpoints, management
from providers.sandbox.azure.estate import NAMESPACE, Estate, Json, Refusal, Resource, Subscription
from providers.sandbox.azure.store import Store

STRANGER = Subscription(
    "e7a1c9d4-3b5f-4c82-9d10-0badc0de0bad", "d15c0b0e-7777-4c3b-8a11-0badc0de0bad", "Somebody Else"
)
GROUP = "elsewhere"


class AzureIntruder:
    """The stranger, and the customer's administrator who opens and closes the service's visibility."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def ask(self, service_id: str) -> None:
        """Be made visible a customer's service, and request a connection to it: anew where the one before it is
        dead. Raises CloudError.
        """
        with self._at_work() as estate:
            service = self._show(service_id, add=True)
            estate.registered[STRANGER.id] = estate.clock()
            management.put_group(estate, STRANGER.id, GROUP, {"location": estate.region})
            head = f"/subscriptions/{STRANGER.id}/resourceGroups/{GROUP}/providers/{NAMESPACE}"
            network = self._store.write(
                f"{head}/virtualNetworks/elsewhere",
                {
                    "location": estate.region,
                    "properties": {
                        "addressSpace": {"addressPrefixes": ["10.99.0.0/16"]},
                        "subnets": [{"name": "all", "properties": {"addressPrefix": "10.99.1.0/24"}}],
                    },
                },
            )
            asked: Json = {
                "name": "stranger",
                "properties": {"privateLinkServiceId": service_id, "requestMessage": "Please let us in"},
            }
            id = f"{head}/privateEndpoints/stranger-{service.name[:60]}-{service.guid[:8]}"
            before = estate.find(id)
            link = endpoints.link_of(estate, before) if before else None
            if before is not None and link is not None and link.status in endpoints.DEAD:
                self._store.drop(endpoints.ENDPOINTS, before)
            self._store.write(
                id,
                {
                    "location": estate.region,
                    "properties": {
                        "subnet": {"id": f"{network.id}/subnets/all"},
                        "manualPrivateLinkServiceConnections": [asked],
                    },
                },
            )

    def leave(self, service_id: str) -> None:
        """Be taken off the visibility again; the request stays as it is. Raises CloudError."""
        with self._at_work():
            self._show(service_id, add=False)

    @contextmanager
    def _at_work(self) -> Iterator[Estate]:
        """The estate for oneself, and its refusals as anybody's cloud tells them."""
        try:
            with self._store.estate.lock:
                self._store.operations.settle()
                yield self._store.estate
        except Refusal as no:
            raise CloudError(
                "invalid",
                f"The stranger cannot do that now: {no.message} [{no.code}]",
                "Make the move again in a moment.",
            ) from no

    def _show(self, service_id: str, *, add: bool) -> Resource:
        service = self._store.estate.find(service_id)
        assert isinstance(service, Resource)
        properties = copy.deepcopy(service.properties)
        visible = properties.setdefault("visibility", {}).setdefault("subscriptions", [])
        others = [one for one in visible if str(one).lower() != STRANGER.id]
        properties["visibility"]["subscriptions"] = [*others, STRANGER.id] if add else others
        body: Json = {"location": service.location, "tags": service.tags, "properties": properties}
        return self._store.write(service.id, body)
