"""What tests share: no display, real data where it is present, and one built city."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything imports Qt

import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.garbage import Sweeper

if TYPE_CHECKING:
    from gis.roads import RoadNetwork
    from tests.servers import PostgresServer

ROOT = Path(__file__).resolve().parent.parent


SWEEPER = Sweeper()
gc.disable()  # until all tests are found: what is loaded for them stays, and to look through it costs a third of that


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long: the last test of a run is to be a short one."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """Leave what was loaded out of every collection: it is most of all there is, and none of it goes.

    Collections stay off, as they are in the program (`app.garbage`): a thread of one test would destroy the windows of
    those before it, and now and then end the process.
    """
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """Look for garbage after each test, in the thread of the tests."""
    yield
    if gc.isenabled():
        gc.disable()
        pytest.fail("this test leaves collections on: any thread would destroy what other tests left of windows")
    SWEEPER.sweep()


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Answer the path of a file of real data, or skip the test naming the file that is missing."""
    folder = Path(os.environ.get("OPSROOM_DATA") or ROOT.parent / "shared" / "data")

    def find(name: str) -> Path:
        path = folder / name
        if not path.exists():
            pytest.skip(f"real data is not here: {path}")
        return path

    return find


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server for all tests of this process, which are not about the disk's own memory of what it wrote."""
    from tests.servers import running_postgres

    with running_postgres(settings={"fsync": "off", "full_page_writes": "off"}) as server:
        yield server


@pytest.fixture(scope="session")
def mortal_server() -> Iterator[PostgresServer]:
    """Another, for those who kill it: what it was told stays with the kernel, that needs no disk."""
    from tests.servers import running_postgres

    with running_postgres(settings={"fsync": "off"}) as server:
        yield server


@pytest.fixture
def mortal(mortal_server: PostgresServer) -> PostgresServer:
    """A server to kill, which runs at the beginning; names of schemas are to be new ones."""
    if not mortal_server.is_running:  # where the test before failed
        mortal_server.start()
    return mortal_server


@pytest.fixture(scope="session")
def helsinki(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Build the bundled city once for all test processes; the folder is for reading only."""

    def build(folder: Path) -> None:
        from maps.cities.helsinki import ensure_built

        ensure_built(folder=folder)

    return built_once("helsinki", build, tmp_path_factory, worker_id)


@pytest.fixture(scope="session")
def vancouver(
    shared_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> RoadNetwork:
    """Build the roads of Vancouver once for all test processes; they are for reading only."""
    from gis.network_build import build_from_osm
    from gis.roads import RoadNetwork

    file = shared_data("vancouver/vancouver_canada.osm.pbf")

    def build(folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        build_from_osm(file, folder, metric_crs="EPSG:32610")

    return RoadNetwork.open(built_once("vancouver", build, tmp_path_factory, worker_id))


def built_once(
    name: str, build: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Path:
    """Let the first test process that wants a city build it, and the others wait for that; return its folder."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    folder, done, lock = shared / "cities" / name, shared / f"{name}.done", shared / f"{name}.lock"
    deadline = time.monotonic() + 200
    while not done.exists():
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except FileExistsError:
            if time.monotonic() > deadline:
                raise TimeoutError(f"another test process did not finish the city {name}") from None
            time.sleep(0.05)
            continue
        try:
            build(folder)
            done.touch()
        finally:
            lock.unlink()
    return folder
