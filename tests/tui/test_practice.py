"""What a rehearsal fills in: everything that nobody answered, and nothing that somebody did."""

from __future__ import annotations

import pytest

from core.request.model import ConnectionType, Draft, DraftCloud, DraftConnection, DraftProject, DraftService
from tui.practice import filled, with_type

WEB = DraftService(name="Webserver", protocol="HTTP", port=80, direction="to-magento")
DATABASE = DraftService(
    name="Database", protocol="TCP", port=3306, direction="from-magento", targets=("10.0.0.4",)
)
OWN = DraftService(name="Mine", protocol="TCP", port=9000, direction="to-magento")


def fitting(kind: ConnectionType, *services: DraftService) -> Draft:
    return Draft(
        project=DraftProject(id="abcdefg123456", plan="pro", environment="production", region="US-3"),
        cloud=DraftCloud(platform="aws", account="111122223333", region="us-west-2", network="vpc-0abc"),
        connection=DraftConnection(type=kind),
        services=services,
    )


ONE, BOTH = fitting("unidirectional", WEB), fitting("bidirectional", WEB, DATABASE)
PRACTICES = {"unidirectional": ONE, "bidirectional": BOTH}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Draft(), BOTH),
        # Somebody was quicker than the sandbox: pages were turned, and what was kept of them stays.
        (Draft(cloud=DraftCloud(platform="aws")), BOTH),
        (Draft(connection=DraftConnection(type="unidirectional")), ONE),
        (
            Draft(project=DraftProject(environment="staging")),
            BOTH.model_copy(update={"project": BOTH.project.model_copy(update={"environment": "staging"})}),
        ),
        (Draft(services=(OWN,)), BOTH.model_copy(update={"services": (OWN,)})),
        (Draft(connection=DraftConnection(type="neither")), fitting("bidirectional", WEB, DATABASE).model_copy(
            update={"connection": DraftConnection(type="neither")}
        )),
    ],
)  # fmt: skip
def test_only_what_is_missing_is_filled_in(given: Draft, expected: Draft) -> None:
    assert filled(given, PRACTICES) == expected


def test_nothing_is_filled_in_for_a_project_of_ones_own_nor_outside_a_rehearsal() -> None:
    own = Draft(project=DraftProject(id="zzzzzzz123456"))
    assert filled(own, PRACTICES) == own
    assert filled(Draft(), {}) == Draft()


def test_practice_services_come_and_go_with_the_type_and_others_stay() -> None:
    assert with_type(BOTH, "unidirectional", PRACTICES) == ONE
    assert with_type(ONE, "bidirectional", PRACTICES) == BOTH
    mine = BOTH.model_copy(update={"services": (OWN,)})
    assert with_type(mine, "unidirectional", PRACTICES).services == (OWN,)
    assert with_type(ONE, "bidirectional", {}).services == ONE.services
