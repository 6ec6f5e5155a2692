"""Accounts, sessions and permissions in words: refusals, commands, labels; English and Chinese."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "not_signed_in": "{actor} is not signed in at {seat}. Sign in first.",
    "seat_locked": "{seat} is locked. Unlock it with the password of {actor}, or sign in as somebody else.",
    "role_not_held": "{actor} is not signed in as {role}.",
    "role_not_live": "{role} is for drills and exercises; nobody signs in so to a live log.",
    "department_not_held": "{actor} does not answer for this department[ ({department})].",
    "account_disabled": "The account {account_id} is disabled[: {reason}]. An administrator can enable it.",
    "account_locked": "The account {account_id} is locked after too many failures, until {until}. "
    "An administrator can unlock it.",
    "sign_in_failed": "The name or the password is not right, or the account is locked: {most} failures lock it "
    "for {minutes} minutes.",
    "not_own_account": "{actor} sets their own password only; that of {account_id} an administrator sets.",
    "account_unknown": "There is no account “{account_id}”.",
    "account_exists": "There is an account “{account_id}” already.",
    "account_id_taken": "“{account_id}” names a unit or a part of the program. Choose another name to sign in.",
    "account_id_wrong": "“{account_id}” cannot be a name to sign in: small letters and digits, with . - _ between "
    "them, at most {limit}.",
    "accounts_exist": "There are {count} accounts already: an administrator adds others.",
    "first_is_administrator": "The first account is an administrator's.",
    "last_administrator": "{account_id} is the last administrator who can sign in. Make another one first.",
    "officer_without_department": "A department officer answers for a department. Choose one.",
    "demo_not_live": "“{account_id}” is a demonstration account; a live log takes none.",
    "secret_unnamed": "The password was not kept. Set it again.",
    "glass_unknown": "Nothing was forced in entry {sequence}.",
    "glass_by_the_same": "{actor} forced this; another supervisor takes note of it.",
    "password_short": "The password has {length} characters; {least} are needed. Some words together are easy to keep.",
    "password_long": "The password has {length} characters; {most} are the most.",
    "password_same": "This is the password you have. Choose another.",
    "password_is_name": "The password is made of the account's name. Choose another.",
    "password_common": "This password is among the first that anybody would try. Choose another.",
}

SENTENCES_ZH: dict[str, str] = {
    "not_signed_in": "{actor} 未在 {seat} 登录，请先登录。",
    "seat_locked": "{seat} 已锁定，请用 {actor} 的密码解锁，或以他人身份登录。",
    "role_not_held": "{actor} 未以{role}身份登录。",
    "role_not_live": "{role}仅用于演练和演习，不能登录实战日志。",
    "department_not_held": "{actor} 不负责该部门[（{department}）]。",
    "account_disabled": "账号 {account_id} 已停用[：{reason}]，可由管理员启用。",
    "account_locked": "账号 {account_id} 因多次失败已锁定至 {until}，可由管理员解锁。",
    "sign_in_failed": "用户名或密码不正确，或账号已锁定：失败 {most} 次将锁定 {minutes} 分钟。",
    "not_own_account": "{actor} 只能设置自己的密码；{account_id} 的密码由管理员设置。",
    "account_unknown": "没有账号“{account_id}”。",
    "account_exists": "账号“{account_id}”已存在。",
    "account_id_taken": "“{account_id}”是力量或程序部件的名称，请换一个登录名。",
    "account_id_wrong": "“{account_id}”不能作登录名：小写字母和数字，中间可用 . - _，最多 {limit} 个字符。",
    "accounts_exist": "已有 {count} 个账号，其他账号由管理员添加。",
    "first_is_administrator": "第一个账号必须是管理员。",
    "last_administrator": "{account_id} 是最后一个可登录的管理员，请先添加另一名管理员。",
    "officer_without_department": "部门负责人须属于一个部门，请选择。",
    "demo_not_live": "“{account_id}”是演示账号，不能用于实战日志。",
    "secret_unnamed": "密码未保存，请重新设置。",
    "glass_unknown": "第 {sequence} 条记录没有强制操作。",
    "glass_by_the_same": "该操作由 {actor} 强制执行，须由另一名监督员确认。",
    "password_short": "密码只有 {length} 个字符，至少需要 {least} 个；可用几个词组成。",
    "password_long": "密码有 {length} 个字符，最多 {most} 个。",
    "password_same": "新密码与现有密码相同，请更换。",
    "password_is_name": "密码由账号名称构成，请更换。",
    "password_common": "该密码过于常见，请更换。",
}

COMMANDS = {
    "AddFirstAdministrator": "make the first administrator",
    "AddAccount": "add an account",
    "ChangeAccount": "change an account",
    "DisableAccount": "disable an account",
    "EnableAccount": "enable an account",
    "SetPassword": "set a password",
    "SignIn": "sign in",
    "ReportFailedSignIn": "report a failed sign-in",
    "SignOut": "sign out",
    "LockSeat": "lock a seat",
    "UnlockSeat": "unlock a seat",
    "HandOver": "hand over a shift",
    "RecordExport": "record an export",
    "AcknowledgeGlass": "take note of what was forced",
}

COMMANDS_ZH = {
    "AddFirstAdministrator": "建立首个管理员",
    "AddAccount": "添加账号",
    "ChangeAccount": "修改账号",
    "DisableAccount": "停用账号",
    "EnableAccount": "启用账号",
    "SetPassword": "设置密码",
    "SignIn": "登录",
    "ReportFailedSignIn": "记录登录失败",
    "SignOut": "退出登录",
    "LockSeat": "锁定席位",
    "UnlockSeat": "解锁席位",
    "HandOver": "交接班",
    "RecordExport": "记录导出",
    "AcknowledgeGlass": "确认强制操作",
}

LABELS: dict[str, dict[str, str]] = {
    "session_end": {
        "signed_out": "Signed out",
        "taken_over": "Somebody else signed in at this seat",
        "disabled": "The account was disabled",
        "changed": "Roles or department were changed",
        "new_password": "The password was changed",
    },
}

LABELS_ZH: dict[str, dict[str, str]] = {
    "session_end": {
        "signed_out": "已退出登录",
        "taken_over": "他人已在此席位登录",
        "disabled": "账号已停用",
        "changed": "角色或部门已变更",
        "new_password": "密码已更改",
    },
}

ROLES = {"observer": "observer (观察员)"}
ROLES_ZH = {"observer": "观察员", "crew": "车组", "system": "系统"}
