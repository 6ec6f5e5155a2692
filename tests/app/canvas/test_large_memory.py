"""Large pictures give their memory back at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
from pathlib import Path
from PySide6.QtGui import QImage
from app.canvas.large_memory import give_large_back

def held_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20

assert give_large_back()
pictures = []
for _ in range(60):
    pictures.append(QImage(512, 512, QImage.Format.Format_RGB32))
    pictures[-1].fill(1)
full = held_mb()
kept = pictures[-1]
del pictures
assert full - held_mb() > 50, (full, held_mb())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc can be told")
def test_what_lies_under_a_picture_that_stays_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
