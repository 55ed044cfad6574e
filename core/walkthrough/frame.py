"""What is said around a walkthrough: before its first checkpoint who is who, after its last what stands.

The presenter's words, as the rail's: they speak of the customer. Words of the cloud stand in braces.
Source of who asks, approves and pays: "PrivateLink connection types", "Enablement workflow" and "Limitations" of the
PrivateLink page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from core.request.model import ConnectionType, Platform
from core.walkthrough.acts import ACTS
from core.walkthrough.moment import Moment
from core.walkthrough.rail import ACTORS
from core.walkthrough.scenario import Scenario
from core.workflow.model import StepNumber, StepState

Fill = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Framed:
    """A title, and paragraphs with what leads each."""

    title: str
    told: tuple[tuple[str, str], ...]


def opening(scenario: Scenario, fill: Fill) -> Framed:
    """Who is who, and how a connection comes about. The scenario's own words stay as they are."""
    both = scenario.type == "bidirectional"
    told = (
        (
            "What",
            "A private way between the customer's {w.network} and Magento Commerce Cloud, both in one region of "
            "{w.cloud}.",
        ),
        (
            "How",
            "Who is called owns {w.a_service}. Who calls makes an endpoint to it: that is the request. The "
            "service's owner says yes or no.",
        ),
        (
            "Customer",
            "Puts a load balancer and {w.a_service} before the machines, asks Magento, decides on Magento's request to "
            "connect back, proves both ways, and pays {w.cloud} for what stands."
            if both
            else "Asks Magento, proves that traffic flows, and pays {w.cloud} for what stands.",
        ),
        ("CTA", "Customer Technical Advisor: checks the data, and files the Support ticket that all share."),
        (
            "Magento",
            "Its infrastructure team opens Magento's {w.service} to the customer's {w.account}, and decides on the "
            "customer's request.",
        ),
        ("Here", "A sandbox: nothing real is touched or billed, and days pass on a virtual clock."),
    )
    about = (("About", scenario.about),) if scenario.about else ()
    return Framed("Before it begins: who is who", (*about, *_filled(told, fill)))


def closing(scenario: Scenario, moment: Moment, platform: Platform, fill: Fill) -> Framed:
    """What stands at the end, who asked and who approves, and what it is outside the sandbox."""
    told = (
        ("To Magento", f"The customer asks, Magento approves. {_outcome(_THERE, moment)}"),
        *(
            (("From Magento", f"Magento asks, the customer approves. {_outcome(_BACK, moment)}"),)
            if scenario.type == "bidirectional"
            else ()
        ),
        (
            "For real",
            f"{_PLACES[platform, scenario.type]} The tag privatelink:<enablement> is on what was made.",
        ),
        (
            "Next",
            "`privatelink` begins a real one: “New enablement”. `privatelink walkthrough --request FILE` practises "
            "one's own request before.",
        ),
        (
            "Later",
            "{w.cloud} bills the customer for what stands, and for its data. To end it: agree by ticket, then "
            "`privatelink undo ID --force --yes`, which cuts the connection. It takes back what it made and changed, "
            "nothing else.",
        ),
        *_parties(scenario, moment),
    )
    return Framed("The end: what stands, and who approves what", _filled(told, fill))


def _filled(told: tuple[tuple[str, str], ...], fill: Fill) -> tuple[tuple[str, str], ...]:
    return tuple((lead, fill(text)) for lead, text in told)


_PLACES: Mapping[tuple[Platform, ConnectionType], str] = {
    ("aws", "unidirectional"): "It is in the AWS console: VPC (Endpoints, Security groups).",
    (
        "aws",
        "bidirectional",
    ): "It is in the AWS console: VPC (Endpoints, Endpoint services), EC2 (Load Balancers).",
    ("azure", "unidirectional"): "It is in the Azure portal: Private Link Center.",
    ("azure", "bidirectional"): "It is in the Azure portal: Private Link Center, Load balancers.",
}
"""Where a person finds in an account of their own what the sandbox had."""


def _parties(scenario: Scenario, moment: Moment) -> Iterator[tuple[str, str]]:
    """For each who acted: what is theirs at the end, and what they did."""
    acts = [ACTS[name] for name in dict.fromkeys(one.act for one in scenario.checkpoint)]
    for who, actor in ACTORS.items():
        did = [act.title for act in acts if act.who == who]
        has = [words for step, words in _HAS.get(who, ()) if moment.state(step) == "done"]
        parts = (f"Has {' and '.join(has)}." if has else "", f"Did: {' · '.join(did)}." if did else "")
        text = " ".join(part for part in parts if part)
        if text:
            yield actor, text


_HAS: Mapping[str, tuple[tuple[StepNumber, str], ...]] = {
    "customer": (
        ("4", "one {w.endpoint} to Magento's {w.service}"),
        ("0", "one {w.balancer} with {w.a_service} that Magento calls"),
    ),
    "magento": (
        ("3", "its {w.service}, open to the customer's {w.account}"),
        ("7a", "one {w.endpoint} to the customer's {w.service}"),
    ),
}
"""What is somebody's once a step is done."""

_Outcomes = tuple[tuple[StepNumber, StepState, str], ...]

_THERE: _Outcomes = (
    ("5", "problem", "It does not stand: Magento said no, or the endpoint is gone."),
    ("6", "done", "Done, and proved: every port answered."),
    ("6", "problem", "Approved, and something does not answer."),
    ("5", "done", "Approved, not proved yet."),
    ("4", "done", "Asked for, not approved yet."),
)
_BACK: _Outcomes = (
    ("7b", "problem", "It does not stand: it was rejected, or the endpoint is gone."),
    ("7c", "done", "Done, and proved: every port answered."),
    ("7c", "problem", "Approved, and something does not answer."),
    ("7b", "done", "Approved, not proved yet."),
    ("7a", "done", "Asked for, not approved yet."),
)
"""How far a connection came: the first step that is in this state says it."""


def _outcome(table: _Outcomes, moment: Moment) -> str:
    found = (words for step, state, words in table if moment.state(step) == state)
    return next(found, "Nobody has asked yet.")
