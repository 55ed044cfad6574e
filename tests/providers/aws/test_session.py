"""Credentials are found as boto3 finds them, and what was found is said in words."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import providers
from core.cloud import Cloud, CloudError
from providers.aws import session

REGION = "us-west-2"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "secret"}

ENVIRONMENT = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_ENDPOINT_URL",
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return tmp_path


def test_environment(home: Path, monkeypatch: pytest.MonkeyPatch, moto: str) -> None:
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": moto}.items():
        monkeypatch.setenv(name, value)
    cloud = providers.connect("aws", region=REGION).cloud
    identity = cloud.identity()
    assert identity.account == "123456789012"
    assert identity.source == "environment"
    assert pickle.loads(pickle.dumps(identity)) == identity


def test_profile_with_an_endpoint(home: Path, moto: str) -> None:
    (home / "credentials").write_text("[shop]\naws_access_key_id = A\naws_secret_access_key = B\n")
    (home / "config").write_text(f"[profile shop]\nendpoint_url = {moto}\n")
    cloud = providers.connect("aws", region=REGION, profile="shop").cloud
    assert cloud.identity().source == "profile shop"


def test_assumed_role(home: Path, monkeypatch: pytest.MonkeyPatch, moto: str) -> None:
    (home / "config").write_text(
        f"[profile base]\naws_access_key_id = A\naws_secret_access_key = B\n[profile other]\n"
        f"role_arn = arn:aws:iam::111122223333:role/admin\nsource_profile = base\n"
        f"region = {REGION}\nendpoint_url = {moto}\n"
    )
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    identity = providers.connect("aws", region=REGION, profile="other").cloud.identity()
    assert identity.account == "111122223333"
    assert identity.source == "profile other, assumed role"


def test_no_credentials(home: Path) -> None:
    with pytest.raises(CloudError) as raised:
        providers.connect("aws", region=REGION)
    assert raised.value.code == "no-credentials"
    assert "aws sso login" in raised.value.remedy


def test_expired_sso_session_names_the_exact_command(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home))
    (home / "config").write_text(
        "[profile prod]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = admin\n"
        "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-west-2\n"
    )
    with pytest.raises(CloudError) as raised:
        providers.connect("aws", region=REGION, profile="prod").cloud.identity()
    assert raised.value.code == "credentials-expired"
    assert "`aws sso login --profile prod`" in raised.value.remedy


@pytest.mark.parametrize(
    ("region", "endpoint", "code"),
    [("us west", None, "wrong-region"), (REGION, "no url", "invalid"), ("[/]", None, "wrong-region")],
)
def test_impossible_addresses(home: Path, region: str, endpoint: str | None, code: str) -> None:
    environ = {**KEYS, **({"AWS_ENDPOINT_URL": endpoint} if endpoint else {})}
    with pytest.raises(CloudError) as raised:
        providers.connect("aws", region=region, environ=environ)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("config", "credentials", "names"),
    [
        (None, None, ()),
        ("[default]\n[profile b]\n[sso-session x]\n", "[a]\naws_access_key_id=1\n", ("a", "b", "default")),
    ],
)
def test_profiles(home: Path, config: str | None, credentials: str | None, names: tuple[str, ...]) -> None:
    for name, text in (("config", config), ("credentials", credentials)):
        if text is not None:
            (home / name).write_text(text)
    assert providers.profiles("aws") == names


@pytest.mark.parametrize("content", [b"no section = 1\n", b"\xff\xfe\x00broken", b"[a\n"])
def test_broken_configuration_is_named(home: Path, content: bytes) -> None:
    (home / "config").write_bytes(content)
    with pytest.raises(CloudError) as raised:
        providers.profiles("aws")
    assert raised.value.code == "invalid"
    with pytest.raises(CloudError) as raised:
        providers.connect("aws", region=REGION)
    assert raised.value.code == "invalid"


def test_regions_have_titles(cloud: Cloud) -> None:
    titles = {region.name: region.title for region in cloud.regions()}
    assert titles["us-west-2"] == "US West (Oregon)"


def test_importing_the_door_opens_no_room() -> None:
    code = (
        "import sys, providers, providers.probe, providers.secrets\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "found = loaded & {'boto3', 'botocore', 'keyring', 'moto'}\n"
        "sys.exit(', '.join(found) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_clients_are_not_made_twice_for_nothing() -> None:
    first = session._session(None).get_component("data_loader")
    assert session._session(None).get_component("data_loader") is first
