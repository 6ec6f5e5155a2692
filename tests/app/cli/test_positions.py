"""`opsroom positions`: a gateway of lines to a real room, the newest of each unit shown, old ones let go."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from app.__main__ import make_parser
from app.feeds.positions import PIECE, _lots
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.log_postgres import PostgresLog
from dispatch.server_init import add_user, in_schema, prepare
from resources.position_lines import LONGEST_LINE
from tests.dispatch import town
from tests.servers import PostgresServer

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def server(postgres: PostgresServer) -> PostgresServer:
    return postgres


@dataclass
class Room:
    base: str
    schema: str
    keys: Path

    def address(self, kind: str = "seat") -> str:
        parts = psycopg.conninfo.conninfo_to_dict(self.base)
        return f"postgresql://{kind}_{kind}-{self.schema}@{parts['host']}:{parts['port']}/{parts['dbname']}"


def make_room(server: PostgresServer, keys: Path, kind: LogKind = LogKind.LIVE) -> Room:
    base, schema = server.address().partition("?")[0], f"city_{uuid.uuid4().hex[:8]}"
    prepare(base, schema=schema, key_folder=keys)
    for user in ("seat", "admin", "reader"):
        add_user(base, f"{user}-{schema}", kind=user, schema=schema)
    log = PostgresLog(in_schema(base, schema), key_folder=keys)
    engine = Engine(log)
    for command in town.opening(kind):
        engine.do(command)
    log.close()
    return Room(base, schema, keys)


@pytest.fixture(scope="module")
def room(server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Room:
    return make_room(server, tmp_path_factory.mktemp("keys"))


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSROOM_CONFIG", str(tmp_path / "config"))


def run(*words: object) -> int:
    args = make_parser().parse_args([str(word) for word in words])
    return int(args.run(args))


def line(unit_id: str, lat: float, *, age_s: float = 0.0, **more: object) -> str:
    at = datetime.now(UTC) - timedelta(seconds=age_s)
    return json.dumps({"unit_id": unit_id, "lon": 24.9, "lat": lat, "fixed_at": at.isoformat(), **more})


def shown(room: Room, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, object]]:
    capsys.readouterr()
    assert run("positions", "show", "--json", "--log", room.address("reader")) == 0
    return {row["unit_id"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}


def test_lines_of_a_file_reach_the_room_and_the_wrong_ones_are_told(
    room: Room, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "avl.ndjson"
    file.write_text(
        "\n".join(
            (
                line("E1", 60.1, age_s=9),
                line("E1", 60.1001, age_s=5, speed_mps=3),
                line("E1", 60.1001, age_s=8),  # late
                line("E1", 63.1, age_s=4),  # 300 km in a second
                line("E2", 60.2, age_s=-3_600),  # of the future
                line("E3", 60.3, exercise=True),
                line("\x1b[2JE4", 60.4),
                line("nobody's", 60.5),
                "no position at all",
                "{" * 9_000,
                line("L1", 60.6),
            )
        ),
        encoding="utf-8",
    )
    assert run("positions", "feed", file, "--log", room.address(), "--keys", room.keys, "--source", "radio") == 1
    told = capsys.readouterr().err
    assert "11 lines" in told and "2 positions handed out" in told and "1 overtaken" in told
    for words in (
        "1 came late",
        "1 jumped",
        "1 are of the future",
        "(exercise)",
        "(unit id)",
        "(unknown unit)",
        "(too long)",
    ):
        assert words in told
    assert "line 6: it is of an exercise" in told and "\x1b" not in told
    rows = shown(room, capsys)
    assert set(rows) == {"E1", "L1"} and rows["E1"]["lat"] == pytest.approx(60.1001) and rows["E1"]["speed_mps"] == 3
    assert rows["E1"]["source"] == "radio" and 5.0 <= float(str(rows["E1"]["age_s"])) < 120
    assert run("positions", "show", "E1", "none", "--log", room.address("reader")) == 1
    said = capsys.readouterr()
    assert said.out.startswith("E1 ") and "60.10010" in said.out and "none is known of none" in said.err


def test_a_gateway_hands_out_each_line_as_it_comes(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("positions", "feed", "--log", room.address(), "--keys", str(room.keys))
    gateway = subprocess.Popen(
        [sys.executable, "-m", "app", *words],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert gateway.stdin is not None
    try:
        gateway.stdin.write((line("E2", 60.21) + "\n").encode())
        gateway.stdin.flush()  # and the gateway waits for more
        deadline = time.monotonic() + 60
        while "E2" not in shown(room, capsys):
            assert time.monotonic() < deadline
        assert gateway.poll() is None
        _, told = gateway.communicate((line("E2", 60.2101, age_s=-1) + "\n").encode(), timeout=60)
        assert gateway.returncode == 0, told.decode()
        assert shown(room, capsys)["E2"]["lat"] == pytest.approx(60.2101)
    finally:
        gateway.kill()
        gateway.wait()


def test_what_is_not_real_goes_to_a_practice_log_only(
    room: Room, server: PostgresServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drill = make_room(server, tmp_path / "keys", LogKind.DRILL)
    file = tmp_path / "avl.csv"
    file.write_text(f"unit_id,lat,lon,fixed_at\nE1,60.7,24.9,{time.time()}\n")
    assert run("positions", "feed", file, "--practice", "--log", room.address(), "--keys", room.keys) == 2
    assert "not real" in capsys.readouterr().err
    assert run("positions", "feed", file, "--log", drill.address(), "--keys", drill.keys) == 2
    assert "--practice" in capsys.readouterr().err
    assert run("positions", "feed", file, "--practice", "--log", drill.address(), "--keys", drill.keys) == 0
    assert set(shown(drill, capsys)) == {"E1"}
    with psycopg.connect(room.base) as connection:
        found = connection.execute(f"SELECT count(*) FROM {room.schema}.position_latest WHERE lat > 60.69".encode())
        assert found.fetchone() == (0,)


def test_old_positions_are_let_go_and_what_stands_is_said(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    with psycopg.connect(room.base, autocommit=True) as connection:
        connection.execute(
            f"INSERT INTO {room.schema}.position_frames (writer, level, number, size, body, written_at) "
            "SELECT 'w', 1, n, 4, 'abcd', now() - interval '2 hours' FROM generate_series(1, 7) n".encode()
        )
    assert run("positions", "keep", "--log", room.address()) == 0
    assert capsys.readouterr().out.startswith("7 rows were past their time.")
    assert run("positions", "keep", "--log", room.address("reader")) == 2
    assert "permission denied" in capsys.readouterr().err


def test_what_cannot_be_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], room: Room) -> None:
    assert run("positions", "show") == 2
    assert "--log" in capsys.readouterr().err
    assert run("positions", "feed", tmp_path / "none", "--log", room.address(), "--keys", room.keys) == 2
    assert "none" in capsys.readouterr().err


class Trickle(io.RawIOBase):
    """Bytes that come in pieces of any size."""

    def __init__(self, content: bytes, sizes: Callable[[], int]) -> None:
        self._content, self._sizes = content, sizes

    def readable(self) -> bool:
        return True

    def readinto(self, into: bytearray) -> int:  # type: ignore[override]
        size = min(self._sizes(), len(into), len(self._content))
        into[:size], self._content = self._content[:size], self._content[size:]
        return size


@pytest.mark.parametrize("size", [1, 3, 4_097, PIECE])
def test_lines_come_whole_however_they_were_cut(size: int) -> None:
    lines = [b"a", b"", b"b" * 4_000, b"c" * (3 * LONGEST_LINE), b"d" * 70_000, b"e"]
    found = [
        one for lot in _lots(io.BufferedReader(Trickle(b"\n".join(lines), lambda: size)), follow=False) for one in lot
    ]
    assert [one[:4_000] for one in found if one] == [one[:4_000] for one in lines if one]
    assert max(map(len, found)) <= LONGEST_LINE + PIECE


def test_a_file_that_grows_is_followed(tmp_path: Path) -> None:
    file, found = tmp_path / "grows", []

    def follow() -> None:
        with file.open("rb") as lines:
            for lot in _lots(lines, follow=True):
                found.extend(lot)
                if b"end" in found:
                    return

    with file.open("wb", buffering=0) as out:
        out.write(b"first\nsec")
        thread = threading.Thread(target=follow, daemon=True)
        thread.start()
        time.sleep(0.05)
        out.write(b"ond\nend\n")
    thread.join(timeout=30)
    assert found == [b"first", b"second", b"end"]
