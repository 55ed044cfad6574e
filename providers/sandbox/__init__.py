"""The sandbox: a local AWS with a customer and with Magento, for practice and for tests.

Nothing leaves the machine. moto answers AWS's API on a loopback port, with what it lacks added
(:mod:`.moto_hook`); names of endpoints lead to small services on loopback ports while the network would let
the connection through (:mod:`.datapath`); Magento's steps are played by :mod:`.vendor`.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from core.cloud import CloudError, Connected
from core.request.offer import Offer
from core.walkthrough.shape import PLAIN, Shape
from providers.sandbox.running import Running

if TYPE_CHECKING:
    from providers.aws.session import Clients
    from providers.sandbox.datapath import DataPath
    from providers.sandbox.ground import Ground
    from providers.sandbox.vendor import Pace, SandboxVendor
    from providers.sandbox.world import World

DEFAULT_REGION = "us-west-2"
ROLES = {"customer": "ShopAdministrator", "vendor": "MagentoInfrastructure"}

# moto keeps its accounts for the whole process.
_ONE_A_PROCESS = threading.Lock()


class Sandbox(Running):
    """A running sandbox.

    ``connected`` is the customer's cloud, ``environment`` what other programs need to reach both accounts,
    ``world`` what was seeded, ``vendor`` Magento's side, ``data_path`` and ``ground`` the machinery.
    """

    def __init__(
        self,
        stack: ExitStack,
        ground: Ground,
        connected: Connected,
        world: World,
        vendor: SandboxVendor,
        data_path: DataPath,
        accounts: tuple[Clients, Clients],
    ) -> None:
        super().__init__(stack, connected)
        self.ground = ground
        self.world = world
        self.vendor = vendor
        self.data_path = data_path
        self.customer_clients, self.vendor_clients = accounts


def start(
    *,
    region: str = DEFAULT_REGION,
    delay: float = 2.0,
    auto: bool = True,
    ticketless: bool = True,
    port: int = 0,
    shape: Shape = PLAIN,
    provisioning: float = 1.0,
    acceptance: float = 0.0,
    registration: float = 0.5,
) -> Sandbox:
    """Start a sandbox in this process, its API on a loopback ``port`` (0: any free one).

    The customer is of a ``shape``. Magento acts by itself (``auto``) ``delay`` seconds after it could.
    ``ticketless``: it needs no ticket to
    allow the customer's account, which it does before this returns; for commands of other processes. The
    other durations are :class:`.ground.Timing`'s, in seconds.

    Raises CloudError: ``not-installed`` without moto in its exact version, ``in-use`` while another sandbox
    runs in this process, ``invalid`` for a region whose zones are not known, ``unavailable`` where no
    loopback port can be opened, ``no-credentials`` where ``AWS_PROFILE`` names a profile that is not there.
    """
    _check_moto()
    with ExitStack() as stack:
        if not _ONE_A_PROCESS.acquire(blocking=False):
            raise CloudError(
                "in-use",
                "A sandbox is already running in this process.",
                "Use that one, or stop it first.",
            )
        stack.callback(_ONE_A_PROCESS.release)
        from providers.aws.session import translated
        from providers.sandbox.ground import Ground, Timing

        ground = Ground(region, _customer(), Offer().aws_account, Timing(0.0, acceptance, registration))
        try:
            # moto reads the SDK's own configuration, and stumbles over AWS_PROFILE as any SDK would.
            with translated("", os.environ.get("AWS_PROFILE", "default"), region), _models_read_once():
                from providers.sandbox.vendor import Pace

                sandbox = _build(stack, ground, Pace(auto, delay, ticketless), port, shape)
        except OSError as error:
            raise CloudError(
                "unavailable",
                f"The sandbox could not open a port on this machine: {error}",
                "Allow programs to listen on 127.0.0.1, then start it again.",
                detail=str(error),
            ) from error
        ground.timing.provisioning = provisioning
        sandbox._stack = stack.pop_all()
        return sandbox


def rehearse(
    delay: float = 2.0, region: str = DEFAULT_REGION, auto: bool = True, shape: Shape = PLAIN
) -> Connected:
    """Start a sandbox that lasts as long as the process and waits for tickets; answers its cloud.

    What a worker opens for a rehearsal. Raises as :func:`start`.
    """
    sandbox = start(region=region, delay=delay, auto=auto, ticketless=False, shape=shape)
    # Nobody else holds it, and a sandbox that nobody holds ends.
    atexit.register(sandbox.stop)
    return sandbox.connected


@contextmanager
def _models_read_once() -> Iterator[None]:
    """While it starts, moto makes sessions of its own, each of which would read EC2's model anew: half a second."""
    import botocore.session

    from providers.aws.session import loader

    own = botocore.session.create_loader
    botocore.session.create_loader = loader
    try:
        yield
    finally:
        botocore.session.create_loader = own


