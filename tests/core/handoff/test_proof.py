import shlex
import subprocess
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cloud import ProbeTarget
from core.handoff.proof import MAX_CHARACTERS, NOT_THERE, UNNAMED, commands, read_output
from core.request.model import Request
from core.text import hidden
from tests.growth import assert_linear

Make = Callable[..., Request]

HOST = "vpce-0abc-xyz.vpce-svc-0abc.us-west-2.vpce.amazonaws.com"
WEB = ProbeTarget("Webserver", HOST, 80)
DATABASE = ProbeTarget("Database", HOST, 3306)


def test_to_magento_runs_in_the_network(aws: Make) -> None:
    text = commands("to-magento", (WEB, DATABASE), aws())
    assert f"curl -v --max-time 10 telnet://{HOST}:80 </dev/null" in text
    assert f"curl -v --max-time 10 telnet://{HOST}:3306 </dev/null" in text
    assert f"dig +short -q {HOST}" in text
    assert "vpc-0abc" in text
    assert "magento-cloud" not in text


def test_from_magento_runs_over_magento_cloud_ssh(aws: Make) -> None:
    text = commands("from-magento", (DATABASE,), aws())
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines[0] == "magento-cloud ssh -p abcdefg123456 -e production"
    assert "environment:checkout" in text
    assert "proves nothing" in text


def words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    return list(lexer)


NASTY = [
    "x;touch pwned",
    "$(touch pwned)",
    "`touch pwned`",
    "a\ntouch pwned\n",
    "'; touch pwned #",
    "\x1b[2J",
    "-v",
]


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize("direction", ["to-magento", "from-magento"])
def test_nothing_in_a_value_becomes_a_command(aws: Make, nasty: str, direction: str) -> None:
    request = aws(project_id=nasty, environment=nasty, network=nasty)
    target = ProbeTarget(nasty, nasty, 80)
    text = commands(direction, (target,), request)  # type: ignore[arg-type]  # a Direction, from the table
    calm = commands(direction, (WEB,), aws())  # type: ignore[arg-type]  # a Direction, from the table
    assert hidden(text.replace("\n", "")) is None
    assert text.count("\n") == calm.count("\n")
    for line, usual in zip(text.splitlines(), calm.splitlines(), strict=True):
        assert len(words(line)) == len(words(usual))


def test_the_commands_are_shell(aws: Make) -> None:
    text = commands("from-magento", tuple(ProbeTarget(nasty, nasty, 1) for nasty in NASTY), aws())
    subprocess.run(["bash", "-n"], input=text, text=True, check=True)


CURL_CONNECTED = f"""\
$ curl -v --max-time 10 telnet://{HOST}:80 </dev/null
*   Trying 10.0.1.5:80...
* Connected to {HOST} (10.0.1.5) port 80 (#0)
* Operation timed out after 10001 milliseconds with 0 bytes received
* Closing connection 0
curl: (28) Operation timed out after 10001 milliseconds with 0 bytes received
"""
CURL_NEW = f"""\
* Host {HOST}:80 was resolved.
* IPv6: (none)
* IPv4: 10.0.1.5
*   Trying 10.0.1.5:80...
* Established connection to {HOST} (10.0.1.5 port 80) from 10.0.9.9 port 40312
* shutting down connection #0
"""
CURL_REFUSED = f"""\
*   Trying 10.0.1.5:80...
* connect to 10.0.1.5 port 80 failed: Connection refused
* Failed to connect to {HOST} port 80 after 3 ms: Couldn't connect to server
* Closing connection
curl: (7) Failed to connect to {HOST} port 80 after 3 ms: Couldn't connect to server
"""
CURL_TIMED_OUT = f"""\
* Host {HOST}:80 was resolved.
*   Trying 10.0.1.5:80...
* Connection timed out after 10002 milliseconds
* Closing connection
curl: (28) Connection timed out after 10002 milliseconds
"""


@pytest.mark.parametrize(
    ("text", "ok", "detail"),
    [
        (CURL_CONNECTED, True, "connected to 10.0.1.5"),
        (CURL_NEW, True, "connected to 10.0.1.5"),
        (CURL_NEW.replace("\n", "\r\n"), True, "connected to 10.0.1.5"),
        (
            f"\x1b[1m* Connected to {HOST.upper()}. (100.64.1.5) port 80\x1b[0m",
            True,
            "connected to 100.64.1.5",
        ),
        (f"* Connected to {HOST.upper()}. (100.64.1.5) port 80", True, "connected to 100.64.1.5"),
        (f"* Connected to {HOST} (fd00::5) port 80", True, "connected to fd00::5"),
        (CURL_REFUSED, False, "connection refused"),
        (f"curl: (7) Failed connect to {HOST}:80; No route to host", False, "no route to the host"),
        (CURL_TIMED_OUT, False, "timed out"),
        (
            f"curl: (28) Failed to connect to {HOST} port 80 after 9 ms: Timeout was reached",
            False,
            "timed out",
        ),
        (f"curl: (6) Could not resolve host: {HOST}", False, "the name does not resolve"),
        (f"* Couldn't resolve host '{HOST}'", False, "the name does not resolve"),
        (f"Connection to {HOST} (10.0.1.5) 80 port [tcp/http] succeeded!", True, "connected to 10.0.1.5"),
        (
            f"10.0.1.5        STREAM {HOST}\nConnection to {HOST} 80 port [tcp/http] succeeded!",
            True,
            "connected to 10.0.1.5",
        ),
        (f"nc: connect to {HOST} port 80 (tcp) failed: Connection refused", False, "connection refused"),
        (
            f"nc: connect to {HOST} (10.0.1.5) port 80 (tcp) failed: Connection timed out",
            False,
            "timed out",
        ),
        (
            f'nc: getaddrinfo for host "{HOST}" port 80: Name or service not known',
            False,
            "the name does not resolve",
        ),
        (f"{HOST} [10.0.1.5] 80 (http) open", True, "connected to 10.0.1.5"),
        (f"-bash: /dev/tcp/{HOST}/80: Connection refused", False, "connection refused"),
        ("", False, NOT_THERE),
        ("everything works!", False, NOT_THERE),
        (f"curl -v telnet://{HOST}:80", False, NOT_THERE),
        (f"* Connected to {HOST} (10.0.1.5) port 8080", False, NOT_THERE),
        (f"* Connected to {HOST}.evil.example (10.0.1.5) port 80", False, NOT_THERE),
        (f"* Connected to proxy.example (10.0.0.1) port 80\n> CONNECT {HOST}:80", False, NOT_THERE),
    ],
)
def test_output(text: str, ok: bool, detail: str) -> None:
    (service,) = read_output(text, (WEB,))
    assert (service.service, service.host, service.port) == ("Webserver", HOST, 80)
    assert (service.ok, service.detail) == (ok, detail)


