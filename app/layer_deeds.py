"""Add files to a city's map as layers, and take them away again. Nothing here knows widgets; run it in a job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.layer_leavings import delete_data, noted, sweep
from gis.city import City
from gis.io_problem import CrsMissing, Problem
from maps.layers_file import look_of, read_layers, write_layers
from maps.user_layers import PLACES, LayerList, Look, UserLayer, default_colour

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Report = Callable[[float, str], None]


class CrsNeeded(ValueError):
    """A file does not say which coordinate system it is in. `guesses`: those in which it would lie in the city.

    sample: some of a vector file's coordinates as they stand in it, float64 (n, 2), where they were read.
    """

    code = "layer_crs_needed"

    def __init__(self, message: str, guesses: tuple[str, ...], sample: NDArray[np.float64] | None = None) -> None:
        super().__init__(message)
        self.guesses, self.sample = guesses, sample


@dataclass(frozen=True, slots=True)
class Added:
    """What was added: one layer, or one a kind of geometry. kept: features written, 0 for pictures."""

    layers: tuple[UserLayer, ...]
    kept: int
    problems: tuple[Problem, ...]

    @property
    def layer(self) -> UserLayer:
        """The layer that was added; the topmost where there are several."""
        return self.layers[-1]


def add_file(
    city: City,
    path: Path,
    *,
    title: str = "",
    name: str = "",
    layer: str | None = None,
    crs: str | None = None,
    place: str = "",
    report: Report | None = None,
) -> Added:
    """Add a vector file, a picture or an archive of tiles to a city, told apart by content, and list it on top.

    name: the folder's or file's name, made of the title where empty. layer: of a vector file with several. crs: what
    the file is in where it does not say. Raises CrsNeeded, VectorError, ImageryError, LayersFileError, ValueError (a
    wrong name or place) or OSError; then nothing was added.
    """
    from gis.imagery_build import imagery_kind

    if place and place not in PLACES:
        raise ValueError(f"{place!r} is no place of a layer: {' or '.join(PLACES)}")
    listing, _ = read_layers(city.folder)
    title = title or path.stem
    sweep(city.folder)
    taken = {each.name for each in listing.layers} | _picture_names(city)
    name = name or name_for(city, title)
    if name in taken or name in city.layer_names():
        raise ValueError(f"there is a layer {name!r} already")
    kind = imagery_kind(path) if path.is_file() else ""
    added = (
        _add_pictures(city, path, kind, title, name, crs, report)
        if kind
        else _add_vector(city, path, title, name, layer, crs, report)
    )
    listing, _ = read_layers(city.folder)  # somebody may have changed it meanwhile
    chosen = []
    for each in added.layers:
        look = replace(each.look, colour=default_colour(listing)) if each.kind == "vector" else each.look
        chosen.append(replace(each, look=look, place=place or each.place))
        listing = listing.with_layer(chosen[-1])
    try:
        write_layers(city.folder, listing)
    except (OSError, ValueError):
        for each in chosen:
            _delete(city, each)
        raise
    return replace(added, layers=tuple(chosen))


def name_for(city: City, title: str) -> str:
    """Make the name of a layer that is to be added of its title; one that nothing in the city bears."""
    from gis.layer_import import free_name

    listing, _ = read_layers(city.folder)
    listed = {each.name for each in listing.layers}
    return free_name(city, title, tuple(listed | _picture_names(city) | noted(city.folder)))


def remove_layer(city: City, name: str) -> LayerList:
    """Take a user layer out of a city's list and delete its data, later where a file is held open.

    Raises KeyError for one that is not listed.
    """
    listing, _ = read_layers(city.folder)
    layer = listing.named(name)
    if layer is None:
        raise KeyError(f"no layer {name!r} was added to this city")
    listing = listing.without(name)
    write_layers(city.folder, listing)
    _delete(city, layer)
    return listing


def restyle(city: City, name: str, table: dict[str, object]) -> UserLayer:
    """Give a user layer another look from a plain table, as layers.toml holds it.

    Raises KeyError for an unknown layer, BadFile for a wrong look, ValueError for a field that the layer does not have.
    """
    listing, _ = read_layers(city.folder)
    layer = listing.named(name)
    if layer is None:
        raise KeyError(f"no layer {name!r} was added to this city")
    layer = replace(layer, look=look_of(table))
    _check_fields(city, layer)
    write_layers(city.folder, listing.replaced(layer))
    return layer


def _check_fields(city: City, layer: UserLayer) -> None:
    if layer.kind != "vector":
        return
    look, known = layer.look, city.layer(layer.name).columns()
    asked = (look.field, look.size_field, look.label_field, *(condition.field for condition in look.conditions))
    unknown = next((field for field in asked if field and field not in known), "")
    if unknown:
        raise ValueError(f"{layer.name} has no field {unknown!r}; it has {', '.join(sorted(known)) or 'none'}")


def _add_vector(
    city: City, path: Path, title: str, name: str, layer: str | None, crs: str | None, report: Report | None
) -> Added:
    from gis.layer_import import guess_crs, import_layer

    try:
        imported = import_layer(path, city, name, layer=layer, crs=crs, report=report)
    except CrsMissing as missing:
        raise CrsNeeded(str(missing), guess_crs(missing, city)) from missing
    several = len(imported.stores) > 1
    order = ("polygon", "line", "point")  # areas below, points on top
    layers = tuple(
        UserLayer(
            name=store.name,
            title=f"{title} ({store.geometry}s)" if several else title,
            kind="vector",
            source=path.name,
            group=title if several else "",
            look=Look(width_px=1.2 if store.geometry == "polygon" else 2.0),
        )
        for store in sorted(imported.stores, key=lambda store: order.index(store.geometry))
    )
    return Added(layers, imported.kept, imported.problems)


def _add_pictures(
    city: City, path: Path, kind: str, title: str, name: str, crs: str | None, report: Report | None
) -> Added:
    from gis.imagery_build import add_imagery
    from gis.imagery_problem import CrsMissing as PictureCrsMissing

    try:
        added = add_imagery(path, city, name, crs=crs, report=report)
    except PictureCrsMissing as missing:
        raise CrsNeeded(str(missing), missing.guesses) from missing
    layer = UserLayer(
        name=name, title=title, kind=added.kind or kind, source=path.name, place="under", attribution=added.attribution
    )
    return Added((layer,), 0, added.problems)


def _picture_names(city: City) -> set[str]:
    folder = city.folder / "imagery"
    return {file.stem for file in folder.iterdir()} if folder.is_dir() else set()


def _delete(city: City, layer: UserLayer) -> None:
    city._layers.pop(layer.name, None)
    delete_data(city.folder, layer)
