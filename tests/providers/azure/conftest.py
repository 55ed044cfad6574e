from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from azure.core.pipeline.transport import HttpTransport

from providers.azure import session
from providers.azure.cloud import AzureCloud
from providers.azure.session import Clients
from tests.providers.azure.arm import Arm, serve


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the SDK wanted to wait between its calls; it waits a moment instead."""
    asked: list[float] = []

    def rest(transport: object, seconds: float) -> None:
        asked.append(seconds)
        time.sleep(min(seconds, 0.02))

    monkeypatch.setattr(HttpTransport, "sleep", rest)
    return asked


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arm]:
    with serve(tmp_path_factory.mktemp("arm")) as arm:
        yield arm


@pytest.fixture
def arm(served: Arm) -> Iterator[Arm]:
    """A Resource Manager with nothing in it.

    It is emptied afterwards: a fixture of the session, made for the next test, would meet what is left.
    """
    yield served
    served.empty()


@pytest.fixture(scope="session")
def signed_in(served: Arm) -> Clients:
    return session.connect("westus2", environ=served.environ())


@pytest.fixture
def clients(arm: Arm, signed_in: Clients) -> Clients:
    return signed_in


@pytest.fixture
def cloud(clients: Clients) -> AzureCloud:
    return AzureCloud(clients)
