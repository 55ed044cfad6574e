"""Who may come in, as a table."""

from __future__ import annotations

import pytest

from tui.web.guard import Guard

HERE = "127.0.0.1:8123"


def guard() -> Guard:
    return Guard(8123, "the-token", "the-secret")


@pytest.mark.parametrize(("host", "origin", "site", "entering", "says"), [
    (HERE, None, None, False, ""),
    ("localhost:8123", "http://localhost:8123", "same-origin", False, ""),
    (HERE, None, "none", False, ""),
    (HERE, None, "cross-site", True, ""),
    (HERE, None, "cross-site", False, "another site asks"),
    (HERE, None, "same-site", False, "another site asks"),
    (HERE, "http://evil.example", None, True, "another page asks"),
    (HERE, "http://localhost:8123", None, False, "another page asks"),
    (HERE, "https://127.0.0.1:8123", None, False, "another page asks"),
    (HERE, "null", None, False, "another page asks"),
    ("127.0.0.1:8124", None, None, False, "no name of this server"),
    ("rebound.example:8123", None, None, True, "no name of this server"),
    ("", None, None, False, "no name of this server"),
])  # fmt: skip
def test_what_comes_from_elsewhere(
    host: str, origin: str | None, site: str | None, entering: bool, says: str
) -> None:
    told = guard().outside(host, origin, site, entering=entering)
    assert (says in told) if says else told == ""


def test_the_token_lets_in_once_and_the_cookie_from_then_on() -> None:
    one = guard()
    cookies = {one.cookie: "the-secret"}
    assert not one.known(cookies), "nobody has come in"
    assert "another token" in one.enter("")
    assert "another token" in one.enter("tökén")
    assert one.enter("the-token") == ""
    assert "already" in one.enter("the-token")
    assert one.known(cookies)
    assert not one.known({})
    assert not one.known({one.cookie: "guessed"})
    assert not one.known({"privatelink-1": "the-secret"})


def test_a_guard_that_is_printed_tells_no_secret() -> None:
    assert "the-" not in repr(guard())
