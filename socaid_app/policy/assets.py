"""Household property (57号 Art. 14) against the local limits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from socaid_app.policy import terms
from socaid_app.policy.income import money, yuan
from socaid_app.policy.lines import Line
from socaid_app.policy.parameters import ParameterSet

ARTICLE = "民发〔2021〕57号第14条"
FORBIDDEN = {
	"Vehicle": ("property_vehicle_allowed", "机动车"),
	"Ship": ("property_ship_allowed", "船舶"),
	"Large Farm Machine": ("property_machine_allowed", "大型农机具"),
}


def property_lines(
	case: dict, persons: int, dibao_standard: Decimal, on: date, parameters: ParameterSet
) -> list[Line]:
	"""One line for each limit; property marked exempt (necessary for work or life) is left out with a note."""
	rows = case.get("property") or []
	counted = [row for row in rows if not row.get("exempt")]
	lines = [
		Line(
			"家庭财产",
			f"{row.get('description') or '财产'}：必要的生产生活财产，豁免（{row.get('exempt_reason') or '未写明理由'}）",
			None if row.get("exempt_reason") else False,
			ARTICLE,
		)
		for row in rows
		if row.get("exempt")
	]
	record = parameters.record("property_financial_months", on)
	limit = money(dibao_standard * Decimal(str(record.value)))
	total = sum(
		(money(row.get("value")) for row in counted if row.get("kind") in terms.FINANCIAL_KINDS), Decimal(0)
	)
	each = money(total / persons) if persons else total
	lines.append(
		Line(
			"金融资产",
			f"人均{yuan(each)}，{'不超过' if each <= limit else '超过'}{record.value}个月低保标准{yuan(limit)}",
			each <= limit,
			f"{ARTICLE}；{record.source}",
			each,
			"property_financial",
		)
	)
	for kind, (key, name) in FORBIDDEN.items():
		owned = [row for row in counted if row.get("kind") == kind]
		if owned:
			allowed = bool(parameters.get(key, on))
			lines.append(
				Line(
					name,
					f"有{name}{len(owned)}件",
					allowed,
					f"{ARTICLE}；{parameters.record(key, on).source}",
					rule=f"property_{kind}",
				)
			)
	homes = [row for row in counted if row.get("kind") == "Home"]
	most = int(parameters.get("property_homes_max", on))
	if homes:
		lines.append(
			Line(
				"住房",
				f"有住房{len(homes)}套，{'不超过' if len(homes) <= most else '超过'}{most}套",
				len(homes) <= most,
				f"{ARTICLE}；{parameters.record('property_homes_max', on).source}",
				rule="property_homes",
			)
		)
	if any(row.get("kind") == "Business Entity" for row in counted):
		lines.append(Line("商事登记", "有商事登记，须核实实际经营和收益情况", None, ARTICLE))
	return lines
