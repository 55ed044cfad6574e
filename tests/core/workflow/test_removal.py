"""Undo by a person: looked for where things were made, told as undone only when that was seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.cloud import CloudError, ErrorCode, Identity
from core.journal import events as e
from core.network.model import Gap, Inventory
from core.request.model import Draft, DraftCloud, DraftConnection, DraftProject, DraftService
from core.setup.attempt import SETTLING
from core.setup.plan import Plan, blocking, pending
from core.workflow import provision, removal
from core.workflow.enablement import Enablement, NotYet
from tests.core.setup.account import ENABLEMENT, NOW, OFFER, TAG, VENDOR, VENDORS, VPC, Account, balancer
from tests.core.workflow.test_exchange_azure import Paper


class Signed(Account):
    """An account that says whose it is and shows Magento's service."""

    account = "111122223333"

    def identity(self) -> Identity:
        return Identity(self.account, "arn:aws:iam::111122223333:user/admin", "environment")

    def vendor_service(self, name: str) -> object:
        return next(one for one in VENDORS if one.service_name == name)


def draft(**cloud: str) -> Draft:
    named = {"account": "111122223333", "region": "us-west-2", "network": VPC} | cloud
    return Draft(
        project=DraftProject(id="abcdefg123456", plan="pro", environment="production", region="US-3"),
        cloud=DraftCloud.model_validate({"platform": "aws", **named}),
        connection=DraftConnection(type="bidirectional"),
        services=(
            DraftService(name="Webserver", protocol="HTTP", port=80, direction="to-magento"),
            DraftService(
                name="Database", protocol="TCP", port=3306, direction="from-magento", targets=("10.20.0.4",)
            ),
        ),
    )


@pytest.fixture
def cloud() -> Signed:
    return Signed()


@pytest.fixture
def one() -> Enablement:
    """An enablement with its request and Magento's details."""
    paper = Paper()
    paper.id = ENABLEMENT
    made = Enablement(paper, OFFER, lambda: NOW)  # type: ignore[arg-type]  # what is used of a journal
    made.record(e.RequestSaved(at=NOW, request=draft()))
    made.record(e.DetailsReceived(at=NOW, service_names=(VENDOR,)))
    return made


def never(_seconds: float) -> bool:
    """A rest that takes no time, in which nobody gives up."""
    return False


def carry_out(one: Enablement, cloud: Signed, planned: Plan) -> None:
    numbers: Iterator[int] = iter(range(1000))
    result = provision.apply_plan(
        one, cloud, planned, token=lambda key: f"{key}-{next(numbers)}", pause=never
    )
    assert result.ok, result.failed


def set_up(one: Enablement, cloud: Signed) -> None:
    carry_out(one, cloud, provision.make_plan(one, cloud))
    assert one.story.made


def undone(one: Enablement) -> bool:
    return any(isinstance(event, e.Undone) for event in one.journal.events())


def test_what_was_made_is_removed_and_the_story_says_so(one: Enablement, cloud: Signed) -> None:
    before = cloud.seen
    set_up(one, cloud)
    assert cloud.seen != before
    assert blocking(removal.make_undo_plan(one, cloud)), "a connection that waits is not cut unasked"
    planned = removal.make_undo_plan(one, cloud, force=True)
    assert {change.action for change in pending(planned)} == {"delete"}
    carry_out(one, cloud, planned)
    left = removal.finish_undo(one, cloud, planned)
    assert (left.changes, undone(one)) == ((), True)
    assert cloud.seen == before


def test_what_was_made_a_moment_ago_is_waited_for(one: Enablement, cloud: Signed) -> None:
    """The cloud does not show it at the first looks: a plan without it would leave it behind."""
    before = cloud.seen
    set_up(one, cloud)
    after, looks = cloud.seen, []

    def late(*arguments: object) -> Inventory:
        looks.append(arguments)
        return before if len(looks) <= 3 else cloud.seen

    cloud.inventory = late  # type: ignore[method-assign]  # this cloud gives no answer
    rests: list[float] = []
    planned = removal.make_undo_plan(
        one, cloud, force=True, pause=lambda seconds: bool(rests.append(seconds))
    )
    assert len(pending(planned)) > 3
    assert (len(looks), rests) == (4, list(SETTLING[:3]))
    assert cloud.seen == after
    assert not removal.make_undo_plan(one, cloud, pause=lambda seconds: True).notes


