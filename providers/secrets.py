"""What a person types that nobody else may read, kept in the operating system's secret store.

There is no fallback: where the system has no store, or only one that keeps secrets in plain text, that is
an error that says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SecretCode = Literal["no-store", "insecure-store", "locked", "refused"]

_USELESS = ("keyring.backends.fail.", "keyring.backends.null.")
_INSECURE = ("keyrings.alt.",)
"""Backends that keep secrets in files, in plain text or behind a pass phrase asked for on the terminal."""


class SecretStoreError(Exception):
    """The secret store cannot be used: a stable ``code``, what happened, and who must do what."""

    def __init__(self, code: SecretCode, message: str, remedy: str) -> None:
        super().__init__(code, message, remedy)
        self.code: SecretCode = code
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return self.message


def store(service: str, name: str, secret: str) -> None:
    """Keep a secret under a service and a name, replacing what was there. Raises SecretStoreError."""
    backend = _backends()[0]
    with _told():
        backend.set_password(service, name, secret)


def fetch(service: str, name: str) -> str | None:
    """The secret, or None where none is kept. Raises SecretStoreError."""
    with _told():
        return next(
            (
                secret
                for backend in _backends()
                if (secret := backend.get_password(service, name)) is not None
            ),
            None,
        )


def forget(service: str, name: str) -> None:
    """Remove a secret, wherever it is kept; none kept is no error. Raises SecretStoreError."""
    with _told():
        for backend in _backends():
            if backend.get_password(service, name) is not None:
                backend.delete_password(service, name)


def _backends() -> tuple[KeyringBackend, ...]:
    """The usable stores, the preferred one first; never empty."""
    import keyring
    from keyring.backends.chainer import ChainerBackend

    with _told():
        chosen = keyring.get_keyring()
        many = tuple(chosen.backends) if isinstance(chosen, ChainerBackend) else (chosen,)
    names = [f"{type(backend).__module__}.{type(backend).__qualname__}" for backend in many]
    usable = tuple(
        backend
        for backend, name in zip(many, names, strict=True)
        if not name.startswith(_USELESS + _INSECURE)
    )
    if usable:
        return usable
    insecure = [name for name in names if name.startswith(_INSECURE)]
    if insecure:
        raise SecretStoreError(
            "insecure-store",
            f"The only secret store here keeps secrets in files: {', '.join(insecure)}.",
            "Set up the system's own store (Keychain, Credential Manager, Secret Service or KWallet), or set "
            "the secret in an environment variable for this run.",
        )
    raise SecretStoreError(
        "no-store",
        "This machine has no secret store.",
        "Set up the system's own store (Keychain, Credential Manager, Secret Service or KWallet), or set the "
        "secret in an environment variable for this run.",
    )


@contextmanager
def _told() -> Iterator[None]:
    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    try:
        yield
    except SecretStoreError:
        raise
    except NoKeyringError as error:
        raise SecretStoreError(
            "no-store",
            "This machine has no secret store.",
            "Set up the system's own store (Keychain, Credential Manager, Secret Service or KWallet).",
        ) from error
    except (KeyringLocked, InitError) as error:
        raise SecretStoreError(
            "locked", "The secret store is locked.", "Unlock it (sign in to the desktop), then try again."
        ) from error
    except Exception as error:
        # A backend lets errors of its own through: D-Bus, Win32, a helper program.
        raise SecretStoreError(
            "refused",
            f"The secret store refused: {type(error).__name__}.",
            "Look at the store with its own program; the secret has not been kept anywhere else.",
        ) from error
