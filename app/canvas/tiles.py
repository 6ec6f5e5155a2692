"""The base map of the canvas: tiles kept and drawn, coarser or older ones shown until the right one is there."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Signal
from PySide6.QtGui import QColor, QImage, QPainter

from app.canvas.tile_pool import TileJob, TilePool
from maps.label import Label
from maps.names import in_order
from maps.style import Theme
from maps.tiles import TILE_PX, LayerFolder, TileKey, nearest_level, scale_of, tile_extent_m, tiles_covering
from maps.view import View

LEAST_TILES = 64  # of 1 MiB that are kept
VIEWS_KEPT = 2.0  # or as many as fill the screen so often
PREFETCH_PX = 192
FINER_LEVELS = 3
MOST_OWN_LABELS = 600  # tiles whose names are known over edits


class TileField(QObject):
    """Draw the tiles of a view and have those painted that are missing."""

    changed = Signal()

    def __init__(self, workers: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = TilePool(workers, self)
        self._pool.painted.connect(self._keep)
        self._pool.failed.connect(self._give_up)
        self._layers: Path | None = None
        self._version = 0
        self._theme = "night"
        self._tiles: OrderedDict[TileJob, QImage] = OrderedDict()
        self._labels: dict[TileJob, list[Label]] = {}
        self._own_layers: tuple[object, ...] = ()
        self._own_labels: dict[tuple[TileKey, float], list[Label]] = {}  # what an edit of other layers leaves as it is
        self._failed: set[TileJob] = set()
        self._stale: dict[TileKey, QImage] = {}
        self._asked: tuple[object, ...] = ()
        self._asked_for: tuple[object, ...] = ()
        self._most = LEAST_TILES
        self._first: tuple[View, QImage] | None = None

    @property
    def pool(self) -> TilePool:
        """Return the pool that paints."""
        return self._pool

    def show_city(self, layers: Path) -> None:
        """Draw another city's folder of layers from now on."""
        self._layers = layers
        self._own_layers = LayerFolder(layers).own_layers()
        self._own_labels.clear()
        self._forget()
        self._stale.clear()

    def set_theme(self, theme: str) -> None:
        """Draw in another look from now on; the old look is not shown meanwhile."""
        if theme != self._theme:
            self._theme = theme
            self._asked = self._asked_for = ()
            self._first = None
            self._stale.clear()

    def refresh(self) -> None:
        """Paint everything again (a layer was edited); the old tiles stay until the new ones are there."""
        self._version += 1
        self._stale = {job.key: image for job, image in self._tiles.items() if job.theme == self._theme}
        own_layers = LayerFolder(self._layers or Path()).own_layers()
        if own_layers != self._own_layers:
            self._own_layers = own_layers
            self._own_labels.clear()
        else:  # only what was laid over the city changed
            if len(self._own_labels) > MOST_OWN_LABELS:
                self._own_labels.clear()
            for job, labels in self._labels.items():
                own = [label for label in labels if not label.style.startswith("user")]
                self._own_labels[job.key, job.device_pixel_ratio] = own
        self._forget()

    def _forget(self) -> None:
        self._tiles.clear()
        self._labels.clear()
        self._failed.clear()
        self._asked = self._asked_for = ()
        self._first = None

    def set_first_picture(self, view: View, image: QImage) -> None:
        """Show a picture painted directly until the tiles are there."""
        self._first = (view, image)

    def close(self) -> None:
        """Stop the workers."""
        self._pool.close()

    def labels(self, view: View) -> list[Label]:
        """Return what could be written in a view, most important first, as far as tiles are there."""
        found: list[Label] = []
        for key in tiles_covering(view, nearest_level(view.metres_per_pixel)):
            found.extend(self._labels.get(self._job(key, view), ()))
        return in_order(found)

    def is_complete(self, view: View) -> bool:
        """Tell whether every tile of a view is there."""
        level = nearest_level(view.metres_per_pixel)
        return all(self._has(self._job(key, view)) for key in tiles_covering(view, level))

    def _has(self, job: TileJob) -> bool:
        return job in self._tiles or job in self._failed

    def _job(self, key: TileKey, view: View) -> TileJob:
        ratio = view.device_pixel_ratio
        knows = (key, ratio) in self._own_labels
        return TileJob(self._layers or Path(), self._version, self._theme, ratio, key, knows)

    def ask(self, view: View) -> None:
        """Have the missing tiles of a view painted, nearest to its middle first, then those around it."""
        if self._layers is None:
            return
        level = nearest_level(view.metres_per_pixel)
        around = list(tiles_covering(view, level, PREFETCH_PX))
        if self._asked_for == (self._version, self._theme, view.device_pixel_ratio, around, len(self._tiles)):
            return
        self._asked_for = (self._version, self._theme, view.device_pixel_ratio, around, len(self._tiles))
        seen = set(tiles_covering(view, level))
        jobs = [self._job(key, view) for key in sorted(around, key=lambda key: key not in seen)]
        wanted = tuple(job for job in jobs if not self._has(job))
        if wanted != self._asked:
            self._asked = wanted
            self._pool.request(wanted)

    def _keep(self, job: TileJob, image: QImage, labels: list[Label]) -> None:
        if job.layers != self._layers or job.version != self._version:
            return
        self._tiles[job] = image
        known = self._own_labels.get((job.key, job.device_pixel_ratio), []) if job.knows_own_labels else []
        self._labels[job] = [*known, *labels]
        self._stale.pop(job.key, None)
        self._asked = tuple(other for other in self._asked if other != job)
        self._asked_for = ()  # what makes room for this one may itself be wanted again
        while len(self._tiles) > self._most:
            old, _ = self._tiles.popitem(last=False)
            self._labels.pop(old, None)
        self.changed.emit()

    def _give_up(self, job: TileJob, _: str) -> None:
        self._failed.add(job)
        self.changed.emit()

    def draw(
        self, painter: QPainter, view: View, theme: Theme, *, is_moving: bool, within: QRect | None = None
    ) -> None:
        """Draw the base map, or what of it touches a box in device pixels; the painter counts logical pixels."""
        ratio = view.device_pixel_ratio
        keys = list(tiles_covering(view, nearest_level(view.metres_per_pixel)))
        self._most = max(LEAST_TILES, round(VIEWS_KEPT * len(keys)))
        if within is not None:
            keys = [key for key in keys if _target(view, key).intersects(QRectF(within))]
        there: list[tuple[TileKey, QImage]] = []
        missing: list[TileKey] = []
        for key in keys:
            job = self._job(key, view)
            image = self._tiles.get(job)
            if image is None:
                missing.append(key)
            else:
                self._tiles.move_to_end(job)
                there.append((key, image))
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        # Smooth it costs twice as much: not while moving, nor for what stands in until the next tile comes.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not is_moving and not missing)
        if missing:
            levels = sorted({job.key.level for job in self._tiles})
            for key in missing:
                self._draw_stand_in(painter, view, key, theme, levels)
        for key, image in there:
            _blit(painter, view, key, image)
        painter.restore()
        if not missing and within is None:
            self._first = None
            self._stale.clear()

    def _draw_stand_in(self, painter: QPainter, view: View, key: TileKey, theme: Theme, levels: list[int]) -> None:
        """Draw what is there of a hole: the level that fills it best, else what several have, the finest on top."""
        hole = _target(view, key)
        painter.save()
        painter.setClipRect(hole)
        layered: list[tuple[TileKey, QImage]] = []
        is_filled = False
        stale = self._stale.get(key)
        finer = [level for level in levels if key.level - FINER_LEVELS <= level < key.level]
        coarser = [level for level in levels if level > key.level]
        for level in () if stale is not None else (*reversed(finer), *coarser):
            found = self._there(view, key, level)
            there = [(other, image) for other, image in found if image is not None]
            is_filled = len(there) == len(found)
            layered = there if is_filled and level < key.level else [*layered, *there]
            if is_filled:
                break
        if not is_filled and stale is None:
            painter.fillRect(hole, QColor(theme.ground))
            if self._first is not None:
                _draw_picture(painter, view, *self._first)
        for other, image in sorted(layered, key=lambda pair: -pair[0].level):
            _blit(painter, view, other, image)
        if stale is not None:
            _blit(painter, view, key, stale)
        painter.restore()

    def _there(self, view: View, key: TileKey, level: int) -> list[tuple[TileKey, QImage | None]]:
        """Return the tiles of another level that share ground with a tile, with their pictures as far as they are."""
        ratio = view.device_pixel_ratio
        extent = tile_extent_m(key.level, ratio)
        side = TILE_PX / ratio - 0.5
        ground = View(
            (key.column + 0.5) * extent, (key.row + 0.5) * extent, scale_of(key.level), side, side, ratio
        )  # fmt: skip
        return [(other, self._tiles.get(self._job(other, view))) for other in tiles_covering(ground, level)]


