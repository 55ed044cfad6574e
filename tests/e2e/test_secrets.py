"""Canaries in the place of every secret, looked for in everything that the program leaves, says or starts."""

from __future__ import annotations

import base64
import os
import tempfile
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keyring
import pytest
from click.testing import CliRunner
from werkzeug.wrappers import Request, Response

from core.journal import store
from providers import worker
from providers.sandbox import web
from providers.sandbox.azure import Sandbox, start
from providers.sandbox.azure.estate import Refusal
from tests.e2e import requests
from tests.e2e.azure_account import Magento
from tests.e2e.program import PROGRAM, InProcess, Ran, clean_environment
from tests.e2e.terminal import children, terminal
from tests.providers.test_secrets import Store
from tui.cli.group import cli

CANARIES = {
    "AWS_SECRET_ACCESS_KEY": "cAnAry/SecretKey+0123456789abcdefghijkl",
    "AWS_SESSION_TOKEN": "IQoJcAnAryToken//////////wEaCXVzLXdlc3QtMg==",
    "AZURE_CLIENT_SECRET": "cAnAry~Client.Secret_4711",
    "AZURE_CLIENT_CERTIFICATE_PASSWORD": "cAnAry certificate word",
    "MAGENTO_CLOUD_CLI_TOKEN": "cAnAryMagentoToken",
}
PLACE = {"PRIVATELINK_SANDBOX_ACCOUNT": "111122223333", "PRIVATELINK_SANDBOX_VPC": "vpc-0abc1234"}


def spellings(secret: str) -> set[bytes]:
    """A secret as it may be written somewhere."""
    plain = secret.encode()
    return {
        plain,
        base64.b64encode(plain).rstrip(b"="),
        plain.hex().encode(),
        urllib.parse.quote(secret, safe="").encode(),
        secret.encode("utf-16-le"),
    }


