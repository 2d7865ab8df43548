"""The shape of a case, checked: what the Frappe app and the command line hand to the law library.

A case is a plain dict::

    category, scheme, route, area, division, authority, calculation_mode, single_application   text
    applied_on, accepted_on, facts_on                                                         ISO date
    events        {event: ISO date}
    members       [{id, name, id_number, birth_date, kinship, residence, schooling, independent, employment,
                    labour_capacity, health, disability_type, disability_grade, in_need, benefits, counted,
                    counted_reason, and what befell the person: deceased_on, adopted_away_on, moved_away_on,
                    imprisoned_from/_to, rehabilitation_from/_to, missing_from/_to, drafted_from/_to,
                    institution_from/_to}]      (…_to is the day on which it is over)
    supporters    [{id, name, relation, age, income_monthly_per_capita, pays_monthly, property_ok, benefits,
                    deceased_on, …}]
    income        [{member, kind, item, annual, deduction}]          yuan a year
    property      [{member, kind, description, value, area, exempt, exempt_reason}]
    expenses      [{kind, item, annual, reimbursed, receipted, paid_on}]
    selfcare      {indicator: true when done unaided}
    need          {cause, requested, granted_this_year, deliberated}      yuan; what a meeting has carried

What cannot be read is an error that names the field; nothing is guessed.
"""

from __future__ import annotations

from datetime import date

from socaid_app.policy import terms
from socaid_app.policy.clock import EVENTS
from socaid_app.policy.identity import IdentityError, check_id
from socaid_app.policy.reading import (
	CaseError,
	Reader,
	numbered,
	one_of,
	read_amount,
	read_benefits,
	read_count,
	read_date,
	read_grade,
	read_kinship,
	read_text,
	read_truth,
	read_years,
	shown,
	wrong,
)

# --- the fields ---------------------------------------------------------------------------------------
PERIODS = ("imprisoned", "rehabilitation", "missing", "drafted", "institution")
WHEREABOUTS: dict[str, Reader] = dict.fromkeys(
	(
		"deceased_on",
		"adopted_away_on",
		"moved_away_on",
		*(f"{p}_{end}" for p in PERIODS for end in ("from", "to")),
	),
	read_date,
)
DISABILITY: dict[str, Reader] = {
	"disability_type": one_of(terms.DISABILITY_TYPES),
	"disability_grade": read_grade,
}
CASE: dict[str, Reader] = {
	"category": read_text,
	"scheme": one_of(terms.SCHEMES),
	"route": one_of(terms.ROUTES),
	"area": one_of(terms.AREAS),
	"division": read_text,
	"authority": one_of(terms.AUTHORITIES),
	"calculation_mode": one_of(terms.CALCULATION_MODES),
	"single_application": one_of(terms.SINGLE_GROUNDS),
	"applied_on": read_date,
	"accepted_on": read_date,
	"facts_on": read_date,
	"extended": read_truth,
}
ROWS: dict[str, dict[str, Reader]] = {
	"members": {
		"id": read_text,
		"name": read_text,
		"id_number": read_text,
		"birth_date": read_date,
		"kinship": read_kinship,
		"residence": one_of(terms.RESIDENCES),
		"schooling": one_of(terms.SCHOOLING),
		"independent": read_truth,
		"employment": one_of(terms.EMPLOYMENT),
		"labour_capacity": one_of(terms.LABOUR_CAPACITIES),
		"health": one_of(terms.HEALTH_STATES),
		"in_need": read_truth,
		"benefits": read_benefits,
		"counted": read_truth,
		"counted_reason": read_text,
		**DISABILITY,
		**WHEREABOUTS,
	},
	"supporters": {
		"id": read_text,
		"name": read_text,
		"relation": read_text,
		"age": read_years,
		"income_monthly_per_capita": read_amount,
		"pays_monthly": read_amount,
		"property_ok": read_truth,
		"benefits": read_benefits,
		"incapable": read_truth,
		"incapable_reason": read_text,
		"deceased_on": read_date,
		**DISABILITY,
	},
	"income": {
		"member": read_text,
		"kind": one_of(terms.INCOME_KINDS),
		"item": one_of(terms.INCOME_ITEMS),
		"annual": read_amount,
		"deduction": read_amount,
	},
	"property": {
		"member": read_text,
		"kind": one_of(terms.PROPERTY_KINDS),
		"description": read_text,
		"value": read_amount,
		"area": read_amount,
		"exempt": read_truth,
		"exempt_reason": read_text,
	},
	"expenses": {
		"kind": one_of(terms.EXPENSE_KINDS),
		"item": read_text,
		"annual": read_amount,
		"reimbursed": read_amount,
		"receipted": read_truth,
		"paid_on": read_date,
	},
}
MAPPINGS: dict[str, dict[str, Reader]] = {
	"events": dict.fromkeys(EVENTS, read_date),
	"selfcare": dict.fromkeys(terms.SELFCARE_ITEMS, read_truth),
	"need": {
		"cause": read_text,
		"requested": read_amount,
		"granted_this_year": read_count,
		"deliberated": read_amount,
	},
}
# Where an unknown name would change the result unseen.
CLOSED = ("events", "selfcare")
# 吉民发〔2024〕5号 lets townships confirm these; what it does not name the county confirms.
DELEGATED = (terms.DIBAO, terms.TEKUN, terms.EDGE, terms.TEMPORARY)


