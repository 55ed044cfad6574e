"""The words of F1 for the field that has the cursor: what it is, where its value is found, an example.

The request's own fields are described in :mod:`core.request.fields`; here is where the clouds' consoles show them, and
what the fields are that are no part of a request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.request.fields import FIELDS
from core.request.model import Platform
from tui.settings_table import BY_PATH

_CONSOLE: Mapping[str, Mapping[Platform, str]] = {
    "cloud.account": {
        "aws": "AWS console: the menu with your name at the top right shows the account's number.",
        "azure": "Azure portal: Subscriptions, Subscription ID.",
    },
    "cloud.region": {
        "aws": "AWS console: beside your name at the top right, while the VPC is shown.",
        "azure": "Azure portal: Virtual networks, Location.",
    },
    "cloud.network": {
        "aws": "VPC console: Your VPCs, VPC ID.",
        "azure": "Azure portal: Virtual networks, the network, Properties, Resource ID.",
    },
    "cloud.subnets": {
        "aws": "VPC console: Subnets, Subnet ID and Availability Zone ID.",
        "azure": "Azure portal: Virtual networks, the network, Subnets.",
    },
    "cloud.tenant": {"azure": "Azure portal: Microsoft Entra ID, Overview, Tenant ID."},
    "connection.service_name": {
        "aws": "VPC console: Endpoint services, the service, Service name.",
        "azure": "Azure portal: Private link services, the service, Properties, Resource ID.",
    },
    "services.*.targets": {
        "aws": "EC2 console: Instances, Instance ID or Private IPv4 address.",
        "azure": "Azure portal: Virtual machines, Networking, NIC private IP.",
    },
}
"""Where a cloud's console shows the value of a field."""


@dataclass(frozen=True, slots=True)
class FieldHelp:
    """``text`` says what it is; ``find`` are sentences, one a paragraph; ``example`` may be empty."""

    text: str
    find: tuple[str, ...] = ()
    example: str = ""


_OTHERS: Mapping[str, FieldHelp] = {
    "ticket": FieldHelp(
        "The Support ticket's number, as the help desk gave it. The five business days run from here.",
        ("Help desk: the ticket's page, and its mail to you. Your CTA has it too.",),
        "123456",
    ),
    "desk.open": FieldHelp(
        "A file that a customer sent, or a folder of them. They are read, and never changed.",
        ("A request, an inventory that privatelink inventory saved, or a history that was exported.",),
        "inbox/acme.toml",
    ),
    "lesson.request": FieldHelp(
        "A request file to practise: the sandbox takes its cloud, region and services, and as many servers and "
        "subnets. Ids and addresses are the sandbox's own.",
        ("privatelink schema says what one holds.",),
        "request.toml",
    ),
    "desk.note": FieldHelp("Words to keep with the enablement's story; who gets its export reads them too."),
    "desk.export": FieldHelp(
        "Where the enablement's history goes: a new file, which only you can read.", (), "pl-7k3m9q.jsonl"
    ),
    "machine": FieldHelp(
        "The machine in your network that the probes run on. It has to be reached by AWS Systems Manager, or on "
        "Azure to have its agent.",
        ("The list has what can be reached.",),
    ),
    "reply": FieldHelp(
        "The whole reply of Magento's infrastructure team, however it is formatted. Names are found in it.",
        ("The Support ticket: copy the comment as it stands.",),
        "Service name: com.amazonaws.vpce.us-west-2.vpce-svc-0abc",
    ),
    "output": FieldHelp(
        "What the commands above printed where they ran, all of it.",
        ("Run them on a machine in your network; Magento's over `magento-cloud ssh`.",),
    ),
    "form": FieldHelp("The form of the report: one to read, or one for other programs."),
    "path": FieldHelp("Where the report goes: a new file, which only you can read.", (), "audit.html"),
    "audit.file": FieldHelp(
        "A file that `privatelink inventory` wrote, here or on another machine. No sign-in is needed.",
        (),
        "seen.json",
    ),
    "audit.suppress": FieldHelp(
        "Findings that you live with, each with its reason and its last day: TOML, as for `--suppress`. They are "
        "counted, and not shown.",
        ("[[suppress]] with check, resource, reason and expires.",),
        "known.toml",
    ),
    "audit.baseline": FieldHelp(
        "An earlier report, as JSON (Save …, or `privatelink audit --format json`): only what is new is shown.",
        (),
        "last-week.json",
    ),
    "search": FieldHelp("Part of a finding's, a check's or a resource's name. Esc takes it away."),
}
_SAME: Mapping[str, str] = {
    f"audit.{name}": f"cloud.{name}" for name in ("platform", "region", "account", "profile", "network")
} | {
    name: f"services.*.{name}" for name in ("name", "protocol", "port", "direction", "targets", "target_port")
}
"""Fields of dialogs that ask for what a request has, too."""


def field_help(path: str, platform: Platform | None) -> FieldHelp | None:
    """What F1 says of a field on a cloud, of both where none is chosen; None for a field that is not known."""
    path = _SAME.get(path, path)
    field, setting = FIELDS.get(path), BY_PATH.get(path)
    if field is not None:
        shown = _CONSOLE.get(path, {})
        console = [text for cloud, text in shown.items() if platform in (None, cloud)]
        example = ", ".join(field.example) if isinstance(field.example, tuple) else str(field.example)
        return FieldHelp(field.description, (*console, field.find), example)
    if setting is not None:
        return FieldHelp(setting.about, ("privatelink settings lists them all.",))
    return _OTHERS.get(path)
