"""The search runs on one thread of its own, and only the newest question is answered."""

from __future__ import annotations

import threading

from pytestqt.qtbot import QtBot

from app.intake.place_field import coordinates_in
from app.intake.place_search import PlaceSearch


class _Places:
    def __init__(self) -> None:
        self.threads = {threading.get_ident()}
        self.asked: list[str] = []
        self.may_answer = threading.Event()
        self.may_answer.set()

    def search(self, text: str, *, limit: int = 10, near: tuple[float, float] | None = None) -> tuple[str, ...]:
        self.threads.add(threading.get_ident())
        self.asked.append(text)
        assert self.may_answer.wait(60)
        if text == "bad":
            raise OSError("the index is gone")
        return (text,)

    def reverse(self, lon: float, lat: float) -> str:
        return f"{lon} {lat}"


def test_places_are_opened_and_asked_on_one_other_thread(qtbot: QtBot) -> None:
    places: list[_Places] = []
    search = PlaceSearch(lambda: places.append(_Places()) or places[0])
    search.warm_up()
    with qtbot.waitSignal(search.found, timeout=3000) as found:
        ticket = search.search("main street")
    assert found.args == [ticket, ("main street",)]
    with qtbot.waitSignal(search.reversed_to, timeout=3000) as reversed_to:
        search.reverse(25.0, 60.0)
    assert reversed_to.args[1] == "25.0 60.0"
    assert len(places) == 1
    assert len(places[0].threads) == 1
    assert threading.get_ident() not in places[0].threads


def test_only_the_newest_words_are_answered(qtbot: QtBot) -> None:
    places = _Places()
    places.may_answer.clear()
    search = PlaceSearch(lambda: places)
    told: list[int] = []
    search.found.connect(lambda ticket, _: told.append(ticket))
    tickets = [search.search("main street"[:length]) for length in range(1, 12)]
    places.may_answer.set()
    qtbot.waitUntil(lambda: bool(told))
    qtbot.wait(60)
    assert told == [tickets[-1]]
    assert len(places.asked) <= 2  # what was overtaken before it began was never asked


def test_the_window_does_not_wait_for_a_slow_search(qtbot: QtBot) -> None:
    places = _Places()
    places.may_answer.clear()
    search = PlaceSearch(lambda: places)
    with qtbot.waitSignal(search.found):
        search.search("x")  # whoever waited here for the answer would wait in vain
        places.may_answer.set()


def test_a_search_that_fails_is_said_and_the_next_one_works(qtbot: QtBot) -> None:
    search = PlaceSearch(_Places)
    with qtbot.waitSignal(search.failed, timeout=3000) as failed:
        search.search("bad")
    assert "the index is gone" in failed.args[1]
    with qtbot.waitSignal(search.found, timeout=3000):
        search.search("good")


def test_coordinates_are_read_latitude_first() -> None:
    assert coordinates_in("60.17, 24.94") == (24.94, 60.17)
    assert coordinates_in(" -33.9 18.4 ") == (18.4, -33.9)
    for words in ("95.0, 24.0", "12", "Main 5, 7", "60.17", "60 24"):
        assert coordinates_in(words) is None
