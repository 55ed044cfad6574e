"""Started in somebody else's folder, the program imports nothing from it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.e2e import requests
from tests.e2e.program import Program, clean_environment, imported
from tui.web.server import inside

PLACE = {"PRIVATELINK_SANDBOX_ACCOUNT": "111122223333", "PRIVATELINK_SANDBOX_VPC": "vpc-0abc1234"}
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
WORKER = """
from providers.remote import connect
from providers.worker import Worker
from providers.worker_child import Start
worker = Worker(Start("providers:connect", {"platform": "aws", "region": "us-west-2"}))
print(connect(worker).cloud.region)
worker.close()
"""


def test_the_traps_work(hostile: Path, tmp_path: Path) -> None:
    """Python by itself looks into the current folder first."""
    python = [sys.executable, "-c", "import boto3"]
    done = subprocess.run(
        python, cwd=hostile, env=clean_environment(tmp_path), capture_output=True, check=False
    )
    assert done.returncode
    assert imported(hostile) == ["boto3.py.imported"]


def test_commands(hostile: Path, tmp_path: Path) -> None:
    program = Program(clean_environment(tmp_path, **KEYS), folder=hostile)
    assert program("--version").out.startswith("privatelink, version ")
    file = requests.write(tmp_path, requests.UNIDIRECTIONAL, PLACE)
    name = program.json("new", file)["id"]
    # Far enough that the SDK is imported and asked.
    told = program("plan", name, "--format", "json", code=3, AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert [one["code"] for one in told.json["problems"]] == ["unreachable"]
    assert imported(hostile) == []


def test_the_process_that_talks_to_the_cloud(hostile: Path, tmp_path: Path) -> None:
    """Its parent is started with -P, as a console script is; the child sees to that by itself."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", WORKER],
        cwd=hostile,
        env=clean_environment(tmp_path, **KEYS),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "us-west-2"), done.stderr
    assert imported(hostile) == []


def test_the_program_behind_the_page(hostile: Path, tmp_path: Path) -> None:
    """``serve`` starts it where the person is; as with a browser that is gone at once."""
    subprocess.run(
        inside(()),
        cwd=hostile,
        env=clean_environment(tmp_path, TEXTUAL_DRIVER="textual.drivers.web_driver:WebDriver"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert imported(hostile) == []
