"""What every chart of response times is of, and the incidents that stand behind a place of one."""

from __future__ import annotations

from dataclasses import dataclass

from app.charts.chart import Chart as Painted
from app.times.words import interval_name
from app.wording import label, text
from dispatch.state import State
from dispatch.times.profiles import EACH, TimeTarget
from dispatch.times.report import TimesReport
from dispatch.times.spans import RESPONSE

FEW = 5  # fewer than so many are drawn pale: a P90 of three is one of them


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """Say what a chart is of."""

    report: TimesReport
    state: State
    scope: str
    interval: str
    group: str
    language: str

    def targets(self) -> tuple[TimeTarget, ...]:
        """Return the targets of what is shown that have a limit."""
        is_each = self.scope == RESPONSE
        return tuple(
            each
            for each in self.report.profile.targets
            if each.interval == self.interval and (each.of == EACH) == is_each and each.within_s is not None
        )


@dataclass(frozen=True, slots=True)
class Behind:
    """Name incidents behind a place of a chart."""

    title: str
    ids: tuple[int, ...]


class Chart(Painted):
    """Be a chart of some response times."""

    def __init__(self, shown: Shown) -> None:
        super().__init__(shown.language)
        self.shown = shown

    @property
    def title(self) -> str:
        shown = self.shown
        named = text(self.title_key, shown.language, group=label("times_group", shown.group, shown.language))
        return text(
            "times.chart_title", shown.language, title=named, interval=interval_name(shown.interval, shown.language)
        )
