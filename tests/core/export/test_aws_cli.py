"""Commands that AWS's own models accept, and scripts that bash runs."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.model import ListShape, OperationModel, Shape, StructureShape
from botocore.validate import validate_parameters

from core.export.aws_cli import command, script, variable
from core.network.model import Connection
from core.request.model import Problem, Service
from core.setup import change as c
from core.setup.plan import Plan, pending
from core.setup.undo import plan_undo
from tests.core.setup.account import (
    DATABASE,
    ENABLEMENT,
    INVENTORY,
    SECURE,
    WEB,
    Account,
    Desk,
    balancer,
    group,
    listener,
    request,
    service,
)

REGION = "us-west-2"
MODELS = {name: botocore.session.get_session().get_service_model(name) for name in ("ec2", "elbv2")}


def kebab(name: str) -> str:
    return xform_name(name, "-")


def operation(name: str, verb: str) -> OperationModel:
    model = MODELS[name]
    found = [row for row in model.operation_names if kebab(row) == verb]
    assert found, f"{name} has no {verb}"
    return model.operation_model(found[0])


def pieces(text: str) -> list[str]:
    """Split at commas that no bracket holds."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "[{") - (letter in "]}")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def value(text: str, shape: Shape) -> Any:
    """What the CLI makes of a value: JSON or shorthand for structures, else the text as the type says."""
    if isinstance(shape, StructureShape):
        if text.startswith("{") and '"' in text:
            return json.loads(text)
        rows = (row.split("=", 1) for row in pieces(text.strip("{}") if text.startswith("{") else text))
        return {name: value(rest, shape.members[name]) for name, rest in rows}
    if isinstance(shape, ListShape):
        assert text.startswith("[")
        assert text.endswith("]")
        return [value(row, shape.member) for row in pieces(text[1:-1])]
    return {"integer": int, "boolean": lambda word: word == "true"}.get(shape.type_name, str)(text)


def words_of(line: str) -> list[str]:
    """The words of a command as bash reads them; Python knows no ``$'…'``."""
    if "$'" not in line:
        return shlex.split(line)
    printed = subprocess.run(["bash", "-uc", f"printf '%s\\0' {line}"], capture_output=True, check=True)
    return printed.stdout.decode().split("\0")[:-1]


def parse(line: str) -> tuple[str, dict[str, Any]]:
    """Read one command as the CLI would, and let botocore's validator judge its parameters."""
    words = words_of(line)
    assert words[0] == "aws"
    model = operation(words[1], words[2])
    shape = model.input_shape
    assert shape is not None
    members = {kebab(name): (name, member) for name, member in shape.members.items()}
    options: dict[str, list[str]] = {}
    for word in words[3:]:
        if word.startswith("--"):
            options[word[2:]] = []
        else:
            options[list(options)[-1]].append(word)
    assert options.pop("region") == [REGION]
    parameters: dict[str, Any] = {}
    for option, given in options.items():
        if not given:
            name, member = members[option.removeprefix("no-")]
            assert member.type_name == "boolean"
            parameters[name] = not option.startswith("no-")
            continue
        name, member = members[option]
        if isinstance(member, ListShape):
            if given[0].startswith("[{"):
                parameters[name] = json.loads(given[0])
            else:
                parameters[name] = [value(word, member.member) for word in given]
        else:
            (word,) = given
            parameters[name] = value(word, member)
    validate_parameters(parameters, shape)
    return model.name, parameters


def applied() -> Desk:
    desk = Desk(Account(), request(WEB, SECURE, Service("db", "TCP", 3306, "from-magento", ("i-0a",), 3307)))
    assert desk.apply().ok
    return desk


