"""Layers that a city's people laid over the map, and how each is drawn: frozen records, no Qt, nothing heavy."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace

OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "contains", "is empty", "is not empty")
SYMBOLOGIES = ("single", "categories", "graduated")
LAYER_KINDS = ("vector", "imagery", "archive", "remote")
PLACES = ("under", "over")
SERVICES = ("xyz", "wms", "wmts")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")

# Seen on the night's ground and on the day's alike (contrast 3 and more on both), told apart by colour-blind eyes:
# around Okabe & Ito's "Color Universal Design" (2008), darkened where day needs it; far from the signs' own red.
PALETTE = ("#2f8fd6", "#c67a1e", "#1d9a72", "#b06a9c", "#8a8a2c", "#7d7fd8", "#b5704a", "#3f97a6")


@dataclass(frozen=True, slots=True)
class Condition:
    """Keep the features whose field compares so with a value; as numbers where both are, else as text."""

    field: str
    operator: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    """Draw the features whose field holds this value (as text) in a colour, `#rrggbb`."""

    value: str
    colour: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Draw the features whose number is at most `upto`, and above the step before, in a colour, `#rrggbb`."""

    upto: float
    colour: str


@dataclass(frozen=True, slots=True)
class Look:
    """How a user layer is drawn. Colours are `#rrggbb`; an empty one is the default, an empty outline is none.

    symbology: "single" uses `colour`; "categories" and "graduated" read `field` and fall back to `other_colour`
    (empty: such features are not drawn). size_field scales points (and the widths of lines) from `size_px_range[0]`
    to `size_px_range[1]` while its number runs over `size_range` (None: over the layer's own numbers). All
    `conditions` must hold. The layer is drawn from `finest_mpp` to `coarsest_mpp` metres per pixel.
    """

    colour: str = ""
    outline: str = ""
    width_px: float = 1.4
    size_px: float = 6.0
    opacity: float = 1.0
    symbology: str = "single"
    field: str = ""
    categories: tuple[Category, ...] = ()
    steps: tuple[Step, ...] = ()
    other_colour: str = ""
    size_field: str = ""
    size_px_range: tuple[float, float] = (4.0, 18.0)
    size_range: tuple[float, float] | None = None
    label_field: str = ""
    label_size_px: float = 10.0
    conditions: tuple[Condition, ...] = ()
    finest_mpp: float = 0.0
    coarsest_mpp: float = math.inf

    def is_drawn_at(self, metres_per_pixel: float) -> bool:
        """Tell whether the layer is drawn at a scale."""
        return self.finest_mpp <= metres_per_pixel <= self.coarsest_mpp


@dataclass(frozen=True, slots=True)
class Remote:
    """Where a remote layer's pictures come from. service: "xyz", "wms" or "wmts"."""

    service: str
    url: str
    layer: str = ""
    style: str = ""
    image_format: str = "image/png"
    finest_zoom: int = 19
    tile_matrix_set: str = ""


@dataclass(frozen=True, slots=True)
class UserLayer:
    """One layer that was added to a city. name: its folder or file; source: the file's name or address as given.

    kind: "vector" (in `layers/`), "imagery", "archive" or "remote" (in `imagery/`). place: "under" buildings and
    roads but over land and water, or "over" roads but under labels.
    """

    name: str
    title: str
    kind: str
    source: str = ""
    group: str = ""
    is_shown: bool = True
    place: str = "over"
    look: Look = field(default_factory=Look)
    attribution: str = ""
    remote: Remote | None = None


@dataclass(frozen=True, slots=True)
class LayerList:
    """A city's user layers from the bottom up, and which of the city's own layers are switched off."""

    layers: tuple[UserLayer, ...] = ()
    hidden: frozenset[str] = frozenset()

    def named(self, name: str) -> UserLayer | None:
        """Find a layer by its name."""
        return next((layer for layer in self.layers if layer.name == name), None)

    def shown_in(self, place: str, metres_per_pixel: float) -> tuple[UserLayer, ...]:
        """Pick the layers that are drawn in a place at a scale, from the bottom up."""
        return tuple(
            layer
            for layer in self.layers
            if layer.is_shown and layer.place == place and layer.look.is_drawn_at(metres_per_pixel)
        )

    def with_layer(self, layer: UserLayer) -> LayerList:
        """Put a layer on top; one of the same name is replaced where it lies."""
        if self.named(layer.name) is not None:
            return self.replaced(layer)
        return replace(self, layers=(*self.layers, layer))

    def without(self, name: str) -> LayerList:
        """Take a layer out. Raises KeyError for one that is not there."""
        self._index(name)
        return replace(self, layers=tuple(layer for layer in self.layers if layer.name != name))

    def moved(self, name: str, position: int) -> LayerList:
        """Move a layer to a position counted from the bottom, 0 being the lowest. Raises KeyError."""
        index = self._index(name)
        rest = [*self.layers[:index], *self.layers[index + 1 :]]
        rest.insert(max(0, min(position, len(rest))), self.layers[index])
        return replace(self, layers=tuple(rest))

    def replaced(self, layer: UserLayer) -> LayerList:
        """Put a layer in the place of the one of the same name. Raises KeyError for one that is not there."""
        index = self._index(layer.name)
        return replace(self, layers=(*self.layers[:index], layer, *self.layers[index + 1 :]))

    def with_hidden(self, name: str, is_hidden: bool) -> LayerList:
        """Switch one of the city's own layers off, or on again."""
        return replace(self, hidden=self.hidden | {name} if is_hidden else self.hidden - {name})

    def _index(self, name: str) -> int:
        for index, layer in enumerate(self.layers):
            if layer.name == name:
                return index
        raise KeyError(f"no layer {name!r}")


def default_colour(listing: LayerList) -> str:
    """Choose the palette's colour that a list's layers use least."""
    used = [layer.look.colour.casefold() for layer in listing.layers]
    return min(PALETTE, key=lambda colour: (used.count(colour), PALETTE.index(colour)))
