"""What is paid and changed for a whole county: a payment list and a batch of adjustments of a hundred thousand
entitlements, each against the plainest statements that write the same rows.

Everything an entitlement is asked for – gates, locks, relatives, what befell the family, hashes – is on the one side
alone; the other writes the same columns of the same tables in chunks of the same size and commits as often.
"""

from __future__ import annotations

from time import perf_counter

import frappe
from frappe.utils import get_first_day, getdate, now, today

from benchmarks.measure import Table
from socaid_app.casework import row_sets
from socaid_app.means_testing import what_if
from socaid_app.means_testing.batches import batch_decisions, batch_jobs, batch_preview, batch_records
from socaid_app.means_testing.payments import list_drafting
from socaid_app.means_testing.payments.payment_records import DRAFTING, LINE, LIST
from socaid_app.policy import clock, terms
from socaid_app.policy.parameters import load_parameters
from socaid_app.policy.standards import load_standards
from socaid_app.policy.workdays import WorkCalendar
from socaid_demo import benefit_history, county_villages, population

BAR = 3
# Seconds for what a raise of the standard would change, at a hundred thousand benefits.
SIMULATION_BAR = 15
ENTITLEMENT, BATCH = "Entitlement", batch_records.DOCTYPE
CATEGORY = "农村低保"
COUNTY = county_villages.JIASHAN[:6].ljust(12, "0")


def measure(table: Table) -> None:
	frappe.set_user("Administrator")
	# a raise computes every family anew, hence before all are given one family's calculation
	raise_of_standard(table)
	count = prepare()
	payment_list(table)
	batch(table, count)


def prepare() -> int:
	"""All that is paid monthly is one benefit with a calculation on file, as for the families of a small county.

	Returns how many there are. On a site that is thrown away.
	"""
	month = next_month()
	basis = sample_basis()
	# Raw SQL: one statement for the whole ledger.
	frappe.db.sql(
		"""update `tabEntitlement` set category = %s, scheme = %s, basis_snapshot = %s, end_month = null,
			start_month = least(start_month, %s), status = 'Active'
		where docstatus = 1 and payment = %s and (end_month is null or end_month >= %s)""",
		(CATEGORY, terms.DIBAO, basis, get_first_day(getdate(today())), terms.MONTHLY, month),
	)
	frappe.db.commit()
	return paid()


def paid() -> int:
	"""How many benefits of the category are paid next month."""
	return frappe.db.sql(
		"select count(*) from `tabEntitlement` where docstatus = 1 and category = %s"
		" and (end_month is null or end_month >= %s)",
		(CATEGORY, next_month()),
	)[0][0]


def sample_basis() -> str:
	rules = benefit_history.Rules(load_parameters(), load_standards(), WorkCalendar.shipped())
	county = population.Population(population.Plan(1, getdate(today()), snapshots=True), rules, [])
	for _index in county.families(200):
		for row in county.book.take().get(ENTITLEMENT, ()):
			if row.get("basis_snapshot") and row["category"] == CATEGORY:
				return row["basis_snapshot"]
	raise LookupError("no family with a calculation")


def next_month():
	return clock.next_month(getdate(today()))


def seconds(task) -> float:
	began = perf_counter()
	task()
	return perf_counter() - began


# --- the payment list ---------------------------------------------------------------------------------------------
def payment_list(table: Table) -> None:
	# what was listed is not due once more
	for doctype in (LINE, LIST):
		frappe.db.delete(doctype)
	doc = frappe.get_doc(
		{
			"doctype": LIST,
			"month": get_first_day(getdate(today())),
			"scheme_group": "Dibao",
			"division": COUNTY,
			"layout": frappe.get_all("Payment Layout", pluck="name", order_by="name", limit=1)[0],
		}
	).insert()
	doc.db_set({"status": DRAFTING, "drafted_by": "Administrator"})
	frappe.db.commit()
	app = seconds(lambda: list_drafting.run(doc.name))
	lines = frappe.db.count(LINE, {"payment_list": doc.name})
	bare = seconds(lambda: bare_lines(doc.name))
	size = f"{lines:,} lines"
	table.add("payment list, the same lines by bare SQL", size, f"{bare:.1f} s")
	table.add("payment list, drafted", size, f"{app:.1f} s", app / bare, BAR)
	for doctype in (LINE, LIST):
		frappe.db.delete(doctype)
	frappe.db.commit()


