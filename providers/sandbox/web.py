"""werkzeug's HTTP server on a loopback port: quiet, and gone without a trace when it is closed.

``werkzeug.serving.make_server`` does the same with log lines on stderr and with connections that outlive it.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import BaseWSGIServer, ThreadedWSGIServer, WSGIRequestHandler

LOOPBACK = "127.0.0.1"
JOIN_SECONDS = 5.0
POLL_SECONDS = 0.02

App = Callable[[Any, Any], Iterable[bytes]]
"""A WSGI application."""


class Quiet(WSGIRequestHandler):
    """A handler that says nothing: the terminal is not the server's."""

    # Answers are written in two pieces: without this every second one waits for a delayed acknowledgement.
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """A connection that broke serves no further request."""
        self.close_connection = True


class _Server(ThreadedWSGIServer):
    def __init__(
        self, app: App, port: int, handler: type[WSGIRequestHandler], tls: ssl.SSLContext | None
    ) -> None:
        self.open: dict[socket.socket, threading.Thread] = {}
        self.opening = threading.Lock()
        super().__init__(LOOPBACK, port, app, handler)
        # Not by the constructor: it would shake hands in the thread that accepts, and wait there.
        self.ssl_context = tls

    def get_request(self) -> Any:
        """Accept a connection; its own thread makes the TLS handshake at the first read."""
        request, address = super().get_request()
        if self.ssl_context is not None:
            request = self.ssl_context.wrap_socket(request, server_side=True, do_handshake_on_connect=False)
        return request, address

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing, as the handler."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away in the middle is no news."""

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread that is known."""
        thread = threading.Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            name="sandbox-api",
            daemon=True,
        )
        with self.opening:
            self.open[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection that is over."""
        with self.opening:
            self.open.pop(request, None)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End every connection and wait for its thread."""
        with self.opening:
            still = dict(self.open)
        for request, thread in still.items():
            try:
                request.shutdown(socket.SHUT_RDWR)
            except OSError:
                # It ended in the meantime.
                continue
            finally:
                thread.join(JOIN_SECONDS)


@contextmanager
def serving(
    app: App,
    port: int = 0,
    *,
    handler: type[WSGIRequestHandler] = Quiet,
    tls: ssl.SSLContext | None = None,
) -> Iterator[str]:
    """Serve an application on a port (0: any free one) while the context lasts; gives its address.

    Raises OSError where the port cannot be opened.
    """
    with socket.create_server((LOOPBACK, port)):
        # werkzeug prints and exits where it cannot have a port: this raises instead.
        pass
    server = _Server(app, port, handler, tls)
    accepting = threading.Thread(
        target=super(BaseWSGIServer, server).serve_forever, args=(POLL_SECONDS,), name="sandbox-accept"
    )
    accepting.daemon = True
    accepting.start()
    try:
        yield f"{'https' if tls else 'http'}://{LOOPBACK}:{server.port}"
    finally:
        server.shutdown()
        accepting.join(JOIN_SECONDS)
        server.server_close()
        server.hang_up()
