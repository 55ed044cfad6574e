"""ARM's addresses, and which operation answers each."""

from __future__ import annotations

import re
from collections.abc import Callable

from providers.sandbox.azure.handlers import LINKS, Answer, Call, Handlers

Handler = Callable[[Handlers, Call, dict[str, str]], Answer]

_SUB = r"/subscriptions/(?P<subscription>[^/]+)"
_GROUPS = rf"{_SUB}/resourceGroups"
_GROUP = rf"{_GROUPS}/(?P<group>[^/]+)"
_NET = r"/providers/Microsoft\.Network"
_ANY = rf"{_SUB}(?:/resourceGroups/(?P<group>[^/]+))?{_NET}"
_PLACE = rf"{_ANY}/locations/(?P<location>[^/]+)"
_KIND = r"/(?P<kind>[^/]+)"
_ONE = rf"{_GROUP}{_NET}{_KIND}/(?P<name>[^/]+)"
_SERVICE = rf"{_GROUP}{_NET}/privateLinkServices/(?P<name>[^/]+)/{LINKS}"

_TABLE: tuple[tuple[str, dict[str, Handler]], ...] = (
    ("/subscriptions", {"GET": Handlers.subscriptions}),
    ("/tenants", {"GET": Handlers.tenants}),
    (_SUB, {"GET": Handlers.subscription}),
    (rf"{_SUB}/locations", {"GET": Handlers.locations}),
    (rf"{_SUB}/providers(?:/(?P<namespace>[^/]+))?", {"GET": Handlers.providers}),
    (
        rf"{_SUB}/providers/(?P<namespace>[^/]+)/(?P<act>register|unregister)",
        {"POST": Handlers.register},
    ),
    (_GROUPS, {"GET": Handlers.groups}),
    (
        rf"{_GROUP}/providers/Microsoft\.Compute/virtualMachines/[^/]+/runCommand",
        {"POST": Handlers.run_command},
    ),
    (
        rf"{_SUB}/providers/Microsoft\.Compute/locations/[^/]+/operations/(?P<id>[^/]+)",
        {"GET": Handlers.command_result},
    ),
    (
        _GROUP,
        {
            "GET": Handlers.group,
            "HEAD": Handlers.has_group,
            "PUT": Handlers.put_group,
            "PATCH": Handlers.patch_group,
            "DELETE": Handlers.delete_group,
        },
    ),
    (rf"{_SUB}(?:/resourceGroups/(?P<group>[^/]+))?/resources", {"GET": Handlers.resources}),
    (rf"{_PLACE}/operations/(?P<id>[^/]+)", {"GET": Handlers.operation}),
    (rf"{_PLACE}/operationResults/(?P<id>[^/]+)", {"GET": Handlers.operation_result}),
    (rf"{_PLACE}/checkPrivateLinkServiceVisibility", {"POST": Handlers.visibility}),
    (rf"{_PLACE}/usages", {"GET": Handlers.usages}),
    (rf"{_PLACE}/autoApprovedPrivateLinkServices", {"GET": Handlers.approved}),
    (_SERVICE, {"GET": Handlers.links}),
    (rf"{_SERVICE}/(?P<link>[^/]+)", {"GET": Handlers.link, "PUT": Handlers.link, "DELETE": Handlers.link}),
    (
        rf"{_GROUP}{_NET}/privateEndpoints/(?P<name>[^/]+)/privateDnsZoneGroups",
        {"GET": Handlers.zone_groups},
    ),
    (rf"{_ANY}{_KIND}", {"GET": Handlers.list}),
    (_ONE, {"GET": Handlers.get, "PUT": Handlers.put, "PATCH": Handlers.patch, "DELETE": Handlers.delete}),
    (
        rf"{_ONE}/providers/Microsoft\.Resources/tags/default",
        {"GET": Handlers.tags, "PUT": Handlers.tags, "PATCH": Handlers.tags},
    ),
    (rf"{_ONE}/providers/Microsoft\.Insights/metrics", {"GET": Handlers.metrics}),
    (rf"{_ONE}/(?P<collection>[^/]+)", {"GET": Handlers.parts}),
    (
        rf"{_ONE}/(?P<collection>[^/]+)/(?P<child>[^/]+)",
        {"GET": Handlers.part, "PUT": Handlers.put_part, "DELETE": Handlers.delete_part},
    ),
)
ROUTES = tuple((re.compile(path, re.IGNORECASE), methods) for path, methods in _TABLE)
"""Patterns of paths, each with what is done for a method."""
