"""The recorded walkthrough in ``docs`` and the README's pictures, all of one walkthrough: ``make pictures``.

It is played on the sandbox. What would differ from run to run is made the same before it begins: random ids,
milliseconds, the order of what goes on side by side. Nothing is put into a picture afterwards.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual._doc import take_svg_screenshot
from textual.screen import Screen

import core.journal.store
import core.setup.executor
import tui.guide
import tui.watch
from core.setup.plan import Plan
from core.walkthrough import scenario
from providers import probe
from tests.tui.near import near
from tests.tui.screens.stage import Stage, ready, unpainted
from tests.tui.screens.states import State
from tests.tui.screens.teller import TZ
from tui.model import Model
from tui.recording import Recording, portable
from tui.session import Session
from tui.walk import Kept

DOCS = Path(__file__).parents[2] / "docs"
PAGE = "walkthrough.html"
SIZE = tui.guide.RECORDED
SCENARIO = scenario.load("bidirectional")
PLANNED = "planned"
SHOWN = {
    "progress": ("connect", "progress"),
    "type": ("request", "type"),
    "setup": (PLANNED, "setup"),
    "ticket": ("own-side", "ticket"),
    "verify": ("prove-back", "verify"),
}
"""The README's pictures: the checkpoint (or the plan when it was agreed to), and the wizard's page."""


class InTurn:
    """A pool that does one thing after the other, each at once."""

    def __init__(self, *_given: object, **_named: object) -> None:
        pass

    def submit(self, work: Callable[[], Any]) -> Future[Any]:
        """Do it."""
        done: Future[Any] = Future()
        try:
            done.set_result(work())
        except Exception as error:  # noqa: BLE001  # as a pool: whoever asks for the result gets it
            done.set_exception(error)
        return done

    def shutdown(self, **_named: object) -> None:
        """Nothing is left."""


@contextmanager
def _steady() -> Iterator[pytest.MonkeyPatch]:
    """The same ids, times and order on every run."""
    import moto.core.responses
    import moto.sts.utils
    from moto.moto_api._internal import mock_random
    from moto.moto_api._internal.moto_random import MotoRandom

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", TZ)
        patch.setenv("TERM", "xterm-256color")
        patch.setenv("LC_ALL", "C.UTF-8")
        patch.delenv("NO_COLOR", raising=False)
        time.tzset()
        patch.setattr(core.journal.store, "new_id", lambda _entropy: "pl-7f3k9q")
        patch.setattr(core.setup.executor, "ThreadPoolExecutor", InTurn)
        patch.setattr(tui.watch, "REHEARSAL_LOOK", 60.0)
        patch.setattr(probe, "probe", partial(probe.probe, clock=lambda: 0.0))
        # How often somebody looks differs, and each answer has an id: that takes none from what is made.
        patch.setattr(moto.core.responses, "gen_amzn_requestid_long", lambda _headers: "0" * 52)
        patch.setattr(moto.sts.utils, "random", MotoRandom())
        mock_random.seed(20260302)
        yield patch
    time.tzset()


@dataclass(frozen=True, slots=True)
class Film:
    """``page`` is the recorded walkthrough as HTML; ``models`` what was known at each checkpoint."""

    page: str
    models: dict[str, Model]


def film() -> Film:
    """Record it. Raises AssertionError where the walkthrough does not reach its end."""
    models: dict[str, Model] = {}
    apply = Session.apply

    def agreed(session: Session, plan: Plan) -> None:
        models.setdefault(PLANNED, session.model)
        apply(session, plan)

    with _steady() as patch, near("aws") as worker, tempfile.TemporaryDirectory() as folder:
        recording = Recording(Path(folder, "film"), SCENARIO)

        def picture(kept: Kept, svg: str) -> None:
            models[kept.rail.act] = kept.model
            recording.take(kept, svg)

        patch.setattr(tui.guide, "Worker", lambda *_, **__: worker)
        patch.setattr(Session, "apply", agreed)
        patch.setattr(Screen, "_compositor_refresh", unpainted)
        ended = tui.guide.run(SCENARIO, "aws", "fast", picture=picture, headless=True)
        assert ended == (0, ""), ended
        recording.finish()
        page = Path(folder, "film", "index.html").read_text(encoding="utf-8")
    return Film(page, models)


def made() -> Iterator[tuple[Path, str]]:
    """Every file and where it belongs."""
    one = film()
    yield DOCS / PAGE, one.page
    with _steady():
        for name, (moment, page) in SHOWN.items():
            shown = State(page, one.models[moment])
            svg = take_svg_screenshot(app=Stage(shown), terminal_size=SIZE, run_before=ready(shown))
            yield DOCS / f"{name}.svg", portable(svg)


def main() -> None:
    """Write them all."""
    DOCS.mkdir(exist_ok=True)
    for path, text in made():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
