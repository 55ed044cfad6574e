"""Azure's Run Command on the machines that network interfaces name: of a machine nothing more is there."""

from __future__ import annotations

from providers.sandbox.azure.estate import Estate, Json, Refusal, bad, referenced

KEPT = 4096
"""Bytes of an output that are kept, the last ones."""


def begin(estate: Estate, machine: str, body: Json) -> str:
    """``VirtualMachines_RunCommand``; answers the operation's id. Raises Refusal."""
    known = {
        referenced(one.properties, "virtualMachine").lower() for one in estate.of_kind("networkInterfaces")
    }
    if machine.lower() not in known:
        words = (
            f"The Resource 'Microsoft.Compute/virtualMachines/{machine.rpartition('/')[2]}' was not found."
        )
        raise Refusal(404, "ResourceNotFound", words)
    if body.get("commandId") != "RunShellScript":
        raise bad("NotFound", f"The entity was not found: run command {body.get('commandId')}.")
    assert estate.shell is not None
    return estate.shell.begin("\n".join(body.get("script") or ()))


def result(estate: Estate, id: str) -> Json | None:
    """What the script printed, as ``RunCommandResult``; None while it runs. Raises Refusal."""
    assert estate.shell is not None
    try:
        output = estate.shell.output(id)
    except KeyError as error:
        raise Refusal(404, "NotFound", f"The operation {id} was not found.") from error
    if output is None:
        return None
    kept = output.encode()[-KEPT:].decode(errors="replace")
    return {
        "value": [
            {
                "code": "ProvisioningState/succeeded",
                "level": "Info",
                "displayStatus": "Provisioning succeeded",
                "message": f"Enable succeeded: \n[stdout]\n{kept}\n\n[stderr]\n",
            }
        ]
    }