def every_change() -> list[c.Change]:
    """Changes of every kind and action that a plan can have."""
    desk = Desk(Account(), request(WEB, SECURE, DATABASE))
    rows = list(desk.plan().changes)
    one_zone = request(WEB, Service("db", "TCP", 3306, "from-magento", ("i-0a", "i-0a"), 3307))
    rows += Desk(Account(), one_zone).plan().changes
    named = request(service_name="com.amazonaws.vpce.us-west-2.vpce-svc-0their")
    theirs = replace(
        INVENTORY,
        load_balancers=(balancer(),),
        endpoint_services=(service(principals=()),),
        listeners=(listener(),),
        target_groups=(group(("10.20.0.9", 3306)),),
    )
    adopting = Desk(Account(theirs), named)
    rows += adopting.plan().changes
    assert adopting.apply().ok
    rows += plan_undo(adopting.account.seen, ENABLEMENT, adopting.story, force=True).changes
    done = applied()
    rows += plan_undo(done.account.seen, ENABLEMENT, done.story, force=True).changes
    rows += [
        c.Change(
            "listener/1", "change", "listener", "x", c.ListenerSpec("arn:lb", "TCP", 1, "arn:tg"), "arn:l"
        ),
        c.Change(
            "endpoint-service",
            "change",
            "endpoint-service",
            "x",
            c.EndpointServiceSpec("x", "a"),
            "vpce-svc-1",
        ),
        c.Change("cross-zone", "delete", "cross-zone", "x", c.CrossZoneSpec("arn:lb"), "arn:lb"),
        c.Change("targets/1", "delete", "targets", "x", c.TargetsSpec("arn:tg", ("10.0.0.1",), 1), "arn:tg"),
        c.Change(
            "ingress/1",
            "delete",
            "ingress",
            "x",
            c.IngressSpec("sg-1", (1, 2), ("10.0.0.0/8", "fd00::/8")),
            "sg",
        ),
    ]
    return [row for row in rows if row.action != "leave" and not (row.action == "adopt" and row.spec is None)]


@pytest.mark.parametrize("change", every_change(), ids=lambda row: f"{row.action}-{row.kind}")
def test_every_command_is_one_that_aws_knows(change: c.Change) -> None:
    parse(command(change, ENABLEMENT, REGION))


def test_every_kind_is_covered() -> None:
    kinds = set(c.Kind.__args__)  # type: ignore[attr-defined]
    assert {row.kind for row in every_change()} == kinds - {"subnet-policy", "registration"}


def test_parameters_say_what_the_specs_say() -> None:
    planned = {row.key: row for row in Desk(Account(), request(WEB, SECURE, DATABASE)).plan().changes}
    read = {key: parse(row.command) for key, row in planned.items()}
    assert read["load-balancer"] == (
        "CreateLoadBalancer",
        {
            "Name": "shop-1-nlb",
            "Type": "network",
            "Scheme": "internal",
            "Subnets": ["subnet-a2", "subnet-b1"],
            "Tags": [
                {"Key": "privatelink:shop-1", "Value": "load-balancer"},
                {"Key": "Name", "Value": "shop-1-nlb"},
            ],
        },
    )
    name, service_parameters = read["endpoint-service"]
    assert name == "CreateVpcEndpointServiceConfiguration"
    assert service_parameters["AcceptanceRequired"] is True
    assert service_parameters["NetworkLoadBalancerArns"] == ["$LOAD_BALANCER"]
    assert read["endpoint/1"][1]["PrivateDnsEnabled"] is False
    assert read["endpoint/1"][1]["TagSpecifications"][0]["ResourceType"] == "vpc-endpoint"
    assert read["ingress/1"][1]["IpPermissions"] == [
        {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "10.20.0.0/16"}]}
        for port in (80, 443)
    ]
    assert read["listener/3306"][1]["DefaultActions"] == [
        {"Type": "forward", "TargetGroupArn": "$TARGET_GROUP_3306"}
    ]


def test_leaving_and_adopting_make_no_call() -> None:
    for action in ("leave", "adopt"):
        change = c.Change("endpoint/1", action, "endpoint", "x", id="vpce-1")  # type: ignore[arg-type]
        assert command(change, ENABLEMENT, REGION) == ""


@pytest.mark.parametrize("change", [
    c.Change("targets/1", "delete", "targets", "x", id="arn:tg"),
    c.Change("endpoint/1", "create", "endpoint", "x"),
])  # fmt: skip
def test_a_change_that_does_not_say_enough_has_no_command(change: c.Change) -> None:
    with pytest.raises(ValueError, match="takes a spec"):
        command(change, ENABLEMENT, REGION)


NASTY = "x'; rm -rf / #\"$(reboot)`reboot`, [red]é\n\x1b[31m"


def test_text_from_outside_is_data() -> None:
    spec = c.SecurityGroupSpec(NASTY, NASTY, NASTY)
    change = c.Change("security-group/1", "create", "security-group", NASTY, spec, reason=NASTY)
    line = command(change, NASTY, REGION)
    name, parameters = parse(line)
    assert name == "CreateSecurityGroup"
    assert (parameters["GroupName"], parameters["Description"], parameters["VpcId"]) == (NASTY,) * 3
    assert parameters["TagSpecifications"][0]["Tags"][1] == {"Key": "Name", "Value": NASTY}
    text = script(Plan((replace(change, command=line),)), "shop", REGION)
    comments = [row for row in text.split("\n") if row.startswith("#")]
    assert not any("\x1b" in row for row in comments)
    assert any("rm -rf" in row for row in comments)
    assert check(text)


