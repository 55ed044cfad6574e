"""The program's own collection of the same region, in a process of its own: see :mod:`benchmarks.bare`."""

from __future__ import annotations

import os
from time import perf_counter

from benchmarks.bare import report

if __name__ == "__main__":
    from providers import connect

    began = perf_counter()
    seen = connect("aws", region=os.environ["AWS_REGION"]).cloud.inventory(None, "audit", lambda _: None)
    if seen.gaps:
        raise SystemExit(f"not everything was read: {seen.gaps[0]}")
    report(
        began,
        {
            "load balancers": sum(one.deletion_protection is not None for one in seen.load_balancers),
            "services": sum(one.principals is not None for one in seen.endpoint_services),
            "endpoints": len(seen.endpoints),
        },
    )
