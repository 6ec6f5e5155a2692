"""Circles of garbage go in the window's thread and in no other."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

from app.garbage import SOONEST_WHOLE_S, Sweeper, by_hand
from dispatch.uncollected import uncollected


class Circle:
    def __init__(self) -> None:
        self.me = self


_kept: list[list[int]] = []


def heap_up(generation: int) -> None:
    """Make so many things, and pass so many collections, that a generation is due."""
    most = gc.get_threshold()
    _kept.clear()  # what is thrown away counts against what is made
    for _ in range(most[2] + 1 if generation == 2 else 1):
        for _ in range(most[1] + 1 if generation >= 1 else 0):
            gc.collect(0)
        if generation == 2:
            gc.collect(1)
    _kept.extend([] for _ in range(most[0] + 300))  # some come from Python's store of used ones, and do not count


def test_a_program_with_windows_collects_nothing_by_itself_and_leaves_all_as_it_was() -> None:
    gc.enable()
    try:
        with by_hand():
            assert not gc.isenabled()
        assert gc.isenabled()
    finally:
        gc.disable()
    with by_hand():
        pass
    assert not gc.isenabled()


def test_the_young_are_looked_through_when_there_are_many() -> None:
    gc.collect()
    sweeper = Sweeper()
    assert sweeper.sweep() is None
    circle = weakref.ref(Circle())
    heap_up(0)
    assert sweeper.sweep() == 0
    assert circle() is None


def test_everything_is_looked_through_seldom() -> None:
    now = 0.0
    sweeper = Sweeper(lambda: now)
    gc.collect()
    heap_up(2)
    assert sweeper.sweep() == 2
    heap_up(2)
    assert sweeper.sweep() != 2, "so soon again it would cost more than its share"
    now = SOONEST_WHOLE_S
    heap_up(2)
    assert sweeper.sweep() == 2


def test_whoever_reads_much_is_not_held_up() -> None:
    gc.collect()
    sweeper = Sweeper()
    with uncollected():
        heap_up(0)
        assert sweeper.sweep() is None
    assert sweeper.sweep() is not None


WINDOW = """
import gc, os, sys, threading, weakref
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
from app.garbage import by_hand, sweep_in

def work():
    while not done.is_set():
        [[] for _ in range(2000)]

gone = []
with by_hand():
    application = QApplication([])
    done = threading.Event()
    other = threading.Thread(target=work)
    sweep_in(application)
    widget = QWidget()
    widget.me = widget
    weakref.finalize(widget, lambda: gone.append(threading.current_thread() is threading.main_thread()))
    del widget
    other.start()
    watch = QTimer(interval=10)
    watch.timeout.connect(lambda: gone and application.quit())
    watch.start()
    QTimer.singleShot(60_000, application.quit)
    application.exec()
    done.set()
    other.join()
sys.exit(0 if gone == [True] else 1)
"""


def test_a_window_left_in_a_circle_goes_in_its_own_thread_whatever_other_threads_do() -> None:
    assert subprocess.run([sys.executable, "-c", WINDOW], timeout=100, check=False).returncode == 0
