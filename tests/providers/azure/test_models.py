"""The SDK's models are read by several threads from the first answer on."""

from __future__ import annotations

import os
import sys
import threading

from azure.mgmt.network import models

from providers.azure.models import ready

BALANCER = {"properties": {"backendAddressPools": [{"properties": {"loadBalancingRules": [{"id": "/r"}]}}]}}
INTERFACE = {
    "properties": {"ipConfigurations": [{"properties": {"loadBalancerBackendAddressPools": [{"id": "/p"}]}}]}
}
SERVICE = {"properties": {"privateEndpointConnections": [{"properties": {"privateEndpoint": {"id": "/e"}}}]}}
THREADS, PROCESSES = 8, 40
"""Enough for several failures where the models are not made ready."""


def read(together: threading.Barrier, wrong: list[Exception]) -> None:
    together.wait()
    try:
        for pool in models.LoadBalancer(BALANCER).properties.backend_address_pools:
            assert pool.load_balancing_rules[0].id == "/r"
        for one in models.NetworkInterface(INTERFACE).properties.ip_configurations:
            assert one.properties.load_balancer_backend_address_pools[0].id == "/p"
        for link in models.PrivateLinkService(SERVICE).properties.private_endpoint_connections:
            assert link.properties.private_endpoint.id == "/e"
    except Exception as error:  # noqa: BLE001 - told by the process's exit code
        wrong.append(error)


def first_time() -> int:
    """What a process that has never read an answer does, with many threads at once: 0 where all goes well."""
    sys.setswitchinterval(1e-5)
    together, wrong = threading.Barrier(THREADS), list[Exception]()
    threads = [threading.Thread(target=read, args=(together, wrong)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(wrong)


def test_threads_may_read_the_first_answers_at_once() -> None:
    """Each time in a process of its own, because it goes wrong at the first time only."""
    code = f"import sys; from {__name__} import in_processes; sys.exit(in_processes())"
    assert os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", code]) == 0


def in_processes() -> int:
    """How many of the processes failed."""
    ready()
    failed = 0
    for _ in range(PROCESSES):
        child = os.fork()
        if child == 0:
            os._exit(first_time())
        failed += os.waitpid(child, 0)[1] != 0
    return failed
