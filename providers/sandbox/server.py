"""moto's HTTP server on a loopback port. ``moto.server.ThreadedMotoServer`` is not as quiet as :mod:`.web`."""

from __future__ import annotations

from contextlib import AbstractContextManager

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)

from providers.sandbox import web


class _Handler(web.Quiet, MotoRequestHandler):
    """moto's handler, quiet."""


def serving(port: int) -> AbstractContextManager[str]:
    """Serve moto on a port (0: any free one) while the context lasts; gives its address.

    Raises OSError where the port cannot be opened.
    """
    return web.serving(DomainDispatcherApplication(create_backend_app), port, handler=_Handler)
