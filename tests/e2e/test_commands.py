"""A whole enablement by commands alone, Magento's moves made by somebody else's script: on either cloud the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from providers.sandbox.azure import start
from providers.sandbox.azure.arm import Exchange
from tests.contracts.test_azure_spec import undocumented
from tests.e2e import requests
from tests.e2e.account import Account
from tests.e2e.clouds import AWS_THINGS, Difference, Side, on_aws, on_azure, planned
from tests.e2e.program import InProcess, Program, clean_environment, sandbox, step


@pytest.fixture(scope="module", params=["aws", "azure"])
def cloud(request: pytest.FixtureRequest) -> Iterator[Side]:
    """A sandbox whose vendor waits for somebody's script. Everything that both sides ask the local Azure and that it
    answers has to be as Azure's documents have it.
    """
    if request.param == "aws":
        yield on_aws(request.getfixturevalue("manual"))
        return
    seen: list[Exchange] = []
    with start(auto=False, operation=0.1, retry_after=0.05) as running:
        running.arm.watcher = seen.append
        yield on_azure(running.environment)
    assert undocumented(seen) == []


@contextmanager
def put_back(side: Side) -> Iterator[Difference]:
    """Gives the difference; in the end everything has to be as it was."""
    difference = Difference(side.customer)
    yield difference
    difference.agreed.clear()
    assert difference.new() == {}


def wait_until(there: Callable[[], bool], seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.1)


azure_slowly = pytest.mark.parametrize(
    "cloud", ["aws", pytest.param("azure", marks=pytest.mark.slow)], indirect=True
)

in_process_or_its_own = pytest.mark.parametrize(
    "kind", [InProcess, pytest.param(Program, marks=pytest.mark.slow)]
)


@in_process_or_its_own
def test_bidirectional(kind: type[Program], cloud: Side, tmp_path: Path) -> None:
    program = kind(clean_environment(tmp_path, **cloud.environment), folder=tmp_path)
    file = cloud.request(tmp_path, cloud.both)
    customer, magento, things = cloud.customer, cloud.magento, cloud.things
    with put_back(cloud) as since:
        assert program.json("check", file)["ok"]
        answer = program.json("new", file)
        assert set(answer) == {"id"}
        name = answer["id"]
        tag = f"privatelink:{name}"
        assert since.new() == {}

        # Before the ticket: the customer's own side.
        first = program.json("plan", name)["changes"]
        assert {one["action"] for one in first if one["kind"] in things} == {"create"}
        assert all(one["command"].startswith(cloud.tool) for one in first)
        assert all(one["id"] is None for one in first if one["action"] == "create" and one["kind"] in things)
        assert since.new() == {}, "a plan changes nothing"
        # The customer's own resources that the plan says it changes.
        since.agreed = {one["id"] for one in first if one["id"] and one["action"] != "leave"}
        program.json("apply", name, "--yes")
        made = since.new()
        assert {(one.kind, one.name) for one in made.values()} == planned(first, things)
        assert set(since.changed()) == since.agreed
        keys = {one["key"] for one in first if one["kind"] in things}
        assert sorted(one.tags[tag] for one in made.values()) == sorted(keys)
        cloud.serves(since)
        (service,) = (one for one in made.values() if one.kind == "endpoint-service")
        told = service.settings["service_name"]

        ticket = program.json("ticket", name)
        assert told in ticket["markdown"]
        assert all(words in ticket["plain"] for words in (told, customer.id, "80", "3306", "8443"))
        if "cluster" in cloud.both:
            assert "abcdefg123456-staging-1" in ticket["plain"], "the cluster id"

        filed = program.json("filed", name, "--ticket", "200041")
        assert filed["ticket"] == "200041"
        assert filed["due"]
        status = program.json("status", name, code=4)
        assert (status["state"], status["turn"]) == ("requested", "magento")

        # Step 3, and the connection request; Magento's subscription on Azure is known from here on.
        (tmp_path / "reply.txt").write_text(magento.allow(customer.id, (80,)))
        read = program.json("details", name, "--reply", str(tmp_path / "reply.txt"))
        assert read["service_names"] == [magento.service_name]
        assert read["subscriptions"] == list(cloud.details[1:])
        second = program.json("plan", name)["changes"]
        assert planned(second, things, "leave") == planned(first, things)
        program.json("apply", name, "--yes")
        later = {key: one for key, one in since.new().items() if key not in made}
        assert {(one.kind, one.name) for one in later.values()} == planned(second, things)
        (endpoint,) = (one for one in later.values() if one.kind == "endpoint")
        assert endpoint.settings["service"] == magento.service_name
        assert endpoint.tags[tag] == "endpoint/1"
        assert all(tag in one.tags for one in later.values())
        cloud.asks(later, "200041", (80,))
        assert since.new()[service.id].settings["principals"] == list(cloud.vendors)
        status = program.json("status", name, code=4)
        assert (status["turn"], step(status, "4"), step(status, "5")) == ("magento", "done", "waiting")

        # Before Magento approves there is nothing to prove.
        assert program.json("verify", name, code=4)["ok"] is False
        assert magento.approve() == [endpoint.id]
        incoming = magento.connect(told)
        accepted = program.json("accept", name)
        assert [one["endpoint_id"] for one in accepted["accepted"]] == [incoming]
        assert accepted["strangers"] == []

        # Proved by bytes, both ways.
        half = program.json("verify", name, code=4)
        assert [(one["port"], one["ok"]) for one in half["results"]] == [(80, True)]
        assert "bytes came through" in half["results"][0]["detail"]
        assert set(half["commands"]) == {"from-magento"}
        output = magento.run(half["commands"]["from-magento"], incoming)
        proved = program.json("verify", name, "--output", "-", stdin=output.encode())
        assert (proved["ok"], proved["state"]) == (True, "verified")
        status = program.json("status", name)
        assert (status["state"], status["turn"], status["due"]) == ("verified", "nobody", None)
        assert {one["state"] for one in status["steps"]} == {"done"}
        ours = {one["id"] for one in status["resources"]}
        assert {service.id, endpoint.id} <= ours

        # Once more: nothing to do, nothing done.
        everything = since.new()
        again = program.json("plan", name)["changes"]
        assert {one["action"] for one in again} == {"leave"}
        assert {one["id"] for one in again} >= set(everything)
        program.json("apply", name, "--yes")
        assert since.new() == everything

        # Undo: not while it is live, then everything of ours and nothing else.
        refused = program.json("undo", name, "--yes", code=1)
        assert {one["code"] for one in refused["problems"]} == {"connection-live", "endpoint-live"}
        assert since.new() == everything
        program.json("undo", name, "--yes", "--force")
    assert program.json("status")[0]["state"] == "undone"
    magento.forget(incoming)


@in_process_or_its_own
def test_unidirectional_as_text(kind: type[Program], cloud: Side, tmp_path: Path) -> None:
    """Lines that a person reads, in the cloud's own words and none of the other's."""
    walker = kind(clean_environment(tmp_path, **cloud.environment), folder=tmp_path)
    file = cloud.request(tmp_path, cloud.one_way)
    magento = cloud.magento
    said: list[str] = []

    def say(*arguments: str, code: int | None = 0, at: str = "") -> str:
        ran = walker(*arguments, code=code)
        said.append(ran.out + ran.err)
        assert all(words in ran.out for words in cloud.words.get(at, ())), (at, ran.out)
        return ran.out

    with put_back(cloud) as since:
        name = say("new", file).strip()
        assert "nothing to do" in say("apply", name, "--yes")
        say("ticket", name, at="ticket")
        say("filed", name, "--ticket", "CS 17/5")
        assert "turn: magento" in say("status", name, code=4, at="filed")
        magento.allow(cloud.customer.id, (80, 2222))
        say("details", name, "--service-name", magento.service_name, *cloud.details, at="details")
        say("plan", name, at="plan")
        assert "done     endpoint/1" in say("apply", name, "--yes")
        cloud.asks(since.new(), "CS 17/5", (80, 2222))
        say("status", name, code=4, at="waiting")
        magento.approve()
        assert "verified" in say("verify", name)
        assert f"{name}: verified" in say("status", name, at="verified")
        say("undo", name, "--yes", "--force", at="undo")
        assert since.new() == {}
    words = "\n".join(said).lower()
    for foreign in cloud.foreign:
        assert foreign not in words, foreign


@azure_slowly
@pytest.mark.usefixtures("nothing_late")
def test_a_connection_that_ended_is_explained_and_made_anew(cloud: Side, tmp_path: Path) -> None:
    """What is rejected or disconnected never comes back: the endpoint is deleted and made anew, after a plan."""
    program = InProcess(clean_environment(tmp_path, **cloud.environment))
    magento = cloud.magento
    magento.allow(cloud.customer.id, (80,))
    with put_back(cloud) as since:
        name = program.json("new", cloud.request(tmp_path, cloud.one_way))["id"]
        program.json("details", name, "--service-name", magento.service_name, *cloud.details)
        program.json("apply", name, "--yes")
        for ending in cloud.endings:
            magento.approve()
            (old,) = (one.id for one in since.new().values() if one.kind == "endpoint")
            getattr(magento, ending)(old)
            status = program.json("status", name, code=None)
            assert (status["state"], status["turn"], step(status, "5")) == ("problem", "customer", "problem")
            assert "make it anew" in status["next"]
            said = {"turn_down": "Rejected", "cut": "Disconnected"}[ending]
            assert said.lower() in program("status", name, code=None).out.lower()
            to_do = [one for one in program.json("plan", name)["changes"] if one["action"] != "leave"]
            assert [(one["key"], one["action"]) for one in to_do] == [
                ("endpoint/1/old", "delete"),
                ("endpoint/1", "create"),
            ]
            assert to_do[0]["id"] == old
            program.json("apply", name, "--yes")
            assert len([one for one in since.new().values() if one.kind == "endpoint"]) == 1
            assert step(program.json("status", name, code=4), "5") == "waiting"
        magento.approve()
        assert step(program.json("status", name, code=None), "5") == "done"
        program.json("undo", name, "--yes", "--force")


@azure_slowly
def test_done_elsewhere(cloud: Side, tmp_path: Path) -> None:
    """No step forces the one before it: a service made in the console, a ticket filed by hand, an endpoint
    made by hand. What others made is used, and stays what it was.
    """
    program = InProcess(clean_environment(tmp_path, **cloud.environment))
    customer, magento = cloud.customer, cloud.magento
    service, service_name = customer.by_hand(cloud.environment["PRIVATELINK_SANDBOX_VPC"])
    file = cloud.request(tmp_path, cloud.both, service_name)
    told = ("--service-name", magento.service_name, *cloud.details)
    magento.allow(customer.id, ())

    # Magento is let in and taken out again, and the service has the tag while it is used.
    with put_back(cloud) as since:
        name = program.json("new", file)["id"]
        # Details before any ticket number is known.
        program.json("details", name, *told)
        changes = program.json("plan", name)["changes"]
        writes = {(one["kind"], one["action"]) for one in changes if one["command"]}
        asking = {(one["kind"], "create") for one in changes if one["key"].endswith("/1")}
        assert ("endpoint", "create") in asking
        assert writes == {("endpoint-service", "adopt"), ("principal", "create")} | asking
        since.agreed = {service}
        program.json("apply", name, "--yes")
        adopted = since.changed()[service]
        assert adopted is not None
        assert adopted.tags == {"team": "network", f"privatelink:{name}": "adopted"}
        assert adopted.settings["principals"] == list(cloud.vendors)
        program.json("undo", name, "--yes", "--force")

    customer.let_in(service)
    endpoint = customer.ask(cloud.environment["PRIVATELINK_SANDBOX_VPC"], magento.service_name)
    with put_back(cloud) as since:
        name = program.json("new", file)["id"]
        program.json("details", name, *told)
        changes = program.json("plan", name, code=None)["changes"]
        assert {one["action"] for one in changes} <= {"adopt", "leave"}
        assert {service, endpoint} <= {one["id"] for one in changes}
        assert any(one["kind"] == "load-balancer" for one in changes)
        program.json("apply", name, "--yes")
        assert since.new() == {}
        assert magento.approve() == [endpoint]
        incoming = magento.connect(service_name)
        program.json("accept", name)
        status = program.json("status", name)
        assert {step(status, number) for number in ("0", "1", "2", "3", "4", "5", "7a", "7b")} == {"done"}
        assert (status["state"], status["turn"]) == ("verifying", "customer")
        program.json("undo", name, "--yes")
    customer.forget(endpoint)
    magento.forget(incoming)


@contextmanager
def quick_azure(_folder: Path) -> Iterator[dict[str, str]]:
    """A local Azure in this process, whose operations take no time."""
    with start(delay=0.3, operation=0.02, retry_after=0.01) as running:
        yield running.environment


def in_the_foreground(cloud: str) -> Callable[[Path], AbstractContextManager[dict[str, str]]]:
    """``privatelink sandbox`` with no other options than its cloud and pace."""
    return lambda folder: sandbox(folder, "--cloud", cloud, "--delay", "0.3")


@pytest.mark.parametrize(
    ("on", "playing"),
    [
        pytest.param(on_aws, in_the_foreground("aws"), id="aws", marks=pytest.mark.slow),
        pytest.param(on_azure, quick_azure, id="azure"),
        pytest.param(
            on_azure, in_the_foreground("azure"), id="azure in the foreground", marks=pytest.mark.slow
        ),
    ],
)
def test_magento_plays_by_itself(
    on: Callable[[dict[str, str]], Side],
    playing: Callable[[Path], AbstractContextManager[dict[str, str]]],
    tmp_path: Path,
) -> None:
    """Nobody moves it: ``status --watch`` ends when it is the customer's turn again."""
    with playing(tmp_path) as environment:
        cloud = on(environment)
        program = InProcess(clean_environment(tmp_path, **environment))
        name = program.json("new", cloud.request(tmp_path, cloud.both))["id"]
        program.json("apply", name, "--yes")
        program.json("filed", name, "--ticket", "1")
        program.json("details", name, "--service-name", environment["MAGENTO_SERVICE_NAME"], *cloud.details)
        program.json("apply", name, "--yes")
        watched = program("status", name, "--watch")
        assert "turn: customer" in watched.out.splitlines()[-1]
        accepted: list[str] = []

        def accept() -> bool:
            ran = program("accept", name, "--format", "json", code=None)
            accepted.extend(one["endpoint_id"] for one in ran.json["accepted"])
            return ran.code == 0

        wait_until(accept)
        half = program.json("verify", name, code=4)
        output = cloud.magento.run(half["commands"]["from-magento"], accepted[-1])
        program.json("verify", name, "--output", "-", stdin=output.encode())
        assert program.json("status", name)["state"] == "verified"


