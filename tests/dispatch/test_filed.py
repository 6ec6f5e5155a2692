"""A map out of a checkpoint answers as a map in memory does, whatever was changed, packed away and opened between."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from immutables import Map

from dispatch import cabinet as cabinet_module
from dispatch import filing
from dispatch.cabinet import Cabinet, pack
from dispatch.checkpoint import decode_state, encode_state
from dispatch.codec import decode
from dispatch.events import Entry
from dispatch.filed import GONE, Filed
from dispatch.filing import AT_HAND
from dispatch.incident import Call
from dispatch.state import State, apply, fold
from tests.bench.long_log import bodies

TEXTS: msgspec.msgpack.Decoder[list[tuple[str, Call]]] = msgspec.msgpack.Decoder(list[tuple[str, Call]])
NUMBERS: msgspec.msgpack.Decoder[list[tuple[int, Call]]] = msgspec.msgpack.Decoder(list[tuple[int, Call]])


@pytest.fixture(autouse=True)
def small_drawers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few records fill a drawer, and a few entries make a past."""
    monkeypatch.setattr(cabinet_module, "DRAWER_BYTES", 600)
    monkeypatch.setattr(filing, "RECENT_ENTRIES", 10)
    monkeypatch.setattr(filing, "RECENT_MESSAGES", 1)


def key_of(number: int, is_text: bool) -> Any:
    return f"call-{number}" if is_text else number - 5


def filed(records: dict[Any, Call], is_text: bool) -> Filed[Any, Call]:
    return Filed(Cabinet(pack(records.items()), TEXTS if is_text else NUMBERS), Map())


def packed_again(found: Filed[Any, Call], is_text: bool) -> Filed[Any, Call]:
    """Pack away what has changed since, as a checkpoint does."""
    gone = [key for key in found.above if key in found.cabinet]
    away = [pair for pair in found.above.items() if pair[1] is not GONE]
    content = msgspec.msgpack.encode(pack(away, found.cabinet, gone))
    packed = msgspec.msgpack.decode(content, type=cabinet_module.Packed)
    return Filed(Cabinet(packed, TEXTS if is_text else NUMBERS), Map())


