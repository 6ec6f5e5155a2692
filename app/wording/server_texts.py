"""What a desk says of the server that a room of seats shares, in English and in Chinese."""

from __future__ import annotations

ENGLISH: dict[str, str] = {
    # the cell on the strip
    "server.room": "Room",
    "server.in_step": "In step",
    "server.in_step_tip": "What other seats write is shown here at once.",
    "server.picture": "Picture",
    "server.old": "{age} old",
    "server.old_tip": "The server does not answer. What is shown stood {age} ago, and is kept. "
    "Nothing is saved until it answers: write on paper too. The desk comes back by itself.",
    "server.behind": "{count} behind",
    "server.behind_entries_tip": "The server answers, and what is done here is saved. {count} entries are still to be "
    "shown here; what is asked for is decided by them too.",
    "server.drift": "Clock",
    "server.drift_s": "{drift} s",
    "server.ahead_tip": "This machine's clock is {drift} s ahead of the server's: times stamped here are late. "
    "Have the clock set.",
    "server.behind_tip": "This machine's clock is {drift} s behind the server's: times stamped here are early. "
    "Have the clock set.",
    # sentences
    "server.away": "The server does not answer; nothing was sent",
    "server.doubtful": "The server fell silent while this was sent; whether it is saved shows once it answers",
    # why else nothing was saved; in English a store says it itself
    "not_saved.disk_full": "{reason}",
    "not_saved.io_error": "{reason}",
    "not_saved.stopped": "{reason}",
    "not_saved.locked": "{reason}",
    "not_saved.read_only": "{reason}",
    "not_saved.cannot_open": "{reason}",
    "not_saved.conflict": "{reason}",
    "not_saved.timeout": "{reason}",
    "not_saved.no_key": "{reason}",
    "not_saved.closed": "{reason}",
    "not_saved.failed": "{reason}",
    "server.lost": "NOT SAVED: the server does not answer. The picture stays; its age is on the strip. "
    "What is on its way is told once the server is back. Write on paper.",
    "server.damaged": "What the server holds cannot be read: {code}. The picture stays as it is; write on paper.",
    "server.newer": "NOT SAVED: another seat runs a newer program, and wrote what this one does not know. The picture "
    "stays as it is. Update this seat; until then write on paper.",
    "server.back": "Saved again: {count} entries caught up.",
    "server.back_one": "Saved again: 1 entry caught up.",
    "server.back_none": "Saved again: nothing was missed.",
    "server.doubt_saved": "What was sent at {clock} is saved after all, as entry {sequence}.",
    "server.doubt_lost": "What was sent at {clock} was not saved: send it again.",
    # starting
    "server.joining": "Joining {log} …",
    "server.joining_title": "Opsroom: joining the room",
    "server.joining_again": "Try again",
    "server.joining_leave": "Leave",
    "server.join_failed": "This seat cannot join.",
    "server.join_password": "The server does not take this seat's name and password. "
    "Have the seat made anew (opsroom server add-seat NAME --renew --out FILE) and join with that file.",
    "server.join_no_password": "This machine has no password for the server: join it first "
    "(opsroom server join FILE, with the file that the server's owner made for this seat).",
    "server.join_no_key": "The log's key is not on this machine: join with the file of this seat "
    "(opsroom server join FILE), or look on only (--read-only).",
    "server.join_unprepared": "Nobody has prepared this database for a room: "
    "its owner does that with opsroom server init ADDRESS.",
    "server.join_newer": "The server was prepared by a newer program: update this one. Nothing was changed.",
    "server.join_unreachable": "The server cannot be reached. Look at its name, the network and whether it runs.",
    "server.join_older": "The server was prepared by an older program (version {version}; this one knows {known}). "
    "What is new is not shared until its owner runs opsroom server init --upgrade.",
}

