"""The report of a simulation: figures of what was compared, recorded beside simulated by station and hour, charts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from app.charts.picture import picture_of
from app.paper.report import Part, Report
from app.paper.writing import write_parts
from app.simulated.charts import CHARTS, by_number
from app.simulated.content import Content, figure_name, shown_figures, spread_words, value_words
from app.wording import one_line, text
from app.wording.durations import clock_span
from dispatch.sim.against import LEAST, Against, Pair

SIZES = {"curve": (480.0, 250.0), "stations": (980.0, 300.0), "hours": (480.0, 250.0), "effects": (980.0, 330.0)}
FORMS = (".html", ".pdf")


def write_report(content: Content, file: Path) -> str:
    """Write the report (.html, .pdf), whole or not at all; return what to say of it. Raises OSError.

    Needs a QGuiApplication.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    return write_parts(
        report_of(content), lambda name: picture_of(CHARTS[name](content), SIZES[name]), file, content.language
    )


def report_of(content: Content) -> Report:
    """Make the report, without its pictures. The same runs make the same one: it does not say when it was made."""
    language, ready = content.language, content.ready
    study = ready.study
    facts = (
        (text("simulated.scenario", language), one_line(study.name, 120)),
        (text("simulated.policies", language), "; ".join(one_line(name, 80) for _, name in content.names)),
        (text("simulated.fits", language), _fits_words(content)),
        (text("simulated.runs", language), f"{study.replications:,}"),
        (text("simulated.seed", language), str(study.seed)),
    )
    subtitle = text(
        "simulated.of", language, city=one_line(ready.world.name, 60), first=study.start_at.date().isoformat(),
        days=f"{study.days:g}",
    )  # fmt: skip
    title, warning = text("simulated.title", language), text("simulated.warning", language)
    return Report(title, subtitle, facts, warning, tuple(_parts(content)))


def _fits_words(content: Content) -> str:
    language = content.language
    if content.ready.study.times.fit == "none":
        return text("simulated.fits_none", language)
    if content.against is not None and content.against.folds:
        return text("simulated.fits_held_out", language, folds=content.against.folds)
    return text("simulated.fits_same", language)


def _parts(content: Content) -> Iterator[Part]:
    language, against = content.language, content.against
    if against is not None:
        yield _recorded(against, language)
        yield Part(text("simulated.charts", language), charts=("curve", "hours"))
        yield Part("", charts=("stations",))
    yield _figures(content)
    if len(content.names) > 1 and content.ready.study.replications > 1:
        yield Part(text("simulated.effect_title", language), charts=("effects",))
    if against is not None:
        by_station = {key: (against.by_station[key], against.station_p90[key]) for key in against.by_station}
        order = sorted(by_station, key=by_number)
        names = {each.id: each.name for each in content.ready.world.roster.stations}
        rows = [(one_line(names.get(key, key), 40), *by_station[key]) for key in order]
        yield _groups("simulated.by_station", "simulated.station", rows, language)
        hours = [(f"{key:02d}", against.by_hour[key], against.hour_p90[key]) for key in sorted(against.by_hour)]
        yield _groups("simulated.by_hour", "simulated.hour", hours, language)
    said = [text("simulated.method_text", language)]
    if against is not None:
        said.append(text("simulated.method_recorded", language))
    yield Part(text("simulated.method", language), tuple(said))


def _figures(content: Content) -> Part:
    language, compared = content.language, content.compared
    (first, _), others = content.names[0], content.names[1:]
    headings = [text("simulated.figure", language), *(one_line(key, 30) for key, _ in content.names)]
    headings += [
        text("simulated.difference", language, name=one_line(key, 30), first=one_line(first, 30)) for key, _ in others
    ]
    rows = []
    for name in shown_figures(list(compared.figures[first])):
        cells = [spread_words(name, compared.figures[key][name]) for key, _ in content.names]
        cells += [spread_words(name, compared.differences[key][name], signed=True) for key, _ in others]
        rows.append((figure_name(name, language), *cells))
    runs = content.ready.study.replications
    paired: tuple[str, ...] = ()
    if others:
        paired = (text("simulated.paired", language, n=runs) if runs > 1 else text("simulated.paired_once", language),)
    columns = frozenset(range(1, len(headings)))
    return Part(text("simulated.figures", language), paired, tuple(headings), tuple(rows), columns, 0, 28)


def _recorded(against: Against, language: str) -> Part:
    rows = tuple(
        (
            figure_name(name, language), f"{pair.recorded_n:,}", value_words(name, pair.recorded),
            "–" if math.isnan(pair.low) else f"{pair.low:,.0f}–{pair.high:,.0f} s",
            value_words(name, pair.simulated), value_words(name, pair.error, signed=True), _within(pair, language),
        )
        for name, pair in against.figures.items()
    )  # fmt: skip
    keys = ("figure", "n", "recorded", "between", "simulated", "error", "is_within")
    distance = text(
        "simulated.distance", language, distance=f"{against.distance * 100:.1f} %",
        recorded=f"{against.unreached[0]:,}", simulated=f"{against.unreached[1]:,.1f}",
    )  # fmt: skip
    stations = (against.by_station, against.station_p90, against.station_error_s)
    hours = (against.by_hour, against.hour_p90, against.hour_error_s)
    inside = ("simulated.inside_stations", *stations), ("simulated.inside_hours", *hours)
    after = (distance, *(_inside(*each, language) for each in inside))
    headings = tuple(text(f"simulated.{key}", language) for key in keys)
    title = text("simulated.recorded_title", language)
    return Part(title, (), headings, rows, frozenset({1, 2, 3, 4, 5}), 0, 24, after=after)


def _inside(
    key: str, medians: Mapping[str, Pair] | Mapping[int, Pair], p90: Mapping[str, Pair] | Mapping[int, Pair],
    error_s: float, language: str,
) -> str:  # fmt: skip
    counts = [sum(pair.is_within for pair in pairs.values()) for pairs in (medians, p90)]
    error = "–" if math.isnan(error_s) else f"{error_s:.0f}"
    return text(key, language, within=counts[0], of=len(medians), p90=counts[1], error=error)


def _groups(title: str, head: str, rows: Sequence[tuple[str, Pair, Pair]], language: str) -> Part:
    p50, p90 = text("simulated.p50", language), text("simulated.p90", language)
    recorded, simulated = text("simulated.recorded", language), text("simulated.simulated", language)
    headings = (
        text(head, language), text("simulated.n", language), f"{p50} {recorded}", text("simulated.between", language),
        f"{p50} {simulated}", text("simulated.error", language), text("simulated.is_within", language),
        f"{p90} {recorded}", f"{p90} {simulated}",
    )  # fmt: skip
    told = tuple(
        (
            name, f"{one.recorded_n:,}", clock_span(one.recorded), _between(one), clock_span(one.simulated),
            f"{one.error:+.0f} s", _within(one, language), clock_span(late.recorded), clock_span(late.simulated),
        )
        for name, one, late in rows
    )  # fmt: skip
    after = (text("simulated.left_out", language, least=LEAST),)
    right = frozenset({1, 2, 3, 4, 5, 7, 8})
    return Part(text(title, language), (), headings, told, right, 0, 26, begins_page=True, after=after)


def _between(pair: Pair) -> str:
    if math.isnan(pair.low):
        return "–"
    return f"{clock_span(pair.low)}–{clock_span(pair.high)}"


def _within(pair: Pair, language: str) -> str:
    if math.isnan(pair.low):
        return "–"
    return text("simulated.within" if pair.is_within else "simulated.outside", language)