def check(text: str) -> bool:
    return subprocess.run(["bash", "-n"], input=text.encode(), capture_output=True).returncode == 0


STUB = """#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$CALLS"
case "$*" in
  *length*) echo 0 ;;
  *create-load-balancer*) echo arn:lb/new ;;
  *create-target-group*) echo arn:tg/new ;;
  *create-security-group*) echo sg-new ;;
  *create-vpc-endpoint-service*) echo vpce-svc-new ;;
  *describe-vpc-endpoint-service*) echo com.amazonaws.vpce.us-west-2.vpce-svc-new ;;
  *) echo id-new ;;
esac
"""


def run(text: str, folder: Path) -> tuple[int, str, list[str]]:
    """Run a script with an ``aws`` that only writes down how it was called."""
    stub = folder / "aws"
    stub.write_text(STUB)
    stub.chmod(0o755)
    calls = folder / "calls"
    calls.write_text("")
    done = subprocess.run(
        ["bash", "-c", text],
        env={"PATH": f"{folder}:/usr/bin:/bin", "CALLS": str(calls)},
        capture_output=True,
        text=True,
        timeout=30,
    )
    return done.returncode, done.stdout, calls.read_text().splitlines()


def test_a_script_makes_the_plan_with_the_ids_that_it_gets(tmp_path: Path) -> None:
    planned = Desk(Account(), request(WEB, SECURE, DATABASE)).plan()
    text = script(planned, ENABLEMENT, REGION)
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in text
    assert check(text)
    code, out, calls = run(text, tmp_path)
    assert code == 0
    assert out.splitlines()[-1] == "com.amazonaws.vpce.us-west-2.vpce-svc-new"
    wait = next(i for i, row in enumerate(calls) if row.startswith("elbv2 wait load-balancer-available"))
    service_call = next(
        i for i, row in enumerate(calls) if row.startswith("ec2 create-vpc-endpoint-service-configuration")
    )
    assert wait < service_call
    assert "--network-load-balancer-arns arn:lb/new" in calls[service_call]
    assert any("create-listener" in row and "TargetGroupArn=arn:tg/new" in row for row in calls)
    assert any("create-vpc-endpoint --" in row and "--security-group-ids sg-new" in row for row in calls)
    assert len(calls) == len(pending(planned)) + 2


def test_a_script_that_undoes_waits_for_what_aws_lets_go_of_late(tmp_path: Path) -> None:
    desk = applied()
    id = desk.account.seen.endpoint_services[0].id
    live = Connection(id, "vpce-0magento", "402592597372", "available")
    seen = replace(desk.account.seen, connections=(live,))
    text = script(plan_undo(seen, ENABLEMENT, desk.story, force=True), ENABLEMENT, REGION)
    assert check(text)
    code, _, calls = run(text, tmp_path)
    assert code == 0
    verbs = [" ".join(row.split()[1:2]) for row in calls]
    assert verbs.index("describe-vpc-endpoints") < verbs.index("delete-security-group")
    assert verbs.index("reject-vpc-endpoint-connections") < verbs.index(
        "delete-vpc-endpoint-service-configurations"
    )
    assert verbs.index("wait") < verbs.index("delete-target-group")


def test_a_script_stops_where_a_deletion_is_refused(tmp_path: Path) -> None:
    desk = applied()
    text = script(plan_undo(desk.account.seen, ENABLEMENT, desk.story, force=True), ENABLEMENT, REGION)
    assert run(text.replace("length(Unsuccessful", "size(Unsuccessful"), tmp_path)[0] != 0


def test_a_blocked_plan_is_a_script_that_says_why(tmp_path: Path) -> None:
    stop = Problem("network-not-found", "cloud.network", "error", "vpc-0 is not there.", "Choose\nanother.")
    text = script(replace(Desk(Account(), request()).plan(), problems=(stop,)), ENABLEMENT, REGION)
    assert check(text)
    assert "# vpc-0 is not there. Choose␊another." in text
    code, _, calls = run(text, tmp_path)
    assert (code, calls) == (1, [])


def test_a_finished_plan_is_a_script_that_calls_nothing(tmp_path: Path) -> None:
    code, _, calls = run(script(applied().plan(), ENABLEMENT, REGION), tmp_path)
    assert (code, calls) == (0, [])


@pytest.mark.parametrize("key", ["load-balancer", "target-group/3306", "endpoint/1", "endpoint/1/old"])
def test_variables_are_shell_names(key: str) -> None:
    assert re.fullmatch(r"[A-Z][A-Z0-9_]*", variable(key))
