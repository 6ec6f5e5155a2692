"""Names of an invented city, English and Chinese: made of parts, each of which has its sign, so that both agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_FIRST = (
    "Oak 橡", "Ash 梣", "Birch 桦", "Elm 榆", "Lime 椴", "Maple 枫", "Pine 松", "Willow 柳", "Alder 桤",
    "Hazel 榛", "Thorn 棘", "Fern 蕨", "Mill 磨", "Stone 石", "Salt 盐", "Iron 铁", "Copper 铜", "Silver 银",
    "Gold 金", "Amber 珀", "Bell 钟", "Lamp 灯", "Crane 鹤", "Heron 鹭", "Swan 鹄", "Raven 鸦", "Lark 雀",
    "Falcon 隼", "Otter 獭", "Fox 狐", "Hart 鹿", "Wolf 狼", "Bear 熊", "North 北", "South 南", "East 东",
    "West 西", "High 高", "Long 长", "Broad 宽", "Fair 晴", "Clear 清", "Bright 明", "White 白", "Black 黑",
    "Red 红", "Green 绿", "Grey 灰", "Winter 冬", "Summer 夏", "Moon 月", "Sun 日", "Star 星", "Cloud 云",
    "Rain 雨", "Frost 霜", "Snow 雪", "Wind 风", "Rose 蔷", "Clover 苜",
)  # fmt: skip
_SECOND = (
    "haven 港", "ford 津", "field 田", "wood 林", "hill 岗", "dale 谷", "brook 溪", "bridge 桥", "gate 门", "ham 庄",
    "ton 屯", "well 泉", "mere 湖", "moor 原", "ridge 岭", "cliff 崖", "shore 岸", "holm 洲", "lea 坪", "croft 园",
    "burn 涧", "wick 邑", "stead 居", "grove 丛", "garth 院", "marsh 泽", "mouth 口", "bank 堤", "crest 巅", "point 角",
)  # fmt: skip
_BEFORE = (" ", "Upper 上", "Lower 下", "Old 老", "New 新", "Little 小", "Great 大")
# Plain words for the streets in the middle, the most usual first.
_WORDS = (
    "Harbour 港口", "Market 市场", "Station 车站", "Church 教堂", "Castle 城堡", "Mill 磨坊", "Bridge 桥头",
    "School 学堂", "Queen 王后", "King 国王", "Court 法院", "Garden 花园", "River 江边", "Theatre 剧院", "Guild 行会",
    "Baker 面包", "Rope 绳匠", "Smith 铁匠", "Weaver 织工", "Potter 陶匠", "Custom House 海关", "Exchange 交易所",
    "Museum 博物馆", "Library 图书馆", "Fountain 喷泉", "Tower 塔楼", "Wall 城墙", "Chapel 礼拜堂",
    "Ferry 渡口", "Granary 粮仓",
)  # fmt: skip
# What a street is called by what it is: large, in the middle, in grids, in suburbs, at works.
TYPES = (
    ("Avenue 大道", "Road 路", "Boulevard 林荫大道", "Street 大街", "Way 通道"),
    ("Street 街", "Lane 巷", "Row 里", "Alley 弄"),
    ("Street 街", "Road 路", "Place 坊", "Terrace 台"),
    ("Close 弄", "Drive 径", "Lane 巷", "Road 路", "Walk 步道", "Gardens 苑"),
    ("Road 路", "Way 道", "Yard 场"),
)
LARGE, MIDDLE, GRIDS, SUBURBS, WORKS = range(5)


@dataclass(frozen=True, slots=True)
class Names:
    """Hold names by their numbers, English and Chinese side by side."""

    english: tuple[str, ...]
    chinese: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.english)


def street_names(dice: np.random.Generator, groups: NDArray[np.int64], central: NDArray[np.int64]) -> Names:
    """Name streets, each differently while there are names. groups (n,): into TYPES; central: numbers of streets to be
    called by plain words, "Harbour Street" the first."""
    english, chinese = [""] * len(groups), [""] * len(groups)
    plain = dict(zip(central.tolist(), _WORDS, strict=False))
    roots = len(_FIRST) * len(_SECOND)
    # A pool for each word in English, shared by the groups: a Street of the middle is no Street of the grids.
    words = sorted({_both(kind)[0] for types in TYPES for kind in types})
    pools = {word: dice.permutation(roots) for word in words}
    drawn = dict.fromkeys(words, 0)
    throws = dice.random(len(groups))
    for number, (group, throw) in enumerate(zip(groups.tolist(), throws.tolist(), strict=True)):
        if number in plain:
            word, word_zh = plain[number].rsplit(" ", 1)
            english[number], chinese[number] = f"{word} Street", f"{word_zh}街"
            continue
        types = TYPES[group]
        type_, type_zh = _both(types[int(throw * len(types))])
        again, at = divmod(drawn[type_], roots)
        drawn[type_] += 1
        word, word_zh = _root(*divmod(int(pools[type_][at]), len(_SECOND)))
        before, before_zh = _both(_BEFORE[again % len(_BEFORE)])
        english[number] = f"{before} {word} {type_}".strip()
        chinese[number] = f"{before_zh}{word_zh}{type_zh}"
    return Names(tuple(english), tuple(chinese))


def place_names(dice: np.random.Generator, count: int) -> Names:
    """Name quarters, districts or the city itself, each differently while there are names."""
    combinations = len(_FIRST) * len(_SECOND)
    drawn = dice.permutation(combinations)
    pairs = []
    for number in range(count):
        again, at = divmod(number, combinations)
        word, word_zh = _root(*divmod(int(drawn[at]), len(_SECOND)))
        before, before_zh = _both(_BEFORE[again % len(_BEFORE)])
        pairs.append((f"{before} {word}".strip(), f"{before_zh}{word_zh}"))
    return Names(tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))


def _root(first: int, second: int) -> tuple[str, str]:
    head, head_zh = _both(_FIRST[first])
    tail, tail_zh = _both(_SECOND[second])
    return head + tail, head_zh + tail_zh


def _both(pair: str) -> tuple[str, str]:
    word, _, sign = pair.partition(" ")
    return word, sign
