"""What is not networking: subscriptions, tenants, locations, resource providers and resource groups."""

from __future__ import annotations

import re
from collections.abc import Mapping

from providers.sandbox.azure.estate import NAMESPACE, Estate, Group, Json, Refusal, Subscription, bad

LOCATIONS: Mapping[str, tuple[str, str]] = {
    "eastus": ("East US", "US"),
    "eastus2": ("East US 2", "US"),
    "westus2": ("West US 2", "US"),
    "northeurope": ("North Europe", "Europe"),
    "westeurope": ("West Europe", "Europe"),
    "francecentral": ("France Central", "Europe"),
    "germanywestcentral": ("Germany West Central", "Europe"),
    "uksouth": ("UK South", "Europe"),
    "australiaeast": ("Australia East", "Asia Pacific"),
    "japaneast": ("Japan East", "Asia Pacific"),
    "southeastasia": ("Southeast Asia", "Asia Pacific"),
}
"""Names of some of Azure's locations, with how they are shown and where they are."""

TYPES = (
    "virtualNetworks",
    "networkSecurityGroups",
    "networkInterfaces",
    "routeTables",
    "loadBalancers",
    "privateLinkServices",
    "privateEndpoints",
)
_GROUP = re.compile(r"[-\w.()]{0,89}[-\w()]")


def subscription(one: Subscription) -> Json:
    """A subscription as ARM shows it."""
    return {
        "id": f"/subscriptions/{one.id}",
        "subscriptionId": one.id,
        "tenantId": one.tenant,
        "displayName": one.name,
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
    }


def tenant(id: str) -> Json:
    """A tenant as ARM shows it."""
    return {"id": f"/tenants/{id}", "tenantId": id, "tenantCategory": "Home"}


def locations(subscription_id: str) -> list[Json]:
    """The locations as ARM shows them."""
    return [
        {
            "id": f"/subscriptions/{subscription_id}/locations/{name}",
            "name": name,
            "type": "Region",
            "displayName": shown,
            "regionalDisplayName": f"({place}) {shown}",
            "metadata": {
                "regionType": "Physical",
                "regionCategory": "Recommended",
                "geographyGroup": place,
            },
        }
        for name, (shown, place) in LOCATIONS.items()
    ]


def provider(estate: Estate, subscription_id: str) -> Json:
    """Microsoft.Network's registration as ARM shows it."""
    shown = [name for name, _ in LOCATIONS.values()]
    versions = ["2026-03-01", "2024-01-01"]
    return {
        "id": f"/subscriptions/{subscription_id}/providers/{NAMESPACE}",
        "namespace": NAMESPACE,
        "registrationPolicy": "RegistrationRequired",
        "registrationState": estate.registration(subscription_id),
        "resourceTypes": [
            {"resourceType": one, "locations": shown, "apiVersions": versions, "capabilities": "None"}
            for one in TYPES
        ],
    }


def location_of(body: Json, what: str) -> str:
    """The location that a resource is to be in, in Azure's short form.

    Raises Refusal: ``LocationRequired``, ``LocationNotAvailableForResourceType``.
    """
    given = body.get("location")
    if not given:
        raise bad("LocationRequired", "The location property is required for this definition.")
    name = str(given).replace(" ", "").lower()
    if name not in LOCATIONS:
        raise bad(
            "LocationNotAvailableForResourceType",
            f"The provided location '{given}' is not available for resource type '{what}'. List of available "
            f"regions for the resource type is '{','.join(LOCATIONS)}'.",
        )
    return name


def group_key(subscription_id: str, name: str) -> str:
    """Under which key a group is kept."""
    return f"{subscription_id}/{name}".lower()


def group_named(estate: Estate, subscription_id: str, name: str) -> Group:
    """A resource group. Raises Refusal ``ResourceGroupNotFound``."""
    found = estate.groups.get(group_key(subscription_id, name))
    if found is None:
        raise Refusal(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")
    return found


def put_group(estate: Estate, subscription_id: str, name: str, body: Json) -> tuple[Group, bool]:
    """Make or change a group; and whether it is new.

    Raises Refusal: ``InvalidResourceGroup``, ``InvalidResourceGroupLocation`` and those of the location.
    """
    if not _GROUP.fullmatch(name):
        raise bad(
            "InvalidResourceGroup",
            f"The provided resource group name '{name}' has these invalid characters, or is longer than 90, or "
            "ends with a period. The name can only be a letter, digit, '-', '.', '(', ')' or '_'.",
        )
    location = location_of(body, "Microsoft.Resources/resourceGroups")
    key = group_key(subscription_id, name)
    old = estate.groups.get(key)
    if old and old.location != location:
        raise Refusal(
            409,
            "InvalidResourceGroupLocation",
            f"Invalid resource group location '{location}'. The Resource group already exists in location "
            f"'{old.location}'.",
        )
    id = old.id if old else f"/subscriptions/{subscription_id}/resourceGroups/{name}"
    made = Group(id, old.name if old else name, location, dict(body.get("tags") or {}))
    estate.groups[key] = made
    return made, old is None


def show_group(group: Group) -> Json:
    """A group as ARM shows it."""
    shown: Json = {
        "id": group.id,
        "name": group.name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": group.location,
        "properties": {"provisioningState": group.state},
    }
    if group.tags:
        shown["tags"] = group.tags
    return shown


MOST_TAGS = 50


def show_tags(scope: str, tags: Mapping[str, str]) -> Json:
    """The tags of a resource as ARM shows them (``TagsResource``)."""
    return {
        "id": f"{scope}/providers/Microsoft.Resources/tags/default",
        "name": "default",
        "type": "Microsoft.Resources/tags",
        "properties": {"tags": dict(tags)},
    }


def new_tags(standing: Mapping[str, str], method: str, body: Json) -> dict[str, str]:
    """The tags after ``Tags_CreateOrUpdateAtScope`` (PUT) or ``Tags_UpdateAtScope`` (PATCH).

    Names are compared without case. Raises Refusal ``InvalidTagOperation``, and ``TooManyTags`` over 50.
    """
    given = {
        str(key): str(value) for key, value in ((body.get("properties") or {}).get("tags") or {}).items()
    }
    operation = "Replace" if method == "PUT" else str(body.get("operation") or "")
    folded = {key.casefold(): value for key, value in given.items()}
    if operation == "Replace":
        after = given
    elif operation == "Merge":
        after = {**{key: one for key, one in standing.items() if key.casefold() not in folded}, **given}
    elif operation == "Delete":
        after = {key: one for key, one in standing.items() if folded.get(key.casefold()) not in ("", one)}
    else:
        raise bad("InvalidTagOperation", f"The tag operation {operation!r} is not Merge, Replace or Delete.")
    if len(after) > MOST_TAGS:
        raise bad("TooManyTags", f"A resource has at most {MOST_TAGS} tags; this would be {len(after)}.")
    return after
