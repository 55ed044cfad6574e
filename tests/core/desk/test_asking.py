"""What is asked back: every problem, in the customer's cloud's words, and nothing that a mail reader would obey."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.desk.asking import ask, ask_again, of_cloud
from core.desk.judge import judge
from core.request.fields import FIELDS
from core.request.model import Draft, Problem
from core.request.offer import Offer
from core.request.rules import check
from core.text import visible
from tests.core.audit.build import AWS, MAGENTO_SERVICE, OFFER, OWN, SERVICE, VPC, added, done, edited
from tests.core.audit.test_audit import everything
from tests.core.request.conftest import AWS as AWS_REQUEST
from tests.core.request.conftest import AZURE as AZURE_REQUEST
from tests.core.request.conftest import changed, draft_of
from tests.nasty import TEXTS, obeyed, rotated, spoil

SPOILED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing": (AWS_REQUEST, {}),
    "no account": (AWS_REQUEST, {"cloud.account": None}),
    "no account on Azure": (AZURE_REQUEST, {"cloud.account": None, "cloud.network": None}),
    "service elsewhere": (
        AWS_REQUEST,
        {"connection.service_name": "com.amazonaws.vpce.eu-west-1.vpce-svc-0abc"},
    ),
    "443 into Azure": (AZURE_REQUEST, {"services.0.port": 443}),
    "SSH": (AWS_REQUEST, {"services.0.port": 22, "project.plan": "starter"}),
    "only warnings": (AWS_REQUEST, {"project.id": "abcdefg1234"}),
    "no service name": (AWS_REQUEST, {"connection.service_name": None}),
}


def texts_of(base: dict[str, Any], changes: dict[str, Any]) -> tuple[str, tuple[Problem, ...]]:
    draft = draft_of(changed(base, changes))
    verdict = judge(draft, check(draft), (), Offer())
    return ask(draft, verdict, Offer()), verdict.problems


@pytest.mark.parametrize(("base", "changes"), SPOILED.values(), ids=SPOILED.keys())
def test_every_problem_is_asked_about_with_its_remedy(base: dict[str, Any], changes: dict[str, Any]) -> None:
    text, problems = texts_of(base, changes)
    assert bool(text) == bool(problems)
    platform = base["cloud"]["platform"]
    for number, one in enumerate(problems, 1):
        assert visible(one.message).rstrip(".") in text
        assert visible(of_cloud(one.remedy, platform)) in text
        assert f"\n{number}. " in text
    if text:
        assert text.startswith("Subject: PrivateLink for project ")
        assert "Hello,\n\nthank you for your request" in text
        assert text.endswith("Kind regards\n")
        assert ("up to 5 business days") in text


def test_it_is_grouped_missing_first() -> None:
    text, _ = texts_of(AWS_REQUEST, {"cloud.account": None, "services.0.port": 22, "project.id": "abc"})
    places = [text.index(title) for title in ("Still missing:", "To be corrected:", "Please confirm")]
    assert places == sorted(places)
    assert "account" in text[places[0] : places[1]]
    assert "port 22" in text[places[1] : places[2]]


def test_a_customer_on_azure_reads_nothing_of_aws_and_the_other_way_round() -> None:
    azure, _ = texts_of(*SPOILED["no account on Azure"])
    assert "az account show" in azure
    assert "AWS" not in azure
    assert "aws " not in azure
    aws, _ = texts_of(*SPOILED["no account"])
    assert "aws sts get-caller-identity" in aws
    assert "Azure" not in aws


@pytest.mark.parametrize("path", FIELDS)
def test_where_a_value_is_found_keeps_the_sentences_that_are_for_everybody(path: str) -> None:
    text = FIELDS[path].find
    aws, azure = of_cloud(text, "aws"), of_cloud(text, "azure")
    assert of_cloud(text, None) == text
    if "AWS: " not in text and "Azure: " not in text:
        assert aws == azure == text
    else:
        assert "`az " not in aws
        assert "`aws " not in azure
        assert len(aws) + len(azure) >= len(text) - len("AWS: Azure: ") - 2


def test_it_asks_for_the_service_s_name_once_before_a_bidirectional_ticket() -> None:
    text, problems = texts_of(*SPOILED["no service name"])
    assert [one.code for one in problems] == ["ticket-service-name-missing"]
    assert text.count("service name") == 1


def test_findings_of_the_inventory_are_told_once_with_their_commands() -> None:
    seen = everything()
    draft = draft_of(
        changed(
            AWS_REQUEST,
            {
                "cloud.account": seen.account,
                "cloud.network": seen.networks[0].id,
                "connection.service_name": seen.endpoint_services[0].service_name,
            },
        )
    )
    verdict = judge(draft, check(draft), (seen,), OFFER)
    text = ask(draft, verdict, OFFER)
    assert "In your account, as of 02 Mar 2026:" in text
    assert "$ aws ec2 reject-vpc-endpoint-connections" in text
    assert verdict.ticket is None
    assert "Connections are accepted without asking" not in text, "the plan's problem says it already"
    assert "more: privatelink audit --from FILE" in text
    assert "low)" not in text


def test_of_another_service_it_is_told_what_the_problem_says_of_the_request_s() -> None:
    off = edited("endpoint_services", acceptance_required=False)
    other = added("endpoint_services", id="vpce-svc-0bbb", service_name=f"{MAGENTO_SERVICE}b")
    named = {"cloud.account": OWN, "cloud.network": VPC, "services.1.targets": ["10.20.1.10"]}
    named["connection.service_name"] = f"com.amazonaws.vpce.us-west-2.{SERVICE}"
    draft = draft_of(changed(AWS_REQUEST, named))
    text = ask(draft, judge(draft, check(draft), (done(AWS, off, other),), OFFER), OFFER)
    assert f"{SERVICE} accepts every connection by itself" in text
    told = [line for line in text.splitlines() if "Connections are accepted without asking" in line]
    assert len(told) == 1
    assert "vpce-svc-0bbb" in told[0]


@given(st.integers(0, len(TEXTS) - 1), st.booleans())
@settings(max_examples=25, deadline=None)
def test_whatever_was_written_is_only_text(start: int, azure: bool) -> None:
    draft = spoil(draft_of(AZURE_REQUEST if azure else AWS_REQUEST), rotated(start))
    assert isinstance(draft, Draft)
    text = ask(draft, judge(draft, check(draft), (), Offer()), Offer())
    assert text
    assert obeyed(text) == ""
    again = ask_again(draft.project.id or "", Problem("c", "", "error", draft.cloud.region or "", "r"))
    assert obeyed(again) == ""
