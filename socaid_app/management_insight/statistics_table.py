"""The monthly statistics of social assistance (社会救助统计月报): what is counted, of whom, and what must add up.

The indicators are those that provinces publish in their 民政统计月报表 (households, persons, new and left of the month,
expenditure since January) and, as counties publish them, the persons by sex, age and disability. The form, number and
codes of the report system in force were not found: 待核实, and said above the table.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _, _lt
from frappe.utils import cint, flt

from socaid_app.management_insight import behind
from socaid_app.permissions.scope import scope_condition
from socaid_app.policy import terms

# Column of the table → its name. The area is that of the benefit.
GROUPS = {
	"dibao_urban": _lt("Urban Dibao"),
	"dibao_rural": _lt("Rural Dibao"),
	"tekun_urban": _lt("Urban Tekun"),
	"tekun_rural": _lt("Rural Tekun"),
	"edge": _lt("Edge Families"),
	"rigid": _lt("Rigid Expenditure"),
	"temporary": _lt("Temporary Help"),
	"other": _lt("Other Help"),
}
GROUP = f"""case e.scheme
	when '{terms.DIBAO}' then if(e.area = '{terms.URBAN}', 'dibao_urban', 'dibao_rural')
	when '{terms.TEKUN}' then if(e.area = '{terms.URBAN}', 'tekun_urban', 'tekun_rural')
	when '{terms.EDGE}' then 'edge' when '{terms.RIGID}' then 'rigid'
	when '{terms.TEMPORARY}' then 'temporary' else 'other' end"""
FAMILY = "ifnull(e.household, e.name)"

# Of persons r (Recipient) and their shares s: what each line of the table counts. Ages on the month's last day.
AGE = "timestampdiff(year, r.birth_date, %(last_day)s)"
PERSONS = {
	"persons": "1 = 1",
	"female": "r.sex = 'Female'",
	"male": "r.sex = 'Male'",
	"elderly": f"{AGE} >= 60",
	"adults": f"{AGE} between 18 and 59",
	"minors": f"{AGE} < 18",
	"disabled": "ifnull(r.disability_type, '') != ''",
	"severely_disabled": "r.disability_grade in ('1', '2') and ifnull(r.disability_type, '') != ''",
	"full_care": f"s.care_grade = '{terms.FULL_CARE}'",
	"half_care": f"s.care_grade = '{terms.HALF_CARE}'",
	"self_reliant": f"s.care_grade = '{terms.SELF_RELIANT}'",
}
# Whose sex or age is not known, so that the parts do not add up.
UNKNOWN = {
	"no_sex": "ifnull(r.sex, '') = ''",
	"no_age": f"r.birth_date is null or {AGE} < 0",
}
# Of families: in this month, in the one before.
FAMILIES = {"households": "mask & 1", "new": "mask = 1", "left": "mask = 2"}


class Table:
	"""The figures of one month and place; each is read in one statement of sums."""

	def __init__(self, month: date, township: str | None = None, whole: bool = False) -> None:
		"""``whole``: of the whole county whoever asks, for figures that leave it without the lists behind them."""
		self.whole = whole
		self.month, self.before = month, behind.before(month, 1)
		self.township = township
		self.values = {
			"month": self.month,
			"before": self.before,
			"january": month.replace(month=1),
			"last_day": behind.month_days(month)[1],
			"township": township,
		}

	# --- SQL -------------------------------------------------------------------------------------------------
	def where(self, *tests: str) -> str:
		"""On e (Entitlement): submitted, in the place, and the reader's to see."""
		found = ["e.docstatus = 1", *tests]
		if self.township:
			found.append("e.township = %(township)s")
		# Frappe filters lists, not queries: the same criterion is put in by hand.
		if not self.whole and (condition := scope_condition("Entitlement")):
			found.append(condition.replace("`tabEntitlement`", "e"))
		return " and ".join(found)

	def in_month(self, name: str = "month") -> str:
		return f"(e.start_month <= %({name})s and (e.end_month is null or e.end_month >= %({name})s))"

	def families(self, *shown: str) -> str:
		"""A row for each family of a group: whether it was there this month (1) and the month before (2).

		``shown``: columns of the benefit; without them the index of what is in force holds all there is to read.
		"""
		now, then = self.in_month(), self.in_month("before")
		columns = "".join(f"min(e.{field}) as {field}, " for field in shown)
		return f"""select {GROUP} as grp, {FAMILY} as family, {columns}
				bit_or(if({now}, 1, 0) | if({then}, 2, 0)) as mask,
				cast(sum(if({now}, e.member_count, 0)) as int) as persons,
				cast(sum(if({then}, e.member_count, 0)) as int) as persons_before,
				sum(if({now} and e.payment != '{terms.RECOGNITION}', e.amount, 0)) as cost
			from `tabEntitlement` e
			where {self.where("e.start_month <= %(month)s", "(e.end_month is null or e.end_month >= %(before)s)")}
			group by grp, family"""

	def persons(self) -> str:
		"""From and where: the shares of benefits of the month, and whose they are."""
		return f"""`tabEntitlement` e join `tabEntitlement Share` s on s.parent = e.name
			join `tabRecipient` r on r.name = s.recipient where {self.where(self.in_month())}"""

	# --- figures ---------------------------------------------------------------------------------------------
	def figures(self) -> dict[str, frappe._dict]:
		"""group → figure → value, for the groups that have any."""
		found: dict[str, frappe._dict] = {}
		for rows in (self._households(), self._persons(), self._year()):
			for row in rows:
				found.setdefault(row.pop("grp"), frappe._dict()).update(row)
		return found

	def _households(self) -> list[frappe._dict]:
		sums = ", ".join(f"cast(sum({test}) as int) as `{key}`" for key, test in FAMILIES.items())
		# Raw SQL: sums over what each family had.
		return frappe.db.sql(
			f"""select grp, {sums}, cast(sum(if(mask & 2, 1, 0)) as int) as households_before,
				cast(sum(persons) as int) as persons, cast(sum(persons_before) as int) as persons_before,
				cast(sum(greatest(persons - persons_before, 0)) as int) as persons_more,
				cast(sum(greatest(persons_before - persons, 0)) as int) as persons_fewer,
				sum(cost) as cost
			from ({self.families()}) families group by grp""",
			self.values,
			as_dict=True,
		)

	def _persons(self) -> list[frappe._dict]:
		tests = PERSONS | UNKNOWN
		# the persons of the benefits stand beside those of their shares
		tests["counted"] = tests.pop("persons")
		sums = ", ".join(f"cast(ifnull(sum({test}), 0) as int) as {key}" for key, test in tests.items())
		# Raw SQL: sums over cases.
		return frappe.db.sql(
			f"select {GROUP} as grp, {sums} from {self.persons()} group by grp", self.values, as_dict=True
		)

	def _year(self) -> list[frappe._dict]:
		"""Paid from January to this month: the amount of each benefit for each of its months."""
		first, last = (
			"greatest(e.start_month, %(january)s)",
			"least(ifnull(e.end_month, %(month)s), %(month)s)",
		)
		tests = (
			f"e.payment != '{terms.RECOGNITION}'",
			"e.start_month <= %(month)s",
			"(e.end_month is null or e.end_month >= %(january)s)",
		)
		# Raw SQL: sums over spans of months.
		return frappe.db.sql(
			f"""select {GROUP} as grp, sum(e.amount * greatest(timestampdiff(month, {first}, {last}) + 1, 0)) as year_cost,
				cast(sum(if(e.payment = '{terms.ONE_OFF}', 1, 0)) as int) as year_times,
				cast(sum(if(e.payment = '{terms.ONE_OFF}', e.member_count, 0)) as int) as year_persons
			from `tabEntitlement` e where {self.where(*tests)} group by grp""",
			self.values,
			as_dict=True,
		)

	# --- the lists behind ------------------------------------------------------------------------------------
	def list_families(self, group: str, test: str) -> list[frappe._dict]:
		return frappe.db.sql(
			f"""select household, recipient_name, township, division, persons, persons_before, cost
			from ({self.families("household", "recipient_name", "township", "division")}) families where ({test}) and {_of(group, "grp")}
			order by township, division, household""",
			self.values | {"group": group},
			as_dict=True,
		)

	def list_persons(self, group: str, test: str) -> list[frappe._dict]:
		return frappe.db.sql(
			f"""select e.name as entitlement, r.name as recipient, r.full_name, e.township, e.division, e.category, s.share
			from {self.persons()} and ({test}) and {_of(group, GROUP)} order by e.township, e.division, e.name, s.idx""",
			self.values | {"group": group},
			as_dict=True,
		)

	def list_benefits(self, group: str, *tests: str) -> list[frappe._dict]:
		return frappe.db.sql(
			f"""select e.name as entitlement, e.household, e.recipient_name, e.category, e.township, e.division,
				e.member_count as persons, e.start_month, e.end_month, e.amount as cost,
				(select count(*) from `tabEntitlement Share` s where s.parent = e.name) as shares
			from `tabEntitlement` e where {self.where(*tests)} and {_of(group, GROUP)}
			order by e.township, e.division, e.name""",
			self.values | {"group": group},
			as_dict=True,
		)


