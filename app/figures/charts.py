"""The charts of the page, in the colours of the look: days, departments, how long cases took, hours of the week."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor

from app import theme
from app.figures.chart import Chart
from app.figures.count import Counted
from app.figures.graph import pg
from app.figures.words import key_words, short_value, span_names
from app.wording import label, text
from dispatch.figures.compute import Figure

IN_TIME = "handle_in_time_rate"
FEWEST_BARS, MOST_BARS, NAME_SIGNS = 4, 14, 18


class DayChart(Chart):
    """Draw by day what was found, handled, and missed its limit."""

    LINES = (
        ("figures_page.found", "found", "accent", Qt.PenStyle.SolidLine),
        ("figures_page.handled", "handled", "good", Qt.PenStyle.DashLine),
        ("figures_page.late", "late", "alarm", Qt.PenStyle.SolidLine),
    )

    def draw(self, counted: Counted, worn: theme.Look) -> None:
        item = self.getPlotItem()
        if item.legend is None:
            item.addLegend(offset=(-6, 2), colCount=len(self.LINES), labelTextSize="9pt")
        item.legend.setLabelTextColor(worn.muted)
        series = counted.series
        days = np.arange(len(series.days))
        is_single = len(days) == 1
        for key, name, colour, style in self.LINES:
            values = getattr(series, name)
            pen = pg.mkPen(getattr(worn, colour), width=2, style=style)
            more: dict[str, Any] = {"symbol": "o", "symbolBrush": getattr(worn, colour)} if is_single else {}
            item.plot(days, values, pen=pen, name=text(key, self.language), **more)
        every = max(1, -(-len(days) // 11))
        ticks = [(float(n), _day_words(series.days, n)) for n in range(0, len(days), every)]
        self.getAxis("bottom").setTicks([ticks])
        top = max(1, *(int(getattr(series, name).max(initial=0)) for _, name, _, _ in self.LINES))
        item.setXRange(-0.5, len(days) - 0.5, padding=0)
        item.setYRange(0, top * 1.22, padding=0)

    def words_at(self, x: float, y: float) -> str:
        assert self.counted is not None
        series, day = self.counted.series, round(x)
        if not 0 <= day < len(series.days):
            return ""
        parts = [f"{text(key, self.language)} {int(getattr(series, name)[day]):,}" for key, name, _, _ in self.LINES]
        return f"{series.days[day]:%Y-%m-%d}\n" + "\n".join(parts)

    def cases_at(self, x: float, y: float) -> tuple[str, tuple[int, ...]]:
        """Return the cases of the line that runs nearest."""
        assert self.counted is not None
        series, day = self.counted.series, round(x)
        if not 0 <= day < len(series.days):
            return "", ()
        key, name, _, _ = min(self.LINES, key=lambda line: abs(int(getattr(series, line[1])[day]) - y))
        title = text(
            "figures_page.of_key",
            self.language,
            indicator=f"{series.days[day]:%Y-%m-%d}",
            name=text(key, self.language),
        )
        return title, series.cases(name, day)


class DepartmentChart(Chart):
    """Draw the share handled in time of each department, the best on top, with the line of the full mark."""

    def __init__(self, language: str, title: str) -> None:
        super().__init__(language, title)
        self._figures: list[Figure] = []

    def draw(self, counted: Counted, worn: theme.Look) -> None:
        figures, item = counted.figures, self.getPlotItem()
        self._figures = []
        if not figures.has(IN_TIME, "department"):
            return
        known = [figures.of(IN_TIME, "department", key) for key in counted.keys("department")]
        known = [figure for figure in known if figure.denominator]
        known.sort(key=lambda figure: (figure.value or 0.0, figure.key))
        self._figures = known[-MOST_BARS:]
        full = next((100 * mark.full for mark in figures.profile.marks if mark.indicator == IN_TIME), None)
        values = [100 * (figure.value or 0.0) for figure in self._figures]
        brushes = [worn.accent if full is None or value >= full else worn.warning for value in values]
        places = np.arange(len(values))
        item.addItem(
            pg.BarGraphItem(x0=0, y=places, height=0.62, width=values, brushes=brushes, pens=[None] * len(values))
        )
        names = [key_words(counted.state, "department", each.key, self.language) for each in self._figures]
        self.getAxis("left").setTicks([[(float(n), _cut(name)) for n, name in enumerate(names)]])
        self.getAxis("bottom").setTicks([[(float(n), str(n)) for n in range(0, 101, 20)]])
        for place, value in enumerate(values):
            words = pg.TextItem(f"{value:.1f}", color=worn.text, anchor=(0, 0.5))
            words.setFont(theme.text_font(max(9, self.font().pixelSize() - 2)))
            words.setPos(value + 0.6, place)
            item.addItem(words)
        if full is not None:
            line = pg.InfiniteLine(full, pen=pg.mkPen(worn.text, width=1, style=Qt.PenStyle.DashLine))
            item.addItem(line)
            said = text("figures_page.full_mark", self.language, value=f"{full:.0f} %")
            words = pg.TextItem(said, color=worn.muted, anchor=(1, 1))
            words.setFont(theme.text_font(max(9, self.font().pixelSize() - 2)))
            words.setPos(full, len(values) - 0.42)
            item.addItem(words)
        item.setXRange(0, 120, padding=0)
        item.setYRange(-0.6 - max(0, FEWEST_BARS - len(values)), len(values) + 0.35, padding=0)

    def words_at(self, x: float, y: float) -> str:
        figure = self.figure_at(x, y)
        if figure is None or self.counted is None:
            return ""
        indicator = self.counted.figures.profile.of(IN_TIME)
        return text(
            "figures_page.bar_tip",
            self.language,
            name=key_words(self.counted.state, "department", figure.key, self.language),
            value=short_value(indicator, figure.value),
            count=f"{figure.numerator:,}",
            whole=f"{figure.denominator:,}",
        )

    def figure_at(self, x: float, y: float) -> Figure | None:
        place = round(y)
        return self._figures[place] if 0 <= place < len(self._figures) and x >= 0 else None


class SpanChart(Chart):
    """Draw how many cases took how long to be handled."""

    def draw(self, counted: Counted, worn: theme.Look) -> None:
        item, spans = self.getPlotItem(), counted.series.spans
        places = np.arange(len(spans))
        item.addItem(pg.BarGraphItem(x=places, height=spans, width=0.72, brush=worn.accent, pen=None))
        names = span_names(self.language)
        self.getAxis("bottom").setTicks([[(float(n), name) for n, name in enumerate(names)]])
        item.setXRange(-0.6, len(spans) - 0.4, padding=0)
        item.setYRange(0, max(1, int(spans.max())) * 1.1, padding=0)

    def words_at(self, x: float, y: float) -> str:
        assert self.counted is not None
        spans, place = self.counted.series.spans, round(x)
        if not 0 <= place < len(spans):
            return ""
        name = span_names(self.language)[place]
        return text("figures_page.span_tip", self.language, name=name, count=f"{int(spans[place]):,}")

    def cases_at(self, x: float, y: float) -> tuple[str, tuple[int, ...]]:
        assert self.counted is not None
        return f"{self.title}: {self.words_at(x, y)}", self.counted.series.cases("spans", round(x))


class HourChart(Chart):
    """Draw how many reports come at each hour of the week, Monday on top."""

    def draw(self, counted: Counted, worn: theme.Look) -> None:
        item, hours = self.getPlotItem(), counted.series.hours
        low, high = QColor(worn.field), QColor(worn.accent)
        steps = [
            [_between(a, b, n / 63) for a, b in zip(low.getRgb()[:3], high.getRgb()[:3], strict=True)]
            for n in range(64)
        ]
        picture = pg.ImageItem(hours[::-1].T.astype(float), levels=(0, max(1, int(hours.max()))))
        picture.setLookupTable(np.array(steps, np.uint8))
        picture.setRect(QRectF(0, 0, 24, 7))
        item.addItem(picture)
        days = [(6.5 - day, label("weekday", day + 1, self.language)) for day in range(7)]
        self.getAxis("left").setTicks([days])
        self.getAxis("bottom").setTicks([[(float(hour), str(hour)) for hour in range(0, 25, 3)]])
        item.setXRange(0, 24, padding=0)
        item.setYRange(0, 7, padding=0)

    def words_at(self, x: float, y: float) -> str:
        assert self.counted is not None
        hour, day = int(x // 1), 6 - int(y // 1)
        if not (0 <= hour < 24 and 0 <= day < 7):
            return ""
        return text(
            "figures_page.hours_tip",
            self.language,
            day=label("weekday", day + 1, self.language),
            hour=hour,
            count=f"{int(self.counted.series.hours[day, hour]):,}",
        )

    def cases_at(self, x: float, y: float) -> tuple[str, tuple[int, ...]]:
        assert self.counted is not None
        words = self.words_at(x, y)
        place = (6 - int(y // 1)) * 24 + int(x // 1)
        return words, self.counted.series.cases("hours", place) if words else ()


KINDS: tuple[tuple[type[Chart], str], ...] = (
    (DayChart, "figures_page.by_day"),
    (DepartmentChart, "figures_page.in_time"),
    (SpanChart, "figures_page.spans"),
    (HourChart, "figures_page.hours"),
)


def make_chart(place: int, language: str) -> Chart:
    """Make the chart that stands at a place of the page."""
    kind, title = KINDS[place]
    return kind(language, text(title, language))


def _day_words(days: tuple[date, ...], number: int) -> str:
    """Write a day of a month, with its month where there are several."""
    return str(days[number].day) if days[0].month == days[-1].month else f"{days[number]:%m-%d}"


def _cut(words: str) -> str:
    return words if len(words) <= NAME_SIGNS else f"{words[: NAME_SIGNS - 1]}…"


def _between(low: int, high: int, share: float) -> int:
    return round(low + (high - low) * share)
