"""Have the memory of large pictures given back when they go, where the C library can be told to."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # names of mallopt(3)
LARGE_BYTES = 1 << 20  # a tile
KEPT_BYTES = 8 << 20


@cache
def give_large_back() -> bool:
    """Let whatever is a tile or larger have pages of its own; answers whether the library took that.

    By itself glibc learns from the first picture that goes to keep all of them in one heap, where tiles that stay pin
    the holes of those that went: a tenth of the window's memory.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # its own pool holds 16 MiB for a few names
    if not sys.platform.startswith("linux"):
        return False
    with contextlib.suppress(OSError, AttributeError):
        set_option = ctypes.CDLL(None).mallopt
        return bool(set_option(_MMAP_THRESHOLD, LARGE_BYTES) and set_option(_TRIM_THRESHOLD, KEPT_BYTES))
    return False
