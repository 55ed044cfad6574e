"""Events for hypothesis: few ids and moments, so that they meet, among any text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

from hypothesis import strategies as st
from pydantic import AwareDatetime

from core.journal import events as e
from core.setup.change import Kind

MOMENTS = (
    datetime(2025, 11, 18, 12, tzinfo=UTC),
    datetime(2025, 11, 19, 12, tzinfo=UTC),
    datetime(2025, 11, 30, 12, tzinfo=UTC),
    datetime.min.replace(tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC) - timedelta(days=1),
)
IDS = st.sampled_from(["vpce-1", "vpce-svc-1", "com.amazonaws.vpce.us-west-2.vpce-svc-1", "", "\x1b[31m[/]"])
STATES = [
    "available",
    "pending-acceptance",
    "pending",
    "rejected",
    "failed",
    "expired",
    "deleting",
    "deleted",
]
KINDS = ["load-balancer", "endpoint-service", "connection", "endpoint", "vendor-service", "odd"]
DETAILS = [
    "",
    "402592597372",
    "acceptance required; allows arn:aws:iam::402592597372:root",
    "acceptance off; allows *",
    "acceptance required; principals not read",
    "999999999999",
]

st.register_type_strategy(AwareDatetime, st.sampled_from(MOMENTS) | st.datetimes(timezones=st.just(UTC)))
st.register_type_strategy(
    e.Fact,
    st.builds(
        e.Fact,
        kind=st.sampled_from(KINDS),
        id=IDS,
        state=st.sampled_from([*STATES, "gone", "visible", "not-visible"]) | st.text(max_size=5),
        detail=st.sampled_from(DETAILS) | st.text(max_size=5),
        service=IDS,
    ),
)


def _change(model: type[e.ChangeIntended] | type[e.ChangeDone] | type[e.ChangeFailed]) -> None:
    keys = st.sampled_from(get_args(Kind))
    st.register_type_strategy(
        model, keys.flatmap(lambda key: st.builds(model, key=st.just(key), kind=st.just(key)))
    )


for _model in (e.ChangeIntended, e.ChangeDone, e.ChangeFailed):
    _change(_model)
st.register_type_strategy(
    e.DetailsReceived,
    st.builds(
        e.DetailsReceived,
        service_names=st.lists(IDS, max_size=3).map(tuple),
        subscriptions=st.lists(st.sampled_from(["999999999999", "A", ""]), max_size=2).map(tuple),
    ),
)
