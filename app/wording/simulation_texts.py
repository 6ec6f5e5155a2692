"""The report of a simulation in words: what was recorded and simulated beside each other, and what policies come to."""

from __future__ import annotations

ENGLISH: dict[str, str] = {
    "simulated.title": "Simulation",
    "simulated.of": "{city}, from {first}, {days} days",
    "simulated.warning": "A simulation: nothing of this happened.",
    "simulated.scenario": "Scenario",
    "simulated.runs": "Runs of each",
    "simulated.seed": "Seed",
    "simulated.policies": "Compared",
    "simulated.fits": "Times",
    "simulated.fits_none": "as the scenario says",
    "simulated.fits_same": "fitted to the days that are simulated",
    "simulated.fits_held_out": "fitted to other days: held out in {folds} parts",
    "simulated.figures": "Figures",
    "simulated.figure": "Figure",
    "simulated.difference": "{name} minus {first}",
    "simulated.paired": "Differences are paired: each run of one has the same incidents and chances as the run of the "
    "other. ± is half a 95 % interval over {n} runs; * marks those that lie clear of zero.",
    "simulated.paired_once": "Each was run once: nothing can be said of how sure the difference is.",
    "simulated.recorded_title": "Recorded and simulated",
    "simulated.recorded": "Recorded",
    "simulated.simulated": "Simulated",
    "simulated.between": "95 % of recorded",
    "simulated.error": "Error",
    "simulated.n": "n",
    "simulated.within": "within",
    "simulated.outside": "outside",
    "simulated.is_within": "Within",
    "simulated.distance": "The two curves of the first unit differ by {distance} of all incidents at most. Nobody "
    "reached {recorded} incidents that were recorded, {simulated} of those simulated.",
    "simulated.inside_stations": "By station, {within} of {of} medians and {p90} P90s lie within the interval of what "
    "was recorded; the mean error of the medians is {error} s.",
    "simulated.inside_hours": "By hour, {within} of {of} medians and {p90} P90s do; the mean error is {error} s.",
    "simulated.by_station": "By the station that is nearest by road",
    "simulated.by_hour": "By local hour of the call",
    "simulated.station": "Station",
    "simulated.hour": "Hour",
    "simulated.p50": "P50",
    "simulated.p90": "P90",
    "simulated.left_out": "Groups with fewer than {least} recorded arrivals are left out.",
    "simulated.charts": "Charts",
    "simulated.curve_title": "Share of incidents with the first unit there within a time",
    "simulated.station_title": "Median to the first unit by station",
    "simulated.hour_title": "Median to the first unit by hour",
    "simulated.effect_title": "Change of response times, with 95 % intervals",
    "simulated.method": "How this was worked out",
    "simulated.method_text": "Calls, decisions and reports of crews run through the rules of the program on a virtual "
    "clock. Times are drawn from fits to the records by kind of incident, capability and hour; drives by the road's "
    "seconds and what records scatter about them. Further units, crews sent back and duty are drawn or taken from the "
    "records. Nothing is tuned to what comes out.",
    "simulated.method_recorded": "What was sent to each incident, and which units were on duty, are taken from the "
    "records. Which unit goes is decided. A response runs from the call to the unit's arrival; a blank instant is left "
    "out.",
}

