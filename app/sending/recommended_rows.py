"""Rows of the recommendation: who should go for which need, what is missing, who is on the way, who was passed over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.desk import Desk
from app.incident.units import order_badge
from app.parts import tints
from app.parts.row import Row
from app.sending.choosing import Choosing
from app.sending.reasons import figures_of, floor_words
from app.sending.swaps import also_by
from app.wording import department_letter, label, listed, need_sentence, one_line, sentence, short_status, text
from app.wording.durations import clock_span, distance, rough_span
from dispatch.incident import Assignment
from dispatch.recommendation import Chosen, Eta, Passed, Reason, Unmet
from dispatch.runcard import Need
from resources.status import Status

ETA_MOVED_S = 20.0
FIX_OLD_S = 60.0
MOST_OTHERS = 200  # nobody reads farther, and a call sign finds the rest
SENT = "sent:"


def marked(words: str) -> str:
    """Put a triangle before words: it says by its shape what the colour of a warning says."""
    return f"\u25b2 {words}"


class RecommendedRows:
    """Make rows from the desk's state, the answer on the screen and the operator's ticks; keep nothing."""

    def __init__(self, desk: Desk, choosing: Choosing) -> None:
        self._desk = desk
        self._choosing = choosing
        self._with_figures = False

    def rows(self, now: datetime, *, with_others: bool, wanted: str = "", with_figures: bool = False) -> list[Row]:
        """Return all rows; `with_others` adds the units passed over, `wanted` only those whose name holds it.

        `with_figures` adds what the words of the floor leave out: rank, next best, distance.
        """
        self._with_figures = with_figures
        answer = self._choosing.recommendation
        rows = self.sent_rows(now)
        if answer is None:
            return rows
        for need_id in self._need_ids():
            rows += self._need_rows(need_id)
        passed = {one.unit_id: one for one in answer.passed}
        added = [passed[unit_id] for unit_id in self._choosing.added if unit_id in passed]
        if added:
            rows.append(Row("head:added", self._words("rec.need_other"), is_heading=True))
            rows += [self._passed_row(one) for one in added]
        if with_others:
            folded = wanted.strip().casefold()
            shown = {*self._choosing.added, *self._choosing.swapped.values()}
            others = [one for one in answer.passed if one.unit_id not in shown and folded in one.unit_id.casefold()]
            count = self._words("rec.others", count=len(others))
            title = count if others or not folded else self._words("rec.why_unknown")
            rows.append(Row("head:others", title, is_heading=True))
            rows += [self._passed_row(one) for one in others[:MOST_OTHERS]]
            if len(others) > MOST_OTHERS:
                rows.append(Row("head:more", self._words("rec.others_more", count=MOST_OTHERS), is_heading=True))
        return rows

    def sent_rows(self, now: datetime) -> list[Row]:
        """Return the units of the incident that are bound by it, with what is left of their time."""
        state, number = self._desk.state, self._choosing.incident_id
        if number is None:
            return []
        bound = [
            state.assignments[key] for key in state.assignments_of.get(number, ()) if key in state.open_assignments
        ]
        if not bound:
            return []
        rows = [Row("head:sent", self._words("rec.on_the_way"), right=str(len(bound)), is_heading=True)]
        return rows + [self._sent_row(one, now) for one in bound]

    def _need_ids(self) -> list[str]:
        answer = self._choosing.recommendation
        if answer is None:
            return []
        used = [one.need_id for one in answer.chosen] + [one.need_id for one in answer.unmet]
        card = self._desk.state.cards.get(answer.kind)
        order = [need.id for need in card.needs] if card is not None else []
        return sorted(dict.fromkeys(used), key=lambda need_id: order.index(need_id) if need_id in order else len(order))

    def _need_rows(self, need_id: str) -> list[Row]:
        answer = self._choosing.recommendation
        assert answer is not None
        chosen = [one for one in answer.chosen if one.need_id == need_id]
        unmet = [one for one in answer.unmet if one.need_id == need_id]
        need = self._need(need_id)
        passed = {one.unit_id: one for one in answer.passed} if self._choosing.swapped else {}
        rows = []
        if need is not None:
            ready = sum(
                self._choosing.is_ticked(self._choosing.swapped.get(one.unit_id, one.unit_id)) for one in chosen
            )
            asked = len(chosen) + sum(one.missing for one in unmet)
            title = self._need_words(need, asked)
            rows.append(Row(f"head:{need_id}", title, right=f"{ready}/{asked}", is_heading=True))
        for one in chosen:
            other = passed.get(self._choosing.swapped.get(one.unit_id, ""))
            rows.append(self._chosen_row(one) if other is None else self._swapped_row(one, other))
        return rows + [self._unmet_row(one, need) for one in unmet]

    def _need_words(self, need: Need, count: int) -> str:
        words = self._words("rec.need", count=count, capability=self._capability(need.any_of))
        if need.department:
            words = f"{words}, {self._department(need.department)}"
        if need.level > 1:
            words = self._words("rec.need_level", need=words, level=need.level)
        return self._words("rec.need_optional", need=words) if need.optional else words

    def _chosen_row(self, one: Chosen) -> Row:
        changed = self._choosing.changes(one.unit_id)
        is_gone = self._choosing.is_gone(one.unit_id)
        badge = self._change(one)
        if is_gone:
            unit = self._desk.state.units.get(one.unit_id)
            status = label("status", unit.status, self._desk.language) if unit is not None else ""
            badge = marked(self._words("rec.gone", status=status))
        elif changed:
            badge = marked(self._words("rec.changed_badge"))
        lines = [marked(self._reason(each.reason)) for each in changed]
        lines += [floor_words(one.reason, self._desk), *self._beside(one), " \u00b7 ".join(self._parts(one))]
        if self._with_figures:
            lines += figures_of(one.reason, self._desk)
        return Row(
            one.unit_id,
            f"{one_line(one.unit_id, 24)}  {label('capability', one.capability, self._desk.language)}",
            right=clock_span(one.eta.total_s),
            detail="\n".join(line for line in lines if line),
            tone="warn" if is_gone or changed else "normal",
            mark=self._letter(one.department),
            mark_colour=tints.department(self._kind(one.department)),
            badge=badge,
            check=self._choosing.is_ticked(one.unit_id),
        )

    def _swapped_row(self, one: Chosen, other: Passed) -> Row:
        """Say who goes instead of a recommended unit, and how much later; or why it cannot any more."""
        late_s = other.eta.total_s - one.eta.total_s if other.eta is not None else 0.0
        lines = [self._reason(other.reason), *([self._split(other.eta)] if other.eta is not None else [])]
        lost = set(one.also) - set(also_by(one, other.unit_id, self._choosing.recommendation, self._desk.state))
        if lost:
            lines.insert(0, marked(self._words("rec.also_lost", needs=self._need_names(lost))))
        key = "rec.instead_later" if late_s >= 1 else "rec.instead"
        is_gone = self._choosing.is_gone(other.unit_id)
        badge = self._words(key, unit=one_line(one.unit_id, 24), span=clock_span(late_s))
        if is_gone:
            unit = self._desk.state.units.get(other.unit_id)
            status = label("status", unit.status, self._desk.language) if unit is not None else ""
            badge = marked(self._words("rec.gone", status=status))
        return Row(
            other.unit_id,
            f"{one_line(other.unit_id, 24)}  {label('capability', one.capability, self._desk.language)}",
            right=clock_span(other.eta.total_s) if other.eta is not None else "",
            detail="\n".join(lines),
            tone="warn" if is_gone or other.eta is None else "normal",  # without a time a rule bars it by now
            mark=self._letter(other.department),
            mark_colour=tints.department(self._kind(other.department)),
            badge=badge,
            check=self._choosing.is_ticked(other.unit_id),
        )

    def _parts(self, one: Chosen) -> list[str]:
        parts = [self._split(one.eta)]
        if self._with_figures:
            parts.append(distance(one.distance_m))
        if one.fix_age_s is not None and one.fix_age_s > FIX_OLD_S:
            parts.append(self._words("rec.fix_old", rough=rough_span(one.fix_age_s)))
        return parts

    def _beside(self, one: Chosen) -> list[str]:
        """Say what else a unit fills, and what it goes with."""
        lines = []
        if one.also:
            lines.append(self._words("rec.also", needs=self._need_names(one.also)))
        if one.task_force:
            lines.append(self._words("rec.task_force", name=one_line(one.task_force, 40)))
        return lines

    def _need_names(self, need_ids: Iterable[str]) -> str:
        found = (self._need(need_id) for need_id in sorted(need_ids))
        return listed((self._capability(need.any_of) for need in found if need is not None), self._desk.language)

    def _change(self, one: Chosen) -> str:
        if one.is_estimate:
            return self._words("rec.straight")
        before_s = self._choosing.earlier_eta_s(one.unit_id)
        if before_s is None and self._choosing.has_earlier:
            return self._words("rec.new")
        if before_s is not None and abs(before_s - one.eta.total_s) >= ETA_MOVED_S:
            return self._words("rec.was", span=clock_span(before_s))
        return self._words("rec.no_fix") if one.fix_age_s is None else ""

    def _unmet_row(self, one: Unmet, need: Need | None) -> Row:
        words = self._capability(one.any_of) if one.any_of else ""
        is_calm = need is not None and need.optional
        zone = self._desk.state.time_zone
        return Row(
            f"unmet:{one.need_id}",
            self._words("rec.missing", count=one.missing, capability=words) if words and one.missing else words,
            detail=need_sentence(one.reason.code, one.reason.parameters, self._desk.language, zone=zone),
            tone="muted" if is_calm else "alarm",
            detail_tone="muted" if is_calm else "normal",
            mark="–" if is_calm else "!",
            mark_colour="" if is_calm else tints.tone("alarm").name(),
        )

    def _passed_row(self, one: Passed) -> Row:
        is_free = not self._choosing.is_gone(one.unit_id)
        parts = [self._reason(one.reason)]
        if one.eta is not None:
            parts.append(self._split(one.eta))
        return Row(
            one.unit_id,
            one_line(one.unit_id, 24),
            right=clock_span(one.eta.total_s) if one.eta is not None else "",
            detail=" · ".join(parts),
            tone="normal" if is_free else "muted",
            mark=self._letter(one.department),
            mark_colour=tints.department(self._kind(one.department)),
            check=self._choosing.is_ticked(one.unit_id) if is_free else None,
        )

    def _sent_row(self, one: Assignment, now: datetime) -> Row:
        unit = self._desk.state.units.get(one.unit_id)
        status = unit.status if unit is not None else Status.ALERTED
        right, tone = self._time_left(one, now)
        order = label("order_state", one.order_state, self._desk.language)
        warning, loud = order_badge(one, self._desk.language)
        if warning:
            order, tone = warning, loud
        need = self._need(one.need_id)
        parts = [order, self._capability(need.any_of) if need is not None else ""]
        return Row(
            SENT + one.unit_id,
            f"{one_line(one.unit_id, 24)}  {label('status', status, self._desk.language)}",
            right=right,
            detail=" · ".join(part for part in parts if part),
            tone=tone,
            mark=short_status(status),
            mark_colour=tints.status(str(status)),
        )

    def _time_left(self, one: Assignment, now: datetime) -> tuple[str, str]:
        if one.on_scene_at is not None:
            span = clock_span((now - one.on_scene_at).total_seconds())
            return self._words("rec.on_scene_since", span=span), "normal"
        if one.eta_s is None:
            return "", "normal"
        left_s = one.eta_s - (now - one.assigned_at).total_seconds()
        if left_s >= 0:
            return self._words("rec.eta_left", span=clock_span(left_s)), "normal"
        return self._words("rec.eta_over", span=clock_span(-left_s)), "warn"

    def _split(self, eta: Eta) -> str:
        key = "rec.split_access" if eta.access_s >= 1 else "rec.split"
        turnout, travel, access = (clock_span(part) for part in (eta.turnout_s, eta.travel_s, eta.access_s))
        return self._words(key, turnout=turnout, travel=travel, access=access)

    def _reason(self, reason: Reason) -> str:
        return sentence(reason.code, reason.parameters, self._desk.language, zone=self._desk.state.time_zone)

    def _need(self, need_id: str) -> Need | None:
        answer = self._choosing.recommendation
        number = self._choosing.incident_id
        kind = answer.kind if answer is not None else self._desk.state.incidents[number].kind if number else ""
        card = self._desk.state.cards.get(kind)
        return next((need for need in card.needs if need.id == need_id), None) if card is not None else None

    def _capability(self, any_of: tuple[str, ...]) -> str:
        return " / ".join(label("capability", one, self._desk.language) for one in any_of[:2])

    def _kind(self, department: str) -> str:
        found = self._desk.state.departments.get(department)
        return found.kind if found is not None else "other"

    def _letter(self, department: str) -> str:
        return department_letter(self._kind(department))

    def _department(self, department: str) -> str:
        found = self._desk.state.departments.get(department)
        if found is None:
            return one_line(department, 40)
        return one_line(found.name_zh if self._desk.language == "zh" and found.name_zh else found.name, 40)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
