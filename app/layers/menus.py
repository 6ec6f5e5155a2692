"""The menu of one layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from PySide6.QtWidgets import QMenu, QWidget

from app.layers.book import LayerBook
from maps.user_layers import UserLayer


class Deeds(Protocol):
    """What the panel can do with a layer."""

    book: LayerBook

    def ask_style(self, name: str, page: str = "") -> None: ...
    def show_table(self, name: str) -> None: ...
    def zoom(self, name: str) -> None: ...
    def ask_name(self, name: str) -> None: ...
    def ask_group(self, name: str) -> None: ...
    def show_problems(self, name: str) -> None: ...
    def ask_remove(self, name: str) -> None: ...
    def _say(self, key: str, **values: object) -> str: ...


def layer_menu(panel: Any, layer: UserLayer) -> QMenu:
    """Return the menu of a layer; `panel` is a widget that does `Deeds`."""
    assert isinstance(panel, QWidget)
    deeds: Deeds = panel  # type: ignore[assignment]
    menu = QMenu(panel)
    is_vector = layer.kind == "vector"

    def add(key: str, do: Callable[[], object], *, is_there: bool = True) -> None:
        action = menu.addAction(deeds._say(key))
        action.setEnabled(is_there)
        action.triggered.connect(lambda _=False: do())

    name = layer.name
    add("layers.style", lambda: deeds.ask_style(name))
    add("layers.filter", lambda: deeds.ask_style(name, "filter"), is_there=is_vector)
    add("layers.labels", lambda: deeds.ask_style(name, "labels"), is_there=is_vector)
    add("layers.table", lambda: deeds.show_table(name), is_there=is_vector)
    add("layers.zoom", lambda: deeds.zoom(name), is_there=layer.kind != "remote")
    menu.addSeparator()
    add("layers.rename", lambda: deeds.ask_name(name))
    add("layers.group", lambda: deeds.ask_group(name))
    under = menu.addAction(deeds._say("layers.under"))
    under.setCheckable(True)
    under.setChecked(layer.place == "under")
    under.triggered.connect(lambda on: deeds.book.put(replace(layer, place="under" if on else "over")))
    add("layers.problems", lambda: deeds.show_problems(name))
    menu.addSeparator()
    add("layers.remove", lambda: deeds.ask_remove(name))
    return menu
