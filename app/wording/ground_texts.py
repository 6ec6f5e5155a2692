"""What the ground is used for: the kinds of a city's own areas, where their codes are no words to read."""

from __future__ import annotations

CHINESE: dict[str, str] = {
    "residential": "居住用地", "commercial": "商业", "retail": "零售", "industrial": "工业", "institutional": "机构",
    "farmland": "农田", "forest": "林地", "scrub": "灌木", "grass": "草地", "wetland": "湿地", "bare": "裸地",
    "beach": "海滩", "allotments": "园圃", "cemetery": "墓地", "military": "军事用地", "railway": "铁路用地",
    "airfield": "机场", "port": "港口", "quarry": "采石场", "construction": "施工", "brownfield": "待建用地",
    "landfill": "填埋场", "education": "教育", "medical": "医疗", "parking": "停车场", "plaza": "广场", "pier": "码头",
    "yes": "建筑", "house": "住宅", "apartments": "公寓", "office": "办公楼", "hotel": "酒店", "school": "学校",
    "hospital": "医院", "public": "公共建筑", "religious": "宗教建筑", "transport": "交通建筑", "garage": "车库",
    "shed": "棚屋", "other": "其他建筑",
    "nature_reserve": "自然保护区", "park": "公园", "recreation_ground": "休闲场地", "golf_course": "高尔夫球场",
    "village_green": "公共绿地", "garden": "花园", "dog_park": "遛狗公园", "sports_centre": "体育中心",
    "stadium": "体育场", "track": "跑道", "pitch": "球场", "playground": "游乐场",
    "sea": "海", "bay": "海湾", "river": "河流", "canal": "运河", "dock": "船坞", "basin": "蓄水池",
    "reservoir": "水库", "lake": "湖泊", "pond": "池塘", "pool": "泳池", "fountain": "喷泉", "water": "水面",
}  # fmt: skip

ENGLISH: dict[str, str] = {kind: kind.replace("_", " ") for kind in CHINESE} | {
    "yes": "building",
    "bare": "bare ground",
    "other": "other building",
    "public": "public building",
}
