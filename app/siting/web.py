"""Two plans as a page for a browser that stands by itself: what each reaches, its posts, what is won and lost."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app.beside.child import Tell
from app.siting.content import MAP_PX, Content
from app.siting.drafting import Changes, keys
from app.siting.words import area_name, known_words, percent, plan_words, summary
from app.wording import label, one_line, text
from app.wording.durations import clock_span
from dispatch.siting.plan import Plan
from gis.city import City
from maps.handout import chosen, named_ground
from maps.layers import Marks
from maps.style import DAY, department_colour
from maps.view import View
from maps.web import Group, Item, Page, Sign, web_page
from maps.web_contours import SHADES, SIZE, Contour, contour_groups

SIDE, SCALE = 17, 3.0
WIDER = 1.35  # the page takes the nearest zoom of the web, up to a root of two larger
LOST, WON = "#b3446c", "#0072b2"
FILLS = (0.16, 0.0)  # the target's ground is filled: longer limits over each other would colour all alike
DASHES = {0: "8 5", 1: ""}  # plan A is the broken line, as on the charts
PLANS = ("siting.plan_a", "siting.plan_b")


def plans_page(content: Content, city: City, tell: Tell) -> str:
    """Return the page. Raises NoLeaflet where Leaflet's files are missing. Needs a QGuiApplication, and its thread."""
    language, weighed = content.language, content.weighed
    groups: list[Group] = []
    legend: list[tuple[str, str]] = []
    for group, rows in _posts(content):
        groups.append(group)
        legend += rows
    for group, rows in (*_cells(content, city), *contour_groups(list(_contours(content)), clean=_clean)):
        groups.append(group)
        legend += rows
    found = weighed.comparison
    head = [
        text("siting.map_title", language, city=one_line(content.origin.city, 60)),
        known_words(content.department, found.after.target, weighed.demand, language),
        *_plans(content), summary(found, language), " · ".join(content.enclosed),
    ]  # fmt: skip
    page = Page(
        tuple(_clean(line) for line in head if line), one_line(city.attribution, 300), language, content.warning,
        tuple(groups), tuple(legend), _signs(content),
    )  # fmt: skip
    layers, _ = chosen(city, Marks(), [])
    x, y, metres = content.view
    view = View(x, y, metres * MAP_PX[0] / SIZE[0] * WIDER, *SIZE)
    return web_page(
        city, view, DAY, page, paint=lambda part: named_ground(layers, part, DAY),
        report=lambda share: tell(0.1 + 0.8 * share, "paint"),
    )  # fmt: skip


def _clean(words: str) -> str:
    return one_line(words, 400)


def _plans(content: Content) -> Iterator[str]:
    """Say in a line for each plan what it comes to; its changes stand at its posts."""
    language = content.language
    measured = (content.weighed.comparison.before, content.weighed.comparison.after)
    for key, changes, each in zip(PLANS, content.changes, measured, strict=True):
        words = text(
            "siting.report_map_of", language, plan=text(key, language),
            words=plan_words(changes, len(keys(changes)), language),
        )  # fmt: skip
        reached = f"{percent(each.reached)} {label('siting_fate', 'in_time', language)}"
        yield f"{words} · {reached} · {text('siting.mean', language)} {clock_span(each.mean_s)}"


def _contours(content: Content) -> Iterator[Contour]:
    language = content.language
    for number, areas in enumerate(content.weighed.areas):
        plan = text(PLANS[number], language)
        for place, each in enumerate(areas):
            name = f"{plan}: {text('siting.minutes', language, count=f'{each.limit_s / 60:.3g}')}"
            words = (name, f"{each.area_km2:.2f} km²")
            yield Contour(
                each.limit_s, name, each.lonlat, words, SHADES[(0, 2)[number]], DASHES[number], FILLS[place > 0]
            )


