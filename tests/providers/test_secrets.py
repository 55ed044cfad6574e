"""The secret layer over keyring, with backends of every kind in the store's place."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.errors import InitError, KeyringLocked, PasswordDeleteError, PasswordSetError

from providers import secrets


class Store(KeyringBackend):
    """A store in memory; ``trouble`` is raised by every verb."""

    priority = 5

    def __init__(self, trouble: Exception | None = None) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.trouble = trouble

    def _try(self) -> None:
        if self.trouble is not None:
            raise self.trouble

    def get_password(self, service: str, username: str) -> str | None:
        self._try()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._try()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._try()
        if (service, username) not in self.kept:
            raise PasswordDeleteError("not there")
        del self.kept[service, username]


class Plaintext(Store):
    """As keyrings.alt.file.PlaintextKeyring, which anybody on the machine may have installed."""


Plaintext.__module__ = "keyrings.alt.file"


class Chain(chainer.ChainerBackend):
    """keyring's own way to use many stores, with these."""

    backends: list[KeyringBackend] = []


# Every subclass is a candidate when keyring looks for a store: these are not to be found by other tests.
KeyringBackend._classes -= {Store, Plaintext, Chain}


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def use(backend: KeyringBackend) -> None:
    keyring.set_keyring(backend)


def chain(*backends: KeyringBackend) -> KeyringBackend:
    made = Chain()
    made.backends = list(backends)
    return made


def test_store_fetch_forget() -> None:
    use(store := Store())
    assert secrets.fetch("privatelink", "token") is None
    secrets.store("privatelink", "token", "s3cret [/] \x1b")
    secrets.store("privatelink", "token", "later")
    assert store.kept == {("privatelink", "token"): "later"}
    assert secrets.fetch("privatelink", "token") == "later"
    secrets.forget("privatelink", "token")
    secrets.forget("privatelink", "token")
    assert secrets.fetch("privatelink", "token") is None


@pytest.mark.parametrize(
    ("backend", "code"),
    [
        (fail.Keyring(), "no-store"),
        (null.Keyring(), "no-store"),
        (Plaintext(), "insecure-store"),
        (chain(), "no-store"),
        (chain(Plaintext(), null.Keyring()), "insecure-store"),
        (Store(KeyringLocked("locked")), "locked"),
        (Store(InitError("dismissed")), "locked"),
        (Store(PasswordSetError("no")), "refused"),
        (Store(RuntimeError("D-Bus")), "refused"),
        (Store(OSError("helper")), "refused"),
    ],
)
@pytest.mark.parametrize("verb", ["store", "fetch", "forget"])
def test_a_store_that_cannot_be_used(backend: KeyringBackend, code: str, verb: str) -> None:
    use(backend)
    arguments = ("privatelink", "token", "s3cret") if verb == "store" else ("privatelink", "token")
    with pytest.raises(secrets.SecretStoreError) as raised:
        getattr(secrets, verb)(*arguments)
    assert raised.value.code == code
    assert raised.value.remedy
    assert "s3cret" not in repr(raised.value)
    assert not getattr(backend, "kept", {})


def test_the_secure_one_of_many() -> None:
    plain, safe = Plaintext(), Store()
    plain.kept["privatelink", "token"] = "planted"
    use(chain(plain, safe))
    assert secrets.fetch("privatelink", "token") is None
    secrets.store("privatelink", "token", "s3cret")
    assert plain.kept == {("privatelink", "token"): "planted"}
    assert safe.kept == {("privatelink", "token"): "s3cret"}