def _of(group: str, column: str) -> str:
	return f"{column} = %(group)s" if group in GROUPS else "1 = 1"


# --- what must add up -----------------------------------------------------------------------------------------
# In the ledger the wrong way round: in no month's roll, though it begins or ends in one.
REVERSED = ("e.end_month < e.start_month",)
SHARES_DIFFER = (
	"ifnull(e.member_count, 0) != (select count(*) from `tabEntitlement Share` s where s.parent = e.name)",
)
NOBODY = ("ifnull(e.member_count, 0) = 0",)


def checks(table: Table, found: dict[str, frappe._dict]) -> list[frappe._dict]:
	"""Rows of {check, group, left, right, difference, list}: every check of every group."""
	rows = []
	for group in GROUPS:
		row = found.get(group)
		if row is None:
			continue
		for key, text, left, right in (
			(
				"families_run",
				_("Households of this month = those of the month before + new − left"),
				cint(row.households),
				cint(row.households_before) + cint(row.new) - cint(row.left),
			),
			(
				"persons_run",
				_("Persons of this month = those of the month before + more − fewer"),
				cint(row.persons),
				cint(row.persons_before) + cint(row.persons_more) - cint(row.persons_fewer),
			),
			(
				"shares",
				_("Persons of the benefits = persons of their shares"),
				cint(row.persons),
				cint(row.counted),
			),
			(
				"no_sex",
				_("Men + women = all persons"),
				cint(row.female) + cint(row.male),
				cint(row.counted),
			),
			(
				"no_age",
				_("Elderly + adults + minors = all persons"),
				cint(row.elderly) + cint(row.adults) + cint(row.minors),
				cint(row.counted),
			),
		):
			rows.append(_check(key, text, group, left, right))
		least = min(cint(row.persons), cint(row.households))
		rows.append(
			_check("nobody", _("At least one person in each household"), group, least, cint(row.households))
		)
	rows.append(_townships(table, found))
	rows.append(_check("reversed", _("No benefit ends before it begins"), "", _reversed(table), 0))
	return rows


