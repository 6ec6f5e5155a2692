"""Qt's classes, made in the window's thread before another thread names one.

Qt for Python makes the Python side of a class when it is first named, or when its module is imported, and lets other
threads run meanwhile. One that looks up what an object of Qt is in that moment finds half a class and the process dies.
So no job imports a module of Qt, and none that names classes of Qt before `make_all` was called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from time import perf_counter

from PySide6.QtCore import QObject, QTimer

_MODULES = ("QtCore", "QtGui", "QtWidgets", "QtNetwork", "QtMultimedia")
FOR_CHARTS = ("QtSvg", "QtTest", "QtOpenGL", "QtOpenGLWidgets")  # what pyqtgraph imports beside
_TURN_S, _EVERY_MS = 0.008, 30
_left: list[Iterator[None]] = []
_more: set[str] = set()


def make_all(*more: str) -> None:
    """Make what is still missing, at once, and the classes of `more` modules; takes about 0.1 s the first time."""
    for _ in _making():
        pass
    for name in more:
        if name not in _more:
            _more.add(name)
            for _ in _classes(name):
                pass


def make_slowly(parent: QObject, then: Callable[[], object], *, after_ms: int = 2_000) -> QTimer:
    """Make them a few at a time once the first picture stands, and call back; return the timer that does it."""
    timer = QTimer(parent)
    timer.setInterval(_EVERY_MS)

    def turn() -> None:
        until = perf_counter() + _TURN_S
        for _ in _making():
            if perf_counter() > until:
                return
        timer.stop()
        then()

    timer.timeout.connect(turn)
    QTimer.singleShot(after_ms, timer, timer.start)
    return timer


def _making() -> Iterator[None]:
    """Return the one way through all usual classes, wherever it stands."""
    if not _left:
        _left.append(each for name in _MODULES for each in _classes(name))
    return _left[0]


def _classes(name: str) -> Iterator[None]:
    try:
        module = import_module(f"PySide6.{name}")
    except ImportError:  # QtMultimedia needs the system's libpulse0
        return
    yield
    for each in dir(module):
        getattr(module, each, None)
        yield
