"""Fifty thousand petitions: what a township sees of them, and a question put to two thousand policy guides."""

from __future__ import annotations

from time import perf_counter

import frappe
from frappe.utils import add_days, now_datetime, today

from benchmarks import listpage
from benchmarks.measure import Table, medians, milliseconds
from socaid_app.petition_desk import guide_search, ledger, secrecy
from socaid_app.policy import petitions as law
from socaid_demo.county_villages import townships

SMALL, LARGE = 500, 50_000
LIST_BAR = 1.5
GUIDES = 2_000
PETITION, GUIDE = secrecy.PETITION, guide_search.DOCTYPE
ASKED = ("低保怎么申请", "残疾人能不能多领低保", "公示多少天", "临时救助多久能拿到钱", "户主去世了怎么办")


def measure(table: Table, clerk: str, control: str, repetitions: int) -> None:
	"""``clerk``: an officer of one township; ``control``: a DocType whose list has a fixed length."""
	frappe.set_user("Administrator")
	first: dict[str, float] = {}
	for size in (SMALL, LARGE):
		load_petitions(size)
		times = medians(
			{
				"page": lambda: listpage.open_page(clerk, PETITION),
				"control": lambda: listpage.open_page(clerk, control),
			},
			repetitions,
		)
		ratio = times["page"] / times["control"] / (first["page"] / first["control"]) if first else None
		first = first or times
		bar = LIST_BAR if size == LARGE else None
		table.add("petitions: list page of a township", f"{size:,}", milliseconds(times["page"]), ratio, bar)
		ledger_of(table, clerk, size, max(repetitions // 10, 3))
	plans(table, clerk)
	guides(table, repetitions)


def ledger_of(table: Table, clerk: str, size: int, repetitions: int) -> None:
	"""The whole ledger of the township, and that of the last thirty days."""
	frappe.set_user(clerk)
	month = {"from_date": add_days(today(), -30), "to_date": today()}
	rows, recent = len(ledger.rows({})), len(ledger.rows(month))
	times = medians({"all": lambda: ledger.rows({}), "month": lambda: ledger.rows(month)}, repetitions)
	frappe.set_user("Administrator")
	table.add("  ledger of the township", f"{size:,}: {rows:,} rows", milliseconds(times["all"]))
	table.add("  ledger of its last 30 days", f"{size:,}: {recent:,} rows", milliseconds(times["month"]))


def load_petitions(count: int) -> None:
	"""Until there are so many: all townships alike, one in fifty an accusation with a person accused."""
	places = sorted(townships())
	place = "elt(1 + seq % {}, {})".format(len(places), ", ".join(f"'{code}'" for code in places))
	there = frappe.db.count(PETITION, {"name": ["like", "BENCH-%"]})
	if there >= count:
		return
	# Raw SQL: INSERT ... SELECT over a sequence of numbers. Doubled signs: the statement takes parameters.
	frappe.db.sql(
		f"""insert into `tabPetition` (name, petition_number, creation, modified, owner, modified_by, docstatus, idx,
			subject, category, matter, channel, received_on, status, real_name, petitioner_name, phone, people_count,
			content, notice_due, current_due, due_status, closed_on, division, township, restricted)
		select concat('BENCH-', seq), concat('BENCH-', seq), moment, moment, 'Administrator', 'Administrator', 0, 0,
			concat('性能对比', seq), if(seq %% 50 = 0, '{law.ACCUSATION}', '{law.APPEAL}'), 'Payment', 'In Person',
			date(moment), if(open, '{law.RECORDED}', '{law.CONCLUDED}'), 1, concat('访', seq),
			concat('100', lpad(seq, 8, '0')), 1, '内容', date(moment) + interval 15 day,
			if(open, date(moment) + interval 15 day, null), if(open, 'On Time', 'Done'),
			if(open, null, date(moment)), concat(left(place, 9), '200'), place, seq %% 50 = 0
		from (select seq, {place.replace("%", "%%")} as place, seq %% 20 = 0 as open,
			%(now)s - interval (crc32(seq) %% 1051200) minute as moment
			from seq_{there + 1}_to_{count}) rows_to_add""",
		{"now": now_datetime()},
	)
	frappe.db.sql(
		"""insert into `tabPetition Accused` (name, creation, modified, owner, modified_by, docstatus, idx, parent,
			parenttype, parentfield, accused_name)
		select concat(name, '-A'), creation, modified, owner, modified_by, 0, 1, name, 'Petition', 'accused',
			concat('被反映人', name)
		from `tabPetition` p where name like 'BENCH-%' and restricted = 1
			and not exists (select 1 from `tabPetition Accused` a where a.name = concat(p.name, '-A'))"""
	)
	frappe.db.commit()
	frappe.db.sql("analyze table `tabPetition`, `tabPetition Accused`")
	frappe.db.commit()


def plans(table: Table, clerk: str) -> None:
	"""The criterion of secrecy reads no table from end to end, neither for a township nor for who may know."""
	handler = make_handler()
	for item, user in (("of a township", clerk), ("of an accusation handler", handler)):
		condition = secrecy.query_condition(user, PETITION)
		rows = frappe.db.sql(
			f"explain select name from `tabPetition` where {condition or '1 = 1'} order by modified desc limit 20",
			as_dict=True,
		)
		scans = [row for row in rows if row.type == "ALL"]
		keys = ", ".join(f"{row.table}: {row.key}" for row in rows if row.table)
		table.add(f"  plan: list {item}", keys, f"{len(scans)} tables read whole", len(scans), 0)


def make_handler() -> str:
	user = "bench.accusations@demo.invalid"
	if not frappe.db.exists("User", user):
		frappe.get_doc(
			{
				"doctype": "User",
				"email": user,
				"first_name": "bench",
				"send_welcome_email": 0,
				"roles": [{"role": secrecy.ACCUSATION_HANDLER}],
			}
		).insert(ignore_permissions=True)
	return user


# --- policy guides ----------------------------------------------------------------------------------------------
def guides(table: Table, repetitions: int) -> None:
	before = search_time(repetitions)
	table.add("search of the policy guides", f"{frappe.db.count(GUIDE):,} entries", milliseconds(before))
	began = perf_counter()
	load_guides(GUIDES)
	loaded = perf_counter() - began
	there = frappe.db.count(GUIDE)
	times = search_time(repetitions)
	table.add("search of the policy guides", f"{there:,} entries", milliseconds(times), times / before)
	table.add("  bare match in full text", f"{there:,} entries", milliseconds(bare_time(repetitions)))
	table.add("  guides loaded with their words", f"{there:,} entries", f"{loaded:.1f} s")


def search_time(repetitions: int) -> float:
	def ask() -> None:
		for text in ASKED:
			if not guide_search.search(text):
				raise AssertionError(f"nothing found for {text}")

	return medians({"search": ask}, repetitions)["search"] / len(ASKED)


def bare_time(repetitions: int) -> float:
	def ask() -> None:
		for text in ASKED:
			words = guide_search.segmentation.padded(guide_search.segmentation.words(text))
			# Raw SQL: this is what the search is measured against.
			frappe.db.sql(
				"""select name from `tabPolicy Guide` where match(search_text) against (%s)
				order by match(search_text) against (%s) desc limit 10""",
				(words, words),
			)

	return medians({"bare": ask}, repetitions)["bare"] / len(ASKED)


def load_guides(count: int) -> None:
	"""The seeded questions again and again, each for another village."""
	seeded = frappe.get_all(
		GUIDE,
		filters={"name": ["not like", "BENCH-%"], "status": "In Force"},
		fields=["question", "topic", "keywords", "answer", "public", "effective_from"],
		order_by="name",
	)
	there = frappe.db.count(GUIDE)
	rows = []
	for number in range(count - there):
		guide = seeded[number % len(seeded)]
		question = f"{guide.question}（第{number // len(seeded) + 1}问，{number}号村）"
		rows.append(
			{
				"name": f"BENCH-{number:05d}",
				"creation": now_datetime(),
				"modified": now_datetime(),
				"owner": "Administrator",
				"modified_by": "Administrator",
				"status": "In Force",
				"version": 1,
				**guide,
				"question": question,
				**guide_search.search_columns(question, guide.keywords, guide.answer),
			}
		)
	if rows:
		frappe.db.bulk_insert(GUIDE, list(rows[0]), (list(row.values()) for row in rows))
	frappe.db.commit()
	frappe.db.sql(f"analyze table `tab{GUIDE}`")
	frappe.db.commit()