def test_what_was_just_deleted_may_still_be_shown(one: Enablement, cloud: Signed) -> None:
    set_up(one, cloud)
    planned, stood = removal.make_undo_plan(one, cloud, force=True), cloud.seen
    carry_out(one, cloud, planned)
    cloud.inventory = lambda *arguments: stood  # type: ignore[method-assign]  # this cloud gives no answer
    left = removal.finish_undo(one, cloud, planned)
    assert (left.changes, undone(one)) == ((), True)


def test_it_is_not_undone_while_something_is_left(one: Enablement, cloud: Signed) -> None:
    set_up(one, cloud)
    planned = removal.make_undo_plan(one, cloud)
    left = removal.finish_undo(one, cloud, planned)  # nothing was carried out
    assert left.changes
    assert not undone(one)


def test_nothing_made_and_nothing_left_is_no_event(one: Enablement, cloud: Signed) -> None:
    planned = removal.make_undo_plan(one, cloud)
    removal.finish_undo(one, cloud, planned)
    assert (planned.changes, undone(one)) == ((), False)


def test_what_could_not_be_read_is_not_taken_for_gone(one: Enablement, cloud: Signed) -> None:
    set_up(one, cloud)
    carry_out(one, cloud, removal.make_undo_plan(one, cloud, force=True))
    cloud.seen = replace(cloud.seen, gaps=(Gap("load balancers", "denied", "not allowed"),))
    left = removal.make_undo_plan(one, cloud)
    removal.finish_undo(one, cloud, left)
    assert removal.unclear(left)
    assert not undone(one)


def test_it_is_looked_for_in_the_network_where_it_was_made(one: Enablement, cloud: Signed) -> None:
    set_up(one, cloud)
    one.record(e.RequestSaved(at=NOW, request=draft(network="vpc-0fff")))
    asked: list[str | None] = []
    read = cloud.inventory

    def inventory(network_id: str | None = None, detail: str = "setup", on_progress: object = None) -> object:
        asked.append(network_id)
        return read(network_id)

    cloud.inventory = inventory  # type: ignore[method-assign, assignment]
    assert pending(removal.make_undo_plan(one, cloud))
    assert asked == [VPC]


def test_in_another_region_it_says_where(one: Enablement, cloud: Signed) -> None:
    set_up(one, cloud)
    one.record(e.RequestSaved(at=NOW, request=draft(region="eu-west-1")))
    cloud.region = "eu-west-1"
    [problem] = removal.make_undo_plan(one, cloud).problems
    assert problem.code == "made-elsewhere"
    assert "us-west-2" in problem.message
    assert removal.region_of(one.story) == "us-west-2", "where a command undoes it"
    cloud.region = "us-west-2"
    planned = removal.make_undo_plan(one, cloud, force=True)
    carry_out(one, cloud, planned)
    removal.finish_undo(one, cloud, planned)
    assert removal.region_of(one.story) == "eu-west-1", "nothing is left elsewhere"


def test_what_failed_in_one_region_is_removed_there_whatever_the_request_names_by_then(
    one: Enablement, cloud: Signed
) -> None:
    """Azure keeps a resource that it could not set up; a removal that is refused does not make it a stranger's."""
    before = cloud.seen
    intent = e.ChangeIntended(
        at=NOW, key="load-balancer", action="create", kind="load-balancer", name="n", token="t"
    )
    one.record(intent)
    one.record(intent.model_copy(update={"continuation": "an operation of the cloud"}))
    one.record(
        e.ChangeFailed(
            at=NOW,
            key=intent.key,
            action=intent.action,
            kind=intent.kind,
            code="quota-exceeded",
            message="SubnetIsFull",
            remedy="Choose another subnet.",
        )
    )
    half = balancer(state="failed", tags={TAG: intent.key})
    cloud.seen = replace(before, load_balancers=(half,))
    one.record(e.RequestSaved(at=NOW, request=draft(region="eu-west-1")))
    assert removal.region_of(one.story) == "us-west-2"

    def refuse(number: int, name: str) -> None:
        raise CloudError("access-denied", "no", "Ask for it.")

    cloud.before = refuse
    planned = removal.make_undo_plan(one, cloud)
    provision.apply_plan(one, cloud, planned, token=str, pause=never)
    assert removal.finish_undo(one, cloud, planned).changes
    assert not undone(one)
    cloud.before = lambda number, name: None
    planned = removal.make_undo_plan(one, cloud)
    assert [(change.action, change.id) for change in planned.changes] == [("delete", half.id)]
    carry_out(one, cloud, planned)
    removal.finish_undo(one, cloud, planned)
    assert cloud.seen == before
    assert removal.region_of(one.story) == "eu-west-1"


