"""The timeline: every step in every situation, whose turn it is, the clock, and that it always answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.journal import events as e
from core.network.model import Connection, Endpoint, EndpointService, Observation, VendorService
from core.request.model import Draft, DraftCloud, DraftConnection, DraftProject, DraftService
from core.request.offer import Offer
from core.workflow.model import Step, Timeline
from core.workflow.steps import IMPLIED, RULES
from core.workflow.story import Story, tell
from core.workflow.timeline import timeline

ZONE = ZoneInfo("America/New_York")
OFFER = Offer()
MAGENTO, STRANGER = "402592597372", "999999999999"
PRINCIPAL = f"arn:aws:iam::{MAGENTO}:root"
OWN = "com.amazonaws.vpce.us-west-2.vpce-svc-0111"
VENDOR = "com.amazonaws.vpce.us-west-2.vpce-svc-0bad"
VENDOR_2 = "com.amazonaws.vpce.us-west-2.vpce-svc-0bed"

MONDAY = datetime(2025, 11, 3, 15, tzinfo=ZONE)
"""Filed on this day; a weekend comes after it, and 11 November is a federal holiday."""


def hours(count: float) -> datetime:
    return MONDAY + timedelta(hours=count)


def draft(
    type: str | None = "bidirectional", service_name: str | None = None, platform: str = "aws"
) -> Draft:
    return Draft(
        project=DraftProject(id="abcdefg123456"),
        cloud=DraftCloud(platform=platform, account="111122223333", region="us-west-2", network="vpc-1"),
        connection=DraftConnection(type=type, service_name=service_name),
    )


def saved(**what: object) -> e.RequestSaved:
    return e.RequestSaved(at=MONDAY, request=draft(**what))


SENT = e.DataSent(at=MONDAY)
FILED = e.TicketFiled(at=MONDAY, ticket="12345")
DETAILS = e.DetailsReceived(at=hours(1), service_names=(VENDOR,))


def made(kind: str, id: str, at: datetime = MONDAY) -> e.ChangeDone:
    return e.ChangeDone(at=at, key=kind, action="create", kind=kind, id=id)


SET_UP = (made("endpoint-service", "vpce-svc-0111"), made("principal", "vpce-svc-0111"))


def saw(at: datetime, *facts: e.Fact) -> e.Observed:
    return e.Observed(at=at, facts=facts)


def service(detail: str = f"acceptance required; allows {PRINCIPAL}", state: str = "available") -> e.Fact:
    return e.Fact(kind="endpoint-service", id="vpce-svc-0111", state=state, detail=detail, service=OWN)


def endpoint(state: str, id: str = "vpce-1", name: str = VENDOR, reason: str = "") -> e.Fact:
    return e.Fact(kind="endpoint", id=id, state=state, detail=reason, service=name)


def incoming(state: str, owner: str = MAGENTO, id: str = "vpce-9") -> e.Fact:
    return e.Fact(kind="connection", id=id, state=state, detail=owner, service="vpce-svc-0111")


def vendor(state: str = "visible", name: str = VENDOR) -> e.Fact:
    return e.Fact(kind="vendor-service", id=name, state=state)


def probed(direction: str, at: datetime, ok: bool = True) -> e.Probed:
    services = (e.ProbedService(service="Webserver", host="h", port=80, ok=ok),)
    return e.Probed(at=at, direction=direction, place="10.0.1.5", ok=ok, services=services)


TO, FROM = "to-magento", "from-magento"

ONE_WAY = (saved(type="unidirectional"),)
CONNECTED = (DETAILS, saw(hours(2), vendor(), endpoint("available")))
PROVED = (*CONNECTED, probed(TO, hours(3)))
BOTH = (saved(), *SET_UP, saw(MONDAY, service()), FILED, *PROVED)
ACCEPTED = (*BOTH, saw(hours(4), incoming("available")))


def look(*events: e.Event, now: datetime | None = None) -> Timeline:
    return timeline(tell(events), None, now or hours(10), OFFER)


def step(line: Timeline, number: str) -> Step:
    return next(one for one in line.steps if one.number == number)


def shape(line: Timeline) -> str:
    """The states of the steps in one word: d done, a active, w waiting, t todo, p problem, - not needed."""
    return "".join("-" if one.state == "not-needed" else one.state[0] for one in line.steps)


@pytest.mark.parametrize(
    ("events", "steps", "state", "turn"),
    [
        # 0 1 2 3 4 5 6 7a 7b 7c
        pytest.param((), "tatttttttt", "preparing", "customer", id="nothing said"),
        pytest.param(ONE_WAY, "-attttt---", "preparing", "customer", id="one way: begun"),
        pytest.param((*ONE_WAY, SENT), "-dwtttt---", "preparing", "cta", id="one way: data sent"),
        pytest.param((*ONE_WAY, FILED), "-ddwttt---", "requested", "magento", id="one way: filed by hand"),
        pytest.param(
            (*ONE_WAY, FILED, DETAILS),
            "-dddatt---",
            "connecting",
            "customer",
            id="one way: details, no look yet",
        ),
        pytest.param(
            (*ONE_WAY, FILED, DETAILS, saw(hours(2), vendor())),
            "-dddatt---",
            "connecting",
            "customer",
            id="one way: details, visible",
        ),
        pytest.param(
            (*ONE_WAY, FILED, DETAILS, saw(hours(2), vendor("not-visible"))),
            "-ddwttt---",
            "requested",
            "magento",
            id="one way: details, not visible",
        ),
        pytest.param(
            (*ONE_WAY, DETAILS, saw(hours(2), vendor())),
            "-dddatt---",
            "connecting",
            "customer",
            id="one way: details of a ticket filed elsewhere",
        ),
        pytest.param(
            (*ONE_WAY, FILED, DETAILS, made("endpoint", "vpce-1")),
            "-ddddwt---",
            "connecting",
            "magento",
            id="one way: endpoint made, not looked at",
        ),
        pytest.param(
            (*ONE_WAY, FILED, DETAILS, saw(hours(2), endpoint("pending-acceptance"))),
            "-ddddwt---",
            "connecting",
            "magento",
            id="one way: requested",
        ),
        pytest.param(
            (*ONE_WAY, FILED, DETAILS, saw(hours(2), endpoint("pending"))),
            "-ddddwt---",
            "connecting",
            "nobody",
            id="one way: accepted, the cloud is at work",
        ),
        pytest.param((*ONE_WAY, *CONNECTED), "-ddddda---", "verifying", "customer", id="one way: available"),
        pytest.param((*ONE_WAY, *PROVED), "-dddddd---", "verified", "nobody", id="one way: verified"),
        pytest.param(
            (*ONE_WAY, *CONNECTED, probed(TO, hours(3), False)),
            "-dddddp---",
            "problem",
            "customer",
            id="one way: the probe failed",
        ),
        pytest.param(
            (*ONE_WAY, probed(TO, hours(3))),
            "-dddddd---",
            "verified",
            "nobody",
            id="one way: all done elsewhere",
        ),
        pytest.param((saved(),), "attttttttt", "preparing", "customer", id="both ways: begun"),
        pytest.param((saved(), *SET_UP), "datttttttt", "preparing", "customer", id="both ways: set up"),
        pytest.param((saved(), *SET_UP, SENT), "ddwttttttt", "preparing", "cta", id="both ways: data sent"),
        pytest.param(
            (saved(), FILED), "addwtttttt", "preparing", "customer", id="both ways: filed before the set-up"
        ),
        pytest.param(
            (saved(service_name=OWN), saw(MONDAY, service()), FILED),
            "dddwtttttt",
            "requested",
            "magento",
            id="both ways: service made in the console",
        ),
        pytest.param(
            (saved(), *SET_UP, FILED, *CONNECTED),
            "ddddddawtt",
            "verifying",
            "customer",
            id="both ways: verify before waiting for Magento's request",
        ),
        pytest.param(
            BOTH, "dddddddwtt", "accepting", "magento", id="both ways: Magento's request is awaited"
        ),
        pytest.param(
            (*BOTH, saw(hours(4), incoming("pending-acceptance"))),
            "ddddddddat",
            "accepting",
            "customer",
            id="both ways: Magento asks",
        ),
        pytest.param(
            (*BOTH, saw(hours(4), incoming("pending-acceptance", STRANGER))),
            "dddddddwtt",
            "accepting",
            "magento",
            id="both ways: only a stranger asks",
        ),
        pytest.param(ACCEPTED, "ddddddddda", "verifying", "customer", id="both ways: accepted"),
        pytest.param(
            (*ACCEPTED, probed(FROM, hours(5))), "d" * 10, "verified", "nobody", id="both ways: verified"
        ),
        pytest.param(
            (*ACCEPTED, probed(FROM, hours(5), False)),
            "d" * 9 + "p",
            "problem",
            "customer",
            id="way back silent",
        ),
        pytest.param(
            (saved(), probed(TO, MONDAY), probed(FROM, MONDAY)),
            "d" * 10,
            "verified",
            "nobody",
            id="both ways: all done elsewhere",
        ),
        pytest.param(
            (saved(), FILED, saw(hours(4), incoming("pending-acceptance"))),
            "dddwtttdat",
            "requested",
            "customer",
            id="Magento asks before its details are in",
        ),
        pytest.param(
            (saved(), saw(hours(4), incoming("pending-acceptance"))),
            "dddwtttdat",
            "requested",
            "customer",
            id="Magento asks, and nothing is known of a ticket",
        ),
    ],
)
def test_where_it_stands(events: tuple[e.Event, ...], steps: str, state: str, turn: str) -> None:
    line = look(*events)
    assert (shape(line), line.state, line.turn) == (steps, state, turn)
    assert line.next.endswith((".", ")"))


@pytest.mark.parametrize(
    ("fact", "before_filing", "after_filing", "words"),
    [
        (service(), "done", "done", "allows only Magento"),
        (service("acceptance required; principals not read"), "done", "done", "could not be read"),
        (service(f"acceptance required; allows {MAGENTO}"), "done", "done", "allows only Magento"),
        (service("acceptance required; allows *"), "problem", "problem", "everybody (*)"),
        (
            service(f"acceptance required; allows {PRINCIPAL}, arn:aws:iam::{STRANGER}:root"),
            "problem",
            "problem",
            f"it allows arn:aws:iam::{STRANGER}:root, who is not Magento",
        ),
        (service(f"acceptance off; allows {PRINCIPAL}"), "problem", "problem", "without asking"),
        (service("acceptance off; principals not read"), "problem", "problem", "without asking"),
        (service("acceptance required; allows nobody"), "active", "problem", "does not allow Magento"),
        (service(state="pending"), "active", "active", "is pending since"),
        (service(state="failed"), "active", "problem", "is failed since"),
        (service(state="gone"), "active", "problem", "is gone since"),
        (service("words of another version"), "done", "done", "could not be read"),
    ],
)
def test_the_own_service(fact: e.Fact, before_filing: str, after_filing: str, words: str) -> None:
    before = step(look(saved(), *SET_UP, saw(MONDAY, fact)), "0")
    after = step(look(saved(), *SET_UP, FILED, saw(MONDAY, fact)), "0")
    assert (before.state, after.state) == (before_filing, after_filing)
    assert words in before.evidence


@pytest.mark.parametrize("detail", ["acceptance required; allows *", f"acceptance off; allows {PRINCIPAL}"])
def test_a_flaw_of_the_own_service_stays_a_problem_whatever_is_done(detail: str) -> None:
    line = look(*ACCEPTED, probed(FROM, hours(5)), saw(hours(6), service(detail)))
    assert (step(line, "0").state, line.state, line.turn) == ("problem", "problem", "customer")


def test_an_own_service_that_is_none_of_this_enablement_is_no_step_0() -> None:
    other = replace(service(), id="vpce-svc-0222", service="com.x.vpce-svc-0222")
    assert step(look(saved(service_name=OWN), saw(MONDAY, other)), "0").state == "active"


@pytest.mark.parametrize(
    ("state", "reason", "verdict"),
    [
        ("rejected", "", "problem"),
        ("failed", "no capacity", "problem"),
        ("expired", "", "problem"),
        ("disconnected", "", "problem"),
        ("deleting", "", "problem"),
        ("pending-acceptance", "", "waiting"),
        ("partial", "", "waiting"),
        ("unknown", "", "waiting"),
        ("never heard of", "", "waiting"),
        ("available", "", "done"),
    ],
)
def test_the_connection_request(state: str, reason: str, verdict: str) -> None:
    line = look(*ONE_WAY, FILED, DETAILS, saw(hours(2), endpoint(state, reason=reason)))
    assert (step(line, "4").state, step(line, "5").state) == ("done", verdict)
    assert reason in step(line, "5").evidence
    if verdict == "problem":
        assert (line.state, line.turn) == ("problem", "customer")
        assert "make it anew" in line.next


@pytest.mark.parametrize("state", ["gone", "deleted"])
def test_an_endpoint_that_is_gone_has_to_be_requested_again(state: str) -> None:
    line = look(*ONE_WAY, FILED, *PROVED, made("endpoint", "vpce-1"), saw(hours(4), endpoint(state)))
    assert shape(line) == "-dddatt---"
    assert line.state == "connecting"


def test_an_endpoint_made_anew_stands_for_the_rejected_one() -> None:
    line = look(
        *ONE_WAY, DETAILS, saw(hours(2), endpoint("rejected"), endpoint("pending-acceptance", "vpce-2"))
    )
    assert shape(line) == "-ddddwt---"


def test_every_service_of_the_vendor_needs_its_endpoint() -> None:
    details = e.DetailsReceived(at=hours(1), service_names=(VENDOR, VENDOR_2))
    one = (*ONE_WAY, details, saw(hours(2), vendor(), vendor(name=VENDOR_2), endpoint("available")))
    line = look(*one)
    assert shape(line) == "-dddatt---"
    assert VENDOR_2 in step(line, "4").evidence
    assert VENDOR not in step(line, "4").evidence
    both = (*one, saw(hours(3), endpoint("available", "vpce-2", VENDOR_2)))
    assert shape(look(*both)) == "-ddddda---"
    hidden = look(*ONE_WAY, details, saw(hours(2), vendor(), vendor("not-visible", VENDOR_2)))
    assert VENDOR_2 in step(hidden, "3").evidence


def test_one_endpoint_that_nobody_looked_at_stands_for_one_service_only() -> None:
    details = e.DetailsReceived(at=hours(1), service_names=(VENDOR, VENDOR_2))
    line = look(*ONE_WAY, details, made("endpoint", "vpce-1"))
    assert VENDOR_2 in step(line, "4").evidence


def test_an_endpoint_to_something_else_is_no_connection_request() -> None:
    other = endpoint("available", name="com.amazonaws.us-west-2.s3")
    assert shape(look(*ONE_WAY, FILED, DETAILS, saw(hours(2), vendor(), other))) == "-dddatt---"


def test_a_service_that_does_not_show_itself_names_the_three_causes() -> None:
    line = look(*ONE_WAY, FILED, DETAILS, saw(hours(2), vendor("not-visible")))
    evidence = step(line, "3").evidence
    for cause in (VENDOR, "not allowed yet", "wrong region", "typo"):
        assert cause in evidence
    assert line.turn == "magento"


def test_a_service_of_another_region_is_the_customers_to_ask_about() -> None:
    elsewhere = e.DetailsReceived(at=hours(1), service_names=("com.amazonaws.vpce.eu-west-1.vpce-svc-0bad",))
    line = look(*ONE_WAY, FILED, elsewhere)
    assert (step(line, "3").state, line.state, line.turn) == ("problem", "problem", "customer")
    assert "us-west-2" in step(line, "3").evidence


@pytest.mark.parametrize(
    ("proof_at", "available_at", "state"), [(3, 2, "done"), (2, 2, "done"), (1, 2, "active")]
)
def test_a_proof_older_than_the_endpoints_state_does_not_count(
    proof_at: float, available_at: float, state: str
) -> None:
    events = (*ONE_WAY, DETAILS, saw(hours(1), endpoint("pending")), probed(TO, hours(proof_at)))
    line = look(*events, saw(hours(available_at), vendor(), endpoint("available")))
    assert step(line, "6").state == state


def test_a_proof_back_older_than_the_connections_state_does_not_count() -> None:
    line = look(*ACCEPTED, probed(FROM, hours(5)), saw(hours(6), incoming("available", id="vpce-10")))
    assert step(line, "7c").state == "done"
    line = look(*BOTH, probed(FROM, hours(3)), saw(hours(4), incoming("available")))
    assert step(line, "7c").state == "active"


@pytest.mark.parametrize(("port", "state"), [(80, "done"), (8080, "active")])
def test_a_proof_that_says_nothing_of_a_port_that_is_asked_for_does_not_count(port: int, state: str) -> None:
    asked = DraftService(name="Webserver", protocol="HTTP", port=port, direction="to-magento")
    request = draft("unidirectional").model_copy(update={"services": (asked,)})
    line = look(*ONE_WAY, *PROVED, e.RequestSaved(at=hours(4), request=request))
    six = step(line, "6")
    assert six.state == state
    assert (f"says nothing of port {port}" in six.evidence) == (state == "active")
    assert (line.state == "verified") == (state == "done")


def test_a_rejected_connection_of_magentos_is_a_problem() -> None:
    line = look(*BOTH, saw(hours(4), incoming("rejected")))
    assert (step(line, "7a").state, step(line, "7b").state, line.state) == ("done", "problem", "problem")
    line = look(*BOTH, saw(hours(4), incoming("rejected"), incoming("pending-acceptance", id="vpce-10")))
    assert step(line, "7b").state == "active"


def test_what_magento_waits_for_comes_before_a_proof_that_nobody_does() -> None:
    unproved = (saved(), *SET_UP, saw(MONDAY, service()), FILED, *CONNECTED)
    line = look(*unproved, saw(hours(4), incoming("pending-acceptance")))
    assert (step(line, "6").state, step(line, "7b").state, line.turn) == ("active", "active", "customer")
    assert "ccept" in line.next


def test_a_connection_just_accepted_is_the_clouds_turn() -> None:
    decided = e.ConnectionDecided(
        at=hours(5), service_id="vpce-svc-0111", endpoint_id="vpce-9", owner=MAGENTO, decision="accept"
    )
    line = look(*BOTH, saw(hours(4), incoming("pending-acceptance")), decided)
    assert (step(line, "7b").state, line.turn) == ("waiting", "nobody")


def test_strangers_are_listed_and_never_counted() -> None:
    line = look(*BOTH, saw(hours(4), incoming("available", STRANGER)))
    assert step(line, "7a").state == "waiting"
    assert STRANGER in step(line, "7a").evidence
    assert "never accept" in step(line, "7a").evidence
    both = look(*ACCEPTED, saw(hours(5), incoming("pending-acceptance", STRANGER, "vpce-8")))
    assert step(both, "7a").state == "done"
    assert "vpce-8" in step(both, "7a").evidence


def test_a_connection_to_another_service_is_not_this_ones() -> None:
    other = replace(incoming("available"), service="vpce-svc-0222")
    assert step(look(*BOTH, saw(hours(4), other)), "7a").state == "waiting"


@pytest.mark.parametrize("later", IMPLIED)
def test_implications_lead_back_only(later: str) -> None:
    order = list(RULES)
    assert all(order.index(earlier) < order.index(later) for earlier in IMPLIED[later])


def test_what_was_done_elsewhere_says_what_shows_it() -> None:
    line = look(*ONE_WAY, *CONNECTED)
    assert "implied by step 5" in step(line, "1").evidence


# -- the live look -----------------------------------------------------------------------------------------


def observation(at: datetime, state: str = "available", owner: str = MAGENTO) -> Observation:
    return Observation(
        at,
        endpoint_services=(
            EndpointService("vpce-svc-0111", "", OWN, "available", True, (), (), (PRINCIPAL,)),
        ),
        connections=(Connection("vpce-svc-0111", "vpce-9", owner, state),),
        endpoints=(Endpoint("vpce-1", "", VENDOR, "vpc-1", (), (), state, ()),),
        vendor_services={VENDOR: VendorService(VENDOR, MAGENTO, (), (), True)},
    )


def test_a_look_counts_at_once_and_is_the_same_as_remembering_it() -> None:
    events = (saved(), *SET_UP, FILED, DETAILS)
    live = timeline(tell(events), observation(hours(2)), hours(3), OFFER)
    assert shape(live) == "ddddddadda"
    told = (
        saw(
            hours(2),
            service(),
            incoming("available"),
            endpoint("available"),
            vendor(),
        ),
    )
    assert look(*events, *told, now=hours(3)) == live
    assert timeline(tell((*events, *told)), observation(hours(3)), hours(3), OFFER) == live


def test_what_a_look_does_not_show_any_more_is_gone() -> None:
    empty = Observation(hours(4), vendor_services={VENDOR: None})
    line = timeline(tell((*ONE_WAY, *PROVED)), empty, hours(5), OFFER)
    assert step(line, "4").state == "todo"
    assert {(one.id, one.state) for one in line.resources} == {("vpce-1", "gone"), (VENDOR, "not-visible")}


def test_evidence_is_in_the_clouds_words_and_the_persons_zone() -> None:
    waiting = (DETAILS, saw(MONDAY, endpoint("pending-acceptance")))
    line = look(*ONE_WAY, *waiting)
    assert step(line, "5").evidence == "vpce-1 is pendingAcceptance since Mon 15:00"
    azure = look(saved(type="unidirectional", platform="azure"), *waiting)
    assert step(azure, "5").evidence == "vpce-1 is Pending since Mon 15:00"
    tokyo = look(*ONE_WAY, *waiting, now=hours(10).astimezone(ZoneInfo("Asia/Tokyo")))
    assert step(tokyo, "5").evidence == "vpce-1 is pendingAcceptance since Tue 05:00"
    later = look(*ONE_WAY, *waiting, now=MONDAY + timedelta(days=20))
    assert step(later, "5").evidence.endswith("since Mon 3 Nov 15:00")
    next_year = look(*ONE_WAY, *waiting, now=MONDAY + timedelta(days=100))
    assert step(next_year, "5").evidence.endswith("since Mon 3 Nov 2025 15:00")


def test_titles_are_the_clouds() -> None:
    aws, azure = look(saved()), look(saved(platform="azure"))
    assert "Network Load Balancer" in step(aws, "0").title
    assert "Private Link Service" in step(azure, "0").title
    assert [one.actor for one in aws.steps] == [
        "customer",
        "customer",
        "cta",
        "magento",
        "customer",
        "magento",
        "customer",
        "magento",
        "customer",
        "customer",
    ]


def test_on_azure_magento_is_known_by_the_subscriptions_of_the_offer() -> None:
    subscription = "0f0f0f0f-0000-1111-2222-333344445555"
    story = tell(
        (
            saved(platform="azure"),
            *SET_UP,
            saw(MONDAY, service(f"acceptance required; allows {subscription.upper()}")),
            FILED,
            *PROVED,
            saw(hours(4), incoming("pending-acceptance", subscription.upper())),
        )
    )
    unknown = timeline(story, None, hours(5), OFFER)
    assert (step(unknown, "0").state, step(unknown, "7a").state) == ("done", "waiting")
    known = timeline(story, None, hours(5), OFFER.model_copy(update={"azure_subscriptions": (subscription,)}))
    assert (step(known, "0").state, step(known, "7a").state) == ("done", "done")
    other = OFFER.model_copy(update={"azure_subscriptions": ("1" + subscription[1:],)})
    assert step(timeline(story, None, hours(5), other), "0").state == "problem"
    told = tell(
        (e.DetailsReceived(at=hours(5), service_names=(), subscriptions=(subscription.upper(),)),), story
    )
    by_ticket = timeline(told, None, hours(6), OFFER)
    assert (step(by_ticket, "0").state, step(by_ticket, "7a").state) == ("done", "done")


def test_on_azure_a_service_that_nobody_sees_is_ready_until_the_request_is_out() -> None:
    """Magento's subscription comes with the ticket, and goes with the request; after that its lack is a fault."""
    nobody = saw(MONDAY, service("acceptance required; allows nobody"))
    before = look(saved(platform="azure"), *SET_UP, nobody)
    assert step(before, "0").state == "done"
    assert "comes with the ticket" in step(before, "0").evidence
    assert (step(before, "1").state, before.turn) == ("active", "customer")
    known = e.DetailsReceived(at=hours(2), service_names=(VENDOR,), subscriptions=("0f0f",))
    told = look(saved(platform="azure"), *SET_UP, nobody, FILED, known)
    assert (step(told, "0").state, step(told, "4").state, told.state) == ("done", "active", "connecting")
    assert "added with the connection request" in step(told, "0").evidence
    sent = (nobody, FILED, known, saw(hours(3), endpoint("pending-acceptance")))
    after = look(saved(platform="azure"), *SET_UP, *sent)
    assert (step(after, "0").state, after.turn) == ("problem", "customer")
    assert "0f0f" in after.next
    offered = OFFER.model_copy(update={"azure_subscriptions": ("0f0f",)})
    early = timeline(tell((saved(platform="azure"), *SET_UP, nobody, FILED)), None, hours(3), offered)
    assert step(early, "0").state == "problem", "known from the start"


