"""The vendor's own page about PrivateLink: its sections by name, each with its address."""

from __future__ import annotations

from typing import Literal, get_args

from core.request.offer import PAGE

Section = Literal[
    "Features and support",
    "Limitations",
    "PrivateLink connection types",
    "Prerequisites",
    "Enablement workflow",
    "Customer set up for bidirectional PrivateLink connections",
]
"""The headings, as the page has them."""
SECTIONS: tuple[Section, ...] = get_args(Section)
_SOURCE = "PrivateLink page"


def address(section: Section) -> str:
    """Where a section is: the page's address and the heading as an anchor."""
    return f"{PAGE}#{section.casefold().replace(' ', '-')}"


def address_of(source: str) -> str:
    """The address of a source that is named as ``PrivateLink page, <section>``; the page's own where the section is
    none of its headings, empty for another document.
    """
    document, _, rest = source.partition(", ")
    if document.partition(";")[0] not in (_SOURCE, f"current {_SOURCE}"):
        return ""
    name = rest.partition(";")[0]
    found = next((one for one in SECTIONS if one == name), None)
    return PAGE if found is None else address(found)
