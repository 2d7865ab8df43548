"""Chinese names of a county with about the frequencies they have: surnames, given names by generation, and the rare
kinds that comparison stumbles over: compound surnames, names with a dot, rare characters, surnames read in several ways.
"""

from __future__ import annotations

from itertools import accumulate
from random import Random

# Persons among a thousand, after the published rankings of surnames; what is missing goes to RARE.
SURNAMES = {
	"王": 85, "李": 79, "张": 82, "刘": 70, "陈": 28, "杨": 36, "赵": 45, "黄": 12, "周": 15, "吴": 17,
	"徐": 19, "孙": 32, "胡": 10, "朱": 13, "高": 18, "林": 10, "何": 8, "郭": 15, "马": 17, "罗": 6,
	"梁": 8, "宋": 13, "郑": 7, "谢": 6, "韩": 11, "唐": 6, "冯": 8, "于": 15, "董": 8, "萧": 3,
	"程": 5, "曹": 6, "袁": 4, "邓": 4, "许": 6, "傅": 3, "沈": 4, "彭": 4, "吕": 6, "苏": 5,
	"卢": 4, "蒋": 4, "蔡": 4, "贾": 4, "丁": 5, "魏": 6, "薛": 4, "叶": 4, "阎": 3, "潘": 4,
	"杜": 5, "戴": 3, "夏": 4, "钟": 3, "汪": 3, "田": 5, "任": 4, "姜": 7, "范": 4, "方": 4,
	"石": 4, "姚": 4, "谭": 3, "邹": 3, "金": 8, "崔": 6, "郝": 3, "孔": 3, "白": 4, "康": 2,
	"毛": 2, "邱": 3, "秦": 3, "江": 3, "史": 3, "顾": 2, "侯": 3, "邵": 2, "孟": 4, "龙": 2,
	"段": 3, "钱": 2, "汤": 2, "尹": 3, "常": 3, "武": 3, "乔": 2, "赖": 1, "文": 2, "龚": 2,
}  # fmt: skip
POLYPHONIC = {
	"单": 2, "曾": 3, "解": 1, "仇": 1, "查": 1, "盖": 1, "乐": 1, "区": 1, "朴": 5, "尉": 1, "翟": 2,
	"覃": 1, "华": 1, "宁": 1, "葛": 3, "燕": 1, "万": 2, "贾": 1, "洗": 1, "员": 1, "缪": 1, "郗": 1,
	"那": 1, "折": 1, "繁": 1, "召": 1, "隗": 1, "费": 1,
}  # fmt: skip
COMPOUND = {
	"欧阳": 2, "上官": 1, "司马": 1, "诸葛": 1, "尉迟": 1, "长孙": 1, "单于": 1, "令狐": 1, "皇甫": 1, "东方": 1,
	"夏侯": 1, "万俟": 1, "澹台": 1, "乐正": 1, "慕容": 1, "公孙": 1, "轩辕": 1, "赫连": 1,
}  # fmt: skip
RARE = "亓仉佴佟关赫佘褚卞鄂邢郇逯麻苗曲栾迟牟矫綦鞠门盛车冷初邴于宫丛隋姬岳闵鲍付闫肖代"
# The own name in front of the dot, the father's behind it.
_DOTTED = {
	"F": "阿依古丽 古丽娜尔 帕提古丽 热依汗 努尔古丽 阿依努尔 玛依拉 卓玛 央金 其其格 乌云 萨仁 娜仁",
	"M": "买买提 阿卜杜拉 艾力 吐尔逊 库尔班 玉素甫 努尔兰 巴合提 扎西 多吉 巴特尔 苏和 那顺 阿迪力",
	"father": "买买提 艾合买提 吐尔逊 玉山 托合提 阿不都 赛买提 哈力克 肉孜 沙吾提 巴依尔 孟和 次仁 旺堆 尼玛",
}
DOTTED = {key: names.split() for key, names in _DOTTED.items()}