def _build(stack: ExitStack, ground: Ground, pace: Pace, port: int, shape: Shape) -> Sandbox:
    from providers import probe
    from providers.aws.cloud import AwsCloud
    from providers.aws.session import connect as sign_in
    from providers.sandbox import moto_hook, server
    from providers.sandbox.backstage import AwsBackstage
    from providers.sandbox.datapath import DataPath
    from providers.sandbox.faults import Bench
    from providers.sandbox.intruder import AwsIntruder
    from providers.sandbox.moto_ec2 import remap_zones
    from providers.sandbox.reach import AwsNetwork
    from providers.sandbox.shell import Shell
    from providers.sandbox.vendor import SandboxVendor
    from providers.sandbox.world import practice, seed

    stack.enter_context(moto_hook.install(ground))
    url = stack.enter_context(server.serving(port))
    remap_zones(ground.vendor, ground.region)
    base = {"AWS_ENDPOINT_URL": url, "AWS_REGION": ground.region, "AWS_DEFAULT_REGION": ground.region}
    keys = {side: moto_hook.keys(account, ROLES[side], ground.region) for side, account in _sides(ground)}
    customer = sign_in(ground.region, None, {**base, **keys["customer"]})
    magento = sign_in(ground.region, None, {**base, **keys["vendor"]})
    with customer.asking("ec2:CreateVpc"):
        world = seed(customer, magento, shape)

    plays: list[Callable[[str], None]] = []
    bench = Bench()
    data_path = DataPath(AwsNetwork(ground), lambda move: plays[0](move), spoil=bench.bring)
    data_path.start()
    stack.callback(data_path.stop)
    ground.shell = Shell(data_path)
    stack.callback(ground.shell.stop)

    def stranger(account: str) -> Clients:
        own = moto_hook.keys(account, ROLES["vendor"], ground.region)
        return sign_in(ground.region, None, {**base, **own})

    backstage = AwsBackstage(magento, world, ground, AwsIntruder(customer, stranger))
    vendor = SandboxVendor(backstage, data_path, pace)
    plays.append(vendor.play)
    vendor.spoil = bench.bring
    vendor.start()
    stack.callback(vendor.stop)

    environment = {
        **base,
        **keys["customer"],
        "PRIVATELINK_RESOLVER": f"{data_path.url}/resolve",
        "PRIVATELINK_SANDBOX": data_path.url,
        "PRIVATELINK_SANDBOX_ACCOUNT": ground.customer,
        "PRIVATELINK_SANDBOX_VPC": world.vpc,
        **{f"MAGENTO_{name}": value for name, value in keys["vendor"].items()},
        "MAGENTO_SERVICE_NAME": world.service_name,
    }
    # As providers.connect does it, with the clients that are there already.
    cloud = AwsCloud(customer, resolve=probe.resolver_from(environment))
    connected = Connected(cloud, vendor, environment, practice(world, ground.customer, shape))
    sandbox = Sandbox(stack, ground, connected, world, vendor, data_path, (customer, magento))
    bench.sandbox = sandbox
    return sandbox


def _sides(ground: Ground) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("customer", ground.customer), ("vendor", ground.vendor)


def _customer() -> str:
    from providers.sandbox.world import CUSTOMER

    return CUSTOMER


def _check_moto() -> None:
    from importlib import metadata

    remedy = "Install it: pip install 'privatelink[sandbox]'"
    try:
        version = metadata.version("moto")
    except metadata.PackageNotFoundError as error:
        raise CloudError("not-installed", "The sandbox needs moto.", remedy) from error
    from providers.sandbox.ground import MOTO_VERSION

    if version != MOTO_VERSION:
        raise CloudError(
            "not-installed", f"The sandbox needs moto {MOTO_VERSION}, but {version} is installed.", remedy
        )
