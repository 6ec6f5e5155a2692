"""What a city edits takes the place of what is shipped, and is checked."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from app.city_files import (
    action_cards_of,
    areas_of,
    calendar_of,
    inputs_of,
    run_cards_of,
    standards_of,
    usual_duties_of,
)
from app.cli.city import add_commands
from app.wording import standards_texts
from app.wording.standards_texts import limit_words
from dispatch.calendar import Hours
from dispatch.clocks import LIMIT_KINDS, Limit
from dispatch.standards import AREA_RULES, DEGREES, GROUPS
from tests.gis.grid_town import grid_city

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def test_a_city_without_its_own_files_has_the_shipped_ones(tmp_path: Path) -> None:
    city = grid_city(tmp_path)
    calendar, loaded = calendar_of(city)
    assert (calendar.time_zone, loaded.source, len(loaded.checksum)) == ("Europe/Helsinki", "calendar.toml", 64)
    assert len(standards_of(city)[0].small) >= 60
    assert areas_of(city)[0].areas == ()


def test_inputs_name_every_file_that_answers_come_from(tmp_path: Path) -> None:
    city = grid_city(tmp_path)
    shipped = dict(inputs_of(city))
    assert set(shipped) == {"penalties", "profiles", "redirects", "roads", "speeds", "targets"}
    for name in ("compliance.toml", "learned_speeds.toml", "speeds.toml"):
        (city.folder / name).write_text(f"# {name}\n", "utf-8")
    own = dict(inputs_of(city))
    assert set(own) - set(shipped) == {"compliance", "learned_speeds"}
    assert {name for name in shipped if own[name] != shipped[name]} == {"speeds"}
    (city.folder / "compliance.toml").write_text("# another\n", "utf-8")
    assert {name for name in own if dict(inputs_of(city))[name] != own[name]} == {"compliance"}


def test_a_citys_own_calendar_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    city = grid_city(tmp_path)
    (tmp_path / "calendar.toml").write_text("[week]\n" + "".join(f'{day} = ["07:00-15:00"]\n' for day in DAYS), "utf-8")
    assert calendar_of(city)[0].week == ((Hours(420, 900),),) * 7


def test_a_citys_own_usual_duties_take_the_place_of_the_shipped_ones(tmp_path: Path) -> None:
    city = grid_city(tmp_path)
    assert usual_duties_of(city)[0].of("burst_water_main")
    kind = run_cards_of(city)[0].cards[0].kind
    (tmp_path / "duties.toml").write_text(
        f'[[duty]]\nkind = "{kind}"\ncode = "look"\ndepartment_kind = "police"\ntext = "Look"\n', "utf-8"
    )
    usual, loaded = usual_duties_of(city)
    assert [(each.kind, each.code) for each in usual.duties] == [(kind, "look")] and loaded.source == "duties.toml"


def test_city_check_tells_what_is_wrong_in_usual_duties(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    city = grid_city(tmp_path)
    (tmp_path / "duties.toml").write_text(
        '[[duty]]\nkind = "no_such"\ncode = "look"\ndepartment_kind = "police"\ntext = "Look"\n', "utf-8"
    )
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    arguments = parser.parse_args(["city", "check", str(city.folder)])
    assert arguments.run(arguments) == 1
    assert "duties.toml: line 2: [[duty]] look: field 'kind': 'no_such' is no run card" in capsys.readouterr().out


def test_city_check_tells_what_is_wrong_in_the_files_of_the_loop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    city = grid_city(tmp_path)
    (tmp_path / "calendar.toml").write_text("[week]\nmon = 8\n", "utf-8")
    (tmp_path / "areas.toml").write_text('[[area]]\nid = "a"\nname = "A"\ncells = ["1"]\n', "utf-8")
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    arguments = parser.parse_args(["city", "check", str(city.folder)])
    assert arguments.run(arguments) == 1
    said = capsys.readouterr().out
    assert "calendar.toml: line 2: [week]: field 'mon': must be a list of hours" in said
    assert "areas.toml: line 4: [[area]] a: field 'cells': '1' is no code" in said
    (tmp_path / "standards.toml").write_text("[[large]]\n", "utf-8")
    arguments.run(arguments)
    said = capsys.readouterr().out
    assert "standards.toml: line 1: [[large]] no. 1: field 'code': is missing" in said and "areas.toml" not in said


def test_a_citys_own_action_cards_take_the_place_of_the_shipped_ones_and_are_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    city = grid_city(tmp_path)
    assert action_cards_of(city)[0].cards[0].id == "duty_coordinator"
    card = '[[card]]\nid = "desk"\ntitle = "Desk"\nlines = [{ id = "one", text = "Look" }]\n'
    (tmp_path / "action_cards.toml").write_text(card, "utf-8")
    cards, loaded = action_cards_of(city)
    assert [each.id for each in cards.cards] == ["desk"] and loaded.source == "action_cards.toml"
    (tmp_path / "action_cards.toml").write_text(card.replace('"one"', '"No!"'), "utf-8")
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    arguments = parser.parse_args(["city", "check", str(city.folder)])
    assert arguments.run(arguments) == 1
    assert "action_cards.toml: line 4: [[card]] desk: line 1: field 'id': 'No!'" in capsys.readouterr().out


def test_limits_are_worded_in_both_languages() -> None:
    assert limit_words(Limit("working", 4)) == "4 working hours"
    assert limit_words(Limit("working", 0.25)) == "15 min"
    assert limit_words(Limit("working_days", 1)) == "1 working day"
    assert limit_words(Limit("urgent", 2), "zh") == "2 紧急工时"
    for language in ("en", "zh"):
        assert all(limit_words(Limit(kind, 1.5), language).startswith("1.5") for kind in LIMIT_KINDS)
    codes = {"group": set(GROUPS), "degree": set(DEGREES), "area_rule": set(AREA_RULES)}
    for labels in (standards_texts.LABELS, standards_texts.LABELS_ZH):
        assert {name: set(words) for name, words in labels.items()} == codes
