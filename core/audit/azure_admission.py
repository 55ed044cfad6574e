"""Checks of who comes to private link services on Azure: who sees them, and who is let in without asking."""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.about import about, for_magento, strangers
from core.audit.azure_services import SERVICES, update
from core.audit.check import Check, Hit, Survey, Unread, facts
from core.audit.sources import AZURE_SERVICE, OFFER


def _without(allowed: tuple[str, ...], gone: str) -> tuple[str, ...]:
    return tuple(other for other in allowed if other != gone) or ("[]",)


def visible_to_all(survey: Survey) -> Iterator[Hit | Unread]:
    """Everybody with the alias may ask."""
    for one in survey.inventory.endpoint_services:
        if one.principals is None:
            yield Unread(about(survey, one), "visibility")
        elif "*" in one.principals:
            yield Hit(
                about(survey, one),
                "Every subscription that knows its alias may request a connection.",
                facts(visibility__subscriptions=one.principals, alias=one.service_name),
                update(one, visibility=_vendors(survey)),
            )


def _vendors(survey: Survey) -> tuple[str, ...]:
    return tuple(sorted(survey.vendors)) or ("<Magento's subscription>",)


def stranger_sees(survey: Survey) -> Iterator[Hit | Unread]:
    """A subscription that is neither Magento's nor the own one sees it."""
    for one in survey.inventory.endpoint_services:
        for stranger in strangers(survey, one.principals or ()):
            if not survey.vendors:
                yield Unread(
                    about(survey, one), "Magento's subscription (offer.azure_subscriptions is not set)"
                )
                break
            yield Hit(
                about(survey, one),
                f"Subscription {stranger} may request a connection: it is neither Magento's nor this one.",
                facts(visibility__subscriptions=one.principals),
                update(one, visibility=_without(one.principals or (), stranger)),
                stranger,
            )


def magento_sees_not(survey: Survey) -> Iterator[Hit | Unread]:
    """A service that serves an enablement is not visible to Magento."""
    for one in survey.inventory.endpoint_services:
        if not for_magento(survey, one) or one.principals is None or "*" in one.principals:
            continue
        if not survey.vendors:
            yield Unread(about(survey, one), "Magento's subscription (offer.azure_subscriptions is not set)")
            continue
        missing = tuple(sorted(survey.vendors - {other.lower() for other in one.principals}))
        if missing:
            yield Hit(
                about(survey, one),
                f"Magento's subscription {', '.join(missing)} does not see it.",
                facts(visibility__subscriptions=one.principals),
                update(one, visibility=(*one.principals, *missing)),
            )


def nobody_sees(survey: Survey) -> Iterator[Hit | Unread]:
    """Visibility is empty: only who has a role on it can connect."""
    for one in survey.inventory.endpoint_services:
        if one.principals == ():
            yield Hit(
                about(survey, one),
                "No subscription sees it: only who has a role on it can connect, so nobody of another tenant.",
                facts(visibility__subscriptions=()),
                update(one, visibility=_vendors(survey)),
            )


def approves_all(survey: Survey) -> Iterator[Hit | Unread]:
    """Everybody is approved without asking."""
    for one in survey.inventory.endpoint_services:
        if "*" in one.auto_approval:
            yield Hit(
                about(survey, one),
                "Every connection is approved without asking.",
                facts(
                    autoApproval__subscriptions=one.auto_approval, visibility__subscriptions=one.principals
                ),
                update(one, auto_approval="[]"),
            )


def approves_some(survey: Survey) -> Iterator[Hit | Unread]:
    """Some other subscription is approved without asking."""
    own = survey.inventory.account.lower()
    for one in survey.inventory.endpoint_services:
        others = tuple(other for other in one.auto_approval if other not in ("*", own))
        if others:
            yield Hit(
                about(survey, one),
                f"Connections of {', '.join(others)} are approved without asking.",
                facts(autoApproval__subscriptions=one.auto_approval),
                update(one, auto_approval="[]"),
            )


def approves_unseen(survey: Survey) -> Iterator[Hit | Unread]:
    """Auto-approval names a subscription that does not see the service."""
    for one in survey.inventory.endpoint_services:
        if one.principals is None or "*" in one.principals:
            continue
        seen = {other.lower() for other in one.principals}
        unseen = tuple(other for other in one.auto_approval if other != "*" and other.lower() not in seen)
        if unseen:
            yield Hit(
                about(survey, one),
                f"{', '.join(unseen)} would be approved, and does not see the service.",
                facts(
                    autoApproval__subscriptions=one.auto_approval, visibility__subscriptions=one.principals
                ),
                update(one, auto_approval="[]"),
            )


_READS = (SERVICES,)

CHECKS = (
    Check(
        "azure-service-visible-to-all",
        "Private link service visible to everybody",
        "high",
        "Whoever learns the alias can request a connection; approval is then the only door.",
        "The owner of the service limits its visibility to Magento's subscription.",
        AZURE_SERVICE,
        visible_to_all,
        _READS,
    ),
    Check(
        "azure-service-stranger-sees",
        "Private link service visible to an unknown subscription",
        "medium",
        "An enablement needs Magento's subscriptions alone. Each further one can request a way into this network.",
        "The owner of the service removes the subscription, or suppresses this finding with the reason for it.",
        AZURE_SERVICE,
        stranger_sees,
        _READS,
    ),
    Check(
        "azure-service-magento-sees-not",
        "Private link service of an enablement is not visible to Magento",
        "high",
        "Magento's request is refused while its subscription does not see the service.",
        "The customer adds Magento's subscription; the others stay.",
        OFFER,
        magento_sees_not,
        _READS,
    ),
    Check(
        "azure-service-nobody-sees",
        "Private link service visible to nobody",
        "medium",
        "With empty visibility only roles decide, and Magento, in another tenant, has none.",
        "The owner of the service names the subscriptions it is for, or deletes it.",
        AZURE_SERVICE,
        nobody_sees,
        _READS,
    ),
    Check(
        "azure-service-approves-all",
        "Private link service approves everybody",
        "critical",
        "Whoever sees the service is connected at once, now and later.",
        "The owner of the service empties the list of auto-approval; connections that stand stay.",
        AZURE_SERVICE,
        approves_all,
        _READS,
    ),
    Check(
        "azure-service-approves-some",
        "Private link service approves without asking",
        "medium",
        "Connections of these subscriptions are made without anybody of this side knowing.",
        "The owner of the service empties the list; Magento's requests are approved one by one.",
        AZURE_SERVICE,
        approves_some,
        _READS,
    ),
    Check(
        "azure-service-approves-unseen",
        "Auto-approval of a subscription that does not see the service",
        "low",
        "Auto-approval is a part of visibility: a subscription in the first alone can't connect.",
        "The owner of the service takes it off the list, or makes the service visible to it.",
        AZURE_SERVICE,
        approves_unseen,
        _READS,
    ),
)
"""Who comes to private link services on Azure."""
