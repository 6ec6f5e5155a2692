"""pyqtgraph, brought in so that errors go on being told as the program tells them."""

from __future__ import annotations

import sys
import threading

_HOOKS = sys.excepthook, threading.excepthook
import pyqtgraph as pg  # noqa: E402 - it puts hooks of its own in their place

sys.excepthook, threading.excepthook = _HOOKS
pg.setConfigOption("exitCleanup", False)  # Qt takes its widgets down itself

__all__ = ["pg"]
