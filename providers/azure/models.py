"""The SDK's models, made ready before several threads read answers.

The SDK works out a model's fields when the first object of it is made, without a lock (``Model.__new__`` of its
``model_base``). Where two threads do that at once, an answer's parts stay plain dictionaries, and reading them
fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from azure.mgmt.network import models

READ = (
    *("LoadBalancer", "NetworkInterface", "NetworkSecurityGroup", "PrivateEndpoint", "PrivateLinkService"),
    *("PrivateLinkServiceVisibility", "VirtualNetwork"),
)
"""The models of the answers that are read side by side; what they are made of follows from their fields."""

_MODEL = re.compile(r"_models\.(\w+)")


@cache
def ready() -> None:
    """Make one object of every model that an answer may hold. Once a process; takes a tenth of a second."""
    seen: set[str] = set()
    waiting = list(READ)
    while waiting:
        name = waiting.pop()
        made: type = getattr(models, name, object)
        if name in seen or not hasattr(made, "as_dict"):
            continue
        seen.add(name)
        made()
        waiting.extend(_fields(made))


def _fields(model: type) -> Iterator[str]:
    for one in model.__mro__:
        for annotation in getattr(one, "__annotations__", {}).values():
            yield from _MODEL.findall(str(annotation))
