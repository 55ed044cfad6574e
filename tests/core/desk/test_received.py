"""A file is told by its content, and nothing in it raises."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.desk.received import kind_of, receive
from core.journal import transfer
from core.journal.transfer import Packed
from core.network import saved
from core.network.saved import Saved
from core.request.model import Problem
from core.request.read import Reading
from tests.core.audit.build import AWS


@pytest.mark.parametrize(
    ("data", "kind", "content"),
    [
        (saved.write([AWS]), "inventory", Saved),
        (saved.write([]), "inventory", Saved),
        (transfer.pack("pl-1", []), "history", Packed),
        (b'\xef\xbb\xbf \n{ "version": 1,\n "format" : "privatelink-journal"}', "history", Problem),
        (b'{"format": "privatelink-inventory", "version": 9}', "inventory", Problem),
        (b'[project]\nid = "x"\n', "request", Reading),
        (b'# "format": "privatelink-journal"\n[project]\nid = "x"\n', "request", Reading),
        (b'{"project": {"id": "x"}}', "request", Reading),
        (b"\xff", "request", Problem),
        (b"[project", "request", Problem),
    ],
    ids=range(10),
)
def test_what_it_is(data: bytes, kind: str, content: type) -> None:
    assert kind_of(data) == kind
    assert isinstance(receive("a name", data).content, content)


@given(
    st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=60).map(lambda more: b'{"format": "privatelink-journal"' + more),
    )
)
@example(b'{"format": "privatelink-inventory", "version": 1, "redacted": false, "inventories": [{}]}')
@example(b"{" + b" " * 100_000)
@settings(max_examples=40, deadline=None)
def test_any_bytes_are_told(data: bytes) -> None:
    assert receive("a name", data).name == "a name"
