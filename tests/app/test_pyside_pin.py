"""PySide6 6.12.0 on Python 3.11 loses a reference to True or None at every emit and aborts; the pin keeps it away."""

from __future__ import annotations

import subprocess
import sys

# In a process of its own: a wrong pin kills the process, and must not take the other tests with it.
PROGRAM = """
import sys
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QTableWidget, QTableWidgetItem
from PySide6.QtCore import Qt
app = QApplication([])
class Source(QObject):
    told = Signal(object, object)
heard = []
source = Source()
source.told.connect(lambda one, other: heard.append((one, other)))
for _ in range(5000):
    source.told.emit(True, None)
table = QTableWidget(1000, 3)
for row in range(1000):
    for column, value in enumerate((True, None, False)):
        item = QTableWidgetItem()
        item.setData(Qt.ItemDataRole.UserRole, value)
        table.setItem(row, column, item)
assert len(heard) == 5000 and heard[-1] == (True, None)
assert table.item(999, 0).data(Qt.ItemDataRole.UserRole) is True
print("alive", sys.getrefcount(None) > 1000)
"""


def test_true_and_none_survive_five_thousand_signals_and_a_thousand_rows() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "alive True"
