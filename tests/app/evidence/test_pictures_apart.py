"""The child that decodes: whatever becomes of it is a refusal, and the next photograph has a new one."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from app.evidence import pictures_apart
from app.evidence.pictures_apart import PicturesApart
from dispatch.photograph import inspect
from dispatch.refused import Refused
from tests import photographs as p

DATA = p.jpeg(700, 500)
PHOTOGRAPH = inspect(DATA)


@pytest.fixture(scope="module")
def shared() -> Iterator[PicturesApart]:
    pictures = PicturesApart()
    yield pictures
    pictures.close()


def played(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Let the child be another program, which has read the job's line as `job`."""
    real = subprocess.Popen
    begin = "import sys, json, os, time; job = json.loads(sys.stdin.buffer.readline()); out = sys.stdout.buffer\n"
    monkeypatch.setattr(
        pictures_apart.subprocess, "Popen", lambda _, **named: real([sys.executable, "-c", begin + program], **named)
    )


def test_a_photograph_is_decoded_in_the_child(shared: PicturesApart) -> None:
    small = inspect(shared.thumbnail(DATA, PHOTOGRAPH, 6))
    assert (small.width_px, small.height_px) == (228, 320)
    whole = inspect(shared.copy(DATA, PHOTOGRAPH, 6))
    assert (whole.width_px, whole.height_px) == (500, 700)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_scan_that_breaks_off_behind_a_good_end_is_refused(shared: PicturesApart, progressive: bool) -> None:
    """The walk cannot see it: every marker is there. The decoder only warns."""
    data = p.jpeg(700, 500, progressive=progressive)
    cut = data[: len(data) * 2 // 3].rstrip(b"\xff") + b"\xff\xd9"
    with pytest.raises(Refused) as caught:
        shared.thumbnail(cut, inspect(cut), 1)
    assert caught.value.parameters == {"photograph_why": "breaks_off"}
    assert shared.thumbnail(data, inspect(data), 1)


def test_the_child_writes_no_file_and_takes_no_more_than_it_may(shared: PicturesApart) -> None:
    resource = pytest.importorskip("resource")
    shared.thumbnail(DATA, PHOTOGRAPH, 1)
    assert shared._child is not None
    limits = {
        what: resource.prlimit(shared._child.pid, what)[1] for what in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)
    }
    assert set(limits.values()) == {0}
    assert resource.prlimit(shared._child.pid, resource.RLIMIT_AS)[1] <= 3_000_000_000


def test_a_child_that_was_killed_is_started_again(shared: PicturesApart) -> None:
    shared.thumbnail(DATA, PHOTOGRAPH, 1)
    first = shared._child
    assert first is not None
    first.kill()
    first.wait()
    assert shared.thumbnail(DATA, PHOTOGRAPH, 1)
    assert shared._child is not first


@pytest.mark.parametrize(
    "program",
    [
        "os.abort()",
        "out.write(b'no json\\n'); out.flush(); time.sleep(600)",
        "out.write(b'{}\\n'); out.flush(); time.sleep(600)",
        "out.write(json.dumps({'size': 10**12, 'why': ''}).encode() + b'\\n'); out.flush(); time.sleep(600)",
        "out.write(json.dumps({'size': -1, 'why': ''}).encode() + b'\\n'); out.flush(); time.sleep(600)",
        "out.write(json.dumps({'size': 50, 'why': ''}).encode() + b'\\nshort'); out.flush()",
        "out.write(b'x' * 100_000); out.flush(); time.sleep(600)",
    ],
    ids=["crash", "no json", "no size", "huge", "negative", "short", "no line"],
)
def test_a_child_that_was_taken_over_is_ended_and_refused(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    played(monkeypatch, program)
    pictures = PicturesApart(most_s=600)  # whoever waits for the child's end, or for its hour, is stopped as hung
    with pytest.raises(Refused) as caught:
        pictures.thumbnail(DATA, PHOTOGRAPH, 1)
    assert (caught.value.code, caught.value.parameters) == ("evidence_undecodable", {"photograph_why": "crashed"})
    assert pictures._child is None


@pytest.mark.parametrize("answer", [b"<svg onload='x'>", p.jpeg(400, 10), p.jpeg(exif=p.exif_block(orientation=6))])
def test_an_answer_that_is_no_small_plain_photograph_is_refused(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    played(
        monkeypatch,
        f"sys.stdin.buffer.read(job['size']); a = {answer!r}\n"
        "out.write(json.dumps({'size': len(a), 'why': ''}).encode() + b'\\n' + a); out.flush()",
    )
    pictures = PicturesApart()
    with pytest.raises(Refused, match="no_picture"):
        pictures.thumbnail(DATA, PHOTOGRAPH, 1)
    pictures.close()


def test_a_child_that_stalls_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    played(monkeypatch, "time.sleep(600)")
    pictures = PicturesApart(most_s=0.3)
    with pytest.raises(Refused) as caught:
        pictures.thumbnail(DATA + bytes(500_000), PHOTOGRAPH, 1)  # more than a pipe holds: the write stalls too
    assert caught.value.parameters == {"photograph_why": "stalled"}


def test_closing_ends_whoever_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    played(monkeypatch, "time.sleep(600)")
    pictures, told = PicturesApart(most_s=600), []

    def ask() -> None:
        try:
            pictures.thumbnail(DATA, PHOTOGRAPH, 1)
        except Refused as refused:
            told.append(refused.code)

    thread = threading.Thread(target=ask)
    thread.start()
    while pictures._child is None:
        time.sleep(0.005)
    pictures.close()
    thread.join()
    assert told == ["evidence_undecodable"]
