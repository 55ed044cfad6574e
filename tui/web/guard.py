"""Who may come in: the one browser that was given the address, from the page itself, on this machine."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

HOST = "127.0.0.1"
"""Nothing but this machine reaches it."""


@dataclass(slots=True)
class Guard:
    """``token`` lets one browser in, once; ``secret`` is the cookie that it is then known by."""

    port: int
    token: str = field(repr=False)
    secret: str = field(repr=False)
    used: bool = False

    @property
    def hosts(self) -> tuple[str, ...]:
        """What a request may call this server. Another name that leads here is somebody's trick (DNS rebinding)."""
        return (f"{HOST}:{self.port}", f"localhost:{self.port}")

    @property
    def address(self) -> str:
        """What the person opens."""
        return f"http://{HOST}:{self.port}/enter?token={self.token}"

    @property
    def cookie(self) -> str:
        """The cookie's name. Cookies do not know ports: two servers have two names."""
        return f"privatelink-{self.port}"

    def outside(self, host: str, origin: str | None, site: str | None, *, entering: bool) -> str:
        """Why a request comes from elsewhere; empty where it does not. A link in a chat or a mail may lead in,
        once; everything after that comes from the page itself.
        """
        if host not in self.hosts:
            return f"this is no name of this server: {host}"
        if origin is not None and origin != f"http://{host}":
            return f"another page asks: {origin}"
        if not entering and site not in (None, "same-origin", "none"):
            return f"another site asks ({site})"
        return ""

    def enter(self, token: str) -> str:
        """Let a browser in by the token, once. Answers why not; empty where it is in."""
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return "the address has another token than the one that was printed"
        if self.used:
            return "the address was opened already; it lets one browser in, once"
        self.used = True
        return ""

    def known(self, cookies: Mapping[str, str]) -> bool:
        """Whether this is the browser that was let in."""
        return self.used and hmac.compare_digest(cookies.get(self.cookie, "").encode(), self.secret.encode())
