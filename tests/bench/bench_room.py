"""A window of a room while its server stalls: the longest frame, how soon it is said, how soon it is over."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.bench.rows import Row, absent, within
from tests.servers import running_postgres

STALL_S = 10.0
CLICK_MS = 150


def rows() -> Iterator[Row]:
    """Yield one row a measure."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        try:
            server = stack.enter_context(running_postgres())
        except pytest.skip.Exception as skipped:
            yield absent("a window while its server stalls", str(skipped)[:34])
            return
        yield from _stall(server.port, server.address("stall"), Path(name))


def _stall(port: int, address: str, folder: Path) -> Iterator[Row]:
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from app import theme
    from maps.cities.helsinki import ensure_built
    from tests.app.room.two_windows import Gaps, Seat, click_about, wait
    from tests.dispatch.lossy_proxy import LossyProxy

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.put_on(app, "night")
    city = folder / "city"
    ensure_built(folder=city)
    wire = LossyProxy(port)
    seat = Seat(city, address.replace(f":{port}/", f":{wire.port}/"), folder / "keys", "anna")
    try:
        seat.report()
        wait(lambda: len(seat.desk.state.incidents))
        turns = iter(range(10_000))

        def click_for(seconds: float) -> tuple[float, float]:
            """Click about; return the longest gap between two beats, and when the strip said that nothing is saved."""
            gaps, loop, clicking = Gaps(), QEventLoop(), QTimer()
            began, said = time.monotonic(), []

            def click() -> None:
                click_about(seat, next(turns))
                if not said and seat.strip.saved.value.text() == "NOT SAVED":
                    said.append(time.monotonic() - began)

            clicking.timeout.connect(click)
            clicking.start(CLICK_MS)
            QTimer.singleShot(round(1000 * seconds), loop.quit)
            loop.exec()
            clicking.stop()
            gaps.stop()
            return gaps.longest_s, said[0] if said else float("nan")

        click_for(6.0)  # what is made when it is first wanted is made
        whole_s, _ = click_for(5.0)
        wire.cut()
        longest_s, said_s = click_for(STALL_S)
        wire.mend()
        mended_s = time.monotonic()
        wait(lambda: seat.strip.saved.value.text() == "Saved")
        back_s = time.monotonic() - mended_s
        load = f"load {os.getloadavg()[0]:.0f} on {os.cpu_count()}"
        yield within(f"longest frame while the server stalls {STALL_S:.0f} s, {load}", longest_s, 0.1)
        yield within("the same clicks, the server whole", whole_s, 0.1)
        yield within("until the strip says that nothing is saved", said_s, 4.0)
        yield within("until it says saved again, once the server answers", back_s, 5.0)
    finally:
        seat.close()
        wire.close()
        shutil.rmtree(city, ignore_errors=True)
