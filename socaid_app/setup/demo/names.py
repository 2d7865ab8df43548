"""Names for invented people. Who bears them is told apart from anybody real by the numbers, not by the name."""

from __future__ import annotations

from random import Random

SURNAMES = (
	"王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方"
	"石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
# The first third of the list bears most of the people.
COMMON = 36

MALE_GIVEN = {
	"old": ["长山", "德厚", "广田", "守义", "福林", "永年", "春和", "玉堂", "景春", "万仓", "连生", "凤岐", "庆余", "占山", "殿林", "明礼", "发祥", "荣久", "喜才", "振东", "兴邦", "国泰", "洪恩", "忠诚"],
	"middle": ["建军", "志刚", "海龙", "卫国", "立新", "文革", "晓东", "永强", "长江", "振华", "国庆", "铁柱", "玉林", "大勇", "宝山", "金宝", "双喜", "春雷", "学文", "树林", "小军", "立业", "成林", "东升"],
	"young": ["子轩", "浩然", "宇航", "博文", "俊熙", "天佑", "嘉树", "思远", "景行", "奕辰", "泽宇", "明哲", "星野", "云帆", "文轩", "一诺", "承希", "书扬", "柏舟", "瑞霖", "晨阳", "家宁", "景然", "知行"],
}
FEMALE_GIVEN = {
	"old": ["桂兰", "玉珍", "淑芬", "凤琴", "秀英", "桂芝", "玉华", "素珍", "春香", "金凤", "淑贤", "雅琴", "秀兰", "玉梅", "凤英", "桂荣", "淑清", "月娥", "翠花", "兰芝", "秋菊", "玉环", "桂香", "素云"],
	"middle": ["丽娟", "春梅", "艳红", "晓丽", "玉玲", "立华", "秀云", "红梅", "海燕", "桂玲", "亚男", "淑红", "丽华", "冬梅", "雪梅", "金玲", "玉杰", "彩霞", "晓红", "凤霞", "亚军", "春艳", "丽敏", "立娟"],
	"young": ["梓涵", "诗雨", "雨桐", "欣怡", "若溪", "语嫣", "可馨", "思琪", "佳宁", "静姝", "芷晴", "星辰", "安然", "沐瑶", "书瑶", "晚晴", "云舒", "知夏", "念初", "清欢", "木槿", "半夏", "采薇", "疏影"],
}


def surname(rng: Random) -> str:
	return SURNAMES[rng.randrange(COMMON) if rng.random() < 0.75 else rng.randrange(len(SURNAMES))]


def given(rng: Random, male: bool, age: int) -> str:
	"""A given name of the person's generation."""
	generation = "old" if age >= 60 else "middle" if age >= 28 else "young"
	return rng.choice((MALE_GIVEN if male else FEMALE_GIVEN)[generation])
