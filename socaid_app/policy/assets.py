"""Household property (57号 Art. 14) against the local limits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from socaid_app.policy import terms
from socaid_app.policy.articles import PROPERTY_RULES, article
from socaid_app.policy.income import exact, money, yuan, yuan_beside
from socaid_app.policy.lines import Line
from socaid_app.policy.parameters import Parameter, ParameterSet

FORBIDDEN = {
	"Vehicle": ("property_vehicle_allowed", "机动车"),
	"Ship": ("property_ship_allowed", "船舶"),
	"Large Farm Machine": ("property_machine_allowed", "大型农机具"),
}


def property_lines(
	case: dict,
	scheme: str,
	members: Collection[str],
	dibao_standard: Decimal,
	on: date,
	parameters: ParameterSet,
) -> list[Line]:
	"""One line for each limit that matters.

	``members`` are those whose property it is; a row that names somebody else is left out with a note, as is
	property marked exempt because it is necessary for work or life.
	"""
	basis = article(PROPERTY_RULES[scheme], on)
	rows, lines = [], []
	for row in case.get("property") or []:
		what = row.get("description") or "财产"
		if row.get("member") and row["member"] not in members:
			lines.append(Line("家庭财产", f"{what}：所有人不计入，财产不计", None, basis))
		elif row.get("exempt"):
			lines.append(_exempt(row, what, basis))
		else:
			rows.append(row)
	lines.append(_financial(rows, len(members), dibao_standard, on, parameters, basis))
	lines += _forbidden(rows, on, parameters, basis)
	lines += _homes(rows, on, parameters, basis)
	if any(row.get("kind") == "Business Entity" for row in rows):
		lines.append(Line("商事登记", "有商事登记，须核实实际经营和收益情况", None, basis))
	return lines


def _exempt(row: dict, what: str, basis: str) -> Line:
	reason = row.get("exempt_reason")
	text = f"{what}：必要的生产生活财产，豁免（{reason or '未写明理由'}）"
	return Line("家庭财产", text, None if reason else False, basis, rule="" if reason else "property_exempt")


def _financial(
	rows: list[dict], persons: int, standard: Decimal, on: date, parameters: ParameterSet, basis: str
) -> Line:
	record = parameters.record("property_financial_months", on)
	limit, heads = standard * exact(record.value), max(persons, 1)
	total = sum(
		(exact(row.get("value")) for row in rows if row.get("kind") in terms.FINANCIAL_KINDS), Decimal(0)
	)
	met, each = total <= limit * heads, total / heads
	text = (
		f"人均{yuan_beside(each, limit)}，{'不超过' if met else '超过'}"
		f"{record.value}个月低保标准{yuan(limit)}"
	)
	return Line("金融资产", text, met, f"{basis}；{_source(record)}", money(each), "property_financial")


def _forbidden(rows: list[dict], on: date, parameters: ParameterSet, basis: str) -> list[Line]:
	lines = []
	for kind, (key, name) in FORBIDDEN.items():
		owned = [row for row in rows if row.get("kind") == kind]
		if owned:
			record = parameters.record(key, on)
			lines.append(
				Line(
					name,
					f"有{name}{len(owned)}件",
					bool(record.value),
					f"{basis}；{_source(record)}",
					rule=f"property_{kind}",
				)
			)
	return lines


def _homes(rows: list[dict], on: date, parameters: ParameterSet, basis: str) -> list[Line]:
	homes = [row for row in rows if row.get("kind") == "Home"]
	if not homes:
		return []
	record = parameters.record("property_homes_max", on)
	met = len(homes) <= int(record.value)
	text = f"有住房{len(homes)}套，{'不超过' if met else '超过'}{record.value}套"
	return [Line("住房", text, met, f"{basis}；{_source(record)}", rule="property_homes")]


def _source(record: Parameter) -> str:
	return f"{record.source}{record.article}"
