"""Work in the threads of Qt's pool."""

from __future__ import annotations

import threading
import weakref

import pytest
from PySide6.QtCore import QRunnable, QThreadPool
from pytestqt.qtbot import QtBot

from app import jobs
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


def test_a_job_goes_in_the_windows_thread_however_long_the_pools_lingers(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_keep_thread_state", lambda: None)  # it is for Qt's threads alone
    has_ended, may_leave = threading.Event(), threading.Event()
    gone_in: list[threading.Thread] = []

    class Slow(QThreadPool):
        """Runs one in a thread that holds on to it for some time."""

        def start(self, runner: QRunnable) -> None:  # type: ignore[override]
            kept = [runner]

            def run() -> None:
                kept[0].run()
                has_ended.set()
                may_leave.wait(20)
                kept.clear()

            self.thread_used = threading.Thread(target=run)
            self.thread_used.start()

    pool, answers = Slow(), []
    job = Job(lambda _: 7)
    weakref.finalize(job, lambda: gone_in.append(threading.current_thread()))
    job.done.connect(answers.append)
    job.start(pool)
    del job
    assert has_ended.wait(20)
    qtbot.waitUntil(lambda: answers == [7])
    may_leave.set()
    pool.thread_used.join()
    assert gone_in == [threading.main_thread()]


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_a_job_that_fails_is_told_unless_nobody_waits(qtbot: QtBot, is_cancelled: bool) -> None:
    told: list[object] = []

    def fail(_: Job) -> None:
        raise KeyError("x")

    job = jobs.start(fail, done=told.append, failed=told.append)
    if is_cancelled:
        job.cancel()
    QThreadPool.globalInstance().waitForDone()
    qtbot.waitUntil(lambda: job not in jobs._running)
    assert [type(each) for each in told] == ([] if is_cancelled else [KeyError])
