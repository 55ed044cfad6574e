"""Signing in: the order of the ways, why each did not work, and that none of them hangs."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CredentialUnavailableError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import providers
from core.cloud import Choosing, CloudError, SignInCode
from providers.azure import profiles, session, signin
from providers.azure.cloud import AzureCloud
from providers.azure.place import CLOUDS, surroundings
from tests.providers.azure.arm import OTHER, SUBSCRIPTION, Arm, refusal


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No sign-in of this machine."""
    monkeypatch.setenv("AZURE_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(signin.secrets, "fetch", lambda service, name: None)
    return tmp_path


class Fake:
    """A credential that gives a token for an hour, raises, or hangs until it is released."""

    def __init__(self, error: Exception | None = None, hang: bool = False) -> None:
        self.error, self.calls, self.released = error, 0, threading.Event()
        if not hang:
            self.released.set()

    def get_token(self, *scopes: str, **kwargs: object) -> AccessToken:
        self.calls += 1
        assert self.released.wait(60)
        if self.error:
            raise self.error
        return AccessToken("t", int(time.time()) + 3600)


def way(name: str, credential: Fake, seconds: float = 5.0) -> signin.Way:
    return signin.Way(name, lambda: credential, seconds)


def test_signs_in_and_says_as_whom(arm: Arm) -> None:
    clients = session.connect("westus2", environ=arm.environ())
    assert (clients.source, clients.principal) == ("service principal", "anna@shop")
    assert AzureCloud(clients).identity().account == SUBSCRIPTION


def test_a_secret_of_the_systems_store(arm: Arm, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = arm.environ()
    del environ["AZURE_CLIENT_SECRET"]
    kept = {("privatelink-azure", environ["AZURE_CLIENT_ID"]): "from the store"}
    monkeypatch.setattr(signin.secrets, "fetch", lambda service, name: kept[service, name])
    assert session.connect("westus2", environ=environ).source == "service principal"
    assert {one["client_secret"] for one in arm.sign_ins} == {"from the store"}


def test_a_store_that_cannot_be_read_is_told(arm: Arm, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = arm.environ()
    del environ["AZURE_CLIENT_SECRET"]

    def locked(service: str, name: str) -> str:
        raise signin.secrets.SecretStoreError("locked", "the keyring is locked", "Unlock it.")

    monkeypatch.setattr(signin.secrets, "fetch", locked)
    with pytest.raises(CloudError) as raised:
        session.connect("westus2", environ=environ)
    assert "the keyring is locked" in raised.value.message


def certificate(folder: Path, password: bytes | None) -> Path:
    """A service principal's certificate with its key, as one PEM file."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "shop")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    seal = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, form, seal)
    path = folder / "principal.pem"
    path.write_bytes(pem + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize("password", [None, b"open"], ids=["plain", "sealed"])
def test_a_certificate_in_place_of_a_secret(arm: Arm, home: Path, password: bytes | None) -> None:
    environ = arm.environ(AZURE_CLIENT_CERTIFICATE_PATH=str(certificate(home, password)))
    if password:
        with pytest.raises(CloudError, match="service principal: Password was not given"):
            session.connect("westus2", environ=environ)
        environ["AZURE_CLIENT_CERTIFICATE_PASSWORD"] = password.decode()
    assert session.connect("westus2", environ=environ).source == "service principal"
    (asked,) = arm.sign_ins
    assert asked["client_assertion_type"].endswith("jwt-bearer")
    assert "client_secret" not in asked


def test_no_such_certificate_is_told(arm: Arm) -> None:
    with pytest.raises(CloudError, match=r"/no/such\.pem"):
        session.connect("westus2", environ=arm.environ(AZURE_CLIENT_CERTIFICATE_PATH="/no/such.pem"))


def test_no_way_at_all_names_every_way(arm: Arm) -> None:
    environ = arm.environ()
    del environ["AZURE_CLIENT_SECRET"]
    with pytest.raises(CloudError) as raised:
        session.connect("westus2", environ=environ)
    assert raised.value.code == "no-credentials"
    assert "service principal: AZURE_CLIENT_SECRET" in raised.value.message
    assert "az session: Azure CLI not found" in raised.value.message
    assert "az login" in raised.value.remedy


def test_a_way_that_was_chosen_and_refused_ends_the_search() -> None:
    refused, other = Fake(ClientAuthenticationError("AADSTS7000215: invalid client secret\nmore")), Fake()
    with pytest.raises(CloudError) as raised:
        signin.Session((way("one", refused), way("two", other))).get_token("s")
    assert "one: AADSTS7000215: invalid client secret." in raised.value.message
    assert not other.calls


def test_a_way_that_is_not_set_up_is_passed_over() -> None:
    absent, other = Fake(CredentialUnavailableError("not here")), Fake()
    made = signin.Session((way("one", absent), way("two", other)))
    assert made.get_token("s").token == "t"
    assert made.source == "two"


def test_a_way_that_hangs_is_given_up() -> None:
    hanging = Fake(hang=True)
    with pytest.raises(CloudError) as raised:
        signin.Session((way("one", hanging, 0.2),)).get_token("s")
    assert "one: no answer in time" in raised.value.message
    assert not hanging.released.is_set()
    hanging.released.set()


def test_a_token_is_kept_and_asked_for_by_one_thread() -> None:
    slow = Fake(hang=True)
    made = signin.Session((way("one", slow, 60.0),))
    threads = [threading.Thread(target=made.get_token, args=("s",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    slow.released.set()
    for thread in threads:
        thread.join()
    assert slow.calls == 1


def test_a_token_is_fetched_anew_before_it_ends() -> None:
    clock = [time.time()]
    one = Fake()
    made = signin.Session((way("one", one),), clock=lambda: clock[0])
    made.get_token("s")
    clock[0] += 3400
    made.get_token("s")
    assert one.calls == 2
    clock[0] += 3600
    one.error = ClientAuthenticationError("gone")
    with pytest.raises(CloudError) as raised:
        made.get_token("s")
    assert raised.value.code == "credentials-expired"


def test_the_azure_cli_is_asked_for_the_subscription(arm: Arm, home: Path) -> None:
    answer = json.dumps({"accessToken": "cli", "expires_on": int(time.time()) + 3600})
    program = home / "az"
    program.write_text(f"#!/bin/sh\necho \"$@\" > {home}/asked\necho '{answer}'\n")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    environ = arm.environ()
    del environ["AZURE_CLIENT_ID"]
    clients = session.connect("westus2", OTHER, environ)
    assert clients.source == "az session"
    assert OTHER in (home / "asked").read_text()


def test_a_managed_identity_only_when_it_is_chosen(arm: Arm) -> None:
    around = surroundings(arm.environ())
    names = [one.name for one in signin.ways(around, arm.environ(), None)]
    assert names == ["service principal", "az session"]
    chosen = arm.environ(PRIVATELINK_AZURE_MANAGED_IDENTITY="1")
    assert [one.name for one in signin.ways(around, chosen, None)] == ["managed identity"]


def test_device_code_is_shown_and_can_be_cancelled(arm: Arm) -> None:
    pending = {"error": "authorization_pending", "error_description": "not yet"}
    arm.answer("POST", "/token$", status=400, body=pending, times=1000)
    shown: list[SignInCode] = []
    with pytest.raises(CloudError) as raised:
        signin.device_code(surroundings(arm.environ()), shown.append, lambda: bool(shown))
    assert arm.answers[0].times > 990, "nobody waited for the code to end"
    assert (shown[0].code, shown[0].url) == ("ABCD", f"{arm.url}/device")
    assert "cancelled" in raised.value.message


def test_device_code_signs_in(arm: Arm) -> None:
    shown: list[SignInCode] = []
    made = signin.device_code(surroundings(arm.environ()), shown.append, lambda: False)
    clients = session.connect("westus2", environ=arm.environ(), session=made)
    assert clients.source == "device code"


@pytest.mark.parametrize(
    ("environ", "what"),
    [
        ({"PRIVATELINK_AZURE_CLOUD": "mooncake"}, "mooncake"),
        ({"PRIVATELINK_AZURE_ENDPOINT": "http://127.0.0.1:1"}, "http://127.0.0.1:1"),
        ({"AZURE_AUTHORITY_HOST": "http://login"}, "http://login"),
        ({"PRIVATELINK_AZURE_CA": "/no/such/file.pem"}, "/no/such/file.pem"),
    ],
)
def test_settings_that_cannot_be(environ: dict[str, str], what: str) -> None:
    with pytest.raises(CloudError) as raised:
        surroundings(environ)
    assert raised.value.code == "invalid"
    assert what in raised.value.message


@pytest.mark.parametrize("name", CLOUDS)
def test_sovereign_clouds(name: str) -> None:
    found = surroundings({"PRIVATELINK_AZURE_CLOUD": name})
    assert (found.endpoint, found.scope, found.authority) == CLOUDS[name]
    assert not found.own_authority


def test_a_certificate_that_is_not_trusted(arm: Arm) -> None:
    environ = arm.environ()
    del environ["PRIVATELINK_AZURE_CA"]
    with pytest.raises(CloudError) as raised:
        session.connect("westus2", environ=environ)
    assert "CERTIFICATE_VERIFY_FAILED" in str(raised.value.detail)


def test_nobody_listens(arm: Arm) -> None:
    clients = session.connect(
        "westus2", environ=arm.environ(PRIVATELINK_AZURE_ENDPOINT="https://127.0.0.1:9")
    )
    with pytest.raises(CloudError) as raised:
        AzureCloud(clients).networks()
    assert raised.value.code == "unreachable"


def write_profile(home: Path, *rows: dict[str, object]) -> None:
    (home / "azureProfile.json").write_text(json.dumps({"subscriptions": rows}), "utf-8-sig")


def test_subscriptions_of_the_azure_cli(home: Path, arm: Arm) -> None:
    assert providers.profiles("azure") == ()
    write_profile(
        home, {"id": OTHER, "name": "lab", "isDefault": True}, {"id": SUBSCRIPTION, "name": "a shop"}
    )
    assert providers.profiles("azure") == ("a shop", "lab")
    assert [one.id for one in profiles.known() if one.chosen] == [OTHER]
    assert session.connect("westus2", "lab", arm.environ()).subscription == OTHER


def test_a_broken_file_of_the_azure_cli_is_named(home: Path) -> None:
    (home / "azureProfile.json").write_text("{")
    with pytest.raises(CloudError) as raised:
        providers.profiles("azure")
    assert raised.value.code == "invalid"
    assert "azureProfile.json" in raised.value.message


def test_several_subscriptions_are_named(arm: Arm) -> None:
    environ = arm.environ()
    del environ["AZURE_SUBSCRIPTION_ID"]
    with pytest.raises(CloudError) as raised:
        session.connect("westus2", environ=environ)
    assert raised.value.code == "invalid"
    assert f"lab ({OTHER}), shop ({SUBSCRIPTION})" in raised.value.message
    assert session.connect("westus2", "lab", environ).subscription == OTHER


def test_somebody_at_a_screen_chooses_among_several_subscriptions(arm: Arm) -> None:
    """One sign-in is enough for all of them."""
    shown: list[SignInCode] = []
    environ = arm.environ()
    del environ["AZURE_SUBSCRIPTION_ID"]
    connected = providers.sign_in(
        "azure", region="westus2", way="device-code", on_code=shown.append, environ=environ
    )
    cloud = connected.cloud
    assert isinstance(cloud, Choosing)
    assert [(one.name, one.id) for one in cloud.accounts()] == [("lab", OTHER), ("shop", SUBSCRIPTION)]
    there = cloud.elsewhere("eastus2", SUBSCRIPTION)
    assert (there.region, there.identity().account) == ("eastus2", SUBSCRIPTION)
    assert there.identity().source == "device code"
    assert len(shown) == 1


def test_no_code_for_another_cloud() -> None:
    with pytest.raises(CloudError) as raised:
        providers.sign_in("aws", region="us-west-2", way="device-code")
    assert raised.value.code == "unsupported"


def test_a_wrong_secret_is_told(arm: Arm) -> None:
    body = {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided."}
    arm.answer("POST", "/token$", status=401, body=body, times=3)
    with pytest.raises(CloudError) as raised:
        session.connect("westus2", environ=arm.environ())
    assert "AADSTS7000215" in raised.value.message


def test_an_expired_session_during_work(arm: Arm, cloud: AzureCloud) -> None:
    arm.answer("GET", "virtualNetworks$", status=401, body=refusal("ExpiredAuthenticationToken"))
    with pytest.raises(CloudError) as raised:
        cloud.networks()
    assert raised.value.code == "credentials-expired"


def test_importing_the_door_opens_no_room() -> None:
    code = "import sys, providers; sys.exit(any(name.split('.')[0] in ('azure', 'msal') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