@pytest.fixture
def plain_moto() -> Iterator[str]:
    """moto as anybody starts it, without what the sandbox adds."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def test_another_endpoint_url(plain_moto: str, tmp_path: Path) -> None:
    """Set-up works against whatever answers AWS's API: nothing asks for the sandbox."""
    environment = {
        "AWS_ENDPOINT_URL": plain_moto,
        "AWS_REGION": "us-west-2",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }
    account = Account(environment)
    network = account.ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    for number, zone in enumerate("ab", 1):
        account.ec2.create_subnet(
            VpcId=network, CidrBlock=f"10.20.{number}.0/24", AvailabilityZone=f"us-west-2{zone}"
        )
    known = {"PRIVATELINK_SANDBOX_ACCOUNT": account.id, "PRIVATELINK_SANDBOX_VPC": network}
    program = InProcess(clean_environment(tmp_path, **environment))
    since = Difference(account)
    name = program.json("new", requests.write(tmp_path, requests.BIDIRECTIONAL, known))["id"]
    changes = program.json("plan", name)["changes"]
    program.json("apply", name, "--yes")
    assert {(one.kind, one.name) for one in since.new().values()} == planned(changes, AWS_THINGS)
    assert {one["action"] for one in program.json("plan", name)["changes"]} == {"leave"}
    program.json("undo", name, "--yes")
    assert since.new() == {}
