"""Rows of the plan: each open incident by urgency with who should go, who is taken from it, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from app.desk import Desk
from app.intake.kind_field import kind_name
from app.parts import tints
from app.parts.row import Row
from app.planning.accepting import Accepting
from app.planning.plan_list import Line
from app.planning.planning import Planning
from app.sending.reasons import figures_of, floor_words
from app.sending.recommended_rows import FIX_OLD_S, marked
from app.wording import department_letter, label, listed, need_sentence, one_line, sentence, text
from app.wording.durations import clock_span, distance, rough_span
from dispatch.plan import Priced
from dispatch.recommendation import Chosen, Eta, Reason, Recommendation, Unmet

REDIRECT = "\u21aa"
LEFT = "\u21a9"


def incident_of(key: str) -> int | None:
    """Return the incident that a row is about."""
    parts = key.split(":", 2)
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else None


def unit_of(key: str) -> str:
    """Return the unit that a row is about, empty where it is about none."""
    parts = key.split(":", 2)
    return parts[2] if parts[0] == "unit" and len(parts) == 3 else ""


def _places(chosen: Iterable[Chosen]) -> set[tuple[str, str]]:
    """Return the places that units fill; a task force fills one."""
    return {(one.need_id, one.task_force or one.unit_id) for one in chosen}


class PlanRows:
    """Make rows from the plan and the desk's state; keep nothing but what the plan says of prices."""

    def __init__(self, desk: Desk, planning: Planning, accepting: Accepting) -> None:
        self._desk = desk
        self._planning = planning
        self._accepting = accepting
        self._prices: tuple[object, dict[tuple[int, str], Priced]] = (None, {})

    def lines(self) -> list[Line]:
        """Return all rows to be, the most urgent incident first."""
        plan = self._planning.plan
        lines: list[Line] = []
        for answer in plan.answers if plan is not None else ():
            number = answer.incident_id
            if number is not None and number in self._desk.state.open_incidents:
                lines.append(Line(f"incident:{number}", 1, partial(self._incident_row, answer, number)))
                for one in answer.chosen:
                    make = partial(self._unit_row, number, one, is_guess=answer.is_estimate)
                    lines.append(Line(f"unit:{number}:{one.unit_id}", 2, make))
                for one, to in self._planning.taken_to(number):
                    make = partial(self._leaving_row, number, one, to)
                    lines.append(Line(f"leaves:{number}:{one.unit_id}", 1, make))
                lines += [
                    Line(f"unmet:{number}:{gap.need_id}", 2, partial(self._unmet_row, number, answer, gap))
                    for gap in answer.unmet
                ]
        return lines

    def words_of(self, key: str, *, with_figures: bool) -> str:
        """Say at length what the row of a key says in short; `with_figures` adds ranks, lengths and prices."""
        number = incident_of(key)
        answer = self._planning.answer(number)
        if number is None or answer is None:
            return ""
        changed = [self._sentence(one.reason) for one in self._planning.changes(number, unit_of(key))]
        lines = [marked(words) for words in changed]
        sort, _, rest = key.partition(":")
        name = rest.partition(":")[2]
        if sort == "unit":
            one = next((one for one in answer.chosen if one.unit_id == name), None)
            if one is not None:
                lines += [floor_words(one.reason, self._desk), self._beside(number, one)]
                lines += self._figures(number, one) if with_figures else []
        elif sort == "unmet":
            lines += [self._why(one) for one in answer.unmet if one.need_id == name]
        elif sort == "incident":
            incident = self._desk.state.incidents[number]
            lines.append(one_line(incident.location.text or incident.location.crossing, 160))
        return "\n".join(line for line in lines if line)

    def _incident_row(self, answer: Recommendation, number: int) -> Row:
        incident = self._desk.state.incidents[number]
        first = self._planning.waits_for(number)
        places = _places(answer.chosen)
        going = len(_places(one for one in answer.chosen if self._planning.may_go(number, one)))
        asked = len(places) + sum(one.missing for one in answer.unmet)
        words = self._words("plan.level", level=incident.alarm_level)
        level = f" \u00b7 {words}" if incident.alarm_level > 1 else ""
        badge, tone = "", "normal"
        if self._accepting.is_going(number):
            badge = self._words("plan.going")
        elif self._planning.changes(number):
            badge, tone = marked(self._words("rec.changed_badge")), "warn"
        elif first is not None:
            badge = " ".join((LEFT, self._words("plan.after", number=first)))
        elif not answer.is_optimal:
            badge = self._words("plan.well")
        return Row(
            f"incident:{number}",
            f"{number}  {kind_name(self._desk, incident.kind)}{level}",
            right=f"{going}/{asked}",
            tone=tone,
            mark=str(incident.priority),
            mark_colour=tints.priority(incident.priority),
            badge=badge,
        )

    def _unit_row(self, number: int, one: Chosen, *, is_guess: bool) -> Row:
        changed = self._planning.changes(number, one.unit_id)
        is_gone = not self._planning.may_go(number, one)
        badge, detail = "", self._split(one.eta)
        if one.taken_from is not None:
            badge = " ".join((REDIRECT, self._words("plan.from", number=one.taken_from)))
            detail = floor_words(one.reason, self._desk)
        elif one.also or one.task_force:
            detail = f"{self._beside(number, one)} \u00b7 {detail}"
        if changed or is_gone:
            badge = marked(self._words("plan.not_going" if is_gone else "rec.changed_badge"))
            detail = self._sentence(changed[0].reason) if changed else detail
        elif one.is_estimate and not badge and not is_guess:
            badge = self._words("rec.straight")
        return Row(
            f"unit:{number}:{one.unit_id}",
            f"{one_line(one.unit_id, 24)}  {label('capability', one.capability, self._desk.language)}",
            right=clock_span(one.eta.total_s),
            detail=detail,
            tone="warn" if changed or is_gone else "normal",
            mark=department_letter(self._kind(one.department)),
            mark_colour=tints.department(self._kind(one.department)),
            badge=badge,
        )

    def _leaving_row(self, number: int, one: Chosen, to: int) -> Row:
        return Row(
            f"leaves:{number}:{one.unit_id}",
            self._words("plan.leaves", unit=one_line(one.unit_id, 24), number=to),
            tone="warn",
            mark=LEFT,
            mark_colour=tints.department(self._kind(one.department)),
        )

    def _unmet_row(self, number: int, answer: Recommendation, one: Unmet) -> Row:
        card = self._desk.state.cards.get(answer.kind)
        need = next((each for each in card.needs if each.id == one.need_id), None) if card is not None else None
        is_calm = need is not None and need.optional
        what = " / ".join(label("capability", each, self._desk.language) for each in one.any_of[:2])
        if one.missing:
            title = self._words("rec.missing", count=one.missing, capability=what)
        else:
            title = what or self._words("rec.title")
        return Row(
            f"unmet:{number}:{one.need_id}",
            self._words("rec.need_optional", need=title) if is_calm else title,
            detail=self._why(one),
            tone="muted" if is_calm else "alarm",
            detail_tone="muted" if is_calm else "normal",
            mark="" if is_calm else "!",
            mark_colour="" if is_calm else tints.tone("alarm").name(),
        )

    def _figures(self, number: int, one: Chosen) -> list[str]:
        lines = [*figures_of(one.reason, self._desk)]
        parts = [self._split(one.eta), distance(one.distance_m)]
        if one.fix_age_s is not None and one.fix_age_s > FIX_OLD_S:
            parts.append(self._words("rec.fix_old", rough=rough_span(one.fix_age_s)))
        lines.append(" \u00b7 ".join(parts))
        priced = self._priced().get((number, one.unit_id))
        for price in priced.prices if priced is not None else ():
            what = label("price", price.code, self._desk.language)
            lines.append(self._words("plan.price", span=clock_span(price.seconds), what=what))
        return lines

    def _priced(self) -> dict[tuple[int, str], Priced]:
        plan = self._planning.plan
        if self._prices[0] is not plan:
            found = {(one.incident_id, one.unit_id): one for one in plan.priced} if plan is not None else {}
            self._prices = (plan, found)
        return self._prices[1]

    def _beside(self, number: int, one: Chosen) -> str:
        parts = []
        if one.also:
            card = self._desk.state.cards.get(self._desk.state.incidents[number].kind)
            able = {need.id: need.any_of for need in card.needs} if card is not None else {}
            names = (
                " / ".join(label("capability", each, self._desk.language) for each in able.get(need_id, (need_id,))[:2])
                for need_id in one.also
            )
            parts.append(self._words("rec.also", needs=listed(names, self._desk.language)))
        if one.task_force:
            parts.append(self._words("rec.task_force", name=one_line(one.task_force, 40)))
        return " \u00b7 ".join(parts)

    def _split(self, eta: Eta) -> str:
        key = "rec.split_access" if eta.access_s >= 1 else "rec.split"
        turnout, travel, access = (clock_span(part) for part in (eta.turnout_s, eta.travel_s, eta.access_s))
        return self._words(key, turnout=turnout, travel=travel, access=access)

    def _why(self, one: Unmet) -> str:
        code, parameters = one.reason.code, one.reason.parameters
        return need_sentence(code, parameters, self._desk.language, zone=self._desk.state.time_zone)

    def _sentence(self, reason: Reason) -> str:
        return sentence(reason.code, reason.parameters, self._desk.language, zone=self._desk.state.time_zone)

    def _kind(self, department: str) -> str:
        found = self._desk.state.departments.get(department)
        return found.kind if found is not None else "other"

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