def _posts(content: Content) -> Iterator[tuple[Group, list[tuple[str, str]]]]:
    """Yield the posts of each plan: those that it closes too."""
    language, found = content.language, content.weighed.comparison
    for number, measured in ((1, found.after), (0, found.before)):
        plan, changes = measured.plan, content.changes[number]
        name = f"{text(PLANS[number], language)}: {text('siting.posts', language)}"
        items = tuple(_items(content.base, changes, plan, language))
        yield Group(name, items), [("post", name)] if number == 1 else []


def _items(base: Plan, changes: Changes, plan: Plan, language: str) -> Iterator[Item]:
    stands, was = {post.id: post for post in plan.posts}, {post.id for post in base.posts}
    moved = {each[0] for each in changes.moved}
    for post in (*base.posts, *changes.opened):
        shown = stands.get(post.id, post)
        sign, key = "post", "siting.post_card"
        if post.id not in stands:
            sign, key = "closed", "siting.post_closed"
        elif post.id not in was:
            sign, key = "new", "siting.post_new"
        elif post.id in moved:
            sign, key = "new", "siting.post_moved"
        words = text(
            key, language, name=one_line(post.name, 80), units=shown.units, turnout_s=shown.turnout_s
        )  # fmt: skip
        yield Item(((shown.lon, shown.lat),), tuple(line for line in words.split("\n")), sign)


def _cells(content: Content, city: City) -> Iterator[tuple[Group, list[tuple[str, str]]]]:
    """Yield the cells that plan B wins and loses beside plan A."""
    language, demand, found = content.language, content.weighed.demand, content.weighed.comparison
    had, has = found.before.counts > 0, found.after.counts > 0
    for key, cells, colour in (("lost", had & ~has, LOST), ("won", has & ~had, WON)):
        rows = np.flatnonzero(cells & (found.after.weight > 0)).tolist()
        name = label("siting_fate", key, language)
        items = []
        for row in rows:
            area = area_name(demand.areas[demand.area[row]], language)
            one, other = (clock_span(each.nearest_s[row]) for each in (found.before, found.after))
            ring = _square(city, demand.corner_xy[row], demand.cell_m)
            items.append(
                Item(ring, (f"{area}: {name}", f"{one} → {other}"), is_area=True, colour=colour, width_px=1.0,
                     fill_opacity=0.35)
            )  # fmt: skip
        if items:
            yield Group(name, tuple(items)), [(colour, name)]


def _square(city: City, corner: NDArray[np.float64], side_m: float) -> tuple[tuple[float, float], ...]:
    x, y = float(corner[0]), float(corner[1])
    lon, lat = city.to_lonlat(np.array([x, x + side_m, x + side_m, x]), np.array([y, y, y + side_m, y + side_m]))
    return tuple(zip(lon.tolist(), lat.tolist(), strict=True))


def _signs(content: Content) -> dict[str, Sign]:
    colour = department_colour(DAY, content.kind)
    return {
        name: Sign(_sign(colour, name), SCALE) for name in ("post", "new", "closed")
    }  # fmt: skip


def _sign(colour: str, kind: str) -> QImage:
    side = round(SIDE * SCALE)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(SCALE, SCALE)
    middle = QPointF(SIDE / 2, SIDE / 2)
    is_closed = kind == "closed"
    painter.setPen(QPen(QColor(WON if kind == "new" else "#ffffff" if not is_closed else "#5b6068"), 2.0))
    painter.setBrush(QColor("#ffffff" if is_closed else colour))
    painter.drawEllipse(middle, SIDE / 2 - 2.2, SIDE / 2 - 2.2)
    if is_closed:
        painter.setPen(QPen(QColor(LOST), 2.2))
        arm = SIDE / 2 - 5
        painter.drawLine(middle + QPointF(-arm, -arm), middle + QPointF(arm, arm))
        painter.drawLine(middle + QPointF(-arm, arm), middle + QPointF(arm, -arm))
    painter.end()
    return image
