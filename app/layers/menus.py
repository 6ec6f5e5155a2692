"""The menu of one layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QMenu, QWidget

from app.layers.deeds import LayerDeeds
from maps.user_layers import UserLayer


def layer_menu(parent: QWidget, deeds: LayerDeeds, layer: UserLayer) -> QMenu:
    """Return the menu of a layer."""
    menu = QMenu(parent)
    is_vector = layer.kind == "vector"

    def add(key: str, do: Callable[[], object], *, is_there: bool = True) -> None:
        action = menu.addAction(deeds.words(key))
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
    under = menu.addAction(deeds.words("layers.under"))
    under.setCheckable(True)
    under.setChecked(layer.place == "under")
    under.triggered.connect(lambda on: deeds.book.put(replace(layer, place="under" if on else "over")))
    add("layers.problems", lambda: deeds.show_problems(name))
    menu.addSeparator()
    add("layers.remove", lambda: deeds.ask_remove(name))
    return menu
