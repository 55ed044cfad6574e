"""``policy``: the least permissions that the program works with, for whoever grants them."""

from __future__ import annotations

import re
from typing import cast

import click

from core.export.permissions import Purpose, Scope
from core.export.policy import policy as make
from core.request.facts import ACCOUNT_NAMES
from core.request.identifiers import is_uuid, parse_service_name, region_platform
from core.request.model import Draft, Platform, platform_of
from tui.cli import desk
from tui.cli.output import JSON, Unusable, formatted, note, put, say


@click.command()
@click.option("--cloud", type=click.Choice(["aws", "azure"]), help="Default: the cloud of --id.")
@click.option(
    "--for", "purpose", type=click.Choice(["audit", "setup", "probe"]), default="setup", show_default=True,
    help="audit: reading only. setup: a whole enablement, with its undo. probe: reading, and doctor --run-on.",
)  # fmt: skip
@click.option("--id", "name", help="Limit it to this enablement: its tag, account and region.")
@click.option("--account", help="Limit it to this AWS account or Azure subscription.")
@click.option("--region", help="Limit it to this region. Azure cannot.")
@formatted
def policy(
    cloud: str | None, purpose: str, name: str | None, account: str | None, region: str | None, form: str
) -> None:
    """Print the least permissions: an IAM policy or an Azure custom role with what the program calls, and no more.

    With --format json it is the document that the cloud takes, and nothing else.
    """
    draft = Draft()
    if name is not None:
        with desk.enablement(name, write=False) as one:
            draft = one.story.draft
    platform = platform_of(cloud or draft.cloud.platform)
    if platform is None:
        raise Unusable("no cloud is named", "Add --cloud aws or --cloud azure, or --id of an enablement.")
    if name is not None and platform_of(draft.cloud.platform) not in (None, platform):
        raise Unusable(f"{name} is not on {platform}", "Leave --cloud out, or name another enablement.")
    scope = Scope(
        name,
        _account(platform, account or draft.cloud.account),
        _region(platform, region or draft.cloud.region),
        _service(draft),
    )
    made = make(platform, cast("Purpose", purpose), scope, desk.offer())
    for text in made.notes:
        note(f"note: {text}")
    if form == JSON:
        put(made.document)
        return
    width = max(len(row.action) for row in made.rows)
    for row in made.rows:
        say(f"{row.action:<{width}}  {row.why}" + (f" ({row.limit})" if row.limit else ""))
    options = f" --id {name}" if name else f" --cloud {platform}"
    options += "".join(
        f" --{key} {value}" for key, value in (("account", account), ("region", region)) if value
    )
    say(f"{len({row.action for row in made.rows})} actions. To grant them:")
    say(f"  privatelink policy{options} --for {purpose} --format json > {made.file}")
    say(f"  {made.command}")


def _account(platform: Platform, text: str | None) -> str | None:
    if not text:
        return None
    text = text.strip().lower()
    if not (re.fullmatch(r"[0-9]{12}", text) if platform == "aws" else is_uuid(text)):
        form = "12 digits" if platform == "aws" else "a UUID"
        raise Unusable(f"{text} is no {ACCOUNT_NAMES[platform]}: it has {form}", "Correct --account.")
    return text


def _region(platform: Platform, text: str | None) -> str | None:
    if not text:
        return None
    text = text.strip().lower()
    if region_platform(text) != platform:
        raise Unusable(f"{text} is no region of {platform}", "Correct --region.")
    return text


def _service(draft: Draft) -> str | None:
    """The id of the endpoint service that the customer had before, on AWS."""
    named = parse_service_name((draft.connection.service_name or "").strip())
    return named.name.rpartition(".")[2] if named and named.platform == "aws" else None
