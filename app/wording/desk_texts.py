"""Who is in charge of an incident, hand-overs and queues in words: refusals, labels, lines of the shared log."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "incident_in_charge": "{actor} at {seat} has incident {incident_id}[ since {changed_at}]. "
    "To take it over say why, or ask them to hand it over.",
    "not_in_charge": "[Incident {incident_id} is {actor}'s, at {seat}. ]Only whoever has it, a coordinator or a "
    "supervisor does that; you may take it over with a reason.",
    "hand_over_to_nobody": "Say to which seat or to whom it is handed over.",
    "hand_over_to_self": "Incident {incident_id} is with {actor} at {seat} already. Choose another seat or person.",
    "cannot_take_charge": "[{actor}: ][{seat}: ]no incident can be handed over there[ (role: {roles})]. "
    "Choose another seat or person.",
    "no_hand_over": "Incident {incident_id} is not offered to anybody.",
    "hand_over_not_yours": "Incident {incident_id} is offered to[ {actor}][ {seat}], not to you.",
    "nothing_offered": "Nothing is offered to {seat}.",
    "nothing_in_charge": "{seat} has no incident to hand over.",
    "queue_not_yours": "The queue of {seat} is set there[ (you sit at {own})], or by a coordinator or a supervisor.",
    "queue_too_long": "{count} departments and areas in one queue; {limit} at most.",
    "log.incident_taken": "Incident taken ({charge_way})[, from {from_actor}][ at {from_seat}][: {reason}]",
    "log.incident_given_up": "Incident given up: {reason}",
    "log.hand_over_offered": "Hand-over offered[ to {to_actor}][ at {to_seat}][: {note}]",
    "log.hand_over_declined": "Hand-over declined: {reason}",
    "log.hand_over_withdrawn": "Hand-over withdrawn[: {reason}]",
}

SENTENCES_ZH: dict[str, str] = {
    "incident_in_charge": "警情 {incident_id} 由 {seat} 席的 {actor} 负责[（{changed_at} 起）]。"
    "如需接管请说明原因，或请对方移交。",
    "not_in_charge": "[警情 {incident_id} 由 {seat} 席的 {actor} 负责。]只有负责人、协调员或督导可以这样做；"
    "您可说明原因后接管。",
    "hand_over_to_nobody": "请指定移交给哪个席位或哪个人。",
    "hand_over_to_self": "警情 {incident_id} 已由 {seat} 席的 {actor} 负责，请选择其他席位或人员。",
    "cannot_take_charge": "[{actor}：][{seat} 席：]不能移交警情[（岗位：{roles}）]，请另选席位或人员。",
    "no_hand_over": "警情 {incident_id} 没有待接收的移交。",
    "hand_over_not_yours": "警情 {incident_id} 移交给[ {actor}][ {seat} 席]，不是移交给您。",
    "nothing_offered": "没有移交给 {seat} 席的警情。",
    "nothing_in_charge": "{seat} 席没有可移交的警情。",
    "queue_not_yours": "{seat} 席的队列由该席位[（您在 {own} 席）]、协调员或督导设置。",
    "queue_too_long": "一个队列中有 {count} 个部门和区域，最多 {limit} 个。",
    "log.incident_taken": "接管警情（{charge_way}）[，原负责人 {from_actor}][，{from_seat} 席][：{reason}]",
    "log.incident_given_up": "放弃负责：{reason}",
    "log.hand_over_offered": "提出移交[给 {to_actor}][（{to_seat} 席）][：{note}]",
    "log.hand_over_declined": "不接收移交：{reason}",
    "log.hand_over_withdrawn": "撤回移交[：{reason}]",
}

GROUP_OF = {"roles": "role", "charge_way": "charge_way", "queue_why": "queue_why"}

FIELDS = {"charge": "who has it", "areas": "areas", "seat": "seat"}
FIELDS_ZH = {"charge": "负责人", "areas": "区域", "seat": "席位"}

LABELS: dict[str, dict[str, str]] = {
    "charge_way": {
        "free": "nobody had it",
        "handed_over": "handed over",
        "taken_over": "taken over",
        "left": "whoever had it has left",
        "moved": "the same desk goes on",
    },
    "queue_why": {
        "own": "In this queue",
        "nobodys": "In nobody's queue",
        "away": "Their seat is away",
        "in_charge": "In hand here",
        "offered": "Offered to this seat",
    },
}

LABELS_ZH: dict[str, dict[str, str]] = {
    "charge_way": {
        "free": "无人负责",
        "handed_over": "移交",
        "taken_over": "接管",
        "left": "原负责人已离席",
        "moved": "同一席位继续",
    },
    "queue_why": {
        "own": "本队列",
        "nobodys": "不属于任何队列",
        "away": "所属席位不在线",
        "in_charge": "本席负责",
        "offered": "移交本席",
    },
}

COMMANDS = {
    "TakeIncident": "take charge of an incident",
    "TakeOffered": "take all that is offered",
    "GiveUpIncident": "give up an incident",
    "HandOverIncident": "hand an incident over",
    "HandOverAll": "hand all incidents over",
    "DeclineHandOver": "decline a hand-over",
    "WithdrawHandOver": "withdraw a hand-over",
    "SetQueue": "set a seat's queue",
}

COMMANDS_ZH = {
    "TakeIncident": "接管警情",
    "TakeOffered": "接收全部移交",
    "GiveUpIncident": "放弃负责警情",
    "HandOverIncident": "移交警情",
    "HandOverAll": "移交全部警情",
    "DeclineHandOver": "不接收移交",
    "WithdrawHandOver": "撤回移交",
    "SetQueue": "设置席位队列",
}