@pytest.mark.parametrize(
    ("detail", "flaw"),
    [
        ("acceptance off; allows nobody", "without asking"),
        ("acceptance required; allows *", "everybody"),
        ("acceptance required; allows 0f0f, beef", "beef"),
        ("acceptance required; allows 0f0f, 111122223333", ""),
    ],
)
def test_on_azure_who_sees_the_service_is_judged_as_on_aws(detail: str, flaw: str) -> None:
    known = e.DetailsReceived(at=hours(2), service_names=(), subscriptions=("0F0F",))
    line = look(saved(platform="azure"), *SET_UP, FILED, known, saw(hours(3), service(detail)))
    assert step(line, "0").state == ("problem" if flaw else "done")
    assert flaw in step(line, "0").evidence


def test_on_azure_the_words_are_azures() -> None:
    line = look(saved(platform="azure"))
    assert "private link service" in step(line, "0").evidence
    assert "private link service" in line.next


def test_an_alias_in_another_region_is_a_problem() -> None:
    alias = "magento.0a1b2c3d-0000-4000-8000-123456789abc.westeurope.azure.privatelinkservice"
    said = saved(type="unidirectional", platform="azure")
    details = e.DetailsReceived(at=hours(1), service_names=(alias,))
    assert step(look(said, FILED, details), "3").state == "problem"


