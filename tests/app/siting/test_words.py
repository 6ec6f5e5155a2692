"""Figures of two plans in words: signs, tones, and what is a little is never called nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.siting.drafting import Changes, keys
from app.siting.words import area_rows, change_words, enclosed_words, figure_rows, percent, summary
from dispatch.coverage_targets import Target
from dispatch.demand.areas import Area
from dispatch.siting.compare import Comparison, compare
from dispatch.siting.measure import AreaFigures, Measured
from dispatch.siting.plan import Plan, Post
from gis.within import Within

TARGET = Target("engine", "fire", 240.0)
POST = Post("a", "Anna", 25.0, 60.0)


def measured(nearest_s: list[float], reached: float, *, posts: int = 1, calls: float | None = None) -> Measured:
    times_s = np.array(nearest_s)
    area = AreaFigures(Area("compass", "north"), 1.0, reached, float(times_s.mean()), float(times_s.max()))
    return Measured(
        Plan("x", (POST,) * posts), TARGET, 0.1, reached, reached * 0.9, 0.0, float(times_s.mean()), float(times_s[0]),
        float(times_s.max()), calls, (area,), times_s, (times_s <= 240).astype(np.int64), np.array([0.5, 0.5]),
    )  # fmt: skip


@pytest.fixture
def worse() -> Comparison:
    """A plan that loses half of what it reached."""
    return compare(measured([100, 200], 1.0, posts=2, calls=10), measured([100, 300], 0.5, calls=13))


def test_what_gets_worse_is_said_so(worse: Comparison) -> None:
    rows = {row.name: (row.before, row.after, row.difference, row.tone) for row in figure_rows(worse, "en")}
    assert rows["Stations and posts"] == ("2", "1", "−1", "")
    assert rows["Demand reached in time"] == ("100.0 %", "50.0 %", "−50.0 pp", "alarm")
    assert rows["Mean time"] == ("2:30", "3:20", "+0:50", "alarm")
    assert rows["Demand nobody gets to"] == ("0.0 %", "0.0 %", "0.0 pp", "")
    assert rows["Late calls a day"] == ("1.0", "7.2", "+6.2", "alarm")
    assert summary(worse, "en").startswith("Of the demand 50.0 % is reached in time no more, 0.0 % now is")
    (area,) = area_rows(worse, "zh")
    assert (area.name, area.words[3], area.tone) == ("北部", "−50.0", "alarm")


def test_what_gets_better_is_said_so(worse: Comparison) -> None:
    better = compare(replace(worse.after), replace(worse.before))
    tones = {row.name: row.tone for row in figure_rows(better, "en")}
    assert {tones[name] for name in ("Demand reached in time", "Mean time", "Late calls a day")} == {"good"}
    assert summary(compare(worse.before, worse.before), "en") == "Both plans come to the same."


@pytest.mark.parametrize(("language", "words"), [
    ("en", ["Anna: 3 units", "New opens with 2 units", "Old opens"]),
    ("zh", ["Anna：3 个单位", "New 启用，驻 2 个单位", "Old 启用"]),
])  # fmt: skip
def test_units_of_posts_are_said(language: str, words: list[str]) -> None:
    posts = (Post("n", "New", 25.0, 60.0, 2), Post("o", "Old", 25.0, 60.0))
    changes = Changes(opened=posts, staffed=(("a", 3),))
    assert [change_words(each, Plan("x", (POST,)), changes, language) for each in keys(changes)] == words


def test_a_little_is_not_nothing() -> None:
    assert [percent(each) for each in (None, 0.0, 0.0001, 0.5, 0.9999, 1.0)] == [
        "–", "0.0 %", "< 0.1 %", "50.0 %", "> 99.9 %", "100.0 %",
    ]  # fmt: skip


def test_a_perimeter_says_which_layer_is_missing() -> None:
    lines = enclosed_words(Within(0.5, 12, None, 1234.4, "popul\nation"), "en")
    assert lines == [
        "Perimeter of 50 ha", "12 buildings", "Addresses: this city has no layer of them.",
        "1,234 people, by the layer popul ation",
    ]  # fmt: skip
    assert "人口：" in enclosed_words(Within(0.5, None, None, None), "zh")[-1]