STEPS = st.lists(
    st.tuples(st.sampled_from(["set", "pop", "update", "pack", "look"]), st.integers(0, 60), st.integers(0, 9)),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(is_text=st.booleans(), begun=st.integers(0, 50), steps=STEPS)
def test_it_answers_as_a_map_does(is_text: bool, begun: int, steps: list[tuple[str, int, int]]) -> None:
    model = {key_of(each, is_text): Call(str(each), text="x" * each) for each in range(begun)}
    found = filed(model, is_text)
    for step, number, what in steps:
        key, record = key_of(number, is_text), Call(str(number), text=str(what))
        before = found
        if step == "pack":
            found = packed_again(found, is_text)
        elif step == "look":
            assert found.get(key) == model.get(key) and (key in found) == (key in model)
        else:
            mutation = found.mutate()
            if step == "pop":
                assert mutation.pop(key, None) == model.pop(key, None)
            elif step == "update":
                mutation.update({key: record})
                model[key] = record
            else:
                mutation[key] = record
                model[key] = record
                assert mutation[key] is record and key in mutation
            count = len(before)
            found = mutation.finish()
            assert len(before) == count  # whoever holds the map before has it still
    for key in (key_of(number, is_text) for number in range(62)):
        assert found.get(key, "none") == model.get(key, "none") and (key in found) == (key in model)
        assert found.mutate().get(key, "none") == model.get(key, "none") and (key in found.mutate()) == (key in model)
    same = Map(model)
    assert len(found) == len(same) and sorted(found, key=str) == sorted(same, key=str)
    assert found == same and same == found and hash(found) == hash(same)
    assert dict(found.items()) == model and pickle.loads(pickle.dumps(found)) == same
    assert sorted(map(repr, found.values())) == sorted(map(repr, model.values()))
    other = found.set(key_of(99, is_text), Call("99"))
    assert other != found and found != other and other != same and other.delete(key_of(99, is_text)) == found


def test_what_is_opened_stays_the_same_object_for_every_thread_and_every_later_map() -> None:
    found = filed({number: Call(str(number)) for number in range(200)}, is_text=False)
    with ThreadPoolExecutor(8) as pool:
        seen = [list(each) for each in pool.map(lambda _: found.values(), range(8))]
    assert all(mine is theirs for other in seen for mine, theirs in zip(seen[0], other, strict=True))
    assert found.set(1, Call("other"))[2] is found[2]


def test_missing_keys_are_missing() -> None:
    found = filed({1: Call("1")}, is_text=False)
    for ask in (lambda: found[2], lambda: found.delete(2), lambda: found.mutate().pop(2), lambda: found.mutate()[2]):
        with pytest.raises(KeyError):
            ask()
    assert found.get(None) is None and "1" not in found and found.get("call-1") is None
    gone = found.delete(1)
    assert 1 not in gone and len(gone) == 0 and list(gone) == [] and gone == Map() and list(gone.values()) == []


def test_drawers_of_what_is_mostly_gone_are_packed_anew() -> None:
    found = filed({number: Call(str(number), text="x" * 50) for number in range(400)}, is_text=False)
    drawers = len(found.cabinet.packed.drawers)
    assert drawers > 20
    mutation = found.mutate()
    for number in range(395):
        if number % 40:
            mutation.pop(number)
    left = packed_again(mutation.finish(), is_text=False)
    assert len(left) == 15 and len(left.cabinet.packed.drawers) <= 5


def test_two_texts_with_one_print_of_eight_bytes_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cabinet_module, "print_of", lambda text: bytes([7] * 15 + [len(text)]))
    found = filed({"a" * each: Call(str(each)) for each in range(1, 9)}, is_text=True)
    assert [found["a" * each].id for each in range(1, 9)] == list("12345678")
    assert "a" * 9 not in found


@cache
def told() -> tuple[Entry, ...]:
    return tuple(map(decode, bodies(700)))


@settings(max_examples=12, deadline=None)
@given(cuts=st.lists(st.integers(1, 699), min_size=1, max_size=4, unique=True), more=st.sampled_from([1, 40]))
def test_a_log_opened_from_checkpoints_is_the_log_folded(cuts: list[int], more: int) -> None:
    """Whatever was kept between, and on what the next checkpoint was built."""
    state, done = State(), 0
    for cut in sorted(cuts):
        state = fold(state, told()[done:cut])
        state, done = decode_state(encode_state(state, file_from=1, file_more=more)), cut
    for entry in told()[done : done + 20]:
        state = apply(state, entry)
    state = fold(state, told()[done + 20 :])
    whole = _whole()
    assert state == whole and whole == state
    assert hash(state.cases) == hash(whole.cases)
    assert decode_state(encode_state(state, file_from=1, file_more=1)) == whole


@cache
def _whole() -> State:
    return fold(State(), told())


def test_what_is_worked_on_stays_at_hand() -> None:
    state = decode_state(encode_state(_whole(), file_from=1, file_more=1))
    parts = {name: getattr(state, name) for name in AT_HAND}
    assert {name for name, part in parts.items() if isinstance(part, Filed)} >= {
        "answered",
        "incidents",
        "cases",
        "calls",
    }
    for name, numbers in (
        ("incidents", state.open_incidents),
        ("cases", state.open_cases),
        ("duties", state.open_duties),
    ):
        assert set(numbers) <= set(getattr(parts[name], "above", parts[name])), name


def test_a_short_log_is_kept_whole() -> None:
    state = decode_state(encode_state(_whole()))
    assert all(isinstance(getattr(state, name), Map) for name in AT_HAND)
    assert state == _whole()