# -- the clock ---------------------------------------------------------------------------------------------


def test_the_clock_runs_while_magentos_part_is_open() -> None:
    due = MONDAY + timedelta(days=7)
    line = look(*ONE_WAY, FILED, now=due)
    assert (line.due, line.overdue) == (due, False)
    line = look(*ONE_WAY, FILED, now=due + timedelta(minutes=1))
    assert line.overdue
    for word in (
        "12345",
        "abcdefg123456",
        "Mon 3 Nov 15:00",
        "connection details",
        "111122223333",
        "us-west-2",
    ):
        assert word in line.nudge
    assert look(*ONE_WAY, SENT).due == due
    assert "CTA" not in look(*ONE_WAY, FILED).nudge


@pytest.mark.parametrize(
    "events",
    [(), ONE_WAY, (*ONE_WAY, FILED, *CONNECTED), (*ONE_WAY, FILED, e.Undone(at=MONDAY)), (*ACCEPTED,)],
    ids=["nothing", "not sent", "only the customer's part is open", "undone", "both ways accepted"],
)
def test_the_clock_stands_still(events: tuple[e.Event, ...]) -> None:
    line = look(*events, now=MONDAY + timedelta(days=60))
    assert (line.due, line.overdue, line.nudge) == (None, False, "")


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ((*ONE_WAY, SENT), "no Support ticket number"),
        ((*ONE_WAY, FILED, DETAILS, saw(hours(2), endpoint("pending-acceptance"))), "Endpoint vpce-1."),
        (BOTH, OWN),
    ],
)
def test_the_nudge_says_what_is_missing(events: tuple[e.Event, ...], words: str) -> None:
    assert words in look(*events).nudge


