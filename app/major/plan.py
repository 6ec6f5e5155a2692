"""Objectives and actions for the period, the situation that they answer, and how people stay safe."""

from __future__ import annotations

from app.desk import Desk
from app.major.fields import LineField
from app.major.page import Page, Sheet
from app.parts.forms import plain_label, show_words, small_button
from app.parts.row import Row
from app.parts.row_list import RowList
from app.wording import one_line, text
from dispatch.commands import Body
from dispatch.major import Plan
from dispatch.major_commands import RecordObjectives
from dispatch.major_now import plan_now


class _PlanSheet(Sheet):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, text("major.record_plan", desk.language), has_cancel=False)
        self.number = 0
        self._before = Plan(())
        self.parts: dict[str, LineField] = {}
        for part, key in (
            ("objectives", "major.objectives"),
            ("actions", "major.actions"),
            ("situation", "major.situation"),
            ("safety", "major.safety"),
        ):
            field = self.parts[part] = LineField(text(key, desk.language), text("major.one_a_line", desk.language))
            if part in ("situation", "safety"):
                field.setPlaceholderText(" ")
            self.add(key, field)

    @property
    def is_changed(self) -> bool:
        """Tell whether somebody has written into it."""
        return self.plan != self._before

    @property
    def plan(self) -> Plan:
        """Return the plan as it is written."""
        lines = {part: field.words.splitlines() for part, field in self.parts.items()}
        return Plan(
            tuple(words.strip() for words in lines["objectives"] if words.strip()),
            tuple(words.strip() for words in lines["actions"] if words.strip()),
            self.parts["situation"].words,
            self.parts["safety"].words,
            self._before.period_from_at,
            self._before.period_to_at,
        )

    def fill(self, number: int, plan: Plan) -> None:
        """Write what holds."""
        self.number, self._before = number, plan
        for part, words in (
            ("objectives", "\n".join(plan.objectives)),
            ("actions", "\n".join(plan.actions)),
            ("situation", plan.situation),
            ("safety", plan.safety),
        ):
            self.parts[part].setPlainText(words)
        self._before = self.plan  # as it reads here: spaces at the ends are nobody's change
        self.filled_at = self._desk.state.sequence

    def body(self) -> Body | None:
        """Return the whole plan; the rules say what is missing."""
        return RecordObjectives(self.number, self.plan)


class PlanPage(Page):
    """The plan as it holds, to be changed in place; what somebody else records never overwrites what is typed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.sheet = _PlanSheet(desk)
        self.said = plain_label()
        self.again_button = small_button(self.words("major.show_recorded"), self._take)
        self.versions = RowList(self.words("major.versions"))
        self.keep(self.sheet, RecordObjectives, is_open=True)
        self.column.addWidget(self.said)
        self.row_of((self.again_button,))
        self.column.addWidget(self.versions, 1)
        self.column.addStretch(0)
        self._shown = 0

    def begin(self) -> None:
        """Take the plan of another incident."""
        self._take()

    def refresh(self) -> None:
        """Show what was recorded, unless somebody is writing."""
        major = self.major
        assert major is not None
        if len(major.plans) != self._shown and not self.sheet.is_changed:
            self._take()
        is_other = len(major.plans) != self._shown
        latest = major.plans[-1] if major.plans else None
        words = ""
        if is_other and latest is not None:
            words = self.words(
                "major.plan_changed", who=one_line(latest.recorded_by, 40), when=self.when(latest.recorded_at)
            )
        show_words(self.said, words, "warning")
        self.again_button.setVisible(is_other)
        rows = [
            Row(
                str(place),
                " · ".join(one_line(each, 120) for each in version.plan.objectives),
                right=f"{self.when(version.recorded_at)} {one_line(version.recorded_by, 20)}",
                tone="normal" if place == len(major.plans) - 1 else "muted",
                is_quiet=True,
            )
            for place, version in reversed(list(enumerate(major.plans)))
        ]
        self.versions.set_rows(rows)
        self.versions.setVisible(bool(rows))

    def badge(self) -> tuple[str, str]:
        """Return how many objectives there are."""
        count = len(plan_now(self.major).objectives) if self.major is not None else 0
        return (str(count) if count else "", "")

    def sheet_done(self, sheet: Sheet) -> None:
        """Show what was recorded."""
        self._take()

    def _take(self) -> None:
        assert self.major is not None
        self._shown = len(self.major.plans)
        self.sheet.fill(self.number, plan_now(self.major))
        show_words(self.said, "")
        self.again_button.hide()
