"""Ask the child program that decodes photographs, from a thread: a crash, a bomb or a stall of it is only a refusal."""

from __future__ import annotations

import json
import logging
import subprocess
import threading
from contextlib import suppress
from typing import Any

from app.beside.called import environment, words_of
from dispatch.photograph import JPEG, Photograph, inspect
from dispatch.refused import Refused

logger = logging.getLogger(__name__)

THUMBNAIL, COPY = "thumbnail", "copy"
THUMBNAIL_PX = 320
MOST_S = 30.0  # a copy of 108 megapixels takes some ten seconds
MOST_THUMBNAIL_BYTES = 2_000_000
MOST_COPY_BYTES = 200_000_000
_MOST_LINE = 4_096


class PicturesApart:
    """Keep one child that decodes, started when it is needed and again after it died; threads wait their turn.

    Call it in jobs, never in the window's thread. `close` ends the child; whoever waits is refused.
    """

    def __init__(self, *, most_s: float = MOST_S) -> None:
        self._most_s = most_s
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def thumbnail(self, data: bytes, photograph: Photograph, orientation: int) -> bytes:
        """Return a JPEG, upright, no side longer than THUMBNAIL_PX. Raises Refused (`evidence_undecodable`)."""
        made = self._ask(THUMBNAIL, data, photograph, orientation, MOST_THUMBNAIL_BYTES)
        return _checked(made, THUMBNAIL_PX)

    def copy(self, data: bytes, photograph: Photograph, orientation: int) -> bytes:
        """Return the photograph in its own format, upright, in sRGB, of pixels alone. Raises Refused."""
        return _checked(self._ask(COPY, data, photograph, orientation, MOST_COPY_BYTES), None)

    def close(self) -> None:
        """End the child, also in the middle of a photograph."""
        child = self._child
        if child is not None:
            child.kill()
        with self._turn:
            self._end()

    def _ask(self, do: str, data: bytes, photograph: Photograph, orientation: int, most_bytes: int) -> bytes:
        job = {
            "do": do, "format": "jpeg" if photograph.media_type == JPEG else "png", "size": len(data),
            "width_px": photograph.width_px, "height_px": photograph.height_px,
            "orientation": orientation, "edge_px": THUMBNAIL_PX,
        }  # fmt: skip
        with self._turn:
            child = self._started()
            is_late = threading.Event()
            alarm = threading.Timer(self._most_s, lambda: (is_late.set(), child.kill()))
            alarm.start()
            try:
                answer, made = _exchange(child, job, data, most_bytes)
            except (OSError, ValueError, TypeError, KeyError):
                self._end()
                how = "stalled" if is_late.is_set() else "crashed"
                logger.error("the decoder of photographs %s (exit code %s)", how, child.returncode)
                raise Refused("evidence_undecodable", photograph_why=how) from None
            finally:
                alarm.cancel()
        if answer["why"]:
            raise Refused("evidence_undecodable", photograph_why=answer["why"])
        return made

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end()
            self._child = subprocess.Popen(
                words_of("app.evidence.picture_child"),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )  # fmt: skip
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()


def _exchange(
    child: subprocess.Popen[bytes], job: dict[str, Any], data: bytes, most_bytes: int
) -> tuple[dict[str, Any], bytes]:
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write(json.dumps(job).encode() + b"\n")
    child.stdin.write(data)
    child.stdin.flush()
    answer = json.loads(child.stdout.readline(_MOST_LINE))
    size = answer["size"]
    if not isinstance(size, int) or not 0 <= size <= most_bytes or not isinstance(answer["why"], str):
        raise ValueError("the answer is out of bounds")
    made = child.stdout.read(size)
    if len(made) != size:
        raise ValueError("the answer breaks off")
    return answer, made


def _checked(made: bytes, most_px: int | None) -> bytes:
    """Return what the child made once it was walked: a decoder that was taken over could answer anything."""
    try:
        found = inspect(made, most_bytes=MOST_COPY_BYTES)
    except Refused:
        raise Refused("evidence_undecodable", photograph_why="no_picture") from None
    if found.exif or (most_px is not None and max(found.width_px, found.height_px) > most_px):
        raise Refused("evidence_undecodable", photograph_why="no_picture")
    return made