def test_a_holiday_makes_it_due_a_day_later_and_an_unknown_country_is_no_failure() -> None:
    filed = e.TicketFiled(at=MONDAY + timedelta(days=2), ticket="1")  # over 11 November
    story = tell((*ONE_WAY, filed))
    assert timeline(story, None, hours(90), OFFER).due == MONDAY + timedelta(days=10)
    nowhere = OFFER.model_copy(update={"holidays": "Atlantis"})
    assert timeline(story, None, hours(90), nowhere).due == MONDAY + timedelta(days=9)


# -- the rest ----------------------------------------------------------------------------------------------


def test_undone_is_undone() -> None:
    line = look(*ACCEPTED, e.Undone(at=hours(9)))
    assert (line.state, line.turn) == ("undone", "nobody")


def test_resources_are_what_was_seen_and_what_was_made_and_not_seen_yet() -> None:
    line = look(saved(), *SET_UP, made("listener", "arn:1"), saw(MONDAY, service()))
    assert [(one.kind, one.id, one.state) for one in line.resources] == [
        ("endpoint-service", "vpce-svc-0111", "available"),
        ("listener", "arn:1", "made"),
        ("principal", "vpce-svc-0111", "made"),
    ]


def test_a_type_that_was_not_chosen_is_taken_from_what_was_done() -> None:
    assert step(look(), "7a").state == "todo"
    assert step(look(*SET_UP), "0").state == "done"
    assert look(probed(TO, MONDAY)).state == "verified"


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        timeline(Story(), None, datetime(2025, 1, 1), OFFER)


