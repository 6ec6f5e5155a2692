"""Print the score of an exercise to a terminal."""

from __future__ import annotations

from dispatch.exercise.debriefing import Debriefing
from dispatch.exercise.score_records import Decision, Marks, Total
from dispatch.log_export import one_line

_COLUMNS = ("incidents", "attended", "complete", "first: mean", "P90", "needs: mean", "P90")


def print_score(found: Debriefing) -> None:
    """Print totals, marks, and a line for every decision."""
    print(f"{one_line(found.name)}: {len(found.score.decisions)} decisions, seed {found.seed}")
    print(f"{'':<8}" + "".join(f"{name:>12}" for name in _COLUMNS))
    for total in found.score.totals:
        print(f"{total.column:<8}" + "".join(f"{cell:>12}" for cell in _cells(total)))
    for marks in found.score.marks:
        print(_marks(marks))
    for decision in found.score.decisions:
        print(_decision(decision))


def clock(seconds: float) -> str:
    """Say how far into an exercise something was."""
    sign, whole = "-" if seconds < 0 else "", abs(int(seconds))
    return f"{sign}{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def _cells(total: Total) -> tuple[str, ...]:
    first, needs = total.to_first, total.to_needs
    counts = (total.incidents, total.attended, total.complete)
    spans = (first.mean_s, first.p90_s, needs.mean_s, needs.p90_s)
    return (*map(str, counts), *map(_s, spans))


def _marks(marks: Marks) -> str:
    return (
        f"{one_line(marks.trainee) or 'all'}: {marks.as_good} of {marks.judged} judged as good as the plan, "
        f"{marks.loss_s:g} s lost, nothing done for long {marks.late} times, {marks.refusals} refused, "
        f"{marks.overrides} against a rule"
    )


def _decision(decision: Decision) -> str:
    units = " ".join(each.unit_id for each in decision.did.units)
    best = " ".join(each.unit_id for each in decision.best.units) if decision.best is not None else ""
    codes = " ".join(each.code for each in decision.breaches)
    line = (
        f"{clock(decision.at_s)} {decision.number or '-':>6} {decision.kind:<13} {decision.key:<8} {units:<14} "
        f"{decision.verdict:<9}{_s(decision.loss_s):>7}"
    )
    return one_line(" ".join((line, f"best: {best}" if best else "", codes))).rstrip()


def _s(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.0f} s"
