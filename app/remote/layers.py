"""Bring the pictures of map services onto the maps: what a map looks at is fetched, kept, and painted from there."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from app.remote.addresses import AddressRefused, shown_address
from app.remote.cache_thread import CacheFile, CacheThread
from app.remote.download import Trouble
from app.remote.fetcher import TileFetcher
from app.remote.tile_addresses import address_maker, least_zoom
from gis.chinese_coordinates import chinese_name
from gis.city import City
from gis.imagery_build import IMAGERY_FOLDER
from gis.imagery_tiles import ToSource, tiles_for, to_tiles
from gis.web_tiles import WebTile
from maps.tiles import TILE_PX, nearest_level, tile_view, tiles_covering
from maps.user_layers import LayerList, UserLayer
from maps.view import View

logger = logging.getLogger(__name__)

SETTLE_MS = 150
REFRESH_S = 1.0  # at least between two paintings of what came
PATIENCE_S = 4.0  # a map that is still painting is not begun anew before
STALE_AFTER = timedelta(days=30)
MOST_TILES_A_VIEW = 400


class Map(Protocol):
    """What is needed of a map widget (`app.canvas.canvas.MapCanvas`)."""

    view_changed: Any
    view: View
    tiles: Any

    def refresh_layers(self) -> None:
        """Paint the base map again."""
        ...


@dataclass(frozen=True, slots=True)
class RemoteStatus:
    """How a remote layer is doing. code: a sentence of app.wording, empty while all is well."""

    code: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Shown:
    layer: UserLayer
    cache: CacheFile
    address_of: Callable[[WebTile], str]
    to_source: ToSource
    wanted: tuple[WebTile, ...] = ()
    newest_at: datetime | None = None


class RemoteLayers(QObject):
    """Fetch what the maps look at of the remote layers that are shown; nothing is fetched for one that is not.

    `changed` tells of new pictures, at most once a second; `status_changed` carries a layer's name.
    """

    changed = Signal()
    status_changed = Signal(str)

    def __init__(
        self, canvas: Map, city: City, listing: LayerList, parent: QObject | None = None, *,
        fetcher: TileFetcher | None = None, cache: CacheThread | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._city = city
        self._canvases: list[Map] = []
        self._shown: dict[str, _Shown] = {}
        self._states: dict[str, RemoteStatus] = {}
        self._fetcher = fetcher or TileFetcher(self)
        self._cache = cache or CacheThread(self)
        self._fetcher.fetched.connect(self._on_fetched)
        self._fetcher.failed.connect(self._on_failed)
        self._cache.found.connect(self._on_found)
        self._cache.kept.connect(self._on_kept)
        self._cache.broken.connect(self._on_broken)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.look)
        self._refresh = QTimer(self, singleShot=True)
        self._refresh.timeout.connect(self._paint_again)
        self._refreshed_s = 0.0
        self._fresh = False
        self.add_canvas(canvas)
        self.set_listing(listing)

    def add_canvas(self, canvas: Map) -> None:
        """Fetch also what another map looks at."""
        self._canvases.append(canvas)
        canvas.view_changed.connect(self._look_soon)
        self._look_soon()

    def remove_canvas(self, canvas: Map) -> None:
        """Forget a map that is closed."""
        self._canvases.remove(canvas)
        canvas.view_changed.disconnect(self._look_soon)

    def set_listing(self, listing: LayerList) -> None:
        """Follow the list of layers: those that are no longer shown are no longer fetched."""
        shown: dict[str, _Shown] = {}
        for layer in listing.layers:
            if layer.kind != "remote" or layer.remote is None or not layer.is_shown:
                continue
            held = self._shown.get(layer.name)
            if held is not None and held.layer.remote == layer.remote:
                held.layer = layer
                shown[layer.name] = held
                continue
            try:
                shown[layer.name] = self._begin(layer)
            except AddressRefused as refused:
                self._say(layer.name, refused.code, refused.parameters)
        for name in self._shown.keys() - shown.keys():
            self._fetcher.want(name, ())
        for name in self._states.keys() - {layer.name for layer in listing.layers}:
            del self._states[name]
        self._shown = shown
        self._look_soon()

    def status(self, name: str) -> RemoteStatus:
        """Tell how a layer is doing."""
        return self._states.get(name, RemoteStatus())

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing is being fetched."""
        return not any(self._fetcher.is_busy(name) for name in self._shown)

    def close(self) -> None:
        """Give up what is being fetched and close the caches."""
        self._settle.stop()
        self._refresh.stop()
        self._fetcher.close()
        self._cache.close()

    def look(self) -> None:
        """Ask for the tiles of what the maps look at now."""
        for name, shown in self._shown.items():
            tiles: dict[WebTile, None] = {}
            for canvas in self._canvases:
                if shown.layer.look.is_drawn_at(canvas.view.metres_per_pixel):
                    tiles.update(dict.fromkeys(_tiles_of(canvas.view, shown)))
            shown.wanted = tuple(tiles)[:MOST_TILES_A_VIEW]
            if shown.wanted:
                self._cache.look_up(shown.cache, shown.wanted)
            else:
                self._fetcher.want(name, ())

    def _begin(self, layer: UserLayer) -> _Shown:
        remote = layer.remote
        assert remote is not None
        make = address_maker(remote)
        least, shifted = least_zoom(remote), remote.tile_matrix_set if remote.service == "xyz" else ""
        about = {
            "name": layer.title, "format": {"image/jpeg": "jpg", "image/webp": "webp"}.get(remote.image_format, "png"),
            "attribution": layer.attribution, "minzoom": str(least), "maxzoom": str(max(least, remote.finest_zoom)),
            "crs": chinese_name(shifted) or "",
        }  # fmt: skip
        file = self._city.folder / IMAGERY_FOLDER / f"{layer.name}.mbtiles"
        return _Shown(layer, CacheFile(layer.name, file, about), make, to_tiles(self._city.metric_crs, about["crs"]))

    def _look_soon(self, _: object = None) -> None:
        self._settle.start()

    def _on_found(self, name: str, tiles: Sequence[WebTile], ages: Mapping[WebTile, datetime]) -> None:
        shown = self._shown.get(name)
        if shown is None or shown.wanted != tiles:
            return
        shown.newest_at = max(ages.values(), default=None)
        stale_before = datetime.now(UTC) - STALE_AFTER
        missing = [tile for tile in tiles if tile not in ages]
        missing += [tile for tile in tiles if tile in ages and ages[tile] < stale_before]
        self._fetcher.want(name, [(tile, shown.address_of(tile)) for tile in missing])

    def _on_fetched(self, name: str, tile: WebTile, data: bytes) -> None:
        shown = self._shown.get(name)
        if shown is not None:
            self._cache.keep(shown.cache, tile, data)
            if self.status(name).code != "remote_cache":
                self._say(name, "", {})

    def _on_failed(self, name: str, tile: WebTile, trouble: Trouble) -> None:
        shown = self._shown.get(name)
        if shown is None or trouble.code == "remote_no_tile":
            return
        remote = shown.layer.remote
        if trouble.code != self.status(name).code and remote is not None:
            logger.info("layer %s (%s): %s %s", name, shown_address(remote.url), trouble.code, dict(trouble.parameters))
        if trouble.is_away and shown.newest_at is not None:
            self._say(name, "remote_offline", {"date": f"{shown.newest_at.astimezone():%Y-%m-%d}"})
        else:
            self._say(name, trouble.code, trouble.parameters)

    def _on_broken(self, name: str, reason: str) -> None:
        self._say(name, "remote_cache", {"reason": reason})

    def _say(self, name: str, code: str, parameters: Mapping[str, str]) -> None:
        status = RemoteStatus(code, dict(parameters))
        if status != self.status(name):
            self._states[name] = status
            self.status_changed.emit(name)

    def _on_kept(self, name: str) -> None:
        if self.status(name).code == "remote_cache":
            self._say(name, "", {})
        self._fresh = True
        self._plan_refresh()

    def _plan_refresh(self) -> None:
        if not self._refresh.isActive():
            since = time.monotonic() - self._refreshed_s
            self._refresh.start(max(0, round((REFRESH_S - since) * 1000)))

    def _paint_again(self) -> None:
        if not self._fresh:
            return
        is_painting = not all(canvas.tiles.is_complete(canvas.view) for canvas in self._canvases)
        if is_painting and time.monotonic() - self._refreshed_s < PATIENCE_S:
            self._refresh.start(200)
            return
        self._fresh = False
        self._refreshed_s = time.monotonic()
        for canvas in self._canvases:
            canvas.refresh_layers()
        self.changed.emit()


def _tiles_of(view: View, shown: _Shown) -> list[WebTile]:
    """List the web tiles that the map's own tiles of a view are painted from, the middle of the view first."""
    remote = shown.layer.remote
    assert remote is not None
    least = least_zoom(remote)
    found: dict[WebTile, None] = {}
    for key in tiles_covering(view, nearest_level(view.metres_per_pixel)):
        box = tile_view(key, view.device_pixel_ratio).box
        wanted = tiles_for(box, TILE_PX, TILE_PX, shown.to_source, least, max(least, remote.finest_zoom))
        if wanted is not None:
            zoom, columns, rows = wanted
            found.update(dict.fromkeys(WebTile(zoom, column, row) for row in rows for column in columns))
    return list(found)
