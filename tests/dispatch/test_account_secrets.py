"""Hashes of passwords beside the log: one suite for every store."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

import pytest

from dispatch.account_secrets import Secret, name_of
from dispatch.log import Log, NotSaved
from dispatch.log_export import write_csv, write_jsonl
from dispatch.log_memory import MemoryLog
from tests.dispatch.logs import Place, fill, note

HASH = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"
ANNA = Secret(name_of(HASH), "anna", HASH, "2026-03-02T08:00:00+00:00")
BELA = Secret(name_of(HASH + "2"), "bela", HASH + "2", "2026-03-02T08:00:00+00:00")


def keep_find_and_erase(log: Log) -> None:
    assert log.secret(ANNA.id) is None and not log.erase_secret(ANNA.id)
    log.save_secret(ANNA)
    log.save_secret(BELA)
    log.save_secret(ANNA)
    assert (log.secret(ANNA.id), log.secret(BELA.id), log.secret("anna")) == (ANNA, BELA, None)
    assert log.erase_secret(ANNA.id) and not log.erase_secret(ANNA.id)
    assert (log.secret(ANNA.id), log.secret(BELA.id)) == (None, BELA)


def test_memory_keeps_finds_and_erases_one() -> None:
    keep_find_and_erase(MemoryLog())


def test_every_store_keeps_finds_and_erases_one(place: Place) -> None:
    log = place.open()
    keep_find_and_erase(log)
    fill(log, 2)
    log.close()
    again = place.open()
    assert again.secret(BELA.id) == BELA and again.secret(BELA.id).is_whole()  # type: ignore[union-attr]
    assert again.verify().problems == ()


def test_a_log_from_before_there_were_accounts_takes_them(place: Place) -> None:
    fill(place.open(), 2)
    place.tamper("DROP TABLE secrets")
    reader = place.open(read_only=True)
    assert reader.secret(ANNA.id) is None
    with pytest.raises(NotSaved, match="read-only"):
        reader.save_secret(ANNA)
    reader.close()
    keep_find_and_erase(place.open())


def test_a_hash_that_somebody_put_there_is_not_the_one_that_is_named(place: Place) -> None:
    place.open().save_secret(ANNA)
    place.tamper("UPDATE secrets SET hash = ?", (HASH + "x",))
    found = place.open().secret(ANNA.id)
    assert found is not None and not found.is_whole()


def test_it_is_in_no_export_and_gone_from_the_file_once_erased(tmp_path: Path) -> None:
    from dispatch.log import open_log

    log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    fill(log, 2)
    log.save_secret(ANNA)
    out = io.StringIO()
    write_jsonl(log.rows(), out)
    write_csv(log.rows(), out)
    assert HASH not in out.getvalue()
    with sqlite3.connect(f"file:{tmp_path / 'log.db'}?mode=ro", uri=True) as look:
        assert look.execute("SELECT hash FROM secrets").fetchall() == [(HASH,)], "it would have been found"
    log.erase_secret(ANNA.id)
    log.append(note(3))
    log.close()
    assert HASH.encode() not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
