"""Keep a city's user layers in a plain file, `layers.toml`, that a person may read and edit."""

from __future__ import annotations

import math
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, fields
from itertools import pairwise
from pathlib import Path
from typing import Any

from gis.columns import is_layer_name
from gis.located_toml import BadFile, Fields, LocatedToml, Problem
from gis.osm_tags import LAYERS as CITY_LAYERS
from gis.toml_lines import Path as FieldPath
from maps.user_layers import (
    COLOUR,
    LAYER_KINDS,
    OPERATORS,
    PLACES,
    SERVICES,
    SYMBOLOGIES,
    Category,
    Condition,
    LayerList,
    Look,
    Remote,
    Step,
    UserLayer,
)

LAYERS_FILE = "layers.toml"
SPARE_FILE = "layers.unread.toml"
FORMAT = 1
MOST_LAYERS = 500
LONGEST_TITLE = 200
_MOST = 1e300


class LayersFileError(ValueError):
    """A city's layers.toml cannot be replaced: a newer program wrote it."""


def read_layers(city_folder: Path) -> tuple[LayerList, tuple[Problem, ...]]:
    """Read a city's user layers; answers them with everything that is wrong in the file, line by line.

    Without a file the list is empty. A layer with a wrong field is left out, one with an unknown field is kept.
    """
    file = city_folder / LAYERS_FILE
    if not file.exists():
        return LayerList(), ()
    try:
        toml = LocatedToml.read(file)
    except BadFile as error:
        return LayerList(), error.problems
    toml.check_keys(("format", "hidden", "layer"))
    version = toml.data.get("format", FORMAT)
    if version != FORMAT:
        toml.problem(("format",), f"{version!r} was written by a newer program; this one reads {FORMAT}")
        return LayerList(), tuple(toml.problems)
    hidden = Fields(toml, (), toml.data, "the city's own layers").texts("hidden")
    layers: dict[str, UserLayer] = {}
    tables = toml.tables("layer")
    if len(tables) > MOST_LAYERS:
        toml.problem(tables[MOST_LAYERS][0], f"more than {MOST_LAYERS} layers; the rest is left out", label="layer")
    for path, table in tables[:MOST_LAYERS]:
        before = len(toml.problems)
        layer = _layer(toml, path, table)
        if layer.name in layers:
            toml.problem((*path, "name"), f"a second layer is called {layer.name!r}", label="layer")
        if len(toml.problems) == before:
            layers[layer.name] = layer
        _told_unknown(toml, path, table)
    problems = tuple(sorted(toml.problems, key=lambda problem: problem.line))
    return LayerList(tuple(layers.values()), frozenset(hidden)), problems


