"""The file of a city's user layers: what is written is read again, and what is wrong is told by its line."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from gis.located_toml import BadFile
from maps.layers_file import LAYERS_FILE, SPARE_FILE, LayersFileError, look_of, look_table, read_layers, write_layers
from maps.user_layers import Category, Condition, LayerList, Look, Remote, Step, UserLayer

FULL = LayerList(
    (
        UserLayer("photo", "Photo of 2024", "imagery", "photo.tif", place="under", look=Look(opacity=0.5)),
        UserLayer(
            "districts", "区 Districts", "vector", "d.gpkg", "Borders", False, "over",
            Look(
                "#112233", "#ffffff", 2.0, 7.0, 0.4, "graduated", "people",
                (Category("a\nb", "#abcdef", "A"), Category("", "#000000")),
                (Step(-1.5, "#000001"), Step(9, "#000002")),
                "#777777", "area", (1.0, 9.0), (0.0, 100.0), "name", 12.0,
                (Condition("people", ">", "10"), Condition("name", "is empty")), 0.5, 40.0,
            ),
            "City of X",
        ),
        UserLayer("web", "Web", "remote", place="under", remote=Remote("wms", "https://x/", "l", tile_matrix_set="g")),
    ),
    frozenset({"hydrants", "cameras"}),
)  # fmt: skip


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write_layers(tmp_path, FULL)
    assert read_layers(tmp_path) == (FULL, ())
    write_layers(tmp_path, LayerList())
    assert read_layers(tmp_path) == (LayerList(), ())
    assert [p.name for p in tmp_path.iterdir()] == [LAYERS_FILE]


def test_no_file_is_an_empty_list(tmp_path: Path) -> None:
    assert read_layers(tmp_path) == (LayerList(), ())


def test_a_broken_layer_is_left_out_and_told_by_its_line(tmp_path: Path) -> None:
    (tmp_path / LAYERS_FILE).write_text(
        "[[layer]]\nname = 'good'\nkind = 'vector'\ncolor = 'x'\n"
        "[[layer]]\nname = 'COM1'\nkind = 'vector'\n"
        "[[layer]]\nname = 'bad'\nkind = 'vector'\nplace = 'sky'\n[layer.look]\ncolour = 'red'\nopacity = 7\n"
        "steps = [{upto = 2, colour = '#000000'}, {upto = 1, colour = '#000000'}]\nsize_range = [1]\n"
        "[[layer]]\nname = 'good'\nkind = 'vector'\n"
        "[[layer]]\nname = 'far'\nkind = 'remote'\n",
        "utf-8",
    )
    listing, problems = read_layers(tmp_path)
    assert [layer.name for layer in listing.layers] == ["good"]
    told = [(problem.line, problem.text) for problem in problems]
    assert told[0] == (4, "unknown field, left out")
    assert [line for line, _ in told] == [4, 6, 11, 13, 14, 15, 16, 18, 20]
    assert "'COM1'" in told[1][1] and "second layer" in told[7][1] and told[8][1] == "is missing"


@pytest.mark.parametrize(
    "text",
    ["layer = 3", "[[layer]]\nname = 3", "hidden = 'x'", "a = [[[[", "\x00", "[layer]\nname=''", "[[layer]]\nlook = 3"],
)
def test_a_file_of_nonsense_is_told_and_kept_beside_when_replaced(tmp_path: Path, text: str) -> None:
    (tmp_path / LAYERS_FILE).write_text(text, "utf-8")
    listing, problems = read_layers(tmp_path)
    assert not listing.layers and problems
    write_layers(tmp_path, FULL)
    assert (tmp_path / SPARE_FILE).read_text("utf-8") == text
    assert read_layers(tmp_path) == (FULL, ())


def test_what_a_newer_program_wrote_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / LAYERS_FILE).write_text("format = 2\n", "utf-8")
    assert "newer program" in read_layers(tmp_path)[1][0].text
    with pytest.raises(LayersFileError, match="newer"):
        write_layers(tmp_path, FULL)
    assert (tmp_path / LAYERS_FILE).read_text("utf-8") == "format = 2\n"


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ('a"b\\c', 'a"b\\c'),
        ("<img src=x onerror=1>${x}`", "<img src=x onerror=1>${x}`"),
        ('x"\n[[layer]]\nname = "y"', 'x" [[layer]] name = "y"'),
        ("a\x00b\x1b[31m", "a b [31m"),
        ("\ud800", "?"),
        ("'''\"\"\"#", "'''\"\"\"#"),
    ],
)
def test_hostile_titles_stay_one_line_of_text(tmp_path: Path, title: str, kept: str) -> None:
    write_layers(tmp_path, LayerList((UserLayer("a", title, "vector"),)))
    listing, problems = read_layers(tmp_path)
    assert not problems
    assert [layer.title for layer in listing.layers] == [kept]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_layers(tmp_path, FULL)

    def broken(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("maps.layers_file.os.fsync", broken)
    with pytest.raises(OSError, match="No space"):
        write_layers(tmp_path, LayerList())
    assert read_layers(tmp_path) == (FULL, ())
    assert [p.name for p in tmp_path.iterdir()] == [LAYERS_FILE]


def test_a_look_goes_to_a_plain_table_and_back() -> None:
    look = FULL.layers[1].look
    assert look_of(look_table(look)) == look
    assert look_table(Look()) == {} and look_of({}) == Look()
    assert look_of({"coarsest_mpp": math.inf}) == Look()
    with pytest.raises(BadFile, match="colour"):
        look_of({"colour": "red"})
    with pytest.raises(BadFile, match="unknown field"):
        look_of({"color": "#000000"})


def test_lists_are_changed_purely() -> None:
    names = [layer.name for layer in FULL.moved("web", 0).layers]
    assert names == ["web", "photo", "districts"]
    assert [layer.name for layer in FULL.moved("photo", 99).layers] == ["districts", "web", "photo"]
    assert [layer.name for layer in FULL.without("photo").layers] == ["districts", "web"]
    other = replace(FULL.layers[0], title="New")
    assert FULL.replaced(other).layers[0].title == "New" == FULL.with_layer(other).layers[0].title
    assert len(FULL.with_layer(UserLayer("b", "B", "vector")).layers) == 4
    assert FULL.with_hidden("roads", True).with_hidden("cameras", False).hidden == {"hydrants", "roads"}
    for wrong in (FULL.without, FULL.replaced):
        with pytest.raises(KeyError):
            wrong("nobody" if wrong == FULL.without else UserLayer("nobody", "", "vector"))  # type: ignore[arg-type]
    assert FULL.shown_in("over", 1.0) == () and [layer.name for layer in FULL.shown_in("under", 1.0)] == [
        "photo",
        "web",
    ]


def test_a_layer_that_calls_itself_like_one_of_the_city_is_left_out(tmp_path: Path) -> None:
    (tmp_path / LAYERS_FILE).write_text('[[layer]]\nname = "roads"\nkind = "vector"\n', "utf-8")
    listing, problems = read_layers(tmp_path)
    assert listing.layers == () and "a layer of the city itself" in str(problems[0])


def test_too_many_layers_are_told_and_kept_beside(tmp_path: Path) -> None:
    text = "".join(f'[[layer]]\nname = "layer_{i}"\nkind = "vector"\n' for i in range(510))
    (tmp_path / LAYERS_FILE).write_text(text, "utf-8")
    listing, problems = read_layers(tmp_path)
    assert len(listing.layers) == 500 and "more than 500 layers" in str(problems[0])
    write_layers(tmp_path, listing)
    assert (tmp_path / SPARE_FILE).read_text("utf-8") == text


def test_control_signs_in_a_label_or_a_services_layer_do_not_lose_the_layer(tmp_path: Path) -> None:
    look = Look(symbology="categories", field="n", categories=(Category("a\x01\nb", "#112233", "a\x01\nb"),))
    layers = (
        UserLayer("a", "A", "vector", look=look),
        UserLayer("b", "B", "remote", remote=Remote("wms", "u", "x\ny")),
    )
    write_layers(tmp_path, LayerList(layers))
    listing, problems = read_layers(tmp_path)
    assert problems == () and [layer.name for layer in listing.layers] == ["a", "b"]
    assert listing.layers[0].look.categories == (Category("a\x01\nb", "#112233", "a b"),)
