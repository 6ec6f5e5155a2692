"""What `opsroom report times` prints for a person."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from unicodedata import east_asian_width

from app.cli.log_period import ReadLog
from app.times.rows import behind
from app.times.words import (
    all_treated,
    interval_name,
    key_words,
    limit_words,
    met_words,
    profile_name,
    share_words,
    target_name,
)
from app.wording import label, one_line, text
from app.wording.durations import clock_span, day_and_clock
from dispatch.state import State
from dispatch.times.report import TimesReport
from dispatch.times.spans import INTERVALS, SCOPES

MOST_NAMED = 40


def as_lines(args: argparse.Namespace, read: ReadLog, report: TimesReport) -> Iterator[str]:
    """Yield the report line by line: intervals, targets, groups, what is blank and why, what runs backwards."""
    language, state = args.language, read.state
    span = report.span_of_days
    if span is None:
        yield text("times.nothing", language)
        return
    first, last = (day_and_clock(each, report.time_zone) for each in span)
    kind = label("log_kind", state.kind.value, language) if state.kind is not None else "–"
    yield text("times.log_of", language, log=one_line(read.name), kind=kind, first=first, last=last,
               zone=report.time_zone)  # fmt: skip
    for scope in SCOPES:
        yield ""
        yield from _table(
            (text("times.intervals_title", language, scope=label("times_scope", scope, language)), *_heads(language)),
            [(interval_name(each, language), *_cells(report, scope, each)) for each in INTERVALS],
        )
    yield ""
    yield from _targets(report, language)
    for group in dict.fromkeys(args.by):
        for scope in SCOPES:
            yield ""
            yield from _by(report, state, scope, group, language)
    yield ""
    for scope in SCOPES:
        for line in all_treated(report, scope, language):
            yield f"{label('times_scope', scope, language)} · {line}"
    if not report.negative:
        yield text("times.negative_none", language)
    for each in report.negative[:MOST_NAMED]:
        unit = f" {one_line(each.unit, 40)}" if each.unit else ""
        yield f"{interval_name(each.interval, language)} {each.seconds:,.0f} s · {each.incident}{unit}"
    if args.incidents:
        yield from _incidents(report, args.incidents, language)


def _heads(language: str) -> tuple[str, ...]:
    keys = ("times.rows", "times.mean", "times.p50", "times.p90")
    return tuple(text(key, language) for key in keys)


def _cells(report: TimesReport, scope: str, interval: str, group: str = "all", key: str = "all") -> tuple[str, ...]:
    figure = report.figure(scope, interval, group, key)
    spans = (clock_span(each) for each in (figure.mean_s, figure.p50_s, figure.p90_s))
    return (f"{figure.n:,} / {figure.rows:,}", *spans)


def _targets(report: TimesReport, language: str) -> Iterator[str]:
    keys = ("times.limit", "times.share", "times.rows", "times.mean", "times.met")
    title = text("times.targets_title", language, profile=profile_name(report.profile, language))
    yield from _table(
        (title, *(text(key, language) for key in keys)),
        [
            (target_name(each.target, language), limit_words(each.target, language), share_words(each.share),
             f"{each.n:,} / {each.asked:,}", clock_span(each.mean_s), met_words(each, language))
            for each in report.target_figures()
        ],
    )  # fmt: skip


def _by(report: TimesReport, state: State, scope: str, group: str, language: str) -> Iterator[str]:
    title = text(
        "times.by_title", language, interval=interval_name("response", language),
        group=label("times_group", group, language), scope=label("times_scope", scope, language),
    )  # fmt: skip
    rows = [
        (key_words(state, group, key, language), *_cells(report, scope, "response", group, key))
        for key in report.names(group)
    ]
    yield from _table((title, *_heads(language)), rows)


def _incidents(report: TimesReport, interval: str, language: str) -> Iterator[str]:
    found = behind(report, interval)
    yield ""
    for title, ids in (
        ("", found["known"]),
        *((label("times_why", why, language), ids) for why, ids in found["blank"].items()),
    ):
        said = ", ".join(map(str, ids[:MOST_NAMED])) + (" …" if len(ids) > MOST_NAMED else "")
        yield f"{interval_name(interval, language)}{f' · {title}' if title else ''} ({len(ids):,}): {said}"


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Lay cells out in columns, the first to the left and the others to the right; Chinese signs are two wide."""
    widths = [max(map(_width, column)) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        cells = [row[0] + " " * (widths[0] - _width(row[0]))]
        cells += [" " * (wide - _width(cell)) + cell for cell, wide in zip(row[1:], widths[1:], strict=True)]
        yield "  ".join(cells).rstrip()


def _width(words: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in words)
