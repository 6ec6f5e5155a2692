"""Going on alone and the merge afterwards in words: refusals, conflicts, notices, lines of the shared log."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "island_base_wrong": "An island cannot begin behind entry {base_sequence}: the log ends with entry {sequence}.",
    "island_unknown": "The room does not know this island. Merge it from its beginning.",
    "island_merged": "The island of {seat} is merged since {merged_at}; nothing of it is left to decide.",
    "island_entry_unknown": "Entry {sequence} is not the island's: it parted from the room at entry {base_sequence}.",
    "island_counts_wrong": "The counts of this merge do not add up to its {entries} entries.",
    "person_decides": "What stands against entry {sequence} is decided by a person.",
    "island_already": "{seat} goes on alone already.",
    "island_sign_in_failed": "The name or the password is not right, or they have not signed in at this desk since it "
    "was started: without the server only who has can come in.",
    "island_sign_in_locked": "Too many wrong passwords at this desk. It takes the next one at {until}.",
    "island_none": "This seat does not go on alone.",
    "island_no_room": "There is no room to part from: {name} is this seat's own log.",
    "island_entry_settled": "Entry {sequence} of the island is settled; nothing is left to decide there.",
    "island_choice_wrong": "Entry {sequence} of the island cannot be decided this way.",
    # What stands against an entry beside the refusals of the rules.
    "island_depends": "This hangs on something of the island that did not come into the room ({name}).",
    "island_rules": "The island put other rules into force ({command}). Those of the room stay until somebody decides.",
    "island_status_elsewhere": "{unit_id} reported “{status}”[ for incident {other_id}]. In the room that would count "
    "[for incident {incident_id} ]elsewhere than where it was meant.",
    # What to look at although it was taken.
    "island_same_incident": "Incident {incident_id} of the island may be the same as incident {other_id} of the room.",
    "island_same_case": "Case {case_id} of the island may be the same as case {other_id} of the room.",
    "island_old_news": "{unit_id}: “{status}” came from the island as older news than the room has.",
    "island_changed_meanwhile": "{island_fact} {name}[, {field}]: changed in the room too[, by {actor}][ at {seat}]"
    "[, {changed_at}].",
    "log.island_entry_left": "Of a seat that was alone, not taken: {command}[. {reason}]",
    "log.island_entry_taken": "Of a seat that was alone, decided for: {command} ({how})[. {reason}]",
}

SENTENCES_ZH: dict[str, str] = {
    "island_base_wrong": "不能从第 {base_sequence} 条记录之后开始离线：日志只到第 {sequence} 条。",
    "island_unknown": "中心没有这次离线的记录，请从头合并。",
    "island_merged": "{seat} 的离线记录已于 {merged_at} 合并完毕，没有待定事项。",
    "island_entry_unknown": "第 {sequence} 条不属于这次离线：离线始于第 {base_sequence} 条之后。",
    "island_counts_wrong": "合并计数与其 {entries} 条记录不符。",
    "person_decides": "第 {sequence} 条的冲突须由人员决定。",
    "island_already": "{seat} 已处于离线状态。",
    "island_sign_in_failed": "用户名或密码不正确，或此人在本席位启动后未曾登录：没有服务器时，只有登录过的人可以进入。",
    "island_sign_in_locked": "本席位密码错误次数过多，{until} 后才能再试。",
    "island_none": "本席位不在离线状态。",
    "island_no_room": "{name} 是本席位自己的日志，没有可脱离的中心。",
    "island_entry_settled": "离线第 {sequence} 条已处理，无需再定。",
    "island_choice_wrong": "离线第 {sequence} 条不能这样处理。",
    "island_depends": "此项依赖离线期间的另一事项，而后者未进入中心（{name}）。",
    "island_rules": "离线期间启用了其他规则（{command}）。在有人决定之前，仍用中心的规则。",
    "island_status_elsewhere": "{unit_id} 报告“{status}”[，针对警情 {other_id}]。在中心会计入[警情 {incident_id} ]"
    "其他任务，与原意不符。",
    "island_same_incident": "离线警情 {incident_id} 与中心警情 {other_id} 可能是同一件事。",
    "island_same_case": "离线案卷 {case_id} 与中心案卷 {other_id} 可能是同一件事。",
    "island_old_news": "{unit_id}：离线期间的“{status}”早于中心已知的情况。",
    "island_changed_meanwhile": "{island_fact} {name}[，{field}]：中心同时也有改动[，{actor}][，{seat} 席]"
    "[，{changed_at}]。",
    "log.island_entry_left": "离线席位的操作未采纳：{command}[。{reason}]",
    "log.island_entry_taken": "离线席位的操作经决定采纳：{command}（{how}）[。{reason}]",
}

GROUP_OF = {"how": "island_how", "island_fact": "island_fact"}

COMMANDS = {
    "BeginIsland": "go on alone",
    "LeaveIslandEntry": "leave what an island did",
    "TakeIslandEntry": "decide for what an island did",
    "ReportIslandMerge": "report a merge",
}

COMMANDS_ZH = {
    "BeginIsland": "离线继续",
    "LeaveIslandEntry": "不采纳离线操作",
    "TakeIslandEntry": "采纳离线操作",
    "ReportIslandMerge": "报告合并进度",
}

LABELS: dict[str, dict[str, str]] = {
    "island_how": {
        "leave": "Leave it",
        "again": "As the room stands now",
        "with_reason": "All the same, with a reason",
        "redirect": "Redirect the units",
        "rest": "Send those that can go",
    },
    "island_outcome": {
        "taken": "Taken",
        "already": "There already",
        "nothing": "Nothing to do",
        "refused": "Refused there",
        "left": "Left",
        "conflict": "To decide",
        "waiting": "Waits",
    },
    "island_fact": {
        "incident": "Incident",
        "unit": "Unit",
        "need": "Need of incident",
        "order": "Order",
        "closure": "Closed road",
        "perimeter": "Perimeter",
        "case": "Case",
        "duty": "Duty",
        "major": "Major incident",
        "weather": "Weather",
    },
}

LABELS_ZH: dict[str, dict[str, str]] = {
    "island_how": {
        "leave": "不采纳",
        "again": "按中心现状执行",
        "with_reason": "说明理由后执行",
        "redirect": "改派力量",
        "rest": "派出可出动的力量",
    },
    "island_outcome": {
        "taken": "已采纳",
        "already": "中心已有",
        "nothing": "无需处理",
        "refused": "当时已拒绝",
        "left": "未采纳",
        "conflict": "待决定",
        "waiting": "等待中",
    },
    "island_fact": {
        "incident": "警情",
        "unit": "力量",
        "need": "警情需求",
        "order": "指令",
        "closure": "封闭道路",
        "perimeter": "警戒区",
        "case": "案卷",
        "duty": "任务",
        "major": "重大事件",
        "weather": "天气",
    },
}
