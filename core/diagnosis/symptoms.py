"""What probes showed, as the last hop of a path and as causes: a refusal, silence and a stall mean different things.

Sources: TCP itself (RFC 9293: a reset refuses, silence times out); "Troubleshoot your Network Load Balancer".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.cloud import Hop, ProbeResult
from core.diagnosis.walk import Walk, seen

_SOME_BYTES = re.compile(r"[1-9][0-9]* of [0-9]+ bytes came through")


def answers(here: Walk, results: Iterable[ProbeResult], addresses: frozenset[str]) -> None:
    """Add what each probe of this direction saw. ``addresses`` are the endpoint's own, as far as they are known."""
    for result in results:
        _answer(here, result)
        _stale(here, result, addresses)


def _stale(here: Walk, result: ProbeResult, addresses: frozenset[str]) -> None:
    """A name that leads to private addresses, but not to those of the endpoint."""
    resolved = any(hop.stage == "resolve" and hop.ok for hop in result.hops)
    if not resolved or not addresses or not result.addresses or addresses & set(result.addresses):
        return
    leads, right = ", ".join(result.addresses), ", ".join(sorted(addresses))
    here.cause(
        "public-address",
        f"{result.target.host} leads to {leads}, and the endpoint's address is {right}: a stale record.",
        "Correct the record, and clear what resolvers and hosts files remember.",
        "",
        *seen(result.target.host, addresses=result.addresses, endpoint=right),
    )


def _answer(here: Walk, result: ProbeResult) -> None:
    target = result.target
    place = f"{target.host}:{target.port}"
    key, title = f"answer/{place}", f"Answer of {target.service}"
    wrong = next((hop for hop in result.hops if not hop.ok), None)
    facts = seen(place, **{hop.stage: hop.detail for hop in result.hops})
    if result.ok and (wrong is None or wrong.stage == "tls"):
        here.proof(key, title, f"{place} answers.", *facts)
    else:
        here.fault(key, title, f"{place}: {wrong.detail if wrong else 'no answer'}.", *facts)
        _why(here, result, wrong, place)
    for hop in result.hops:
        if hop.stage == "tls" and (not hop.ok or "another name" in hop.detail):
            here.cause(
                "tls-name",
                f"TLS to {place}: {hop.detail}.",
                "Clients ask for the name that is in the service's certificate (SNI), and connect to the endpoint's.",
                certainty="possible" if hop.ok else "likely",
            )


def _why(here: Walk, result: ProbeResult, wrong: Hop | None, place: str) -> None:
    stage = wrong.stage if wrong else "connect"
    if stage == "resolve":
        leads = ", ".join(result.addresses)
        here.cause(
            "public-address",
            f"{result.target.host} leads to {leads}, which is not the endpoint."
            if leads
            else f"{result.target.host} is not known here.",
            "Use the endpoint's own name or address, and clear what a resolver or hosts file remembers.",
        )
    elif stage == "bytes" and wrong is not None and _SOME_BYTES.match(wrong.detail):
        here.cause(
            "large-packets",
            f"{place} connects, and only a part of the data comes through ({wrong.detail}): large packets are lost.",
            "Let no host on the way send packets of more than 8500 bytes: PrivateLink has no path MTU discovery.",
            certainty="likely",
        )
    elif stage == "bytes":
        here.cause(
            "stalled",
            f"{place} connects, and no data comes through.",
            "See that the service expects what comes first (proxy protocol, TLS), and that large packets pass.",
            certainty="likely",
        )
    elif wrong is not None and "refused" in wrong.detail:
        here.cause(
            "refused",
            f"{place} refuses: the load balancer has no listener on the port, or no healthy target.",
            "Whoever owns the load balancer adds the listener, or mends the targets.",
            certainty="likely",
        )
    else:
        here.cause(
            "no-answer",
            f"{place} does not answer: a filter drops it, or nothing stands behind the endpoint.",
            "Open the filters along the path, on either side.",
            certainty="likely",
        )
