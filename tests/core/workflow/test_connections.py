"""Who comes in: Magento by a decision, a stranger only by its number, and nobody while the door is open to others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.cloud import Watch
from core.journal import events as e
from core.network.model import Connection, ConnectionState, EndpointService, Observation
from core.request.model import Draft, DraftCloud, DraftConnection, DraftProject, DraftService, Platform
from core.request.offer import Offer
from core.workflow import connections
from core.workflow.enablement import Enablement, NotYet
from tests.core.setup import account as aws
from tests.core.setup import azure_account as azure
from tests.core.workflow.test_exchange_azure import PLS, Paper

OWN = {"aws": "111122223333", "azure": azure.SUB}
MAGENTO = {"aws": aws.OFFER.aws_account, "azure": azure.MAGENTO}
STRANGER = {"aws": "999988887777", "azure": azure.STRANGER}
SERVICE = {
    "aws": aws.service(id="vpce-svc-1", load_balancer_ids=(), principals=(aws.MAGENTO,)),
    "azure": EndpointService(PLS, "pls", "pls.alias", "available", True, (), (), (azure.MAGENTO,)),
}
BOTH = pytest.mark.parametrize("platform", ["aws", "azure"])


class Door:
    """A cloud that shows one service and who asks to come in, and takes decisions."""

    def __init__(self, service: EndpointService, *asking: Connection) -> None:
        self.service = service
        self.rows = {one.endpoint_id: one for one in asking}

    def observe(self, watch: Watch) -> Observation:
        assert watch.service_ids == (self.service.id,)
        return Observation(aws.NOW, endpoint_services=(self.service,), connections=tuple(self.rows.values()))

    def _set(self, connection: Connection, state: ConnectionState) -> None:
        self.rows[connection.endpoint_id] = replace(connection, state=state)

    def accept(self, connection: Connection) -> None:
        self._set(connection, "available")

    def reject(self, connection: Connection) -> None:
        self._set(connection, "rejected")

    @property
    def states(self) -> dict[str, str]:
        return {id: one.state for id, one in self.rows.items()}


def asks(platform: str, owner: str, id: str = "vpce-1") -> Connection:
    return Connection(SERVICE[platform].id, id, owner, "pending-acceptance")


def enablement(platform: Platform) -> Enablement:
    """One whose own service was made here."""
    region, network = (aws.INVENTORY.region, aws.VPC) if platform == "aws" else (azure.REGION, azure.VNET)
    draft = Draft(
        project=DraftProject(
            id="abcdefg123456", plan="pro", environment="production", region="US-3", cluster="abcdefg123456"
        ),
        cloud=DraftCloud(platform=platform, account=OWN[platform], region=region, network=network),
        connection=DraftConnection(type="bidirectional"),
        services=(
            DraftService(name="Web", protocol="HTTP", port=80, direction="to-magento"),
            DraftService(
                name="DB", protocol="TCP", port=3306, direction="from-magento", targets=("10.20.0.4",)
            ),
        ),
    )
    offer = Offer(azure_subscriptions=(azure.MAGENTO,))
    one = Enablement(Paper(), offer, lambda: aws.NOW)  # type: ignore[arg-type]  # what is used of a journal
    one.record(e.RequestSaved(at=aws.NOW, request=draft))
    key = "endpoint-service"
    one.record(e.ChangeDone(at=aws.NOW, key=key, action="create", kind=key, id=SERVICE[platform].id))
    return one


def decided(one: Enablement) -> list[tuple[str, str, str]]:
    return [
        (event.endpoint_id, event.owner, event.decision)
        for event in one.journal.events()
        if isinstance(event, e.ConnectionDecided)
    ]


@BOTH
def test_magento_s_is_accepted_and_a_stranger_s_left(platform: Platform) -> None:
    one, strange = enablement(platform), asks(platform, STRANGER[platform], "vpce-2")
    door = Door(SERVICE[platform], asks(platform, MAGENTO[platform].upper()), strange)
    after = connections.accept_pending(one, door)  # type: ignore[arg-type]  # what is used of a cloud
    assert door.states == {"vpce-1": "available", "vpce-2": "pending-acceptance"}
    assert after.strangers == (strange,)
    assert [row[0] for row in decided(one)] == ["vpce-1"]


LETS_IN = {
    "everybody": ({"principals": ("*",)}, "stranger-principal", "'*'"),
    "a stranger too": ({"principals": None}, "stranger-principal", ""),
    "without asking": ({"acceptance_required": False}, "", "privatelink plan, then apply"),
    "some without asking": ({"auto_approval": ("x",)}, "", "privatelink plan, then apply"),
}


@BOTH
@pytest.mark.parametrize(("weak", "code", "words"), LETS_IN.values(), ids=LETS_IN.keys())
def test_nobody_is_accepted_while_others_could_come_in(
    platform: Platform, weak: dict[str, object], code: str, words: str
) -> None:
    if weak.get("principals", ...) is None:
        strange = STRANGER[platform]
        words = f"arn:aws:iam::{strange}:root" if platform == "aws" else strange
        weak = {"principals": (*(SERVICE[platform].principals or ()), words)}
    service = replace(SERVICE[platform], **weak)
    one, door = enablement(platform), Door(service, asks(platform, MAGENTO[platform]))
    with pytest.raises(NotYet) as error:
        connections.accept_pending(one, door)  # type: ignore[arg-type]
    guard = "acceptance-not-required" if platform == "aws" else "auto-approval"
    assert error.value.code == (code or guard)
    assert words in error.value.remedy
    if code:
        command = "--remove-allowed-principals" if platform == "aws" else "--visibility"
        assert command in error.value.remedy, "the very command that removes it"
        assert service.id in error.value.remedy
    assert door.states == {"vpce-1": "pending-acceptance"}
    assert decided(one) == []


@BOTH
@pytest.mark.parametrize("own", [True, False], ids=["the customer's own", "Magento's alone"])
def test_the_customer_s_own_account_is_no_stranger(platform: Platform, own: bool) -> None:
    mine = f"arn:aws:iam::{OWN['aws']}:role/test" if platform == "aws" else OWN["azure"]
    principals = (*(SERVICE[platform].principals or ()), *((mine,) if own else ()))
    one = enablement(platform)
    door = Door(replace(SERVICE[platform], principals=principals), asks(platform, MAGENTO[platform]))
    connections.accept_pending(one, door)  # type: ignore[arg-type]
    assert door.states == {"vpce-1": "available"}


@BOTH
def test_a_stranger_is_accepted_by_its_number_and_alone(platform: Platform) -> None:
    one, owner = enablement(platform), STRANGER[platform]
    door = Door(
        SERVICE[platform],
        asks(platform, MAGENTO[platform]),
        asks(platform, owner, "vpce-2"),
        asks(platform, OWN[platform], "vpce-3"),
    )
    accepted = connections.accept_stranger(one, door, f" {owner.upper()} ")  # type: ignore[arg-type]
    assert [(row.endpoint_id, row.state) for row in accepted] == [("vpce-2", "available")]
    assert door.states == {
        "vpce-1": "pending-acceptance",
        "vpce-2": "available",
        "vpce-3": "pending-acceptance",
    }
    assert decided(one) == [("vpce-2", owner, "accept")]
    assert one.story.lets_in("vpce-2")
    [step] = [step for step in one.timeline().steps if step.number == "7a"]
    assert "vpce-2" not in step.evidence or "let in by its number" in step.evidence


@BOTH
@pytest.mark.parametrize("typed", ["", "999988887776", "99998888777", "9999888877777", "*", "\x1b[31m"])
def test_another_number_accepts_nothing(platform: Platform, typed: str) -> None:
    one, door = enablement(platform), Door(SERVICE[platform], asks(platform, STRANGER[platform]))
    with pytest.raises(NotYet, match="waits to be accepted"):
        connections.accept_stranger(one, door, typed)  # type: ignore[arg-type]
    assert door.states == {"vpce-1": "pending-acceptance"}
    assert decided(one) == []


@BOTH
def test_magento_s_number_is_no_stranger_s(platform: Platform) -> None:
    one, door = enablement(platform), Door(SERVICE[platform], asks(platform, MAGENTO[platform]))
    with pytest.raises(NotYet, match="Magento's own"):
        connections.accept_stranger(one, door, MAGENTO[platform])  # type: ignore[arg-type]
    assert decided(one) == []


@BOTH
def test_of_several_of_one_stranger_one_can_be_named(platform: Platform) -> None:
    one, owner = enablement(platform), STRANGER[platform]
    door = Door(SERVICE[platform], asks(platform, owner), asks(platform, owner, "vpce-2"))
    connections.accept_stranger(one, door, owner, "vpce-2")  # type: ignore[arg-type]
    assert door.states == {"vpce-1": "pending-acceptance", "vpce-2": "available"}


@BOTH
def test_a_stranger_s_own_principal_is_what_a_person_lets_in_and_no_other(platform: Platform) -> None:
    one, owner = enablement(platform), STRANGER[platform]
    arn = "arn:aws:iam::{}:root" if platform == "aws" else "{}"
    both = (*(SERVICE[platform].principals or ()), arn.format(owner))
    door = Door(replace(SERVICE[platform], principals=both), asks(platform, owner))
    connections.accept_stranger(one, door, owner)  # type: ignore[arg-type]
    assert door.states == {"vpce-1": "available"}
    third = "888877776666" if platform == "aws" else "00000000-0000-0000-0000-00000000cafe"
    door = Door(replace(SERVICE[platform], principals=(*both, arn.format(third))), asks(platform, owner))
    with pytest.raises(NotYet, match=third):
        connections.accept_stranger(one, door, owner)  # type: ignore[arg-type]
    assert door.states == {"vpce-1": "pending-acceptance"}


@BOTH
def test_a_rejected_stranger_is_not_let_in_any_more(platform: Platform) -> None:
    one, owner = enablement(platform), STRANGER[platform]
    door = Door(SERVICE[platform], asks(platform, owner))
    connections.accept_stranger(one, door, owner)  # type: ignore[arg-type]
    connections.reject_connection(one, door, door.rows["vpce-1"])  # type: ignore[arg-type]
    assert door.states == {"vpce-1": "rejected"}
    assert not one.story.lets_in("vpce-1")
    assert [row[2] for row in decided(one)] == ["accept", "reject"]


def test_where_no_subscription_of_magento_s_is_known_everybody_is_a_stranger_to_accept() -> None:
    one = enablement("azure")
    one.offer = Offer()
    door = Door(replace(SERVICE["azure"], principals=(azure.MAGENTO,)), asks("azure", azure.MAGENTO))
    assert connections.accept_pending(one, door).pending == ()  # type: ignore[arg-type]
    connections.accept_stranger(one, door, azure.MAGENTO)  # type: ignore[arg-type]
    assert door.states == {"vpce-1": "available"}
