"""How the city is covered, and who should wait where: words of the floor, in English and in Chinese.

A part of the city is a `direction` of the compass or an `area` that has a name; `who` is what a unit of the target is
called, in English and, as `who_zh`, in Chinese.
"""

from __future__ import annotations

ENGLISH: dict[str, str] = {
    "cover_lost": "[{direction}][{area}]: no {who} for {wait_min}",
    "cover_lost_wholly": "[{direction}][{area}]: no {who} left that gets there",
    "cover_thinner": "[{direction}][{area}]: {left} × {who} left within {within_s}",
    "cover_gap": "[{direction}][{area}]: {who} only after {wait_min}[; {percent} % reached within {within_s}]",
    "cover_gap_wholly": "[{direction}][{area}]: no {who} gets there",
    "cover_nobody": "No {who} left",
    "cover_holds": "Covered: {percent} % within {within_s} of a free {who}",
    "move_up_fills": "To {station} for [{direction}][{area}]: {percent} % more in time ({who}), {drive_min} to drive",
    "move_up_table": "The table holds {station}: {drive_min} to drive",
}

CHINESE: dict[str, str] = {
    "cover_lost": "[{direction}][{area}]：{wait_min} 内没有{who_zh}",
    "cover_lost_wholly": "[{direction}][{area}]：没有{who_zh}可到达",
    "cover_thinner": "[{direction}][{area}]：{within_s} 内仅剩 {left} 辆{who_zh}",
    "cover_gap": "[{direction}][{area}]：{who_zh}需 {wait_min}[；{within_s} 内可达 {percent} %]",
    "cover_gap_wholly": "[{direction}][{area}]：{who_zh}无法到达",
    "cover_nobody": "已无{who_zh}",
    "cover_holds": "覆盖良好：{who_zh} {within_s} 内可达 {percent} %",
    "move_up_fills": "{station}可覆盖[{direction}][{area}]：{who_zh}及时到达增加 {percent} %，行车 {drive_min}",
    "move_up_table": "按表应驻守{station}：行车 {drive_min}",
}

DIRECTIONS: dict[str, str] = {
    "centre": "Centre",
    "north": "North",
    "north_east": "North-east",
    "east": "East",
    "south_east": "South-east",
    "south": "South",
    "south_west": "South-west",
    "west": "West",
    "north_west": "North-west",
}

DIRECTIONS_ZH: dict[str, str] = {
    "centre": "中心", "north": "北部", "north_east": "东北部", "east": "东部", "south_east": "东南部",
    "south": "南部", "south_west": "西南部", "west": "西部", "north_west": "西北部",
}  # fmt: skip
