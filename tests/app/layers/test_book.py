"""The book of layers: shown at once, written soon, and nobody's change lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.layers.book import LayerBook
from app.layers.merging import merged
from gis.city import City
from maps.layers_file import LAYERS_FILE, read_layers, write_layers
from maps.listing import elsewhere, listing_of
from maps.user_layers import LayerList, Look, UserLayer

A, B, C = (UserLayer(name, name.upper(), "vector") for name in "abc")


def test_a_change_is_seen_at_once_and_written_soon(city: City, book: LayerBook, qtbot: QtBot) -> None:
    layer = book.listing.layers[0]
    with qtbot.waitSignal(book.changed):
        book.put(replace(layer, look=Look(colour="#123456")))
    assert listing_of(city).layers[0].look.colour == "#123456"  # what maps of this desk read
    assert read_layers(city.folder)[0].layers[0].look.colour != "#123456"
    qtbot.waitUntil(lambda: read_layers(city.folder)[0] == book.listing, timeout=3_000)
    assert book.is_saved


def test_a_look_that_is_tried_is_not_written(city: City, book: LayerBook, qtbot: QtBot) -> None:
    layer = book.listing.layers[0]
    book.show_for_now(book.listing.replaced(replace(layer, title="Tried")))
    assert listing_of(city).layers[0].title == "Tried"
    qtbot.wait(700)
    assert read_layers(city.folder)[0].layers[0].title == "trees"


def test_what_another_program_writes_is_taken_and_nothing_is_lost(city: City, book: LayerBook, qtbot: QtBot) -> None:
    mine = replace(book.listing.layers[0], title="Mine")
    book.put(mine)
    theirs, _ = read_layers(city.folder)
    write_layers(city.folder, theirs.with_layer(A))
    qtbot.waitUntil(lambda: read_layers(city.folder)[0].layers == (mine, A), timeout=3_000)
    assert book.listing.layers == (mine, A)


def test_a_folder_that_cannot_be_written_is_told_and_the_session_goes_on(
    city: City, book: LayerBook, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    import app.layers.book as module

    real = module.write_layers

    def refuse(folder: Path, listing: LayerList) -> None:
        if folder == city.folder:
            raise PermissionError(13, "read-only")
        real(folder, listing)

    monkeypatch.setattr(module, "write_layers", refuse)
    with qtbot.waitSignal(book.saved_changed, timeout=3_000) as told:
        book.put(replace(book.listing.layers[0], is_shown=False))
    assert told.args == [False, "read-only"]
    assert not listing_of(city).layers[0].is_shown
    monkeypatch.undo()
    book.put(replace(book.listing.layers[0], title="Again"))
    qtbot.waitUntil(lambda: book.is_saved, timeout=3_000)
    assert read_layers(city.folder)[0].layers[0].title == "Again"


def test_closing_writes_what_is_left_and_leaves_nothing_behind(city: City, make_book: Callable[..., LayerBook]) -> None:
    book = make_book(city)
    book.put(A)
    copy = elsewhere(city.folder)
    assert copy is not None and (copy / LAYERS_FILE).is_file()
    book.close()
    assert read_layers(city.folder)[0].layers == (A,)
    assert elsewhere(city.folder) is None and not copy.exists()


def test_live_layers_are_remembered_for_the_seat(
    city: City, tmp_path: Path, make_book: Callable[..., LayerBook]
) -> None:
    file = tmp_path / "seat" / "live.json"
    make_book(city, live_file=file).set_live("trails", False)
    assert make_book(city, live_file=file).live_hidden == {"trails"}
    file.write_text("{broken")
    assert make_book(city, live_file=file).live_hidden == frozenset()


def test_picks_of_a_layer_that_is_taken_out_are_let_go(book: LayerBook) -> None:
    book.pick("trees", [3, 1, 3])
    assert book.picked[1].tolist() == [1, 3]
    book.apply(book.listing.without("trees"))
    assert book.picked[0] == "" and not len(book.picked[1])


def test_two_hands_on_one_list() -> None:
    base = LayerList((A, B))
    mine = base.with_layer(replace(A, title="Mine")).moved("b", 0)
    theirs = LayerList((replace(A, title="Theirs"), C), frozenset({"parks"}))
    found = merged(base, mine, theirs)
    assert [layer.title for layer in found.layers] == ["Mine", "C"]  # they took B out and laid C on top
    assert found.hidden == {"parks"}
    assert merged(base, base, theirs) == theirs
    assert merged(base, mine, base) == mine


def test_a_desk_without_a_city_has_an_empty_book(make_book: Callable[..., LayerBook]) -> None:
    book = make_book(None)
    book.put(A)
    book.save()
    book.look()
    assert book.listing == LayerList()