def assert_nowhere(secrets: Iterable[str], folder: Path, *said: str | bytes) -> None:
    """Not in what was said, and not in any file below the folder."""
    texts = [one.encode("utf-8", "surrogateescape") if isinstance(one, str) else one for one in said]
    places = {f"said {number}": text for number, text in enumerate(texts)}
    places |= {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert places
    for secret in secrets:
        assert len(secret) >= 8
        for spelling in spellings(secret):
            for place, text in places.items():
                assert spelling not in text, (place, secret)


def assert_private(folder: Path) -> None:
    """Files for this user alone, folders too."""
    for path in (folder, *folder.rglob("*")):
        assert path.lstat().st_mode & 0o077 == 0, path


class Recorded(InProcess):
    """Remembers all that was said."""

    def __call__(self, *arguments: str, code: int | None = 0, stdin: bytes = b"", **changed: str) -> Ran:
        ran = super().__call__(*arguments, code=code, stdin=stdin, **changed)
        self.__dict__.setdefault("said", []).extend([ran.out, ran.err])
        return ran


@contextmanager
def telltale() -> Iterator[str]:
    """An address that answers every request with an error that repeats the request."""

    @Request.application
    def repeat(request: Request) -> Response:
        told = f"You sent {dict(request.headers)} {request.get_data(as_text=True)}, {CANARIES}"
        text = told.replace("&", "&amp;").replace("<", "&lt;")
        error = f"<Error><Code>InvalidParameterValue</Code><Message>{text}</Message></Error>"
        return Response(f"<Response><Errors>{error}</Errors><RequestID>1</RequestID></Response>", 400)

    with web.serving(repeat) as url:
        yield url


def aws_environment(folder: Path, url: str) -> dict[str, str]:
    return clean_environment(
        folder, AWS_ENDPOINT_URL=url, AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE", **CANARIES
    )


def test_aws_and_an_answer_that_repeats_the_request(tmp_path: Path) -> None:
    with telltale() as url:
        program = Recorded(aws_environment(tmp_path, url))
        name = program.json("new", requests.write(tmp_path, requests.BIDIRECTIONAL, PLACE))["id"]
        for arguments in (("plan", name), ("apply", name, "--yes", "--format", "json"), ("accept", name)):
            told = program(*arguments, code=3)
            assert "You sent" in told.out + told.err, "else nothing was tried"
        program("status", name)
    assert_nowhere(CANARIES.values(), tmp_path, *program.__dict__["said"])


@pytest.fixture
def azure() -> Iterator[Sandbox]:
    with start(auto=False, ticketless=False, operation=0.02, retry_after=0.01) as sandbox:
        yield sandbox


@pytest.fixture
def from_keyring(azure: Sandbox) -> Iterator[dict[str, str]]:
    """The sandbox's environment, its secret in the system's store instead."""
    before, kept = keyring.get_keyring(), Store()
    environment = dict(azure.environment)
    secret = environment.pop("AZURE_CLIENT_SECRET")
    kept.set_password("privatelink-azure", environment["AZURE_CLIENT_ID"], secret)
    keyring.set_keyring(kept)
    try:
        yield environment
    finally:
        keyring.set_keyring(before)


def test_azure_from_the_keyring_to_the_tokens(
    azure: Sandbox, from_keyring: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole enablement, one of whose answers repeats the request with its token."""
    answer = azure.arm._answer
    told: list[str] = []

    def repeats(request: Any, fault: Any) -> Any:
        if request.method == "PUT" and "/loadBalancers/" in request.path and not told:
            told.append(request.headers["Authorization"])
            raise Refusal(400, "InvalidRequestFormat", f"You sent {dict(request.headers)}.")
        return answer(request, fault)

    monkeypatch.setattr(azure.arm, "_answer", repeats)
    work = tmp_path / "work"
    work.mkdir(mode=0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(work))
    program = Recorded(clean_environment(work, **from_keyring))
    magento = Magento(azure.environment)
    name = program.json("new", requests.write(work, requests.AZURE_BIDIRECTIONAL, from_keyring))["id"]
    failed = program.json("apply", name, "--yes", code=3)
    assert "You sent" in str(failed), "else nothing was tried"
    program("apply", name, "--yes")
    program("filed", name, "--ticket", "1")
    (work / "reply").write_text(magento.allow(azure.environment["AZURE_SUBSCRIPTION_ID"], (80,)))
    program("details", name, "--reply", str(work / "reply"))
    program("apply", name, "--yes")
    program("plan", name, "--guide")
    program("ticket", name)
    program("status", name, code=4)
    program("journal", "export", name, "--out", str(work / "story.jsonl"))
    program("undo", name, "--yes", "--force")
    secrets = {azure.environment["AZURE_CLIENT_SECRET"], *azure.arm.tokens._issued}
    assert len(secrets) > 1
    assert told[0].partition(" ")[2] in secrets
    assert_nowhere(secrets, work, *program.__dict__["said"])
    for written in (work / "privatelink", work / "story.jsonl"):
        assert_private(written)


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_fault_that_quotes_a_secret(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object) -> None:
        raise RuntimeError(
            f"no such key: {CANARIES['AZURE_CLIENT_SECRET']}; Bearer {CANARIES['AWS_SESSION_TOKEN']}"
        )

    monkeypatch.setattr(store, "names", fault)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    runs = [
        CliRunner().invoke(cli, ["status", "--format", form], env=clean_environment(tmp_path, **CANARIES))
        for _ in range(2)
    ]
    assert {one.exit_code for one in runs} == {3}
    assert_nowhere(CANARIES.values(), tmp_path, *(one.output for one in runs))
    kept = sorted(tmp_path.glob("privatelink-fault-*"))
    assert len(kept) == 2, "each has a name of its own, which nobody can foresee"
    assert all("no such key: (hidden); Bearer (hidden)" in one.read_text() for one in kept)
    for one in kept:
        assert_private(one)


def test_the_process_that_talks_to_the_cloud_is_told_no_secret_by_its_arguments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable, secret in CANARIES.items():
        monkeypatch.setenv(variable, secret)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    one = worker.Worker(worker.account("aws", "us-west-2", None))
    try:
        one.ready()
        started = children(os.getpid())
        lines = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in started]
        assert any(b"providers.worker" in line for line in lines)
        for secret in CANARIES.values():
            assert not any(secret.encode() in line for line in lines)
    finally:
        one.close()


@pytest.mark.slow
def test_the_wizard_in_a_terminal(tmp_path: Path) -> None:
    """Sign-in fails with an answer that repeats the request: its words are painted, and no secret."""
    with (
        telltale() as url,
        terminal((str(PROGRAM),), aws_environment(tmp_path, url), str(tmp_path)) as screen,
    ):
        screen.see("no enablement|New")
        screen.press("n")
        screen.see("Sign-in")
        screen.settle(1.0, 10.0)
        for key in ("f5", "f1", "escape", "f3", "f3"):
            screen.press(key)
            screen.settle(0.5, 5.0)
        lines = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in (screen.pid, *children(screen.pid))]
        painted = screen.painted
        screen.press("f10")
        screen.settle()
    assert_nowhere(CANARIES.values(), tmp_path, painted, *lines)
