"""Shell lines on an instance, by AWS Systems Manager: its agent fetches them, no port is opened.

Source: "AWS Systems Manager Run Command"; SendCommand, GetCommandInvocation (which does not know a command for a
moment after it was sent; an output of more than 24,000 characters is cut off).
"""

from __future__ import annotations

import time
from collections.abc import Callable

from core.cloud import CloudError
from providers.aws.session import Clients
from providers.loopback import local_place

DOCUMENT = "AWS-RunShellScript"
DELIVERY = 60
"""Seconds in which the agent has to fetch the command."""
RUNS = 120
"""Seconds that the lines may take."""
POLL, POLL_LOCAL = 1.5, 0.05
WAITING = ("Pending", "InProgress", "Delayed", "Cancelling")
RAN = ("Success", "Failed")
"""States in which the lines were run to their end; the last one's exit code decides which."""


def run_on(
    clients: Clients,
    machine: str,
    script: str,
    pause: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> str:
    """What the lines printed. Raises CloudError: ``in-use`` where no agent answers on the instance,
    ``unavailable`` where they did not come to their end in time.
    """
    systems = clients.systems()
    try:
        with clients.asking("ssm:SendCommand"):
            sent = systems.send_command(
                InstanceIds=[machine],
                DocumentName=DOCUMENT,
                Parameters={"commands": script.splitlines(), "executionTimeout": [str(RUNS)]},
                TimeoutSeconds=DELIVERY,
                Comment="privatelink doctor: probes of a PrivateLink connection",
            )
    except CloudError as error:
        if "InvalidInstanceId" in error.detail:
            raise _no_agent(machine, error.detail) from error
        raise
    command = sent["Command"].get("CommandId", "")
    until = clock() + DELIVERY + RUNS
    step = POLL_LOCAL if local_place(systems.meta.endpoint_url) else POLL
    while clock() < until:
        pause(step)
        try:
            with clients.asking("ssm:GetCommandInvocation"):
                seen = systems.get_command_invocation(CommandId=command, InstanceId=machine)
        except CloudError as error:
            if "InvocationDoesNotExist" in error.detail:
                continue
            raise
        status = seen.get("Status", "")
        if status in RAN:
            return seen.get("StandardOutputContent", "") + seen.get("StandardErrorContent", "")
        if status not in WAITING:
            raise _not_ended(machine, command, seen.get("StatusDetails", status))
    raise _not_ended(machine, command, "it is still under way")


def _no_agent(machine: str, detail: str) -> CloudError:
    return CloudError(
        "in-use",
        f"Systems Manager does not manage {machine}, or it is not running.",
        "Start it, and give it the SSM agent and a role with AmazonSSMManagedInstanceCore; or paste the commands.",
        operation="ssm:SendCommand",
        detail=detail,
    )


def _not_ended(machine: str, command: str, why: str) -> CloudError:
    return CloudError(
        "unavailable",
        f"The commands on {machine} did not come to their end: {why} (command {command}).",
        "See that the instance's agent is online (aws ssm describe-instance-information), then try again.",
        operation="ssm:GetCommandInvocation",
        detail=why,
    )
