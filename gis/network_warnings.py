"""What the building of a network lost, in words that stand with the city."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NOT_UNDERSTOOD = {
    "oneway_not_understood": "one-way values not understood, taken for both ways",
    "class_not_understood": "classes not understood, taken for residential",
    "speeds_unread": "speed limits not understood, the class decides",
    "limits_unread": "limits of height, width or weight not understood, taken for none",
}


def network_warnings(report: Mapping[str, Any]) -> list[str]:
    """Word what the network's report says was lost, so that it stands with the city."""
    told = []
    if report.get("cut_off_junctions"):
        km = report.get("cut_off_km", 0)
        told.append(f"roads: {report['cut_off_junctions']:,} junctions ({km:,} km of road) are cut off and left out")
    unused = report.get("restrictions_unused") or ()
    if unused:
        told.append(f"roads: {len(unused):,} turn restrictions could not be used")
    for reason, count in (report.get("left_out") or {}).items():
        told.append(f"roads: {count:,} streets left out: {reason}")
    if report.get("ends_apart"):
        told.append(f"roads: {report['ends_apart']:,} ends of streets lie apart from the junction that they name")
    for key, taken in _NOT_UNDERSTOOD.items():
        values = report.get(key) or {}
        if values:
            most = ", ".join(f"{value!r} ({count:,})" for value, count in list(values.items())[:5])
            told.append(f"roads: {taken}: {most}")
    return told
