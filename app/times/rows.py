"""Response times as rows of a table (CSV) and as one JSON object."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from typing import Any, TextIO

from app.times.words import all_treated, key_words, target_name
from dispatch.log_export import csv_cell
from dispatch.state import State
from dispatch.times.figure import Figure, TargetFigure
from dispatch.times.groups import ALL
from dispatch.times.percentiles import METHOD
from dispatch.times.report import TimesReport
from dispatch.times.spans import INCIDENT, INTERVALS, SCOPES, Why

WHYS = tuple(each for each in Why if each is not Why.MEASURED)
COLUMNS = (
    "counted", "group", "key", "name", "interval", "rows", "n", "mean_s", "p50_s", "p90_s",
    *(f"blank_{each.name.lower()}" for each in WHYS), "target", "within_s", "at_least", "target_mean_s", "within",
    "share", "met", "first", "last",
)  # fmt: skip


def figures_of(report: TimesReport, groups: Collection[str]) -> Iterator[Figure]:
    """Give every figure of all, then of each key of some groups."""
    for group in (ALL, *groups):
        for scope in SCOPES:
            for key in report.names(group):
                for interval in INTERVALS:
                    yield report.figure(scope, interval, group, key)


def targets_of(report: TimesReport, groups: Collection[str]) -> Iterator[TargetFigure]:
    """Give how every target is met by all, then by each key of some groups."""
    for group in (ALL, *groups):
        for key in report.names(group):
            yield from report.target_figures(group, key)


def write_csv(report: TimesReport, state: State, out: TextIO, groups: Collection[str], language: str) -> int:
    """Write a line a figure and a line a target, no cell of which a spreadsheet runs as a formula; return how many."""
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(COLUMNS)
    days = _days(report)
    count = 0
    for figure in figures_of(report, groups):
        seconds = (_number(each) for each in (figure.mean_s, figure.p50_s, figure.p90_s))
        blank = (figure.blank.get(each, 0) for each in WHYS)
        writer.writerow([
            figure.scope, figure.group, csv_cell(figure.key),
            csv_cell(key_words(state, figure.group, figure.key, language)), figure.interval, figure.rows, figure.n,
            *seconds, *blank, *[""] * 7, *days,
        ])  # fmt: skip
        count += 1
    for met in targets_of(report, groups):
        target = met.target
        writer.writerow([
            target.of, met.group, csv_cell(met.key), csv_cell(key_words(state, met.group, met.key, language)),
            target.interval, met.asked, met.n, _number(met.mean_s), "", "", *[""] * len(WHYS),
            csv_cell(target_name(target, language)), _number(target.within_s), _number(target.at_least),
            _number(target.mean_s), met.within, _number(met.share),
            "" if met.is_met is None else int(met.is_met), *days,
        ])  # fmt: skip
        count += 1
    return count


def as_json(report: TimesReport, groups: Collection[str], language: str) -> dict[str, Any]:
    """Return everything that was counted. Seconds are null where nothing is known."""
    first, last = _days(report)
    return {
        "from": first, "to": last, "time_zone": report.time_zone,
        "at": report.at.isoformat() if report.at is not None else None,
        "profile": report.profile.id, "source": report.profile.source, "percentiles": METHOD, "only": report.where,
        "figures": [_figure(each) for each in figures_of(report, groups)],
        "targets": [_target(each) for each in targets_of(report, groups)],
        "negative": [
            {"counted": each.scope, "interval": each.interval, "incident": each.incident, "unit": each.unit,
             "seconds": round(each.seconds, 6)}
            for each in report.negative
        ],
        "treated": {scope: list(all_treated(report, scope, language)) for scope in SCOPES},
    }  # fmt: skip


def behind(report: TimesReport, interval: str) -> dict[str, Any]:
    """Name the incidents where the first of an interval is known, the slowest first, and where it is blank, by why."""
    blank = {why.name.lower(): list(found) for why in WHYS if (found := report.incidents(INCIDENT, interval, why=why))}
    return {"interval": interval, "known": list(report.incidents(INCIDENT, interval)), "blank": blank}


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "counted": figure.scope, "group": figure.group, "key": figure.key, "interval": figure.interval,
        "rows": figure.rows, "n": figure.n, "mean_s": _rounded(figure.mean_s), "p50_s": _rounded(figure.p50_s),
        "p90_s": _rounded(figure.p90_s), "blank": {why.name.lower(): count for why, count in figure.blank.items()},
    }  # fmt: skip


def _target(met: TargetFigure) -> dict[str, Any]:
    target = met.target
    return {
        "target": target.id, "counted": target.of, "group": met.group, "key": met.key, "interval": target.interval,
        "within_s": target.within_s, "at_least": target.at_least, "target_mean_s": target.mean_s, "asked": met.asked,
        "n": met.n, "within": met.within, "share": _rounded(met.share), "mean_s": _rounded(met.mean_s),
        "met": met.is_met,
    }  # fmt: skip


def _days(report: TimesReport) -> tuple[str, str]:
    from zoneinfo import ZoneInfo

    if report.period is not None:
        return report.period.first_day.isoformat(), report.period.last_day.isoformat()
    span = report.span_of_days
    if span is None:
        return "", ""
    zone = ZoneInfo(report.time_zone)
    return span[0].astimezone(zone).date().isoformat(), span[1].astimezone(zone).date().isoformat()


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}" if value < 1 else f"{value:.3f}".rstrip("0").rstrip(".")
