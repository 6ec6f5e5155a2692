"""Two real windows on one server: what one has in hand the other shows, and an incident goes from one to the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.window.overlays import key_lines
from dispatch.incident import Stage
from dispatch.server_init import prepare
from tests.app.room.two_windows import Seat, copy_key, wait
from tests.app.window.test_keys import _keys
from tests.servers import running_postgres

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(scope="module")
def seats(helsinki: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Seat, Seat]]:
    folder = tmp_path_factory.mktemp("seats")
    with running_postgres() as server:
        address = server.address("seats")
        prepare(address.partition("?")[0], schema="seats", key_folder=folder / "anna")
        anna = Seat(helsinki, address, folder / "anna", "anna")
        bela = Seat(helsinki, address, copy_key(folder / "anna", folder / "bela"), "bela")
        anna.report("the yard")
        wait(lambda: bela.desk.state.incidents)
        yield anna, bela
        bela.close()
        anna.close()


def others(seat: Seat) -> dict[str, int | None]:
    """Return what this window believes the others to have in hand."""
    assert seat.desk.seats is not None
    return {each.seat: each.incident_id for each in seat.desk.seats.others if not each.is_stale}


def test_what_one_takes_in_hand_the_other_shows(seats: tuple[Seat, Seat]) -> None:
    anna, bela = seats
    wait(lambda: others(anna) == {"seat-bela": None} and others(bela) == {"seat-anna": None}, "they see each other")
    anna.desk.select(incident_id=1)
    rows = bela.window.incidents.rows
    wait(lambda: rows.marks(bela.desk.state.incidents[1]).seats == ("seat-anna",))
    assert "open at anna (seat-anna)" in rows.sentence(bela.desk.state.incidents[1])
    assert "seat-anna" in bela.strip.room.toolTip()
    anna.desk.select()
    wait(lambda: not rows.marks(bela.desk.state.incidents[1]).seats)


def test_a_hand_over_is_offered_seen_and_taken(seats: tuple[Seat, Seat]) -> None:
    anna, bela = seats
    unit = next(key for key, one in sorted(anna.desk.state.units.items()) if one.status.value == "available")
    anna.assign(1, unit)  # and is in charge from then on
    wait(lambda: 1 in bela.desk.state.charges and bela.desk.state.charges[1].seat == "seat-anna")
    assert bela.desk.state.incidents[1].stage is not Stage.WAITING
    focus = bela.window.focusWidget()
    assert anna.window.commands.run("hand 1 to seat-bela because my shift ends")
    offers = bela.window.incidents.offers
    wait(offers.isVisible)
    assert "my shift ends" in offers.lines[0].words.text() and bela.window.focusWidget() is focus
    wait(lambda: any("hands you incident 1" in words for _, words in bela.said))
    offers.lines[0].take_button.click()
    wait(lambda: anna.desk.state.charges[1].seat == "seat-bela")
    wait(lambda: any("that you handed over" in words for _, words in anna.said))
    assert anna.window.incidents.rows.marks(anna.desk.state.incidents[1]).whose == "others"
    assert not offers.isVisible()


def test_no_key_of_a_desk_in_a_room_means_two_things(seats: tuple[Seat, Seat]) -> None:
    window = seats[0].window
    seats[0].desk.select(incident_id=1)  # keys of what is in charge come with the first incident
    keys = _keys(window)
    for key in ("Alt+Q", "Alt+Y", "Ctrl+Shift+O", "Ctrl+O"):
        assert len(keys[key]) == 1, key
    page = " ".join(line[0] for line in window.menus.page() if len(line) > 1)
    assert all(key in page for key in ("Alt+Q", "Alt+Y", "Ctrl+Shift+O", "Ctrl+O"))
    assert any(line[0].startswith("take 14") for line in key_lines(seats[0].desk, window.menus.page()))


def test_who_leaves_is_seen_to(seats: tuple[Seat, Seat]) -> None:
    anna, bela = seats
    bela.shown.seats_room.stop()
    wait(lambda: "seat-bela" not in others(anna))
