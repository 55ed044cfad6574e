"""Whom the customer's endpoint service may let in: Magento and the customer's own account, and nobody else.

Whoever else is found there, and a service that lets in without asking, stands in the way of every move until it is
mended. It is told with the command that does so, and never taken away unasked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.export.shell import quote
from core.network.model import EndpointService
from core.request.identifiers import account_of
from core.request.model import Platform, Problem
from core.request.offer import Offer
from core.setup.change import Change, PrincipalSpec
from core.workflow.story import Story, vendor_subscriptions

FIELD = "connection.service_name"
EVERYBODY = "*"
"""Among the principals (AWS) or in the visibility (Azure): whoever knows the name may ask."""

_ALLOWS: Mapping[Platform, str] = {"aws": "may be connected to by", "azure": "is visible to"}
_EVERYBODY: Mapping[Platform, str] = {
    "aws": "every AWS account",
    "azure": "every subscription that has its alias",
}


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who may be let in, in lower case: Magento's accounts (AWS) or subscriptions (Azure), as far as any is known,
    and the customer's own.
    """

    platform: Platform
    vendors: frozenset[str]
    own: str

    def vendor(self, principal: str) -> bool:
        """Whether a principal is of Magento's account or one of its subscriptions."""
        return account_of(principal).lower() in self.vendors

    def strangers(self, principals: tuple[str, ...]) -> tuple[str, ...]:
        """The principals that may not be there. Where no subscription of Magento's is known (Azure), none but
        everybody can be told from Magento.
        """
        return tuple(one for one in principals if one == EVERYBODY or (self.vendors and not self._known(one)))

    def unknown(self, principals: tuple[str, ...]) -> tuple[str, ...]:
        """The principals of which nobody can say yet whether they are Magento's."""
        if self.vendors:
            return ()
        return tuple(one for one in principals if one != EVERYBODY and not self._known(one))

    def _known(self, principal: str) -> bool:
        return account_of(principal).lower() in self.vendors | {self.own}


def admitted(platform: Platform, own: str | None, story: Story, offer: Offer) -> Admitted:
    """Who may be let in by a service of the account ``own``."""
    vendors = vendor_subscriptions(story, offer) if platform == "azure" else (offer.aws_account,)
    return Admitted(platform, frozenset(vendors), (own or "").strip().lower())


def intruders(
    who: Admitted, service_id: str, principals: tuple[str, ...], region: str
) -> tuple[Problem, ...]:
    """The problem of each principal on a service that may not be there, with the command that removes it."""
    found = []
    for name in who.strangers(principals):
        whom = _EVERYBODY[who.platform] if name == EVERYBODY else f"{name}, which is not Magento's"
        spec = PrincipalSpec(service_id, (name,))
        removal = _command(
            who.platform, Change("principal", "delete", "principal", name, spec, service_id), region
        )
        found.append(
            Problem(
                "stranger-principal",
                FIELD,
                "error",
                f"{service_id} {_ALLOWS[who.platform]} {whom}.",
                f"The customer's network admin removes it: {removal}",
                service_id,
            )
        )
    return tuple(found)


def _command(platform: Platform, change: Change, region: str) -> str:
    """A change as the cloud's own command; ``region`` may be one that the request does not say yet."""
    if platform == "azure":
        from core.export import az_cli

        return az_cli.command(change, "", region)
    from core.export import aws_cli

    return aws_cli.command(change, "", region)


def unguarded(who: Admitted, service: EndpointService, *, made_here: bool) -> tuple[Problem, ...]:
    """The problem that a service lets in without asking, if it does, with the way to turn that off.

    One that was made here is mended by the next plan that is agreed to.
    """
    if service.acceptance_required and not service.auto_approval:
        return ()
    if who.platform == "azure":
        code, whom = "auto-approval", ", ".join(service.auto_approval) or "connections"
        told = f"{service.id} approves {whom} by itself"
        way = f"az network private-link-service update --ids {quote(service.id)} --auto-approval '[]'"
    else:
        code, told = "acceptance-not-required", f"{service.id} accepts every connection by itself"
        way = (
            "aws ec2 modify-vpc-endpoint-service-configuration --acceptance-required "
            f"--service-id {quote(service.id)}"
        )
    if made_here:
        remedy = "The customer agrees to the plan that turns it off (privatelink plan, then apply)."
        return (Problem(code, FIELD, "error", f"{told}.", remedy, service.id),)
    remedy = f"The customer's network admin turns that off: {way}"
    return (Problem(code, FIELD, "error", f"{told}, and it was not made here.", remedy, service.id),)
