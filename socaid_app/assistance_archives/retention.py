"""How long each file is kept: the rules, the day a household left, the holds; refreshed every night.

A file is never shortened by what is ruled later (policy/retention_periods.py). An extension decided by an appraisal stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import frappe
from frappe import _lt
from frappe.model.document import Document
from frappe.query_builder import Case
from frappe.query_builder.functions import IfNull
from frappe.utils import cint, create_batch, get_first_day, getdate, today

from socaid_app.casework import events
from socaid_app.casework.steps import Ask, Steps
from socaid_app.policy import retention_periods, terms
from socaid_app.socaid_app import rules

FILE, RULE, HOLD = "Archive File", "Archive Retention Rule", "Archive Hold"
BEING_FILED, BOUND, STORED, LENT = "Being Filed", "Bound", "Stored", "Lent"
TO_APPRAISE, DESTROYED = "To Appraise", "Destroyed"
RESTING = (BEING_FILED, BOUND, STORED)
# Rows of literals joined in one statement; households asked about at once.
VALUES, HOUSEHOLDS = 200, 5_000


class HoldInvalid(frappe.ValidationError):
	pass


# --- rules ------------------------------------------------------------------------------------------------
def rule_for(archive_class: str, category: str | None, on: date | str | None = None) -> frappe._dict:
	"""How long a class and category of files is kept by the rule in force on a day (default: today).

	Returns name (None where the county has no rule and the law's minimum holds), permanent, years (0 when
	permanent) and code (``Y``, ``D3`` …). Where the law has become stricter than a rule, the law holds.
	"""
	figures = rules.parameters()
	on = max(getdate(on or today()), retention_periods.known_from(archive_class, figures))
	minimum = retention_periods.minimum_years(archive_class, figures, on)
	rule = retention_periods.rule_for(all_rules(), archive_class, category or "", on)
	permanent = bool(rule and rule.permanent)
	years = 0 if permanent else max(rule.years if rule else 0, minimum)
	return frappe._dict(
		name=rule.name if rule else None,
		permanent=int(permanent),
		years=years,
		code=retention_periods.code(permanent, years),
	)


def all_rules() -> list[retention_periods.Rule]:
	rows = frappe.get_all(
		RULE,
		fields=[
			"name",
			"archive_class",
			"category",
			"permanent",
			"years",
			"effective_from",
			"effective_to",
		],
		order_by="effective_from, name",
	)
	return [
		retention_periods.Rule(
			row.name,
			row.archive_class,
			row.category or "",
			bool(row.permanent),
			cint(row.years),
			getdate(row.effective_from),
			getdate(row.effective_to) if row.effective_to else None,
		)
		for row in rows
	]


# --- every night ------------------------------------------------------------------------------------------
def refresh(on: date | str | None = None) -> None:
	"""Nightly job: who left, until when each file is kept, what is to be appraised, what is held.

	A few statements whatever the number of files; each changes only what differs, so it may run again.
	"""
	on = getdate(on or today())
	refresh_leaving(on)
	refresh_periods(on)
	refresh_status(on)
	refresh_holds()


def refresh_leaving(on: date) -> None:
	"""Left Assistance On: the end of the last month of the benefit, or the decision where none was granted.

	Empty while a benefit of that category runs or is applied for again. A family that never came onto the register
	has its file under the applicant.
	"""
	left = "if(e.running or c.running or p.running, null, coalesce(e.ended, c.ended, p.ended))"
	cases = (
		"max(workflow_state in %(running)s) as running,"
		" max(coalesce(decided_on, accepted_on, applied_on)) as ended"
		" from `tabAssistance Application` where workflow_state != 'Draft'"
	)
	# raw SQL: an update joined with aggregates, which the query builder cannot write
	frappe.db.sql(
		f"""
		update `tabArchive File` f
		left join (
			select household, category,
				max(end_month is null or end_month >= %(month)s) as running,
				last_day(max(end_month)) as ended
			from `tabEntitlement` where docstatus = 1 and household is not null
			group by household, category
		) e on e.household = f.household and e.category = f.category
		left join (
			select household, category, {cases} and household is not null group by household, category
		) c on c.household = f.household and c.category = f.category
		left join (
			select applicant, category, {cases} group by applicant, category
		) p on f.household is null and p.applicant = f.applicant and p.category = f.category
		set f.left_benefit_on = {left}
		where f.archive_class = %(approval)s and f.status != %(destroyed)s
			and not (f.left_benefit_on <=> {left})
		""",
		{
			"month": get_first_day(on),
			"running": (*terms.RUNNING_STATES, terms.SUPPLEMENT),
			"approval": retention_periods.APPROVAL,
			"destroyed": DESTROYED,
		},
	)


# The last day before the period begins, as retention_periods.period_begins has it.
BEGINS = (
	"if(f.archive_class = %(approval)s, f.left_benefit_on,"
	" if(f.file_year > 0, makedate(f.file_year + 1, 1) - interval 1 day, null))"
)


def refresh_periods(on: date) -> None:
	"""Retention rule and Retain Until of all files, by the rule in force when the period began."""
	fixed = {"approval": retention_periods.APPROVAL, "destroyed": DESTROYED}
	# raw SQL: the grouping column is computed
	combinations = frappe.db.sql(
		f"""
		select distinct f.archive_class, ifnull(f.category, '') as category, {BEGINS} as begins
		from `tabArchive File` f where f.status != %(destroyed)s
		""",
		fixed,
	)
	rows = [(*combination, *_period(*combination, on)) for combination in combinations]
	for some in create_batch(rows, VALUES):
		values, parameters = _values(some)
		# raw SQL: an update joined with literal rows
		frappe.db.sql(
			f"""
			update `tabArchive File` f
			join ({values}) v on v.archive_class = f.archive_class
				and v.category = ifnull(f.category, '') and v.begins <=> {BEGINS}
			left join (
				select archive_file, max(extended_until) as until
				from `tabArchive Appraisal Item` where done_on is not null group by archive_file
			) x on x.archive_file = f.name
			set f.retention_rule = v.rule, f.permanent = v.permanent,
				f.retain_until = if(x.until > v.until, x.until, v.until)
			where f.status != %(destroyed)s and not (
				f.retention_rule <=> v.rule and f.permanent = v.permanent
				and f.retain_until <=> if(x.until > v.until, x.until, v.until))
			""",
			fixed | parameters,
		)


def _period(archive_class: str, category: str, begins: date | None, on: date) -> tuple:
	"""(rule, permanent, last day) of the files of one class and category whose period began on one day."""
	rule = rule_for(archive_class, category, begins or on)
	until = retention_periods.retain_until(
		retention_periods.Rule(
			rule.name or "", archive_class, category, bool(rule.permanent), rule.years, begins or on
		),
		begins,
	)
	return rule.name, rule.permanent, until


def _values(rows: Iterable[tuple]) -> tuple[str, dict]:
	"""Rows as a derived table with typed columns, and its parameters."""
	parameters: dict = {}
	lines = []
	for number, row in enumerate(rows):
		keys = [f"v{number}_{column}" for column in range(len(row))]
		parameters.update(zip(keys, row, strict=True))
		lines.append(
			"select %({})s as archive_class, %({})s as category, cast(%({})s as date) as begins,"
			" %({})s as rule, %({})s as permanent, cast(%({})s as date) as until".format(*keys)
		)
	return " union all ".join(lines), parameters


def refresh_status(on: date) -> None:
	"""What has expired is to be appraised; what was extended, or whose household came back, rests again."""
	file = frappe.qb.DocType(FILE)
	(
		frappe.qb.update(file)
		.set(file.status, TO_APPRAISE)
		.where(file.status.isin(RESTING) & (file.permanent == 0) & (file.retain_until < on))
		.run()
	)
	(
		frappe.qb.update(file)
		.set(
			file.status,
			Case()
			.when(file.bound_on.isnull(), BEING_FILED)
			.when(IfNull(file.location, "") != "", STORED)
			.else_(BOUND),
		)
		.where(file.status == TO_APPRAISE)
		.where((file.permanent == 1) | file.retain_until.isnull() | (file.retain_until >= on))
		.run()
	)


def resting_status(file: frappe._dict | Document, on: date | None = None) -> str:
	"""The status of a file that is neither lent nor destroyed (status fields: permanent, retain_until, bound_on,
	location)."""
	until = getdate(file.retain_until) if file.retain_until else None
	if not file.permanent and retention_periods.has_expired(until, on or getdate(today())):
		return TO_APPRAISE
	if not file.bound_on:
		return BEING_FILED
	return STORED if file.location else BOUND


# --- holds ------------------------------------------------------------------------------------------------
def held(files: Iterable[str]) -> set[str]:
	"""Which of these files must not be destroyed now: a hold stands, or their household has an open matter.

	Asks afresh. What the matter is, nobody is told: that there is an accusation is itself secret
	(信访工作条例 Art. 30).
	"""
	found: set[str] = set()
	for some in create_batch(list(files), HOUSEHOLDS):
		found.update(
			frappe.get_all(
				HOLD,
				filters={"archive_file": ["in", some], "released_on": ["is", "not set"]},
				pluck="archive_file",
				order_by="archive_file",
			)
		)
		rows = frappe.get_all(
			FILE, filters={"name": ["in", some]}, fields=["name", "household"], order_by="name"
		)
		open_matters = households_with_open_matters({row.household for row in rows if row.household})
		found.update(row.name for row in rows if row.household in open_matters)
	return found


def households_with_open_matters(households: Iterable[str]) -> set[str]:
	"""Ask the modules of the hook ``socaid_archive_holds``: each takes a list of households and returns those
	with an open petition, recovery, litigation …"""
	wanted = sorted(households)
	if not wanted:
		return set()
	return set().union(*events.ask("socaid_archive_holds", wanted))


def refresh_holds(files: Iterable[str] | None = None) -> None:
	"""The On Hold mark of these files, or of all that are held, marked or expired.

	Of files still to be kept the households are not asked about: a mark there would tell townships, who read
	these files, of a petition that is none of their business.
	"""
	for some in create_batch(list(files) if files is not None else _to_look_at(), HOUSEHOLDS):
		on_hold = held(some)
		for mark, names in ((1, on_hold), (0, set(some) - on_hold)):
			if names:
				frappe.db.set_value(
					FILE,
					{"name": ["in", sorted(names)], "on_hold": 1 - mark},
					"on_hold",
					mark,
					update_modified=False,
				)


def _to_look_at() -> list[str]:
	holds = frappe.get_all(
		HOLD, filters={"released_on": ["is", "not set"]}, pluck="archive_file", order_by="archive_file"
	)
	marked = frappe.get_all(FILE, filters={"on_hold": 1}, pluck="name", order_by="name")
	expired = frappe.get_all(FILE, filters={"status": TO_APPRAISE}, pluck="name", order_by="name")
	return sorted({*holds, *marked, *expired})


@Steps(HOLD, refusal=HoldInvalid, foreign=HoldInvalid)(
	_lt("Release Hold"),
	when=lambda hold: not hold.released_on,
	not_by=("placed_by",),
	another=_lt("A hold is released by another person than who placed it."),
	asks=(Ask("reason", label=_lt("Why Released")),),
	stamps=("released_by", "released_on"),
	primary=True,
)
def release(hold: Document, reason: str) -> None:
	"""End a hold with its reason, by another person than who placed it. Raises HoldInvalid."""
	hold.release_reason = reason
