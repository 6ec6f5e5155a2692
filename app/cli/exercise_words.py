"""Print the score of an exercise to a terminal."""

from __future__ import annotations

from app.wording import label, text
from dispatch.exercise.debriefing import Debriefing
from dispatch.exercise.score_records import Decision, Marks, Total
from dispatch.log_export import one_line

_COLUMNS = ("incidents", "attended", "complete", "first: mean", "P90", "needs: mean", "P90")


def print_score(found: Debriefing, language: str = "en") -> None:
    """Print totals, marks, and a line for every decision."""
    count = len(found.score.decisions)
    print(text("debrief.cli_head", language, name=one_line(found.name), count=count, seed=found.seed))
    print(f"{'':<8}" + "".join(f"{name:>12}" for name in _COLUMNS))
    for total in found.score.totals:
        column = label("debrief_column", total.column, language)
        print(f"{column:<8}" + "".join(f"{cell:>12}" for cell in _cells(total)))
    for marks in found.score.marks:
        print(_marks(marks, language))
    for decision in found.score.decisions:
        print(_decision(decision, language))


def clock(seconds: float) -> str:
    """Say how far into an exercise something was."""
    sign, whole = "-" if seconds < 0 else "", abs(int(seconds))
    return f"{sign}{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def _cells(total: Total) -> tuple[str, ...]:
    first, needs = total.to_first, total.to_needs
    counts = (total.incidents, total.attended, total.complete)
    spans = (first.mean_s, first.p90_s, needs.mean_s, needs.p90_s)
    return (*map(str, counts), *map(_s, spans))


def _marks(marks: Marks, language: str) -> str:
    who = one_line(marks.trainee) or text("debrief.all", language)
    return text(
        "debrief.cli_marks", language, who=who, good=marks.as_good, judged=marks.judged, loss_s=marks.loss_s,
        late=marks.late, refusals=marks.refusals, overrides=marks.overrides,
    )  # fmt: skip


def _decision(decision: Decision, language: str) -> str:
    units = " ".join(each.unit_id for each in decision.did.units)
    best = " ".join(each.unit_id for each in decision.best.units) if decision.best is not None else ""
    codes = " ".join(each.code for each in decision.breaches)
    kind, verdict = (
        label("debrief_kind", decision.kind, language), label("debrief_verdict", decision.verdict, language),
    )  # fmt: skip
    line = (
        f"{clock(decision.at_s)} {decision.number or '-':>6} {kind:<13} {decision.key:<8} {units:<14} "
        f"{verdict:<12}{_s(decision.loss_s):>7}"
    )
    told = text("debrief.cli_best", language, units=best) if best else ""
    return one_line(" ".join((line, told, codes))).rstrip()


def _s(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.0f} s"
