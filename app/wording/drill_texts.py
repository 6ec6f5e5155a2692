"""What a drill calls its simulated people and writes on their photographs: English, and Chinese beside it."""

from __future__ import annotations

ENGLISH: dict[str, str] = {
    "drill.person": "Simulated {role}",
    "drill.person_of": "Simulated {role}, {name}",
    "drill.photograph": "SIMULATED",
}
CHINESE: dict[str, str] = {
    "drill.person": "模拟{role}",
    "drill.person_of": "模拟{role}（{name}）",
    "drill.photograph": "模拟照片",
}
