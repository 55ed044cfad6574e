"""Explanations by word: every code and term, in one index."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from core.audit.catalogue import CHECKS
from core.diagnosis.causes import CAUSES, source_of
from core.explain.cause_remedies import REMEDIES
from core.explain.error_codes import CLOUD, JOURNAL, OWN
from core.explain.glossary import GLOSSARY
from core.explain.meaning import Meaning
from core.explain.setup_codes import SETUP
from core.explain.vendor_page import address_of
from core.request.codes import CODES


@dataclass(frozen=True, slots=True)
class Explanation:
    """One word explained. ``kind`` says what it is a code of; ``remedy`` is empty for a term; ``url`` may be."""

    name: str
    kind: str
    meaning: str
    remedy: str
    source: str
    url: str = ""
    also: tuple[str, ...] = ()


C = TypeVar("C", bound=str)
TERM = "term"
_REQUEST = "privatelink check FILE names the field, what is wrong with it and where its value is found."


def _of_terms() -> Iterator[Explanation]:
    for term in GLOSSARY:
        text = f"{term.meaning[0].upper()}{term.meaning[1:]}."
        yield Explanation(
            term.name, TERM, text.replace("….", "…"), "", term.source, address_of(term.source), term.also
        )


def _of_request() -> Iterator[Explanation]:
    for code, told in CODES.items():
        text, _, source = told.partition(" Source: ")
        yield Explanation(
            code,
            "problem of a request",
            f"The rule: {text}",
            _REQUEST,
            source.rstrip("."),
            address_of(source.rstrip(".")),
        )


def _of_table(kind: str, table: Mapping[C, Meaning]) -> Iterator[Explanation]:
    for code, one in table.items():
        yield Explanation(code, kind, one.text, one.remedy, one.source, address_of(one.source))


def _of_causes() -> Iterator[Explanation]:
    for code, cause in CAUSES.items():
        sources = dict.fromkeys(source_of(code, platform) for platform in cause.platforms)
        source = "; ".join(one for one in sources if one) or "this program: what a probe saw"
        yield Explanation(code, "cause in a diagnosis", f"{cause.title}.", REMEDIES[code], source)


def _of_checks() -> Iterator[Explanation]:
    for check in CHECKS.values():
        text = f"{check.title.rstrip('.')}. {check.rationale}"
        kind = f"check of the audit, {check.severity}"
        yield Explanation(check.id, kind, text, check.remedy, check.source.title, check.source.url)


@cache
def everything() -> tuple[Explanation, ...]:
    """Every explanation: terms first, then codes. A code may stand for more than one thing."""
    return (
        *_of_terms(),
        *_of_request(),
        *_of_table("problem of a plan, an undo, a ticket or a reply", SETUP),
        *_of_causes(),
        *_of_checks(),
        *_of_table("failure of a cloud", CLOUD),
        *_of_table("failure of a journal", JOURNAL),
        *_of_table("failure of this program", OWN),
    )


def _plain(word: str) -> str:
    """A word without what people write differently: case, hyphens, a plural's s, a code's brackets."""
    plain = re.sub(r"[\s_-]+", " ", word.strip().strip("[]").casefold())
    return plain[:-1] if len(plain) > 3 and plain.endswith("s") and not plain.endswith("ss") else plain


@cache
def _index() -> Mapping[str, tuple[Explanation, ...]]:
    index: dict[str, tuple[Explanation, ...]] = {}
    for one in everything():
        for name in dict.fromkeys(_plain(name) for name in (one.name, *one.also)):
            index[name] = (*index.get(name, ()), one)
    return index


def explain(word: str) -> tuple[Explanation, ...]:
    """What a term or code means; more than one where the word has several meanings, none where it has no."""
    return _index().get(_plain(word), ())


def near(word: str, most: int = 8) -> tuple[str, ...]:
    """Names that somebody may have meant: those that hold the word, else those written alike."""
    plain, index = _plain(word[:200]), _index()
    found = [name for name in index if plain and plain in name] or difflib.get_close_matches(
        plain, index, most
    )
    return tuple(dict.fromkeys(index[name][0].name for name in found))[:most]


def matching(text: str) -> tuple[Explanation, ...]:
    """Everything whose name or meaning has the text in it; what has it in its name comes first."""
    wanted = text.strip().casefold()
    by_name = [
        one for one in everything() if any(wanted in name.casefold() for name in (one.name, *one.also))
    ]
    by_meaning = [one for one in everything() if wanted in one.meaning.casefold() and one not in by_name]
    return (*by_name, *by_meaning)