CHINESE: dict[str, str] = {
    "simulated.title": "模拟",
    "simulated.of": "{city}，自 {first} 起 {days} 天",
    "simulated.warning": "这是模拟：其中没有任何事真实发生。",
    "simulated.scenario": "场景",
    "simulated.runs": "各运行次数",
    "simulated.seed": "随机种子",
    "simulated.policies": "比较对象",
    "simulated.fits": "各段时间",
    "simulated.fits_none": "按场景所给",
    "simulated.fits_same": "由被模拟的日子拟合",
    "simulated.fits_held_out": "由其他日子拟合：分 {folds} 份留出",
    "simulated.figures": "数字",
    "simulated.figure": "指标",
    "simulated.difference": "{name} 减 {first}",
    "simulated.paired": "差值为配对差：每次运行双方的警情与随机数相同。± 为 {n} 次运行的 95% 区间之半；* 表示区间"
    "不含零。",
    "simulated.paired_once": "各只运行一次：无法说明差值有多可靠。",
    "simulated.recorded_title": "记录与模拟",
    "simulated.recorded": "记录",
    "simulated.simulated": "模拟",
    "simulated.between": "记录的 95% 区间",
    "simulated.error": "误差",
    "simulated.n": "n",
    "simulated.within": "之内",
    "simulated.outside": "之外",
    "simulated.is_within": "在区间内",
    "simulated.distance": "两条首到曲线最多相差全部警情的 {distance}。记录中有 {recorded} 起、模拟中有 {simulated"
    "} 起无人到达。",
    "simulated.inside_stations": "按站点，{of} 个中位数中 {within} 个、P90 中 {p90} 个落在记录的区间内；中位数平均"
    "误差 {error} 秒。",
    "simulated.inside_hours": "按小时，{of} 个中位数中 {within} 个、P90 中 {p90} 个落在区间内；平均误差 {error} 秒。",
    "simulated.by_station": "按道路最近的站点",
    "simulated.by_hour": "按来电的当地小时",
    "simulated.station": "站点",
    "simulated.hour": "小时",
    "simulated.p50": "P50",
    "simulated.p90": "P90",
    "simulated.left_out": "记录到达少于 {least} 次的组不列出。",
    "simulated.charts": "图表",
    "simulated.curve_title": "首个单位在某时间内到达的警情比例",
    "simulated.station_title": "各站点首到中位时间",
    "simulated.hour_title": "各小时首到中位时间",
    "simulated.effect_title": "响应时间的变化及其 95% 区间",
    "simulated.method": "计算方法",
    "simulated.method_text": "来电、决定与班组报告在虚拟时钟上按本程序的规则运行。各段时间按警情类别、能力与小时从"
    "记录拟合后抽取；"
    "行车按道路秒数及记录围绕它的离散程度。增派单位、中途召回与在岗时间从记录抽取或取用。没有任何参数按结果调整。",
    "simulated.method_recorded": "每起警情派了什么、哪些单位在岗，取自记录；由谁出动由规则决定。响应从来电计至单位"
    "到达；缺失的时刻不计。",
}

_FIGURES = {
    "first_arrival_mean_s": ("First unit, mean", "首到，平均"),
    "first_arrival_p50_s": ("First unit, P50", "首到，P50"),
    "first_arrival_p90_s": ("First unit, P90", "首到，P90"),
    "response_mean_s": ("Every unit, mean", "各单位，平均"),
    "response_p50_s": ("Every unit, P50", "各单位，P50"),
    "response_p90_s": ("Every unit, P90", "各单位，P90"),
    "turnout_p50_s": ("Turnout, P50", "出动，P50"),
    "travel_p50_s": ("Travel, P50", "行车，P50"),
    "waited_share": ("Incidents that waited", "须等待的警情"),
    "waited_mean_s": ("Wait, mean", "等待，平均"),
    "busy_mean": ("Units busy, mean", "单位忙碌，平均"),
    "all_busy_share": ("Time with all busy", "全忙的时间"),
    "incidents": ("Incidents", "警情"),
    "responses": ("Responses", "出动"),
    "not_reached": ("Reached by nobody", "无人到达"),
}
LABELS: dict[str, dict[str, str]] = {"simulated_figure": {key: words[0] for key, words in _FIGURES.items()}}
LABELS_ZH: dict[str, dict[str, str]] = {"simulated_figure": {key: words[1] for key, words in _FIGURES.items()}}
ENGLISH["simulated.target"] = "First unit within {time}"
CHINESE["simulated.target"] = "首到在 {time} 内"
