"""What is handed out of the map: a picture, a sheet for paper or a page, of the layers that were asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRect, QSize, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from gis.city import City
from gis.columns import LayerColumns
from maps.labels import LabelBoard
from maps.layers import Marks
from maps.listing import attribution_of, listing_of
from maps.names import labels_in
from maps.painter import base_image
from maps.picture import PicturedCity, render_picture
from maps.sheet import MM, Row, Sheet, paint_sheet
from maps.style import Theme
from maps.user_layers import LayerList
from maps.view import View
from maps.web import Group, Page, Sign, Veil, web_page
from maps.web_marks import Label, PageMarks

DOTS_PER_INCH = 300
MOST_PIXELS = 120_000_000
LIVE = tuple(Marks.__dataclass_fields__)


@dataclass(frozen=True)
class ChosenLayers:
    """A city with the layers that were asked for; its file of layers is left as it is."""

    city: City
    listing: LayerList

    @property
    def folder(self) -> Path:
        """The city's folder."""
        return self.city.folder

    @property
    def metric_crs(self) -> str:
        """The CRS that the city is drawn in."""
        return self.city.metric_crs

    @property
    def attribution(self) -> str:
        """Whose data it is, that of the shown user layers too."""
        return attribution_of(self.city, self.listing)

    def layer_names(self) -> tuple[str, ...]:
        """Name the layers there are."""
        return self.city.layer_names()

    def layer(self, name: str) -> LayerColumns:
        """Open one of them."""
        return self.city.layer(name)


class UnknownLayer(LookupError):
    """No layer has such a name; the message says which there are."""


def chosen(city: City, marks: Marks, wanted: Sequence[str]) -> tuple[ChosenLayers, Marks]:
    """Choose layers by name: of the city, of its users, or live ones (`units`, `incidents`, ...).

    `-name` leaves one out and `name` shows one that is switched off; where names without a minus are given, other
    user layers and live ones are left out. Raises UnknownLayer.
    """
    listing = listing_of(city)
    shown = [name for name in wanted if not name.startswith("-")]
    hidden = {name[1:] for name in wanted if name.startswith("-")}
    users = {layer.name for layer in listing.layers}
    known = {*city.layer_names(), *users, *LIVE}
    for name in (*shown, *sorted(hidden)):
        if name not in known:
            raise UnknownLayer(f"no layer {name!r}; there are {', '.join(sorted(known))}")
    only = set(shown)
    layers = tuple(
        replace(layer, is_shown=layer.name not in hidden and (layer.name in only if only else layer.is_shown))
        for layer in listing.layers
    )
    off = (set(listing.hidden) | (hidden & set(city.layer_names()))) - only
    kept = {
        name: getattr(marks, name) for name in LIVE if name not in hidden and (not only & set(LIVE) or name in only)
    }
    return ChosenLayers(city, LayerList(layers, frozenset(off))), Marks(**kept)


@dataclass(frozen=True, slots=True)
class Told:
    """The words that go with a map. lines: under the title; banner: what must not be overlooked."""

    title: str
    lines: tuple[str, ...] = ()
    banner: str = ""
    language: str = "en"


