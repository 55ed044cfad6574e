"""The child of a worker: a cloud that answers over its standard input and output.

What goes over the pipe is pickled: first a :class:`Start`, then questions ``(number, who, verb, arguments)``; back
come ``(number, kind, value)``, number 0 for the connection itself.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import BinaryIO, Literal

from core.cloud import Choosing, CloudError, Connected, OnCode, carry_out
from core.request.model import ConnectionType, Draft, Platform

THREADS = 32
"""Calls under way at once in the child: more gain nothing (measured: 16–32 saturate one process)."""

TELLING = frozenset({"inventory", "carry_out"})
"""Verbs whose last argument is a function that is told something on the way."""

Kind = Literal["answer", "error", "progress"]
Ready = tuple[tuple[Platform, str], bool, dict[str, str], dict[ConnectionType, Draft]]
"""(platform, region), whether it rehearses, its environment, requests to practice with."""


@dataclass(frozen=True, slots=True)
class Start:
    """What the child connects to. ``opener`` is ``module:function``, called with ``arguments`` and answering
    a :class:`core.cloud.Connected`. ``tells``: it takes ``on_code`` and tells there what a person has to do.
    """

    opener: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    tells: bool = False


def _open(start: Start, on_code: OnCode) -> Connected:
    module_name, _, function_name = start.opener.partition(":")
    module = __import__(module_name, fromlist=[function_name])
    opener: Callable[..., Connected] = getattr(module, function_name)
    return opener(**start.arguments, **({"on_code": on_code} if start.tells else {}))


def _unexpected(error: BaseException) -> CloudError:
    return CloudError(
        "unexpected",
        f"{type(error).__name__}: {error}",
        "This is a fault of privatelink: report it with these words.",
        detail=repr(error),
    )


def _end_with(pipe: int) -> None:
    """End as soon as the parent's end of the pipe is closed, whatever is under way: a sign-in may wait for long."""
    hung_up = select.poll()
    hung_up.register(pipe, select.POLLHUP)
    hung_up.poll()
    os._exit(0)


def _serve(asked: BinaryIO, answered: BinaryIO) -> None:
    """The child: answers until the parent is gone."""
    sending = threading.Lock()
    here: list[Connected] = []

    def send(number: int, kind: Kind, value: object) -> None:
        data = pickle.dumps((number, kind, value))
        with sending:
            answered.write(data)
            answered.flush()

    def answer(number: int, who: str, verb: str, arguments: tuple[object, ...]) -> None:
        try:
            if verb == "elsewhere" and isinstance(here[0].cloud, Choosing):
                here[0] = replace(here[0], cloud=here[0].cloud.elsewhere(*arguments))  # type: ignore[arg-type]
                send(number, "answer", None)
                return
            connected = here[0]
            target: object = connected.cloud if who == "cloud" else connected.counterpart
            act: Callable[..., object] = (
                partial(carry_out, connected.cloud) if verb == "carry_out" else getattr(target, verb)
            )
            tell = (lambda told: send(number, "progress", told),) if verb in TELLING else ()
            value = act(*arguments, *tell)
            send(number, "answer", value)
        except CloudError as error:
            send(number, "error", error)
        except Exception as error:  # noqa: BLE001 - turned into the port's own error for the parent to show
            send(number, "error", _unexpected(error))

    threading.Thread(target=_end_with, args=(asked.fileno(),), daemon=True).start()
    try:
        start: Start = pickle.load(asked)
        try:
            here.append(_open(start, lambda code: send(0, "progress", code)))
        except CloudError as error:
            send(0, "error", error)
            return
        except Exception as error:  # noqa: BLE001 - as above
            send(0, "error", _unexpected(error))
            return
        connected = here[0]
        identity = (connected.cloud.platform, connected.cloud.region)
        rehearses = connected.counterpart is not None
        send(0, "answer", (identity, rehearses, dict(connected.environment), dict(connected.practice)))
        with ThreadPoolExecutor(THREADS) as pool:
            while True:
                pool.submit(answer, *pickle.load(asked))
    except (EOFError, OSError, KeyboardInterrupt):
        # The parent is gone. Calls under way may still be waiting for the cloud: nobody will read them.
        os._exit(0)


def main() -> None:
    """The child's entry: its pipes are its standard input and output, which nothing else may touch."""
    asked, answered = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(quiet, descriptor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _serve(asked, answered)
