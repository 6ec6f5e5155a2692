"""Every code that a photograph is refused with has words, in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from app.wording import evidence_texts as words
from app.wording import label, sentence
from dispatch import photograph
from dispatch.refused import Refused

ROOT = Path(__file__).resolve().parents[3]
FILES = [
    *(ROOT / "dispatch").glob("photograph*.py"),
    ROOT / "dispatch" / "evidence_store.py",
    *(ROOT / "app" / "evidence").glob("*.py"),
]


def refusals() -> list[ast.Call]:
    trees = (ast.walk(ast.parse(path.read_text("utf-8"))) for path in FILES)
    return [
        node
        for tree in trees
        for node in tree
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused"
    ]


def test_every_refusal_of_a_photograph_has_words_and_its_codes_have_labels() -> None:
    found = refusals()
    codes = {str(call.args[0].value) for call in found if isinstance(call.args[0], ast.Constant)}
    assert len(found) > 25 and codes == set(words.SENTENCES) == set(words.SENTENCES_ZH)
    given = {
        (keyword.arg, keyword.value.value)
        for call in found for keyword in call.keywords
        if keyword.arg in ("photograph_part", "photograph_found", "photograph_why")
        and isinstance(keyword.value, ast.Constant)
    }  # fmt: skip
    assert len(given) > 12
    assert [(group, code) for group, code in given if code not in words.LABELS[group]] == []


def test_the_child_answers_codes_that_have_labels() -> None:
    tree = ast.parse((ROOT / "app" / "evidence" / "picture_child.py").read_text("utf-8"))
    raised = {
        node.args[0].value for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Undecodable"
        and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip
    assert len(raised) == 4 and raised <= set(words.LABELS["photograph_why"])


def test_what_people_choose_by_mistake_has_names() -> None:
    kinds = {kind for _, kind in photograph._BEGINNINGS} | set(photograph._BRANDS.values()) | set(photograph.EXTENSIONS)
    assert kinds | {"video", "text", "unknown", "webp"} == set(words.LABELS["photograph_found"])


def test_both_languages_label_the_same() -> None:
    assert {group: set(labels) for group, labels in words.LABELS.items()} == {
        group: set(labels) for group, labels in words.LABELS_ZH.items()
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_refusal_reads_as_a_sentence(language: str) -> None:
    refused = Refused("evidence_undecodable", photograph_why="breaks_off")
    told = sentence(refused.code, refused.parameters, language)
    assert label("photograph_why", "breaks_off", language) in told and "breaks_off" not in told
