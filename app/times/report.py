"""What the report on response times says, as plain titles, paragraphs, tables and charts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from PySide6.QtGui import QImage

from app.charts.picture import picture_of
from app.paper.origin import Origin
from app.paper.report import Part, Report
from app.paper.writing import write_parts
from app.times.charts import KINDS, Shown
from app.times.words import (
    all_treated,
    interval_name,
    key_words,
    limit_words,
    met_words,
    not_live_words,
    profile_name,
    share_words,
    target_name,
)
from app.wording import label, listed, one_line, text
from app.wording.durations import clock_span, day_and_clock
from dispatch.events import LogKind
from dispatch.state import State
from dispatch.times.groups import ALL
from dispatch.times.report import TimesReport
from dispatch.times.spans import INCIDENT, INTERVALS, RESPONSE, SCOPES

CHART = (480.0, 246.0)  # five rows of them fill a page
MOST_SLOW, MOST_NEGATIVE, MOST_KEYS = 25, 60, 60
SHORT = ("call_processing", "turnout", "travel", "response")
# Of which interval the curve and the bars are shown, and counted how.
CURVES = ((INCIDENT, "call_processing"), (RESPONSE, "turnout"), (INCIDENT, "travel"))


def write_times(
    report: TimesReport, state: State, origin: Origin, file: Path, language: str, *, groups: Collection[str]
) -> str:
    """Write a report (.pdf, .html), split by groups that were counted; return what to say of it. Raises OSError."""
    chosen = "station" if "station" in groups else next(iter(groups), ALL)

    def draw(name: str) -> QImage:
        scope, interval, kind = name.split(" ")
        return picture_of(KINDS[int(kind)](Shown(report, state, scope, interval, chosen, language)), CHART)

    file.parent.mkdir(parents=True, exist_ok=True)
    return write_parts(parts_of(report, state, origin, language, groups=groups), draw, file, language)


def parts_of(report: TimesReport, state: State, origin: Origin, language: str, *, groups: Collection[str]) -> Report:
    """Make the report of what was counted."""
    zone = report.time_zone
    span = report.span_of_days
    days = (day_and_clock(each, zone)[:10] for each in span) if span is not None else ("–", "–")
    if report.period is not None:
        days = iter((report.period.first_day.isoformat(), report.period.last_day.isoformat()))
    first, last = days
    kind = state.kind
    words = label("log_kind", kind.value, language) if kind is not None else "–"
    facts = (
        (text("report.known", language), day_and_clock(report.at, zone)),
        (text("times.profile", language), profile_name(report.profile, language)),
        (text("report.log", language), one_line(origin.log_name, 120) or "–"),
        (text("report.kind", language), words),
        (text("report.entries", language), f"{state.sequence:,}"),
        (text("report.head", language), one_line(origin.head, 120) or "–"),
        (text("report.made", language), day_and_clock(origin.made_at, zone)),
        (text("report.made_by", language), one_line(origin.made_by, 80) or "–"),
    )
    if report.where:
        only = listed((key_words(state, group, key, language) for group, key in report.where.items()), language)
        facts = ((text("times.filter", language), only), *facts)
    subtitle = text("report.of", language, city=one_line(origin.city, 60), first=first, last=last)
    parts = tuple(_parts(report, state, language, groups))
    return Report(text("times.report_title", language), subtitle, facts, not_live_words(state, language), parts)


def _parts(report: TimesReport, state: State, language: str, groups: Collection[str]) -> Iterator[Part]:
    for scope in SCOPES:
        yield _intervals(report, scope, language)
    yield _targets(report, language)
    shown = tuple(f"{INCIDENT} response {kind}" for kind in range(len(KINDS)))
    curves = tuple(f"{scope} {interval} {kind}" for scope, interval in CURVES for kind in (0, 1))
    yield Part(text("report.charts", language), charts=(*shown, *curves), begins_page=True)
    treated = tuple(
        f"{label('times_scope', scope, language)} · {line}"
        for scope in SCOPES
        for line in all_treated(report, scope, language)
    )
    yield Part(text("times.blank_title", language), treated, begins_page=True)
    for group in groups:
        for scope in SCOPES:
            yield _by_group(report, state, scope, group, language)
    yield _slow(report, state, language)
    yield _negative(report, language)
    said = ["times.method_text", "times.scopes_text"]
    if state.kind is LogKind.HISTORY:
        said.append("times.history_text")
    yield Part(text("times.method", language), tuple(text(each, language) for each in said))


def _intervals(report: TimesReport, scope: str, language: str) -> Part:
    rows = []
    for interval in INTERVALS:
        figure = report.figure(scope, interval)
        rows.append((
            interval_name(interval, language), f"{figure.n:,} / {figure.rows:,}", clock_span(figure.mean_s),
            clock_span(figure.p50_s), clock_span(figure.p90_s),
        ))  # fmt: skip
    keys = ("times.interval", "times.rows", "times.mean", "times.p50", "times.p90")
    title = text("times.intervals_title", language, scope=label("times_scope", scope, language))
    headings = tuple(text(key, language) for key in keys)
    return Part(title, (), headings, tuple(rows), frozenset({1, 2, 3, 4}), 0, 36)


def _targets(report: TimesReport, language: str) -> Part:
    rows = []
    for figure in report.target_figures():
        target = figure.target
        rows.append((
            target_name(target, language), interval_name(target.interval, language), limit_words(target, language),
            share_words(figure.share), f"{figure.n:,} / {figure.asked:,}", clock_span(figure.mean_s),
            met_words(figure, language),
        ))  # fmt: skip
    keys = ("times.target", "times.interval", "times.limit", "times.share", "times.rows", "times.mean", "times.met")
    title = text("times.targets_title", language, profile=profile_name(report.profile, language))
    headings = tuple(text(key, language) for key in keys)
    return Part(title, (), headings, tuple(rows), frozenset({3, 4, 5, 6}), 0, 26)


def _by_group(report: TimesReport, state: State, scope: str, group: str, language: str) -> Part:
    names = report.names(group)
    headings = [label("times_group", group, language)]
    for interval in SHORT:
        n = text("times.n", language)
        headings += [f"{label('times_short', interval, language)} {n}", "P50", "P90"]
    rows = []
    for key in names[:MOST_KEYS]:
        row = [key_words(state, group, key, language)]
        for interval in SHORT:
            figure = report.figure(scope, interval, group, key)
            row += [f"{figure.n:,}", clock_span(figure.p50_s), clock_span(figure.p90_s)]
        rows.append(tuple(row))
    title = text(
        "times.by_title", language, interval=text("times.report_title", language),
        group=label("times_group", group, language), scope=label("times_scope", scope, language),
    )  # fmt: skip
    more = len(names) - MOST_KEYS
    after = (text("times.negative_more", language, count=f"{more:,}"),) if more > 0 else ()
    return Part(title, (), tuple(headings), tuple(rows), frozenset(range(1, 13)), 0, 29, after=after)


def _slow(report: TimesReport, state: State, language: str) -> Part:
    rows = []
    for number in report.incidents(INCIDENT, "response")[:MOST_SLOW]:
        incident = state.incidents.get(number)
        if incident is None:
            continue
        seconds = report.seconds_of(number)
        rows.append((
            str(number), day_and_clock(report.received_at(number), report.time_zone),
            key_words(state, "kind", incident.kind, language), one_line(incident.location.text, 60),
            *(clock_span(seconds[interval]) for interval in SHORT),
        ))  # fmt: skip
    keys = ("times.incident", "times.received", "times.kind", "times.place")
    headings = (*(text(key, language) for key in keys), *(label("times_short", each, language) for each in SHORT))
    none = () if rows else (text("report.none", language),)
    title = text("times.slow_title", language)
    return Part(title, none, headings if rows else (), tuple(rows), frozenset({0, 4, 5, 6, 7}), 1, 18)


def _negative(report: TimesReport, language: str) -> Part:
    found = report.negative
    rows = tuple(
        (str(each.incident), each.unit and one_line(each.unit, 40), interval_name(each.interval, language),
         label("times_scope", each.scope, language), f"{each.seconds:,.0f}")
        for each in found[:MOST_NEGATIVE]
    )  # fmt: skip
    keys = ("times.incident", "times.unit", "times.interval", "times.scope", "times.seconds")
    headings = tuple(text(key, language) for key in keys)
    none = () if rows else (text("times.negative_none", language),)
    more = len(found) - MOST_NEGATIVE
    after = (text("times.negative_more", language, count=f"{more:,}"),) if more > 0 else ()
    title = text("times.negative_title", language)
    return Part(title, none, headings if rows else (), rows, frozenset({0, 4}), 2, 30, after=after)
