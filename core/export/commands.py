"""A change as the command of its cloud's own CLI, and a plan as a script of them."""

from __future__ import annotations

from core.request.identifiers import region_platform
from core.setup.change import Change
from core.setup.plan import Plan


def command(change: Change, enablement: str, region: str) -> str:
    """The command that does what ``change`` does, empty where it makes no call.

    The cloud is the one whose form of region name ``region`` has. Raises ValueError for a change that does not
    say enough, or that this cloud has no command for.
    """
    if region_platform(region.lower()) == "azure":
        from core.export import az_cli

        return az_cli.command(change, enablement, region)
    from core.export import aws_cli

    return aws_cli.command(change, enablement, region)


def script(plan: Plan, enablement: str, region: str) -> str:
    """A bash script that makes the plan's changes one by one, in the plan's order.

    The cloud is the one whose form of region name ``region`` has.
    """
    if region_platform(region.lower()) == "azure":
        from core.export import az_cli

        return az_cli.script(plan, enablement, region)
    from core.export import aws_cli

    return aws_cli.script(plan, enablement, region)
