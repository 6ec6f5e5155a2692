"""Joining a room before there is a desk: at once where all is well, else said with what helps, and tried again."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.room import joining
from app.room.joining import JoiningWindow, join, why
from app.start import address_of, seat_joined
from app.start_error import StartError
from dispatch.log import LogDamaged, NotSaved, open_log
from dispatch.server_settings import server_text, write_private
from tests.dispatch.test_engine import opened
from tests.servers import PostgresServer

CAUSES = {
    "no_key": NotSaved("no_key", "a.key is missing"),
    "password": NotSaved("connection_lost", 'FATAL:  password authentication failed for user "seat_cad-1"'),
    "no_password": NotSaved("connection_lost", "fe_sendauth: no password supplied"),
    "unprepared": NotSaved("read_only", "permission denied for schema public"),
    "unreachable": NotSaved("connection_lost", "Connection refused"),
    "newer": LogDamaged("newer_format", "prepared by a newer program"),
}


@pytest.fixture(scope="module")
def server(postgres: PostgresServer) -> PostgresServer:
    return postgres


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_cause_is_said_with_what_helps(qtbot: QtBot, language: str) -> None:
    words = {name: why(problem, language) for name, problem in CAUSES.items()}
    assert len(set(words.values())) == len(CAUSES)
    assert "opsroom server join" in words["no_key"] and "--renew" in words["password"]
    assert "opsroom server init" in words["unprepared"]
    window = JoiningWindow("postgresql://db/city", language)
    qtbot.addWidget(window)
    window.fail(CAUSES["password"])
    assert window.isVisible() and window.bar.isHidden() and not window.again_button.isHidden()
    assert window.reason.text() == words["password"] and "seat_cad-1" in window.detail.text()
    window.wait()
    assert not window.bar.isHidden() and window.reason.text() == "" and window.again_button.isHidden()


def test_words_that_are_not_known_are_the_servers_own(qtbot: QtBot) -> None:
    assert why(NotSaved("failed", "out of\nshared memory"), "en") == "out of shared memory"


def test_a_server_that_answers_is_joined_without_a_window(server: PostgresServer, tmp_path: Path, qtbot: QtBot) -> None:
    address = server.address(f"log_{uuid.uuid4().hex}")
    opened(open_log(address, key_folder=tmp_path)).log.close()
    joined = join(address, key_folder=tmp_path)
    assert joined is not None and joined.engine.state.sequence == 3 and joined.warning == ""
    joined.engine.log.close()


def test_a_seat_that_cannot_join_tries_again_or_leaves(
    server: PostgresServer, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    address = server.address(f"log_{uuid.uuid4().hex}")
    opened(open_log(address, key_folder=tmp_path)).log.close()
    problems = [CAUSES["unreachable"]]
    monkeypatch.setattr(joining, "open_log", lambda *given, **named: _open(problems, *given, **named))

    def press(name: str) -> None:
        """Press a button of the window as soon as it says what is wrong."""
        for window in QApplication.topLevelWidgets():
            if isinstance(window, JoiningWindow) and window.isVisible() and window.bar.isHidden():
                getattr(window, name).click()
                return
        QTimer.singleShot(20, lambda: press(name))

    QTimer.singleShot(0, lambda: press("again_button"))
    joined = join(address, key_folder=tmp_path)
    assert joined is not None and problems == []
    joined.engine.log.close()
    assert "cannot be reached" in capsys.readouterr().err
    problems.append(CAUSES["no_key"])
    QTimer.singleShot(0, lambda: press("leave_button"))
    assert join(address, key_folder=tmp_path) is None


def test_a_seat_is_named_as_it_has_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSROOM_CONFIG", str(tmp_path))
    address = "postgresql://db.city.example/city"
    assert (seat_joined(address), address_of(address, "east")) == ("", address)
    one = {"host": "db.city.example", "database": "city", "user": "seat_cad-1", "password": "x"}
    write_private(tmp_path / "server.toml", server_text(one))
    assert seat_joined(address) == "cad-1"
    assert address_of(address, "CAD-1").startswith("postgresql://seat_cad-1@")
    with pytest.raises(StartError, match="--seat cad-1"):
        address_of(address, "cad-9")
    write_private(tmp_path / "server.toml", server_text(one) + server_text(one | {"user": "seat_cad-2"}))
    assert seat_joined(address) == ""


def _open(problems: list[Exception], *given: object, **named: object):  # type: ignore[no-untyped-def]
    if problems:
        raise problems.pop()
    return open_log(*given, **named)  # type: ignore[arg-type]
