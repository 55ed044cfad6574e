"""Shell lines on a virtual machine, by Azure's Run Command: its agent fetches them, no port is opened.

Source: "Run scripts in your Linux VM by using action Run Commands" (the last 4,096 bytes of the output are kept).
"""

from __future__ import annotations

import re

from core.cloud import CloudError
from core.request.identifiers import id_part
from providers.azure.session import Clients

RUN = "Microsoft.Compute/virtualMachines/runCommand/action"
_OUTPUT = re.compile(r"\[stdout\]\n(?P<out>.*?)\n?\[stderr\]\n?(?P<err>.*)", re.DOTALL)


def run_on(clients: Clients, machine: str, script: str) -> str:
    """What the lines printed. Raises CloudError."""
    from azure.mgmt.compute.models import RunCommandInput

    group, name = id_part(machine, "resourceGroups"), id_part(machine, "virtualMachines")
    if not (group and name):
        raise CloudError(
            "invalid",
            f"{machine} is no virtual machine's resource id",
            "Name the id of a virtual machine; what belongs to a scale set cannot be run on from here.",
        )
    wanted = RunCommandInput(command_id="RunShellScript", script=script.splitlines())
    with clients.asking(RUN):
        poller = clients.compute().virtual_machines.begin_run_command(group, name, wanted)
    told = clients.finish(RUN, poller)
    message = "\n".join(one.message or "" for one in told.value or ())
    found = _OUTPUT.search(message)
    return f"{found['out']}\n{found['err']}" if found else message
