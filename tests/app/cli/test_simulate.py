"""`opsroom simulate`: what it prints, keeps and refuses."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from app.cli.simulate import add_commands
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.log import open_log

SCENARIO = """
name = "A quiet evening"
city = "CITY"
start_at = 2026-03-02T18:00:00
days = 0.5
replications = 2
seed = 4
hospitals = [[24.94, 60.172]]
most_zones = 60

[demand]
source = "streams"
[[demand.stream]]
kind = "medical"
per_hour = 4
lon = 24.938
lat = 60.17
spread_m = 500
"""


def run(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    args = parser.parse_args(["simulate", "--quiet", *map(str, arguments)])
    return int(args.run(args))


@pytest.fixture
def scenario(helsinki: Path, tmp_path: Path) -> Path:
    from app.city_files import run_cards_of
    from gis.city import City

    kinds = [card.kind for card in run_cards_of(City.open(helsinki))[0].cards]
    kind = next(kind for kind in kinds if "cardiac" in kind or "medical" in kind)
    file = tmp_path / "evening.toml"
    text = SCENARIO.replace("CITY", helsinki.as_posix()).replace('"medical"', f'"{kind}"')
    file.write_text(text, "utf-8")
    return file


def asked(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert run(*arguments, "--json") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_policies_stand_side_by_side_and_one_seed_gives_one_log(
    scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs = [tmp_path / "first.jsonl", tmp_path / "second.jsonl"]
    words = ("--scenario", scenario, "--policy", "closest", "--policy", "dmexclp")
    first, second = (asked(capsys, *words, "--log", log) for log in logs)
    assert logs[0].read_bytes() == logs[1].read_bytes() and logs[0].stat().st_size > 10_000
    first.pop("seconds"), first.pop("incidents_per_second"), first.pop("log")
    assert first == {name: second[name] for name in first}
    closest = first["policies"]["closest"]
    assert [each["replication"] for each in closest["runs"]] == [0, 1]
    assert closest["figures"]["incidents"]["n"] == 2 and closest["figures"]["first_arrival_mean_s"]["half"] > 0
    assert first["differences"]["dmexclp"]["incidents"]["mean"] == 0
    assert "recorded" not in first
    other = asked(capsys, *words[:4], "--seed", 5, "--replications", 1)
    assert other["policies"]["closest"]["runs"][0]["sha256"] != closest["runs"][0]["sha256"]
    assert other["policies"]["closest"]["figures"]["incidents"]["half"] is None


def test_a_run_is_kept_as_a_simulation_and_learnt_from_again(
    scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, keys = tmp_path / "run.db", tmp_path / "keys"
    told = asked(capsys, "--scenario", scenario, "--replications", 1, "--log", log, "--keys", keys)
    opened = open_log(log, key_folder=keys)
    state = Engine(opened).state
    assert state.kind is LogKind.SIMULATION and opened.verify().is_intact
    assert state.sequence == told["policies"]["closest"]["runs"][0]["entries"]
    opened.close()
    assert run("--scenario", scenario, "--log", log, "--keys", keys) == 1
    assert "there already" in capsys.readouterr().err
    again = scenario.with_name("again.toml")
    text = scenario.read_text("utf-8").split("[demand]")[0]
    again.write_text(
        text + f'[demand]\nsource = "history"\nhistory = "{log.name}"\n[times]\nfit = "empirical"\n', "utf-8"
    )
    repeated = asked(capsys, "--scenario", again, "--replications", 1, "--keys", keys)
    recorded = repeated["recorded"]["figures"]["response_p50_s"]
    assert recorded["recorded_n"] > 30 and abs(recorded["error"]) < 0.25 * recorded["recorded"]
    assert run("--scenario", again, "--replications", 1, "--keys", keys) == 0
    assert "mean absolute error" in capsys.readouterr().out


def test_what_is_wrong_is_said(scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--scenario", tmp_path / "absent.toml") == 2
    assert "cannot be read" in capsys.readouterr().err
    assert run("--scenario", scenario, "--policy", "closets", "--json") == 2
    found = capsys.readouterr()
    assert json.loads(found.out)["error"] == "bad_input" and "did you mean 'closest'" in found.err
    text = scenario.read_text("utf-8")
    for old, new, said in (
        ("hospitals", "closed_stations = ['nowhere']\nhospitals", "is no station"),
        ('kind = "', 'kind = "no_', "no run card"),
        ('source = "streams"', 'source = "rates"\nhistory = "absent.csv"', "absent.csv"),
    ):
        scenario.write_text(text.replace(old, new, 1), "utf-8")
        assert run("--scenario", scenario) == 2
        assert said in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run("--scenario", scenario, "--processes", 0)


def test_two_scenarios_stand_side_by_side_and_in_a_report(
    scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = scenario.with_name("more.toml")
    text = scenario.read_text("utf-8").replace("A quiet evening", "More calls")
    other.write_text(text.replace('source = "streams"', 'source = "streams"\nfactor = 2.0'), "utf-8")
    out = tmp_path / "both.html"
    found = asked(capsys, "--scenario", scenario, "--against", other, "--out", out)
    assert found["cases"]["B"] == {"scenario": "More calls", "policy": "closest"}
    assert found["differences"]["B"]["incidents"]["n"] == 2 and found["differences"]["B"]["incidents"]["mean"] > 10
    page = out.read_text("utf-8")
    assert found["reports"] == [str(out)] and "More calls" in page and "data:image/png" in page
    assert run("--scenario", scenario, "--against", scenario) == 0
    same = capsys.readouterr().out
    assert "B minus A, paired" in same and "  *" not in same
    other.write_text(text.replace("days = 0.5", "days = 1"), "utf-8")
    assert run("--scenario", scenario, "--against", other) == 2
    assert "begin, warm up and end together" in capsys.readouterr().err
    assert run("--scenario", scenario, "--held-out", 2) == 2
    assert "held out of fits to a history" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run("--scenario", scenario, "--out", tmp_path / "report.docx")
    assert "must end in .html or .pdf" in capsys.readouterr().err


def test_no_report_goes_over_what_is_read_or_kept(
    scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.cli.simulate._cases", lambda args, progress: pytest.fail("it began"))
    page = scenario.rename(scenario.with_suffix(".html"))
    log, folder, old = tmp_path / "run.html", tmp_path / "folder.html", tmp_path / "live.pdf"
    folder.mkdir()
    old.write_bytes(b"SQLite format 3\0 and all that was recorded")
    before = {file: file.read_bytes() for file in (page, old)}
    for words in (
        ("--out", page), ("--against", tmp_path / "b.html", "--out", tmp_path / "b.html"), ("--log", log, "--out", log),
        ("--out", folder), ("--out", old), ("--out", log, "--out", log),
    ):  # fmt: skip
        assert run("--scenario", page, *words) == 2, words
        assert Path(words[-1]).name in capsys.readouterr().err
    assert {file: file.read_bytes() for file in before} == before and folder.is_dir() and not log.exists()


def test_a_second_scenario_that_is_none_is_said(
    scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.toml"
    words = scenario.read_text("utf-8")
    for content, told in (
        (b"\xff\xfe", "UTF-8"), (words.replace("days = 0.5", "days = 0.25").encode(), "end together"),
        (words.replace("city = ", 'city = "/nowhere" #').encode(), "/nowhere"),
    ):  # fmt: skip
        other.write_bytes(content)
        assert run("--scenario", scenario, "--against", other) == 2
        assert told in capsys.readouterr().err
    assert run("--scenario", scenario, "--against", tmp_path) == 2
    for parts in ("0", "1", "999", "2.5", "\u00b2", "nan"):
        with pytest.raises(SystemExit):
            run("--scenario", scenario, "--held-out", parts)


def test_a_policy_whose_rules_cannot_apply_says_so(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = ("--scenario", scenario, "--replications", 1, "--policy")
    assert run(*one, "joint") == 0 and "no rule can apply" not in capsys.readouterr().out
    assert run(*one, "redirect") == 0  # there is one kind of incident: nothing is more urgent than it
    assert "note: redirect: no rule can apply. What happens here has priority" in capsys.readouterr().out
