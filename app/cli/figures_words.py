"""What `opsroom figures` prints, in words."""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Iterator

from app.figure_rows import FigureRow, key_name, rows_of, value_text
from app.wording import label, one_line, text
from app.wording.durations import day_and_clock
from dispatch.figures.compute import Figures
from dispatch.figures.facts import CaseFacts
from dispatch.figures.marks import rank
from dispatch.figures.places import SAME_COMPONENT, hot_spots, repeated_places
from dispatch.state import State

MOST_PLACES, MOST_NAMED = 20, 12


def as_lines(args: argparse.Namespace, figures: Figures, facts: CaseFacts, state: State) -> Iterator[str]:
    """Give the figures of a log line by line: all cases by sections, then each group, the score sheet, the places."""
    language, period = args.language, figures.period
    first, last = period.first_day.isoformat(), period.last_day.isoformat()
    profile = figures.profile.name_zh if language == "zh" else figures.profile.name
    known = text("figures.as_of", language, at=day_and_clock(figures.at, state.time_zone))
    yield text("figures.title", language, first=first, last=last) + f", {known}"
    yield text("figures.profile", language, profile=one_line(profile))
    for group in figures.groups:
        section = ""
        yield ""
        yield label("figures_group", group, language).upper()
        for row in rows_of(figures, state, language, [group]):
            heading = row.indicator.section if group == "all" else row.indicator.id
            if heading != section:
                section = heading
                yield label("figures_section", section, language) if group == "all" else one_line(row.name)
            yield _line(row, row.name if group == "all" else row.key_name, language, with_before=args.compare)
            if args.cases == row.indicator.id:
                yield from _cases(figures, row, language)
    if "department" in figures.groups:
        yield from _ranking(figures, state, language)
    if args.places:
        yield from _places(facts, figures, state, language)


def _line(row: FigureRow, name: str, language: str, *, with_before: bool) -> str:
    figure, parts = row.figure, [f"  {_padded(one_line(name, 44), 46)}"]
    parts.append(value_text(row.indicator, figure.value).rjust(10))
    if figure.denominator is not None:
        parts.append(text("figures.of", language, count=f"{figure.numerator:,}", whole=f"{figure.denominator:,}"))
    if with_before:
        parts.append(text("figures.before", language, value=value_text(row.indicator, row.before)))
    return "  ".join(parts).rstrip()


def _cases(figures: Figures, row: FigureRow, language: str) -> Iterator[str]:
    counted = figures.cases(row.figure)
    rest = sorted(set(figures.cases(row.figure, "denominator")) - set(counted)) if row.indicator.is_share else []
    for key, numbers in (("figures.cases_counted", counted), ("figures.cases_rest", rest)):
        if numbers or key == "figures.cases_counted":
            yield f"      {text(key, language, count=len(numbers))}: {', '.join(map(str, numbers)) or '–'}"


def _ranking(figures: Figures, state: State, language: str) -> Iterator[str]:
    yield ""
    yield text("figures.ranking", language).upper()
    for each in rank(figures):
        place = f"{each.place}." if each.place is not None else "–"
        told = text("figures.unmarked", language)
        if each.mark is not None:
            told = text("figures.mark", language, mark=f"{each.mark:.2f}")
        name = one_line(key_name(state, "department", each.key, language), 40)
        yield f"  {place:>4} {_padded(name, 41)}  {told}"


def _places(facts: CaseFacts, figures: Figures, state: State, language: str) -> Iterator[str]:
    yield ""
    yield text("figures.hot_spots", language).upper()
    spots = hot_spots(facts, figures.period)
    for spot in spots[:MOST_PLACES]:
        where = {"lon": f"{spot.lon:.5f}", "lat": f"{spot.lat:.5f}", "z": f"{spot.z:.1f}", "side_m": spot.side_m}
        yield "  " + text("figures.hot_spot", language, count=len(spot.case_ids), **where)
    if not spots:
        yield "  " + text("figures.none", language)
    yield ""
    yield text("figures.repeated", language).upper()
    repeated = repeated_places(facts, figures.period)
    for each in repeated[:MOST_PLACES]:
        key = "figures.repeated_component" if each.kind == SAME_COMPONENT else "figures.repeated_near"
        yield "  " + text(
            key, language, count=len(each.case_ids), component=each.component,
            name=key_name(state, "class", each.standard_id, language), lon=f"{each.lon:.5f}", lat=f"{each.lat:.5f}",
            cases=_some(each.case_ids),
        )  # fmt: skip
    if not repeated:
        yield "  " + text("figures.none", language)


def _some(numbers: tuple[int, ...]) -> str:
    more = f", … (+{len(numbers) - MOST_NAMED})" if len(numbers) > MOST_NAMED else ""
    return ", ".join(map(str, numbers[:MOST_NAMED])) + more


def _padded(words: str, width: int) -> str:
    """Fill up with blanks; Chinese letters are two wide."""
    return words + " " * max(0, width - sum(1 + (unicodedata.east_asian_width(each) in "WF") for each in words))
