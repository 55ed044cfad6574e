"""Commands with the options that the Azure CLI has, and scripts that bash runs."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from core.export import commands
from core.export.az_cli import command, script
from core.request.model import Problem
from core.setup import change as c
from core.setup.plan import Plan, pending
from core.setup.undo import plan_undo
from tests.core.export.test_aws_cli import words_of
from tests.core.setup.azure_account import (
    ALIAS,
    DATA,
    DATABASE,
    GROUP,
    MAGENTO,
    NET,
    OFFER,
    PLS,
    REGION,
    STANDING,
    SUB,
    UNREGISTERED,
    WEB,
    AzureAccount,
    AzureDesk,
    applied,
    nic,
    pool,
    request,
    service,
    targets,
)
from tests.core.setup.clouds import AZURE

ENABLEMENT = "shop-1"
WHERE = {"name", "resource-group", "subscription"}
MADE = WHERE | {"location", "tags"}
OPTIONS: Mapping[str, tuple[set[str], set[str]]] = {
    # command: what it must have, what it may have besides
    "network lb create": (
        MADE | {"sku", "subnet", "frontend-ip-name", "backend-pool-name"},
        set(),
    ),
    "network lb probe create": (WHERE | {"lb-name", "protocol", "port"}, set()),
    "network lb rule create": (
        WHERE
        | {"lb-name", "protocol", "frontend-port", "backend-port", "frontend-ip-name", "backend-pool-name"}
        | {"probe-name"},
        {"idle-timeout", "enable-tcp-reset"},
    ),
    "network lb show": (set(), WHERE | {"ids", "query", "output"}),
    "network lb delete": ({"ids"}, set()),
    "network nic show": ({"ids"}, {"query", "output"}),
    "network nic ip-config address-pool add": (
        {"resource-group", "nic-name", "ip-config-name", "address-pool", "subscription"},
        set(),
    ),
    "network nic ip-config address-pool remove": (
        {"resource-group", "nic-name", "ip-config-name", "address-pool", "subscription"},
        set(),
    ),
    "network vnet subnet update": ({"ids", "private-link-service-network-policies"}, set()),
    "network private-link-service create": (
        MADE | {"subnet", "lb-frontend-ip-configs"},
        {"visibility"},
    ),
    "network private-link-service update": ({"ids"}, {"visibility", "auto-approval"}),
    "network private-link-service delete": ({"ids"}, set()),
    "network private-link-service show": (set(), WHERE | {"ids", "query", "output"}),
    "network private-link-service connection delete": ({"ids"}, set()),
    "network private-endpoint create": (
        MADE
        | {"subnet", "connection-name", "private-connection-resource-id", "manual-request"}
        | {"request-message"},
        set(),
    ),
    "network private-endpoint show": (WHERE, {"query", "output"}),
    "network private-endpoint delete": ({"ids"}, set()),
    "tag update": ({"resource-id", "operation", "tags"}, set()),
    "provider register": ({"namespace", "wait"}, {"subscription"}),
}
"""Source: "Azure CLI reference"."""
FLAGS = {"wait"}
"""Options without a value."""


def parse(line: str) -> tuple[str, dict[str, list[str]]]:
    """Read one command as the CLI would, and judge its options; what it asks for inside is judged too."""
    for inner in re.findall(r"\$\((az .*?--output tsv)\)", line):
        parse(inner)
    words = words_of(re.sub(r"\$\(az .*?--output tsv\)", "ASKED", line))
    assert words[0] == "az"
    first = next(place for place, word in enumerate(words) if word.startswith("--"))
    name = " ".join(words[1:first])
    options: dict[str, list[str]] = {}
    for word in words[first:]:
        if word.startswith("--"):
            assert word not in options
            options[word[2:]] = []
        else:
            options[list(options)[-1]].append(word)
    must, may = OPTIONS[name]
    assert must <= set(options) <= must | may, name
    assert all(values or word in FLAGS for word, values in options.items())
    return name, options


def lines(text: str) -> list[str]:
    return text.split(" && ")


NAMED = request(service_name=ALIAS)
THEIRS = replace(STANDING, target_groups=(pool("10.20.0.4"),), endpoint_services=(service(principals=()),))


def every_change() -> list[c.Change]:
    """Changes of every kind and action that a plan can have."""
    desk = applied(WEB, DATABASE, targets("10.20.0.9", port=81, target_port=82))
    rows = list(AzureDesk(AzureAccount(UNREGISTERED), desk.wanted).plan().changes)
    live = replace(desk.account.seen, connections=(AZURE.connection(desk),))
    rows += plan_undo(live, ENABLEMENT, desk.story, force=True, offer=OFFER).changes
    seen = desk.account.seen
    desk.account.seen = replace(
        seen,
        listeners=(),
        endpoint_services=(replace(seen.endpoint_services[0], auto_approval=(MAGENTO,)),),
    )
    rows += desk.plan().changes
    adopting = AzureDesk(AzureAccount(THEIRS), NAMED)
    rows += adopting.plan().changes
    assert adopting.apply().ok
    rows += plan_undo(adopting.account.seen, ENABLEMENT, adopting.story, force=True, offer=OFFER).changes
    return [row for row in rows if row.action != "leave" and not (row.action == "adopt" and row.spec is None)]


@pytest.mark.parametrize("change", every_change(), ids=lambda row: f"{row.action}-{row.key}")
def test_every_command_has_the_options_that_the_cli_has(change: c.Change) -> None:
    for line in lines(command(change, ENABLEMENT, REGION)):
        parse(line)


def test_every_kind_is_covered() -> None:
    kinds = {row.kind for row in every_change()}
    own = {"load-balancer", "targets", "endpoint-service", "principal", "endpoint"}
    assert kinds == own | {"subnet-policy", "registration"}


def test_options_say_what_the_specs_say() -> None:
    planned = {row.key: row for row in AzureDesk(AzureAccount(), request()).plan().changes}
    balancer, probe, rule = (parse(line)[1] for line in lines(planned["load-balancer"].command))
    assert balancer["sku"] == ["Standard"]
    assert balancer["subnet"] == [DATA]
    assert balancer["subscription"] == [SUB]
    assert balancer["tags"] == ["privatelink:shop-1=load-balancer", "Name=shop-1-lb"]
    assert (probe["name"], probe["port"]) == (["tcp-3306"], ["3306"])
    assert rule["probe-name"] == probe["name"]
    _, made = parse(planned["endpoint-service"].command)
    assert made["visibility"] == [MAGENTO]
    _, policy = parse(planned["subnet-policy"].command)
    assert policy == {"ids": [DATA], "private-link-service-network-policies": ["Disabled"]}
    _, endpoint = parse(planned["endpoint/1"].command)
    assert endpoint["manual-request"] == ["true"]
    assert "dns" not in planned["endpoint/1"].command
    _, member = parse(planned["targets/shop-rg/db-a-nic"].command)
    assert member["nic-name"] == ["db-a-nic"]
    assert '"$LOAD_BALANCER"' in planned["targets/shop-rg/db-a-nic"].command


def test_leaving_and_adopting_make_no_call() -> None:
    for action in ("leave", "adopt"):
        change = c.Change("endpoint/1", action, "endpoint", "x", id=PLS)  # type: ignore[arg-type]
        assert command(change, ENABLEMENT, REGION) == ""


@pytest.mark.parametrize("change", [
    c.Change("targets/1", "delete", "targets", "x", id=nic("x")),
    c.Change("endpoint/1", "create", "endpoint", "x"),
])  # fmt: skip
def test_a_change_that_does_not_say_enough_has_no_command(change: c.Change) -> None:
    with pytest.raises(ValueError, match="takes a spec"):
        command(change, ENABLEMENT, REGION)


def test_what_aws_has_alone_has_no_command() -> None:
    spec = c.CrossZoneSpec("x")
    with pytest.raises(ValueError, match="no command"):
        command(c.Change("cross-zone", "change", "cross-zone", "x", spec), ENABLEMENT, REGION)


NASTY = "x'; rm -rf / #\"$(reboot)`reboot`, [red]é\n\x1b[31m"


def test_text_from_outside_is_data() -> None:
    spec = c.PrivateEndpointSpec(NASTY, NASTY, NASTY, f"{GROUP}/{NASTY}", NASTY, NASTY)
    change = c.Change("endpoint/1", "create", "endpoint", NASTY, spec, reason=NASTY)
    _, options = parse(command(change, NASTY, REGION))
    assert (options["name"], options["request-message"], options["resource-group"]) == ([NASTY],) * 3
    assert options["tags"][1] == f"Name={NASTY}"
    text = script(Plan((change,)), "shop", REGION)
    assert not any("\x1b" in row for row in text.split("\n") if row.startswith("#"))
    assert subprocess.run(["bash", "-n"], input=text.encode(), capture_output=True).returncode == 0


STUB = """#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$CALLS"
case "$*" in
  *backendAddressPools*) echo pool-id ;;
  *ontend*Configurations*) echo frontend-id ;;
  *"nic show"*) echo ipconfig1 ;;
  *"[id, alias]"*) printf 'pls-id\\nalias\\n' ;;
  *"lb show"*) echo lb-id ;;
  *"private-link-service show"*) echo pls-id ;;
  *show*) echo id-new ;;
