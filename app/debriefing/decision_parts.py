"""The parts of a report that tell of decisions: one with its map, and the table of all."""

from __future__ import annotations

from app.debriefing.names import Names
from app.debriefing.words import (
    cover_words,
    done_words,
    lacking_words,
    loss_words,
    really_words,
    reasons,
    short_units,
    units_words,
    verdict_words,
    where_words,
)
from app.paper.report import Part
from app.wording import label, text
from app.wording.durations import BLANK, clock_span
from dispatch.exercise import score_records as r
from dispatch.exercise.score_records import Decision, Option

MOST_ROWS = 400
HEADINGS = {
    "clock": "debrief.clock",
    "who": "debrief.who",
    "incident": "debrief.incident",
    "did": "debrief.did",
    "really": "debrief.really",
    "best": "debrief.best",
    "verdict": "debrief.verdict",
    "seconds": "debrief.seconds",
}
COLUMNS = tuple(HEADINGS)


def decision_part(names: Names, place: int, number: int, chart: str) -> Part:
    """Tell of one decision: what was done, what really happened, what was best then and why; with its map."""
    language = names.language
    decision = names.material.debriefing.score.decisions[place]
    clock, incident = names.clock(decision.at_s), decision.incident
    title = text("debrief.worst", language, place=number, clock=clock, incident=incident)
    said = (where_words(decision, names), verdict_words(decision, language))
    after = (*reasons(decision, names), *cover_words(decision, names))
    headings = ("", *(text(HEADINGS[each], language) for each in columns_told(names)))
    rows = decision_rows(decision, names)
    return Part(title, said, headings, rows, frozenset(), 0, 15, (chart,), True, after)


def decision_rows(decision: Decision, names: Names) -> tuple[tuple[str, ...], ...]:
    """Return what was done, what really happened and what was best then, as rows under `columns_told`."""
    language, did, really, best = names.language, decision.did, decision.really, decision.best

    def say(key: str) -> str:
        return text(key, language)

    rows = [
        (say("debrief.row_units"), done_words(decision, names), really_words(really, names),
         units_words(best, names) if best is not None else BLANK),
    ]  # fmt: skip
    for key, name in (("debrief.row_first", "first_s"), ("debrief.row_all", "all_s")):
        spans = tuple(_after_sending(each, name, language) for each in (did, really, best))
        if any(each != BLANK for each in spans):
            rows.append((say(key), *spans))
    if lacking_words(best, names):
        rows.append((say("debrief.row_lacking"), BLANK, BLANK, lacking_words(best, names)))
    if r.REALLY not in columns_told(names):
        return tuple((name, of_did, of_best) for name, of_did, _, of_best in rows)
    return tuple(rows)


def columns_told(names: Names) -> tuple[str, ...]:
    """Return which columns a decision is told in: what really happened only where somebody knows."""
    known = names.material.debriefing.columns
    return (r.DID, *((r.REALLY,) if r.REALLY in known else ()), r.BEST)


def every_decision(names: Names, *, begins_page: bool = True) -> Part:
    """List all decisions with who was really sent and who was best."""
    language = names.language
    decisions = names.material.debriefing.score.decisions
    if not decisions:
        return Part(text("debrief.all_decisions", language), (text("debrief.no_decisions", language),))
    shown = columns_of(names)
    headings = tuple(text(HEADINGS[COLUMNS[column]], language) for column in shown)
    rows = tuple(
        tuple(cells[column] for column in shown)
        for cells in (decision_row(each, names) for each in decisions[:MOST_ROWS])
    )
    more = len(decisions) - MOST_ROWS
    after = (text("debrief.more_rows", language, count=f"{more:,}"),) if more > 0 else ()
    note = (text("debrief.all_note", language),)
    title = text("debrief.all_decisions", language)
    return Part(title, note, headings, rows, frozenset({len(shown) - 1}), shown.index(2), 27,
                begins_page=begins_page, after=after)  # fmt: skip


def decision_row(decision: Decision, names: Names) -> tuple[str, ...]:
    """Say a decision in a line: clock, who, incident, done, really, best, verdict, seconds lost."""
    language = names.language
    is_sending = decision.kind in (r.SENT, r.REDIRECTED)
    done = _short_times(decision.did, names) if is_sending else done_words(decision, names)
    if decision.kind == r.REFUSED:  # why stands with the rules
        done = label("debrief_kind", decision.kind, language)
    if decision.kind == r.REDIRECTED:
        done = f"{label('debrief_kind', decision.kind, language)}: {done}"
    return (
        names.clock(decision.at_s), names.trainee(decision.trainee), names.incident(decision.incident), done,
        short_units(decision.really, names) or BLANK, _short_times(decision.best, names) or BLANK,
        label("debrief_verdict", decision.verdict, language), loss_words(decision),
    )  # fmt: skip


def columns_of(names: Names) -> tuple[int, ...]:
    """Return which columns a table of decisions has: without who decided where that was one, or what nobody knows."""
    debriefing = names.material.debriefing
    hidden = set()
    if len({each.trainee for each in debriefing.score.decisions}) < 2:
        hidden.add(COLUMNS.index("who"))
    if r.REALLY not in debriefing.columns:
        hidden.add(COLUMNS.index("really"))
    return tuple(place for place in range(len(COLUMNS)) if place not in hidden)


def _short_times(option: Option | None, names: Names) -> str:
    found = []
    for each in option.units if option is not None else ():
        words = short_units(Option((each,)), names)
        found.append(f"{words} ({clock_span(each.eta_s)})" if each.eta_s is not None else words)
    return names.listed(found)


def _after_sending(option: Option | None, name: str, language: str) -> str:
    span_s = getattr(option, name) if option is not None else None
    return BLANK if span_s is None else text("debrief.after_sending", language, span_s=span_s)
