"""What Magento's people have in the emulated Azure."""

from __future__ import annotations

from core.cloud import Vendor
from core.request.model import Platform
from providers.azure.session import Clients
from providers.azure.vendor import AzureVendor
from providers.sandbox.azure import endpoints, services, world
from providers.sandbox.azure.intruder import AzureIntruder
from providers.sandbox.azure.store import Store
from providers.sandbox.azure.world import CUSTOMER, MAGENTO, World
from providers.sandbox.ticket import Ticket
from providers.sandbox.vendor import Intruder


class AzureBackstage:
    """Magento's subscription; answers :class:`providers.sandbox.vendor.Backstage`."""

    def __init__(self, clients: Clients, seeded: World, store: Store) -> None:
        self._world = seeded
        self._store = store
        self.moves: Vendor = AzureVendor(clients)
        self.intruder: Intruder = AzureIntruder(store)
        self.platform: Platform = "azure"
        self.region = seeded.region
        self.account = MAGENTO.id
        self.customer = CUSTOMER.id
        self.service = seeded.service_id
        self.network = seeded.magento_vpc

    def open_port(self, port: int) -> None:
        """A probe and a rule."""
        world.open_port(self._store, self._world, port)

    def details(self, filed: Ticket) -> tuple[str, ...]:
        """Alias, Magento's subscription, region and ports."""
        ports = ", ".join(str(port) for port in filed.ports) or "none"
        return (
            f"PrivateLink access is enabled for your subscription {filed.account} in {self.region}.",
            "",
            f"Private link service alias: {self._world.service_name}",
            f"Magento's subscription is {self.account}.",
            f"Region: {self.region}",
            f"Ports opened on our side: {ports}",
            "",
            "Please create a private endpoint to this alias in your VNet, without a private DNS zone, and let "
            "us know when the request is in. We will then approve it.",
        )

    def asked(self, endpoint: str) -> tuple[str, ...]:
        """Which request to accept."""
        return (
            f"We have requested a connection to your private link service in {self.region}.",
            f"Please approve the request of private endpoint {endpoint.rpartition('/')[2]} from Magento's "
            f"subscription {self.account}.",
        )

    def has_endpoint(self, name: str, *, live: bool) -> bool:
        """Whether one of Magento's private endpoints leads to this service."""
        estate = self._store.estate
        with estate.lock:
            self._store.operations.settle()
            service = services.look_up(estate, name, self.account)
            wanted = {name.lower(), service.id.lower() if service else name.lower()}
            for endpoint in estate.of_kind("privateEndpoints", self.account):
                link = endpoints.link_of(estate, endpoint)
                if link is None or not wanted & {link.service, link.requested.lower()}:
                    continue
                if not live or link.status not in endpoints.DEAD:
                    return True
        return False

    def address(self) -> str:
        """The private address of Magento's latest private endpoint that is not dead."""
        estate = self._store.estate
        found = ""
        with estate.lock:
            self._store.operations.settle()
            for endpoint in estate.of_kind("privateEndpoints", self.account):
                link = endpoints.link_of(estate, endpoint)
                if link is not None and link.status not in endpoints.DEAD:
                    found = endpoints.address_of(estate, endpoint) or found
        return found

    def shown(self, accounts: frozenset[str]) -> tuple[tuple[str, str], ...]:
        """The private link services whose visibility names Magento's subscription: by id, and by alias."""
        estate = self._store.estate
        found: list[tuple[str, str]] = []
        with estate.lock:
            self._store.operations.settle()
            for service in estate.of_kind("privateLinkServices"):
                if service.subscription in accounts and services.is_visible(service, self.account):
                    found.append((service.subscription, service.id))
        return tuple(found)
