"""The commands in this process, on a sandbox in this process that waits for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from providers.sandbox import Sandbox, start
from tests.e2e.account import Account, Magento
from tests.e2e.program import InProcess, clean_environment


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox whose vendor does nothing by itself."""
    with start(auto=False, delay=0.0, provisioning=0.0, registration=0.0) as running:
        yield running


@pytest.fixture
def offline(tmp_path: Path) -> InProcess:
    """The program without any cloud."""
    return InProcess(clean_environment(tmp_path))


@pytest.fixture
def program(sandbox: Sandbox, tmp_path: Path) -> InProcess:
    """The program on the sandbox."""
    return InProcess(clean_environment(tmp_path, **sandbox.environment))


@pytest.fixture(scope="module")
def customer(sandbox: Sandbox) -> Account:
    """The customer's account, by a plain client."""
    return Account(sandbox.environment)


@pytest.fixture(scope="module")
def magento(sandbox: Sandbox) -> Magento:
    """Magento's team."""
    return Magento(sandbox.environment)
