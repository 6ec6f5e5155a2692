"""Which layers of a city are shown: the list of user layers that lies beside them, read when its file changed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from maps.user_layers import LayerList

if TYPE_CHECKING:
    from gis.columns import LayerColumns

LAYERS_FILE = "layers.toml"
LEAVINGS = ".leavings"  # in a city's folder: what of its layers is still to be deleted
BETWEEN = " · "  # stands between the owners of data
_elsewhere: dict[Path, Path] = {}
BUILT_IN = frozenset(
    (
        "land_use", "parks", "water", "waterways", "buildings", "roads", "railways", "boundaries", "place_names",
        "cameras", "hydrants", "stations", "hospitals", "house_numbers", "grid",
    )
)  # fmt: skip


class DrawnLayers(Protocol):
    """What can be painted: a city, or only its folder of layers."""

    def layer_names(self) -> tuple[str, ...]:
        """Name the layers there are."""
        ...

    def layer(self, name: str) -> LayerColumns:
        """Open one of them."""
        ...


class Attributed(DrawnLayers, Protocol):
    """What says whose data it is."""

    @property
    def attribution(self) -> str:
        """Say whose data it is."""
        ...


def listing_of(layers: DrawnLayers) -> LayerList:
    """Return the user layers of a city: its own `listing` where it has one, else those of the file in its `folder`.

    Without a file, or a folder, the list is empty.
    """
    own = getattr(layers, "listing", None)
    if isinstance(own, LayerList):
        return own
    folder = getattr(layers, "folder", None)
    if folder is None:
        return LayerList()
    folder = _elsewhere.get(folder, folder)
    try:
        found = (folder / LAYERS_FILE).stat()
    except OSError:
        return LayerList()
    return _read(folder, found.st_ino, found.st_mtime_ns, found.st_size)


def read_elsewhere(city_folder: Path, listing_folder: Path | None) -> None:
    """Let this process read the list of a city's layers in another folder from now on; None: in the city's own."""
    if listing_folder is None:
        _elsewhere.pop(city_folder, None)
    else:
        _elsewhere[city_folder] = listing_folder


def elsewhere(city_folder: Path) -> Path | None:
    """Return where this process reads the list of a city's layers, None where it reads the city's own."""
    return _elsewhere.get(city_folder)


@lru_cache(maxsize=4)
def _read(folder: Path, *_signature: int) -> LayerList:
    from maps.layers_file import read_layers

    return read_layers(folder)[0]


def attribution_of(layers: Attributed, listing: LayerList | None = None) -> str:
    """Say whose data is shown: the city's own, and that of the user layers that are switched on, each once.

    `listing` is looked up where it is not given.
    """
    listing = listing_of(layers) if listing is None else listing
    shown = [layer.attribution for layer in listing.layers if layer.is_shown]
    parts = (part.strip() for text in (layers.attribution, *shown) for part in text.split(BETWEEN))
    return BETWEEN.join(dict.fromkeys(part for part in parts if part))


class Unhidden:
    """A city's layers without those of its own that its people switched off, as they stand when it is made.

    A picture asks for their names once a layer, and a city answers each time by looking into its folder.
    """

    def __init__(self, layers: DrawnLayers, listing: LayerList) -> None:
        self._layers = layers
        self._names = tuple(name for name in layers.layer_names() if name not in listing.hidden)

    def layer_names(self) -> tuple[str, ...]:
        """Name the layers that are not switched off."""
        return self._names

    def layer(self, name: str) -> LayerColumns:
        """Open one of them."""
        return self._layers.layer(name)