# --- the whole ----------------------------------------------------------------------------------------
def check_case(case: dict) -> dict:
	"""A copy of ``case`` with dates as dates, amounts as decimals and every default filled in; raises CaseError."""
	if not isinstance(case, dict):
		raise CaseError("案例应是一个JSON对象。")
	checked = _fields("", CASE, case)
	if not checked.get("scheme"):
		raise CaseError("字段 scheme 未填，应为：" + "、".join(terms.SCHEMES) + "。")
	checked = _defaults(checked["scheme"]) | checked
	_check_days(checked)
	for key, readers in ROWS.items():
		checked[key] = [
			_fields(f"{key}[{number}].", readers, _object(f"{key}[{number}]", row))
			for number, row in numbered(key, case.get(key))
		]
	for key, readers in MAPPINGS.items():
		values = {} if case.get(key) in (None, "") else _object(key, case[key])
		if key in CLOSED and (unknown := [name for name in values if name not in readers]):
			raise CaseError(f"字段 {key}.{shown(unknown[0])} 无效，应为：{'、'.join(readers)}。")
		checked[key] = _fields(f"{key}.", readers, values)
	_check_members(checked)
	_check_owners(checked)
	return checked


def unused_fields(case: dict) -> list[str]:
	"""Names in a checked case that no rule reads: mistyped, most likely."""
	found = [shown(name) for name in case if name not in (*CASE, *ROWS, *MAPPINGS)]
	for key, readers in ROWS.items():
		for number, row in enumerate(case.get(key) or [], 1):
			found += [f"{key}[{number}].{shown(name)}" for name in row if name not in readers]
	return found + [f"need.{shown(name)}" for name in case.get("need") or {} if name not in MAPPINGS["need"]]


def _defaults(scheme: str) -> dict:
	return {
		"category": "",
		"route": terms.STANDARD,
		"area": terms.RURAL,
		"authority": terms.TOWNSHIP if scheme in DELEGATED else terms.COUNTY,
		"calculation_mode": terms.DIFFERENCE,
		"single_application": "",
		"division": "",
		"applied_on": None,
		"accepted_on": None,
		"facts_on": None,
	}


def _fields(where: str, readers: dict[str, Reader], values: dict) -> dict:
	"""The known fields that say something, each read by its reader."""
	return {
		name: readers[name](f"{where}{name}", value)
		for name, value in values.items()
		if name in readers and value is not None and value != ""
	}


def _object(where: str, value: object) -> dict:
	if not isinstance(value, dict):
		raise CaseError(f"字段 {where} 应是一个对象。")
	return value


def _check_days(case: dict) -> None:
	applied, accepted = case["applied_on"], case["accepted_on"]
	if not (applied or accepted):
		raise CaseError("字段 applied_on（申请日期）未填。")
	if applied and accepted and accepted < applied:
		raise CaseError(f"字段 accepted_on：受理日期{accepted}早于申请日期{applied}。")


def _check_members(case: dict) -> None:
	on = case["accepted_on"] or case["applied_on"]
	ids: dict[str, int] = {}
	numbers: dict[str, int] = {}
	for position, member in enumerate(case["members"], 1):
		where = f"members[{position}]"
		_check_person(where, member, numbers, position, on)
		member.setdefault("id", member.get("name") or str(position))
		if member["id"] in ids:
			raise CaseError(
				f"字段 {where}.id 的值“{shown(member['id'])}”与members[{ids[member['id']]}]相同，请改用不同的id。"
			)
		ids[member["id"]] = position


def _check_person(where: str, member: dict, numbers: dict[str, int], position: int, on: date) -> None:
	number = member.get("id_number") or ""
	if number and "*" not in number:
		try:
			card = check_id(number, on)
		except IdentityError as error:
			raise CaseError(f"字段 {where}.id_number：{error}") from None
		if card.number in numbers:
			raise CaseError(f"字段 {where}.id_number 与members[{numbers[card.number]}]是同一个身份证号。")
		numbers[card.number] = position
		if member.setdefault("birth_date", card.birth_date) != card.birth_date:
			raise CaseError(
				f"字段 {where}.birth_date：{member['birth_date']}与身份证号中的{card.birth_date}不一致。"
			)
	born = member.get("birth_date")
	if born and born > on:
		raise CaseError(f"字段 {where}.birth_date：出生日期{born}晚于{on}。")
	for name in WHEREABOUTS:
		if born and member.get(name) and member[name] < born:
			raise CaseError(f"字段 {where}.{name}：{member[name]}早于出生日期{born}。")
	for period in PERIODS:
		first, over = member.get(f"{period}_from"), member.get(f"{period}_to")
		if first and over and over < first:
			raise CaseError(f"字段 {where}.{period}_to：{over}早于开始日期{first}。")


def _check_owners(case: dict) -> None:
	"""Income belongs to a member; property may."""
	ids = {member["id"] for member in case["members"]}
	for key in ("income", "property"):
		for number, row in enumerate(case[key], 1):
			owner = row.get("member")
			if owner is None and key == "income":
				raise CaseError(f"字段 income[{number}].member 未填，应为一名家庭成员的id。")
			if owner is not None and owner not in ids:
				raise wrong(f"{key}[{number}].member", owner, "不是家庭成员的id")
