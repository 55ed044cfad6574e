"""An inventory without what tells whose it is: account numbers, ids, names and addresses are stand-ins.

Whatever is not known to say nothing is replaced, so that a field that is added to the model is redacted until
somebody decides otherwise in :data:`KEPT`. Words that a person or a cloud wrote freely go as a whole. What audit
and diagnosis find in the inventory stays the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from core.network import model as m
from core.network.pseudonyms import Pseudonyms
from core.setup.change import TAG_PREFIX

T = TypeVar("T")

KEPT: Mapping[type, frozenset[str]] = {
    m.Inventory: frozenset({"platform", "region", "detail", "unregistered"}),
    m.Subnet: frozenset({"zone", "zone_id", "endpoint_policy"}),
    m.Instance: frozenset({"zone", "state"}),
    m.Interface: frozenset({"kind", "state"}),
    m.Rule: frozenset({"direction", "protocol"}),
    m.Listener: frozenset({"protocol", "tls_policy"}),
    m.LoadBalancer: frozenset({"kind", "state", "region", "zones", "zone_ids", "client_routing"}),
    m.HealthCheck: frozenset({"protocol"}),
    m.Target: frozenset({"health", "reason", "zone"}),
    m.TargetGroup: frozenset({"protocol", "target_type", "cross_zone"}),
    m.EndpointService: frozenset(
        {"state", "zones", "zone_ids", "region", "private_dns_state", "supported_regions"}
    ),
    m.Connection: frozenset({"state", "region"}),
    m.Endpoint: frozenset({"state", "error_code", "service_region", "address_type"}),
    m.VendorService: frozenset({"zones", "zone_ids"}),
    m.Quota: frozenset({"code", "name", "source"}),
    m.Gap: frozenset({"what", "code", "permission"}),
}
"""The fields that hold the cloud's own words and tell nothing of whose it is."""

FREE: Mapping[type, frozenset[str]] = {
    m.Target: frozenset({"description"}),
    m.Connection: frozenset({"description", "actions_required"}),
    m.Endpoint: frozenset({"reason", "request", "actions_required"}),
    m.Gap: frozenset({"message"}),
}
"""The fields that hold sentences."""

PLACES: Mapping[type, frozenset[str]] = {
    m.Rule: frozenset({"peer", "local"}),
    m.Route: frozenset({"destination", "target"}),
}
"""The fields that hold an address, an id, or a word of the cloud's in its place (``AzureLoadBalancer``, ``local``,
``virtualappliance 10.0.0.4``).
"""

REDACTED = "redacted"
DEFAULT = "default"
"""The name of the security group that AWS gives to every VPC."""

_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_ACCOUNT = re.compile(r"[0-9]{12}")
_ID = re.compile(
    r"(acl|eigw|eni|i|igw|lgw|nat|pcx|pl|rtb|sg|subnet|tgw|vpc|vpce|vpce-svc|vpce-svcp)-([0-9a-f]+)"
)
_SPELLED = re.compile(r"[A-Za-z*]+(?:\.[A-Za-z0-9]+)*")
"""A word in the place of an address."""
_ALIAS = re.compile(r"(.+)\.([0-9a-f-]{36})\.([a-z0-9]+\.azure\.privatelinkservice)", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]{16,}")
_ZONE = r"[a-z]{2}(?:-[a-z]+)+-[0-9][a-z]?"
_REGION = re.compile(_ZONE)
_ENDPOINT_LABEL = re.compile(rf"(vpce-[0-9a-f]+)-([0-9a-z]+?)(?:-({_ZONE}))?")
_CLOUDS_OWN = frozenset(
    {
        *("amazonaws", "com", "cn", "vpce", "elb", "s3"),
        *("azure", "privatelinkservice", "privatelink", "windows", "net", "microsoft"),
        "*",
    }
)
"""Labels of the clouds' own names."""
_ARN_WORDS = frozenset(
    {
        *("loadbalancer", "targetgroup", "listener", "net", "app", "gwy", "certificate"),
        *("role", "user", "root", "assumed-role", "federated-user"),
    }
)
"""Words between the names in an ARN's last part."""


def redact(
    inventories: Sequence[m.Inventory], key: bytes, keep: Collection[str] = ()
) -> tuple[tuple[m.Inventory, ...], Mapping[str, str]]:
    """The inventories with stand-ins, the same in all of them; and what each stand-in stands for.

    ``key`` (at most 64 bytes) makes the stand-ins, random bytes for ones that nobody can trace: whoever has it
    can try names. ``keep`` are numbers that everybody knows: the vendor's accounts.
    """
    stand_ins = Pseudonyms(key, {*keep, DEFAULT})
    redacting = _Redacting(stand_ins)
    return tuple(redacting.whole(one) for one in inventories), stand_ins.originals


