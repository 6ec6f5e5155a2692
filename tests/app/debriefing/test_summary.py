"""The first page says how long crews took here, in both languages, whoever told it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.debriefing.material import Material
from app.debriefing.names import Names
from app.debriefing.summary import MIND, summary_of
from dispatch.pace import FREE, ROSTER, Driven, Pace


def said(material: Material, pace: Pace, language: str) -> str:
    exercise = replace(material.exercise, pace=pace)
    return " ".join(summary_of(Names(replace(material, exercise=exercise), language)).of(MIND))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_says_how_long_crews_take_here(material: Material, language: str) -> None:
    slow = said(material, Pace((Driven(2, 1.667, 3638), Driven(3, 2.5)), ROSTER), language)
    assert all(each in slow for each in ("1.67", "3,638", "2.50", "0:15", "15:00")) and "{" not in slow.replace(
        "${a}", ""
    )
    free = said(material, FREE, language)
    assert "0:27" in free and "1.67" not in free and "15:00" not in free
