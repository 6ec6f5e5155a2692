"""Target profiles: those that are shipped, and what a city's file may change."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.coverage_targets import SHIPPED, read_targets
from dispatch.times.profiles_file import parse_time_profiles, time_profiles_of, usual_time_profiles
from gis.located_toml import BadFile

OWN = """
[[time_profile]]
id = "nfpa1710"
name = "ours"
[[time_target]]
profile = "nfpa1710"
id = "turnout"
interval = "turnout"
within_s = 90
name = "turnout"
"""


def test_the_standards_stand_as_they_are() -> None:
    profiles = usual_time_profiles()
    assert [each.id for each in profiles.profiles] == ["nfpa1710", "nfpa1221_2016", "nfpa1225_2022", "nhs_arp"]
    limits = {each.id: (each.interval, each.of, each.within_s, each.at_least) for each in profiles.of().targets}
    assert limits == {
        "turnout_fire": ("turnout", "each", 80, 0.9), "turnout_medical": ("turnout", "each", 60, 0.9),
        "first_engine": ("travel", "first", 240, 0.9), "full_first_alarm": ("travel", "last", 480, 0.9),
        "first_responder": ("travel", "first", 240, 0.9), "advanced_life_support": ("travel", "first", 480, 0.9),
    }  # fmt: skip
    assert [(each.within_s, each.at_least) for each in profiles.of("nfpa1221_2016").targets] == [(64, 0.9), (106, 0.95)]
    assert [each.within_s for each in profiles.of("nfpa1225_2022").targets] == [60]
    arp = [(each.priorities, each.mean_s, each.within_s) for each in profiles.of("nhs_arp").targets]
    assert arp == [((1,), 420, 900), ((2,), 1080, 2400), ((3,), None, 7200), ((4,), None, 10800)]
    assert profiles.of("NFPA_1710") is profiles.of("nfpa1710") is profiles.of("")
    with pytest.raises(KeyError):
        profiles.of("nfpa")


def test_cover_reads_the_same_file(tmp_path: Path) -> None:
    assert read_targets(SHIPPED).targets
    assert time_profiles_of(tmp_path) is usual_time_profiles()


def test_a_citys_own_takes_the_place_of_one_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / "targets.toml").write_text(OWN, encoding="utf-8")
    profiles = time_profiles_of(tmp_path)
    assert [each.id for each in profiles.profiles] == ["nfpa1710", "nfpa1221_2016", "nfpa1225_2022", "nhs_arp"]
    assert [each.within_s for each in profiles.of().targets] == [90]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("within_s = 90", "", "within_s': is missing, and so is mean_s"),
        ('interval = "turnout"', 'interval = "turn"', "is no interval"),
        ("within_s = 90", "within_s = 90\npriorities = [0]", "numbers from 1 to 5"),
        ("within_s = 90", "within_s = 90\nwithin = 3", "unknown field"),
        ('profile = "nfpa1710"', 'profile = "other"', "is no [[time_profile]]"),
        ("within_s = 90", 'within_s = 90\nof = "all"', "is no choice"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, words: str) -> None:
    with pytest.raises(BadFile) as caught:
        parse_time_profiles(OWN.replace(old, new))
    assert words in str(caught.value)
    assert "targets.toml:" in str(caught.value)


def test_a_profile_without_targets_is_said() -> None:
    with pytest.raises(BadFile, match="no \\[\\[time_target\\]\\] is of the profile 'empty'"):
        parse_time_profiles('[[time_profile]]\nid = "empty"\nname = "x"\n')
