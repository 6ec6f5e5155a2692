"""Help and complaints of the command line about reserve, move-ups, weather, coverage and what-ifs."""

from __future__ import annotations

ENGLISH: dict[str, str] = {
    "coverage": "Coverage",
    "unclear_station": "There is no one station “{word}”. Stations: {choices}",
    "unclear_move_to": "Where to? Try: moveup {unit} to a station, or moveup {unit} home",
    "unclear_weather": "The city knows no weather “{word}”. One of: {choices}",
    "unclear_what_if": "Try: whatif close a street, whatif open a closure, whatif send E3 to 14, whatif back",
    "unclear_factor": "“{word}” is no share of the speed. Try: slow 40%",
    "help_hold": "hold E3 stands by for the harbour",
    "help_hold_text": "hold a unit in reserve, with the reason; unhold E3 gives it back",
    "help_moveup": "moveup E3 to Station 5",
    "help_moveup_text": "let a free unit wait at another station; moveup E3 home ends that",
    "help_weather": "weather rain until 18:00",
    "help_weather_text": "what weather the roads are driven in; weather none ends it",
    "help_coverage": "coverage fire",
    "help_coverage_text": "show on the map how a department covers the city; coverage off",
    "help_whatif": "whatif close Harbour Street",
    "help_whatif_text": "imagine only: close a street, open a closure, send E3 to 14; whatif off leaves",
    "help_slow": "closeroad slow 40% until 18:00 works",
    "help_slow_text": "draw a slow road; flooded for water over it; area for an area",
}

CHINESE: dict[str, str] = {
    "coverage": "覆盖",
    "unclear_station": "没有唯一对应“{word}”的站点。站点：{choices}",
    "unclear_move_to": "去哪里？可试：moveup {unit} to 站点，或 moveup {unit} home",
    "unclear_weather": "本市没有天气“{word}”。可选：{choices}",
    "unclear_what_if": "可试：whatif close 街道、whatif open 封闭、whatif send E3 to 14、whatif back、whatif off",
    "unclear_factor": "“{word}”不是车速比例。可试：slow 40%",
    "help_hold": "hold E3 港口待命",
    "help_hold_text": "列为预备并注明原因；unhold E3 解除",
    "help_moveup": "moveup E3 to Station 5",
    "help_moveup_text": "令空闲力量到另一站点待命；moveup E3 home 结束",
    "help_weather": "weather rain until 18:00",
    "help_weather_text": "道路行驶的天气；weather none 结束",
    "help_coverage": "coverage fire",
    "help_coverage_text": "在地图上显示某部门的覆盖；coverage off 关闭",
    "help_whatif": "whatif close 街道",
    "help_whatif_text": "仅为假设：封闭街道、开放封闭、派 E3 to 14；whatif off 退出",
    "help_slow": "closeroad slow 40% until 18:00 works",
    "help_slow_text": "画缓行道路；flooded 为积水；area 为区域",
}