def _draw_picture(painter: QPainter, view: View, seen: View, image: QImage) -> None:
    """Draw a picture of another view where it lies in this one."""
    left, top = view.to_screen(seen.box[0], seen.box[3])
    right, bottom = view.to_screen(seen.box[2], seen.box[1])
    west, north, east, south = (round(float(value) * view.device_pixel_ratio) for value in (left, top, right, bottom))
    painter.drawImage(QRect(west, north, east - west, south - north), image)


def _target(view: View, key: TileKey) -> QRectF:
    """Return where a tile lies on the screen, at whole device pixels, so that neighbours meet without a seam."""
    extent = tile_extent_m(key.level, view.device_pixel_ratio)
    factor = view.device_pixel_ratio / view.metres_per_pixel
    west, _, _, north = view.box
    left, right = (round((key.column + side) * extent * factor - west * factor) for side in (0, 1))
    top, bottom = (round(north * factor - (key.row + side) * extent * factor) for side in (1, 0))
    return QRectF(left, top, right - left, bottom - top)


def _blit(painter: QPainter, view: View, key: TileKey, image: QImage) -> None:
    target = _target(view, key)
    if target.width() == image.width() and target.height() == image.height():
        painter.drawImage(QPointF(target.left(), target.top()), image)
    else:
        painter.drawImage(target, image, QRectF(image.rect()))