# Names that thousands bear, and the characters of which the others are made.
_FAVOURITES = {
	("F", "old"): "秀英 桂英 秀兰 玉兰 桂兰 玉英 秀珍 凤英 玉珍 淑珍 淑兰 桂珍 凤兰 淑芬 素珍 秀芝 桂荣 淑清 玉梅 凤琴",
	("F", "middle"): "丽 敏 静 艳 丽娟 秀云 红梅 海燕 春梅 丽华 艳红 玉玲 亚男 淑华 桂玲 晓红 冬梅 丽丽 彩霞 杰",
	("F", "young"): "欣怡 梓涵 子涵 诗涵 雨桐 可馨 佳怡 思琪 紫涵 婷婷 雪 雨欣 梦瑶 欣悦 语嫣 静怡 佳琪 悦",
	("M", "old"): "建国 国华 志明 德福 玉山 凤山 长林 永福 广田 景春 振海 宝山 占山 文才 国栋 连生 庆林 玉林",
	("M", "middle"): "伟 军 强 勇 杰 磊 涛 建军 志强 志刚 海涛 立新 国庆 永强 铁柱 文革 晓东 春雷 海龙 卫国",
	("M", "young"): "浩然 子轩 宇航 浩宇 博文 俊杰 天佑 鑫 宇轩 子豪 梓轩 明哲 鹏 文博 一诺 奕辰 昊天 泽宇",
}  # fmt: skip
FAVOURITES = {key: names.split() for key, names in _FAVOURITES.items()}
CHARACTERS = {
	("F", "old"): "秀英兰玉桂珍凤淑芬芳芝荣清梅琴素华云霞香贤娥环菊莲翠春秋月金银花枝美惠慧贞洁",
	("F", "middle"): "丽敏静艳娟红梅燕霞玲华英云萍芳莉秀娜桂琴波杰洁慧颖晶蕾雪冬春海亚立晓艺凤彩岩宏",
	("F", "young"): "欣怡梓涵诗雨桐可馨佳思琪紫雪梦瑶语嫣悦若溪萱妍彤晴岚茜乐希宁静姝媛婧玥琳璐菲蕊",
	("M", "old"): "国德福玉山凤长林永广田景春振海宝占文才栋连生庆明志义礼贵财发祥忠诚万富有仁厚学殿洪恩",
	("M", "middle"): "伟军强勇杰磊涛建志刚海立新国永铁文晓东春雷龙卫华斌峰辉波鹏飞超明亮平成利民江山忠宏",
	("M", "young"): "浩然子轩宇航博文俊杰天佑鑫豪梓明哲鹏一诺奕辰昊泽晨阳睿瑞霖嘉树思远皓煜恒毅翔凯旭琛",
}
# Characters of which another is in use, and such as many fonts and systems do not have.
SPECIAL = "喆淼昇堃甯峯羣垚燚玥犇龑珏昊晟赟翀彧邨皙钰鎏煊炅䶮𬱖𬸪祎禤"

_SURNAMES = {**SURNAMES, **POLYPHONIC, **COMPOUND, **dict.fromkeys(RARE, 0.8)}
_CHOICES, _WEIGHTS = list(_SURNAMES), list(accumulate(_SURNAMES.values()))
DOTTED_SHARE, SINGLE_SHARE, FAVOURITE_SHARE, SPECIAL_SHARE = 0.006, 0.10, 0.22, 0.02


def generation(year: int) -> str:
	return "old" if year < 1960 else "middle" if year < 1992 else "young"


def surname(dice: Random) -> str:
	return dice.choices(_CHOICES, cum_weights=_WEIGHTS)[0]


def given(dice: Random, sex: str, year: int, shared: str = "") -> str:
	"""A given name of the sex and generation; brothers and sisters often have the first character in common."""
	key = sex, generation(year)
	signs = CHARACTERS[key]
	if shared:
		return shared + dice.choice(signs)
	luck = dice.random()
	if luck < FAVOURITE_SHARE:
		favourites = FAVOURITES[key]
		# some are far more frequent than others
		return favourites[min(int(dice.expovariate(0.25)), len(favourites) - 1)]
	first = dice.choice(SPECIAL if luck > 1 - SPECIAL_SHARE else signs)
	return first if luck < FAVOURITE_SHARE + SINGLE_SHARE else first + dice.choice(signs)


def dotted(dice: Random, sex: str) -> str:
	return f"{dice.choice(DOTTED[sex])}·{dice.choice(DOTTED['father'])}"