moments = st.datetimes(timezones=st.sampled_from([UTC, ZONE, ZoneInfo("Asia/Tokyo")]))
observations = st.none() | st.builds(
    Observation,
    at=moments | st.datetimes(),
    endpoints=st.just((Endpoint("vpce-1", "", VENDOR, "", (), (), "available", ()),)) | st.just(()),
    connections=st.lists(
        st.builds(
            Connection,
            service_id=st.just("vpce-svc-1"),
            endpoint_id=st.just("vpce-1"),
            owner=st.sampled_from([MAGENTO, STRANGER]),
            state=st.sampled_from(["available", "pending", "rejected"]),
        ),
        max_size=2,
    ).map(tuple),
    vendor_services=st.just({}) | st.just({VENDOR: None}),
)


@given(st.lists(st.from_type(e.Event), max_size=15), observations, moments)
@settings(max_examples=150, deadline=None)
def test_any_journal_has_a_timeline(
    events: list[e.Event], observation: Observation | None, now: datetime
) -> None:
    line = timeline(tell(events), observation, now, OFFER)
    assert [one.number for one in line.steps] == list(RULES)
    assert line.next
    assert (line.due is None) <= (not line.overdue)
    assert (line.state == "verified") <= all(
        one.state in ("done", "not-needed") for one in line.steps if one.number[0] not in "07"
    )
    assert timeline(tell(events), observation, now, OFFER) == line


def test_what_was_made_here_is_there_since_it_was_made_not_since_a_later_look() -> None:
    """And its own state is since the look that showed it."""
    line = look(
        saved(),
        *SET_UP,
        FILED,
        DETAILS,
        made("endpoint", "vpce-1", hours(2)),
        saw(hours(5), service(), vendor(), endpoint("pendingAcceptance")),
        saw(hours(9), endpoint("available")),
    )
    assert [step(line, number).since for number in ("0", "4", "5")] == [MONDAY, hours(2), hours(9)]
