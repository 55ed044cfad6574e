"""What to keep: every id that a later question needs, and how to change and end what stands."""

from __future__ import annotations

from datetime import UTC, datetime

from core.handoff.summary import summary
from core.journal import events as e
from core.request.model import Draft, DraftCloud, DraftConnection, DraftProject
from core.request.offer import Offer
from core.workflow.story import Story, tell
from core.workflow.timeline import timeline

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SERVICE = "com.amazonaws.vpce.us-west-2.vpce-svc-0feed"
DRAFT = Draft(
    project=DraftProject(id="abcdefg123456", plan="pro", environment="production", region="US-3"),
    cloud=DraftCloud(platform="aws", account="111122223333", region="us-west-2", network="vpc-0abc"),
    connection=DraftConnection(type="bidirectional"),
)
EVENTS: tuple[e.Event, ...] = (
    e.RequestSaved(at=NOW, request=DRAFT),
    e.TicketFiled(at=NOW, ticket="4711"),
    e.DetailsReceived(at=NOW, service_names=(SERVICE,)),
    e.ChangeDone(at=NOW, key="load-balancer", action="create", kind="load-balancer", id="arn:lb"),
    e.ChangeDone(at=NOW, key="cross-zone", action="change", kind="cross-zone", id="arn:lb"),
    e.ChangeDone(at=NOW, key="endpoint/1", action="adopt", kind="endpoint", id="vpce-0mine"),
    e.ConnectionDecided(
        at=NOW, service_id="vpce-svc-0a", endpoint_id="vpce-0theirs", owner="402592597372", decision="accept"
    ),
    e.ConnectionDecided(
        at=NOW, service_id="vpce-svc-0a", endpoint_id="vpce-0x", owner="9", decision="reject"
    ),
    e.Probed(
        at=NOW,
        direction="to-magento",
        place="here",
        ok=True,
        services=(e.ProbedService(service="Webserver", host="h", port=80, ok=True),),
    ),
)


def told(*events: e.Event, name: str = "shop-1") -> str:
    story: Story = tell(events)
    return summary(name, story, timeline(story, None, NOW, Offer()))


def test_every_id_that_was_seen_is_kept() -> None:
    text = told(*EVENTS)
    for one in ("shop-1", "abcdefg123456", "111122223333", "vpc-0abc", "4711", SERVICE, "vpce-0theirs"):
        assert one in text
    assert "arn:lb (made here)" in text
    assert text.count("arn:lb") == 1, "a property is not told as a resource"
    assert "vpce-0mine (was there)" in text
    assert "Webserver, port 80:  to-magento: proved" in text
    assert "vpce-0x" not in text, "what was rejected is not kept as accepted"


def test_it_says_how_to_change_extend_and_end_it() -> None:
    text = told(*EVENTS)
    assert "a new Support ticket that names ticket 4711: another account number" in text
    assert "`privatelink apply shop-1`" in text
    assert "`privatelink undo shop-1 --yes` removes what was made here, and nothing else" in text
    assert "AWS bills your account" in text
    assert "Magento Services" in text
    assert "private DNS is not part of the offer" in text


def test_without_a_ticket_it_says_so() -> None:
    text = told(EVENTS[0])
    assert "not filed with this program" in text
    assert "a new Support ticket: another account" in text


def test_what_people_and_clouds_named_is_data() -> None:
    nasty = "x\x1b[31m\n\u202e"
    text = told(e.TicketFiled(at=NOW, ticket=nasty), name=nasty)
    assert not set(text) & {"\x1b", "\u202e"}
    assert text.count("␊") >= 2
