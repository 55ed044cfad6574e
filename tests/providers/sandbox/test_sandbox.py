"""A sandbox as a whole: it starts, is alone, is quiet, and leaves nothing behind."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest

from core.cloud import CloudError, Watch
from core.request.model import CONNECTION_TYPES
from providers import connect
from providers.sandbox import start

ROOT = Path(__file__).parents[3]


def test_importing_it_imports_no_sdk() -> None:
    code = "import sys, providers.sandbox; print({'moto', 'boto3', 'botocore'} & set(sys.modules))"
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert shown.stdout.strip() == "set()"


def test_a_life(capfd: pytest.CaptureFixture[str]) -> None:
    before = set(threading.enumerate())
    environment_before = dict(os.environ)
    with start(delay=0.1, provisioning=0, registration=0) as running:
        with pytest.raises(CloudError) as caught:
            start()
        assert caught.value.code == "in-use"

        cloud = running.connected.cloud
        assert (cloud.platform, cloud.region) == ("aws", "us-west-2")
        assert cloud.identity().account == "111122223333"
        assert cloud.identity().local.startswith("127.0.0.1:")
        assert {"shop-prod", "shop-dev"} <= {network.name for network in cloud.networks()}
        inventory = cloud.inventory(running.world.vpc)
        assert {one.name for one in inventory.instances} == {"shop-db", "shop-oms", "shop-sftp"}
        assert [one.kind for one in inventory.load_balancers] == ["application"]
        assert inventory.gaps == ()
        service = cloud.vendor_service(running.world.service_name)
        assert service.owner == "402592597372"

        # The other way in: the environment alone.
        again = connect("aws", region="us-west-2", environ=running.environment).cloud
        assert again.identity() == cloud.identity()
        seen = again.observe(Watch(running.world.vpc, (running.world.service_name,)))
        assert seen.vendor_services[running.world.service_name] is not None

        given = running.environment
        magento = boto3.client(
            "sts",
            endpoint_url=given["AWS_ENDPOINT_URL"],
            region_name=given["AWS_REGION"],
            aws_access_key_id=given["MAGENTO_AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=given["MAGENTO_AWS_SECRET_ACCESS_KEY"],
            aws_session_token=given["MAGENTO_AWS_SESSION_TOKEN"],
        )
        assert magento.get_caller_identity()["Account"] == "402592597372"
        magento.close()
        ports = [urlsplit(given[name]).port for name in ("AWS_ENDPOINT_URL", "PRIVATELINK_RESOLVER")]
    running.stop()

    assert os.environ == environment_before
    assert {thread.name for thread in set(threading.enumerate()) - before} == set()
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port or 0), 1)
    assert capfd.readouterr() == ("", "")


def test_the_practice_requests_fit_the_world() -> None:
    with start(region="eu-central-1", auto=False) as running:
        addresses = {*running.world.hosts.values(), *running.world.instances.values()}
        networks = {network.id for network in running.connected.cloud.networks()}
        for kind in CONNECTION_TYPES:
            draft = running.request_draft(kind)
            assert draft == running.connected.practice[kind]
            assert draft.cloud.network in networks
            assert (draft.cloud.region, draft.project.region) == ("eu-central-1", "EU-5")
            outgoing = [one for one in draft.services if one.direction == "from-magento"]
            assert bool(outgoing) == (kind == "bidirectional")
            assert all(set(one.targets) <= addresses for one in outgoing)


def post(url: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def test_other_programs_can_make_moves_on_a_fixed_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CloudError) as caught:
            start(port=port)
    assert caught.value.code == "unavailable"
    with start(port=port, auto=False, ticketless=False, provisioning=0) as running:
        assert running.environment["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{port}"
        running.vendor.file("account 111122223333, port 80 to Magento")
        url = f"{running.environment['PRIVATELINK_SANDBOX']}/play?move=allow"
        assert [post(url), post(url)] == [200, 409]
        assert running.connected.cloud.vendor_service(running.world.service_name)


def test_an_unknown_region() -> None:
    with pytest.raises(CloudError) as caught:
        start(region="xx-north-7")
    assert caught.value.code == "invalid"


@pytest.mark.parametrize("version", [None, "5.1.0"])
def test_without_moto(monkeypatch: pytest.MonkeyPatch, version: str | None) -> None:
    def installed(name: str) -> str:
        if version is None:
            raise metadata.PackageNotFoundError(name)
        return version

    monkeypatch.setattr(metadata, "version", installed)
    with pytest.raises(CloudError) as caught:
        start()
    assert caught.value.code == "not-installed"
    assert "pip install 'privatelink[sandbox]'" in caught.value.remedy


def test_a_profile_that_is_not_there_is_told() -> None:
    code = (
        "from core.cloud import CloudError\n"
        "from providers.sandbox import start\n"
        "try: start()\n"
        "except CloudError as error: print(error.code)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "AWS_PROFILE": "no-such-profile"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert shown.stdout.strip() == "no-credentials"
    assert shown.stderr == ""
