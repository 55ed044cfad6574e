"""Complete requests to hand off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from core.request.model import Request, Service

SUBSCRIPTION = "0a1b2c3d-0000-4000-8000-123456789abc"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network"
WEB = Service("Webserver", "HTTP", 80, "to-magento", (), 80)
DATABASE = Service("Database", "MYSQL", 3306, "from-magento", ("10.20.0.4",), 3306)
AWS = Request(
    project_id="abcdefg123456",
    plan="pro",
    environment="production",
    magento_region="US-3",
    platform="aws",
    account="111122223333",
    region="us-west-2",
    network="vpc-0abc",
    subnets=(),
    profile=None,
    type="bidirectional",
    service_name="com.amazonaws.vpce.us-west-2.vpce-svc-0abc",
    services=(WEB, DATABASE),
)
AZURE = replace(
    AWS,
    platform="azure",
    account=SUBSCRIPTION,
    region="eastus2",
    network=f"{GROUP}/virtualNetworks/shop",
    service_name=f"{GROUP}/privateLinkServices/shop",
)

Make = Callable[..., Request]


@pytest.fixture
def aws() -> Make:
    """The AWS request, with fields replaced."""

    def make(**changes: Any) -> Request:
        return replace(AWS, **changes)

    return make


@pytest.fixture
def azure() -> Make:
    """The Azure request, with fields replaced."""

    def make(**changes: Any) -> Request:
        return replace(AZURE, **changes)

    return make


@pytest.fixture
def web() -> Service:
    """A service to Magento."""
    return WEB
