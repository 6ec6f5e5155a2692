"""`opsroom evidence` on a room's log: verified in its server, a recording brought there, and handed out as it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.__main__ import make_parser
from dispatch import case_commands as k
from dispatch.case import BEFORE, Evidence
from dispatch.evidence_store import EvidenceStore, evidence_folder
from dispatch.log import open_log
from tests.dispatch.case_town import ACCEPTOR, PLACE
from tests.dispatch.logs import fill
from tests.dispatch.room.blob_room import BlobRoom, content, open_room
from tests.dispatch.town import command
from tests.photographs import jpeg
from tests.servers import PostgresServer


@pytest.fixture(scope="module")
def room(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlobRoom]:
    made = open_room(postgres, tmp_path_factory.mktemp("keys"))
    yield made
    made.close()


def address(room: BlobRoom) -> str:
    scheme, _, rest = room.base.partition("://")
    return f"{scheme}://{room.users['seat']}@{rest.partition('@')[2]}"


def run(*words: object) -> int:
    args = make_parser().parse_args(["evidence", *(str(word) for word in words)])
    return int(args.run(args))


def named(room: BlobRoom, folder: Path, width: int) -> str:
    """Bring a photograph to the room, and have an entry name it."""
    data = jpeg(width)
    name = hashlib.sha256(data).hexdigest()
    (folder / name).write_bytes(data)
    blobs = room.blobs()
    blobs.put(folder / name, name, "image/jpeg")
    blobs.close()
    report = k.ReportCase("patrol", "rubbish", PLACE, evidence=(Evidence(name, BEFORE),))
    assert room.engine.do(command(report, who=ACCEPTOR)) is not None
    return name


def test_a_rooms_photographs_are_verified_in_its_server(
    room: BlobRoom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, spoilt, gone, erased = (named(room, tmp_path, width) for width in (31, 32, 33, 34))
    room.orders(erased)
    assert run("verify", address(room)) == 1
    assert f"kept yet {erased}" in capsys.readouterr().out
    blobs = room.blobs()
    blobs.erase(erased)
    blobs.close()
    assert run("verify", address(room)) == 0
    said = capsys.readouterr().out
    assert "4 photographs named" in said and "ERASED  1" in said
    room.spoils("UPDATE blob_pieces SET body = overlay(body placing '!' from 9) WHERE sha256 = %s", (spoilt,))
    room.spoils("DELETE FROM blobs WHERE sha256 = %s", (gone,))
    assert run("verify", address(room), "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["whole"], [each["id"] for each in found["altered"]]) == (1, [spoilt])
    assert [each["id"] for each in found["missing"]] == [gone]
    for name in (spoilt, gone):
        assert run("export", address(room), name, "--out", tmp_path / "out.jpg", "--keys", room.keys) == 1
    assert not list(tmp_path.glob("out*"))
    assert run("export", address(room), whole[:12], "--out", tmp_path / "out.jpg", "--keys", room.keys) == 0
    assert (tmp_path / "out.jpg").read_bytes() == (tmp_path / whole).read_bytes()


def test_a_recording_is_brought_to_the_room_and_handed_out_and_the_log_says_so(
    room: BlobRoom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, name = content(tmp_path, 1_300_000)
    recording = file.rename(tmp_path / "call-7.wav")
    assert run("keep", address(room), recording) == 0
    assert run("keep", address(room), recording, "--type", "audio/ogg") == 0
    said = capsys.readouterr()
    assert said.out.split() == [name, name] and "has had it before" in said.err
    blobs = room.blobs()
    assert blobs.find((name,))[name].media_type in ("audio/x-wav", "audio/wav", "audio/vnd.wave")
    blobs.close()
    out = tmp_path / "handed-out.wav"
    assert run("export", address(room), name[:16], "--out", out, "--keys", room.keys) == 0
    assert out.read_bytes() == recording.read_bytes() and capsys.readouterr().err == ""
    room.engine.catch_up()
    last = room.log()
    assert name in [row.body.decode() for row in last.rows()][-1]
    last.close()
    assert run("export", address(room), name, "--out", out, "--keys", room.keys) == 2
    assert out.read_bytes() == recording.read_bytes() and "there already" in capsys.readouterr().err


def test_the_photographs_of_one_seat_are_handed_out_from_their_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    fill(log, 2)
    log.close()
    store = EvidenceStore(evidence_folder(tmp_path / "log.db"))
    name = store.add_bytes(jpeg()).file.id
    out = tmp_path / "a.jpg"
    assert run("export", tmp_path / "log.db", name[:10], "--out", out, "--keys", tmp_path / "keys") == 0
    assert out.read_bytes() == store.read(name)
    assert run("export", tmp_path / "log.db", name[:10], "--out", out, "--keys", tmp_path / "keys") == 2
    assert run("export", tmp_path / "log.db", "0" * 20, "--out", out, "--keys", tmp_path / "keys") == 1


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("keep", "log.db", "x"), 2, "only a room keeps recordings"),
        (("keep", "postgresql://127.0.0.1:1/x", "nowhere"), 2, "nowhere"),
        (("export", "log.db", "../../x", "--out", "y"), 2, "no name of a photograph"),
        (("verify", "postgresql://me:hush@127.0.0.1/x"), 2, "list this machine's programs"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    words: tuple[str, ...], code: int, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == code
    said = capsys.readouterr().err
    assert why in said and said.count("\n") == 1 and "hush" not in said
