"""Turn a look and a layer's columns into what to draw: which features, in which colour, how large. Kept per look."""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.columns import LayerColumns
from gis.field_values import UNKNOWN, as_number, coded, is_text, numbers
from maps.user_layers import PALETTE, Condition, Look

MOST_KEPT = 40
SIZE_STEPS = 12

_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What of a layer is drawn and how. classes int16 (count,): index into `colours`, -1 where it is not drawn;

    sizes float32 (count,) or None: the size in logical pixels of every feature (a point's width, a line's width).
    """

    layer: LayerColumns
    look: Look
    classes: NDArray[np.int16]
    colours: tuple[str, ...]
    sizes: NDArray[np.float32] | None


_kept: OrderedDict[tuple[str, str], Drawn] = OrderedDict()


def drawn(layer: LayerColumns, look: Look) -> Drawn:
    """Answer what of a layer is drawn; the answer for a layer's last look is kept."""
    key = (str(layer.folder), layer.name)
    found = _kept.get(key)
    if found is None or found.layer is not layer or found.look != look:
        found = _drawn(layer, look)
        _kept[key] = found
    _kept.move_to_end(key)
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
    return found


def matching(layer: LayerColumns, conditions: tuple[Condition, ...]) -> NDArray[np.bool_]:
    """Tell which features meet all conditions, bool (count,). A field that is not there is empty everywhere."""
    keep = np.ones(layer.count, bool)
    for condition in conditions:
        keep &= _meets(layer, condition)
    return keep


def _meets(layer: LayerColumns, condition: Condition) -> NDArray[np.bool_]:
    sign, value = condition.operator, condition.value
    number = as_number(value.strip())
    if sign in _COMPARE and number == number:
        with np.errstate(invalid="ignore"):
            return np.asarray(_COMPARE[sign](numbers(layer, condition.field), number))
    if sign in ("=", "!=") and number == number and not _is_text(layer, condition.field):
        same = numbers(layer, condition.field) == number
        return np.asarray(same if sign == "=" else ~same)
    codes, texts = coded(layer, condition.field)
    if sign in ("is empty", "is not empty"):
        empty = _by_text(codes, [not text.strip() for text in texts], unknown=True)
        return empty if sign == "is empty" else ~empty
    if sign == "contains":
        wanted = value.casefold()
        return _by_text(codes, [wanted in text.casefold() for text in texts], unknown=False)
    if sign in _COMPARE:
        return _by_text(codes, [bool(_COMPARE[sign](text, value)) for text in texts], unknown=False)
    same = _by_text(codes, [text == value for text in texts], unknown=value == "")
    return same if sign == "=" else ~same


def _is_text(layer: LayerColumns, column: str) -> bool:
    return column not in layer.columns() or is_text(layer, column)


def _by_text(codes: NDArray[np.int32], answers: list[bool], *, unknown: bool) -> NDArray[np.bool_]:
    return np.array([*answers, unknown], bool)[codes]  # the code -1 reads the last


def _drawn(layer: LayerColumns, look: Look) -> Drawn:
    plain = look.colour or PALETTE[0]
    classes = np.zeros(layer.count, np.int16)
    colours: tuple[str, ...] = (plain,)
    if look.symbology == "categories":
        codes, texts = coded(layer, look.field)
        order = {category.value: place for place, category in reversed(list(enumerate(look.categories)))}
        other = len(look.categories) if look.other_colour else UNKNOWN
        table = [order.get(text, other) for text in texts]
        classes = np.array([*table, order.get("", other)], np.int16)[codes]
        colours = (*(category.colour for category in look.categories), look.other_colour or plain)
    elif look.symbology == "graduated":
        values = numbers(layer, look.field)
        classes = np.searchsorted([step.upto for step in look.steps], values).astype(np.int16)
        beyond = ~np.isfinite(values) | (classes >= len(look.steps))
        classes[beyond] = len(look.steps) if look.other_colour else UNKNOWN
        colours = (*(step.colour for step in look.steps), look.other_colour or plain)
    if look.conditions:
        classes = np.where(matching(layer, look.conditions), classes, UNKNOWN).astype(np.int16)
    return Drawn(layer, look, classes, colours, _sizes(layer, look))


def _sizes(layer: LayerColumns, look: Look) -> NDArray[np.float32] | None:
    """Size features by a number: a point's area, and a line's width, grow with it. Unknown numbers are smallest."""
    if not look.size_field:
        return None
    values = numbers(layer, look.size_field)
    known = values[np.isfinite(values)]
    low, high = look.size_range or ((float(known.min()), float(known.max())) if len(known) else (0.0, 1.0))
    share = np.clip((np.nan_to_num(values, nan=low) - low) / ((high - low) or 1.0), 0.0, 1.0)
    if layer.geometry == "point":
        share = np.sqrt(share)
    share = np.round(share * SIZE_STEPS) / SIZE_STEPS  # few sizes: each is one stamp, one pen
    smallest, largest = look.size_px_range
    return (smallest + share * (largest - smallest)).astype(np.float32)