def bare_lines(payment_list: str) -> None:
	"""The lines that were drafted, read and written once more under another number."""
	known = frappe.db.get_table_columns(LINE)
	# what is unique is told apart
	columns = ["claim", *(column for column in known if column not in ("name", "payment_list", "claim"))]
	names = ", ".join(f"`{column}`" for column in columns)
	last = ""
	while True:
		# Raw SQL: it is what the app is measured against.
		rows = frappe.db.sql(
			f"""select name, {names} from `tab{LINE}` where payment_list = %s and name > %s
			order by name limit {list_drafting.CHUNK}""",
			(payment_list, last),
		)
		if not rows:
			break
		last = rows[-1][0]
		one = f"({', '.join(['%s'] * (len(columns) + 2))})"
		frappe.db.sql(
			f"insert into `tab{LINE}` (name, payment_list, {names}) values {', '.join([one] * len(rows))}",
			[cell for name, claim, *rest in rows for cell in (f"B{name}", "BENCH", f"B{claim}", *rest)],
		)
		frappe.db.commit()


# --- the batch ----------------------------------------------------------------------------------------------------
def batch(table: Table, count: int) -> None:
	doc = frappe.get_doc(
		{
			"doctype": BATCH,
			"title": "bench",
			"category": CATEGORY,
			"division": COUNTY,
			"effective_month": next_month(),
			"change": "Supplement",
			"amount": 50,
			"per": "Person",
			"reason": "提高补贴",
			"limit_percent": 0,
		}
	).insert()
	begin(doc, batch_records.PREVIEWING, batch_preview.how_many(doc), previewed_by="Administrator")
	previewed = seconds(lambda: batch_jobs.run(doc.name))
	doc.reload()
	size = f"{count:,} entitlements"
	bare_preview = seconds(lambda: bare_drafts(doc.name))
	begin(doc, batch_records.CARRYING_OUT, batch_decisions.how_many(doc), approved_by="Administrator")
	carried_out = seconds(lambda: batch_jobs.run(doc.name))
	doc.reload()
	if doc.in_effect < 0.9 * count:
		raise AssertionError(f"{doc.in_effect} of {count} in effect, {doc.left_out} left out")
	bare_ledger = seconds(lambda: bare_decisions(doc.name))
	table.add("batch of adjustments, bare SQL", size, f"{bare_preview:.1f} + {bare_ledger:.1f} s")
	table.add("  previewed: a draft for each family", size, f"{previewed:.1f} s", previewed / bare_preview)
	table.add(
		"  carried out: decisions, ledger, notices",
		size,
		f"{carried_out:.1f} s",
		carried_out / bare_ledger,
		BAR,
	)
	table.add(
		"batch of adjustments, together",
		size,
		f"{previewed + carried_out:.1f} s",
		(previewed + carried_out) / (bare_preview + bare_ledger),
		BAR,
	)
	begin(doc, batch_records.TAKING_BACK, doc.in_effect)
	table.add("batch of adjustments, taken back", size, f"{seconds(lambda: batch_jobs.run(doc.name)):.1f} s")


# --- a raise of the standard ----------------------------------------------------------------------------------------
def raise_of_standard(table: Table) -> None:
	"""From the approved standard: simulated, previewed, carried out with the list of those to be told, taken back."""
	count, (old, standard) = paid(), raised_standard()
	scenario = frappe.get_doc(
		{
			"doctype": what_if.SCENARIO,
			"subject": "bench",
			"month": next_month(),
			"division": COUNTY,
			"category": CATEGORY,
			"changes": [
				{"what": "Assistance Standard", "standard": standard.name, "amount": standard.amount}
			],
		}
	).insert()
	what_if.begin(scenario)
	scenario.db_set({"status": what_if.COMPUTING, "became_standard": standard.name})
	scenario.db_update()
	frappe.db.commit()
	size = f"{count:,} entitlements"
	simulated = seconds(lambda: what_if.run(scenario.name))
	scenario.reload()
	if scenario.raised < 0.9 * count:
		raise AssertionError(f"{scenario.raised} of {count} would get more")
	table.add(
		"raise of the standard, simulated",
		size,
		f"{simulated:.1f} s",
		simulated * 100_000 / count / SIMULATION_BAR,
		1,
	)
	doc = frappe.get_doc(
		{
			"doctype": BATCH,
			"title": "bench",
			"category": CATEGORY,
			"division": COUNTY,
			"effective_month": next_month(),
			"change": "New Standard",
			"standard": standard.name,
			"scenario": scenario.name,
			"reason": "低保标准提高",
			"limit_percent": 0,
		}
	).insert()
	begin(doc, batch_records.PREVIEWING, batch_preview.how_many(doc), previewed_by="Administrator")
	previewed = seconds(lambda: batch_jobs.run(doc.name))
	bare_preview = seconds(lambda: bare_drafts(doc.name))
	begin(doc, batch_records.CARRYING_OUT, batch_decisions.how_many(doc), approved_by="Administrator")
	carried_out = seconds(lambda: batch_jobs.run(doc.name))
	doc.reload()
	if doc.in_effect < 0.9 * count:
		raise AssertionError(f"{doc.in_effect} of {count} in effect, {doc.left_out} left out")
	bare_ledger = seconds(lambda: bare_decisions(doc.name))
	table.add("raise, bare SQL", size, f"{bare_preview:.1f} + {bare_ledger:.1f} s")
	table.add("  previewed: every family assessed", size, f"{previewed:.1f} s", previewed / bare_preview)
	table.add(
		"  carried out: decisions, ledger, notices, calls",
		size,
		f"{carried_out:.1f} s",
		carried_out / bare_ledger,
		BAR,
	)
	begin(doc, batch_records.TAKING_BACK, doc.in_effect)
	table.add("raise, taken back", size, f"{seconds(lambda: batch_jobs.run(doc.name)):.1f} s")
	# what is measured next is measured at the standard that was there
	standard.db_set("docstatus", 2)
	old.db_set("effective_to", None)
	frappe.db.commit()


