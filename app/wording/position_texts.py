"""How the positions of units come to a seat of a room: English, and Chinese beside it."""

from __future__ import annotations

ENGLISH: dict[str, str] = {
    "positions.slow": "Positions come every {seconds} s: the network is slow",
    "positions.every": "every {seconds} s",
    "positions.lost": "Positions of other seats do not come: the server is lost",
    "positions.not_prepared": (
        "Positions of other seats do not come: an administrator must prepare the server (opsroom server init --upgrade)"
    ),
    "positions.not_allowed": "Positions of other seats do not come: this seat's user has no right to them",
}
CHINESE: dict[str, str] = {
    "positions.slow": "网络较慢：定位每{seconds}秒更新一次",
    "positions.every": "每{seconds}秒",
    "positions.lost": "收不到其他席位的定位：服务器已断开",
    "positions.not_prepared": "收不到其他席位的定位：须由管理员升级服务器（opsroom server init --upgrade）",
    "positions.not_allowed": "收不到其他席位的定位：本席位账号无权读取",
}
