"""Everything that reads what a person or another program wrote, on anything at all: words of its own, or a value."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.audit import baseline, suppress
from core.cloud import ProbeTarget
from core.handoff.proof import read_output
from core.handoff.reply import read_reply
from core.journal import transfer
from core.journal.errors import JournalError
from core.network import saved
from core.request.read import check_reading, read
from tests import nasty, tally

WEB = ProbeTarget("Webserver", "vpce-0abc.us-west-2.vpce.amazonaws.com", 80)
REFUSALS: tuple[type[Exception], ...] = (JournalError, saved.UnusableFile, suppress.UnusableFile)
"""How a reader says that it cannot read: each has a message and a remedy."""

READERS: dict[str, Callable[[bytes], object]] = {
    "request.toml": lambda data: check_reading(read(data, "request.toml")),
    "request.json": lambda data: check_reading(read(data, "request.json")),
    "reply": lambda data: read_reply(data.decode("utf-8", "surrogateescape"), "aws", "us-west-2"),
    "reply on Azure": lambda data: read_reply(data.decode("utf-8", "surrogateescape"), "azure", "westeurope"),
    "output": lambda data: read_output(data.decode("utf-8", "surrogateescape"), (WEB,)),
    "journal": lambda data: transfer.unpack(data, "x"),
    "inventory": saved.read,
    "baseline": baseline.read,
    "suppressions": suppress.read,
}
PIECES = st.one_of(
    nasty.texts().map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(max_size=30),
    st.sampled_from(
        [
            *(
                b"[project]\n",
                b"[[services]]\n",
                b"[[suppress]]\n",
                b"= ",
                b'"',
                b"'''",
                b"{",
                b"}",
                b"[",
                b"]",
                b":",
                b",",
                b"\n",
            ),
            *(
                b'{"format": ',
                b'"version": 1',
                b'"findings": [',
                b"null",
                b"1e999",
                b"NaN",
                b"-0",
                b"\xff\xfe",
                b"\x00",
            ),
            *(b"com.amazonaws.vpce.us-west-2.vpce-svc-0", b".azure.privatelinkservice", b"/subscriptions/"),
            *(
                b"* Connected to ",
                b" port 80",
                b"vpce-0abc.us-west-2.vpce.amazonaws.com",
                b"<a href=",
                b"&#x",
            ),
        ]
    ),
)
ANYTHING = st.lists(PIECES, max_size=30).map(b"".join)


def attempt(name: str, data: bytes) -> None:
    try:
        READERS[name](data)
    except REFUSALS as error:
        told = f"{getattr(error, 'message', error)} {getattr(error, 'remedy', '')}"
        assert told.strip()
        assert len(told) < 2_000, "a refusal does not repeat the file"


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=ANYTHING)
def test_anything_is_read_or_refused(name: str, data: bytes) -> None:
    attempt(name, data)
    tally.add("inputs fuzzed")


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", READERS)
@settings(max_examples=1_500, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=ANYTHING)
def test_much_more_of_anything(name: str, data: bytes) -> None:
    attempt(name, data)
    tally.add("inputs fuzzed")
