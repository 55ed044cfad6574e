"""What a look showed, and what of it is news."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cloud import Watch
from core.journal.events import Fact, Observed
from core.network.model import (
    Connection,
    Endpoint,
    EndpointService,
    Gap,
    LoadBalancer,
    Observation,
    VendorService,
)
from core.workflow.detail import read_service_detail, service_detail
from core.workflow.facts import facts, news
from core.workflow.story import Story, tell
from core.workflow.words import said

NOON = datetime(2025, 11, 18, 12, tzinfo=UTC)
VENDOR = "com.amazonaws.vpce.us-west-2.vpce-svc-0bad"
PRINCIPAL = "arn:aws:iam::402592597372:root"


def balancer(state: str = "active") -> LoadBalancer:
    return LoadBalancer("arn:nlb", "nlb", "vpc-1", "network", True, state, (), "nlb.example")


def service(
    principals: tuple[str, ...] | None = (PRINCIPAL,), *, acceptance: bool = True, state: str = "available"
) -> EndpointService:
    return EndpointService(
        "vpce-svc-1", "own", "com.amazonaws.vpce.us-west-2.vpce-svc-1", state, acceptance, (), (), principals
    )


def endpoint(state: str = "available", id: str = "vpce-1", name: str = VENDOR) -> Endpoint:
    return Endpoint(id, "", name, "vpc-1", (), (), state, (), reason="because")


def connection(state: str = "pending-acceptance") -> Connection:
    return Connection("vpce-svc-1", "vpce-9", "402592597372", state)


WHOLE = Observation(
    NOON,
    load_balancers=(balancer(),),
    endpoint_services=(service(),),
    connections=(connection(),),
    endpoints=(endpoint(),),
    vendor_services={VENDOR: VendorService(VENDOR, "402592597372", (), (), True), "other": None},
)
WATCH = Watch(
    "vpc-1",
    vendor_services=(VENDOR, "other"),
    service_ids=("vpce-svc-1",),
    load_balancer_ids=("arn:nlb",),
)


def remembering(*observations: Observation) -> Story:
    story = Story()
    for observation in observations:
        story = tell((Observed(at=NOON, facts=news(story, observation)),), story)
    return story


def test_a_look_becomes_facts() -> None:
    assert facts(WHOLE) == (
        Fact(kind="load-balancer", id="arn:nlb", state="active"),
        Fact(
            kind="endpoint-service",
            id="vpce-svc-1",
            state="available",
            detail=f"acceptance required; allows {PRINCIPAL}",
            service="com.amazonaws.vpce.us-west-2.vpce-svc-1",
        ),
        Fact(
            kind="connection",
            id="vpce-9",
            state="pending-acceptance",
            detail="402592597372",
            service="vpce-svc-1",
        ),
        Fact(kind="endpoint", id="vpce-1", state="available", detail="because", service=VENDOR),
        Fact(kind="vendor-service", id=VENDOR, state="visible"),
        Fact(kind="vendor-service", id="other", state="not-visible"),
    )


def test_only_what_differs_is_news() -> None:
    story = remembering(WHOLE)
    assert news(story, WHOLE) == ()
    changed = Observation(NOON, endpoints=(endpoint("rejected"),))
    assert [(fact.id, fact.state) for fact in news(story, changed)] == [("vpce-1", "rejected")]


def test_other_principals_are_news() -> None:
    changed = Observation(NOON, endpoint_services=(service(("*",)),), connections=(connection(),))
    assert [fact.detail for fact in news(remembering(WHOLE), changed)] == ["acceptance required; allows *"]


def test_principals_that_were_not_read_this_time_are_still_known() -> None:
    unread = Observation(NOON, endpoint_services=(service(None),), connections=(connection(),))
    assert news(remembering(WHOLE), unread) == ()
    asks_no_more = replace(unread, endpoint_services=(service(None, acceptance=False),))
    assert [fact.detail for fact in news(remembering(WHOLE), asks_no_more)] == [
        f"acceptance off; allows {PRINCIPAL}"
    ]
    assert next(fact.detail for fact in news(Story(), unread)) == "acceptance required; principals not read"


def gone(observation: Observation, watch: Watch | None = None) -> set[str]:
    return {fact.kind for fact in news(remembering(WHOLE), observation, watch) if fact.state == "gone"}


@pytest.mark.parametrize(
    ("observation", "without_watch", "with_watch"),
    [
        (
            Observation(NOON),
            set(),
            {"load-balancer", "endpoint-service", "connection", "endpoint"},
        ),
        (Observation(NOON, vendor_services={VENDOR: None}), {"endpoint"}, None),
        (Observation(NOON, vendor_services={"quite another": None}), set(), None),
        (Observation(NOON, endpoints=(endpoint(id="vpce-2"),)), set(), None),
        (Observation(NOON, endpoint_services=(service(),)), {"connection"}, None),
        (
            Observation(NOON, vendor_services={VENDOR: None}, gaps=(Gap("endpoints", "access-denied", ""),)),
            set(),
            {"load-balancer", "endpoint-service", "connection"},
        ),
        (
            Observation(NOON, gaps=(Gap("endpoint services", "throttled", ""),)),
            set(),
            {"load-balancer", "connection"},
        ),
        (Observation(NOON, gaps=(Gap("weather", "unreachable", ""),)), set(), set()),
    ],
)
def test_absent_is_gone_only_where_it_would_have_shown(
    observation: Observation, without_watch: set[str], with_watch: set[str] | None
) -> None:
    assert gone(observation) == without_watch
    if with_watch is not None:
        assert gone(observation, WATCH) == with_watch


def test_gone_is_told_once_and_coming_back_is_news() -> None:
    empty = Observation(NOON, vendor_services={VENDOR: None})
    story = remembering(WHOLE, empty)
    assert story.seen["endpoint", "vpce-1"].fact.state == "gone"
    assert news(story, empty) == ()
    assert [fact.state for fact in news(story, Observation(NOON, endpoints=(endpoint(),)))] == ["available"]


@given(
    st.none() | st.lists(st.text("abc:/*,+=.@-_0189", min_size=1), max_size=4).map(tuple),
    st.booleans(),
)
def test_what_a_service_lets_in_is_read_back(principals: tuple[str, ...] | None, acceptance: bool) -> None:
    detail = service_detail(service(principals, acceptance=acceptance))
    assert read_service_detail(detail) == (acceptance, principals)


@given(st.text())
def test_any_detail_can_be_read(detail: str) -> None:
    read_service_detail(detail)


@given(st.builds(Observation, at=st.just(NOON), vendor_services=st.just({"a": None})), st.data())
@settings(max_examples=20, deadline=None)
def test_no_news_after_the_news_were_told(observation: Observation, data: st.DataObject) -> None:
    endpoints = data.draw(st.lists(st.sampled_from(["vpce-1", "vpce-2"]), unique=True))
    look = Observation(
        NOON, endpoints=tuple(endpoint(id=id) for id in endpoints), vendor_services={VENDOR: None}
    )
    story = remembering(WHOLE, observation, look)
    assert news(story, look) == ()


@pytest.mark.parametrize(
    ("azure", "line"),
    [
        (False, "connection vpce-9: pending-acceptance 402592597372"),
        (True, "connection vpce-9: Pending 402592597372"),
    ],
)
def test_a_fact_in_a_line_has_the_clouds_own_words(azure: bool, line: str) -> None:
    fact = Fact(kind="connection", id="vpce-9", state="pending-acceptance", detail="402592597372")
    assert said(fact, azure) == line
    service = Fact(kind="endpoint-service", id="s", state="available")
    assert said(service, azure) == f"{'private link' if azure else 'endpoint'} service s: available"
