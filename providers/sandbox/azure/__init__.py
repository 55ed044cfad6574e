"""A local Azure with a customer and with Magento, for practice and for tests.

Nothing leaves the machine. An emulator of Azure Resource Manager (:mod:`.arm`) and of the sign-in
(:mod:`.tokens`) answers over https on a loopback port, with a certificate made at start; private addresses of
endpoints lead to small services on loopback ports while the network would let the connection through
(:mod:`.reach`); Magento's steps are played by :mod:`providers.sandbox.vendor`.
"""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from core.cloud import CloudError, Connected
from core.walkthrough.shape import PLAIN, Shape
from providers.sandbox.running import Running

if TYPE_CHECKING:
    from providers.azure.session import Clients
    from providers.sandbox.azure.arm import Arm
    from providers.sandbox.azure.estate import Timing
    from providers.sandbox.azure.faults import Faults
    from providers.sandbox.azure.tokens import Principal
    from providers.sandbox.azure.world import World
    from providers.sandbox.datapath import DataPath
    from providers.sandbox.vendor import Pace, SandboxVendor

DEFAULT_REGION = "westeurope"


class Sandbox(Running):
    """A running sandbox.

    ``connected`` is the customer's cloud, ``environment`` what other programs need to reach both
    subscriptions, ``world`` what was seeded, ``vendor`` Magento's side, ``arm`` the emulator, ``data_path``
    the network, ``customer_clients`` and ``vendor_clients`` the SDK's clients of the two sides.
    """

    def __init__(
        self,
        stack: ExitStack,
        connected: Connected,
        world: World,
        vendor: SandboxVendor,
        arm: Arm,
        data_path: DataPath,
        clients: tuple[Clients, Clients],
    ) -> None:
        super().__init__(stack, connected)
        self.world = world
        self.vendor = vendor
        self.arm = arm
        self.data_path = data_path
        self.customer_clients, self.vendor_clients = clients

    @property
    def timing(self) -> Timing:
        """How long things take; may be changed."""
        return self.arm.estate.timing

    @property
    def faults(self) -> Faults:
        """What goes wrong; may be added to."""
        return self.arm.faults


def start(
    *,
    region: str = DEFAULT_REGION,
    delay: float = 2.0,
    auto: bool = True,
    ticketless: bool = True,
    port: int = 0,
    shape: Shape = PLAIN,
    operation: float = 1.0,
    retry_after: float = 0.2,
    approval: float = 0.0,
) -> Sandbox:
    """Start a sandbox in this process, its API over https on a loopback ``port`` (0: any free one).

    The customer is of a ``shape``. Magento acts by itself (``auto``) ``delay`` seconds after it could.
    ``ticketless``: it needs no ticket to
    let the customer's subscription see its service, which it does before this returns; for commands of other
    processes. The other durations are :class:`.estate.Timing`'s, in seconds.

    Raises CloudError: ``not-installed`` without werkzeug, ``invalid`` for a location that is not known here,
    ``unavailable`` where no loopback port can be opened.
    """
    from importlib.util import find_spec

    if find_spec("werkzeug") is None:
        raise CloudError(
            "not-installed", "The sandbox needs werkzeug.", "Install it: pip install 'privatelink[sandbox]'"
        )
    from providers.sandbox.azure.estate import Timing
    from providers.sandbox.azure.management import LOCATIONS
    from providers.sandbox.vendor import Pace

    if region not in LOCATIONS:
        raise CloudError(
            "invalid",
            f"The sandbox does not know the location {region}.",
            f"Choose one of {', '.join(LOCATIONS)}.",
        )
    timing = Timing(operation=operation, retry_after=retry_after, approval=approval)
    with ExitStack() as stack:
        try:
            sandbox = _build(stack, region, Pace(auto, delay, ticketless), port, timing, shape)
        except OSError as error:
            raise CloudError(
                "unavailable",
                f"The sandbox could not open a port on this machine: {error}",
                "Allow programs to listen on 127.0.0.1, then start it again.",
                detail=str(error),
            ) from error
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


