"""What ``curl -v telnet://HOST:PORT`` prints, from a connection that is really tried."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

from core.cloud import ProbeTarget
from providers.sandbox.datapath import DataPath, Resolved

PROMPT = "web@mymagento:~$ "
CONNECT_SECONDS = 1.0
"""How long a connection may take; real ones take milliseconds here."""
GREETING_SECONDS = 0.5


def session(data_path: DataPath, commands: str, targets: tuple[ProbeTarget, ...]) -> str:
    """The output of a terminal on Magento's side for all targets, in order, each below its command line."""
    lines: list[str] = []
    for target in targets:
        url = f"telnet://{target.host}:{target.port}"
        pasted = [line.strip() for line in commands.splitlines() if url in line]
        lines.append(PROMPT + (pasted[0] if pasted else f"curl -v {url}"))
        lines.extend(curl(data_path.resolve(target.host, target.port, "vendor"), target))
    return "\n".join(lines) + "\n"


def curl(found: Resolved | None, target: ProbeTarget) -> Iterator[str]:
    """The lines of one attempt. ``found`` is what the target's name resolved to."""
    host, port = target.host, target.port
    if found is None:
        yield f"* Could not resolve host: {host}"
        yield "* Closing connection"
        yield f"curl: (6) Could not resolve host: {host}"
        return
    address = found.addresses[0]
    yield f"* Host {host}:{port} was resolved."
    yield "* IPv6: (none)"
    yield f"* IPv4: {', '.join(found.addresses)}"
    yield f"*   Trying {address}:{port}..."
    begun = time.monotonic()
    try:
        connection = socket.create_connection(found.connect, timeout=CONNECT_SECONDS)
    except TimeoutError:
        words = f"Connection timed out after {_milliseconds(begun)} milliseconds"
        yield f"* {words}"
        yield "* Closing connection"
        yield f"curl: (28) {words}"
        return
    except OSError as error:
        words = f"Failed to connect to {host} port {port} after {_milliseconds(begun)} ms"
        yield f"* connect to {address} port {port} failed: {error.strerror}"
        yield f"* {words}: Couldn't connect to server"
        yield "* Closing connection"
        yield f"curl: (7) {words}: Couldn't connect to server"
        return
    yield f"* Connected to {host} ({address}) port {port}"
    with connection:
        connection.settimeout(GREETING_SECONDS)
        try:
            greeting = connection.recv(1024).decode(errors="replace").rstrip()
        except TimeoutError:
            greeting = ""
        except OSError as error:
            yield f"* Recv failure: {error.strerror}"
            yield "* Closing connection"
            yield f"curl: (56) Recv failure: {error.strerror}"
            return
    if greeting:
        yield greeting
    yield "* Closing connection"


def _milliseconds(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)
