"""Rows of database tables, named and numbered as the app's own controllers would have done."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal

from socaid_app.policy import identity, names, terms
from socaid_app.policy.means import RULE_VERSION
from socaid_app.policy.visit_safety import FACTORS, LOW
from socaid_demo import benefit_history, family_facts, invented_numbers
from socaid_demo.benefit_history import Change, History, Rules, Segment
from socaid_demo.case_tales import Case
from socaid_demo.county_staff import Desk
from socaid_demo.families import Family, Person

BANK = "演示农村信用社"
RECIPIENT, IDENTITY, HOUSEHOLD, MEMBER = (
	"Recipient",
	"Recipient Identity",
	"Recipient Household",
	"Household Member",
)
ENTITLEMENT, SHARE, EVENT, CHANGE = (
	"Entitlement",
	"Entitlement Share",
	"Household Event",
	"Circumstance Change",
)
APPLICATION = "Assistance Application"


class Book:
	"""Collects rows by DocType and hands out names; ``series`` is what tabSeries must hold afterwards."""

	def __init__(self) -> None:
		self.tables: dict[str, list[dict]] = defaultdict(list)
		self.series: Counter[str] = Counter()
		self._children: Counter[str] = Counter()

	def take(self) -> dict[str, list[dict]]:
		"""The rows collected so far; the book is empty afterwards but goes on counting."""
		tables, self.tables = self.tables, defaultdict(list)
		return tables

	def next_name(self, series: str, digits: int) -> str:
		self.series[series] += 1
		return f"{series}{self.series[series]:0{digits}d}"

	def add(
		self,
		doctype: str,
		name: str,
		user: str,
		created: datetime,
		modified: datetime | None = None,
		/,
		**values,
	) -> str:
		self.tables[doctype].append(
			{
				"name": name,
				"owner": user,
				"modified_by": user,
				"creation": created,
				"modified": modified or created,
				"docstatus": 0,
				"idx": 0,
				**values,
			}
		)
		return name

	def add_unnamed(self, doctype: str, user: str, created: datetime, /, **values) -> str:
		"""A document named by hash."""
		self._children[doctype] += 1
		return self.add(doctype, f"demo{self._children[doctype]:07d}", user, created, **values)

	def add_children(
		self,
		doctype: str,
		parenttype: str,
		parent: str,
		parentfield: str,
		user: str,
		created: datetime,
		rows: Iterable[dict],
		docstatus: int = 0,
	) -> None:
		for idx, row in enumerate(rows, 1):
			self._children[doctype] += 1
			self.add(
				doctype,
				f"demo{self._children[doctype]:07d}",
				user,
				created,
				parent=parent,
				parenttype=parenttype,
				parentfield=parentfield,
				**row,
			)
			self.tables[doctype][-1].update(idx=idx, docstatus=docstatus)


def morning(day: date, minutes: int = 0) -> datetime:
	return datetime.combine(day, time(9 + minutes // 60 % 8, minutes % 60))


def household_name(family: Family) -> str:
	return f"HH-{family.index + 1:08d}"


def place_of(family: Family) -> dict[str, str]:
	return {"division": family.village, "township": family.township}


# --- the register -------------------------------------------------------------------------------------
def add_family(
	book: Book,
	family: Family,
	history: History,
	village,
	township_name: str,
	registered: date,
	modified: datetime,
	user: str,
	today: date,
) -> None:
	created = morning(registered, family.index)
	address = f"{township_name}{village.name}{family.index % 8 + 1}组"
	for person in family.persons:
		_add_person(book, family, person, address, created, modified, user)
	closed = history.closed_on
	name = household_name(family)
	book.series["HH-"] = max(book.series["HH-"], family.index + 1)
	book.add(
		HOUSEHOLD,
		name,
		user,
		created,
		modified,
		**place_of(family),
		head=family_facts.recipient_name(family.head),
		head_name=family.head.full_name,
		status="Closed" if closed else "Active",
		area=family.area,
		member_count=len(family.present(today)),
		pinyin=names.initials(family.head.full_name),
		address=address,
		payee=family_facts.recipient_name(family.head),
		closed_on=closed,
		**_location(village, family.index),
		**_standing(family, history, today),
	)
	book.add_children(
		MEMBER,
		HOUSEHOLD,
		name,
		"members",
		user,
		created,
		[
			{
				"recipient": family_facts.recipient_name(person),
				"member_name": person.full_name,
				"id_number": identity.mask_id(person.id_number),
				"kinship": person.kinship,
				"residence": person.residence,
				"joined_on": person.joined_on,
				"left_on": person.left_on,
				"leave_reason": person.leave_reason or None,
				"counted": int(person.residence == terms.LIVING_TOGETHER),
			}
			for person in family.persons
		],
	)
	_add_events(book, family, name, registered, closed, user)
	for change in history.changes:
		_add_change(book, family, name, change, user)


def _add_person(
	book: Book, family: Family, person: Person, address: str, created: datetime, modified: datetime, user: str
) -> None:
	name = family_facts.recipient_name(person)
	book.series["RC-"] = max(book.series["RC-"], person.number)
	age = person.age(created.date())
	phone = invented_numbers.phone(person.number) if age >= 16 else None
	account = invented_numbers.bank_account(person.number) if person is family.head else None
	kind, grade = person.disability
	certificate = invented_numbers.disability_certificate(person.id_number, kind, grade) if kind else None
	dead = person.leave_reason == "Death"
	book.add(
		RECIPIENT,
		name,
		user,
		created,
		modified,
		**place_of(family),
		full_name=person.full_name,
		id_number=identity.mask_id(person.id_number),
		sex=person.sex,
		birth_date=person.born,
		hukou_type=family.area,
		hukou_division=family.village,
		ethnicity="满族" if person.number % 17 == 0 else "汉族",
		pinyin=names.initials(person.full_name),
		status="Deceased" if dead else "Active",
		deceased_on=person.left_on if dead else None,
		phone=identity.mask_phone(phone) if phone else None,
		address=address,
		bank_name=BANK if account else None,
		bank_account=identity.mask_account(account) if account else None,
		marital=person.marital,
		schooling=person.schooling,
		employment=person.employment,
		labour_capacity=person.labour,
		health=person.health,
		disability_type=kind or None,
		disability_grade=grade or None,
		disability_certificate=identity.mask_account(certificate) if certificate else None,
		protected_person=0,
	)
	book.add(
		IDENTITY,
		name,
		user,
		created,
		recipient=name,
		id_number=person.id_number,
		phone=phone,
		bank_account=account,
		disability_certificate=certificate,
	)


def _location(village, index: int) -> dict:
	latitude = round(village.latitude + (index * 37 % 200 - 100) * 0.00012, 6)
	longitude = round(village.longitude + (index * 53 % 200 - 100) * 0.00016, 6)
	point = {"type": "Point", "coordinates": [longitude, latitude]}
	feature = {"type": "Feature", "properties": {}, "geometry": point}
	collection = {"type": "FeatureCollection", "features": [feature]}
	return {"latitude": latitude, "longitude": longitude, "location": json.dumps(collection)}


def _standing(family: Family, history: History, today: date) -> dict:
	"""The summary columns, as :func:`socaid_app.socaid_app.entitlements.refresh_household` keeps them."""
	month = today.replace(day=1)
	standing = [
		segment
		for segment in history.segments
		if segment.scheme != terms.TEMPORARY and (segment.end is None or segment.end >= month)
	]
	if not standing:
		return {"current_benefit": None, "current_amount": 0, "review_class": None, "next_review_on": None}
	key = any(
		person.health == terms.SERIOUS_ILLNESS
		or person.disability[1] in ("1", "2")
		or not 18 <= person.age(today) < 70
		for person in family.present(today)
	)
	months = 12 if key or standing[0].scheme == terms.TEKUN else 6
	return {
		"current_benefit": "、".join(
			dict.fromkeys(_category(family, segment)["category_name"] for segment in standing)
		),
		"current_amount": sum(segment.amount for segment in standing),
		"review_class": "Key" if key else "General",
		"next_review_on": next_review(standing[-1].start, months, today, late=family.index % 17 == 0),
	}


def next_review(start: date, months: int, today: date, late: bool) -> date:
	"""The next round of reviews counted from ``start``; with ``late`` the last one was missed."""
	rounds = 1
	while benefit_history.add_months(start, rounds * months) <= today:
		rounds += 1
	return benefit_history.add_months(start, max(rounds - 1 if late else rounds, 1) * months)


def _category(family: Family, segment: Segment, route: str = terms.STANDARD) -> dict:
	support = family_facts.support_form_of(family) if segment.scheme == terms.TEKUN else ""
	return family_facts.category_for(segment.scheme, family.area, route, support)


def _add_events(
	book: Book, family: Family, name: str, registered: date, closed: date | None, user: str
) -> None:
	def event(kind: str, on: date, **values) -> None:
		book.add_unnamed(
			EVENT,
			user,
			morning(on, 30),
			household=name,
			event=kind,
			happened_on=on,
			**place_of(family),
			**values,
		)

	event("Created", registered)
	for person in family.persons:
		if person.left_on:
			event("Member Left", person.left_on, recipient=family_facts.recipient_name(person), reason="死亡")
	if closed:
		event("Closed", closed, reason="户内已无成员")


def _add_change(book: Book, family: Family, name: str, change: Change, user: str) -> None:
	created = morning(change.on, 40)
	reviewed = None if change.pending else change.on
	book.add(
		CHANGE,
		book.next_name(f"BH-{created.year}-", 5),
		user,
		created,
		household=name,
		recipient=family_facts.recipient_name(change.person) if change.person else None,
		kind=change.kind,
		found_by="Reported by Household" if change.kind == "Death" else "Home Visit",
		happened_on=change.on,
		status="To Review" if change.pending else "In Effect",
		reviewed_by=None if change.pending else user,
		reviewed_on=reviewed,
		due_on=benefit_history.add_months(change.on, 3),
		state_before=change.before or None,
		state_after=change.after,
		**place_of(family),
	)


# --- the ledger ---------------------------------------------------------------------------------------
def add_history(
	book: Book, family: Family, history: History, rules: Rules, user: str, today: date, snapshots: bool
) -> None:
	earlier = None
	for segment in history.segments:
		route = (
			terms.QUICK_RELIEF if segment.scheme == terms.TEMPORARY and family.index % 3 else terms.STANDARD
		)
		category = _category(family, segment, route)
		basis = family_facts.basis(family, segment, category, rules)[0] if snapshots else None
		earlier = add_entitlement(book, family, segment, category, user, today, basis=basis, previous=earlier)


def add_entitlement(
	book: Book,
	family: Family,
	segment: Segment,
	category: dict,
	user: str,
	today: date,
	basis: dict | None = None,
	previous: str | None = None,
	application: str | None = None,
) -> str:
	month = today.replace(day=1)
	created = morning(segment.decided_on, family.index)
	name = book.next_name("RD-", 8)
	ended = segment.end is not None and segment.end < month
	book.add(
		ENTITLEMENT,
		name,
		user,
		created,
		**place_of(family),
		category=category["category_name"],
		scheme=segment.scheme,
		payment=category["payment"],
		household=household_name(family),
		recipient=family_facts.recipient_name(family.head),
		recipient_name=family.head.full_name,
		member_count=len(segment.counted),
		status="Ended" if ended else "Active",
		start_month=segment.start,
		end_month=segment.end,
		amount=segment.amount,
		area=family.area,
		application=application,
		previous_entitlement=previous,
		decided_on=segment.decided_on,
		end_reason=segment.end_reason or None,
		basis_snapshot=family_facts.compact(basis) if basis else None,
		rule_version=RULE_VERSION,
	)
	book.tables[ENTITLEMENT][-1]["docstatus"] = 1
	book.add_children(
		SHARE,
		ENTITLEMENT,
		name,
		"shares",
		user,
		created,
		[
			{
				"recipient": family_facts.recipient_name(person),
				"member_name": person.full_name,
				"share": share,
				"care_grade": segment.care_grade or None,
				"care_amount": segment.care_amount,
			}
			for person, share in zip(segment.counted, segment.shares, strict=True)
		],
		docstatus=1,
	)
	return name


# --- cases --------------------------------------------------------------------------------------------
def add_case(book: Book, case: Case, desk: Desk, today: date) -> str:
	"""The application with its tables and the records it rests on; returns its name."""
	family, values = case.family, case.values
	user = values["entered_by"]
	created = morning(case.applied_on, 20)
	name = book.next_name(f"SQ-{case.applied_on.year}-", 6)
	consents = {id(row["person"]): _add_consent(book, case, name, row, user) for row in case.consents}
	visits = [_add_investigation(book, case, name, row) for row in case.investigations]
	county = [
		visit for visit, row in zip(visits, case.investigations, strict=True) if row["level"] == "County"
	]
	report = _add_report(book, case, name) if case.report else None
	notice = _add_notice(book, case, name) if case.notice else None
	for row in case.deliveries:
		_add_delivery(book, case, name, row)
	if case.relative_of:
		_add_declaration(book, case, user)
	entitlement = None
	if case.segment:
		entitlement = add_entitlement(
			book,
			family,
			case.segment,
			case.category,
			values["final_approver"],
			today,
			basis=case.snapshot,
			application=name,
		)
	last = case.opinions[-1]["happened_at"] if case.opinions else created
	result = case.result
	book.add(
		APPLICATION,
		name,
		user,
		created,
		max(last, created),
		**place_of(family),
		category=case.category["category_name"],
		scheme=case.category["scheme"],
		payment=case.category["payment"],
		route=case.category["route"],
		calculation_mode=case.category["calculation_mode"],
		applicant=family_facts.recipient_name(family.head),
		applicant_name=family.head.full_name,
		household=household_name(family),
		applied_on=case.applied_on,
		area=family.area,
		no_income=int(not family.incomes),
		no_property=int(not family.properties),
		no_expenses=int(not family.expenses),
		investigation=visits[-1] if visits else None,
		county_visit=county[-1] if county else None,
		check_report=report,
		publicity=notice,
		entitlement=entitlement,
		eligible="Eligible" if result.eligible else "Not Eligible",
		member_count=result.member_count,
		annual_income=result.annual_income,
		monthly_per_capita=result.monthly_per_capita,
		standard_amount=result.standard,
		proposed_amount=result.amount,
		care_grade=result.care_grade or None,
		assessment=family_facts.compact(result.to_dict()),
		snapshot=family_facts.compact(case.snapshot) if case.snapshot else None,
		**_selfcare(family, case.category["scheme"]),
		**{key: value for key, value in values.items() if key != "docstatus"},
	)
	book.tables[APPLICATION][-1]["docstatus"] = values["docstatus"]
	if values["protected_case"]:
		_protect(book, family)
	_add_case_tables(book, case, name, user, created, consents)
	return name


def _selfcare(family: Family, scheme: str) -> dict[str, str]:
	"""Only persons in 特困 support are assessed; every other form leaves the six items blank."""
	if scheme != terms.TEKUN:
		return {}
	return {f"selfcare_{item}": "Cannot" if item in family.unable else "Can" for item in terms.SELFCARE_ITEMS}


def _protect(book: Book, family: Family) -> None:
	head = family_facts.recipient_name(family.head)
	for row in book.tables[RECIPIENT]:
		if row["name"] == head:
			row["protected_person"] = 1


def _add_case_tables(
	book: Book, case: Case, name: str, user: str, created: datetime, consents: dict[int, str]
) -> None:
	family, docstatus = case.family, case.values["docstatus"]
	declared = {family_facts.recipient_name(person): person for person in family.persons}

	def table(doctype: str, parentfield: str, rows: list[dict]) -> None:
		book.add_children(doctype, APPLICATION, name, parentfield, user, created, rows, docstatus)

	table(
		"Application Member",
		"members",
		[_member_row(case, person, consents.get(id(person))) for person in declared.values()],
	)
	table(
		"Application Income",
		"incomes",
		[
			{
				"recipient": family_facts.recipient_name(family.persons[row["person"]]),
				"kind": row["kind"],
				"item": row["item"],
				"annual": row["annual"],
				"deduction": row["deduction"],
				"verified_by": "Statement",
			}
			for row in family.incomes
		],
	)
	table("Application Property", "properties", [{**row, "exempt": 0} for row in family.properties])
	table("Application Expense", "expenses", family.expenses)
	table(
		"Application Material", "materials", [_material_row(case, row) for row in case.category["materials"]]
	)
	table("Application Opinion", "opinions", case.opinions)


def _member_row(case: Case, person: Person, consent: str | None) -> dict:
	name = family_facts.recipient_name(person)
	counted = name in case.result.counted
	start = f"{person.full_name}："
	reason = next((line.text[len(start) :] for line in case.result.lines if line.text.startswith(start)), "")
	return {
		"recipient": name,
		"member_name": person.full_name,
		"id_number": identity.mask_id(person.id_number),
		"kinship": person.kinship,
		"residence": person.residence,
		"in_need": int(case.category["scheme"] != terms.TEKUN or person is case.family.head),
		"counted": int(counted),
		"counted_reason": reason,
		"consent": consent,
		"birth_date": person.born,
		"sex": person.sex,
		"marital": person.marital,
		"schooling": person.schooling,
		"independent": 1,
		"employment": person.employment,
		"labour_capacity": person.labour,
		"health": person.health,
		"disability_type": person.disability[0] or None,
		"disability_grade": person.disability[1] or None,
		"share": case.result.shares.get(name, Decimal(0)),
	}


def _material_row(case: Case, row: dict) -> dict:
	wanted = row["requirement"] == "Required"
	missing = row["material"] in case.missing
	return {
		"material": row["material"],
		"requirement": row["requirement"],
		"note": row["note"],
		"received": int(wanted and not missing),
		"received_on": case.applied_on if wanted and not missing else None,
		"to_supplement": int(missing and case.state == terms.SUPPLEMENT),
	}


def _add_consent(book: Book, case: Case, application: str, row: dict, user: str) -> str:
	person = row["person"]
	return book.add(
		"Check Authorization",
		book.next_name(f"SQS-{row['signed_on'].year}-", 6),
		user,
		row["creation"],
		**place_of(case.family),
		recipient=family_facts.recipient_name(person),
		person_name=person.full_name,
		person_role=row["person_role"],
		application=application,
		signed_on=row["signed_on"],
		valid_until=row["valid_until"],
		scope="All Sources",
		consent_sensitive=1,
		guardian_name=row["guardian_name"],
		status="In Force",
	)


def _add_investigation(book: Book, case: Case, application: str, row: dict) -> str:
	name = book.next_name(f"DC-{row['on'].year}-", 6)
	user = row["investigators"][0]
	book.add(
		"Household Investigation",
		name,
		user,
		row["creation"],
		**place_of(case.family),
		application=application,
		household=household_name(case.family),
		applicant_name=case.family.head.full_name,
		investigated_on=row["on"],
		level=row["level"],
		method="Home Visit",
		place="申请人家中",
		member_present=family_facts.recipient_name(row["present"]),
		member_signed=1,
		**dict.fromkeys(FACTORS, "No Sign"),
		risk_level=LOW,
		assessed_by=user,
		assessed_at=row["creation"],
		housing=row["housing"],
		housing_area=row["housing_area"],
		farm_land=row["farm_land"],
		necessities="基本生活用品齐备，无高档消费品。",
		neighbour_interview="走访邻居两户，反映情况与申报一致。",
		consistent=row["consistent"],
		conclusion=row["conclusion"],
	)
	book.tables["Household Investigation"][-1]["docstatus"] = 1
	book.add_children(
		"Investigation Participant",
		"Household Investigation",
		name,
		"investigators",
		user,
		row["creation"],
		[
			{"user": one, "participant_name": case.desk.name(one), "post": "调查人员", "signed": 1}
			for one in row["investigators"]
		],
		docstatus=1,
	)
	return name


def _add_report(book: Book, case: Case, application: str) -> str:
	row = case.report
	series = f"HD-{row['report_date'].year}-"
	name = book.next_name(series, 6)
	book.add(
		"Check Report",
		name,
		row["user"],
		row["creation"],
		**place_of(case.family),
		application=application,
		applicant_name=case.family.head.full_name,
		requested_on=row["requested_on"],
		report_date=row["report_date"],
		report_number=f"核{row['report_date']:%Y%m}{book.series[series]:05d}",
		valid_until=row["valid_until"],
		purpose=row["purpose"],
		conclusion=row["conclusion"],
		findings=row["findings"],
	)
	book.tables["Check Report"][-1]["docstatus"] = 1
	return name


def _add_notice(book: Book, case: Case, application: str) -> str:
	row = case.notice
	name = book.next_name(f"GS-{row['creation'].year}-", 6)
	user = row["prepared_by"]
	posted = {key: row.get(key) for key in ("posted_on", "ends_on", "completed_on", "privacy_reviewed_by")}
	book.add(
		"Publicity Notice",
		name,
		user,
		row["creation"],
		**place_of(case.family),
		kind="Preliminary",
		application=application,
		status=row["status"],
		ends_provisional=0,
		place="村（社区）公示栏",
		prepared_by=user,
		applicant_name=case.family.head.full_name,
		member_count=case.result.member_count,
		category_name=case.category["category_name"],
		proposed_amount=case.result.amount,
		**posted,
	)
	if row["objection"]:
		objection = {**row["objection"], "resolved": 0}
		book.add_children(
			"Publicity Objection", "Publicity Notice", name, "objections", user, row["creation"], [objection]
		)
	return name


def _add_delivery(book: Book, case: Case, application: str, row: dict) -> None:
	book.add(
		"Document Delivery",
		book.next_name(f"SD-{row['issued_on'].year}-", 6),
		case.values["entered_by"],
		row["creation"],
		**place_of(case.family),
		reference_doctype="Assistance Application",
		reference_name=application,
		paper_type="Assistance Application",
		paper=application,
		title=case.family.head.full_name,
		recipient=family_facts.recipient_name(case.family.head),
		recipient_name=case.family.head.full_name,
		**{key: value for key, value in row.items() if key not in ("creation", "adverse")},
	)


def _add_declaration(book: Book, case: Case, user: str) -> None:
	book.add_unnamed(
		"Relative Declaration",
		user,
		morning(case.applied_on, 10),
		**place_of(case.family),
		staff_name=case.relative_of,
		post="村民委员会委员",
		staff_kind="Village Committee",
		recipient=family_facts.recipient_name(case.family.head),
		relation="Sibling",
		declared_on=case.applied_on,
	)
