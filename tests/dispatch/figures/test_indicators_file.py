"""A city's own indicators are read, or refused with everything that is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.figures.indicators_file import USUAL_FILE, BadFile, parse_indicators, read_indicators, usual_profiles
from dispatch.figures.sets import SETS

OWN = """
[[indicator]]
id = "quick"
name = "Quick"
name_zh = "快"
section = "handling"
counting = ["handle_in_time"]
of = ["due_to_handle"]
better = "higher"
by = ["department"]
definition = "Handled in time."
definition_zh = "按期处置。"

[[profile]]
id = "ours"
name = "Ours"
name_zh = "本市"
mark = [ { indicator = "quick", weight = 100, full = 0.9 } ]
"""


def problems(text: str) -> str:
    with pytest.raises(BadFile) as caught:
        parse_indicators(text)
    return str(caught.value)


def test_the_usual_indicators_are_all_defined_in_both_languages():
    for profile in usual_profiles().profiles:
        assert sum(mark.weight for mark in profile.marks) == 100
        for indicator in profile.indicators:
            assert indicator.definition.endswith(".")
            assert indicator.definition_zh.endswith("。")


def test_every_indicator_that_the_trade_asks_for_is_there():
    names = {indicator.name_zh for indicator in usual_profiles().of().indicators}
    handling = "处置率 按期处置率 结案率 按期结案率 返工率 延期率 超期待处置率"
    centre = "立案准确率 按期派遣率 准确派遣率 按期核实率 按期核查率"
    assert {*handling.split(), *centre.split()} <= names


def test_jinhuas_full_marks_are_those_of_jinhua():
    marks = {mark.indicator: mark.full for mark in usual_profiles().of("jinhua").marks}
    assert marks == {
        "handle_in_time_rate": 0.7,
        "closing_rate": 0.9,
        "urgent_closing_rate": 1.0,
        "urgent_in_time_rate": 0.95,
    }


def test_a_city_has_its_own():
    profile = parse_indicators(OWN).of()
    assert profile.id == "ours"
    assert profile.of("quick").of == ("due_to_handle",)


def test_a_profile_changes_the_one_that_it_is_based_on():
    own, base = usual_profiles().of("with_suspended"), usual_profiles().of("gb")
    assert own.of("handle_rate").also == ("held_before_handled",)
    assert base.of("handle_rate").also == ()
    assert own.marks == base.marks


def test_every_problem_is_named_at_once_with_its_line():
    told = problems(OWN.replace("due_to_handle", "due_to_handel").replace("higher", "up").replace("0.9", "0.0"))
    assert "indicators.toml:8" in told
    assert "'due_to_handle'" in told
    assert "'up' is no direction" in told
    assert "must differ from 'full'" in told


@pytest.mark.parametrize(
    ("was", "becomes", "wrong"),
    [
        ('of = ["due_to_handle"]', 'of = ["urgent"]', "must begin with what happened"),
        ('id = "quick"', 'id = "Quick!"', "small letters"),
        ('by = ["department"]', "by = []", "is not split by department"),
        ('indicator = "quick"', 'indicator = "slow"', "'slow' is no share"),
        ('id = "ours"', 'id = "ours"\nbased_on = "theirs"', "'theirs' is no profile"),
        ('section = "handling"', 'section = "handling"\nweight = 3', "unknown field"),
        ("[[profile]]", "[[profil]]", "unknown table"),
    ],
)
def test_a_mistake_is_said(was: str, becomes: str, wrong: str):
    assert wrong in problems(OWN.replace(was, becomes))


def test_a_missing_file_is_said(tmp_path: Path):
    with pytest.raises(BadFile, match="cannot be read"):
        read_indicators(tmp_path / "indicators.toml")


def test_every_set_is_used_or_free_for_cities_to_use():
    text = USUAL_FILE.read_text("utf-8")
    unused = {name for name in SETS if f'"{name}"' not in text}
    assert not {name for name in unused if not name.endswith(("_done", "_overdue"))} - {
        *("due_to_pass_on", "pass_on_in_time", "from_public", "reported"),
    }