def test_what_failed_and_is_not_there_ends_as_undone(one: Enablement, cloud: Signed) -> None:
    intent = e.ChangeIntended(
        at=NOW, key="endpoint/1", action="create", kind="endpoint", name="n", token="t", continuation="o"
    )
    one.record(intent)
    one.record(intent)
    one.record(
        e.ChangeFailed(
            at=NOW, key=intent.key, action="create", kind="endpoint", code="in-use", message="m", remedy="r"
        )
    )
    one.record(e.RequestSaved(at=NOW, request=draft(network="vpc-0fff")))
    assert [problem.code for problem in blocking(provision.make_plan(one, cloud))] == ["made-elsewhere"]
    removal.finish_undo(one, cloud, removal.make_undo_plan(one, cloud))
    assert undone(one)
    assert "made-elsewhere" not in {problem.code for problem in provision.make_plan(one, cloud).problems}


def test_what_was_refused_or_only_found_is_nothing_to_undo(one: Enablement, cloud: Signed) -> None:
    """Else an enablement would end as undone whose connection stands, or that never had one."""
    change = {"key": "load-balancer", "kind": "load-balancer"}
    one.record(e.ChangeIntended(at=NOW, action="create", name="n", token="t", **change))
    one.record(
        e.ChangeFailed(at=NOW, action="create", code="access-denied", message="m", remedy="r", **change)
    )
    one.record(e.ChangeDone(at=NOW, key="service", action="adopt", kind="endpoint-service", id="vpce-svc-1"))
    left = removal.finish_undo(one, cloud, removal.make_undo_plan(one, cloud))
    assert (left.changes, undone(one)) == ((), False)


def test_with_another_account_s_credentials_nothing_is_planned(one: Enablement, cloud: Signed) -> None:
    set_up(one, cloud)
    cloud.account = "999900001111"
    planned = removal.make_undo_plan(one, cloud)
    assert [problem.code for problem in planned.problems] == ["wrong-account"]
    removal.finish_undo(one, cloud, planned)
    assert not undone(one)
    with pytest.raises(NotYet):
        provision.apply_plan(one, cloud, planned, token=str, pause=lambda _seconds: False)


def test_nothing_more_is_planned_elsewhere_before_the_first_is_undone(one: Enablement, cloud: Signed) -> None:
    set_up(one, cloud)
    one.record(e.RequestSaved(at=NOW, request=draft(network="vpc-0fff")))
    assert [problem.code for problem in blocking(provision.make_plan(one, cloud))] == ["made-elsewhere"]


def test_where_one_thing_was_made_and_removed_the_story_says_so(one: Enablement, cloud: Signed) -> None:
    """Nothing is left in the journal either: it is the removal that was carried out which tells."""
    set_up(one, cloud)
    planned = removal.make_undo_plan(one, cloud, force=True)
    carry_out(one, cloud, planned)
    for key in tuple(one.story.made):
        one.record(e.ChangeDone(at=NOW, key=key, action="delete", kind="ingress", id="-"))
    assert not one.story.made
    removal.finish_undo(one, cloud, planned)
    assert undone(one)


@pytest.mark.parametrize("code", ["throttled", "unreachable", "unavailable"])
def test_a_plan_is_none_where_magentos_service_could_not_be_looked_up(
    one: Enablement, cloud: Signed, code: ErrorCode
) -> None:
    """Else nothing would be to do, and apply would end as if all were done."""

    def lost(name: str) -> object:
        raise CloudError(code, "no answer", "try again")

    cloud.vendor_service = lost  # type: ignore[method-assign]  # this cloud gives no answer
    with pytest.raises(CloudError) as told:
        provision.make_plan(one, cloud)
    assert told.value.code == code
