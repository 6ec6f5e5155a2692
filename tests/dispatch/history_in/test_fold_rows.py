"""Rows folded into incidents: duplicates, contradictions, places, callers, and what is refused."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from dispatch.history.callers import HIDDEN, Callers, without_people
from dispatch.history.fold_rows import fold_rows
from dispatch.history.locating import Clues, Locator
from dispatch.history.mapping import INSTANTS, Mapping
from dispatch.history.sequence import contradicted
from dispatch.incident import Precision
from gis.city import City
from gis.places import Place
from tests.dispatch.history_in.files import SF, at, folded, sf, sf_row, table, told


def chain(**minutes: int) -> list[tuple[str, object]]:
    start = at("2017-01-03T01:00:00")
    return [(name, start + timedelta(minutes=minutes[name])) for name in INSTANTS if name in minutes]


def test_as_little_as_can_be_is_blank_and_arrival_is_kept_before_what_is_pressed_late() -> None:
    assert contradicted(chain(dispatched=1, en_route=2, on_scene=5, available=9)) == frozenset()
    assert contradicted(chain(dispatched=1, en_route=6, on_scene=5, available=9)) == {"en_route"}
    assert contradicted(chain(dispatched=1, on_scene=5, transporting=8, at_destination=7, available=9)) == {
        "transporting"
    }
    assert contradicted(chain(dispatched=1, en_route=2, on_scene=60, available=9)) == {"available"}
    assert contradicted(chain(dispatched=5, en_route=5, on_scene=5)) == frozenset()


def test_contradictions_are_blank_and_counted_by_row() -> None:
    past, report = folded(
        sf(
            sf_row("7", "E1", "1:00:00", "1:00:30", "1:01:00", "1:06:00", "1:05:00", "", "", "1:30:00"),
            sf_row("8", "E2", "1:00:00", "1:00:30", "12:59:00", "", "1:05:00", "", "", "1:30:00"),
        )
    )
    first, second = (incident.responses[0].instants for incident in past.incidents)
    assert "en_route" not in first and first["on_scene"] == at("2017-01-03T01:05:00")
    assert "dispatched" not in second and report.counts["before_received dispatched"] == 1
    assert [report.verdict(row) for row in (1, 2)] == ["mended", "mended"]


def test_a_call_behind_everything_that_it_led_to_is_no_call() -> None:
    past, report = folded(sf(sf_row("7", "E1", "9:00:00", "", "1:01:00", "1:02:00", "1:05:00", "", "", "1:30:00")))
    assert (
        past.incidents[0].received_at == at("2017-01-03T01:01:00") and len(past.incidents[0].responses[0].instants) == 4
    )
    assert report.counts["contradicts received"] == 1


def test_a_copy_of_a_row_is_refused_and_a_second_row_of_a_response_fills_its_blanks() -> None:
    row = sf_row("7", "E1", "1:00:00", "", "1:01:00", "", "", "", "", "1:30:00")
    again = sf_row("7", "E1", "1:00:00", "", "1:01:00", "1:02:00", "1:05:00", "", "", "1:31:00")
    later = sf_row("7", "E1", "1:00:00", "", "2:00:00", "", "2:05:00", "", "", "2:30:00")
    past, report = folded(sf(row, row, again, later))
    [incident] = past.incidents
    merged, second = incident.responses
    assert merged.instants["on_scene"] == at("2017-01-03T01:05:00")
    assert merged.instants["available"] == at("2017-01-03T01:30:00") and second.began_at == at("2017-01-03T02:00:00")
    assert (report.verdict(2), report.refused, report.responses) == ("refused", 1, 2)
    assert len(told(past, report).assignments) == 2


def test_what_has_no_place_or_no_instant_is_refused_with_its_rows() -> None:
    past, report = folded(
        sf(
            sf_row("7", "E1", "1:00:00", "", "1:01:00", place=""),
            sf_row("8", "E1", place='"(37.7, -122.4)"'),
            sf_row("9", "E1", "1:00:00", "", "1:01:00", place='"(0.0, 0.0)"'),
            sf_row("10", "E1", "1:00:00", "", "1:01:00"),
        )
    )
    assert [each.name for each in past.incidents] == ["10"] and report.refused == 3
    assert (
        report.counts["no_place"] == 2 and report.counts["no_instant"] == 1 and report.counts["null_island place"] == 1
    )


def test_the_report_names_every_row_and_a_spreadsheet_runs_nothing_of_it() -> None:
    hostile = sf_row("=1+1", '"=HYPERLINK(""x"")"', "1:00:00", "", "soon").replace("01/03/2017 soon AM", "=cmd()")
    _, report = folded(sf(hostile, sf_row("8", "E1", "1:00:00", "", "1:01:00")))
    lines = "".join(report.as_csv()).splitlines()
    assert len(lines) == 3 and lines[2].startswith('"2","taken"') and '"\'=cmd()"' in lines[1]
    listed = json.loads(report.as_json())
    assert listed["rows"] == 2 and listed["rows_listed"][0]["row"] == 1 and listed["unlisted"] == 0


def test_callers_are_pseudonyms_and_their_words_do_not_find_them() -> None:
    callers = Callers()
    assert callers.pseudonym("Ann Example", "+1 555 010 9999") == callers.pseudonym("", "15550109999")
    assert (
        callers.pseudonym("Ann Example", "") != callers.pseudonym("Bob Example", "") and callers.pseudonym("", "") == ""
    )
    words = without_people("Ann Example says: call 555-010-9999 or ann@example.org, 2017-01-03 12", "Ann Example")
    assert words == f"{HIDDEN} says: call {HIDDEN} or {HIDDEN}, 2017-01-03 12"


def test_nothing_of_a_caller_reaches_the_log() -> None:
    mapping = Mapping(
        "calls",
        {
            name: ((name,),)
            for name in ("incident", "received", "kind", "lon", "lat", "text", "caller_name", "caller_number")
        },
    )
    past, report = folded(
        table(
            "incident,received,kind,lon,lat,text,caller_name,caller_number\n"
            "1,2020-01-01 10:00:00,fire,24.9,60.2,Zoe Nobody smells smoke,Zoe Nobody,+358 40 123 4567\n"
            "2,2020-01-01 11:00:00,fire,24.9,60.2,again,ZOE NOBODY,+358401234567\n"
        ),
        mapping=mapping,
        time_zone="Europe/Helsinki",
    )
    state = told(past, report)
    assert {call.person_id for call in state.calls.values()} == {"history-caller-1"}
    held = repr([*state.incidents.values(), *state.calls.values()]) + report.as_json()
    assert "Zoe" not in held and "4567" not in held and "smells smoke" in held


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=x onerror=alert(1)>",
        "a\x1b[31mred",
        "\u202egnp.exe",
        "${7*7}",
        "line\nbreak",
        "x" * 100_000,
        "\x00null",
    ],
)
def test_text_from_outside_stays_one_plain_line(hostile: str) -> None:
    rows = table("\n".join((SF, sf_row("7", "E1", "1:00:00", "", "1:01:00"))))
    from dispatch.history.table import Table, plain

    cells = tuple(plain(hostile) if cell in ("E1", "Medical Incident", "Fire") else cell for cell in rows.rows[0])
    past, report = folded(Table("hostile.csv", rows.columns, (cells,)))
    state = told(past, report)
    [unit], [card] = state.units, state.cards.values()
    for text in (unit, card.name, state.incidents[1].disposition):
        assert text.isprintable() and len(text) <= 60


def test_axes_that_were_swapped_are_turned_and_what_lies_far_outside_is_no_place(helsinki: Path) -> None:
    locator = Locator(City.open(helsinki))
    lon, lat = City.open(helsinki).center
    swapped = locator.find(Clues(lon=str(lat), lat=str(lon)))
    assert swapped.location is not None and swapped.notes == ("axes_swapped",)
    degrees = locator.find(Clues(x=str(lon), y=str(lat))).location  # as ArcGIS names them
    assert degrees is not None and (degrees.lon, degrees.lat) == (lon, lat)
    assert locator.find(Clues(x="385500", y="6672000")).location is None  # metres of a grid that nobody named
    assert abs(swapped.location.lon - lon) < 1e-6 and locator.find(Clues(lon="-122.4", lat="37.7")).location is None
    locator.close()


def test_addresses_are_found_by_house_block_crossing_and_street_and_it_is_said_how(helsinki: Path) -> None:
    city = City.open(helsinki)
    locator, search = Locator(city), city.places()
    streets = [each for each in search.search("Mannerheimintie", limit=30) if each.kind == "street"]
    house = next(each for each in search.search("Mannerheimintie 5", limit=30) if each.kind == "address")
    assert streets and house
    exact = locator.find(Clues(address="5 Mannerheimintie"))
    block = locator.find(Clues(address="0 Block of Mannerheimintie"))
    street = locator.find(Clues(address="900 BLOCK OF Mannerheimintie"))
    assert exact.location is not None and block.location is not None
    assert (exact.how, exact.location.precision) == ("house", Precision.VERIFIED)
    assert (block.how, block.location.precision) == ("block", Precision.APPROXIMATE)
    assert (street.how, street.notes) == ("street", ("geocoded",))
    crossing = next(each for each in search.search("Mannerheimintie / Kaivokatu", limit=3) if each.kind == "crossing")
    found = locator.find(Clues(address="KAIVOKATU/MANNERHEIMINTIE"))
    assert found.location is not None and found.how == "crossing" and abs(found.location.lon - crossing.lon) < 1e-5
    assert locator.find(Clues(address="Nowhere at all 77")).location is None
    search.close()
    locator.close()


def test_a_way_of_writing_that_the_map_names_leaves_nothing_to_guess() -> None:
    """Both dates can be read either way round, and so a file that nobody knows is told of; Seattle writes months."""
    head = "Address,Type,Datetime,Latitude,Longitude,Incident Number"
    rows = [f"1ST AV,Fire,{day}/2017 01:00:00 AM,47.6,-122.3,F{day}" for day in ("11/05", "03/12")]
    text = "\n".join([head, *rows])
    past, report = folded(table(text))
    assert [f"{each.received_at:%m-%d}" for each in past.incidents] == ["03-12", "11-05"]
    assert not report.told
    _, unknown = folded(table(text.replace("Incident Number", "Case ID")))
    assert any("no date shows" in told for told in unknown.told)


@pytest.mark.parametrize(
    ("asked", "label", "score", "is_it"),
    [
        ("NOWHERE STREET", "Noe St", 88.5, False),
        ("3RD ST", "03rd St", 89.9, True),
        ("6400 Block of GEARY BL", "Geary Blvd", 89.0, True),
        ("3RD ST", "23rd St", 88.2, False),
        ("MARKT STREET", "Market St", 90.0, True),
        ("GOLDENGATE AVE", "Golden Gate Ave", 88.0, True),
        ("Alexandersgatan", "Aleksanterinkatu", 115.5, True),  # its other name, in full
    ],
)
def test_a_street_that_the_city_has_not_is_not_taken_for_one_that_sounds_like_it(
    monkeypatch: pytest.MonkeyPatch, asked: str, label: str, score: float, is_it: bool
) -> None:
    class OneStreet:
        def search(self, text: str, *, limit: int) -> tuple[Place, ...]:
            return (Place(1, "street", label, "", -122.43, 37.75, score, None),)

    locator = Locator(None)
    monkeypatch.setattr(locator, "_search", OneStreet())
    assert (locator.find(Clues(address=asked)).location is not None) is is_it


def test_what_is_longer_than_it_may_be_is_cut_and_counted_in_its_row() -> None:
    row = sf_row("7" * 70, "E1" * 20, "1:00:00", "", "1:01:00", kind="Vegetation Fire " * 300)
    past, report = folded(sf(row, sf_row("8", "E1", "1:00:00", "", "1:01:00")))
    cut = next(each for each in past.incidents if each.row == 1)
    assert cut.kind == ("Vegetation Fire " * 300)[:60].strip() and len(cut.name) == 60
    assert {name for name in report.counts if name.startswith("shortened")} == {
        "shortened incident", "shortened kind", "shortened unit"
    }  # fmt: skip
    assert (report.verdict(1), report.verdict(2)) == ("mended", "taken")


def test_a_number_at_the_end_of_long_words_is_hidden_before_they_are_cut() -> None:
    long = "smoke " * 165 + "ring 415 555 0199"
    past, _ = folded(
        table(f"Incident,Type,Time,Lat,Lon,Remarks\n1,Fire,2017-01-03 01:00,37.7457,-122.4566,{long} now and later\n"),
        mapping=Mapping("own", {
            "incident": (("Incident",),), "kind": (("Type",),), "received": (("Time",),), "lat": (("Lat",),),
            "lon": (("Lon",),), "text": (("Remarks",),),
        }),
    )  # fmt: skip
    assert len(past.incidents[0].text) <= 1_000 and "415" not in past.incidents[0].text


def test_a_table_without_instants_is_no_past() -> None:
    with pytest.raises(ValueError, match="no column says when"):
        fold_rows([(table("a,b\n1,2"), Mapping("none", {"kind": (("a",),)}))], city=None)
