"""Every code that the rules and the recommendation use has its sentence, and nothing that words them ever raises."""

from __future__ import annotations

import ast
import math
import re
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.wording import (
    chinese,
    durations,
    english,
    fields_of,
    label,
    need_sentence,
    needed_fields_of,
    one_line,
    plain,
    sentence,
    short_status,
    text,
    tooltip,
)
from dispatch.incident import OrderState, Precision, Stage
from dispatch.runcard_file import read_run_cards
from resources.status import Signal, Status
from resources.unit import DEPARTMENT_KINDS

ROOT = Path(__file__).resolve().parents[2]
ANY = "*"
# What a call hands on by `**name`, by the function that makes it.
SPREAD = {
    "who_changed": {"actor", "seat", "changed_at"},
    "where": {"unit_id", "status", "incident_id"},
}
# Reasons whose code is not written in the call: the function picks it.
PICKED = {
    "only_suitable": {"rank", "of"},
    "quickest_left": {"rank", "of"},
    "slower": {"unit", "by_s"},
    "equally_fast": {"unit", "by_s"},
    "all_busy": {"wanted"},
    "none_within_reach": {"wanted"},
    "too_few": {"wanted"},
    "none_on_duty": {"wanted"},
    "need.out_of_service": {"wanted"},
    "need.position_too_old": {"wanted"},
    "need.crew_too_small": {"wanted"},
    "need.lacks_equipment": {"wanted"},
    "need.crew_away": {"wanted"},
    "need.held_in_reserve": {"wanted"},
    "need.off_shift": {"wanted"},
    "need.force_incomplete": {"wanted"},
}


def _uses(name: str) -> dict[str, list[set[str]]]:
    """Collect the codes given to `name(...)` in the domain with the parameters of each call."""
    found: dict[str, list[set[str]]] = defaultdict(list)
    for file in sorted((ROOT / "dispatch").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == name and node.args):
                continue
            given = _given(node)
            for code in _codes(node.args[0]):
                found[code].append(given)
    return found


def _codes(argument: ast.expr) -> list[str]:
    if isinstance(argument, ast.Constant):
        return [str(argument.value)]
    if isinstance(argument, ast.IfExp):
        return [*_codes(argument.body), *_codes(argument.orelse)]
    return []


def _given(call: ast.Call) -> set[str]:
    given: set[str] = set()
    for keyword in call.keywords:
        if keyword.arg is not None:
            given.add(keyword.arg)
        else:
            maker = getattr(getattr(keyword.value, "func", None), "id", "")
            given |= SPREAD.get(maker, {ANY} if maker not in SPREAD else set())
    for argument in call.args[1:]:
        if not isinstance(argument, ast.Tuple):
            given.add(ANY)
            continue
        for pair in argument.elts:
            first = pair.elts[0] if isinstance(pair, ast.Tuple) and pair.elts else None
            given.add(str(first.value) if isinstance(first, ast.Constant) else ANY)
    return given


def test_every_refusal_has_a_sentence_that_its_parameters_fill() -> None:
    uses = _uses("Refused")
    assert len(uses) > 30
    missing = sorted(code for code in uses if code not in english.SENTENCES)
    assert not missing
    for code, calls in uses.items():
        for given in calls:
            holes = needed_fields_of(english.SENTENCES[code]) - given
            assert ANY in given or not holes, f"{code} lacks {holes}"


def test_every_reason_has_a_sentence_that_its_parameters_fill() -> None:
    uses = _uses("Reason")
    for code, given in PICKED.items():
        uses[code].append(given)
    assert len(uses) > 15
    missing = sorted(code for code in uses if code not in english.SENTENCES)
    assert not missing
    for code, calls in uses.items():
        for given in calls:
            holes = needed_fields_of(english.SENTENCES[code]) - given
            assert ANY in given or not holes, f"{code} lacks {holes}"


def test_codes_that_are_picked_by_functions_are_all_known_here() -> None:
    source = (ROOT / "dispatch" / "explain.py").read_text("utf-8")
    words = {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
    listed = ast.get_docstring(ast.parse(source)) or ""
    codes = {word.strip(" .\n") for part in listed.split(":")[1:] for word in part.split(",")}
    for code in codes & {word for word in words if isinstance(word, str)}:
        assert code in english.SENTENCES or f"need.{code}" in english.SENTENCES, code


def test_a_code_without_words_falls_back_to_a_plain_sentence() -> None:
    words = sentence("something_new", {"unit_id": "E3", "eta_s": 62})
    assert "something new" in words
    assert "E3" in words
    assert "1:02" in words


@pytest.mark.parametrize("parameters", [(), {}, None, 5, (("a",),), {"unit_id": None}, {"until": object()}])
@pytest.mark.parametrize("code", [*english.SENTENCES, "", "new"])
def test_nothing_that_words_a_code_raises(code: str, parameters: object) -> None:
    for language in ("en", "zh", "xx"):
        assert isinstance(sentence(code, parameters, language), str)  # type: ignore[arg-type]
        assert isinstance(need_sentence(code, parameters, language), str)  # type: ignore[arg-type]


def test_unknown_parts_in_brackets_are_left_out() -> None:
    with_all = sentence(
        "unit_out_of_service",
        {"unit_id": "E1", "reason": "tyre", "until": datetime(2026, 3, 2, 12, tzinfo=UTC), "actor": "", "seat": ""},
        zone="Europe/Helsinki",
    )
    assert with_all == "E1 is out of service: tyre, until 14:00."
    bare = sentence("unit_out_of_service", {"unit_id": "E1", "reason": "", "until": None, "actor": ""})
    assert bare == "E1 is out of service."


def test_a_guess_off_the_roads_says_that_its_distance_is_the_least() -> None:
    words = sentence("estimate_off_road", (("off_road_m", 1000),))
    assert words == "More than 1.0 km off the roads: a straight-line guess"


def test_a_need_says_something_else_than_a_unit_by_the_same_code() -> None:
    assert "E9" not in need_sentence("crew_too_small", (("wanted", "engine"), ("crew_too_small", 2)))
    assert need_sentence("crew_too_small", (("crew_too_small", 2),)) == "Crews are too small (2)"
    assert sentence("crew_too_small", (("crew", 2), ("wanted", 4))) == "A crew of 2; 4 are needed"


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("status", list(Status)),
        ("signal", list(Signal)),
        ("stage", list(Stage)),
        ("precision", list(Precision)),
        ("order_state", list(OrderState)),
        ("department_kind", list(DEPARTMENT_KINDS)),
        ("department_letter", list(DEPARTMENT_KINDS)),
    ],
)
def test_every_code_of_the_domain_has_a_label(group: str, codes: list[str]) -> None:
    for code in codes:
        assert str(code) in english.LABELS[group]