def _reversed(table: Table) -> int:
	# Raw SQL: two columns of a row held against each other.
	return frappe.db.sql(
		f"select count(*) from `tabEntitlement` e where {table.where(*REVERSED)}", table.values
	)[0][0]


def _check(key: str, text: str, group: str, left, right) -> frappe._dict:
	return frappe._dict(
		key=key,
		check=text,
		group=group,
		group_name=str(GROUPS[group]) if group else _("All Together"),
		left=left,
		right=right,
		difference=flt(left - right, 2),
	)


def _townships(table: Table, found: dict[str, frappe._dict]) -> frappe._dict:
	"""A family with benefits in two townships counts in both, and once in the county."""
	# Raw SQL: the families of the month once more, by township.
	by_township = frappe.db.sql(
		f"""select ifnull(sum(families), 0) from (select count(distinct {GROUP}, {FAMILY}) as families
			from `tabEntitlement` e where {table.where(table.in_month())} group by e.township) townships""",
		table.values,
	)[0][0]
	county = sum(cint(row.households) for row in found.values())
	return _check("townships", _("Sum of the townships = the county"), "", cint(by_township), county)


def behind_check(table: Table, key: str, group: str) -> list[frappe._dict]:
	"""The records that a difference comes from."""
	if key in UNKNOWN:
		return table.list_persons(group, UNKNOWN[key])
	if key == "townships":
		return _in_two_townships(table)
	now = table.in_month()
	tests = {"shares": (now, *SHARES_DIFFER), "nobody": (now, *NOBODY), "reversed": REVERSED}
	return table.list_benefits(group, *tests.get(key, REVERSED))


def _in_two_townships(table: Table) -> list[frappe._dict]:
	several = f"""{FAMILY} in (select family from (select {FAMILY} as family from `tabEntitlement` e
		where {table.where(table.in_month())} group by family having count(distinct e.township) > 1) several)"""
	return table.list_benefits("", table.in_month(), several)
