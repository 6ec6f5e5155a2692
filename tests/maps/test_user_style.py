"""What a look shows of a layer's features: conditions, categories, graduated steps, sizes."""

from __future__ import annotations

import numpy as np
import pytest

from gis.city import City
from gis.field_values import coded, numbers
from maps.user_layers import Category, Condition, Look, Step
from maps.user_style import drawn, matching
from tests.maps.overlaid import build_overlaid


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return build_overlaid(tmp_path_factory.mktemp("overlaid"))


def by_x(city: City, layer: str, values: object) -> list[object]:
    """Order one value a feature from west to east, as the features were written."""
    return [np.asarray(values).tolist()[i] for i in np.argsort(city.layer(layer).boxes[:, 0], kind="stable")]


@pytest.mark.parametrize(
    ("layer", "condition", "kept"),
    [
        ("wards", ("ward", "=", "A"), "1001"),
        ("wards", ("ward", "!=", "A"), "0110"),
        ("wards", ("ward", "contains", "a"), "1001"),
        ("wards", ("ward", "is empty", ""), "0010"),
        ("wards", ("ward", "is not empty", ""), "1101"),
        ("wards", ("ward", ">", "A"), "0100"),
        ("wards", ("people", "=", "20"), "0100"),
        ("wards", ("people", "!=", "20.0"), "1011"),
        ("wards", ("people", ">=", "20"), "0101"),
        ("wards", ("people", "<", "20"), "1000"),
        ("wards", ("people", "is empty", ""), "0010"),
        ("wards", ("nobody", "=", "A"), "0000"),
        ("wards", ("nobody", "is empty", ""), "1111"),
        ("wards", ("nobody", "<", "1"), "0000"),
        ("signs", ("kind", "is empty", ""), "0010"),
        ("pipes", ("text", "<", "8"), "10"),
        ("wards", ("ward", "=", "' OR 1=1 --"), "0000"),
    ],
)
def test_conditions(city: City, layer: str, condition: tuple[str, str, str], kept: str) -> None:
    found = matching(city.layer(layer), (Condition(*condition),))
    assert "".join(str(int(bool(value))) for value in by_x(city, layer, found)) == kept


def test_conditions_hold_together(city: City) -> None:
    both = (Condition("ward", "=", "A"), Condition("people", ">", "20"))
    assert by_x(city, "wards", matching(city.layer("wards"), both)) == [False, False, False, True]


def test_categories_and_the_rest(city: City) -> None:
    pair = (Category("B", "#00ff00"), Category("A", "#ff0000"))
    without = drawn(city.layer("wards"), Look(symbology="categories", field="ward", categories=pair))
    assert by_x(city, "wards", without.classes) == [1, 0, -1, 1]
    rest = drawn(
        city.layer("wards"), Look(symbology="categories", field="ward", categories=pair, other_colour="#111111")
    )
    assert by_x(city, "wards", rest.classes) == [1, 0, 2, 1] and rest.colours == ("#00ff00", "#ff0000", "#111111")
    empty = Look(symbology="categories", field="ward", categories=(Category("", "#222222"),))
    assert by_x(city, "wards", drawn(city.layer("wards"), empty).classes) == [-1, -1, 0, -1]


def test_graduated_takes_the_first_step_that_reaches(city: City) -> None:
    look = Look(symbology="graduated", field="people", steps=(Step(10, "#000001"), Step(30, "#000002")))
    assert by_x(city, "wards", drawn(city.layer("wards"), look).classes) == [0, 1, -1, -1]


def test_sizes_run_over_the_range_and_unknown_ones_are_small(city: City) -> None:
    look = Look(size_field="size", size_px_range=(4.0, 12.0))
    sizes = drawn(city.layer("signs"), look).sizes
    assert sizes is not None
    west_to_east = by_x(city, "signs", sizes)
    assert west_to_east[0] == west_to_east[2] == 4.0 and west_to_east[3] == 12.0
    assert 4.0 < float(str(west_to_east[1])) < 12.0


def test_the_answer_is_kept_until_the_look_changes(city: City) -> None:
    first = drawn(city.layer("wards"), Look())
    assert drawn(city.layer("wards"), Look()) is first
    assert drawn(city.layer("wards"), Look(colour="#123456")) is not first


def test_columns_read_as_numbers_and_as_texts(city: City) -> None:
    assert by_x(city, "pipes", np.nan_to_num(numbers(city.layer("pipes"), "text"), nan=-1)) == [7.0, -1.0]
    codes, texts = coded(city.layer("wards"), "people")
    assert [texts[code] if code >= 0 else None for code in by_x(city, "wards", codes)] == ["10", "20", None, "40"]  # type: ignore[index, operator]
    assert coded(city.layer("wards"), "nobody")[1] == ()
