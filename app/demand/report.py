"""What the report on demand says, as plain titles, paragraphs, tables and charts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from app.charts.picture import picture_of
from app.demand.ahead_chart import AheadChart
from app.demand.charts import KINDS, chart_of
from app.demand.report_map import map_picture
from app.demand.told import AheadTold, Content, PlacesTold, Way
from app.demand.words import share_words, way_name
from app.paper.report import Part, Report
from app.paper.writing import write_parts
from app.wording import label, text

if TYPE_CHECKING:
    from gis.city import City

CHART, WIDE_CHART = (480.0, 226.0), (980.0, 300.0)
AHEAD, PLACES = "ahead", "map"
TABLES = ("kind", "department", "area", "priority", "cell")
MOST_ROWS, MOST_SQUARES, MOST_PLACES = 40, 15, 20


def write_demand(content: Content, city: City | None, file: Path) -> str:
    """Write a report (.pdf, .html); return what to say of it. Raises OSError. Needs a QGuiApplication."""

    def draw(name: str) -> QImage:
        if name == PLACES and city is not None and content.places is not None:
            return map_picture(content.places, city, content.facts.language)
        return picture(content, name)

    file.parent.mkdir(parents=True, exist_ok=True)
    return write_parts(parts_of(content, has_map=city is not None), draw, file, content.facts.language)


def picture(content: Content, name: str) -> QImage:
    """Return a chart on white: of a way, or `ahead`."""
    size = WIDE_CHART if name == AHEAD else CHART
    language = content.facts.language
    if name == AHEAD:
        assert content.ahead is not None
        return picture_of(AheadChart(content.ahead, language), size)
    return picture_of(chart_of(content.counts, name, language), size)


def parts_of(content: Content, *, has_map: bool) -> Report:
    """Make the report."""
    facts, counts = content.facts, content.counts
    language = facts.language
    rows: tuple[tuple[str, str], ...] = (
        (text("report.known", language), facts.known_at), (text("report.log", language), facts.log_name or "–"),
        (text("report.kind", language), facts.kind), (text("report.entries", language), f"{facts.entries:,}"),
        (text("report.head", language), facts.head or "–"), (text("report.made", language), facts.made_at),
        (text("report.made_by", language), facts.made_by or "–"),
    )  # fmt: skip
    if counts.chosen:
        rows = ((text("demand.only", language), counts.chosen), *rows)
    subtitle = text("report.of", language, city=facts.city, first=counts.first_day or "–", last=counts.last_day or "–")
    return Report(
        text("demand.report_title", language), subtitle, rows, facts.warning, tuple(_parts(content, has_map=has_map))
    )


def _parts(content: Content, *, has_map: bool) -> Iterator[Part]:
    facts, counts = content.facts, content.counts
    language = facts.language
    said = text(
        "demand.as_of", language, at=facts.known_at, total=f"{counts.total:,}", of_all=f"{counts.of_all:,}",
        days=f"{counts.whole_days:,}",
    )  # fmt: skip
    yield Part(text("report.charts", language), (said,), charts=tuple(KINDS))
    if content.places is not None:
        yield from _places(content.places, language, has_map=has_map and bool(content.places.points))
    if content.ahead is not None:
        yield from _ahead(content.ahead, language)
    for way in TABLES:
        if counts.way(way).bars:
            yield _table(counts.way(way), language)
    method = ("demand.method_text", "demand.method_places", "demand.method_ahead")
    yield Part(text("demand.method", language), tuple(text(key, language) for key in method))


def _places(places: PlacesTold, language: str, *, has_map: bool) -> Iterator[Part]:
    said = tuple(each for each in (places.problem, places.density_note) if each)
    if has_map:
        caption = (text("demand.map_caption", language),)
        yield Part(
            text("demand.where_title", language), said, charts=(PLACES,), begins_page=True, after=caption
        )  # fmt: skip
    hot = tuple(
        (each.place, each.when or "–", f"{each.count:,}", f"{each.z:.1f}", f"{each.p:.2g}")
        for each in places.hot[:MOST_PLACES]
    )
    heads = ("demand.place", "demand.when", "demand.calls", "demand.z", "demand.chance_head")
    headings = tuple(text(key, language) for key in heads)
    said = (places.hot_note, *(each.words for each in places.hot[:1]))
    yield Part(
        text("demand.hot_tab", language), said, headings if hot else (), hot, frozenset({2, 3, 4}), 0, 48,
    )  # fmt: skip
    clusters = tuple(
        (str(each.number), each.place, f"{each.count:,}", f"{each.radius_m:,.0f} m", each.words)
        for each in places.clusters[:MOST_PLACES]
    )
    heads = ("demand.cluster", "demand.place", "demand.calls", "demand.radius")
    headings = (*(text(key, language) for key in heads), "")
    yield Part(
        text("demand.cluster_tab", language), (places.cluster_note,), headings if clusters else (), clusters,
        frozenset({0, 2, 3}), 4, 54,
    )  # fmt: skip


def _ahead(ahead: AheadTold, language: str) -> Iterator[Part]:
    title = text("demand.ahead_part", language)
    if not ahead.hours:
        yield Part(title, (ahead.words,))
        return
    days: dict[str, list[tuple[float, float, float]]] = {}
    for hour in ahead.hours:
        at = datetime.fromisoformat(hour.at)
        name = f"{label('weekday', at.isoweekday(), language)} {at:%Y-%m-%d}"
        days.setdefault(name, []).append((hour.expected, hour.low, hour.high))
    rows = tuple(
        (name, f"{sum(each[0] for each in hours):,.1f}",
         f"{min(each[1] for each in hours):g}–{max(each[2] for each in hours):g}")
        for name, hours in days.items()
    )  # fmt: skip
    heads = ("demand.day_head", "demand.expected_head", "demand.range_head")
    yield Part(
        title, (ahead.words, *ahead.notes), tuple(text(key, language) for key in heads), rows, frozenset({1, 2}), 0, 50,
        charts=(AHEAD,), begins_page=True,
    )  # fmt: skip
    models = tuple(
        (f"{each.name} · {text('demand.used', language)}" if each.is_used else each.name, f"{each.mae:.2f}",
         "–" if each.mase is None else f"{each.mase:.2f}", f"{each.deviance:.3f}", share_words(each.inside))
        for each in ahead.models
    )  # fmt: skip
    heads = ("demand.model", "demand.mae", "demand.mase", "demand.deviance", "demand.inside")
    yield Part(
        text("demand.model", language), (text("demand.models_note", language),),
        tuple(text(key, language) for key in heads), models, frozenset({1, 2, 3, 4}), 0, 40,
    )  # fmt: skip


def _table(way: Way, language: str) -> Part:
    total, most = sum(bar.count for bar in way.bars), MOST_SQUARES if way.way == "cell" else MOST_ROWS
    rows = tuple(
        (bar.name, f"{bar.count:,}", share_words(bar.count / total) if total and not way.more else "–",
         "–" if bar.a_day is None else f"{bar.a_day:.2f}")
        for bar in way.bars[:most]
    )  # fmt: skip
    heads = (text(key, language) for key in ("demand.calls", "demand.share_head", "demand.a_day_head"))
    more = way.more + max(0, len(way.bars) - most)
    after = (text("demand.more_keys", language, count=f"{more:,}"),) if more else ()
    title = text("demand.counts_title", language, way=way_name(way.way, language))
    return Part(title, (), (way.name, *heads), rows, frozenset({1, 2, 3}), 0, 52, after=after)
