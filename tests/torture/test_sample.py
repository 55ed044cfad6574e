"""A few of the points at which ``make torture`` kills and breaks, always the same, with the fast tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.request.model import PLATFORMS
from tests.torture.launcher import Launcher
from tests.torture.proxy import STALE, Rule
from tests.torture.rig import rig
from tests.torture.story import Story, rerun, tell, until_done

MADE = {"aws": "^CreateVpcEndpointServiceConfiguration$", "azure": "^PUT privateLinkServices$"}
GONE = {"aws": "^DeleteLoadBalancer$", "azure": "^PUT networkInterfaces$"}


@pytest.fixture(scope="module", params=PLATFORMS)
def short(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, starts: Launcher
) -> Iterator[Story]:
    """The own side of a bidirectional connection, set up and removed once."""
    with rig(request.param, tmp_path_factory.mktemp(request.param), starts) as one:
        yield tell(one, "bidirectional", short=True)


def test_killed_after_the_service_was_made(short: Story) -> None:
    rule = Rule("signal-after", MADE[short.rig.platform])
    assert rerun(short, short.moves["apply"], rules=[rule]) == (True, [])


def test_the_answer_is_lost_and_the_cloud_shows_it_late(short: Story) -> None:
    """The classic double."""
    move, rig = short.moves["apply"], short.rig
    rules = [Rule("reset-after", MADE[rig.platform]), STALE]
    with rig.copy(move.before) as place, rig.beside(place) as before:
        assert until_done(short, move, place, rules=rules, replica=before) == []


def test_killed_while_it_removes(short: Story) -> None:
    rule = Rule("signal-before", GONE[short.rig.platform])
    assert rerun(short, short.moves["undo"], rules=[rule]) == (True, [])
