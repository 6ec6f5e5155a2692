"""What the tables of the page show, as cells that carry which incidents stand behind them."""

from __future__ import annotations

from dataclasses import dataclass

from app.parts.cells import Cell
from app.times.count import Counted
from app.times.words import (
    interval_name,
    key_words,
    limit_words,
    met_words,
    share_words,
    target_name,
    treated,
)
from app.wording import label, text
from app.wording.durations import clock_span
from dispatch.times.figure import Figure, TargetFigure
from dispatch.times.groups import ALL
from dispatch.times.profiles import EACH
from dispatch.times.spans import INTERVALS, RESPONSE

Rows = list[tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class OfFigure:
    """Ask for the incidents behind an interval of a key."""

    interval: str
    group: str = ALL
    key: str = ALL


@dataclass(frozen=True, slots=True)
class OfTarget:
    """Ask for the incidents where a target's limit was not kept."""

    target_id: str
    group: str = ALL
    key: str = ALL


def interval_rows(counted: Counted) -> tuple[tuple[str, ...], Rows]:
    """Return every interval of all."""
    language, report, scope = counted.language, counted.report, counted.asked.scope
    heads = ("times.interval", "times.rows", "times.mean", "times.p50", "times.p90")
    rows: Rows = []
    for interval in INTERVALS:
        figure = report.figure(scope, interval)
        asked = OfFigure(interval)
        name = Cell(interval_name(interval, language), tip=treated(figure, language), carried=asked)
        rows.append((name, *_figures(figure, asked, language)))
    return tuple(text(key, language) for key in heads), rows


def target_rows(counted: Counted) -> tuple[tuple[str, ...], Rows]:
    """Return every target of the profile."""
    language = counted.language
    heads = ("times.target", "times.limit", "times.share", "times.rows", "times.mean", "times.met")
    rows: Rows = []
    for met in counted.report.target_figures():
        asked = OfTarget(met.target.id)
        name = target_name(met.target, language)
        interval = interval_name(met.target.interval, language)
        tone = {True: "good", False: "warning", None: "muted"}[met.is_met]
        rows.append((
            Cell(name, tip=f"{name}\n{interval}", carried=asked),
            Cell(limit_words(met.target, language), carried=asked),
            Cell(share_words(met.share), met.share, tone=tone, carried=asked),
            Cell(f"{met.n:,} / {met.asked:,}", met.n, carried=asked),
            Cell(clock_span(met.mean_s), met.mean_s, carried=asked),
            Cell(met_words(met, language), tone=tone, carried=asked),
        ))  # fmt: skip
    return tuple(text(key, language) for key in heads), rows


def group_rows(counted: Counted) -> tuple[tuple[str, ...], Rows]:
    """Return the chosen interval by the keys of the chosen group, with the targets of that interval."""
    language, report, asked = counted.language, counted.report, counted.asked
    group, interval = asked.group, asked.interval
    targets = [each for each in report.profile.targets if each.interval == interval and each.within_s is not None]
    targets = [each for each in targets if (each.of == EACH) == (asked.scope == RESPONSE)]
    heads = [label("times_group", group, language)]
    heads += [text(key, language) for key in ("times.rows", "times.mean", "times.p50", "times.p90")]
    heads += [f"≤ {clock_span(each.within_s)}" for each in targets]
    rows: Rows = []
    for key in report.names(group):
        figure = report.figure(asked.scope, interval, group, key)
        behind = OfFigure(interval, group, key)
        name = key_words(counted.state, group, key, language)
        met = {each.target.id: each for each in report.target_figures(group, key)} if targets else {}
        shares = (_share(met[each.id], group, key, language) for each in targets)
        tip = f"{name}\n{treated(figure, language)}"
        rows.append((Cell(name, tip=tip, carried=behind), *_figures(figure, behind, language), *shares))
    return tuple(heads), rows


def _figures(figure: Figure, asked: OfFigure, language: str) -> tuple[Cell, ...]:
    tip = treated(figure, language)
    seconds = (figure.mean_s, figure.p50_s, figure.p90_s)
    return (
        Cell(f"{figure.n:,} / {figure.rows:,}", figure.n, tip, carried=asked),
        *(Cell(clock_span(each), each, carried=asked) for each in seconds),
    )


def _share(met: TargetFigure, group: str, key: str, language: str) -> Cell:
    tone = {True: "good", False: "warning", None: "muted"}[met.is_met]
    tip = f"{target_name(met.target, language)}\n{limit_words(met.target, language)}\n{met.n:,} / {met.asked:,}"
    return Cell(share_words(met.share), met.share, tip, tone, OfTarget(met.target.id, group, key))
