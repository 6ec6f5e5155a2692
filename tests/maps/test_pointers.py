"""Numbers reach Qt as what they are, also where the binding remembers something else under their address."""

from __future__ import annotations

import numpy as np
import shiboken6
from PySide6.QtCore import QLineF, QPointF

from maps.pointers import pointer_to


def test_the_first_value_is_where_the_numbers_lie() -> None:
    values = np.arange(8.0).reshape(2, 4)
    line, held = pointer_to(values, QLineF)
    assert held is values
    assert (line.x1(), line.y1(), line.x2(), line.y2()) == (0, 1, 2, 3)


def test_an_address_that_something_else_had_is_left() -> None:
    values = np.arange(8.0).reshape(2, 4)
    dead = shiboken6.wrapInstance(values.ctypes.data, QPointF)
    line, held = pointer_to(values, QLineF)
    assert isinstance(line, QLineF) and isinstance(dead, QPointF)
    assert held is not values
    assert line.x2() == 2


def test_numbers_that_lie_apart_are_laid_together() -> None:
    values = np.arange(16.0).reshape(2, 8)[:, ::2]
    line, held = pointer_to(values, QLineF)
    assert held.flags.c_contiguous
    assert (line.x1(), line.y1(), line.x2(), line.y2()) == (0, 2, 4, 6)
