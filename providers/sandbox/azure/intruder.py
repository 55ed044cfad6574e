"""A stranger in the emulated Azure: somebody of the customer's lets another subscription see a service, and it asks."""

from __future__ import annotations

import copy

from providers.sandbox.azure import management
from providers.sandbox.azure.estate import NAMESPACE, Json, Resource, Subscription
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
        """Be made visible a customer's service, and request a connection to it."""
        estate = self._store.estate
        with estate.lock:
            self._store.operations.settle()
            self._show(service_id, add=True)
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
            self._store.write(
                f"{head}/privateEndpoints/stranger",
                {
                    "location": estate.region,
                    "properties": {
                        "subnet": {"id": f"{network.id}/subnets/all"},
                        "manualPrivateLinkServiceConnections": [asked],
                    },
                },
            )

    def leave(self, service_id: str) -> None:
        """Be taken off the visibility again; the request stays as it is."""
        with self._store.estate.lock:
            self._store.operations.settle()
            self._show(service_id, add=False)

    def _show(self, service_id: str, *, add: bool) -> None:
        service = self._store.estate.find(service_id)
        assert isinstance(service, Resource)
        properties = copy.deepcopy(service.properties)
        visible = properties.setdefault("visibility", {}).setdefault("subscriptions", [])
        others = [one for one in visible if str(one).lower() != STRANGER.id]
        properties["visibility"]["subscriptions"] = [*others, STRANGER.id] if add else others
        body: Json = {"location": service.location, "tags": service.tags, "properties": properties}
        self._store.write(service.id, body)
