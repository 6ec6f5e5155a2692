"""What a log names, and how a position that a camera wrote stands to a place."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from dispatch.case import OTHER, Evidence
from dispatch.case_events import CaseNoteAdded, EvidenceAdded
from dispatch.events import Entry, Event, NoteAdded
from dispatch.evidence import PositionCheck, is_evidence_id, named_evidence, position_check
from dispatch.exif import Exif
from dispatch.log_memory import MemoryLog
from tests.dispatch.logs import fill, note

PLACE = (24.9384, 60.1699)
ONE, TWO, THREE = "1" * 64, "ab" * 32, "c" * 64


def north(metres: float) -> tuple[float, float]:
    return PLACE[0], PLACE[1] + metres / 111_415


@pytest.mark.parametrize(
    ("away_m", "error_m", "answer", "told_m"),
    [(0, None, "near", 0), (96, None, "near", 100), (104, None, "far", 100), (140, 45.0, "near", 140),
     (160, 5000.0, "far", 160), (2504, None, "far", 2500)],
)  # fmt: skip
def test_a_position_is_near_or_far_with_its_distance(
    away_m: float, error_m: float | None, answer: str, told_m: int
) -> None:
    exif = Exif(position=north(away_m), position_error_m=error_m)
    assert position_check(exif, PLACE) == PositionCheck(answer, told_m)


def test_without_a_position_there_is_nothing_to_hold_it_by() -> None:
    assert position_check(Exif(), PLACE) == PositionCheck("none")


@pytest.mark.parametrize("place", [(math.nan, 60.0), (181.0, 0.0), (0.0, -90.5)])
def test_a_place_that_is_none_is_told(place: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="no place"):
        position_check(Exif(position=PLACE), place)


@pytest.mark.parametrize("text", ["", "1" * 63, "A" * 64, "1" * 64 + "\n", "../" + "1" * 61, "１" * 64])
def test_a_name_has_sixty_four_small_hexadecimal_letters(text: str) -> None:
    assert is_evidence_id(ONE)
    assert not is_evidence_id(text)


def test_names_stand_in_fields_that_are_called_so() -> None:
    """Neither the hash of a recommendation nor one that somebody typed is a photograph."""
    log = MemoryLog()
    fill(log, 2)
    log.append(_entry(3, EvidenceAdded(14, (Evidence(ONE), Evidence(TWO, OTHER)), text=f"evidence {THREE}")))
    log.append(_entry(4, NoteAdded(1, f"evidence {THREE}"), CaseNoteAdded(14, THREE)))
    log.append(_entry(5, EvidenceAdded(15, (Evidence(TWO), Evidence("before the work")))))
    assert named_evidence(log.rows()) == {ONE: 3, TWO: 3}


def _entry(sequence: int, *events: Event) -> Entry:
    return replace(note(sequence), events=events)


def test_a_log_that_names_none_is_read_without_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    log = MemoryLog()
    fill(log, 5)
    monkeypatch.setattr("dispatch.evidence.decode", None)
    assert named_evidence(log.rows()) == {}
