"""What events mean together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.journal import events as e
from core.request.model import Draft, DraftProject
from core.request.offer import Offer
from core.workflow import story as told
from core.workflow.story import Story, places, tell, vendor_subscriptions

NOON = datetime(2025, 11, 18, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)

some_events = st.lists(st.from_type(e.Event), max_size=12)


def intended(
    key: str = "load-balancer", action: str = "create", token: str = "t", continuation: str | None = None
) -> e.ChangeIntended:
    return e.ChangeIntended(
        at=NOON,
        key=key,
        action=action,
        kind="load-balancer",
        name="n",
        token=token,
        continuation=continuation,
    )


def done(action: str, key: str = "load-balancer", id: str = "nlb-1") -> e.ChangeDone:
    return e.ChangeDone(at=LATER, key=key, action=action, kind="load-balancer", id=id)


def failed(code: str, key: str = "load-balancer", action: str = "create") -> e.ChangeFailed:
    return e.ChangeFailed(
        at=LATER, key=key, action=action, kind="load-balancer", code=code, message="m", remedy="r"
    )


def saw(state: str, at: datetime = NOON, detail: str = "") -> e.Observed:
    return e.Observed(at=at, facts=(e.Fact(kind="endpoint", id="vpce-1", state=state, detail=detail),))


@given(some_events, st.integers(0, 12))
@settings(max_examples=60, deadline=None)
def test_telling_in_two_parts_is_telling_in_one(events: list[e.Event], cut: int) -> None:
    first = tell(events[:cut])
    kept = tell(events[:cut])
    assert tell(events[cut:], first) == tell(events)
    assert first == kept, "continuing a story must not change it"


def test_every_event_has_its_rule() -> None:
    kinds = get_args(get_args(e.Event)[0])
    assert set(told._RULES) == set(kinds)


def test_nothing_told_is_an_empty_story() -> None:
    assert tell(()) == Story()


def test_it_knows_when_it_was_opened_and_last_changed() -> None:
    story = tell((e.Noted(at=NOON, text="a"), e.Noted(at=LATER, text="b")))
    assert (story.opened_at, story.changed_at) == (NOON, LATER)


@pytest.mark.parametrize("action", ["create", "adopt", "change", "leave"])
def test_a_change_that_is_done_is_no_longer_in_doubt(action: str) -> None:
    story = tell((intended(action=action),))
    assert set(story.in_doubt) == {"load-balancer"}
    story = tell((done(action),), story)
    assert not story.in_doubt
    made = story.made["load-balancer"]
    assert (made.id, made.kind, made.own, made.at) == ("nlb-1", "load-balancer", action == "create", LATER)


@pytest.mark.parametrize(
    ("actions", "own"),
    [
        (("create", "change"), True),
        (("create", "leave"), True),
        (("create", "adopt"), True),
        (("adopt", "change"), False),
        (("create", "delete", "adopt"), False),
    ],
)
def test_what_was_made_here_stays_own(actions: tuple[str, ...], own: bool) -> None:
    assert tell(done(action) for action in actions).made["load-balancer"].own is own


def test_what_was_deleted_is_not_made_any_more() -> None:
    story = tell((done("create"), intended(action="delete"), done("delete")))
    assert not story.made
    assert not story.in_doubt


@pytest.mark.parametrize(
    ("code", "doubt"),
    [
        ("unreachable", True),
        ("unavailable", True),
        ("unexpected", True),
        ("throttled", True),
        ("credentials-expired", True),
        ("access-denied", False),
        ("quota-exceeded", False),
    ],
)
def test_a_failure_leaves_doubt_only_where_the_answer_was_lost(code: str, doubt: bool) -> None:
    story = tell((intended(), failed(code)))
    assert story.failed["load-balancer"].code == code
    assert ("load-balancer" in story.in_doubt) is doubt
    assert not story.made
    again = tell((intended(token="u"),), story)
    assert not again.failed
    assert again.in_doubt["load-balancer"].token == "u"
    assert not tell((done("create"),), again).in_doubt


UNDER_WAY = intended(continuation="an operation of the cloud")
REFUSED = failed("access-denied")
CHANGING = intended(action="change", continuation="an operation of the cloud")


@pytest.mark.parametrize(
    ("events", "kept"),
    [
        pytest.param((intended(), REFUSED), False, id="refused at once"),
        pytest.param((intended(), UNDER_WAY, failed("quota-exceeded")), True, id="failed under way"),
        pytest.param(
            (intended(), UNDER_WAY, failed("quota-exceeded"), intended(), REFUSED), True, id="refused later"
        ),
        pytest.param((intended(), failed("unreachable"), intended(), REFUSED), True, id="answer lost"),
        pytest.param(
            (CHANGING, failed("quota-exceeded", action="change")), True, id="setting failed under way"
        ),
        pytest.param(
            (intended(action="change"), failed("quota-exceeded", action="change")),
            False,
            id="setting refused",
        ),
        pytest.param((intended(), intended(), REFUSED), True, id="killed in the call"),
        pytest.param(
            (intended(), intended(action="delete"), failed("in-use", action="delete")),
            True,
            id="removal refused",
        ),
        pytest.param(
            (intended(), UNDER_WAY, failed("quota-exceeded"), intended(action="delete"), done("delete")),
            False,
            id="removed",
        ),
        pytest.param(
            (intended(), UNDER_WAY, failed("quota-exceeded"), e.Undone(at=LATER)), False, id="undone"
        ),
    ],
)
def test_the_place_is_kept_while_the_cloud_may_have_something_there(
    events: tuple[e.Event, ...], kept: bool
) -> None:
    assert bool(places(tell(events))) is kept


def test_a_setting_whose_operation_failed_is_in_doubt_and_its_operation_over() -> None:
    story = tell((CHANGING, failed("quota-exceeded", action="change")))
    assert story.in_doubt["load-balancer"] == CHANGING.model_copy(update={"continuation": None})


def test_undo_clears_what_was_made_and_a_new_change_ends_it() -> None:
    story = tell((done("create"), intended("x"), failed("invalid", "y"), e.Undone(at=LATER)))
    assert (story.made, story.in_doubt, story.failed, story.undone_at) == ({}, {}, {}, LATER)
    assert tell((intended(action="delete"),), story).undone_at == LATER
    assert tell((intended(),), story).undone_at is None
    assert tell((done("adopt"),), story).undone_at is None


def test_the_last_thing_said_holds() -> None:
    drafts = tuple(Draft(project=DraftProject(id=id)) for id in ("a", "b"))
    story = tell(
        (
            *(e.RequestSaved(at=NOON, request=draft) for draft in drafts),
            e.DetailsReceived(at=NOON, service_names=("a", "b")),
            e.DetailsReceived(at=LATER, service_names=("c",)),
            e.DataSent(at=LATER),
        )
    )
    assert story.draft == drafts[1]
    assert (story.service_names, story.details_at, story.sent_at) == (("c",), LATER, LATER)


def test_the_same_ticket_again_does_not_restart_the_clock_and_another_one_does() -> None:
    story = tell((e.TicketFiled(at=NOON, ticket="1"), e.TicketFiled(at=LATER, ticket="1")))
    assert (story.ticket, story.filed_at) == ("1", NOON)
    story = tell((e.TicketFiled(at=LATER, ticket="2"),), story)
    assert (story.ticket, story.filed_at) == ("2", LATER)


def test_a_state_holds_since_it_was_first_seen() -> None:
    key = ("endpoint", "vpce-1")
    story = tell((saw("pending"), saw("pending", LATER, "a reason")))
    assert story.seen[key].since == NOON
    assert story.seen[key].fact.detail == "a reason"
    assert tell((saw("available", LATER),), story).seen[key].since == LATER


def test_proofs_and_decisions_are_kept_by_direction_and_endpoint() -> None:
    def probed(ok: bool, direction: str) -> e.Probed:
        return e.Probed(at=NOON, direction=direction, place="here", ok=ok, services=())

    decided = e.ConnectionDecided(
        at=NOON, service_id="s", endpoint_id="vpce-9", owner="402592597372", decision="accept"
    )
    story = tell(
        (probed(False, "to-magento"), probed(True, "to-magento"), probed(False, "from-magento"), decided)
    )
    assert {direction: one.ok for direction, one in story.proofs.items()} == {
        "to-magento": True,
        "from-magento": False,
    }
    assert story.decided == {"vpce-9": decided}


def test_subscriptions_come_with_any_reply_and_take_no_names_back() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    first = e.DetailsReceived(at=at, service_names=("a",))
    second = e.DetailsReceived(at=at, service_names=(), subscriptions=("S",))
    third = e.DetailsReceived(at=at, service_names=("b",))
    story = tell((first, second))
    assert (story.service_names, story.subscriptions) == (("a",), ("S",))
    assert vendor_subscriptions(story, Offer(azure_subscriptions=("O", "s"))) == ("o", "s")
    assert tell((third,), story).service_names == ("b",)
    assert tell((third,), story).subscriptions == ("S",)


def test_an_event_of_before_there_were_subscriptions_is_read() -> None:
    old = '{"type":"details-received","at":"2026-01-01T00:00:00Z","service_names":["a"]}'
    event = e.EVENT.validate_json(old)
    assert isinstance(event, e.DetailsReceived)
    assert event.subscriptions == ()
