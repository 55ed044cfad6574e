"""The Support ticket that asks for PrivateLink enablement, or what it lacks.

Source: "Prerequisites" of the PrivateLink page; its current version for the subject, Magento's principal and
what Azure needs on top.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.handoff.markup import markdown
from core.request.facts import SERVICE_NAMES
from core.request.identifiers import parse_service_name
from core.request.model import Direction, Problem, Request
from core.request.offer import Offer
from core.request.protocols import transport
from core.request.rules import PUBLISHED
from core.text import excerpt, quoted, visible

_FIELD = "connection.service_name"
_CLUSTER = "please see /etc/platform_cluster on the environment (not supplied)"
_DIRECTIONS: dict[Direction, str] = {
    "to-magento": "customer to Magento (to-magento)",
    "from-magento": "Magento to customer (from-magento)",
}


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket to file: its subject, one line, and the same body as Markdown and as plain text."""

    subject: str
    markdown: str
    plain: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Why the ticket cannot be filed yet."""

    reasons: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Body:
    """What the ticket says, before it is put into Markdown or plain text. Values are as supplied."""

    opening: str
    data: tuple[tuple[str, str], ...]
    services: tuple[tuple[str, ...], ...]
    statements: tuple[str, ...]


_SERVICE_HEADINGS = ("Service", "Protocol", "Port to open", "Transport", "Direction")


def ticket(
    request: Request,
    *,
    company: str | None = None,
    service_name: str | None = None,
    offer: Offer = PUBLISHED,
    principal_allowed: bool | None = None,
    acceptance_required: bool | None = None,
    cluster_id: str | None = None,
) -> Ticket | Missing:
    """The ticket for a complete request, or every reason why it cannot be filed yet.

    ``service_name`` is the customer's own endpoint service where the set-up made it; without one, the
    request's. ``principal_allowed`` and ``acceptance_required`` say what was seen of that service, None where
    nobody looked. ``company`` is for the subject, which else names the project;
    ``cluster_id`` is Azure's, where it is another than the request's.
    """
    own = (service_name or request.service_name or "").strip() or None
    reasons = _reasons(request, own, offer, principal_allowed) if request.bidirectional else ()
    if reasons:
        return Missing(reasons)
    body = _Body(
        opening=(
            f"Please enable {request.type} PrivateLink for our Magento Commerce Cloud project "
            f"{request.project_id}, environment {request.environment}."
        ),
        data=tuple(_data(request, own, cluster_id or request.cluster)),
        services=tuple(
            (
                service.name,
                service.protocol,
                str(service.port),
                transport(service.protocol),
                _DIRECTIONS[service.direction],
            )
            for service in request.services
        ),
        statements=tuple(_statements(request, offer, principal_allowed, acceptance_required)),
    )
    who = (company or "").strip() or f"project {request.project_id}"
    return Ticket(f"PrivateLink support for {excerpt(who, 120)}", _markdown(body), _plain(body))


def _reasons(
    request: Request, own: str | None, offer: Offer, principal_allowed: bool | None
) -> tuple[Problem, ...]:
    service = SERVICE_NAMES[request.platform]
    if own is None:
        return (
            Problem(
                "ticket-service-name-missing",
                _FIELD,
                "error",
                f"a bidirectional connection needs the service name of your {service}, "
                "that Magento connects to",
                f"Let the set-up make the load balancer and the {service} (privatelink apply), "
                f"or name the {service} that you have.",
            ),
        )
    found: list[Problem] = []
    name = parse_service_name(own)
    if name is None or name.platform != request.platform:
        found.append(
            Problem(
                "ticket-service-name-syntax",
                _FIELD,
                "error",
                f"{quoted(own, 200)} is no {service} name of {request.platform}",
                "Correct the service name.",
            )
        )
    elif name.region is not None and name.region != request.region:
        found.append(
            Problem(
                "ticket-service-name-region",
                _FIELD,
                "error",
                f"your {service} is in {name.region}, but the request's region is {quoted(request.region)}",
                "Name one in the request's region: both sides must be in the same one.",
            )
        )
    if principal_allowed is False:
        principal = offer.aws_principal if request.platform == "aws" else "Magento's subscription"
        found.append(
            Problem(
                "ticket-principal-not-allowed",
                _FIELD,
                "error",
                f"your {service} does not allow {principal} yet, so Magento can't connect to it",
                "Let the set-up allow it (privatelink apply), or add it in the cloud's console.",
            )
        )
    return tuple(found)


def _data(request: Request, own: str | None, cluster_id: str | None) -> list[tuple[str, str]]:
    azure = request.platform == "azure"
    rows = [
        ("Magento Cloud project ID", request.project_id),
        ("Plan", request.plan),
        ("Environment", request.environment),
        ("Magento region", request.magento_region or "not stated"),
        ("Cloud platform", "Azure" if azure else "AWS"),
        ("Azure subscription ID" if azure else "Cloud account number", request.account),
        ("Cloud region", request.region),
        ("VNet resource ID" if azure else "VPC", request.network),
        ("Connection type", request.type),
    ]
    if request.bidirectional and own:
        rows.append(
            ("Private link service resource ID" if azure and own.startswith("/") else "Service name", own)
        )
    if azure:
        rows.append(("Magento cluster ID", (cluster_id or "").strip() or _CLUSTER))
    return rows


def _statements(
    request: Request, offer: Offer, principal_allowed: bool | None, acceptance_required: bool | None
) -> list[str]:
    azure = request.platform == "azure"
    said = [
        "Please post the connection details of the Magento VNet (the private link service's alias or resource "
        "id) in this ticket, and the id of your subscription."
        if azure
        else "Please post the connection details of the Magento VPC (the endpoint service name) in this ticket."
    ]
    if not request.bidirectional:
        return said
    said.append(
        "Bidirectional: please also request a connection from the Magento VNet to our private link service above."
        if azure
        else "Bidirectional: please also request a connection from the Magento VPC to our endpoint service above."
    )
    if azure and principal_allowed is None:
        said.append(
            "It is visible to nobody yet: we make it visible to your subscription once we know its id."
        )
    if principal_allowed:
        principal = (
            offer.aws_principal
            if request.platform == "aws"
            else ", ".join(offer.azure_subscriptions) or "you"
        )
        said.append(f"Our endpoint service allows {principal}.")
    if acceptance_required is not None:
        said.append(
            "Connections to it need our acceptance: we accept yours when it arrives."
            if acceptance_required
            else "Connections to it are accepted automatically."
        )
    return said


def _markdown(body: _Body) -> str:
    rows = [f"| {title} | {markdown(value)} |" for title, value in body.data]
    services = ["| " + " | ".join(map(markdown, service)) + " |" for service in body.services]
    return "\n".join(
        [
            markdown(body.opening),
            "",
            "| Datum | Value |",
            "|---|---|",
            *rows,
            "",
            "Services and communication ports:",
            "",
            "| " + " | ".join(_SERVICE_HEADINGS) + " |",
            "|---" * len(_SERVICE_HEADINGS) + "|",
            *services,
            "",
            *(f"- {markdown(statement)}" for statement in body.statements),
            "",
        ]
    )


def _plain(body: _Body) -> str:
    width = max(len(title) for title, _ in body.data) + 1
    services = [
        f"- {visible(name)}: {visible(protocol)} port {port} ({carrier}), {direction}"
        for name, protocol, port, carrier, direction in body.services
    ]
    return "\n".join(
        [
            visible(body.opening),
            "",
            *(f"{title + ':':<{width}} {visible(value)}" for title, value in body.data),
            "",
            "Services and communication ports:",
            *services,
            "",
            *(f"- {visible(statement)}" for statement in body.statements),
            "",
        ]
    )