esac
"""


def run(text: str, folder: Path) -> tuple[int, str, list[str]]:
    """Run a script with an ``az`` that only writes down how it was called."""
    stub = folder / "az"
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
    planned = AzureDesk(AzureAccount(), request()).plan()
    text = script(planned, ENABLEMENT, REGION)
    assert "set -euo pipefail" in text
    code, out, calls = run(text, tmp_path)
    assert code == 0
    assert out.splitlines() == ["pls-id", "alias"]
    made = next(row for row in calls if "private-link-service create" in row)
    assert "--lb-frontend-ip-configs frontend-id" in made
    joins = [row for row in calls if "address-pool add" in row]
    assert len(joins) == 2
    assert all("--ip-config-name ipconfig1 --address-pool pool-id" in row for row in joins)
    assert any(row.startswith("network lb show --ids lb-id") for row in calls)
    order = [row for row in calls if "show" not in row]
    assert order.index(next(r for r in order if "subnet update" in r)) < order.index(made)


def test_a_script_that_undoes_deletes_in_an_order_that_azure_takes(tmp_path: Path) -> None:
    desk = applied()
    seen = replace(desk.account.seen, connections=(AZURE.connection(desk),))
    text = script(plan_undo(seen, ENABLEMENT, desk.story, force=True, offer=OFFER), ENABLEMENT, REGION)
    code, _, calls = run(text, tmp_path)
    assert code == 0
    (id,) = (row.id for row in desk.account.seen.endpoint_services)
    verbs = [row for row in calls if "show" not in row]
    cut = verbs.index(
        f"network private-link-service connection delete --ids {id}/privateEndpointConnections/m.1"
    )
    gone = verbs.index(f"network private-link-service delete --ids {id}")
    balancer = verbs.index(f"network lb delete --ids {NET}/loadBalancers/shop-1-lb")
    assert cut < gone < balancer
    assert verbs[-1].endswith("--private-link-service-network-policies Enabled")


def test_a_blocked_plan_is_a_script_that_says_why(tmp_path: Path) -> None:
    stop = Problem("network-not-found", "cloud.network", "error", "It is not there.", "Choose\nanother.")
    text = script(replace(AzureDesk(AzureAccount(), request()).plan(), problems=(stop,)), ENABLEMENT, REGION)
    assert "# It is not there. Choose␊another." in text
    code, _, calls = run(text, tmp_path)
    assert (code, calls) == (1, [])


def test_visibility_is_added_to_never_replaced(tmp_path: Path) -> None:
    add = c.Change("principal", "create", "principal", "x", c.PrincipalSpec(PLS, (MAGENTO,)))
    code, _, calls = run(command(add, ENABLEMENT, REGION), tmp_path)
    assert code == 0
    assert calls[-1] == f"network private-link-service update --ids {PLS} --visibility pls-id {MAGENTO}"
    take = replace(add, action="delete")
    _, _, calls = run(command(take, ENABLEMENT, REGION), tmp_path)
    assert f"[?@ != '{MAGENTO}']" in calls[0]
    assert calls[-1].endswith("--visibility [pls-id]")


@pytest.mark.parametrize(("region", "cli"), [("eastus2", "az"), ("EastUS2", "az"), ("us-west-2", "aws")])
def test_the_region_says_whose_cli_it_is(region: str, cli: str) -> None:
    change = c.Change("endpoint/1", "delete", "endpoint", "x", id="x")
    assert commands.command(change, ENABLEMENT, region).split()[0] == cli
    assert f"{cli} " in commands.script(Plan((change,)), ENABLEMENT, region)


def test_an_applied_plan_calls_nothing(tmp_path: Path) -> None:
    planned = applied().plan()
    assert not pending(planned)
    code, _, calls = run(script(planned, ENABLEMENT, REGION), tmp_path)
    assert (code, calls) == (0, [])
