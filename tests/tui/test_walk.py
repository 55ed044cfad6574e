"""Every scenario to its end, on each of its clouds."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.request.model import Platform
from core.request.rules import request_of
from core.walkthrough import scenario
from core.walkthrough.shape import shape_of
from providers.sandbox import faults
from tests.tui.cli.test_walkthrough import REQUESTS
from tests.tui.near import near
from tui.cli.request import complete
from tui.walk import Kept, Walk
from tui.walkthrough import play

pytestmark = pytest.mark.whole
PLAYED = [(name, cloud) for name in scenario.names() for cloud in scenario.load(name).clouds]


AGAIN = b"""
title = "Looked for causes more than once"
type = "unidirectional"
fault = "acl-stops-answers"
checkpoint = [
  {act = "sign-in"}, {act = "request"}, {act = "send"}, {act = "file"}, {act = "allow"}, {act = "reply"},
  {act = "connect"},
  {act = "diagnose", shows = "not-accepted"},
  {act = "approve"}, {act = "prove"},
  {act = "break"},
  {act = "diagnose", shows = "network-acl"},
  {act = "diagnose", shows = "network-acl"},
  {act = "mend"},
  {act = "diagnose"},
]
"""


def test_a_diagnosis_counts_though_there_was_one_before(tmp_path: Path) -> None:
    with near("aws") as worker:
        walk = play(scenario.read(AGAIN), "aws", "fast", worker, tmp_path, lambda _: None)
    assert walk.problem == ""
    assert walk.moment().diagnoses == 4
    assert walk.moment().codes == frozenset()


@pytest.mark.parametrize(("name", "cloud"), PLAYED)
def test_it_ends_as_it_says(tmp_path: Path, name: str, cloud: Platform) -> None:
    one = scenario.load(name)
    told: list[tuple[int, str]] = []
    kept: list[Kept] = []

    def tell(walk: Walk) -> None:
        told.append((walk.index, walk.phase))

    with near(cloud) as worker:
        walk = play(one, cloud, "fast", worker, tmp_path, tell, kept.append)
    assert walk.problem == ""
    assert walk.session.model.timeline is not None
    assert walk.session.model.timeline.state == one.ends
    count = len(one.checkpoint)
    assert [index for index, phase in told if phase == "over"] == list(range(count))
    assert [item.rail.number for item in kept] == list(range(1, count + 1))
    times = [item.rail.at for item in kept]
    assert times == sorted(times)


BACK = [
    (name, cloud)
    for name in scenario.names()
    for cloud in scenario.load(name).clouds
    if name.startswith("fault-") and scenario.load(name).type == "bidirectional"
]


@pytest.mark.parametrize(("name", "cloud"), BACK)
def test_a_fault_shows_in_the_shape_of_a_request_too(tmp_path: Path, name: str, cloud: Platform) -> None:
    """Two machines answer on one port, on AWS in two zones."""
    file = tmp_path / "request.toml"
    file.write_text(REQUESTS[cloud], encoding="utf-8")
    shape = shape_of(request_of(complete(str(file), "text")[0]))
    with near(cloud, shape) as worker:
        walk = play(scenario.load(name), cloud, "fast", worker, tmp_path / "home", lambda _: None)
    assert walk.problem == ""


def test_a_fault_that_a_scenario_names_is_there() -> None:
    for name in scenario.names():
        one = scenario.load(name)
        for cloud in one.clouds:
            assert one.fault is None or one.fault in faults.names(cloud), name
