"""The palette: every action of the open screen, by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.screens.wizard import Wizard
from tui.screens.wizard.route import needed


class Intents(Provider):
    """The wizard's pages and the open page's actions."""

    def _entries(self) -> list[tuple[str, Callable[[], object]]]:
        screen = self.screen
        if not isinstance(screen, Wizard):
            return []
        model = screen.session.model
        entries: list[tuple[str, Callable[[], object]]] = [
            (f"Go to: {page.title}", partial(screen.go, page.key)) for page in needed(model)
        ]
        entries += [
            (one.label, partial(screen.do, one.name)) for one in screen.page.actions(model) if one.enabled
        ]
        entries.append(("Look at the cloud now", screen.action_look))
        return entries

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for text, command in self._entries():
            yield DiscoveryHit(text, command)

    async def search(self, query: str) -> Hits:
        """What matches."""
        matcher = self.matcher(query)
        for text, command in self._entries():
            score = matcher.match(text)
            if score > 0:
                yield Hit(score, matcher.highlight(text), command)
