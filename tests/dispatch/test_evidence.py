"""What a log names, and how a position that a camera wrote stands to a place."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import msgspec
import pytest

from dispatch import codec
from dispatch.events import NoteAdded
from dispatch.evidence import PositionCheck, is_evidence_id, named_evidence, position_check
from dispatch.exif import Exif
from dispatch.log_memory import MemoryLog
from tests.dispatch.logs import fill

PLACE = (24.9384, 60.1699)
ONE, TWO, THREE = "1" * 64, "ab" * 32, "c" * 64


@dataclass(frozen=True, slots=True)
class _Photograph:
    evidence_id: str


@dataclass(frozen=True, slots=True)
class _Closed:
    evidence: tuple[str, ...]
    photographs: tuple[_Photograph, ...]
    recommendation: str
    text: str = ""


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


def test_names_stand_in_fields_that_are_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the hash of a recommendation nor one that somebody typed is a photograph."""
    event = _Closed((ONE, "before"), (_Photograph(TWO),), recommendation=THREE, text=f"evidence {THREE}")
    monkeypatch.setitem(codec._decoders, "_Closed", msgspec.json.Decoder(_Closed))
    log = MemoryLog()
    fill(log, 2)
    rows = list(log.rows())
    body = codec._encoder.encode(
        msgspec.structs.replace(
            msgspec.json.decode(rows[1].body, type=codec._Body),
            events=(codec._Named("_Closed", event), codec._Named("NoteAdded", NoteAdded(1, f"evidence {THREE}"))),
        )
    )
    again = replace(rows[1], body=body)
    assert named_evidence([rows[0], again, again]) == {ONE: 2, TWO: 2}


def test_a_log_that_names_none_is_read_without_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    log = MemoryLog()
    fill(log, 5)
    monkeypatch.setattr("dispatch.evidence.decode", None)
    assert named_evidence(log.rows()) == {}
