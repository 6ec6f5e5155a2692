"""Work in the threads of Qt's pool."""

from __future__ import annotations

import threading

from PySide6.QtCore import QThreadPool
from pytestqt.qtbot import QtBot

from app.jobs import Job
from gis.crs import transformer


def test_a_thread_keeps_what_is_its_own_from_job_to_job(qtbot: QtBot) -> None:
    pool = QThreadPool()
    pool.setMaxThreadCount(1)
    own = threading.local()
    found: list[int] = []

    def count(_: Job) -> int:
        own.jobs = getattr(own, "jobs", 0) + 1
        return int(own.jobs)

    for _ in range(3):
        job = Job(count)
        job.done.connect(found.append)
        with qtbot.waitSignal(job.done, timeout=5_000):
            job.start(pool)
    assert found == [1, 2, 3]  # else pyproj, which keeps its context so, would bring the process down


def test_coordinates_are_turned_in_one_job_after_another(qtbot: QtBot) -> None:
    pool = QThreadPool()
    pool.setMaxThreadCount(1)
    for zone in (32633, 32634, 32635):
        job = Job(lambda _, zone=zone: transformer("EPSG:4326", f"EPSG:{zone}").transform(24.9, 60.2))
        with qtbot.waitSignal(job.done, timeout=10_000) as told:
            job.start(pool)
        assert 6_600_000 < told.args[0][1] < 6_800_000
    pool.waitForDone()
