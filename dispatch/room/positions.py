"""The positions of units in a room: from whoever hears them to all seats, beside the log and never in it."""

from __future__ import annotations

from dispatch.room.position_line import Server
from dispatch.room.position_reader import PositionsPicture, PositionsReader
from dispatch.room.position_writer import NotPractice, PositionsWriter, PracticeLog, WriterCounts

__all__ = [
    "NotPractice",
    "PositionsPicture",
    "PositionsReader",
    "PositionsWriter",
    "PracticeLog",
    "Server",
    "WriterCounts",
]
