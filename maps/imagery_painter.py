"""Paint pictures of the ground, from their files, into a view of the map."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage

from maps.strokes import Canvas

if TYPE_CHECKING:
    from gis.imagery import Imagery

log = logging.getLogger(__name__)

PIECE_PX = 1024  # larger views (paper) are read in pieces
MOST_OPEN = 12
_Key = tuple[Path, str]


def paint_imagery(canvas: Canvas, file: Path, metric_crs: str, opacity: float) -> None:
    """Paint what a picture's file shows of the canvas' view. A file that cannot be read is said in the log once."""
    with _turn:
        picture = _opened(file, metric_crs)
        if picture is None or opacity <= 0:
            return
        reach = picture.box
    view, scale = canvas.view, canvas.scale
    width, height = round(view.width * scale), round(view.height * scale)
    west, _, _, north = view.box
    pixel_m = view.metres_per_pixel / scale
    left, top = max(0, int((reach[0] - west) / pixel_m)), max(0, int((north - reach[3]) / pixel_m))
    right = min(width, int(np.ceil((reach[2] - west) / pixel_m)))
    bottom = min(height, int(np.ceil((north - reach[1]) / pixel_m)))
    painter = canvas.painter
    painter.save()
    try:
        painter.setOpacity(painter.opacity() * min(opacity, 1.0))
        for down in range(top, bottom, PIECE_PX):
            for across in range(left, right, PIECE_PX):
                wide, high = min(PIECE_PX, right - across), min(PIECE_PX, bottom - down)
                box = (
                    west + across * pixel_m, north - (down + high) * pixel_m,
                    west + (across + wide) * pixel_m, north - down * pixel_m,
                )  # fmt: skip
                with _turn:  # for a piece only, so that no thread waits for another's whole sheet
                    picture = _opened(file, metric_crs)
                    if picture is None:
                        return
                    pixels = np.ascontiguousarray(picture.read(box, wide, high))
                if pixels[..., 3].any():
                    image = QImage(pixels.data, wide, high, wide * 4, QImage.Format.Format_RGBA8888)
                    painter.drawImage(QPointF(across, down), image)
    except ValueError as error:
        _give_up(file, metric_crs, error)
    finally:
        painter.restore()


def forget_pictures() -> None:
    """Close every picture that is kept open, as before its file is taken away."""
    with _turn:
        for _, picture in _open.values():
            if picture is not None:
                picture.close()
        _open.clear()


# The window's process paints in several threads: the map, the small map, what is printed.
_turn = threading.RLock()
# What a worker has open: a picture stays open between tiles. None stands for a file that cannot be read.
_open: OrderedDict[_Key, tuple[tuple[int, int], Imagery | None]] = OrderedDict()


def _opened(file: Path, metric_crs: str) -> Imagery | None:
    from gis.imagery import open_imagery

    key = (file, metric_crs)
    try:
        status = file.stat()
    except OSError:
        return None  # a service that has fetched nothing yet
    held = _open.get(key)
    if held is not None and (held[0][0] == status.st_ino and (held[1] is not None or held[0][1] == status.st_mtime_ns)):
        _open.move_to_end(key)
        return held[1]
    if held is not None and held[1] is not None:
        held[1].close()
    picture: Imagery | None = None
    try:
        picture = open_imagery(file, metric_crs)
    except (ValueError, OSError) as error:
        log.warning("a picture is left out of the map: %s", error)
    _open[key] = ((status.st_ino, status.st_mtime_ns), picture)
    while len(_open) > MOST_OPEN:
        _, (_, old) = _open.popitem(last=False)
        if old is not None:
            old.close()
    return picture


def _give_up(file: Path, metric_crs: str, error: Exception) -> None:
    log.warning("a picture is left out of the map: %s", error)
    with _turn:
        held = _open.get((file, metric_crs))
        if held is None:
            return
        mark, picture = held
        _open[(file, metric_crs)] = (mark, None)
        if picture is not None:
            picture.close()
