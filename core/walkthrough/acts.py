"""The acts of a walkthrough: whose they are, what they mean, and what shows that one is over.

Words of the cloud stand in braces (``{w.network}``); whoever shows a text fills them in.
Source of steps and actors: "Enablement workflow" of the PrivateLink page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from core.walkthrough.moment import Moment
from core.workflow.model import StepNumber, StepState

ActName = Literal[
    "sign-in",
    "request",
    "own-side",
    "send",
    "file",
    "allow",
    "wrong-region",
    "correct",
    "reply",
    "connect",
    "approve",
    "reject",
    "silence",
    "prove",
    "call",
    "stranger",
    "turn-away",
    "accept",
    "prove-back",
    "break",
    "diagnose",
    "audit",
    "mend",
]
Who = Literal["customer", "cta", "magento", "stranger", "somebody"]
"""Who acts. ``somebody``: nobody says who; a fault is found, not announced."""


Over = Callable[[Moment, Moment], bool]
"""Whether an act is over, by the moment before it and this one."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act. ``page`` is the wizard's page that shows it, ``step`` the workflow's step, empty for none.

    ``now`` says what happens, ``why`` the reason, ``maps`` what it is in the customer's account: they speak of the
    customer. ``ask`` is what to ask the customer, and speaks to them. ``takes`` is how long it takes in real life, on
    the virtual clock; ``move`` the other party's move.
    """

    title: str
    who: Who
    page: str
    step: StepNumber | Literal[""]
    now: str
    why: str
    ask: str
    maps: str
    over: Over
    takes: timedelta = timedelta(minutes=5)
    move: str = ""


def _is(number: StepNumber, *states: StepState) -> Over:
    return lambda _before, now: now.state(number) in states


def _wrote(before: Moment, now: Moment) -> bool:
    return now.messages > before.messages


_NOTHING = "Nothing in the customer's {w.account}: this happens on Magento's side."
_DAY = timedelta(days=1)

ACTS: Mapping[ActName, Act] = {
    "sign-in": Act(
        "Sign in",
        "customer",
        "account",
        "",
        "The program signs in to the customer's {w.account}, as their own tools do. It keeps no password.",
        "Magento opens its service to one {w.account} only: it has to be the one in the request.",
        "Who may sign in to the {w.account} of these services, and with which role?",
        "The customer's {w.account}, in Magento's region: PrivateLink does not leave a region.",
        lambda _before, now: now.signed_in,
    ),
    "request": Act(
        "Say what to connect",
        "customer",
        "services",
        "",
        "The request is filled in: project, connection type, {w.network}, services and their ports.",
        "Most delay comes from wrong or missing data. Every rule of the offer is checked here, at once.",
        "Which services, on which ports? Do you call Magento, does Magento call you, or both?",
        "The customer's {w.network}, and the machines behind each port.",
        lambda _before, now: now.complete,
        timedelta(minutes=20),
    ),
    "own-side": Act(
        "Set up the customer's side",
        "customer",
        "setup",
        "0",
        "A load balancer and {w.a_service} are planned, shown, agreed to, and made.",
        "Magento will connect to this service. It has to stand before the request, and to let in nobody unasked.",
        "Who may make load balancers in your {w.network}? They are billed from now on.",
        "A load balancer before the customer's machines, {w.a_service} before it, and what the plan changes for them.",
        _is("0", "done"),
        timedelta(minutes=30),
    ),
    "send": Act(
        "Send the data to the CTA",
        "customer",
        "ticket",
        "1",
        "The customer sends the enablement data to their CTA.",
        "The CTA verifies it and files it as a Support ticket. Up to five business days begin.",
        "Is anything in this text that your company does not put into tickets?",
        "Nothing changes: the text says what is there.",
        _is("1", "done"),
    ),
    "file": Act(
        "File the Support ticket",
        "cta",
        "ticket",
        "2",
        "The CTA verifies the data and files the Support ticket.",
        "Customer, CTA, Magento's infrastructure team and Support share this one thread.",
        "Who of you reads the ticket every day?",
        "Nothing changes.",
        _is("2", "done"),
        timedelta(hours=3),
    ),
    "allow": Act(
        "Magento allows the customer",
        "magento",
        "details",
        "3",
        "Magento's infrastructure team allows the customer's {w.account} and writes its {w.named} into the ticket.",
        "Before that Magento's {w.service} does not even show itself to the customer.",
        "Does the answer reach whoever does the next step?",
        _NOTHING,
        _wrote,
        _DAY,
        "allow",
    ),
    "wrong-region": Act(
        "A reply from another region",
        "magento",
        "details",
        "3",
        "Magento's reply names {w.a_service} in another region.",
        "Both sides have to be in one region. A connection to this name could only fail, days later.",
        "Shall we answer in the ticket now? The text is on the page.",
        _NOTHING,
        _wrote,
        _DAY,
        "elsewhere",
    ),
    "correct": Act(
        "Magento corrects its reply",
        "magento",
        "details",
        "3",
        "Magento answers again, with the {w.service} of the right region.",
        "Nothing was built on the wrong name, so nothing has to be taken back.",
        "Does the answer reach whoever does the next step?",
        _NOTHING,
        _wrote,
        timedelta(hours=4),
        "correct",
    ),
    "reply": Act(
        "Read Magento's reply",
        "customer",
        "details",
        "3",
        "The whole reply is pasted; the program finds the {w.named} in it and checks its region.",
        "A name with a typo, or of another region, is found now and not after a failed connection.",
        "Is this the newest answer in the ticket?",
        "Nothing changes: from now on the customer can see Magento's {w.service}.",
        lambda before, now: now.replies > before.replies and (now.state("3") == "done" or bool(now.codes)),
    ),
    "connect": Act(
        "Request the connection",
        "customer",
        "request",
        "4",
        "The customer makes the {w.endpoint} to Magento's {w.service}. Making it is the request.",
        "The endpoint asks; Magento answers. Until Magento says yes, no traffic passes.",
        "Which of your systems will call Magento? Can they reach this {w.endpoint}?",
        "One {w.endpoint} with private addresses in the customer's {w.network}, and what the plan lists beside it.",
        lambda _before, now: now.state("4") == "done" and now.state("5") in ("waiting", "done"),
        timedelta(minutes=20),
    ),
    "approve": Act(
        "Magento says yes",
        "magento",
        "progress",
        "5",
        "The customer's request is looked at by Magento's infrastructure team, and {w.accepts}.",
        "The owner of a service decides who may connect: here that is Magento.",
        "Is the endpoint that Magento sees the one that you made?",
        "The customer's endpoint becomes “{w.available}”.",
        _is("5", "done"),
        _DAY,
        "approve",
    ),
    "reject": Act(
        "Magento says no",
        "magento",
        "progress",
        "5",
        "Magento's infrastructure team rejects the customer's request.",
        "A rejected endpoint stays rejected: it is deleted and made anew, once the reason is known.",
        "Does the ticket say why? An unknown {w.account} is the usual reason.",
        "The customer's endpoint is “rejected”. It carries nothing, and is billed until it is deleted.",
        _is("5", "problem"),
        _DAY,
        "reject",
    ),
    "silence": Act(
        "Nobody answers",
        "magento",
        "progress",
        "",
        "Five business days go by, and Magento does not answer.",
        "The page says so and has the words to write; weekends and holidays do not count.",
        "Who escalates on your side: you, or your CTA?",
        "Nothing changes. What stands is billed while it waits.",
        lambda _before, now: now.timeline is not None and now.timeline.overdue,
        timedelta(0),
        "silent",
    ),
    "prove": Act(
        "Prove: customer to Magento",
        "customer",
        "verify",
        "6",
        "A probe goes from the customer's network through the endpoint to each of Magento's ports.",
        "“{w.available}” says that somebody agreed. Only an answer proves that traffic flows.",
        "Which machine will call Magento? The same probe belongs there.",
        "The endpoint's own name, its private addresses, and an answer on each port.",
        _is("6", "done"),
    ),
    "call": Act(
        "Magento asks to connect back",
        "magento",
        "accept",
        "7a",
        "Magento makes an endpoint to the customer's {w.service}: a request, the other way round.",
        "A connection has one direction. Bidirectional means a second one, that Magento asks for.",
        "Do you know Magento's {w.account}? A request from any other is a stranger's.",
        "A connection that waits at the customer's {w.service}.",
        _is("7a", "done"),
        _DAY,
        "connect",
    ),
    "stranger": Act(
        "A stranger asks",
        "stranger",
        "accept",
        "",
        "Somebody let another {w.account} see the {w.service}, and it asks for a connection.",
        "Who is {w.accepts} reaches the service as Magento does. The program stops until it is settled.",
        "Do you know this {w.account}? Who changed the list, and when?",
        "The customer's {w.service} has one entry too many, and a request that is not Magento's.",
        lambda _before, now: now.asking > 0,
        timedelta(hours=2),
        "stranger",
    ),
    "turn-away": Act(
        "Turn the stranger away",
        "customer",
        "accept",
        "7b",
        "The request is rejected, and the customer's admin takes the stranger off the service's list.",
        "The program rejects, but never edits a list that it did not make: an admin does, by the command shown.",
        "May we reject it? The stranger can ask again while it is on the list.",
        "The customer's {w.service} lets in Magento alone again.",
        lambda _before, now: now.asking == 0 and now.state("0") == "done",
        timedelta(minutes=30),
        "close",
    ),
    "accept": Act(
        "The customer says yes",
        "customer",
        "accept",
        "7b",
        "Magento's request is {w.accepts}, by the customer, because it comes from Magento's {w.account}.",
        "The owner of a service decides who may connect: here that is the customer.",
        "Is this Magento's {w.account}, and only that?",
        "The connection at the customer's {w.service} becomes “{w.available}”.",
        _is("7b", "done"),
    ),
    "prove-back": Act(
        "Prove: Magento to the customer",
        "customer",
        "verify",
        "7c",
        "Magento runs the printed commands on its side; what they show is read and judged.",
        "The two directions are two connections: each has its own proof.",
        "Do your machines answer these ports at all, from inside your {w.network}?",
        "Listener, targets and filters in front of each of the customer's machines.",
        _is("7c", "done"),
        timedelta(hours=3),
    ),
    "break": Act(
        "Something breaks",
        "somebody",
        "progress",
        "",
        "Something is changed that the connection needs.",
        "After enablement Magento's support ends: whoever runs the network has to find it.",
        "Who changes filters, balancers and routes in your {w.network}, and are you told?",
        "One setting of the customer's, or of Magento's, is other than it was.",
        lambda _before, now: now.broken,
        timedelta(days=2),
    ),
    "diagnose": Act(
        "Find out why",
        "customer",
        "doctor",
        "",
        "The whole way is walked hop by hop; the causes are ranked, with evidence and the exact fix.",
        "It only reads. What cannot be seen from here is said, and becomes a question to Magento.",
        "May the one who can mend it look at this page with us?",
        "Each hop is one resource of the customer's, or of Magento's.",
        lambda before, now: now.diagnoses > before.diagnoses,
        timedelta(minutes=30),
    ),
    "audit": Act(
        "Look for what is unsafe",
        "customer",
        "findings",
        "",
        "The {w.network} is read, and every check is made: who may connect, who does, filters, zones, probes.",
        "What is only unsafe stops no traffic: no probe and no diagnosis sees it.",
        "Who looks again, and how often, once the enablement is over?",
        "Each finding is one resource of the customer's, with the command that mends it.",
        lambda before, now: now.audits > before.audits,
        timedelta(minutes=15),
    ),
    "mend": Act(
        "Mend it",
        "somebody",
        "progress",
        "",
        "Whoever owns the setting puts it back, by the command that the diagnosis shows.",
        "The program never mends in silence what somebody changed: it may have been meant.",
        "Who has to be told, so that it does not happen again?",
        "The setting is as it was. A new probe says whether that was all.",
        lambda _before, now: not now.broken,
        timedelta(hours=4),
    ),
}
"""Every act, by the name that a scenario calls it by."""
