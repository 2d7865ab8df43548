"""The shape of a case, checked: what the Frappe app and the command line hand to the law library.

A case is a plain dict::

    category, scheme, route, area, division, authority, calculation_mode, single_application   text
    applied_on, accepted_on                                                                   ISO date
    events        {event: ISO date}
    members       [{id, name, id_number, birth_date, kinship, residence, schooling, independent, labour_capacity,
                    health, disability_type, disability_grade, in_need, benefits, counted, counted_reason}]
    supporters    [{name, relation, age, income_monthly_per_capita, pays_monthly, property_ok, benefits, …}]
    income        [{member, kind, item, annual, deduction}]          yuan a year
    property      [{kind, description, value, area, exempt, exempt_reason}]
    expenses      [{kind, item, annual, reimbursed, receipted}]
    selfcare      {indicator: true when done unaided}
    need          {cause, requested}
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from socaid_app.policy import terms
from socaid_app.policy.identity import IdentityError, check_id

LISTS = ("members", "supporters", "income", "property", "expenses")
CHOICES = {
	"scheme": terms.SCHEMES,
	"route": terms.ROUTES,
	"area": terms.AREAS,
	"authority": terms.AUTHORITIES,
	"calculation_mode": terms.CALCULATION_MODES,
}
DEFAULTS = {
	"category": "",
	"route": terms.STANDARD,
	"area": terms.RURAL,
	"authority": terms.TOWNSHIP,
	"calculation_mode": terms.DIFFERENCE,
	"single_application": "",
	"division": "",
}
ROW_CHOICES = {
	"members": {
		"residence": terms.RESIDENCES,
		"schooling": terms.SCHOOLING,
		"labour_capacity": terms.LABOUR_CAPACITIES,
		"health": terms.HEALTH_STATES,
		"disability_type": terms.DISABILITY_TYPES,
		"disability_grade": terms.DISABILITY_GRADES,
	},
	"supporters": {"disability_type": terms.DISABILITY_TYPES, "disability_grade": terms.DISABILITY_GRADES},
	"income": {"kind": terms.INCOME_KINDS, "item": terms.INCOME_ITEMS},
	"property": {"kind": terms.PROPERTY_KINDS},
	"expenses": {"kind": terms.EXPENSE_KINDS},
}
AMOUNTS = {
	"income": ("annual", "deduction"),
	"property": ("value",),
	"expenses": ("annual", "reimbursed"),
	"supporters": ("income_monthly_per_capita", "pays_monthly"),
}


class CaseError(ValueError):
	"""The case cannot be read; the message names the field."""


def check_case(case: dict) -> dict:
	"""A copy of ``case`` with dates as dates and every default filled in; raises CaseError."""
	if not isinstance(case, dict):
		raise CaseError("案例应是一个JSON对象。")
	checked = {**DEFAULTS, **{key: value for key, value in case.items() if value is not None}}
	if not checked.get("scheme"):
		raise CaseError("字段 scheme 未填，应为：" + "、".join(terms.SCHEMES) + "。")
	for key, allowed in CHOICES.items():
		_choice(key, checked[key], allowed)
	checked["applied_on"] = _date("applied_on", checked.get("applied_on"))
	checked["accepted_on"] = _date("accepted_on", checked.get("accepted_on"))
	if not (checked["applied_on"] or checked["accepted_on"]):
		raise CaseError("字段 applied_on（申请日期）未填。")
	events = _mapping("events", checked.get("events"))
	checked["events"] = {key: _date(f"events.{key}", value) for key, value in events.items()}
	for key in LISTS:
		checked[key] = [_row(key, number, row) for number, row in enumerate(_list(key, checked.get(key)), 1)]
	on = checked["accepted_on"] or checked["applied_on"]
	for number, member in enumerate(checked["members"], 1):
		_member(member, number, on)
	checked["selfcare"] = _mapping("selfcare", checked.get("selfcare"))
	checked["need"] = _mapping("need", checked.get("need"))
	if checked["need"].get("requested") not in (None, ""):
		_amount("need.requested", checked["need"]["requested"])
	return checked


def _member(member: dict, number: int, on: date) -> None:
	where = f"members[{number}]"
	member["birth_date"] = _date(f"{where}.birth_date", member.get("birth_date"))
	number_text = str(member.get("id_number") or "")
	if number_text and "*" not in number_text:
		try:
			card = check_id(number_text, on)
		except IdentityError as error:
			raise CaseError(f"字段 {where}.id_number：{error}") from None
		member["birth_date"] = member["birth_date"] or card.birth_date
	if member["birth_date"] and member["birth_date"] > on:
		raise CaseError(
			f"字段 {where}.birth_date：出生日期{member['birth_date']:%Y-%m-%d}晚于{on:%Y-%m-%d}。"
		)
	member.setdefault("id", member.get("name") or str(number))


def _row(key: str, number: int, row) -> dict:
	where = f"{key}[{number}]"
	if not isinstance(row, dict):
		raise CaseError(f"字段 {where} 应是一个对象。")
	row = {name: value for name, value in row.items() if value is not None}
	for name, allowed in ROW_CHOICES.get(key, {}).items():
		if row.get(name) not in (None, ""):
			row[name] = _choice(f"{where}.{name}", str(row[name]), allowed)
	for name in AMOUNTS.get(key, ()):
		if row.get(name) not in (None, ""):
			row[name] = _amount(f"{where}.{name}", row[name])
	return row


def _choice(where: str, value, allowed: tuple[str, ...]) -> str:
	if value not in allowed:
		raise CaseError(f"字段 {where} 的值“{value}”无效，应为：{'、'.join(allowed)}。")
	return value


def _amount(where: str, value) -> Decimal:
	try:
		amount = Decimal(str(value))
	except InvalidOperation:
		raise CaseError(f"字段 {where} 的值“{value}”不是金额。") from None
	if not amount.is_finite() or amount < 0:
		raise CaseError(f"字段 {where} 的金额不能为负数。")
	return amount


def _date(where: str, value) -> date | None:
	if value in (None, ""):
		return None
	if isinstance(value, date):
		return value
	try:
		return date.fromisoformat(str(value)[:10])
	except ValueError:
		raise CaseError(f"字段 {where} 的值“{value}”不是日期，应形如 2026-09-07。") from None


def _list(where: str, value) -> list:
	if value in (None, ""):
		return []
	if not isinstance(value, list):
		raise CaseError(f"字段 {where} 应是一个列表。")
	return value


def _mapping(where: str, value) -> dict:
	if value in (None, ""):
		return {}
	if not isinstance(value, dict):
		raise CaseError(f"字段 {where} 应是一个对象。")
	return dict(value)
