"""What Magento's people have in the emulated AWS."""

from __future__ import annotations

from core.cloud import Vendor
from core.request.model import Platform
from providers.aws.session import Clients
from providers.aws.vendor import AwsVendor
from providers.sandbox import world
from providers.sandbox.ground import Ground
from providers.sandbox.intruder import AwsIntruder
from providers.sandbox.ticket import Ticket
from providers.sandbox.vendor import Intruder
from providers.sandbox.world import World

DEAD = ("rejected", "failed", "expired")


class AwsBackstage:
    """Magento's account; answers :class:`.vendor.Backstage`."""

    def __init__(self, clients: Clients, seeded: World, ground: Ground, intruder: AwsIntruder) -> None:
        self._clients = clients
        self._world = seeded
        self._ground = ground
        self.moves: Vendor = AwsVendor(clients)
        self.intruder: Intruder = intruder
        self.platform: Platform = "aws"
        self.region = seeded.region
        self.account = ground.vendor
        self.customer = ground.customer
        self.service = seeded.service_id
        self.network = seeded.magento_vpc

    def open_port(self, port: int) -> None:
        """A listener, and the web servers behind it."""
        with self._clients.asking("elasticloadbalancing:CreateListener"):
            world.open_port(self._clients, self._world, port)

    def details(self, filed: Ticket) -> tuple[str, ...]:
        """Service name, region and ports."""
        ports = ", ".join(str(port) for port in filed.ports) or "none"
        return (
            f"PrivateLink access is enabled for AWS account {filed.account} in {self.region}.",
            "",
            f"Service name: {self._world.service_name}",
            f"Region: {self.region}",
            f"Ports opened on our side: {ports}",
            "",
            "Please create an interface endpoint to this service in your VPC, without private DNS, and let "
            "us know when the request is in. We will then approve it.",
        )

    def asked(self, endpoint: str) -> tuple[str, ...]:
        """Which request to accept."""
        return (
            f"We have requested a connection to your endpoint service in {self.region}.",
            f"Please accept the request {endpoint} from account {self.account}.",
        )

    def has_endpoint(self, name: str, *, live: bool) -> bool:
        """``DescribeVpcEndpoints``."""
        with self._clients.asking("ec2:DescribeVpcEndpoints"):
            found = self._clients.ec2.describe_vpc_endpoints(
                Filters=[{"Name": "service-name", "Values": [name]}]
            )
        dead = DEAD if live else ()
        return any(str(one.get("State", "")).lower() not in dead for one in found["VpcEndpoints"])

    def address(self) -> str:
        """None: endpoints have names, which both sides know."""
        return ""

    def shown(self, accounts: frozenset[str]) -> tuple[tuple[str, str], ...]:
        """``DescribeVpcEndpointServices``."""
        with self._clients.asking("ec2:DescribeVpcEndpointServices"):
            found = self._clients.ec2.describe_vpc_endpoint_services(
                Filters=[{"Name": "owner", "Values": sorted(accounts)}]
            )["ServiceDetails"]
        return tuple((one.get("Owner", ""), one.get("ServiceName", "")) for one in found)
