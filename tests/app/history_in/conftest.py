"""A file of four calls, and a desk in Helsinki that takes it in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.desk import Desk
from app.history_in.page import HistoryPage
from dispatch.commands import Who
from gis.city import City

CALLS = """Incident Number,unit,received,dispatched,on scene,available,call type,address,remark
1,E1,2024-03-05 10:00:00,2024-03-05 10:01:00,2024-03-05 10:06:00,2024-03-05 10:40:00,Fire,Mannerheimintie 5,x
1,L1,2024-03-05 10:00:00,2024-03-05 10:01:00,,2024-03-05 10:41:00,Fire,Mannerheimintie 5,x
2,E1,2024-03-05 12:00:00,2024-03-05 12:01:00,2024-03-05 12:05:00,2024-03-05 12:40:00,Alarm,Nowhere at all 7,x
3,E1,2024-03-05 13:00:00,2024-03-05 13:01:00,soon,2024-03-05 13:40:00,Alarm,Kaivokatu,<b>=1+1</b>
"""
FIELDS = ("incident", "unit", "received", "dispatched", "on_scene", "available", "kind", "address")


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    file = tmp_path / "calls.csv"
    file.write_text(CALLS, "utf-8")
    return file


@pytest.fixture
def incidents(tmp_path: Path) -> Path:
    file = tmp_path / "incidents.csv"
    file.write_text(
        "Incident Number,received,call type,address\n"
        "1,2024-03-05 10:00:00,Fire,Mannerheimintie 5\n2,2024-03-05 12:00:00,Alarm,Kaivokatu\n",
        "utf-8",
    )
    return file


@pytest.fixture
def responses(tmp_path: Path) -> Path:
    file = tmp_path / "a responses.csv"  # chosen together it comes first, by its name
    file.write_text(
        "Incident Number,unit,dispatched,on scene\n1,E1,2024-03-05 10:01:00,2024-03-05 10:06:00\n"
        "2,E1,2024-03-05 12:01:00,2024-03-05 12:05:00\n9,L1,2024-03-05 13:01:00,2024-03-05 13:05:00\n",
        "utf-8",
    )
    return file


@pytest.fixture
def desk(qtbot: QtBot, helsinki: Path) -> Desk:
    made = Desk(Who("anna", seat="seat-1"))
    made.city = City.open(helsinki)
    return made


@pytest.fixture
def page(qtbot: QtBot, desk: Desk, tmp_path: Path) -> Iterator[HistoryPage]:
    made = HistoryPage(desk, keys=tmp_path / "keys")
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    yield made
    made.stop()
