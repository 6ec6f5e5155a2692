"""The dialog of a look: seen while it is tried, kept or taken back."""

from __future__ import annotations

import math

import pytest
from pytestqt.qtbot import QtBot

from app.layers.book import LayerBook
from app.layers.fields import field_infos
from app.layers.look_page import LookPage
from app.layers.more_pages import FilterPage, LabelsPage, ScalePage
from app.layers.ramps import RAMPS
from app.layers.scales import metres_per_pixel, number_of, scale_words
from app.layers.style_dialog import StyleDialog
from gis.city import City
from maps.style import THEMES, contrast
from maps.user_layers import Condition, Look


@pytest.fixture
def dialog(qtbot: QtBot, book: LayerBook) -> StyleDialog:
    made = StyleDialog(book, "trees", here=lambda: 2.0)
    made.show()
    return made


def look_of(book: LayerBook) -> Look:
    return book.listing.layers[0].look


def page(dialog: StyleDialog) -> LookPage:
    found = dialog.pages["look"]
    assert isinstance(found, LookPage)
    return found


def test_fields_say_what_they_hold(city: City, book: LayerBook) -> None:
    infos = {one.name: one for one in field_infos(city.layer("trees"))}
    assert infos["height"].kind == "number" and infos["height"].samples == ("12.5", "7", "30")
    assert infos["kind"].kind == "text" and set(infos["kind"].samples) == {"oak", "lime"}


def test_categories_are_made_tried_and_kept(qtbot: QtBot, dialog: StyleDialog, book: LayerBook) -> None:
    one = page(dialog)
    one.field.setCurrentIndex(one.field.findData("kind"))
    one.symbology.setCurrentIndex(1)
    qtbot.waitUntil(lambda: look_of(book).symbology == "categories" and bool(look_of(book).categories), timeout=3_000)
    assert [each.value for each in look_of(book).categories] == ["oak", "lime"]
    one.classes.set_colour(0, "#112233")
    qtbot.waitUntil(lambda: look_of(book).categories[0].colour == "#112233", timeout=2_000)
    dialog.accept()
    qtbot.waitUntil(lambda: book.listing == book._base, timeout=3_000)
    assert look_of(book).field == "kind"


def test_classes_by_size_take_a_field_of_numbers(qtbot: QtBot, dialog: StyleDialog, book: LayerBook) -> None:
    one = page(dialog)
    one.symbology.setCurrentIndex(2)
    qtbot.waitUntil(lambda: len(look_of(book).steps) == 3, timeout=3_000)
    assert look_of(book).field == "height"
    assert [step.upto for step in look_of(book).steps] == [7.0, 12.5, 30.0]
    one.classes.item(0, 1).setText("8,5")
    one.classes.item(1, 1).setText("nonsense")
    assert [step.upto for step in one.classes.steps()] == [8.5, 12.5, 30.0]


def test_what_was_tried_is_taken_back(qtbot: QtBot, dialog: StyleDialog, book: LayerBook) -> None:
    before = book.listing
    page(dialog).colour.chosen.emit("#000000")
    page(dialog).size.setValue(20.0)
    qtbot.waitUntil(lambda: look_of(book).size_px == 20.0, timeout=2_000)
    dialog.reject()
    assert book.listing == before


def test_conditions_count_once_their_value_is_written(qtbot: QtBot, dialog: StyleDialog) -> None:
    one = dialog.pages["filter"]
    assert isinstance(one, FilterPage)
    one.add.click()
    assert dialog.look().conditions == ()
    _, field, sign, value = one.rows[0]
    field.setCurrentIndex(field.findData("height"))
    sign.setCurrentIndex(sign.findData(">="))
    value.setText("10")
    assert dialog.look().conditions == (Condition("height", ">=", "10"),)
    sign.setCurrentIndex(sign.findData("is empty"))
    assert dialog.look().conditions == (Condition("height", "is empty", ""),)
    one._remove(one.rows[0][0])
    assert dialog.look().conditions == ()


def test_labels_and_scales(dialog: StyleDialog) -> None:
    labels, scale = dialog.pages["labels"], dialog.pages["scale"]
    assert isinstance(labels, LabelsPage) and isinstance(scale, ScalePage)
    labels.field.setCurrentIndex(labels.field.findData("kind"))
    scale._take(scale.far, scale.far_number)
    found = dialog.look()
    assert found.label_field == "kind" and found.finest_mpp == 0.0
    assert math.isclose(found.coarsest_mpp, 2.0, rel_tol=0.06)
    assert scale_words(found, "en").startswith("Drawn from 1:7,")
    assert scale_words(Look(), "en") == ""


def test_a_field_that_is_gone_is_shown_and_kept(qtbot: QtBot, city: City, book: LayerBook) -> None:
    layer = city.layer("trees")
    one = LookPage(layer, field_infos(layer), Look(symbology="categories", field="lost"))
    qtbot.addWidget(one)
    assert "lost" in one.field.currentText()
    assert one.look(Look()).field == "lost"


def test_scales_are_numbers_as_maps_have_them() -> None:
    assert number_of(metres_per_pixel(25_000)) == 25_000
    assert number_of(0.0) == 0


@pytest.mark.parametrize("name", list(RAMPS))
def test_every_colour_of_a_ramp_stands_off_from_night_and_day(name: str) -> None:
    for colour in RAMPS[name]:
        for theme in THEMES.values():
            assert contrast(colour, theme.ground) >= 1.45, (name, colour, theme.name)
