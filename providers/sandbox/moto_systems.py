"""Systems Manager's Run Command, which moto answers without running anything. What differs: :mod:`.moto_hook`."""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.ssm.responses import SimpleSystemManagerResponse

from providers.sandbox.moto_base import Refused, Strict
from providers.sandbox.reach import instance_of

SHOWN = 24_000
"""Characters of an output that an invocation shows."""


class SandboxSystems(Strict, SimpleSystemManagerResponse):
    """Systems Manager: each running instance has the agent."""

    def send_command(self) -> ActionResult:
        """SendCommand of AWS-RunShellScript to instances by id."""
        asked: dict[str, Any] = json.loads(self.body)
        if asked.get("DocumentName") != "AWS-RunShellScript":
            raise Refused("InvalidDocument", f"{asked.get('DocumentName')} does not exist in your account")
        machines = [str(one) for one in asked.get("InstanceIds") or ()]
        for one in machines:
            found = instance_of(self.current_account, self.region, one)
            if found is None or found.id != one or found.state != "running":
                raise Refused("InvalidInstanceId", f"Instances [[{one}]] not in a valid state for account")
        assert self.ground.shell is not None
        script = "\n".join(asked["Parameters"]["commands"])
        command = self.ground.shell.begin(script)
        self.ground.begin(f"command|{command}")
        told = {
            "CommandId": command,
            "DocumentName": asked["DocumentName"],
            "InstanceIds": machines,
            "Status": "Pending",
            "StatusDetails": "Pending",
        }
        return ActionResult({"Command": told})

    def get_command_invocation(self) -> ActionResult:
        """GetCommandInvocation; for a moment after the command was sent there is none."""
        asked: dict[str, Any] = json.loads(self.body)
        command = str(asked.get("CommandId"))
        assert self.ground.shell is not None
        try:
            output = self.ground.shell.output(command)
        except KeyError:
            output = None
            command = ""
        if not command or not self.ground.lasted(f"command|{command}", self.ground.timing.invocation):
            raise Refused("InvocationDoesNotExist", "")
        status = "InProgress" if output is None else "Success"
        told = {
            "CommandId": command,
            "InstanceId": asked.get("InstanceId"),
            "DocumentName": "AWS-RunShellScript",
            "Status": status,
            "StatusDetails": status,
            "ResponseCode": -1 if output is None else 0,
            "StandardOutputContent": (output or "")[:SHOWN],
            "StandardErrorContent": "",
        }
        return ActionResult(told)
