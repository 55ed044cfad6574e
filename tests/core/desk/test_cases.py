"""Many enablements in one order, and what the CTA does with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.desk import keeping
from core.desk.cases import Case, Kept, cases
from core.desk.received import Received, receive
from core.journal import events as e
from core.journal import store, transfer
from core.journal.errors import JournalError
from core.network import saved
from core.network.model import Inventory
from core.request.model import Draft
from core.workflow.enablement import Enablement, NotYet
from tests.core.audit.build import AWS, OFFER, OWN, SERVICE, VPC, edited
from tests.core.audit.test_audit import everything
from tests.core.request.conftest import AWS as REQUEST
from tests.core.request.conftest import changed, draft_of

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
OURS = {
    "cloud.account": OWN,
    "cloud.network": VPC,
    "connection.service_name": f"com.amazonaws.vpce.us-west-2.{SERVICE}",
    "services.1.targets": ["10.20.1.10"],
}


def values(changes: Mapping[str, Any]) -> dict[str, Any]:
    return changed(REQUEST, {**OURS, **changes})


def request(name: str = "request.json", **changes: Any) -> Received:
    told = values({key.replace("__", "."): value for key, value in changes.items()})
    return receive(name, json.dumps(told).encode())


def inventory(seen: Inventory = AWS, name: str = "seen.json", *, redacted: bool = False) -> Received:
    return receive(name, saved.write([seen], redacted=redacted))


def draft(**changes: Any) -> Draft:
    return draft_of(values({key.replace("__", "."): value for key, value in changes.items()}))


def lines(*events: e.Event) -> tuple[bytes, ...]:
    return tuple(e.written(one)[1] for one in events)


def kept(id: str, *events: e.Event) -> Kept:
    return Kept(id, lines(*events))


def saved_at(days: int, of: Draft) -> e.RequestSaved:
    return e.RequestSaved(at=NOW - timedelta(days=days), request=of)


def filed_at(days: int, ticket: str = "42") -> e.TicketFiled:
    return e.TicketFiled(at=NOW - timedelta(days=days), ticket=ticket)


def only(received: list[Received], *here: Kept) -> Case:
    (one,) = cases(received, here, OFFER, NOW)
    return one


def stand(one: Case) -> tuple[str, str]:
    return one.state, one.turn


def codes(one: Case) -> list[str]:
    return [problem.code for problem in one.verdict.problems]


# -- what was sent ------------------------------------------------------------------------------------------


def test_a_complete_request_is_the_cta_s_to_file() -> None:
    one = only([request()])
    assert stand(one) == ("ready", "cta")
    assert one.verdict.ticket is not None
    assert one.ask == ""
    assert one.can == {"keep"}


def test_an_incomplete_one_goes_back() -> None:
    one = only([request(cloud__account=None)])
    assert stand(one) == ("incomplete", "customer")
    assert one.next == "Ask back: the cloud account number is missing."
    assert "account number" in one.ask
    assert one.verdict.ticket is None


def test_what_the_file_s_shape_hides_is_told_too() -> None:
    data = json.dumps({**values({}), "colour": 1}).encode()
    one = only([receive("request.json", data)])
    assert codes(one) == ["unknown-key"]
    assert "colour" in one.ask


def test_an_inventory_is_held_against_the_request_of_its_account() -> None:
    one = only([request(), inventory()])
    assert one.verdict.seen is not None
    assert stand(one) == ("ready", "cta")
    assert one.verdict.ticket is not None
    assert "allows arn:aws:iam::402592597372:root" in one.verdict.ticket.plain
    assert "need our acceptance" in one.verdict.ticket.plain


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cloud__network": "vpc-0fff"}, "network-not-found"),
        ({"connection__service_name": "com.amazonaws.vpce.us-west-2.vpce-svc-0fff"}, "service-not-found"),
        (
            {"cloud__region": "us-east-1", "connection__service_name": None, "project__region": "US"},
            "wrong-region",
        ),
    ],
)
def test_what_the_inventory_shows_to_be_wrong_is_asked_back(changes: dict[str, Any], code: str) -> None:
    one = only([request(**changes), inventory()])
    assert code in codes(one)
    assert stand(one) == ("incomplete", "customer")
    problem = next(problem for problem in one.verdict.problems if problem.code == code)
    assert problem.message.rstrip(".") in one.ask


def test_a_service_that_does_not_allow_magento_keeps_the_ticket_back() -> None:
    closed = edited("endpoint_services", principals=())(AWS)
    one = only([request(), inventory(closed)])
    assert "ticket-principal-not-allowed" in codes(one)
    assert one.verdict.ticket is None


def test_the_service_s_name_comes_from_the_inventory_where_the_request_has_none() -> None:
    named = only([request(connection__service_name=None), inventory()])
    without = only([request(connection__service_name=None)])
    assert "ticket-service-name-missing" in codes(without)
    assert named.verdict.ticket is not None
    assert codes(named) == []
    assert SERVICE in named.verdict.ticket.plain


def test_the_findings_are_the_request_s_network_s() -> None:
    one = only([request(), inventory(everything())])
    assert one.verdict.report.findings
    assert {row.resource.network for row in one.verdict.report.findings} <= {"", VPC}
    assert one.wrong


def test_the_newest_inventory_of_the_region_counts() -> None:
    old = replace(AWS, taken_at=AWS.taken_at - timedelta(days=9), networks=())
    elsewhere = replace(AWS, region="eu-west-1", taken_at=AWS.taken_at + timedelta(days=1))
    found = cases(
        [request(), inventory(old, "a"), inventory(elsewhere, "b"), inventory(AWS, "c")], (), OFFER, NOW
    )
    (one,) = (one for one in found if one.kind == "request")
    assert one.verdict.seen == AWS
    assert {one.name for one in found} == {"request.json", "a", "b"}, "the others are not hidden"


def test_an_inventory_alone_asks_for_the_request() -> None:
    one = only([inventory(everything())])
    assert (one.kind, one.turn) == ("inventory", "customer")
    assert "thank you for your inventory" in one.ask
    assert "the Magento Cloud project ID is missing" in one.ask
    assert "In your account, as of" in one.ask
    assert not one.can


def test_a_redacted_one_fits_no_request() -> None:
    found = cases([request(), inventory(everything(), redacted=True)], (), OFFER, NOW)
    assert {(one.kind, one.verdict.seen is None) for one in found} == {
        ("request", True),
        ("inventory", False),
    }
    (one,) = (one for one in found if one.kind == "inventory")
    assert one.next.startswith("Redacted")


def test_what_cannot_be_read_is_asked_for_again_and_hides_no_other() -> None:
    found = cases([receive("bad.toml", b"[project"), request()], (), OFFER, NOW)
    assert {one.name: one.state for one in found} == {"bad.toml": "unreadable", "request.json": "ready"}
    (bad,) = (one for one in found if one.state == "unreadable")
    assert "your file bad.toml cannot be read" in bad.ask


# -- what is kept here --------------------------------------------------------------------------------------


def test_a_request_that_is_kept_already_is_one_case() -> None:
    one = only([request()], kept("pl-1", saved_at(1, draft()), e.DataSent(at=NOW - timedelta(days=1))))
    assert (one.name, one.kind, one.files) == ("pl-1", "enablement", ("request.json",))
    assert one.turn == "cta"
    assert one.due is not None


def test_a_corrected_request_is_of_the_enablement_of_its_project() -> None:
    here = kept("pl-1", saved_at(1, draft(services__0__port=8080)))
    other = kept("pl-2", saved_at(1, draft(project__id="zzzzzzz123456")))
    found = cases([request()], (here, other), OFFER, NOW)
    (one,) = (one for one in found if one.kind == "request")
    assert (one.id, one.differs) == ("pl-1", ("services.0.port",))
    assert one.next.endswith("It is about pl-1, and says something else: services.0.port.")


def test_of_many_differences_a_few_are_named() -> None:
    here = kept("pl-1", saved_at(1, draft()))
    changes = {"cloud__region": "us-east-1", "cloud__network": "vpc-0bb", "cloud__account": None}
    found = cases([request(**changes, connection__type="unidirectional")], (here,), OFFER, NOW)
    (one,) = (one for one in found if one.kind == "request")
    assert "something else: cloud.account, cloud.region, cloud.network and 1 more." in one.next


@pytest.mark.parametrize("port", [80, 8080])
def test_what_was_undone_takes_no_request_in(port: int) -> None:
    here = kept("pl-1", saved_at(9, draft()), e.Undone(at=NOW))
    found = cases([request(services__0__port=port)], (here,), OFFER, NOW)
    assert {(one.kind, one.id, one.state) for one in found} == {
        ("enablement", "pl-1", "undone"),
        ("request", "", "ready"),
    }
    (one,) = (one for one in found if one.kind == "request")
    assert one.can == {"keep"}
    assert ("It says what pl-1 said, which was undone." in one.next) == (port == 80)


FAILED = e.Fact(
    kind="endpoint-service", id=SERVICE, state="failed", service=f"com.amazonaws.vpce.us-west-2.{SERVICE}"
)


@pytest.mark.parametrize(
    ("more", "state"),
    [((e.Undone(at=NOW),), "undone"), ((e.Observed(at=NOW, facts=(FAILED,)),), "problem"), ((), "ready")],
)
def test_what_is_undone_or_wrong_comes_before_the_ticket(more: tuple[e.Event, ...], state: str) -> None:
    one = only([], kept("pl-1", saved_at(1, draft()), e.DataSent(at=NOW), *more))
    assert one.verdict.ticket is not None
    assert one.state == state
    assert ("file the Support ticket" in one.next) == (state == "ready")


@pytest.mark.parametrize("ticket", [(), (filed_at(1),)], ids=["to file", "filed"])
def test_a_service_that_was_made_here_has_its_name(ticket: tuple[e.Event, ...]) -> None:
    made = e.ChangeDone(at=NOW, key="endpoint-service", action="create", kind="endpoint-service", id=SERVICE)
    one = only([], kept("pl-1", saved_at(2, draft(connection__service_name=None)), made, *ticket))
    assert (codes(one), one.ask) == ([], "")
    assert one.verdict.ticket is not None
    assert SERVICE in one.verdict.ticket.plain


def test_what_an_enablement_made_is_its_own_here_too() -> None:
    """The plan that is agreed to turns acceptance on, where the service was made here."""
    seen = edited(
        "endpoint_services", tags={"privatelink:pl-1": "endpoint-service"}, acceptance_required=False
    )(AWS)
    assert "acceptance-not-required" in codes(only([request(), inventory(seen)]))
    for received in ([inventory(seen)], [inventory(seen), request(services__0__port=8080)]):
        found = cases(received, (kept("pl-1", saved_at(1, draft())),), OFFER, NOW)
        assert all("acceptance-not-required" not in codes(one) for one in found if one.kind != "inventory")
        assert all(one.verdict.seen == seen for one in found)


def test_a_damaged_journal_hides_no_other() -> None:
    broken = Kept("pl-9", broken=JournalError("damaged", "event 2 is missing", "Recover it."))
    found = cases([], (broken, kept("pl-1", saved_at(1, draft()))), OFFER, NOW)
    assert {one.name: one.state for one in found} == {"pl-9": "unreadable", "pl-1": "preparing"}


def test_the_late_come_first() -> None:
    here = (
        kept("pl-fresh", saved_at(1, draft()), filed_at(1)),
        kept("pl-late", saved_at(20, draft()), filed_at(20)),
        kept("pl-later", saved_at(30, draft()), filed_at(30)),
        kept("pl-soon", saved_at(5, draft()), filed_at(5)),
        kept("pl-customer", saved_at(1, draft(cloud__account=None))),
    )
    found = cases([request(project__id="yyyyyyy123456")], here, OFFER, NOW)
    assert [one.name for one in found] == [
        "pl-later",
        "pl-late",
        "pl-soon",
        "pl-fresh",
        "request.json",
        "pl-customer",
    ]
    assert [one.overdue for one in found] == [True, True, False, False, False, False]
    assert {one.turn for one in found[:4]} == {"magento"}, "nobody looked at the customer's side from here"
    assert found[0].nudge.startswith("Concerning PrivateLink enablement for project")
    assert found[2].nudge == ""


# -- keeping ------------------------------------------------------------------------------------------------


def entropy(count: int) -> bytes:
    return bytes(range(count))


def keep(home: Path, received: list[Received]) -> tuple[str, ...]:
    found = cases(received, keeping.kept(home), OFFER, NOW)
    taken = keeping.keep_all(home, found, received, NOW, entropy, "a test")
    return tuple(dict.fromkeys(one.id for _, one in taken))


def test_a_complete_request_is_kept_and_counts_as_sent(tmp_path: Path) -> None:
    (id,) = keep(tmp_path, [request()])
    (one,) = cases([request()], keeping.kept(tmp_path), OFFER, NOW)
    assert (one.name, one.turn, one.files) == (id, "cta", ("request.json",))
    assert one.due is not None
    assert [note.text for note in one.notes] == ["Request received: request.json"]


def test_an_incomplete_one_is_kept_and_corrected_later(tmp_path: Path) -> None:
    (id,) = keep(tmp_path, [request(cloud__account=None)])
    (one,) = cases([], keeping.kept(tmp_path), OFFER, NOW)
    assert (one.turn, one.due) == ("customer", None)
    assert keep(tmp_path, [request("better.json")]) == (id,)
    (one,) = cases([], keeping.kept(tmp_path), OFFER, NOW)
    assert one.turn == "cta"
    assert one.due is not None
    assert [note.text for note in one.notes] == [
        "Request received: request.json",
        "Request received: better.json",
    ]
    assert keep(tmp_path, [request("better.json")]) == (), "nothing is said twice"


def test_two_files_of_one_project_are_one_enablement(tmp_path: Path) -> None:
    (id,) = keep(tmp_path, [request("b.json"), request("a.json", cloud__account=None)])
    (one,) = cases([], keeping.kept(tmp_path), OFFER, NOW)
    assert one.name == id
    assert one.draft.cloud.account == OWN


def torn(name: str = "torn.json", **changes: Any) -> Received:
    """A request of which one value has a shape that cannot be read."""
    return request(name, services__0__port="eighty", **changes)


def test_what_cannot_be_read_whole_overwrites_nothing(tmp_path: Path) -> None:
    (id,) = keep(tmp_path, [request()])
    assert keep(tmp_path, [torn()]) == ()
    found = cases([torn()], keeping.kept(tmp_path), OFFER, NOW)
    (one,) = (one for one in found if one.kind == "request")
    assert (one.id, one.can, one.differs) == (id, frozenset(), ("services.0.port",))
    with pytest.raises(NotYet):
        keeping.keep(tmp_path, replace(one, can=frozenset({"keep"})), torn(), NOW, entropy, "a test")
    (here,) = (one for one in found if one.kind == "enablement")
    assert here.draft == draft()


@pytest.mark.parametrize("project", ["abcdefg123456", None])
def test_what_cannot_be_read_whole_is_kept_once(tmp_path: Path, project: str | None) -> None:
    (id,) = keep(tmp_path, [torn(project__id=project)])
    assert keep(tmp_path, [torn(project__id=project)]) == ()
    found = cases([torn(project__id=project)], keeping.kept(tmp_path), OFFER, NOW)
    (one,) = (one for one in found if one.kind == "request")
    assert one.next.endswith(f"It is about {id}.")


def test_of_two_files_of_one_project_a_torn_one_corrects_nothing(tmp_path: Path) -> None:
    (id,) = keep(tmp_path, [request("a.json"), torn("b.json")])
    (one,) = cases([], keeping.kept(tmp_path), OFFER, NOW)
    assert (one.name, one.draft) == (id, draft())


def test_what_a_correction_changed_is_told(tmp_path: Path) -> None:
    sent = [request("a.json"), request("b.json", services__0__port=8080)]
    found = cases(sent, (), OFFER, NOW)
    told = [case.differs for case, _ in keeping.keep_all(tmp_path, found, sent, NOW, entropy, "a test")]
    assert told == [(), ("services.0.port",)]


def test_a_history_is_taken_in_and_merged(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    store.create(theirs, "pl-1", "them", lines(saved_at(2, draft()))).close()

    def sent() -> Received:
        return receive("history.jsonl", transfer.export(theirs, "pl-1")[0])

    one = only([sent()])
    assert (one.kind, one.id) == ("history", "pl-1")
    assert one.next.startswith("Not kept here yet.")
    assert keep(tmp_path, [sent()]) == ("pl-1",)
    with store.open_to_write(tmp_path, "pl-1", "us") as journal:
        journal.append(filed_at(1))
    with store.open_to_write(theirs, "pl-1", "them") as journal:
        journal.append(e.Noted(at=NOW, text="from the customer"))
    found = cases([sent()], keeping.kept(tmp_path), OFFER, NOW)
    (history,) = (one for one in found if one.kind == "history")
    assert history.next.startswith("It has 1 event more than pl-1 here.")
    assert keep(tmp_path, [sent()]) == ("pl-1",)
    found = cases([sent()], keeping.kept(tmp_path), OFFER, NOW)
    (history,) = (one for one in found if one.kind == "history")
    assert history.next.startswith("All of it is known here.")
    assert not history.can
    (here,) = (one for one in found if one.kind == "enablement")
    assert (here.filed, [note.text for note in here.notes]) == ("42", ["from the customer"])


def parted(home: Path, theirs: Path) -> Received:
    """A history of pl-1 from elsewhere; there and here changes in the cloud were begun since the two parted."""
    for folder, who in ((home, "us"), (theirs, "them")):
        store.create(folder, "pl-1", who, lines(saved_at(2, draft()))).close()
        with store.open_to_write(folder, "pl-1", who) as journal:
            journal.append(
                e.ChangeIntended(
                    at=NOW, key="endpoint/1", action="create", kind="endpoint", name="n", token=who
                )
            )
    return receive("z.jsonl", transfer.export(theirs, "pl-1")[0])


def test_where_both_began_changes_that_is_told_before_and_after(tmp_path: Path) -> None:
    sent = parted(tmp_path, tmp_path / "theirs")
    found = cases([sent], keeping.kept(tmp_path), OFFER, NOW)
    (history,) = (one for one in found if one.kind == "history")
    assert "Both sides began changes in the cloud" in history.next
    [(case, taken)] = keeping.keep_all(tmp_path, found, [sent], NOW, entropy, "a test")
    assert (case.name, taken.id, taken.added) == ("z.jsonl", "pl-1", 1)
    assert taken.caution.startswith("both sides began changes in the cloud")
    assert "privatelink plan pl-1" in taken.caution


def test_what_was_kept_before_a_failure_is_told(tmp_path: Path) -> None:
    sent = [request("a.json"), parted(tmp_path, tmp_path / "theirs")]
    found = cases(sent, (), OFFER, NOW)
    with store.open_to_write(tmp_path, "pl-1", "somebody"):
        taking = keeping.keep_all(tmp_path, found, sent, NOW, entropy, "a test")
        case, taken = next(taking)
        with pytest.raises(JournalError) as error:
            next(taking)
    assert (case.name, taken.added, error.value.code) == ("a.json", 3, "held")


def test_a_note_has_words_and_not_too_many(tmp_path: Path) -> None:
    store.create(tmp_path, "pl-1", "us").close()
    with store.open_to_write(tmp_path, "pl-1", "us") as journal:
        one = Enablement(journal, OFFER, lambda: NOW)
        keeping.note(one, " called [b]them[/b] ")
        for words in (" ", "x" * 2_001):
            with pytest.raises(NotYet):
                keeping.note(one, words)
        assert journal.events() == (e.Noted(at=NOW, text="called [b]them[/b]"),)


def test_what_was_sent_is_never_changed(tmp_path: Path) -> None:
    """Nothing here is given a path: only bytes come in, and only journals are written."""
    keep(tmp_path, [request()])
    assert {path.parent.name for path in tmp_path.rglob("*") if path.is_file()} == {"enablements"}