class Handout:
    """One map to hand out, in any form. label names codes, clean makes text from outside plain.

    Needs a QGuiApplication (for the letters), and its thread.
    """

    def __init__(
        self, city: ChosenLayers, view: View, theme: Theme, marks: Marks, told: Told, *, label: Label,
        clean: Callable[[str], str],
    ) -> None:  # fmt: skip
        self._city, self._view, self._theme, self._marks, self._told = city, view, theme, marks, told
        self._clean = clean
        found = PageMarks(city, view, theme, label=label, clean=clean)
        found.add(marks)
        self.left_out = found.left_out
        self._groups: Sequence[Group] = found.groups
        self._signs: dict[str, Sign] = found.signs
        self._legend: list[tuple[str, str]] = [*found.legend, *self._of_user_layers()]
        self._veils: list[Veil] = []

    def add(self, group: Group, legend: Sequence[tuple[str, str]] = ()) -> None:
        """Put marks under all others on the page, with their rows (a colour "#rrggbb", words) in the legend."""
        self._groups = [group, *self._groups]
        self._legend = [*legend, *self._legend]

    def lay(self, veil: Veil, legend: Sequence[tuple[str, str]] = ()) -> None:
        """Lay a picture over the page's ground, under all marks, with its rows in the legend."""
        self._veils.append(veil)
        self._legend = [*self._legend, *legend]

    def picture(self) -> QImage:
        """Return the picture that the window shows, with scale bar and attribution. Raises ValueError: too large."""
        view = self._view
        _check_size(view.width * view.device_pixel_ratio, view.height * view.device_pixel_ratio)
        return render_picture(self._city, view, self._theme, self._marks)

    def page(self, report: Callable[[float], None] = lambda share: None) -> str:
        """Return a page for a browser that stands by itself."""
        told = self._told
        page = Page(
            (told.title, *told.lines), self._clean(self._city.attribution), told.language, told.banner,
            tuple(self._groups), tuple(self._legend), self._signs, tuple(self._veils),
        )  # fmt: skip
        return web_page(self._city, self._view, self._theme, page, paint=self._named_ground, report=report)

    def sheet(self, words: Sheet) -> Sheet:
        """Return a sheet with this map's title, lines, banner and legend and the words of another."""
        told = self._told
        rows = tuple(
            Row(text, self._signs[sign].image) if sign in self._signs else Row(text, colour=sign)
            for sign, text in self._legend
        )
        return replace(words, title=told.title, lines=told.lines, banner=told.banner, legend=rows)

    def write_pdf(self, file: Path, width_mm: float, height_mm: float, sheet: Sheet, view: View) -> None:
        """Write a sheet as a PDF of a size; `view` is that of `maps.sheet.sheet_view`. Raises OSError."""
        writer = QPdfWriter(str(file))
        writer.setCreator("Opsroom")
        writer.setTitle(self._told.title)
        size = QPageSize(
            QSizeF(width_mm, height_mm), QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.ExactMatch
        )
        writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF()))
        writer.setResolution(DOTS_PER_INCH)
        painter = QPainter()
        if not painter.begin(writer):
            raise OSError(f"{file} cannot be written")
        self._paint(painter, width_mm, height_mm, sheet, view)

    def write_svg(self, file: Path, width_mm: float, height_mm: float, sheet: Sheet, view: View) -> None:
        """Write a sheet as an SVG of a size. Raises OSError."""
        from PySide6.QtSvg import QSvgGenerator

        ratio = view.device_pixel_ratio
        side = QSize(round(width_mm * MM * ratio), round(height_mm * MM * ratio))
        writer = QSvgGenerator()
        writer.setFileName(str(file))
        writer.setResolution(round(96 * ratio))
        writer.setSize(side)
        writer.setViewBox(QRect(0, 0, side.width(), side.height()))
        writer.setTitle(self._told.title)
        painter = QPainter()
        if not painter.begin(writer):
            raise OSError(f"{file} cannot be written")
        self._paint(painter, width_mm, height_mm, sheet, view)

    def sheet_picture(self, width_mm: float, height_mm: float, sheet: Sheet, view: View) -> QImage:
        """Return a sheet as a picture. Raises ValueError: too large."""
        ratio = view.device_pixel_ratio
        width, height = width_mm * MM * ratio, height_mm * MM * ratio
        _check_size(width, height)
        image = QImage(round(width), round(height), QImage.Format.Format_RGB32)
        image.setDotsPerMeterX(round(ratio * 96 / 0.0254))
        image.setDotsPerMeterY(round(ratio * 96 / 0.0254))
        self._paint(QPainter(image), width_mm, height_mm, sheet, view)
        return image

    def _paint(self, painter: QPainter, width_mm: float, height_mm: float, sheet: Sheet, view: View) -> None:
        try:
            size = (width_mm * MM, height_mm * MM)
            paint_sheet(painter, *size, self._city, view, self._theme, sheet, self._marks)
        finally:
            painter.end()

    def _named_ground(self, view: View) -> QImage:
        return named_ground(self._city, view, self._theme)

    def _of_user_layers(self) -> Iterator[tuple[str, str]]:
        for layer in reversed(self._city.listing.layers):
            look = layer.look
            if not (layer.is_shown and layer.kind == "vector" and look.is_drawn_at(self._view.metres_per_pixel)):
                continue
            title = self._clean(layer.title or layer.name)
            if look.symbology == "categories":
                yield from ((one.colour, f"{title}: {self._clean(one.label or one.value)}") for one in look.categories)
            elif look.symbology == "graduated":
                yield from ((step.colour, f"{title}: ≤ {step.upto:g}") for step in look.steps)
            else:
                yield look.colour, title


def named_ground(city: PicturedCity, view: View, theme: Theme) -> QImage:
    """Paint the city with its names and nothing that happens in it."""
    image = base_image(city, view, theme)
    painter = QPainter(image)
    try:
        board = LabelBoard(theme)
        board.place(labels_in(city, view), view)
        board.paint(painter, view)
    finally:
        painter.end()
    return image


def _check_size(width: float, height: float) -> None:
    if not (width >= 64 and height >= 64 and width * height <= MOST_PIXELS):
        raise ValueError(f"a picture of {width:.0f} x {height:.0f} pixels: from 64 x 64 to {MOST_PIXELS:,} in all")
