"""Household income (57号 Art. 13): what counts, what does not, and what it comes to a head."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from socaid_app.policy import terms
from socaid_app.policy.lines import Line
from socaid_app.policy.parameters import NoParameterInForce, ParameterSet, UnknownParameter

ARTICLE = "民发〔2021〕57号第13条"
ARTICLE_TEKUN = "民发〔2021〕43号第6条"
CENT = Decimal("0.01")

# Items of income that are not counted whoever applies.
NEVER_COUNTED = {
	"Preferential Treatment Pension": "优待抚恤金",
	"Family Planning Award": "计划生育奖励与扶助金",
	"Scholarship": "奖学金",
	"Good Samaritan Award": "见义勇为等奖励性补助",
	"Social Assistance": "政府给予的社会救助款物",
}
ITEM_NAMES = {
	"Wages": "工资薪金",
	"Farming": "种植",
	"Livestock": "养殖",
	"Business Profit": "经营利润",
	"Rent": "房屋租金",
	"Land Transfer": "土地流转",
	"Interest and Dividends": "利息分红",
	"Pension": "离退休金（养老金）",
	"Basic Pension": "城乡居民基础养老金",
	"Unemployment Benefit": "失业保险金",
	"Survivor Allowance": "遗属补助",
	"Compensation": "赔偿补偿",
	"Donation": "捐赠",
	"Maintenance": "赡养扶养抚养费",
	"Old Age Allowance": "高龄津贴",
	"Other Income": "其他收入",
} | NEVER_COUNTED


def money(value) -> Decimal:
	"""Any number of a case as yuan with two decimals, rounded half up."""
	return Decimal(str(value or 0)).quantize(CENT, ROUND_HALF_UP)


def yuan(value: Decimal) -> str:
	return f"{value:,.2f}元"


def exempt_reason(item: str, scheme: str, on: date, parameters: ParameterSet) -> str:
	"""Why an item of income is not counted; '' when it counts."""
	if item in NEVER_COUNTED:
		return "不计入家庭收入"
	if item == "Basic Pension":
		if scheme == terms.TEKUN:
			return "认定特困人员时不计入"
		if _basic_pension_exempt(on, parameters):
			return "中央确定的城乡居民基础养老金，不计入"
	if item == "Old Age Allowance" and scheme == terms.TEKUN:
		return "高龄津贴，认定特困人员时不计入"
	return ""


def _basic_pension_exempt(on: date, parameters: ParameterSet) -> bool:
	# The exemption was granted for 2021-2025; without a record for the date it is not assumed.
	try:
		return bool(parameters.get("exclude_basic_pension", on))
	except (UnknownParameter, NoParameterInForce):
		return False


def household_income(
	case: dict, counted: list[dict], scheme: str, on: date, parameters: ParameterSet
) -> tuple[Decimal, list[Line]]:
	"""Yearly net income of the counted members in yuan, and a line for every item declared.

	In a single-person application the whole family's income is looked at elsewhere (低保边缘 test); here
	only the applying person's own counts.
	"""
	article = ARTICLE_TEKUN if scheme == terms.TEKUN else ARTICLE
	ids = {member.get("id") for member in counted}
	names = {member.get("id"): member.get("name") or "" for member in case.get("members") or []}
	total, lines = Decimal(0), []
	declared_maintenance = False
	for row in case.get("income") or []:
		item, member = row.get("item") or "Other Income", row.get("member")
		name, label = names.get(member, ""), ITEM_NAMES.get(item, item)
		declared_maintenance |= item == "Maintenance"
		gross, costs = money(row.get("annual")), money(row.get("deduction"))
		if member not in ids:
			lines.append(
				Line("家庭收入", f"{name}{label}{yuan(gross)}：该成员不计入，收入不计", None, article)
			)
		elif reason := exempt_reason(item, scheme, on, parameters):
			lines.append(Line("家庭收入", f"{name}{label}{yuan(gross)}：{reason}", None, article))
		else:
			net = max(gross - costs, Decimal(0))
			total += net
			shown = f"{yuan(gross)}，扣减成本{yuan(costs)}，计{yuan(net)}" if costs else f"计{yuan(net)}"
			lines.append(Line("家庭收入", f"{name}{label}{shown}", None, article, net))
	if not declared_maintenance:
		for supporter in case.get("supporters") or []:
			paid = money(supporter.get("pays_monthly")) * 12
			if paid:
				total += paid
				lines.append(
					Line(
						"家庭收入",
						f"义务人{supporter.get('name') or ''}给付赡养扶养抚养费计{yuan(paid)}",
						None,
						article,
						paid,
					)
				)
	return total, lines


def per_capita(annual: Decimal, persons: int) -> Decimal:
	"""Yuan a month and head, rounded half up; 0 for nobody."""
	return money(annual / 12 / persons) if persons else Decimal(0)
