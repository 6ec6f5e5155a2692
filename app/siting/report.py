"""The report of two plans: what was asked and changed, both in figures, on maps, by area, and how it was worked out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from app.beside.child import Tell
from app.charts.picture import picture_of
from app.paper.report import Part, Report
from app.paper.writing import write_parts
from app.siting.charts import AreaBars, CurveChart
from app.siting.content import MAP_PX, TITLE_PX, Content
from app.siting.drafting import keys
from app.siting.marks import CHANGE, DEMAND, REACH, broken_marks, cells_mark, post_marks, reach_marks
from app.siting.words import (
    area_headings,
    area_rows,
    change_words,
    figure_rows,
    known_words,
    plan_words,
    summary,
    target_name,
)
from app.wording import one_line, text
from app.wording.durations import day_and_clock
from gis.city import City
from maps.furniture import paint_furniture
from maps.handout import named_ground
from maps.lettering import FONT_FAMILIES
from maps.live_plans import show_plans
from maps.overlay import Overlay
from maps.style import DAY
from maps.view import View

SCALE = 2.5
CHART, BARS = (480.0, 270.0), (480.0, 270.0)
MOST_AREAS = 60
PICTURES = ("map reach 0", "map reach 1", "map demand 0", "map change 1")
PLANS = ("siting.plan_a", "siting.plan_b")


def write_report(content: Content, city: City, file: Path, tell: Tell) -> None:
    """Write the report (.pdf, .html), whole or not at all. Raises OSError. Needs a QGuiApplication, and its thread."""
    done = [0]

    def draw(name: str) -> QImage:
        tell(0.1 + 0.14 * done[0], "paint")
        done[0] += 1
        return picture(content, city, name)

    file.parent.mkdir(parents=True, exist_ok=True)
    write_parts(report_of(content), draw, file, content.language)


def report_of(content: Content) -> Report:
    """Make the report, without its pictures."""
    language, origin, found = content.language, content.origin, content.weighed.comparison
    target = found.after.target
    known = known_words(content.department, target, content.weighed.demand, language)
    facts = (
        (text("siting.report_asked", language), known),
        (text("siting.report_demand", language), content.demand or "–"),
        (text("siting.report_roads", language), content.roads or "–"),
        (text("siting.from", language), content.from_words),
        (text("report.log", language), one_line(origin.log_name, 120) or "–"),
        (text("report.head", language), one_line(origin.head, 120) or "–"),
        (text("report.made", language), day_and_clock(origin.made_at, content.time_zone)),
        (text("report.made_by", language), one_line(origin.made_by, 80) or "–"),
    )
    subtitle = text(
        "siting.report_sub", language, city=one_line(origin.city, 60), department=one_line(content.department, 60),
        target=target_name(target, language), within_s=target.within_s,
    )  # fmt: skip
    return Report(text("siting.report_title", language), subtitle, facts, content.warning, tuple(_parts(content)))


def _parts(content: Content) -> Iterator[Part]:
    language, found = content.language, content.weighed.comparison
    yield Part(text("siting.report_changes", language), tuple(_changes(content)))
    headings = tuple(text(key, language) for key in ("siting.figure", *PLANS, "siting.difference"))
    rows = tuple((each.name, each.before, each.after, each.difference) for each in figure_rows(found, language))
    title = text("siting.report_figures", language)
    told = (content.recorded, text("siting.recorded_tip", language)) if content.recorded else ()
    yield Part(title, (summary(found, language), *told), headings, rows, frozenset({1, 2, 3}), 0, 46)
    yield Part(text("siting.report_charts", language), charts=("curve", "bars"))
    yield Part(text("siting.report_maps", language), charts=PICTURES, begins_page=True)
    if content.enclosed:
        yield Part(content.enclosed[0], content.enclosed[1:])
    areas = area_rows(found, language)
    yield Part(
        text("siting.report_areas", language), (), area_headings(language),
        tuple((each.name, *each.words) for each in areas[:MOST_AREAS]), frozenset(range(1, 9)), 0, 24,
    )  # fmt: skip
    said = [text("siting.method_text", language)]
    if content.origin.head:
        said.append(text("report.head_text", language, head=one_line(content.origin.head, 120)))
    yield Part(text("siting.report_method", language), tuple(said))


def _changes(content: Content) -> Iterator[str]:
    language, areas = content.language, content.weighed.demand.areas
    for key, changes in zip(PLANS, content.changes, strict=True):
        names = [change_words(each, content.base, changes, language, areas) for each in keys(changes)]
        words = text("siting.list_sign", language).join(names) if names else plan_words(changes, 0, language)
        yield text("siting.report_map_of", language, plan=text(key, language), words=words)


def picture(content: Content, city: City, name: str) -> QImage:
    """Return a chart or a map of the report by its name."""
    kind, _, rest = name.partition(" ")
    if kind == "map":
        shows, _, number = rest.partition(" ")
        return map_picture(content, city, shows, int(number))
    chart = (CurveChart if kind == "curve" else AreaBars)(content.weighed.comparison, content.language)
    size = CHART if kind == "curve" else BARS
    return picture_of(chart, size)


def map_picture(content: Content, city: City, shows: str, number: int) -> QImage:
    """Paint one plan (0 for A, 1 for B) on the city's ground: its reach, its demand, or what it changes."""
    language, changes = content.language, content.changes[number]
    found = content.weighed.comparison
    measured = (found.before, found.after)[number]
    x, y, metres = content.view
    view = View(x, y, metres, MAP_PX[0], MAP_PX[1] - TITLE_PX, SCALE)
    ground = named_ground(city, view, DAY)
    overlay = Overlay()
    show_plans(overlay)
    cells = cells_mark(content.weighed, shows, is_after=number == 1, language=language) if shows != REACH else None
    reach = reach_marks(content.weighed, number, content.from_words, language) if shows != DEMAND else ()
    overlay.set_marks(
        plan_cells=(cells,) if cells is not None else (), reach=reach if shows != CHANGE else (),
        plan_posts=post_marks(content.base, changes, measured.plan, city, content.kind),
        imagined=broken_marks(changes, city, language),
    )  # fmt: skip
    painter = QPainter(ground)
    overlay.paint(painter, view, DAY, 0.0)
    paint_furniture(painter, view, DAY, one_line(city.attribution, 300))
    painter.end()
    image = _blank(MAP_PX)
    painter = QPainter(image)
    painter.scale(SCALE, SCALE)
    painter.setFont(_font(12, bold=True))
    painter.setPen(QColor("#161c22"))
    words = text("siting.report_map_of", language, plan=text(PLANS[number], language),
                 words=plan_words(changes, len(keys(changes)), language))  # fmt: skip
    painter.drawText(QRectF(2, 0, MAP_PX[0] - 4, TITLE_PX), words)
    painter.drawImage(QRectF(0, TITLE_PX, view.width, view.height), ground)
    painter.end()
    return image


def _blank(size: tuple[float, float]) -> QImage:
    image = QImage(*(round(side * SCALE) for side in size), QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    return image


def _font(pixels: int, *, bold: bool = False) -> QFont:
    font = QFont()
    font.setFamilies(FONT_FAMILIES)
    font.setPixelSize(pixels)
    font.setBold(bold)
    return font
