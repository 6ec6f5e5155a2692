"""What the map shows at one moment, written down for another program of this house: plain JSON, nothing to run."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from maps import layers, live_cases
from maps.layers import Marks

# Only these are read back; a layer that is not here (a raster of density, say) is not handed out.
_RECORDS = {
    each.__name__: each
    for each in (
        layers.UnitMark, layers.IncidentMark, layers.CameraMark, layers.RouteMark, layers.ClosureMark,
        layers.TrailMark, layers.CallerMark, layers.PlaceMark, layers.StationMark,
        live_cases.CaseTable,
    )
}  # fmt: skip


def write_moment(file: Path, marks: Marks, lines: Sequence[str] = (), banner: str = "") -> None:
    """Write marks, the lines that tell what moment it is, and a banner. Raises OSError."""
    held = {each.name: [_plain(mark) for mark in getattr(marks, each.name)] for each in fields(Marks)}
    kept = {
        name: [mark for mark in found if isinstance(mark, dict) and mark["is"] in _RECORDS]
        for name, found in held.items()
    }
    file.write_text(json.dumps({"marks": kept, "lines": list(lines), "banner": banner}), encoding="utf-8")


def read_moment(file: Path) -> tuple[Marks, tuple[str, ...], str]:
    """Read what `write_moment` wrote. Raises ValueError for anything else, OSError."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        names = {each.name for each in fields(Marks)}
        marks = {name: tuple(_record(mark) for mark in found) for name, found in told["marks"].items() if name in names}
        return Marks(**marks), tuple(map(str, told["lines"])), str(told["banner"])
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{file}: this is no moment of a map ({error})") from error


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        content = base64.b64encode(np.ascontiguousarray(value, dtype="<f8").tobytes()).decode()
        return {"is": "array", "shape": value.shape, "float64": content}
    if is_dataclass(value) and not isinstance(value, type):
        return {"is": type(value).__name__, **{each.name: _plain(getattr(value, each.name)) for each in fields(value)}}
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def _record(told: Any) -> Any:
    if isinstance(told, list):
        return tuple(_record(each) for each in told)
    if not isinstance(told, dict):
        return told
    kind = told["is"]
    if kind == "array":
        return np.frombuffer(base64.b64decode(told["float64"]), "<f8").reshape(told["shape"])
    return _RECORDS[kind](**{name: _record(value) for name, value in told.items() if name != "is"})