class _Redacting:
    """The walk through the model."""

    def __init__(self, stand_ins: Pseudonyms) -> None:
        self._of = stand_ins

    def whole(self, value: T) -> T:
        """A resource, or the inventory, with all its fields."""
        kind = type(value)
        kept, free = KEPT.get(kind, frozenset()), FREE.get(kind, frozenset())
        changed: dict[str, object] = {}
        for field in fields(cast("Any", value)):
            held = getattr(value, field.name)
            if field.name in kept:
                continue
            if field.name in free:
                changed[field.name] = REDACTED if held else held
            elif field.name in PLACES.get(kind, ()):
                changed[field.name] = " ".join(self._place(one) for one in held.split(" "))
            elif field.name == "path":
                changed[field.name] = f"/{REDACTED}" if len(held) > 1 else held
            else:
                changed[field.name] = self._any(held)
        return cast("T", replace(cast("Any", value), **changed))

    def _any(self, value: object) -> object:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, tuple):
            return tuple(self._any(one) for one in value)
        if isinstance(value, Mapping):
            return {self._tag(key): self._of.name(text) for key, text in value.items()}
        return self.whole(value) if is_dataclass(value) else value

    def _tag(self, key: str) -> str:
        """Tags of AWS keep their keys, and those of the program what they begin with."""
        if key == "Name" or key.startswith("aws:"):
            return key
        if key.startswith(TAG_PREFIX):
            return TAG_PREFIX + self._of.name(key.removeprefix(TAG_PREFIX))
        return self._of.name(key)

    def text(self, text: str) -> str:
        """Whatever it is, by its shape: an id, a number, an address, a host's name, or else a name."""
        if not text or text == "*":
            return text
        for shape in (self._arn, self._azure, self._address, self._host):
            made = shape(text)
            if made is not None:
                return made
        return self._segment(text)

    def _place(self, text: str) -> str:
        return text if _SPELLED.fullmatch(text) else self.text(text)

    def _segment(self, text: str) -> str:
        """An id, a number or a name."""
        found = _ID.fullmatch(text)
        if found:
            return f"{found[1]}-{self._of.hexadecimal(found[2])}"
        if _GUID.fullmatch(text):
            return self._of.guid(text)
        if _ACCOUNT.fullmatch(text):
            return self._of.account(text)
        return self._of.hexadecimal(text) if _HEX.fullmatch(text) else self._of.name(text)

    def _arn(self, text: str) -> str | None:
        parts = text.split(":", 5)
        if len(parts) < 6 or parts[0] != "arn":
            return None
        account = self._segment(parts[4]) if parts[4] else ""
        pieces = re.split("([/:])", parts[5])
        told = (
            one if one in _ARN_WORDS or one in ("/", ":", "*", "") else self._segment(one) for one in pieces
        )
        return ":".join((*parts[:4], account, "".join(told)))

    def _azure(self, text: str) -> str | None:
        """A resource id: every second segment is a value, and after the namespace it is the other way round."""
        parts = text.split("/")
        if len(parts) < 3 or parts[0] or parts[1].casefold() != "subscriptions":
            return None
        folded = [one.casefold() for one in parts]
        after = folded.index("providers") if "providers" in folded[1::2] else len(parts)
        told = []
        for place, one in enumerate(parts):
            value = place % 2 == 0 if place < after else place > after + 1 and place % 2 == 0
            told.append(self.text(one) if value else one)
        return "/".join(told)

    def _address(self, text: str) -> str | None:
        try:
            return self._of.address(text)
        except ValueError:
            return None

    def _host(self, text: str) -> str | None:
        """A host's name, an endpoint service's, or an alias: by its labels."""
        alias = _ALIAS.fullmatch(text)
        if alias:
            return f"{self._dotted(alias[1])}.{self._segment(alias[2])}.{alias[3]}"
        if text.startswith("com.amazonaws.") and ".vpce-svc-" not in text:
            return text
        return self._dotted(text) if "." in text.strip(".") and " " not in text else None

    def _dotted(self, text: str) -> str:
        return ".".join(self._label(one) for one in text.split("."))

    def _label(self, text: str) -> str:
        if not text or text in _CLOUDS_OWN or _REGION.fullmatch(text):
            return text
        found = _ENDPOINT_LABEL.fullmatch(text)
        if not found:
            return self._segment(text)
        zone = (found[3],) if found[3] else ()
        return "-".join((self._segment(found[1]), self._of.hexadecimal(found[2]), *zone))
