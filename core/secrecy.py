"""Secrets in other people's words: an answer that repeats a request, an exception that quotes a file.

No secret is ever put into a message here, but what a cloud, a proxy or an SDK says is passed on: what looks like a
secret, and what is known to be one, is taken out of it first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

HIDDEN = "(hidden)"
SHORTEST = 8
"""Characters that a known secret has at least: a shorter one would hide words."""

_SHAPES: tuple[re.Pattern[str], ...] = (
    re.compile(r"()-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:[^-]|-(?!----END))*"),
    # JSON Web Tokens (RFC 7519), as Microsoft Entra gives them.
    re.compile(r"()\beyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)*"),
    re.compile(r"((?i:\b(?:bearer|basic|negotiate)) {1,3})[\w.~+/=-]{6,}"),
    # name=value and "name": "value" where the name says that it is one: forms, headers, JSON, configuration files.
    re.compile(
        r"((?i:secret|token|passw(?:or)?d|assertion|signature|credential|api[_-]?key|access[_-]?key|private[_-]?key)"
        r"[\w-]{0,30}[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?)(?!\()[^\s\"'&,;<>{}]{4,}"
    ),
)
"""What a secret looks like; the first group stays."""
_NAMES = re.compile(r"(?i)secret|token|passw|credential|api_?key|access_?key|private_?key")
_NO_SECRETS = re.compile(r"(?i)_(file|path|uri|url|host|id|profile)$")


def named_secrets(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The values of environment variables whose names say that they are secrets (``AZURE_CLIENT_SECRET``,
    ``AWS_SESSION_TOKEN``), longest first; not those that name a file, an address or an id.
    """
    found = {
        value
        for name, value in environ.items()
        if len(value) >= SHORTEST and _NAMES.search(name) and not _NO_SECRETS.search(name)
    }
    return tuple(sorted(found, key=lambda value: (-len(value), value)))


def hide(text: str, secrets: Iterable[str] = ()) -> str:
    """``text`` without these secrets, and without what looks like one (tokens, keys, ``password=…``)."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    for shape in _SHAPES:
        text = shape.sub(rf"\g<1>{HIDDEN}", text)
    return text
