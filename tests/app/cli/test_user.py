"""`opsroom user`: what it makes of accounts, what it prints, and how it ends."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path

import argon2
import pytest

from app.__main__ import make_parser
from app.cli.user import add_commands
from dispatch import passwords
from dispatch.commands import Command, OpenLog, Who
from dispatch.engine import Engine
from dispatch.events import Entry, LogKind
from dispatch.log import open_log
from dispatch.signing_in import sign_in
from tests.dispatch.logs import START

WORD = "three blue herons"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return begun(tmp_path / "log.db", LogKind.LIVE)


def begun(file: Path, kind: LogKind) -> Path:
    made = open_log(file, key_folder=file.parent / "keys")
    Engine(made).do(Command("open", START, Who("opsroom", "system"), OpenLog(kind, "Smalltown", "UTC")))
    made.close()
    return file


@pytest.fixture
def run(log: Path, monkeypatch: pytest.MonkeyPatch):
    def run(*arguments: str, word: str = WORD, place: Path = log) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{word}\nanother line\n"))
        parser = argparse.ArgumentParser()
        add_commands(parser.add_subparsers(required=True))
        args = parser.parse_args(["user", *arguments, "--log", str(place), "--keys", str(log.parent / "keys")])
        return int(args.run(args))

    return run


@pytest.fixture
def root(run) -> None:
    assert run("add", "root", "--role", "administrator", "--password-stdin") == 0


def entries(log: Path) -> list[Entry]:
    opened = open_log(log, key_folder=log.parent / "keys", read_only=True)
    found = list(opened.read())
    opened.close()
    return found


def test_the_first_is_an_administrator_and_the_log_says_who_made_them(run, log: Path, capsys) -> None:
    assert run("add", "anna", "--role", "operator", "--password-stdin") == 1
    assert "administrator" in capsys.readouterr().err
    assert run("add", "root", "--name", "Root R", "--role", "administrator", "--password-stdin") == 0
    assert "root was added: administrator." in capsys.readouterr().out
    last = entries(log)[-1]
    assert (last.actor, last.role) == ("console", "system") and last.seat.startswith("console-")
    assert [type(event).__name__ for event in last.events] == ["AccountAdded"]
    assert run("add", "anna", "--role", "operator", "--role", "dispatcher", "--password-stdin") == 0
    made = open_log(log, key_folder=log.parent / "keys")
    assert sign_in(Engine(made), "anna", WORD, role="dispatcher", seat="s", at=START).actor == "anna"
    made.close()


def test_a_weak_password_is_refused_and_a_new_one_set(run, root, log: Path, capsys) -> None:
    assert run("password", "root", "--password-stdin", word="root") == 1
    assert "10 are needed" in capsys.readouterr().err
    assert run("password", "root", "--password-stdin", word="five red kites") == 0
    assert run("password", "nobody", "--password-stdin") == 1
    assert "no account “nobody”" in capsys.readouterr().err
    capsys.readouterr()
    assert run("list") == 0 and "temporary password" in capsys.readouterr().out
    assert run("list", "--json") == 0 and json.loads(capsys.readouterr().out)[0]["must_change"] is True
    for path in log.parent.rglob("*"):
        assert not path.is_file() or b"five red kites" not in path.read_bytes()


def test_no_password_is_ever_an_argument_nor_asked_for_without_a_terminal(run, root, capsys) -> None:
    assert run("password", "root") == 2
    assert "--password-stdin" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run("password", "root", "--password", WORD)


def test_disabling_and_enabling(run, root, capsys) -> None:
    assert run("add", "anna", "--role", "operator", "--password-stdin") == 0
    assert run("disable", "anna", "--reason", "left") == 0
    assert run("disable", "anna", "--reason", "left") == 0
    assert "already" in capsys.readouterr().out
    assert run("disable", "root", "--reason", "x") == 1
    assert "last administrator" in capsys.readouterr().err
    assert run("list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["ACCOUNT", "NAME", "ROLES", "STATE", "LAST", "SIGN-IN"]
    assert "disabled: left" in lines[1] and "never" in lines[1] and "active" in lines[2]
    assert run("enable", "anna") == 0


def test_the_list_as_json_says_locks_and_no_hash(run, root, log: Path, capsys) -> None:
    capsys.readouterr()
    assert run("list", "--json") == 0
    out = capsys.readouterr().out
    [account] = json.loads(out)
    assert (account["account"], account["roles"], account["has_password"]) == ("root", ["administrator"], True)
    assert account["must_change"] is False, "the first administrator's is their own"
    assert "argon2" not in out


def test_columns_stand_under_each_other_in_chinese_too(run, root, capsys) -> None:
    assert run("add", "张伟", "--name", "张伟", "--role", "operator", "--password-stdin") == 0
    capsys.readouterr()
    assert run("list") == 0
    _, first, second = capsys.readouterr().out.splitlines()
    assert first.index("active") == second.index("temporary password") + 4, "four signs that fill two columns each"


def test_names_from_outside_stay_on_their_line(run, root, capsys) -> None:
    assert run("add", "eve", "--name", "E\x1b[31m\nroot", "--role", "operator", "--password-stdin") == 0
    capsys.readouterr()
    assert run("list") == 0
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 3 and "\x1b" not in out


def test_a_demo_account_is_for_a_drill(run, tmp_path: Path, capsys) -> None:
    demo = ("add", "demo", "--demo", "--role", "administrator", "--role", "operator", "--password-stdin")
    assert run(*demo) == 1
    assert "demonstration" in capsys.readouterr().err
    assert run(*demo, place=begun(tmp_path / "drill.db", LogKind.DRILL)) == 0


def test_a_log_that_is_not_there_or_is_written_by_a_desk(run, root, log: Path, tmp_path: Path, capsys) -> None:
    assert run("list", place=tmp_path / "none.db") == 2
    assert "start the desk once" in capsys.readouterr().err
    assert not (tmp_path / "none.db").exists()
    held = open_log(log, key_folder=log.parent / "keys")
    try:
        assert run("disable", "root", "--reason", "x") == 2
        assert "writes this log" in capsys.readouterr().err
        assert run("list") == 0
    finally:
        held.close()


def test_the_places_may_stand_before_the_word() -> None:
    args = make_parser().parse_args(["--log", "there.db", "user", "list"])
    assert args.log == "there.db" and args.drill is False
    assert make_parser().parse_args(["user", "list", "--drill"]).drill is True