def _build(stack: ExitStack, region: str, pace: Pace, port: int, timing: Timing, shape: Shape) -> Sandbox:
    from providers import probe
    from providers.azure.cloud import AzureCloud
    from providers.azure.session import connect as sign_in
    from providers.sandbox import web
    from providers.sandbox.azure import faults, tokens, world
    from providers.sandbox.azure.arm import Arm
    from providers.sandbox.azure.backstage import AzureBackstage
    from providers.sandbox.azure.reach import AzureNetwork
    from providers.sandbox.azure.store import Store
    from providers.sandbox.certificate import pair
    from providers.sandbox.datapath import DataPath
    from providers.sandbox.faults import Bench
    from providers.sandbox.shell import Shell
    from providers.sandbox.vendor import SandboxVendor

    estate = world.new_estate(region)
    store = Store(estate)
    seeded = world.seed(store, shape)
    estate.timing = timing
    customer, magento = world.subscriptions()
    people = (
        tokens.principal(customer.tenant, "admin@shop.sandbox.invalid"),
        tokens.principal(magento.tenant, "infrastructure@magento.sandbox.invalid"),
    )
    arm = Arm(store, tokens.Tokens(people, lambda: estate.timing.sign_in), faults.Faults())
    tls = pair(("localhost",), (web.LOOPBACK,))
    url = stack.enter_context(web.serving(arm, port, tls=tls.context()))
    ca = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="privatelink-sandbox-"))) / "ca.pem"
    ca.write_bytes(tls.certificate)
    base = {
        "PRIVATELINK_AZURE_ENDPOINT": url,
        "PRIVATELINK_AZURE_CA": str(ca),
        "AZURE_AUTHORITY_HOST": url,
    }
    theirs = _sign_in(people[1], magento.id)
    ours = _sign_in(people[0], customer.id)
    clients = sign_in(region, None, {**base, **ours}), sign_in(region, None, {**base, **theirs})

    plays: list[Callable[[str], None]] = []
    bench = Bench()
    data_path = DataPath(
        AzureNetwork(store, customer.id, magento.id),
        lambda move: plays[0](move),
        lambda query: arm.faults.add(faults.read(query)),
        bench.bring,
    )
    data_path.start()
    stack.callback(data_path.stop)
    estate.shell = Shell(data_path)
    stack.callback(estate.shell.stop)
    vendor = SandboxVendor(AzureBackstage(clients[1], seeded, store), data_path, pace)
    plays.append(vendor.play)
    vendor.spoil = bench.bring
    vendor.start()
    stack.callback(vendor.stop)

    environment = {
        **base,
        **ours,
        "PRIVATELINK_RESOLVER": f"{data_path.url}/resolve",
        "PRIVATELINK_SANDBOX": data_path.url,
        "PRIVATELINK_SANDBOX_ACCOUNT": customer.id,
        "PRIVATELINK_SANDBOX_VPC": seeded.vpc,
        **{f"MAGENTO_{name}": value for name, value in theirs.items()},
        "MAGENTO_SERVICE_NAME": seeded.service_name,
        "MAGENTO_SERVICE_ID": seeded.service_id,
    }
    # As providers.connect does it, with the clients that are there already.
    cloud = AzureCloud(clients[0], resolve=probe.resolver_from(environment))
    connected = Connected(cloud, vendor, environment, world.practice(seeded, shape))
    sandbox = Sandbox(stack, connected, seeded, vendor, arm, data_path, clients)
    bench.sandbox = sandbox
    return sandbox


def _sign_in(principal: Principal, subscription: str) -> dict[str, str]:
    return {
        "AZURE_TENANT_ID": principal.tenant,
        "AZURE_CLIENT_ID": principal.client,
        "AZURE_CLIENT_SECRET": principal.secret,
        "AZURE_SUBSCRIPTION_ID": subscription,
    }
