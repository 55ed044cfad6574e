"""The program behind the page: the wizard, painted for a browser. Started by the server, one for each session."""

from __future__ import annotations

import os
import sys


def main(words: list[str]) -> int:
    """Open the wizard, or with a cloud's name the rehearsal on its sandbox; returns the exit code."""
    os.umask(0o077)
    # The browser shows every character, whatever terminal the server was started in.
    os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8")
    if words:
        from core.request.model import platform_of
        from tui.rehearsal import run as rehearse

        platform = platform_of(words[0])
        assert platform is not None, "the server names a cloud"
        return rehearse(platform, None)
    from tui.wizard import run

    return run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
