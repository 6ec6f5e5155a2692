"""Hands the numbers of an array to Qt where they lie, as the first of a row of Qt's own values."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import shiboken6
from numpy.typing import NDArray

Value = TypeVar("Value")
_MOST_TRIES = 16


def pointer_to(values: NDArray[np.float64], kind: type[Value]) -> tuple[Value, NDArray[np.float64]]:
    """Return the first value of a kind at an array's memory, and the contiguous array that must outlive it.

    The binding remembers objects by their address: where a dead one lay it answers with that one, of whatever type.
    The numbers are then laid elsewhere.
    """
    values = np.ascontiguousarray(values)
    passed = []  # held until another address is found, or the same one would come again
    for _ in range(_MOST_TRIES):
        made = shiboken6.wrapInstance(values.ctypes.data, kind)
        if type(made) is kind:
            return made, values
        passed.append(values)
        values = values.copy()
    raise RuntimeError(f"no memory is free of old objects for {kind.__name__}")
