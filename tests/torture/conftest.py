"""One cloud, one enablement, gone through once; each test comes back to its moments."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.torture.launcher import Launcher, launcher
from tests.torture.rig import rig
from tests.torture.story import Story, tell

ENABLEMENTS = [(cloud, kind) for cloud in ("aws", "azure") for kind in ("unidirectional", "bidirectional")]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one enablement share a process, because its beginning takes some seconds."""
    for item in items:
        if "story" in getattr(getattr(item, "callspec", None), "params", {}):
            item.add_marker(pytest.mark.xdist_group("-".join(item.callspec.params["story"])))


@pytest.fixture(scope="session")
def starts() -> Iterator[Launcher]:
    """What starts the program; one is enough for all clouds."""
    with launcher() as one:
        yield one


@pytest.fixture(scope="session", params=ENABLEMENTS, ids="-".join)
def story(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, starts: Launcher
) -> Iterator[Story]:
    """Every cloud and type of connection."""
    platform, kind = request.param
    with rig(platform, tmp_path_factory.mktemp(f"{platform}-{kind}"), starts) as one:
        yield tell(one, kind)
