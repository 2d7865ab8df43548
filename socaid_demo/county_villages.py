"""The villages of the demo county: the published ones of two townships, invented ones for the rest.

An invented village has a code under its township, but none that the statistics bureau gave it, and is marked
``is_provisional``; its name comes from the solar terms, the lunar mansions and old tune titles.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

from socaid_app import setup
from socaid_app.policy import terms

DIVISIONS = Path(setup.__file__).with_name("divisions.csv")
VILLAGES_PER_TOWNSHIP = 11
# Statistical codes: 001-099 residents' committees, 200-399 villagers' committees.
FIRST_COMMUNITY, FIRST_VILLAGE = 1, 200
TOWNSHIP_SEAT_COMMUNITIES, COUNTY_SEAT_COMMUNITIES = 1, 4
COUNTY_SEAT = "220422100000"
JIASHAN, JINZHOU = "220422201000", "220422203000"

INVENTED = [
	"立春",
	"雨水",
	"惊蛰",
	"春分",
	"谷雨",
	"立夏",
	"小满",
	"芒种",
	"夏至",
	"小暑",
	"大暑",
	"立秋",
	"处暑",
	"白露",
	"秋分",
	"寒露",
	"霜降",
	"立冬",
	"小雪",
	"大雪",
	"冬至",
	"天枢",
	"天璇",
	"天玑",
	"天权",
	"玉衡",
	"开阳",
	"瑶光",
	"角木",
	"亢金",
	"氐土",
	"房日",
	"心月",
	"尾火",
	"箕水",
	"斗木",
	"牛金",
	"女土",
	"虚日",
	"危月",
	"室火",
	"壁水",
	"奎木",
	"娄金",
	"胃土",
	"昴日",
	"毕月",
	"觜火",
	"参水",
	"井木",
	"鬼金",
	"柳土",
	"星日",
	"张月",
	"翼火",
	"轸水",
	"浣溪",
	"临江",
	"鹧鸪",
	"采桑",
	"渔歌",
	"菩提",
	"清商",
	"霓裳",
	"玉楼",
	"醉花",
	"踏莎",
	"念奴",
	"沁园",
	"满庭",
	"水调",
	"望海",
	"卜算",
	"定风",
	"声慢",
	"苏幕",
	"青玉",
	"阮郎",
	"柳梢",
	"一剪",
	"南柯",
	"虞美",
	"相思",
	"长亭",
	"暗香",
	"疏影",
	"扬州",
	"桂枝",
	"蓦山",
	"破阵",
	"生查",
	"点绛",
	"忆秦",
	"巫山",
	"潇湘",
	"摊破",
	"青桐",
	"白榆",
	"紫椴",
	"云杉",
	"银杏",
	"胡枝",
	"水曲",
	"花楸",
	"山丁",
	"稠李",
	"金莲",
	"铃兰",
	"杜鹃",
	"飞龙",
	"白鹳",
	"苍鹭",
	"雪雁",
	"柳莺",
	"松鸦",
	"鹿鸣",
	"晴川",
	"烟渚",
	"听泉",
	"抱朴",
	"归云",
	"枕石",
	"竹枝",
	"鹊桥",
	"高阳",
	"洞仙",
	"瑞鹤",
	"风入",
	"玲珑",
	"石湖",
	"秋霁",
	"春霁",
	"梦扬",
	"如梦",
]
# Middle of the county and the reach of the invented coordinates, in degrees.
CENTRE, REACH = (42.93, 125.05), (0.28, 0.42)


@dataclass(frozen=True)
class Village:
	code: str
	name: str
	township: str
	area: str
	invented: bool
	latitude: float
	longitude: float


@lru_cache
def known() -> tuple[dict, ...]:
	with open(DIVISIONS, encoding="utf-8", newline="") as file:
		return tuple(csv.DictReader(file))


@lru_cache
def townships() -> dict[str, str]:
	"""Code → name of the 13 townships."""
	return {row["code"]: row["division_name"] for row in known() if row["level"] == "Township"}


def villages(seed: int) -> list[Village]:
	"""All villages and communities, in the order of their codes."""
	rng = Random(f"{seed}:villages")
	found = []
	names = iter(INVENTED)
	for township, township_name in townships().items():
		centre = [CENTRE[axis] + rng.uniform(-REACH[axis], REACH[axis]) for axis in (0, 1)]

		def place(code: str, name: str, area: str, invented: bool, at=centre, of=township) -> Village:
			spread = [round(value + rng.uniform(-0.05, 0.05), 6) for value in at]
			return Village(code, name, of, area, invented, *spread)

		if township_name.endswith("镇"):
			for number in range(
				COUNTY_SEAT_COMMUNITIES if township == COUNTY_SEAT else TOWNSHIP_SEAT_COMMUNITIES
			):
				code = f"{township[:9]}{FIRST_COMMUNITY + number:03d}"
				found.append(place(code, f"{next(names)}社区", terms.URBAN, True))
		published = [row for row in known() if row["parent_administrative_division"] == township]
		for row in published:
			found.append(place(row["code"], row["division_name"], terms.RURAL, False))
		for number in range(0 if published else VILLAGES_PER_TOWNSHIP):
			code = f"{township[:9]}{FIRST_VILLAGE + number:03d}"
			found.append(place(code, f"{next(names)}村", terms.RURAL, True))
	return sorted(found, key=lambda village: village.code)
