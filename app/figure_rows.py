"""Figures as rows of words and numbers: for the command line, for CSV, and for whatever else shows a table of them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

from app.wording import label, text
from dispatch.figures.compute import Figure, Figures
from dispatch.figures.indicators import Indicator
from dispatch.log_export import csv_cell
from dispatch.state import State

CSV_HEADINGS = (
    "figures.indicator",
    "figures.section",
    "figures.group",
    "figures.key",
    "figures.name",
    "figures.numerator",
    "figures.denominator",
    "figures.value",
    "figures.value_before",
    "figures.first",
    "figures.last",
    "figures.definition",
)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """Hold one figure with the words that stand beside it; `before` is the value in the period before."""

    indicator: Indicator
    figure: Figure
    name: str
    key_name: str
    definition: str
    before: float | None = None


def rows_of(figures: Figures, state: State, language: str, groups: Iterable[str] = ()) -> Iterator[FigureRow]:
    """Give the rows of some groups (all that were asked for where none is named), by indicator, then by key."""
    for group in tuple(groups) or figures.groups:
        for indicator in figures.indicators(group):
            for key in figures.keys(group):
                figure = figures.of(indicator.id, group, key)
                if figure.numerator or figure.denominator or group == "all":
                    old = figures.before.of(indicator.id, group, key).value if figures.before is not None else None
                    yield FigureRow(
                        indicator,
                        figure,
                        indicator_name(indicator, language),
                        key_name(state, group, key, language),
                        definition(indicator, language),
                        old,
                    )


def indicator_name(indicator: Indicator, language: str) -> str:
    """Name an indicator."""
    return indicator.name_zh if language == "zh" else indicator.name


def definition(indicator: Indicator, language: str) -> str:
    """Return the sentence that says what an indicator counts."""
    return indicator.definition_zh if language == "zh" else indicator.definition


def value_text(indicator: Indicator, value: float | None, language: str = "en") -> str:
    """Word a value: a share in hundredths to two places, a number as it is."""
    if value is None:
        return "–"
    return f"{100 * value:.2f} %" if indicator.is_share else f"{value:,.0f}"


def key_name(state: State, group: str, key: str, language: str) -> str:
    """Name what a figure is of: a department, an area, a class, a post; a code or a person by itself."""
    if group == "all":
        return label("figures_group", "all", language)
    if group == "post":
        return label("figures_post", key, language)
    if group == "source":
        return label("case_source", key, language)
    if group == "degree":
        return label("degree", key, language)
    names: dict[str, tuple[str, str]] = {}
    if group == "department":
        names = {each.id: (each.name, each.name_zh) for each in state.departments.values()}
    elif group == "area":
        names = {each.id: (each.name, each.name_zh) for each in state.areas.areas}
    elif group == "class":
        names = {each.id: (each.name, each.name_zh) for each in state.classes.values()}
    elif group == "large":
        names = {f"{each.group} {each.code}": (each.name, each.name_zh) for each in state.standards.large}
    english, chinese = names.get(key, (key, key))
    return (chinese or english) if language == "zh" else english


def write_csv(rows: Iterable[FigureRow], figures: Figures, out: TextIO, language: str) -> int:
    """Write a heading and a line a figure, no cell of which a spreadsheet runs as a formula; return how many."""
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow([csv_cell(text(key, language)) for key in CSV_HEADINGS])
    period, count = figures.period, 0
    for row in rows:
        figure = row.figure
        words = (row.name, label("figures_section", row.indicator.section, language),
                 label("figures_group", figure.group, language), figure.key, row.key_name)  # fmt: skip
        numbers = (figure.numerator, figure.denominator, figure.value, row.before)
        writer.writerow([
            *map(csv_cell, words),
            *("" if number is None else f"{number:.6g}" if isinstance(number, float) else number for number in numbers),
            period.first_day.isoformat(), period.last_day.isoformat(), csv_cell(row.definition),
        ])  # fmt: skip
        count += 1
    return count
