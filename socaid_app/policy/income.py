"""Household income (57号 Art. 13): what counts, what does not, and what it comes to a head."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

from socaid_app.policy import terms
from socaid_app.policy.articles import article
from socaid_app.policy.lines import Line
from socaid_app.policy.parameters import NoParameterInForce, ParameterSet, UnknownParameter

SUBJECT = "家庭收入"
CENT = Decimal("0.01")
# As many decimals as are shown where fewer would make two different amounts look the same.
MOST_DECIMALS = 8

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


def exact(value) -> Decimal:
	"""Any number of a case as it is; what is compared is not rounded."""
	if type(value) is Decimal:
		return value
	return Decimal(str(value or 0))


def money(value) -> Decimal:
	"""Any number of a case as yuan with two decimals, rounded half up: for paying and for showing."""
	return exact(value).quantize(CENT, ROUND_HALF_UP)


def yuan(value: Decimal) -> str:
	return f"{money(value):,.2f}元"


def yuan_beside(value: Decimal, limit: Decimal) -> str:
	"""``value`` with so many decimals that it does not look like the ``limit`` it misses or exceeds."""
	if value == limit or money(value) != money(limit):
		return yuan(value)
	rounding = ROUND_DOWN if value < limit else ROUND_UP
	for decimals in range(3, MOST_DECIMALS):
		shown = value.quantize(Decimal(1).scaleb(-decimals), rounding)
		if shown != limit:
			return f"{shown:,}元"
	return yuan(value)


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
	case: dict, counted: list[dict], scheme: str, on: date, parameters: ParameterSet, facts_on: date
) -> tuple[Decimal, list[Line]]:
	"""Yearly net income of the counted members in yuan, and a line for every item declared.

	In a single-person application the whole family's income is looked at elsewhere (低保边缘 test); here
	only the applying person's own counts.
	"""
	basis = article("income_tekun" if scheme == terms.TEKUN else "income", on)
	ids = {member.get("id") for member in counted}
	names = {member.get("id"): member.get("name") or "" for member in case.get("members") or []}
	total, maintenance, lines = Decimal(0), Decimal(0), []
	earners: set[str] = set()
	for row in case.get("income") or []:
		item, member = row.get("item") or "Other Income", row.get("member")
		name, label = names.get(member, ""), ITEM_NAMES.get(item, item)
		gross, costs = exact(row.get("annual")), exact(row.get("deduction"))
		if member not in ids:
			lines.append(Line(SUBJECT, f"{name}{label}{yuan(gross)}：该成员不计入，收入不计", None, basis))
			continue
		if reason := exempt_reason(item, scheme, on, parameters):
			lines.append(Line(SUBJECT, f"{name}{label}{yuan(gross)}：{reason}", None, basis))
			continue
		if item == "Wages" and member not in earners:
			costs = max(costs, _employment_cost(on, parameters))
			earners.add(member)
		net = max(gross - costs, Decimal(0))
		total += net
		maintenance += net if item == "Maintenance" else Decimal(0)
		shown = f"{yuan(gross)}，扣减成本{yuan(costs)}，计{yuan(net)}" if costs else f"计{yuan(net)}"
		lines.append(Line(SUBJECT, f"{name}{label}{shown}", None, basis, money(net)))
	added, line = _from_supporters(case, maintenance, basis, facts_on)
	return total + added, [*lines, *line]


def _employment_cost(on: date, parameters: ParameterSet) -> Decimal:
	"""What the place sets as necessary cost of an employment, in yuan a year; 0 where it takes what is declared."""
	try:
		return exact(parameters.get("employment_cost_deduct", on)) * 12
	except (UnknownParameter, NoParameterInForce):
		return Decimal(0)


def _from_supporters(case: dict, declared: Decimal, basis: str, facts_on: date) -> tuple[Decimal, list[Line]]:
	"""What living supporters pay beyond the maintenance the counted members declared: it is one income, not two."""
	paying = [
		(supporter.get("name") or "", exact(supporter.get("pays_monthly")) * 12)
		for supporter in case.get("supporters") or []
		if not supporter.get("deceased_on") or supporter["deceased_on"] > facts_on
	]
	paid = sum((amount for _name, amount in paying), Decimal(0))
	if paid <= declared:
		return Decimal(0), []
	if declared:
		text = f"义务人给付赡养扶养抚养费共{yuan(paid)}，已申报{yuan(declared)}，补计{yuan(paid - declared)}"
		return paid - declared, [Line(SUBJECT, text, None, basis, money(paid - declared))]
	return paid, [
		Line(SUBJECT, f"义务人{name}给付赡养扶养抚养费计{yuan(amount)}", None, basis, money(amount))
		for name, amount in paying
		if amount
	]


def per_capita(annual: Decimal, persons: int) -> Decimal:
	"""Yuan a month and head, not rounded; 0 for nobody."""
	return annual / 12 / persons if persons else Decimal(0)


def below(annual: Decimal, persons: int, monthly_limit: Decimal) -> bool:
	"""Whether the income a month and head is below a limit, without dividing."""
	return annual < monthly_limit * 12 * max(persons, 1)
