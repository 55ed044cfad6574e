"""A request file that no rule objects to, and ways to spoil it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from core.request.model import Draft

SUBSCRIPTION = "0a1b2c3d-0000-4000-8000-123456789abc"
VNET = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/shop-vnet"
)
AWS: dict[str, Any] = {
    "project": {"id": "abcdefg123456", "plan": "pro", "environment": "production", "region": "US-3"},
    "cloud": {"platform": "aws", "account": "111122223333", "region": "us-west-2", "network": "vpc-0abc"},
    "connection": {
        "type": "bidirectional",
        "service_name": "com.amazonaws.vpce.us-west-2.vpce-svc-0abc",
    },
    "services": [
        {"name": "Webserver", "protocol": "HTTP", "port": 80, "direction": "to-magento"},
        {
            "name": "Database",
            "protocol": "TCP",
            "port": 3306,
            "direction": "from-magento",
            "targets": ["10.20.0.4", "i-0abc"],
        },
    ],
}
AZURE: dict[str, Any] = {
    **AWS,
    "project": AWS["project"] | {"region": "US-A1", "cluster": "abcdefg123456_stg"},
    "cloud": {"platform": "azure", "account": SUBSCRIPTION, "region": "eastus2", "network": VNET},
    "connection": {
        "type": "bidirectional",
        "service_name": VNET.replace("virtualNetworks/shop-vnet", "privateLinkServices/shop"),
    },
    "services": [AWS["services"][0], AWS["services"][1] | {"targets": ["10.20.0.4"]}],
}


def changed(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with values at dotted paths replaced, or added at the end of a list."""
    values: dict[str, Any] = copy.deepcopy(dict(base))
    for path, value in changes.items():
        *way, last = path.split(".")
        here: Any = values
        value = copy.deepcopy(value)
        for step in way:
            here = here[int(step) if isinstance(here, list) else step]
        if isinstance(here, list):
            here[int(last) : int(last) + 1] = [value]
        else:
            here[last] = value
    return values


def draft_of(values: Mapping[str, Any]) -> Draft:
    """A draft of plain values."""
    services = tuple(
        {name: tuple(value) if isinstance(value, list) else value for name, value in service.items()}
        for service in values["services"]
    )
    cloud = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values["cloud"].items()
    }
    return Draft.model_validate({**values, "cloud": cloud, "services": services})


Spoil = Callable[..., Draft]


@pytest.fixture
def aws() -> Spoil:
    """The AWS request with changes at dotted paths."""
    return lambda changes=None: draft_of(changed(AWS, changes or {}))


@pytest.fixture
def azure() -> Spoil:
    """The Azure request with changes at dotted paths."""
    return lambda changes=None: draft_of(changed(AZURE, changes or {}))


@pytest.fixture
def spoil(aws: Spoil, azure: Spoil) -> Callable[[str, Mapping[str, Any]], Draft]:
    """One of the two by its platform."""
    return lambda platform, changes: (aws if platform == "aws" else azure)(changes)
