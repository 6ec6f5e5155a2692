"""The replay: San Francisco's week wound up, and the ordinary window at 50 random moments of it."""

from __future__ import annotations

import contextlib
import io
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.rows import Row, absent, within

JUMPS = 50
LIMIT_S = 0.2


def rows() -> Iterator[Row]:
    """Yield the rows; a jump is timed from the asking until the last panel and the map's frame are painted."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from app.__main__ import main
    from gis.city_build import StreetFile, build
    from tests.bench import sf_city

    if lacking := sf_city.missing():
        yield absent("jump anywhere in San Francisco's week", f"not here: {lacking}")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        city, log, keys = folder / "city", folder / "week.db", folder / "keys"
        build(
            city,
            streets=StreetFile(sf_city.DATA / sf_city.STREETS, "F_NODE_CNN", "T_NODE_CNN"),
            layers={"stations": sf_city.DATA / sf_city.STATIONS},
            name="San Francisco",
            time_zone="America/Los_Angeles",
        )
        words = ["history", "import", str(sf_city.DATA / sf_city.WEEK), "--city", str(city), "--log", str(log)]
        with contextlib.redirect_stdout(io.StringIO()):
            if main([*words, "--keys", str(keys), "--quiet"]):
                raise RuntimeError("the week could not be imported")
        yield from _replay(city, log, keys, folder)


def _replay(city: Path, log: Path, keys: Path, folder: Path) -> Iterator[Row]:
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from app import theme
    from app.replay.opening import city_of, show
    from app.replay.record_desk import names_of
    from dispatch.replay.record import open_record
    from dispatch.replay.tape import Tape

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.put_on(app, "night")
    record = open_record(log, key_folder=keys)
    tape = Tape(record, names=names_of)
    began = time.perf_counter()
    tape.wind()
    yield within(f"wind the week up ({tape.end:,} entries)", time.perf_counter() - began, 10)
    shown, room = show(record, tape, city_of(tape, city), keep_in=folder / "replay", workers=2)
    window, player = shown.window, room.player
    dice = random.Random(2017)
    try:
        window.resize(1920, 1080)
        window.show()
        shown.desktop.pulse.start()
        room.start()
        QTest.qWait(2_000)
        state, whole, own = [], [], []
        for jump in range(JUMPS):
            at = player.begins_at + (player.ends_at - player.begins_at) * dice.random()
            QTest.qWait(150)  # what the last one left to be painted is painted
            began, own_began = time.perf_counter(), time.thread_time()
            player.jump(at)
            state.append(time.perf_counter() - began)
            app.processEvents()
            while shown.map_link.is_waiting or not shown.map_link.canvas.is_settled:  # at rest, as the window is
                time.sleep(0.002)
                app.processEvents()
            app.processEvents()
            whole.append(time.perf_counter() - began)
            own.append(time.thread_time() - own_began)
            if jump % 3 == 0 and player.desk is not None and player.desk.state.open_incidents:
                player.desk.select(incident_id=max(player.desk.state.open_incidents))
        for words, found in (
            ("lists, timers and story told", state),
            ("map and all painted", whole),
            ("the same, the thread's own time", own),
        ):
            yield within(f"jump, {words}: median of {JUMPS}", statistics.median(found), LIMIT_S)
            yield within(f"jump, {words}: worst of {JUMPS}", max(found), LIMIT_S)
        player.to_start()
        player.set_speed(1_000)
        player.play()
        beats = []
        until = time.monotonic() + 5
        while time.monotonic() < until:
            began = time.perf_counter()
            app.processEvents()
            beats.append(time.perf_counter() - began)
            time.sleep(0.002)
        yield within("at 1,000×: longest turn of the window's thread in 5 s", max(beats), 0.1)
    finally:
        room.stop()
        window.close()
        shown.close()
