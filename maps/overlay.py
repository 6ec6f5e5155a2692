"""Everything live over the tiles: layers of marks in order, found where they are painted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import numpy as np
from PySide6.QtGui import QPainter

from maps.density_veil import DensityLayer
from maps.layers import Marks
from maps.live_areas import ReachLayer, ZoneLayer
from maps.live_cases import CaseLayer
from maps.live_cells import CellLayer
from maps.live_coverage import CoverageLayer
from maps.live_features import FeatureLayer
from maps.live_imagined import ImaginedLayer
from maps.live_incidents import IncidentLayer
from maps.live_perimeters import PerimeterLayer
from maps.live_places import CameraLayer, StationLayer
from maps.live_posts import PostLayer
from maps.live_routes import RouteLayer
from maps.live_shapes import CallerLayer, ClosureLayer, PlaceLayer
from maps.live_sight import SightLayer
from maps.live_stagings import StagingLayer
from maps.live_trails import TrailLayer
from maps.live_units import UnitLayer
from maps.scene import Hit, LiveLayer, Scene
from maps.sprites import SpriteSheet
from maps.style import Theme
from maps.unit_table import UnitTable
from maps.view import Box, View

PICK_PX = 8.0
PULSE_PX = 56.0

# From the bottom up: what stands under everything first. A new layer is one line here and a field of `Marks`.
LAYERS: tuple[tuple[str, Callable[[], LiveLayer]], ...] = (
    ("features", FeatureLayer),
    ("zones", ZoneLayer),
    ("cells", CellLayer),
    ("density", DensityLayer),
    ("coverage", CoverageLayer),
    ("reach", ReachLayer),
    ("closures", ClosureLayer),
    ("imagined", ImaginedLayer),
    ("perimeters", PerimeterLayer),
    ("sight", SightLayer),
    ("trails", TrailLayer),
    ("posts", PostLayer),
    ("stagings", StagingLayer),
    ("routes", RouteLayer),  # its chips look for room before stations' names do
    ("callers", CallerLayer),
    ("stations", StationLayer),
    ("cameras", CameraLayer),
    ("cases", CaseLayer),
    ("units", UnitLayer),
    ("incidents", IncidentLayer),
    ("places", PlaceLayer),
)


class Overlay:
    """Hold the live layers, paint them from the bottom up and find what lies under the cursor.

    Points that move are found by one look at all of them (20,000: 0.1 ms), which needs no upkeep; shapes are found
    through an rtree a layer, built at the first look after they changed.
    """

    def __init__(self) -> None:
        self._layers: dict[str, LiveLayer] = {name: make() for name, make in LAYERS}
        self._marks: dict[str, Sequence[Any]] = dict.fromkeys(self._layers, ())
        self._hidden: set[str] = set()
        self._indexes: dict[str, Any] = {}
        self.sheet = SpriteSheet()

    def set_marks(self, **marks: Iterable[Any]) -> bool:
        """Replace the marks of the layers that are named; answers whether anything differs."""
        changed = False
        for name, new in marks.items():
            self._check(name)
            held = new if isinstance(new, UnitTable) else tuple(new)
            if held is self._marks[name] or held == self._marks[name]:
                continue
            self._marks[name] = held
            self._layers[name].set_marks(held)
            self._indexes.pop(name, None)
            changed = True
        return changed

    def show(self, marks: Marks) -> None:
        """Replace the marks of all layers."""
        self.set_marks(**{name: getattr(marks, name) for name in self._layers if hasattr(marks, name)})

    def set_shown(self, name: str, is_shown: bool) -> bool:
        """Show a layer or hide it from painting and picking; answers whether that differs."""
        self._check(name)
        if is_shown == (name not in self._hidden):
            return False
        (self._hidden.discard if is_shown else self._hidden.add)(name)
        return True

    def is_shown(self, name: str) -> bool:
        """Tell whether a layer is not hidden."""
        self._check(name)
        return name not in self._hidden

    def names(self) -> tuple[str, ...]:
        """Return the layers' names from the bottom up."""
        return tuple(self._layers)

    @property
    def marks(self) -> Marks:
        """Return what is shown at the moment; nothing of hidden layers."""
        known = Marks.__dataclass_fields__
        held: dict[str, Any] = {
            name: marks for name, marks in self._marks.items() if name in known and name not in self._hidden
        }
        return Marks(**held)

    def held(self, *, but: Collection[str] = ()) -> dict[str, Sequence[Any]]:
        """Return the marks of all layers, hidden ones too, but those named; to be shown by another overlay."""
        return {name: marks for name, marks in self._marks.items() if name not in but}

    def add_layer(self, name: str, layer: LiveLayer, *, under: str = "") -> None:
        """Put one more live layer on top of those there are, or right under one of them."""
        above = list(self._layers)[list(self._layers).index(under) :] if under else []
        self._layers[name] = layer
        for each in above:
            self._layers[each] = self._layers.pop(each)
        self._marks[name] = ()
        self._indexes.pop(name, None)

    def pulsing(self, view: View) -> list[tuple[float, float]]:
        """Return the screen points in view around which (`PULSE_PX`) the next frame differs by itself."""
        xy = np.concatenate([np.empty((0, 2)), *(layer.pulsing() for _, layer in self._shown())])
        across, down = view.to_screen(xy[:, 0], xy[:, 1])
        return [
            (x, y)
            for x, y in zip(across.tolist(), down.tolist(), strict=True)
            if -PULSE_PX < x < view.width + PULSE_PX and -PULSE_PX < y < view.height + PULSE_PX
        ]

    def paint(
        self,
        painter: QPainter,
        view: View,
        theme: Theme,
        now_s: float,
        *,
        is_moving: bool = False,
        most_new: int | None = None,
    ) -> bool:
        """Paint every layer, long lines without smooth edges while moving; the painter counts logical pixels.

        Answers whether all is there: at most `most_new` new sprites are drawn, the next frame goes on.
        """
        is_complete = self.paint_ground(painter, view, theme, now_s, is_moving=is_moving, most_new=most_new)
        self.paint_edges(painter, view, theme, now_s)
        return is_complete

    def paint_ground(
        self,
        painter: QPainter,
        view: View,
        theme: Theme,
        now_s: float,
        *,
        is_moving: bool = False,
        most_new: int | None = None,
    ) -> bool:
        """Paint as `paint` does what has its place on the ground, whatever the view shows of that."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scene = Scene(painter, view, theme, self.sheet, now_s, is_moving, most_new)
        layers = [layer for _, layer in self._shown()]
        for layer in layers:
            claim = getattr(layer, "claim", None)
            if claim is not None:
                claim(scene)
        for layer in layers:
            layer.paint(scene)
        for layer in layers:
            layer.paint_over(scene)
        return all(layer.is_complete for layer in layers)

    def paint_edges(self, painter: QPainter, view: View, theme: Theme, now_s: float) -> None:
        """Paint what belongs to the screen, not the ground: signs of incidents beyond it, then captions above them."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scene = Scene(painter, view, theme, self.sheet, now_s)
        for _, layer in reversed(self._shown()):
            paint_at_edges = getattr(layer, "paint_at_edges", None)
            if paint_at_edges is not None:
                paint_at_edges(scene)

    def pick(self, view: View, across: float, down: float) -> tuple[str, str] | None:
        """Find the topmost mark within `PICK_PX` of a screen point: its kind and id. None where there is none."""
        found = self.pick_all(view, across, down)
        return found[0] if found else None

    def pick_all(self, view: View, across: float, down: float) -> list[tuple[str, str]]:
        """Find all marks within `PICK_PX` of a screen point, those right under it first, then from the top down.

        Marks gathered in one symbol are answered as kind "cluster"; `box_of` tells what ground that stands for.
        """
        hits: list[tuple[bool, int, int, tuple[str, str]]] = []
        for place, (name, layer) in enumerate(self._shown()):
            find = getattr(layer, "hits", None)
            found = find(view, across, down, PICK_PX) if find else self._hits(name, layer, view, across, down)
            hits += [(hit.distance_px > 0, -place, -hit.height, (hit.kind, hit.identity)) for hit in found]
        return list(dict.fromkeys(entry for *_, entry in sorted(hits)))

    def box_of(self, cluster_id: str) -> Box | None:
        """Return the ground (xmin, ymin, xmax, ymax) that a picked "cluster" stands for; None where it is gone."""
        layer, identity = self._holder(cluster_id)
        return layer.box_of(identity) if layer is not None else None

    def members_of(self, cluster_id: str) -> tuple[Any, ...]:
        """Return the marks that a picked "cluster" stands for; none where it is gone."""
        layer, identity = self._holder(cluster_id)
        return layer.members_of(identity) if layer is not None else ()

    def _holder(self, cluster_id: str) -> tuple[Any, str]:
        kind, _, identity = cluster_id.partition(":")
        held = (one for one in self._layers.values() if one.kind == kind and hasattr(one, "members_of"))
        return next(held, None), identity

    def _shown(self) -> list[tuple[str, LiveLayer]]:
        return [(name, layer) for name, layer in self._layers.items() if name not in self._hidden]

    def _check(self, name: str) -> None:
        if name not in self._layers:
            raise KeyError(f"no layer of marks is called {name}; there are {', '.join(self._layers)}")

    def _hits(self, name: str, layer: LiveLayer, view: View, across: float, down: float) -> list[Hit]:
        reach = layer.reach()
        if not len(reach.ids):
            return []
        if name not in self._indexes:
            from rtree import index

            low, high = np.ascontiguousarray(reach.boxes[:, :2]), np.ascontiguousarray(reach.boxes[:, 2:])
            self._indexes[name] = index.Index((np.arange(len(low), dtype=np.int64), low, high))
        x, y = (float(value) for value in view.to_ground(across, down))
        far = (reach.pixels + PICK_PX) * view.metres_per_pixel
        near = self._indexes[name].intersection((x - far, y - far, x + far, y + far))
        found = ((layer.distance_px(one, view, across, down), one) for one in near)
        return [Hit(distance, one, layer.kind, reach.ids[one]) for distance, one in found if distance <= PICK_PX]
