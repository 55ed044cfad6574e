"""Single commands of the clouds' own CLIs, as advice: every value quoted for a shell."""

from __future__ import annotations

from core.export.shell import Value, call


def aws(region: str, words: str, **options: Value) -> str:
    """A command of the AWS CLI in a region. Values are data: a shell and the CLI take them as they are."""
    return call(f"aws {words}", {**options, "region": region})


def az(words: str, **options: Value) -> str:
    """A command of the Azure CLI. Values are data: a shell and the CLI take them as they are."""
    return call(f"az {words}", options)


def admit(region: str, group_id: str, port: str, cidr: str) -> str:
    """Let addresses in on a port of a security group (AWS)."""
    return aws(
        region,
        "ec2 authorize-security-group-ingress",
        group_id=group_id,
        protocol="tcp",
        port=port,
        cidr=cidr,
    )


def let_pass(
    region: str, acl_id: str, number: int, ports: tuple[int, int], cidr: str, *, egress: bool
) -> str:
    """Let addresses through a network ACL by an entry with this number."""
    return aws(
        region,
        "ec2 create-network-acl-entry",
        network_acl_id=acl_id,
        ingress=not egress,
        egress=egress,
        rule_number=str(number),
        protocol="tcp",
        cidr_block=cidr,
        port_range=f"From={ports[0]},To={ports[1]}",
        rule_action="allow",
    )


def both(*commands: str) -> str:
    """Commands one after another, each only where the one before it succeeded."""
    return " && ".join(command for command in commands if command)