CHINESE: dict[str, str] = {
    "server.room": "联席",
    "server.in_step": "同步",
    "server.in_step_tip": "其他席位写入的内容在此即时显示。",
    "server.picture": "画面",
    "server.old": "{age}前",
    "server.old_tip": "服务器没有应答。显示的是{age}前的情况，会保留不变。"
    "服务器应答之前不会保存任何内容，请同时用纸记录。恢复后自动衔接。",
    "server.behind": "落后 {count} 条",
    "server.behind_entries_tip": "服务器有应答，此处的操作会保存。还有 {count} 条记录尚未显示；"
    "提交的请求也会依据这些记录判定。",
    "server.drift": "时钟",
    "server.drift_s": "{drift} 秒",
    "server.ahead_tip": "本机时钟比服务器快 {drift} 秒：这里记录的时间偏晚。请校准时钟。",
    "server.behind_tip": "本机时钟比服务器慢 {drift} 秒：这里记录的时间偏早。请校准时钟。",
    "server.away": "服务器没有应答，未发送任何内容",
    "server.doubtful": "发送时服务器失去应答，是否已保存待其恢复后得知",
    "not_saved.disk_full": "磁盘已满，未写入（{reason}）",
    "not_saved.io_error": "磁盘读写出错，未写入（{reason}）",
    "not_saved.stopped": "磁盘出错后已停止写入，请重新打开日志（{reason}）",
    "not_saved.locked": "日志正被其他程序使用（{reason}）",
    "not_saved.read_only": "日志只能读取，不能写入（{reason}）",
    "not_saved.cannot_open": "日志无法打开（{reason}）",
    "not_saved.conflict": "其他席位抢先写入，请再试（{reason}）",
    "not_saved.timeout": "服务器未在限定时间内完成，未写入（{reason}）",
    "not_saved.no_key": "本机没有日志的密钥（{reason}）",
    "not_saved.closed": "日志已关闭（{reason}）",
    "not_saved.failed": "未能写入（{reason}）",
    "server.lost": "未保存：服务器没有应答。画面保留，其时间见顶栏。正在发送的内容待服务器恢复后告知。请用纸记录。",
    "server.damaged": "服务器上的内容无法读取：{code}。画面保持不变，请用纸记录。",
    "server.newer": "未保存：其他席位的程序较新，写入了本席位不认识的内容。画面保持不变。"
    "请更新本席位，此前请用纸记录。",
    "server.back": "恢复保存：已补上 {count} 条记录。",
    "server.back_one": "恢复保存：已补上 1 条记录。",
    "server.back_none": "恢复保存：没有遗漏。",
    "server.doubt_saved": "{clock} 发送的内容已保存，为第 {sequence} 条记录。",
    "server.doubt_lost": "{clock} 发送的内容未保存，请重新发送。",
    "server.joining": "正在加入 {log}…",
    "server.joining_title": "Opsroom：加入联席",
    "server.joining_again": "重试",
    "server.joining_leave": "退出",
    "server.join_failed": "本席位无法加入。",
    "server.join_password": "服务器不接受本席位的名称和密码。"
    "请重新生成席位文件（opsroom server add-seat NAME --renew --out FILE），再用该文件加入。",
    "server.join_no_password": "本机没有该服务器的密码，请先加入"
    "（opsroom server join FILE，文件由服务器负责人为本席位生成）。",
    "server.join_no_key": "本机没有该日志的密钥：请用本席位的文件加入（opsroom server join FILE），"
    "或以只读方式查看（--read-only）。",
    "server.join_unprepared": "该数据库尚未准备：由其负责人运行 opsroom server init ADDRESS。",
    "server.join_newer": "服务器由更新的程序准备：请更新本程序。未作任何更改。",
    "server.join_unreachable": "无法连接服务器。请检查名称、网络以及服务器是否运行。",
    "server.join_older": "服务器由较旧的程序准备（版本 {version}，本程序为 {known}）。"
    "其负责人运行 opsroom server init --upgrade 之前，新内容不共享。",
}
