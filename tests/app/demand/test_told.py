"""What a window writes down for the program that draws is read back whole, and anything else is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.demand.content import content_of
from app.demand.count import Asked, Counter
from app.demand.findings import findings_of
from app.demand.rows import as_json
from app.demand.told import Content, read_content
from app.paper.origin import Origin
from dispatch.demand.places import answer
from dispatch.state import State
from gis.city import City
from tests.dispatch.demand.told import DAY


@pytest.fixture(scope="module")
def content(told: State, village: City) -> Content:
    counter = Counter(village.folder)
    counted = counter.count(told, Asked(), "en")
    return content_of(
        findings_of(counted, answer(counter.question(counted))), Origin("T\nown", "log", "1:a", "me", DAY)
    )


def test_it_is_read_back_as_it_was(content: Content, tmp_path: Path) -> None:
    content.write(tmp_path / "content.json")
    assert read_content(tmp_path / "content.json") == content
    assert content.facts.city == "T own" and content.places is not None and len(content.places.points) == 28
    assert "points" not in as_json(content)["places"]


@pytest.mark.parametrize("change", [
    lambda told: told.pop("facts"),
    lambda told: told["counts"].update(total="12"),
    lambda told: told["counts"]["ways"][0]["bars"].append(7),
    lambda told: told["places"].update(points="<script>"),
    lambda told: told["places"].update(side_m=True),
    lambda told: told["facts"].update(language=None),
    lambda told: told["places"]["points"].append([1.0]),
])  # fmt: skip
def test_anything_else_is_refused(content: Content, tmp_path: Path, change: object) -> None:
    file = tmp_path / "content.json"
    content.write(file)
    told = json.loads(file.read_text(encoding="utf-8"))
    change(told)  # type: ignore[operator]
    file.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(ValueError, match="holds no figures"):
        read_content(file)


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"\xff\x00[")
    with pytest.raises(ValueError, match="holds no figures"):
        read_content(tmp_path / "x.json")
