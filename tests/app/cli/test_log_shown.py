"""`opsroom log shown` says what was on the screen, and whether that is what the log proves."""

from __future__ import annotations

import argparse
import json
import sqlite3
import zlib
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.cli.log import add_commands
from dispatch import commands as c
from dispatch.engine import Engine
from dispatch.incident import Closure
from dispatch.inputs import FixesDigest, InputsOf
from dispatch.log import open_log
from dispatch.plan import order_of, plan
from dispatch.recommendation import Recommendation
from dispatch.seal import inputs_text, name_of, seal
from dispatch.shown_answers import seal_plan, showing
from tests.dispatch.shown_story import answer, burning
from tests.dispatch.town import at, command
from tests.dispatch.town_roads import TownRoads


@pytest.fixture
def told(tmp_path: Path) -> tuple[Path, Recommendation, str]:
    """Return a log in which E1, A1 and P1 were sent by what was shown, that answer, and the hash of a plan."""
    log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    engine: Engine = burning(log)
    inputs = InputsOf((("roads", "ab" * 32),)).of(engine.state, FixesDigest())
    said = seal(answer(engine), inputs)
    engine.show(partial(showing, said))
    engine.do(command(replace(order_of(said), choices=(c.Choice("E1", "engine"), c.Choice("A1", "als")))))
    planned = seal_plan(plan(engine.state, {}, TownRoads(), at=at(40)), inputs)
    engine.show(partial(showing, planned))
    engine.do(command(c.AssignUnits(2, (c.Choice("W1", "repair"),), planned.answers[-1].hash)))
    log.close()
    return tmp_path / "log.db", said, planned.hash


def run(capsys: pytest.CaptureFixture[str], log: Path, what: str, *more: str) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    args = parser.parse_args(["log", "shown", str(log), what, "--keys", str(log.parent / "keys"), *more])
    return args.run(args), capsys.readouterr().out


def asked(capsys: pytest.CaptureFixture[str], log: Path, what: str) -> tuple[int, dict[str, Any]]:
    code, out = run(capsys, log, what, "--json")
    return code, json.loads(out)


def test_what_was_shown_for_an_incident_comes_back_with_who_was_sent_by_it(
    capsys: pytest.CaptureFixture[str], told: tuple[Path, Recommendation, str]
) -> None:
    log, said, _ = told
    code, found = asked(capsys, log, "1")
    assert code == 0 and found["not_kept"] == []
    [one] = found["shown"]
    assert (one["hash"], one["as_shown"], one["inputs_not_of_the_log"]) == (said.hash, True, [])
    assert [each["unit_id"] for each in one["content"]["chosen"]] == [each.unit_id for each in said.chosen]
    assert len(one["content"]["passed"]) == len(said.passed) and one["inputs"]["roads"] == "ab" * 32
    assert [(row["sequence"], row["unit"]) for row in one["sent"]] == [(6, "E1"), (6, "A1")]
    code, text = run(capsys, log, said.hash[:8])
    assert code == 0
    assert said.hash in text and "as it was shown" in text and "E1" in text.splitlines()[2]
    assert "entry 6: E1 was sent for engine by anna at seat-1" in text and "input roster" in text


def test_a_plan_is_found_by_its_hash_and_its_answers_by_those_sent(
    capsys: pytest.CaptureFixture[str], told: tuple[Path, Recommendation, str]
) -> None:
    log, _, name = told
    code, found = asked(capsys, log, name)
    assert code == 0 and found["shown"][0]["kind"] == "plan"
    code, found = asked(capsys, log, "2")
    [one] = found["shown"]
    assert one["inputs"]["plan"] == name and one["sent"][0]["unit"] == "W1"
    assert "burst_water_main, level 1, incident 2" in run(capsys, log, name)[1]


