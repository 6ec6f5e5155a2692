"""What else belongs to a case: its incident, what it was merged with, what may be the same, its component's history."""

from __future__ import annotations

from app.cases.due import key_of
from app.cases.words import class_name, place_words, when_words
from app.desk import Desk
from app.parts.row import Row
from app.wording import label, listed, text
from app.wording.durations import distance, rough_span
from dispatch.case import Case
from dispatch.duplicates import Suggestion, suggest_for

MOST = 30  # of a component's history the latest


def related_rows(desk: Desk, case: Case) -> list[Row]:
    """Return headings and rows; keys are `incident:N`, `merged:N`, `into:N`, `same:N` and `case:N`."""
    rows: list[Row] = []
    language = desk.language
    if case.incident_id is not None:
        rows.append(_heading("incident", text("related.incident", language)))
        rows.append(_incident(desk, case.incident_id))
    if case.merged_into is not None:
        rows.append(_heading("into", text("related.into", language)))
        rows += _cases(desk, "into", (case.merged_into,))
    if case.merged:
        rows.append(_heading("merged", text("related.merged", language)))
        rows += _cases(desk, "merged", case.merged)
    same = suggest_for(desk.state, case.id)
    if same:
        rows.append(_heading("same", text("related.same", language)))
        rows += [_same(desk, each) for each in same]
    component = case.place.component
    if component:
        others = [one for one in desk.state.cases_of_component.get(component, ()) if one != case.id]
        words = text("related.component", language, code=component, count=len(others))
        rows.append(_heading("component", words))
        if others:
            rows += _cases(desk, "case", tuple(others[-MOST:][::-1]))
        else:
            rows.append(Row("none", text("related.first_time", language), tone="muted", is_quiet=True))
    return rows


def count_of(desk: Desk, case: Case) -> int:
    """Return how many related things there are without looking for duplicates."""
    component = len(desk.state.cases_of_component.get(case.place.component, ())) if case.place.component else 1
    return len(case.merged) + (case.incident_id is not None) + (case.merged_into is not None) + max(0, component - 1)


def _cases(desk: Desk, key: str, numbers: tuple[int, ...]) -> list[Row]:
    found = [desk.state.cases[one] for one in numbers if one in desk.state.cases]
    return [_case(desk, key, each) for each in (found if key == "case" else sorted(found, key=key_of))]


def _case(desk: Desk, key: str, case: Case, *, detail: str = "") -> Row:
    language = desk.language
    stage = label("case_stage_short", case.stage.value, language)
    if case.outcome:
        stage = label("case_outcome_short", case.outcome, language)
    when = when_words(case.reported_at, desk.clock(), desk.state.time_zone, language)
    return Row(
        f"{key}:{case.id}",
        f"{case.id}  {class_name(desk.state, case.standard_id, language)}",
        right=stage,
        detail=detail or f"{when} · {place_words(case.place)}",
        tone="normal" if case.is_open else "muted",
    )


def _same(desk: Desk, suggestion: Suggestion) -> Row:
    """Say why it may be the same thing, the figures first."""
    language = desk.language
    figures = [distance(suggestion.distance_m), rough_span(abs(suggestion.age_s))]
    reasons = [label("duplicate_reason", reason, language) for reason in suggestion.reasons]
    detail = text("related.why", language, figures=" · ".join(figures), reasons=listed(reasons, language))
    return _case(desk, "same", desk.state.cases[suggestion.case_id], detail=detail)


def _incident(desk: Desk, number: int) -> Row:
    incident, language = desk.state.incidents.get(number), desk.language
    if incident is None:
        return Row(f"incident:{number}", str(number))
    card = desk.state.cards.get(incident.kind)
    kind = incident.kind if card is None else card.name_zh if language == "zh" and card.name_zh else card.name
    return Row(f"incident:{number}", f"{number}  {kind}", right=label("stage", incident.stage.value, language))


def _heading(key: str, words: str) -> Row:
    return Row(f"heading:{key}", words, is_heading=True)
