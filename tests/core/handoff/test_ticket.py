import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from core.handoff.markup import markdown
from core.handoff.ticket import Missing, Ticket, ticket
from core.request.model import Request, Service
from tests import nasty

Make = Callable[..., Request]


def filed(request: Request, **words: object) -> Ticket:
    made = ticket(request, **words)  # type: ignore[arg-type]  # the cases name the keywords
    assert isinstance(made, Ticket)
    return made


def codes(made: Ticket | Missing) -> list[str]:
    assert isinstance(made, Missing)
    return [problem.code for problem in made.reasons]


@pytest.mark.parametrize("form", ["markdown", "plain"])
def test_every_datum_of_the_document_is_there(aws: Make, form: str) -> None:
    text = getattr(filed(aws()), form)
    for datum in (
        "111122223333",
        "us-west-2",
        "abcdefg123456",
        "production",
        "bidirectional",
        "com.amazonaws.vpce.us-west-2.vpce-svc-0abc",
        "vpc-0abc",
        "Webserver",
        "HTTP",
        "80",
        "to-magento",
        "Database",
        "MYSQL",
        "3306",
        "from-magento",
    ):
        assert datum in text


@pytest.mark.parametrize("form", ["markdown", "plain"])
def test_azure_adds_resource_ids_subscription_and_cluster(azure: Make, form: str) -> None:
    text = getattr(filed(azure(), cluster_id="cl-42"), form)
    for datum in ("virtualNetworks/shop", "privateLinkServices/shop", azure().account, "cl-42"):
        assert datum in text
    assert "/etc/platform" in filed(azure()).plain
    assert "cl-7" in getattr(filed(azure(cluster="cl-7")), form)
    assert "private link service" in text
    assert "VPC" not in text


def test_azure_asks_for_the_subscription_that_nobody_published(azure: Make) -> None:
    assert "id of your subscription" in filed(azure()).plain
    assert "visible to nobody yet" in filed(azure(), principal_allowed=None).plain
    assert "visible to nobody yet" not in filed(azure(), principal_allowed=True).plain
    assert codes(ticket(azure(), principal_allowed=False)) == ["ticket-principal-not-allowed"]


def test_subject_names_the_company_or_else_the_project(aws: Make) -> None:
    assert filed(aws(), company="Acme").subject == "PrivateLink support for Acme"
    assert filed(aws(), company="  ").subject == "PrivateLink support for project abcdefg123456"
    assert filed(aws(), company="A\nB\x1b").subject == "PrivateLink support for A␊B␛"


def test_unidirectional_needs_no_service_name(aws: Make, web: Service) -> None:
    made = filed(aws(type="unidirectional", service_name=None, services=(web,)))
    assert "Service name" not in made.plain
    assert "acceptance" not in made.plain


def test_what_the_set_up_made_stands_before_what_was_said(aws: Make) -> None:
    own = "com.amazonaws.vpce.us-west-2.vpce-svc-0def"
    made = filed(aws(), service_name=own)
    assert own in made.plain
    assert "vpce-svc-0abc" not in made.plain


@pytest.mark.parametrize(
    ("changes", "words", "expected"),
    [
        ({"service_name": None}, {}, ["ticket-service-name-missing"]),
        ({"service_name": "x"}, {}, ["ticket-service-name-syntax"]),
        ({"platform": "azure"}, {}, ["ticket-service-name-syntax"]),
        ({"region": "us-east-1"}, {}, ["ticket-service-name-region"]),
        ({}, {"principal_allowed": False}, ["ticket-principal-not-allowed"]),
        (
            {"region": "us-east-1"},
            {"principal_allowed": False},
            ["ticket-service-name-region", "ticket-principal-not-allowed"],
        ),
    ],
)
def test_what_cannot_be_filed_yet_says_why(
    aws: Make, changes: dict[str, object], words: dict[str, bool], expected: list[str]
) -> None:
    assert codes(ticket(aws(**changes), **words)) == expected  # type: ignore[arg-type]  # one keyword


@pytest.mark.parametrize(("allowed", "acceptance"), [(None, None), (True, True), (True, False)])
def test_the_ticket_says_of_the_endpoint_service_what_was_seen(
    aws: Make, allowed: bool | None, acceptance: bool | None
) -> None:
    text = filed(aws(), principal_allowed=allowed, acceptance_required=acceptance).plain
    assert ("arn:aws:iam::402592597372:root" in text) == bool(allowed)
    assert ("our acceptance" in text) == bool(acceptance)
    assert ("automatically" in text) == (acceptance is False)


FIELDS = ("project_id", "plan", "environment", "magento_region", "account", "region", "network")


@pytest.mark.parametrize("text", nasty.TEXTS.values(), ids=nasty.TEXTS)
def test_nasty_values_change_nothing_but_their_own_place(aws: Make, web: Service, text: str) -> None:
    keep_their_place(aws, web, text)


@pytest.mark.slow
@settings(max_examples=3_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=nasty.texts())
def test_values_of_any_text_keep_their_place(aws: Make, web: Service, text: str) -> None:
    keep_their_place(aws, web, text)


def keep_their_place(aws: Make, web: Service, bad: str) -> None:
    """A ticket full of a text renders as one full of a calm letter, and no terminal obeys it."""
    services = (replace(web, name=bad, protocol=bad),)
    calm = filed(
        aws(
            type="unidirectional",
            services=(replace(web, name="x", protocol="x"),),
            **dict.fromkeys(FIELDS, "x"),
        )
    )
    made = filed(
        aws(type="unidirectional", services=services, **dict.fromkeys(FIELDS, bad)), company=bad or "x"
    )
    for text, usual in ((made.markdown, calm.markdown), (made.plain, calm.plain)):
        assert text.count("\n") == usual.count("\n")
        assert nasty.obeyed(text) == ""
    for line, usual in zip(made.markdown.split("\n"), calm.markdown.split("\n"), strict=True):
        assert line.count("|") == usual.count("|")
    assert "\n" not in made.subject
    assert nasty.obeyed(made.subject, but="") == ""
    # An @ stands in code, where nobody looks for mentions.
    live = nasty.markdown_marks(made.markdown.replace("`@`", ""))
    assert live == nasty.markdown_marks(calm.markdown)


@settings(max_examples=200, deadline=None)
@given(nasty.texts())
def test_markdown_holds_no_live_character(text: str) -> None:
    escaped = markdown(text).replace("`@`", "")
    assert not re.search(r"[<>|@]", escaped)
    assert not re.search(r"(?<!\\)[`*_\[\]~]", re.sub(r"\\\\", "", escaped))
    assert "://" not in escaped
    assert "\n" not in escaped
    assert not re.search(r"&(?!#[0-9]+;)", escaped)