def write_layers(city_folder: Path, listing: LayerList) -> None:
    """Write a city's user layers in one step. Raises LayersFileError where a newer program wrote the file.

    A file that could not be read whole is kept beside as `layers.unread.toml`.
    """
    file = city_folder / LAYERS_FILE
    if file.exists():
        _, problems = read_layers(city_folder)
        if any(problem.text.endswith(f"this one reads {FORMAT}") for problem in problems):
            raise LayersFileError(f"{file}: written by a newer program, and left as it is")
        if problems:
            (city_folder / SPARE_FILE).write_bytes(file.read_bytes())
    beside = city_folder / f".{LAYERS_FILE}.{secrets.token_hex(4)}"
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write("\n".join(_lines(listing)) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def look_of(table: dict[str, Any], *, source: str = "look") -> Look:
    """Make a look of a plain table as it stands in the file. Raises BadFile naming the wrong fields of `source`."""
    toml = LocatedToml(source, {}, {})
    look = _look(toml, (), table)
    _unknown(toml, (), table, Look, "look")
    toml.raise_if_bad()
    return look


def look_table(look: Look) -> dict[str, Any]:
    """Answer what of a look differs from the default, as plain values: what the file holds."""
    table: dict[str, Any] = {}
    for each in fields(Look):
        value = getattr(look, each.name)
        if value == each.default or value is None:
            continue
        if each.name in ("categories", "steps", "conditions"):
            table[each.name] = [{f.name: getattr(item, f.name) for f in fields(item)} for item in value]
            for item in table[each.name] if each.name == "categories" else ():
                item["label"] = one_line(item["label"])  # what is read back is one line
        else:
            table[each.name] = list(value) if isinstance(value, tuple) else value
    return table


def _layer(toml: LocatedToml, path: FieldPath, table: dict[str, Any]) -> UserLayer:
    take = Fields(toml, path, table, f"layer {table.get('name', '?')!r}"[:80])
    name = take.text("name")
    if name and not is_layer_name(name):
        take.bad("name", f"{name!r} must be small letters, digits and _, beginning with a letter")
    if name in CITY_LAYERS:  # what is listed here can be removed, with its data
        take.bad("name", f"{name!r} is a layer of the city itself")
    kind = take.one_of("kind", LAYER_KINDS, "kind of layer", "vector")
    _among(take, "kind", kind, LAYER_KINDS)
    place = take.text("place", "under" if kind != "vector" else "over")
    _among(take, "place", place, PLACES)
    remote = _table(take, "remote")
    if kind == "remote" and remote is None:
        take.bad("remote", "is missing")
    return UserLayer(
        name=name,
        title=take.text("title", name)[:LONGEST_TITLE] or name,
        kind=kind,
        source=take.text("source", ""),
        group=take.text("group", "")[:LONGEST_TITLE],
        is_shown=take.truth("is_shown", True),
        place=place,
        look=_look(toml, (*path, "look"), _table(take, "look") or {}),
        attribution=take.text("attribution", ""),
        remote=_remote(toml, (*path, "remote"), remote) if remote is not None else None,
    )


def _look(toml: LocatedToml, path: FieldPath, table: dict[str, Any]) -> Look:
    take = Fields(toml, path, table, "look")
    base = Look()
    symbology = take.text("symbology", base.symbology)
    _among(take, "symbology", symbology, SYMBOLOGIES)
    steps = tuple(
        Step(each.number("upto", -_MOST, _MOST), _colour(each, "colour", required=True))
        for each in _items(toml, take, "steps", "step")
    )
    if any(one.upto >= other.upto for one, other in pairwise(steps)):
        take.bad("steps", "must rise")
    conditions = []
    for each in _items(toml, take, "conditions", "condition"):
        operator = each.text("operator")
        _among(each, "operator", operator, OPERATORS)
        conditions.append(Condition(each.text("field"), operator, _value(each, "value", "")))
    finest = take.number("finest_mpp", 0.0, _MOST, base.finest_mpp)
    return Look(
        colour=_colour(take, "colour"),
        outline=_colour(take, "outline"),
        width_px=take.number("width_px", 0.0, 100.0, base.width_px),
        size_px=take.number("size_px", 0.5, 200.0, base.size_px),
        opacity=take.number("opacity", 0.0, 1.0, base.opacity),
        symbology=symbology,
        field=take.text("field", ""),
        categories=tuple(
            Category(_value(each, "value"), _colour(each, "colour", required=True), each.text("label", ""))
            for each in _items(toml, take, "categories", "category")
        ),
        steps=steps,
        other_colour=_colour(take, "other_colour"),
        size_field=take.text("size_field", ""),
        size_px_range=_pair(take, "size_px_range", 0.5, 200.0) or base.size_px_range,
        size_range=_pair(take, "size_range", -_MOST, _MOST),
        label_field=take.text("label_field", ""),
        label_size_px=take.number("label_size_px", 5.0, 60.0, base.label_size_px),
        conditions=tuple(conditions),
        finest_mpp=finest,
        coarsest_mpp=_coarsest(take, finest),
    )


def _coarsest(take: Fields, finest: float) -> float:
    if take.table.get("coarsest_mpp", math.inf) == math.inf:
        return math.inf
    return take.number("coarsest_mpp", finest, _MOST)


def _remote(toml: LocatedToml, path: FieldPath, table: dict[str, Any]) -> Remote:
    take = Fields(toml, path, table, "remote")
    service = take.text("service")
    _among(take, "service", service, SERVICES)
    return Remote(
        service=service,
        url=take.text("url"),
        layer=take.text("layer", ""),
        style=take.text("style", ""),
        image_format=take.text("image_format", "image/png"),
        finest_zoom=take.whole("finest_zoom", 0, 24, 19),
        tile_matrix_set=take.text("tile_matrix_set", ""),
    )


def _told_unknown(toml: LocatedToml, path: FieldPath, table: dict[str, Any]) -> None:
    _unknown(toml, path, table, UserLayer, "layer")
    for key, record in (("look", Look), ("remote", Remote)):
        inner = table.get(key)
        if isinstance(inner, dict):
            _unknown(toml, (*path, key), inner, record, key)


def _unknown(toml: LocatedToml, path: FieldPath, table: dict[str, Any], record: type[Any], label: str) -> None:
    known = {each.name for each in fields(record)}
    for key in table:
        if key not in known:
            toml.problem((*path, key), "unknown field, left out", label=f"{label}: field {key!r}")


def _table(take: Fields, key: str) -> dict[str, Any] | None:
    value = take.table.get(key)
    if value is None or isinstance(value, dict):
        return value
    take.bad(key, "must be a table")
    return None


def _items(toml: LocatedToml, take: Fields, key: str, label: str) -> Iterator[Fields]:
    for path, table in take.tables(key):
        yield Fields(toml, path, table, label)


def _among(take: Fields, key: str, value: str, known: Sequence[str]) -> None:
    if value and value not in known:
        take.bad(key, f"must be one of {', '.join(known)}, not {value!r}")


def _colour(take: Fields, key: str, *, required: bool = False) -> str:
    value = take.text(key, None if required else "")
    if value and not COLOUR.fullmatch(value):
        take.bad(key, f"must be a colour such as #1f77b4, not {value!r}")
        return ""
    return value.casefold()


def _value(take: Fields, key: str, default: str | None = None) -> str:
    """Take a value to compare with: any text, also an empty one and one with line breaks, as the data may hold it."""
    value = take.table.get(key, default)
    if not isinstance(value, str):
        take.bad(key, "must be text in quotes")
        return ""
    return value


def _pair(take: Fields, key: str, low: float, high: float) -> tuple[float, float] | None:
    value = take.table.get(key)
    if value is None:
        return None
    numbers = isinstance(value, list | tuple) and all(type(each) in (int, float) for each in value)
    if not numbers or len(value) != 2 or not low <= value[0] <= value[1] <= high:
        take.bad(key, f"must be two numbers from {low:g} to {high:g}, the smaller first")
        return None
    return float(value[0]), float(value[1])


def _lines(listing: LayerList) -> Iterator[str]:
    yield "# The layers that were laid over this city's map, from the bottom up, and how they are drawn."
    yield f"format = {FORMAT}"
    yield f"hidden = {_written(sorted(listing.hidden))}  # of the city's own layers"
    for layer in listing.layers:
        yield "\n[[layer]]"
        for each in fields(UserLayer):
            value = getattr(layer, each.name)
            if each.name in ("look", "remote"):
                continue
            if each.default is MISSING or value != each.default or each.name == "place":
                yield f"{each.name} = {_written(one_line(value) if isinstance(value, str) else value)}"
        look = look_table(layer.look)
        if look:
            yield "[layer.look]"
            yield from (f"{key} = {_written(value)}" for key, value in look.items())
        if layer.remote is not None:
            yield "[layer.remote]"
            values = ((each.name, getattr(layer.remote, each.name)) for each in fields(Remote))
            yield from (
                f"{key} = {_written(one_line(item) if isinstance(item, str) else item)}" for key, item in values
            )


def one_line(text: str) -> str:
    """Make text from outside fit for one line: control signs and line breaks become blanks."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip()


def _written(value: Any) -> str:
    """Write a value as TOML; a lone surrogate cannot stand in it and becomes a question mark."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else ("inf" if value > 0 else "-inf")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_written(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    text = str(value).encode("utf-8", "replace").decode("utf-8").replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", text) + '"'