def test_what_is_not_kept_or_not_there_is_said(
    capsys: pytest.CaptureFixture[str], told: tuple[Path, Recommendation, str]
) -> None:
    log, said, _ = told
    assert asked(capsys, log, "7") == (2, {"shown": [], "not_kept": []})
    tamper(log, "DELETE FROM shown WHERE hash = ?", said.hash)
    code, found = asked(capsys, log, "1")
    assert code == 2 and found["not_kept"] == [{"sequence": 6, "hash": said.hash}]
    assert "entry 6 names the answer" in run(capsys, log, said.hash[:8])[1]


def test_what_was_changed_is_bad(capsys: pytest.CaptureFixture[str], told: tuple[Path, Recommendation, str]) -> None:
    log, said, name = told
    tamper(log, f"UPDATE shown SET body = (SELECT body FROM shown WHERE hash = '{name}') WHERE hash = ?", said.hash)
    code, found = asked(capsys, log, said.hash)
    assert code == 1 and not found["shown"][0]["as_shown"] and found["shown"][0]["content"] is None
    assert "BAD" in run(capsys, log, "1")[1]


def test_an_answer_from_other_roads_or_rosters_than_the_logs_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    engine = burning(log)
    before = engine.state
    engine.do(command(c.CloseRoad(Closure("bridge", "Point", ((25.0, 60.0),)))))
    said = seal(answer(engine), InputsOf().of(before, FixesDigest()))
    engine.show(partial(showing, said))
    log.close()
    code, found = asked(capsys, tmp_path / "log.db", "1")
    assert code == 1 and found["shown"][0]["as_shown"] and found["shown"][0]["inputs_not_of_the_log"] == ["closures"]
    assert "NOT OF THIS LOG  closures" in run(capsys, tmp_path / "log.db", "1")[1]


def test_a_file_that_is_no_log_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "log.db").write_bytes(b"no log")
    assert run(capsys, tmp_path / "log.db", "1")[0] == 2


def tamper(log: Path, sql: str, name: str) -> None:
    with sqlite3.connect(log) as connection:
        connection.execute(sql, (name,))
    connection.close()


START_OF_CONTENT = b'{"sequence":4,"at":"2026-03-02T08:00:00Z","incident_id":1'
FORGED = {
    "nothing": b"{}",
    "a part": START_OF_CONTENT + b"}",
    "other types": START_OF_CONTENT + b',"kind":5,"alarm_level":[],"chosen":[{"unit_id":{}}],"unmet":7,"passed":{}}',
    "nested": START_OF_CONTENT + b',"answers":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "digits": START_OF_CONTENT + b',"alarm_level":' + b"9" * 6_000 + b"}",
}


@pytest.mark.parametrize("kind", ["recommendation", "plan", "odd"])
@pytest.mark.parametrize("content", FORGED.values(), ids=list(FORGED))
def test_what_somebody_else_put_there_under_its_own_hash_is_bad_and_no_crash(
    capsys: pytest.CaptureFixture[str], told: tuple[Path, Recommendation, str], content: bytes, kind: str
) -> None:
    log, said, _ = told
    row = name_of(content, ()), kind, 1, 4, at(0).isoformat(), zlib.compress(inputs_text(()) + b"\n" + content)
    with sqlite3.connect(log) as database:
        database.execute("INSERT INTO shown VALUES (?, ?, ?, ?, ?, ?)", row)
    database.close()
    code, found = asked(capsys, log, "1")
    assert code == 1 and {each["hash"]: each["as_shown"] for each in found["shown"]} == {said.hash: True, row[0]: False}
    assert run(capsys, log, "1")[1].count("BAD") == 2


def test_no_entry_vouches_for_what_nobody_was_sent_by(
    capsys: pytest.CaptureFixture[str], told: tuple[Path, Recommendation, str]
) -> None:
    log, said, _ = told
    other = seal(replace(said, chosen=said.chosen[:1], inputs=()), said.inputs)
    kept = showing(other).whole
    with sqlite3.connect(log) as database:
        row = (kept.hash, kept.kind, kept.incident_id, kept.sequence, kept.at.isoformat(), kept.body)
        database.execute("INSERT INTO shown VALUES (?, ?, ?, ?, ?, ?)", row)
    database.close()
    _, text = run(capsys, log, "1")
    assert text.count("no entry of the log vouches for it") == 1
