"""Give what stands in a city (部件) its code of 16 digits, and keep it when the layers are built again.

The codes stand in a file of the city, a line a component: its code and the id of the thing in its source. A thing that
is there again has its code again; one that is gone keeps its line, so that its code is never given to another.
"""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from gis.columns import LayerColumns
from gis.grid_codes import component_code, is_component_code

FILE = "component_codes.csv"
HEAD = ("code", "source")
_IDS = ("component_id", "asset_id", "id", "ref", "fid", "objectid")


class CodesError(ValueError):
    """A file of component codes cannot be used; the message names every line that is wrong."""


def component_codes(
    sources: Sequence[str], kept: Mapping[str, str], *, county: str, small_class: str
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Answer the codes of things by the ids of their sources, and all that are to be kept from now on.

    kept: code by source id, of every class. The new ones get the serials after the last one of their class, in the
    order of `sources`. Raises ValueError for a source id that is empty or stands twice, a class that is none, or where
    no serial is left.
    """
    _check(sources)
    prefix = component_code(county, small_class, 1)[:10]
    known = dict(kept)
    last = max((int(code[10:]) for code in known.values() if code.startswith(prefix)), default=0)
    codes = []
    for source in sources:
        code = known.get(source, "")
        if not code.startswith(prefix):  # new, or of another class now: the code says the class
            last += 1
            code = known[source] = component_code(county, small_class, last)
        codes.append(code)
    return tuple(codes), known


def sources_of(layer: LayerColumns, id_field: str = "") -> tuple[str, ...]:
    """Name each feature of a layer by the id that its source gave it: its OpenStreetMap id, else a field of ids.

    Raises ValueError where there is no such field, or an id is missing or stands twice.
    """
    columns = layer.columns()
    if not id_field and {"osm_id", "osm_type"} <= set(columns):
        pairs = zip(layer.attribute("osm_type"), layer.attribute("osm_id"), strict=True)
        found = tuple(f"{layer.name}:{kind or ''}{int(number)}" for kind, number in pairs)
    else:
        plain = {column.casefold(): column for column in columns}
        field = id_field or next((plain[name] for name in _IDS if name in plain), "")
        if field not in columns:
            raise ValueError(f"layer {layer.name} has no field of ids; there are {', '.join(columns) or 'none'}")
        found = tuple(_named(layer.name, value) for value in layer.attribute(field))
    _check(found)
    return found


def read_codes(file: Path) -> dict[str, str]:
    """Read the codes that are kept, by source id; none where there is no file. Raises CodesError."""
    if not file.is_file():
        return {}
    try:
        rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CodesError(f"{file}: cannot be read ({error})") from error
    if not rows or tuple(rows[0]) != HEAD:
        raise CodesError(f"{file}:1: the first line must be {','.join(HEAD)}")
    found: dict[str, str] = {}
    lines: dict[str, int] = {}
    wrong = []
    for line, row in enumerate(rows[1:], start=2):
        code, source = row if len(row) == 2 else ("", "")
        if not is_component_code(code) or not source:
            wrong.append(f"{file}:{line}: must be a code of 16 digits and the id of its source")
        elif source in found or code in lines:
            wrong.append(f"{file}:{line}: {source if source in found else code} stands already")
        else:
            found[source], lines[code] = code, line
    if wrong:
        raise CodesError("\n".join(wrong))
    return found


def write_codes(file: Path, kept: Mapping[str, str]) -> None:
    """Write codes in their order, beside the file first, so that a cut never loses the ones before."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows(sorted((code, source) for source, code in kept.items()))
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        beside.write_text(text.getvalue(), "utf-8", newline="\n")
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def _named(layer: str, value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = " ".join(str(value).split())
    return f"{layer}:{text}" if text else ""


def _check(sources: Iterable[str]) -> None:
    seen: dict[str, int] = {}
    for row, source in enumerate(sources, start=1):
        if not source:
            raise ValueError(f"component {row} has no id in its source")
        if source in seen:
            raise ValueError(f"component {row}: {source!r} is the id of component {seen[source]} already")
        seen[source] = row