def test_statuses_have_short_codes_of_their_own() -> None:
    shorts = [short_status(status) for status in Status]
    assert len(set(shorts)) == len(shorts)
    assert all(2 <= len(short) <= 3 for short in shorts)


def test_chinese_fills_the_same_names_as_english() -> None:
    for table, original in ((chinese.SENTENCES, english.SENTENCES), (chinese.TEXTS, english.TEXTS)):
        for key, words in table.items():
            assert key in original, key
            names = {
                name.removesuffix("_zh") for name in fields_of(words)
            }  # a file's own names stand beside each other
            assert names <= fields_of(original[key]), key
    for group, labels in chinese.LABELS.items():
        assert set(labels) <= set(english.LABELS[group]) or group in ("capability", "disposition", "hazard"), group


def test_chinese_words_what_an_operator_reads_first() -> None:
    for group in ("status", "stage", "order_state", "precision", "department_kind", "signal"):
        assert set(chinese.LABELS[group]) == set(english.LABELS[group])
    for key in ("intake.place", "intake.kind", "intake.send", "rec.title", "rec.send", "incident.close"):
        assert chinese.TEXTS[key] != english.TEXTS[key]
    assert text("intake.place", "zh") != text("intake.place", "en")
    assert label("status", "on_scene", "zh") == "到场"


def test_codes_of_the_shipped_run_cards_read_as_words_in_chinese_too() -> None:
    cards = read_run_cards(ROOT / "maps" / "cities" / "runcards.toml").cards
    used = {capability for card in cards for need in card.needs for capability in need.any_of}
    assert used <= set(chinese.LABELS["capability"])
    assert {hazard for card in cards for hazard in card.hazards} <= set(chinese.LABELS["hazard"])
    assert {ending for card in cards for ending in card.dispositions} <= set(chinese.LABELS["disposition"])


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0:00"), (42, "0:42"), (725, "12:05"), (3723, "1:02:03"), (-130, "−2:10"), (-0.2, "0:00"), (None, "–")],
)
def test_a_span_is_worded_to_the_second(seconds: float | None, words: str) -> None:
    assert durations.clock_span(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (42, "42 s"),
        (59.6, "1 min"),
        (240, "4 min"),
        (3570, "1 h 00"),
        (3900, "1 h 05"),
        (86_400 * 2 + 3 * 3600, "2 d 3 h"),
        (-240, "−4 min"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_a_rough_span_reads_as_people_say_it(seconds: float, words: str) -> None:
    assert durations.rough_span(seconds) == words


@pytest.mark.parametrize(
    ("metres", "words"),
    [(7.4, "7 m"), (99.6, "100 m"), (843, "840 m"), (996, "1.0 km"), (1240, "1.2 km"), (9951, "10 km"), (None, "–")],
)
def test_a_distance_is_short(metres: float | None, words: str) -> None:
    assert durations.distance(metres) == words


def test_the_clock_is_the_citys() -> None:
    at = datetime(2026, 7, 1, 11, 3, 22, tzinfo=UTC)
    assert durations.clock(at, "Europe/Helsinki", seconds=True) == "14:03:22"
    assert durations.clock(at, "No/Where") == "11:03"
    assert durations.day_and_clock(None) == "–"


@pytest.mark.parametrize(
    "hostile",
    ["<img src=x onerror=alert(1)>", "\u202egnp.exe", "a\x00b", "\ud800", "line\nbreak\x1b[31m", "x" * 100_000, "${a}"],
)
def test_text_from_outside_is_made_plain(hostile: str) -> None:
    shown = one_line(hostile)
    shown.encode("utf-8")
    assert len(shown) <= 201
    assert not set(shown) & set("\n\x00\x1b\u202e")
    assert len(plain(hostile)) <= 10_001
    assert "<img" not in tooltip(hostile)
    assert isinstance(sentence("unit_unknown", {"unit_id": hostile}), str)


def test_every_text_is_shown_somewhere_and_every_shown_text_is_here() -> None:
    files = [file for file in (ROOT / "app").rglob("*.py") if "wording" not in file.parts]
    source = "\n".join(file.read_text("utf-8") for file in files)
    unused = [key for key in english.TEXTS if f'"{key}"' not in source and key != "generic"]
    assert not unused
    shown = set(re.findall(r'"((?:intake|rec|incident|cameras|closures|time)\.[a-z_]+)"', source))
    assert shown <= set(english.TEXTS)
