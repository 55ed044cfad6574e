"""Names that AWS accepts, and that two enablements never share."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.setup.change import Ref, TargetsSpec, resolve
from core.setup.ground import elb_name

FORM = re.compile(r"(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?")


@settings(max_examples=200)
@given(st.text(max_size=60), st.sampled_from(["nlb", "1", "65535"]))
def test_any_enablement_gives_a_name_that_elbv2_accepts(enablement: str, suffix: str) -> None:
    assert FORM.fullmatch(elb_name(enablement, suffix))


@pytest.mark.parametrize(
    ("one", "other"),
    [("a.b", "a-b"), ("x" * 40 + "1", "x" * 40 + "2"), ("é", "è"), ("internal-a", "pl-internal-a")],
)
def test_two_enablements_never_share_a_name(one: str, other: str) -> None:
    assert elb_name(one, "nlb") != elb_name(other, "nlb")


def test_a_plain_id_is_kept() -> None:
    assert elb_name("shop-1", "nlb") == "shop-1-nlb"


def test_resolve_puts_ids_in_and_says_which_is_missing() -> None:
    spec = TargetsSpec(Ref("target-group/1"), ("10.0.0.1",), 1)
    assert resolve(spec, {"target-group/1": "arn"}) == TargetsSpec("arn", ("10.0.0.1",), 1)
    with pytest.raises(KeyError, match="target-group/1"):
        resolve(spec, {})
