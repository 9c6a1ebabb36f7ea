"""`python -m bench`: every figure in one run. Ratios are the point; absolute times are this machine's on this day."""

from __future__ import annotations

from bench import (
    completion,
    feasibility,
    impact,
    lists,
    many,
    papers,
    record,
    startup,
    studio,
    sweeps,
    verification,
    web,
)

if __name__ == "__main__":
    measures = (
        completion.speed,
        completion.size,
        completion.crowd,
        lists.inbox,
        lists.urgent,
        lists.idle,
        sweeps.timers,
        sweeps.replay,
        impact.speed,
        many.speed,
        papers.speed,
        record.cost,
        record.leaves,
        verification.speed,
        web.submit,
        web.inbox,
        web.size,
        web.crowd,
        feasibility.proof,
        studio.size,
        studio.findings,
        startup.commands,
    )
    for measure in measures:
        for figure in measure():
            print(figure, flush=True)