def raised_standard() -> tuple:
	"""The standard that stands, and fifty yuan more for rural 低保 from next month on."""
	old = frappe.get_last_doc(
		"Assistance Standard",
		{"kind": "Dibao", "area": "Rural", "docstatus": 1, "effective_to": ["is", "not set"]},
	)
	standard = frappe.copy_doc(old)
	standard.update({"amount": old.amount + 50, "effective_from": next_month(), "document": "bench"})
	standard.insert()
	standard.submit()
	frappe.db.commit()
	return old, standard


def begin(doc, status: str, count: int, **values) -> None:
	doc.db_set({"status": status, "reached": None, "looked_at": 0, "to_look_at": count, **values})
	frappe.db.commit()


def copied(doctype: str, chunk: list[str], key: str, prefix: str = "B", **changed: str) -> None:
	"""The rows whose ``key`` is in the chunk once more, each value handed over by the client as a job hands it over."""
	columns = frappe.db.get_table_columns(doctype)
	names = ", ".join(f"`{column}`" for column in columns)
	# Raw SQL: as above.
	rows = frappe.db.sql(f"select {names} from `tab{doctype}` where `{key}` in %s", (chunk,))
	if not rows:
		return
	at = {column: columns.index(column) for column in ("name", *changed)}
	values = []
	for row in rows:
		row = list(row)
		row[at["name"]] = f"{prefix}{row[at['name']]}"
		for column, value in changed.items():
			row[at[column]] = value if value != "B" else f"B{row[at[column]]}"
		values += row
	one = f"({', '.join(['%s'] * len(columns))})"
	for first in range(0, len(rows), row_sets.AT_ONCE):
		part = rows[first : first + row_sets.AT_ONCE]
		frappe.db.sql(
			f"insert into `tab{doctype}` ({names}) values {', '.join([one] * len(part))}",
			values[first * len(columns) : (first + len(part)) * len(columns)],
		)


def chunks(batch: str):
	last = ""
	while names := frappe.get_all(
		"Benefit Adjustment",
		filters={"batch": batch, "name": [">", last]},
		pluck="name",
		order_by="name",
		limit=batch_records.CHUNK,
	):
		yield names
		last = names[-1]


def bare_drafts(batch: str) -> None:
	for names in chunks(batch):
		copied("Benefit Adjustment", names, "name", batch="BENCH", entitlement="B")
		copied("Adjustment Share", names, "parent", parent="B")
		frappe.db.commit()


def bare_decisions(batch: str) -> None:
	"""The rows that carrying out has written, and updates of those it has changed."""
	for names in chunks(batch):
		rows = frappe.get_all(
			"Benefit Adjustment",
			filters={"name": ["in", names]},
			fields=["entitlement", "result_entitlement", "notice", "household"],
			order_by="name",
		)
		result = [row.result_entitlement for row in rows if row.result_entitlement]
		copied(ENTITLEMENT, result, "name", household="BENCH", previous_entitlement="B", docstatus="2")
		copied("Entitlement Share", result, "parent", parent="B", recipient="BENCH")
		copied("Document Delivery", [row.notice for row in rows if row.notice], "name", reference_name="B")
		copied("Raise Contact", names, "adjustment", batch="BENCH", adjustment="B")
		moment = now()
		# Raw SQL: as above.
		frappe.db.sql(
			"update `tabEntitlement` set modified = %s, planned_end_month = null, end_reason = concat(end_reason, ' ')"
			" where name in %s",
			(moment, [row.entitlement for row in rows]),
		)
		frappe.db.sql(
			"""update `tabBenefit Adjustment` set modified = %s, opinion = 'x', proposed_by = 'x', decided_by = 'x'
			where name in %s""",
			(moment, [f"B{name}" for name in names]),
		)
		frappe.db.commit()