@pytest.mark.parametrize(
    "shown", ["52.1.2.3", "127.0.0.1", "169.254.1.1", "2600::1", "::1", "::ffff:52.1.2.3"]
)
def test_a_connection_elsewhere_is_no_proof(shown: str) -> None:
    (service,) = read_output(f"* Connected to {HOST} ({shown}) port 80", (WEB,))
    assert not service.ok
    assert "not a private address" in service.detail


def test_a_connection_to_an_unknown_address_is_no_proof() -> None:
    (service,) = read_output(f"Connection to {HOST} 80 port [tcp/http] succeeded!", (WEB,))
    assert not service.ok
    assert "address" in service.detail


def test_each_target_has_its_own_outcome() -> None:
    services = read_output(CURL_CONNECTED + CURL_REFUSED.replace("80", "3306"), (DATABASE, WEB))
    assert [(service.service, service.ok) for service in services] == [
        ("Database", False),
        ("Webserver", True),
    ]


def test_the_last_attempt_counts() -> None:
    assert read_output(CURL_REFUSED + CURL_NEW, (WEB,))[0].ok
    assert not read_output(CURL_NEW + CURL_REFUSED, (WEB,))[0].ok
    assert not read_output(CURL_NEW + CURL_TIMED_OUT, (WEB,))[0].ok
    assert not read_output(CURL_NEW + f"curl: (6) Could not resolve host: {HOST}", (WEB,))[0].ok
    assert read_output(f"curl: (6) Could not resolve host: {HOST}\n" + CURL_NEW, (WEB,))[0].ok


@pytest.mark.parametrize("columns", range(40, 120, 7))
def test_a_terminal_may_break_the_lines(columns: int) -> None:
    folded = [
        line[start : start + columns].rstrip()
        for line in CURL_CONNECTED.splitlines()
        for start in range(0, len(line), columns)
    ]
    (service,) = read_output("\n".join(folded), (WEB,))
    assert (service.ok, service.detail) == (True, "connected to 10.0.1.5")


@pytest.mark.parametrize("most", [MAX_CHARACTERS // 4, pytest.param(MAX_CHARACTERS, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "unit",
    ["* Connected to ", "* ", "a\n", "\n", "\x1b[", "telnet://", "* Connected to a (1) port 1\n", "1.1.1.1 "],
)
def test_twice_as_much_of_anything_takes_twice_as_long_to_read(unit: str, most: int) -> None:
    assert_linear(lambda size: read_output(unit * (size // len(unit)), (WEB,) * 10), most)


LINES = st.one_of(
    st.text(max_size=40),
    st.sampled_from([*CURL_CONNECTED.splitlines(), *CURL_NEW.splitlines(), *CURL_TIMED_OUT.splitlines()]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES, max_size=10), st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=2))
def test_any_output_is_read(lines: list[str], hosts: list[str]) -> None:
    targets = (WEB, *(ProbeTarget("x", host, 80) for host in hosts))
    services = read_output("\n".join(lines), targets)
    assert [service.host for service in services] == [target.host for target in targets]
    assert not services[0].ok or any("onnect" in line for line in lines)


SOMEWHERE = ProbeTarget("Database", UNNAMED, 3306)


def test_where_only_magento_knows_the_host_the_commands_ask_for_it(aws: Make) -> None:
    text = commands("from-magento", (SOMEWHERE,), aws())
    assert UNNAMED not in text.replace("# ", "")
    assert 'curl -v --max-time 10 "telnet://$ENDPOINT:3306"' in text
    assert "\nENDPOINT=\n" in text
    assert subprocess.run(["bash", "-n"], input=text.encode()).returncode == 0


@pytest.mark.parametrize(
    ("output", "ok"),
    [
        ("* Connected to 10.9.0.5 (10.9.0.5) port 3306", True),
        ("* Connected to 10.9.0.5 (10.9.0.5) port 3307", False),
        ("* Connected to db.example (8.8.8.8) port 3306", False),
        ("* Connected to 10.20.0.9 (10.20.0.9) port 3306", False),  # another target's host
        (f"* Connected to {UNNAMED} (10.9.0.5) port 3306", True),
        ("curl: (7) Failed to connect to 10.9.0.5 port 3306: Connection refused", False),
        ("", False),
    ],
)
def test_any_private_address_on_the_port_proves_what_nobody_can_name(output: str, ok: bool) -> None:
    (found,) = read_output(output, (SOMEWHERE,), ("10.20.0.9",))
    assert found.ok == ok
