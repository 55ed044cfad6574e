"""The diagnosis: walks every path of a case, hop by hop, ranks what was found, and writes what to ask."""

from __future__ import annotations

from core.diagnosis import aws_from_magento, aws_to_magento
from core.diagnosis.ask import ask
from core.diagnosis.case import Case
from core.diagnosis.causes import ranked
from core.diagnosis.model import Diagnosis
from core.diagnosis.symptoms import answers
from core.diagnosis.walk import Walk


def diagnose(case: Case) -> Diagnosis:
    """Walk all paths of a case. Pure: the same case always gives the same diagnosis."""
    walks = _walks(case)
    for here in walks:
        addresses = {one for endpoint in case.endpoints for one in endpoint.addresses}
        mine = addresses if here.direction == "to-magento" else set()
        tried = case.probes.get(here.direction, ())
        answers(here, tried, frozenset(mine))
        if mine and not tried and not any(hop.verdict == "fault" for hop in here.hops):
            here.unknown("answer", "Answer", "Not checked, because no machine in the network has tried it.")
    causes = ranked(cause for here in walks for cause in here.causes)
    paths = tuple(here.path() for here in walks)
    seen = case.inventory
    return Diagnosis(
        seen.platform, seen.account, seen.region, paths, causes, ask(case, paths, causes), seen.gaps
    )


def _walks(case: Case) -> tuple[Walk, ...]:
    from core.diagnosis import azure_from_magento, azure_to_magento

    there, back = (
        (aws_to_magento, aws_from_magento)
        if case.inventory.platform == "aws"
        else (azure_to_magento, azure_from_magento)
    )
    walks = [there.walk(case, name) for name in case.service_names]
    if case.service is not None or case.named_service or case.ports.get("from-magento"):
        walks.append(back.walk(case))
    return tuple(walks)
