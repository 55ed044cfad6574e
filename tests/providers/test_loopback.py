"""Which addresses are this machine's own."""

from __future__ import annotations

import pytest

from providers.loopback import local_place


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://127.0.0.1:4566", "127.0.0.1:4566"),
        ("https://localhost:8443/path", "localhost:8443"),
        ("http://[::1]:4566", "[::1]:4566"),
        ("http://user:password@127.0.0.1:1", "127.0.0.1:1"),
        ("https://ec2.us-west-2.amazonaws.com", ""),
        ("https://10.0.0.1", ""),
        ("https://127.0.0.1.example.com", ""),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_an_address_on_this_machine_is_told_from_others(url: str, place: str) -> None:
    assert local_place(url) == place
