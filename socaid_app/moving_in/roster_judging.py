"""The families of a roster: who belongs together, what they receive, and what stands against writing it.

Same name is not same person and no household is joined by surname: rows belong together by the household's number or
the head's ID number alone, and a person is known by the full ID number alone. What is ambiguous stops its row and the
benefit of its household. Imports no frappe; what the register knows is handed in as :class:`Register`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from socaid_app.moving_in import roster_rows, roster_words
from socaid_app.moving_in.roster_reading import Sheet
from socaid_app.moving_in.roster_rows import (
	AMOUNT,
	CATEGORY,
	DEATH,
	ELSEWHERE,
	HEAD,
	HELD,
	HOUSEHOLD,
	MONTH,
	PLACE,
	REGISTERED,
	RELATION,
	TWICE,
	Row,
)
from socaid_app.moving_in.roster_words import Category, Vocabulary
from socaid_app.policy import benefit, plausible, terms
from socaid_app.policy.standards import CARE, DIBAO_STANDARD, TEKUN_BASIC, NoStandardInForce

# One person holds one of these at a time (Social Assistance Law Art. 15; 民发〔2021〕43号 Art. 27).
BASIC_LIVING = (terms.DIBAO, terms.TEKUN)
# One of these columns says who is a family.
FAMILY = ("household_no", "head_id_number", "kinship")
NAMED = 5


@dataclass
class Benefit:
	"""``shares``: person's row → (amount, care grade, care amount); nobody has one in what is only recognised."""

	category: Category
	holder: Row
	amount: Decimal
	start: date
	shares: list[tuple[Row, Decimal, str, Decimal]]
	decided_on: date
	# the entitlement where it is in the ledger already
	there: str = ""


@dataclass
class Household:
	"""Rows that are one family; ``name``: its record, where it is registered already."""

	key: str
	rows: list[Row]
	division: str = ""
	area: str = ""
	benefits: list[Benefit] = field(default_factory=list)
	name: str = ""
	# the file has a column for the relation, so that a blank is no answer
	asks_kinship: bool = False

	@property
	def is_person(self) -> bool:
		"""Of a list of persons that says nothing of families."""
		return bool(self.rows[0].get("is_person"))

	@property
	def head(self) -> Row | None:
		heads = [row for row in self.rows if row.is_head]
		return heads[0] if len(heads) == 1 else None

	@property
	def stops(self) -> bool:
		return any(row.stops for row in self.rows)

	def wrong(self, kind: str, name: str, text: str) -> None:
		for row in self.rows:
			row.wrong(kind, name, text)

	def first(self, name: str):
		"""What the head's row says, else the first that says anything."""
		rows = ([self.head] if self.head else []) + self.rows
		return next((row.get(name) for row in rows if row.get(name) is not None), None)

	def said(self, name: str, rows: Iterable[Row] | None = None) -> list:
		"""The different values of a column in these rows."""
		return list(dict.fromkeys(row.get(name) for row in (rows or self.rows) if row.get(name) is not None))


# --- the file -----------------------------------------------------------------------------------------------------
def households(sheet: Sheet, fields: Sequence[str], vocabulary: Vocabulary) -> list[Household]:
	"""The families of a file, each in the order of its first row; what is wrong is said at the rows."""
	rows = [roster_rows.read(record, fields, vocabulary) for record in sheet.records]
	_refuse_twice(rows)
	groups: dict[str, list[Row]] = {}
	for row in rows:
		groups.setdefault(_key(row, fields), []).append(row)
	if not any(name in fields for name in FAMILY):
		for row in rows:
			row.values["is_person"] = True
	found = [Household(key, own, asks_kinship="kinship" in fields) for key, own in groups.items()]
	for household in found:
		check(household, vocabulary)
	return found


def _refuse_twice(rows: list[Row]) -> None:
	lines: dict[str, list[int]] = {}
	for row in rows:
		if number := row.get("id_number"):
			lines.setdefault(number, []).append(row.row_no)
	for row in rows:
		others = [line for line in lines.get(row.get("id_number"), ()) if line != row.row_no]
		if others:
			said = "、".join(map(str, others[:NAMED]))
			row.wrong(TWICE, "id_number", f"与第{said}行是同一个身份证号，请只留一行")


def _key(row: Row, fields: Sequence[str]) -> str:
	"""What tells the household of a row: its number, else its head; a row without either is a household of its own."""
	if number := row.get("household_no"):
		return f"no:{number}"
	if number := row.get("head_id_number"):
		return f"head:{number}"
	if row.is_head and row.get("id_number"):
		return f"head:{row.get('id_number')}"
	asked = [name for name in ("household_no", "head_id_number") if name in fields]
	if asked:
		row.wrong(HOUSEHOLD, asked[0], "没有户编号或户主身份证号，不能确定属于哪一户")
	return f"row:{row.row_no}"


# --- a family -----------------------------------------------------------------------------------------------------
def check(household: Household, vocabulary: Vocabulary) -> None:
	"""What the rows of a family say of each other, and what it receives."""
	if household.is_person:
		return _check_person(household)
	_check_head(household)
	_check_place(household, vocabulary)
	_check_kin(household, vocabulary)
	_check_benefits(household, vocabulary)
	wait_for_head(household)


def _check_person(household: Household) -> None:
	household.division = household.first("division") or ""
	for row in household.rows:
		if row.get("category"):
			row.wrong(HOUSEHOLD, "category", "表中没有户编号、户主身份证号或与户主关系，不能登记待遇")


def _check_head(household: Household) -> None:
	rows = household.rows
	for row in rows:
		if "kinship" in row.values or _said(row, "kinship"):
			continue
		number = row.get("head_id_number")
		alone = len(rows) == 1 and not number and not household.asks_kinship
		if alone or (number and number == row.get("id_number")):
			row.values["kinship"] = terms.HEAD
		else:
			row.wrong(RELATION, "kinship", "没有填写与户主关系")
	heads = [row for row in rows if row.is_head]
	if not heads:
		household.wrong(HEAD, "kinship", "本户没有户主，请在一行的“与户主关系”填“户主”")
	elif len(heads) > 1:
		said = "、".join(str(row.row_no) for row in heads[:NAMED])
		household.wrong(HEAD, "kinship", f"本户有{len(heads)}个户主（第{said}行），请只留一个")
	else:
		for row in rows:
			if row.get("head_id_number") not in (None, heads[0].get("id_number")):
				row.wrong(HEAD, "head_id_number", f"户主身份证号与第{heads[0].row_no}行户主的身份证号不一致")


def _said(row: Row, name: str) -> bool:
	"""Whether something is wrong with a cell whatever the clerk has compared."""
	return any(problem.field == name and not (problem.note or problem.doubtful) for problem in row.problems)


def _check_place(household: Household, vocabulary: Vocabulary) -> None:
	for name, kind, word in (("division", PLACE, "村（社区）"), ("area", PLACE, "城乡")):
		if len(household.said(name)) > 1:
			household.wrong(
				kind, "village" if name == "division" else name, f"同一户各行的{word}不一致，请核对"
			)
	household.division = household.first("division") or ""
	household.area = household.first("area") or ""


def _check_kin(household: Household, vocabulary: Vocabulary) -> None:
	"""A husband is no woman, and no son is older than his father."""
	head = household.head
	if not head:
		return
	for row in household.rows:
		if row is head or not row.get("kinship") or not row.get("birth_date"):
			continue
		for doubt in plausible.doubts(
			row.get("kinship"),
			row.name,
			row.get("sex_of_number") or "",
			row.get("birth_date"),
			head.get("sex_of_number") or "",
			head.get("birth_date"),
			vocabulary.today,
		):
			row.wrong(RELATION, "kinship", doubt.text, note=not doubt.impossible)


def wait_for_head(household: Household) -> None:
	"""Without its head there is no household, and nobody in it."""
	head = household.head
	if head and head.stops:
		for row in household.rows:
			if row is not head:
				row.wrong(HEAD, "kinship", f"户主所在的第{head.row_no}行有问题，更正后本户一起写入")


# --- what it receives ---------------------------------------------------------------------------------------------
def _check_benefits(household: Household, vocabulary: Vocabulary) -> None:
	covered: dict[str, tuple[Category, list[Row]]] = {}
	stated = household.area or _area_of_words(household, vocabulary)
	for row in household.rows:
		if row.get("category") and row.get("covered") is not False:
			try:
				category = vocabulary.category(row.get("category"), stated)
			except roster_words.UnclearWord as error:
				row.wrong(CATEGORY, "category", str(error))
				continue
			if category.payment == terms.ONE_OFF:
				row.wrong(CATEGORY, "category", f"“{category.name}”是一次性救助，不是在享待遇")
				continue
			covered.setdefault(category.name, (category, []))[1].append(row)
		elif row.get("person_amount"):
			row.wrong(CATEGORY, "category", "填了金额而没有填写救助类别")
	household.area = stated or vocabulary.area_of(household.division) or terms.RURAL
	by_household = [category for category, _rows in covered.values() if category.unit == terms.HOUSEHOLD]
	if len(by_household) > 1:
		said = "、".join(category.name for category in by_household)
		household.wrong(HELD, "category", f"同一户不能同时享受{said}")
		return
	for category, rows in covered.values():
		if category.area and category.area != household.area:
			for row in rows:
				row.wrong(CATEGORY, "category", f"“{category.name}”与本户的城乡不一致")
		elif category.unit == terms.HOUSEHOLD:
			household.benefits += _of_household(household, category, rows, vocabulary)
		else:
			for row in rows:
				household.benefits += _of_person(household, category, row, len(rows), vocabulary)


def _area_of_words(household: Household, vocabulary: Vocabulary) -> str:
	"""Town or country, where a category of the family says it."""
	for word in household.said("category"):
		try:
			if area := vocabulary.category(word, vocabulary.area_of(household.division)).area:
				return area
		except roster_words.UnclearWord:
			continue
	return ""


def _start(rows: list[Row], household: Household) -> date | None:
	months = household.said("start_month", rows)
	if len(months) == 1:
		return months[0]
	for row in rows:
		if len(months) > 1:
			row.wrong(MONTH, "start_month", "同一户同一待遇各行的起始月份不一致")
		elif not _said(row, "start_month"):
			row.wrong(MONTH, "start_month", "没有填写起始月份")
	return None


def _of_household(
	household: Household, category: Category, rows: list[Row], vocabulary: Vocabulary
) -> list[Benefit]:
	start = _start(rows, household)
	holder = household.head if household.head in rows else rows[0]
	decided = household.first("decided_on") or start
	if category.payment == terms.RECOGNITION:
		for row in rows:
			if row.get("person_amount") or row.get("household_amount"):
				row.wrong(AMOUNT, "household_amount", f"“{category.name}”只是认定，没有月保障金额，请留空")
		return [Benefit(category, holder, Decimal(0), start, [], decided)] if start else []
	if any(_said(row, "household_amount") or _said(row, "person_amount") for row in household.rows):
		return []
	parts = _parts(household, rows)
	if parts is None or start is None:
		return []
	total = sum(parts)
	_check_standard(category, rows, total, len(rows), household, vocabulary)
	shares = [(row, part, "", Decimal(0)) for row, part in zip(rows, parts, strict=True)]
	return [Benefit(category, holder, total, start, shares, decided)]


def _parts(household: Household, rows: list[Row]) -> list[Decimal] | None:
	"""What each of the covered gets: as the rows say, else equal parts of what the household gets."""
	own = [row.get("person_amount") for row in rows]
	totals = household.said("household_amount")
	if len(totals) > 1:
		for row in rows:
			row.wrong(AMOUNT, "household_amount", "同一户各行的户月保障金额不一致")
		return None
	if all(own):
		if totals and totals[0] != sum(own):
			for row in rows:
				row.wrong(
					AMOUNT, "person_amount", f"个人月金额合计{sum(own)}，与户月保障金额{totals[0]}不一致"
				)
			return None
		return own
	if any(own):
		for row in rows:
			if not row.get("person_amount"):
				row.wrong(AMOUNT, "person_amount", "本户其他人填了个人月金额，此人没有填")
		return None
	if not totals or not totals[0]:
		for row in rows:
			row.wrong(AMOUNT, "household_amount", "没有填写月保障金额")
		return None
	return list(benefit.shares(totals[0], [str(row.row_no) for row in rows]).values())


def _of_person(
	household: Household, category: Category, row: Row, count: int, vocabulary: Vocabulary
) -> list[Benefit]:
	if _said(row, "household_amount") or _said(row, "person_amount"):
		return []
	amount = row.get("person_amount") or (row.get("household_amount") if count == 1 else None)
	if not amount:
		row.wrong(AMOUNT, "person_amount", f"“{category.name}”按人发放，请填写此人的个人月金额")
	start = _start([row], household)
	if not amount or not start:
		return []
	care = _check_standard(category, [row], amount, 1, household, vocabulary)
	shares = [(row, amount, row.get("care_grade") or "", care)]
	return [Benefit(category, row, amount, start, shares, row.get("decided_on") or start)]


def _check_standard(
	category: Category,
	rows: list[Row],
	amount: Decimal,
	persons: int,
	household: Household,
	vocabulary: Vocabulary,
) -> Decimal:
	"""What is paid today is held against the standard of today; returns the care allowance in it."""
	name = "person_amount" if rows[0].get("person_amount") else "household_amount"
	place = (vocabulary.today, household.area, household.division)
	most, care = Decimal(0), Decimal(0)
	try:
		if category.scheme == terms.DIBAO:
			most = vocabulary.standards.find(DIBAO_STANDARD, *place).amount * persons
		elif category.scheme == terms.TEKUN:
			allowances = vocabulary.standards.find(CARE, *place)
			if grade := rows[0].get("care_grade"):
				care = benefit.care_allowance(allowances, grade)
			most = vocabulary.standards.find(TEKUN_BASIC, *place).amount + (
				care if rows[0].get("care_grade") else allowances.care_full
			)
	except NoStandardInForce as error:
		for row in rows:
			row.wrong(AMOUNT, name, str(error))
		return care
	if most and amount > most:
		for row in rows:
			row.wrong(
				AMOUNT,
				name,
				f"金额{amount}超过现行标准（{persons}人最多{most:.2f}元）；确实如此的，在“已对照原件”一列填“是”",
				doubtful=True,
			)
	return care


# --- the register -------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Held:
	"""A standing benefit of the ledger."""

	entitlement: str
	category: str
	scheme: str
	household: str
	start: date
	amount: Decimal
	recognised: bool = False


@dataclass(frozen=True)
class Home:
	household: str
	head: str
	division: str


@dataclass(frozen=True)
class Known:
	"""Whom a full ID number names in the register. ``former``: it was corrected since; ``inside``: the import's own
	area; ``gone``: why nobody joins a family, in words."""

	recipient: str
	full_name: str
	inside: bool = True
	former: bool = False
	gone: str = ""
	homes: tuple[Home, ...] = ()
	held: tuple[Held, ...] = ()


@dataclass(frozen=True)
class Register:
	persons: Mapping[str, Known] = field(default_factory=dict)
	# what families receive, by the name of the household
	benefits: Mapping[str, tuple[Held, ...]] = field(default_factory=dict)


def compare(household: Household, register: Register) -> None:
	"""Hold a family against the register: what is there already is recognised, what contradicts it stops."""
	known = {row.row_no: register.persons.get(row.get("id_number")) for row in household.rows}
	for row in household.rows:
		if person := known[row.row_no]:
			_recognise(row, person)
	if household.is_person:
		for row in household.rows:
			row.there = bool(row.recipient) and not row.stops
		return
	head = household.head
	home = None
	if head and not head.stops and known[head.row_no]:
		home = _home_of_head(household, head, known[head.row_no])
	for row in household.rows:
		if row.recipient and row is not head:
			_check_home(row, known[row.row_no], home)
	household.name = home.household if home else ""
	standing = register.benefits.get(household.name, ()) if home else ()
	joining = [row for row in household.rows if not _lives_in(known[row.row_no], home)]
	if standing and joining:
		for row in joining:
			row.wrong(
				ELSEWHERE,
				"id_number",
				f"该户已登记并享受{standing[0].category}，增加成员请在家庭页面办理",
			)
	for granted in household.benefits:
		_compare_benefit(household, granted, known, standing)
	wait_for_head(household)
	done = household.stops or all(granted.there for granted in household.benefits)
	for row in household.rows:
		row.there = done and not row.stops and _lives_in(known[row.row_no], home)


def _recognise(row: Row, person: Known) -> None:
	if not person.inside:
		row.wrong(REGISTERED, "id_number", "该身份证号已在导入范围以外登记，请县级办理迁移")
	elif person.former:
		row.wrong(
			REGISTERED,
			"id_number",
			f"这是{person.full_name}（{person.recipient}）已更正的旧号码，请核对",
		)
	elif person.full_name != row.name:
		row.wrong(
			REGISTERED,
			"full_name",
			f"该身份证号已登记为“{person.full_name}”（{person.recipient}），姓名不同，请核对",
		)
	elif person.gone:
		row.wrong(DEATH, "id_number", f"{person.full_name}（{person.recipient}）{person.gone}")
	else:
		row.recipient = person.recipient


def _lives_in(person: Known | None, home: Home | None) -> bool:
	return bool(person and home and any(each.household == home.household for each in person.homes))


def _home_of_head(household: Household, head: Row, person: Known) -> Home | None:
	if not person.homes:
		return None
	own = [home for home in person.homes if home.head == person.recipient]
	if not own or len(person.homes) > 1:
		said = "、".join(home.household for home in person.homes)
		head.wrong(ELSEWHERE, "id_number", f"户主已登记在另一户（{said}），请先在该户办理迁出")
		return None
	if own[0].division != household.division:
		head.wrong(PLACE, "village", f"该户（{own[0].household}）登记在另一个村（社区），请先办理迁移")
		return None
	return own[0]


def _check_home(row: Row, person: Known, home: Home | None) -> None:
	others = [each.household for each in person.homes if not home or each.household != home.household]
	if others:
		row.wrong(
			ELSEWHERE, "id_number", f"{row.name}已登记在另一户（{'、'.join(others)}），请先在该户办理迁出"
		)


def _compare_benefit(
	household: Household, granted: Benefit, known: Mapping[int, Known | None], standing: tuple[Held, ...]
) -> None:
	category = granted.category
	same = [held for held in standing if held.category == category.name]
	if category.unit == terms.PERSON:
		person = known[granted.holder.row_no]
		same = [held for held in (person.held if person else ()) if held.category == category.name]
	for held in same:
		if held.start == granted.start and held.amount == granted.amount:
			granted.there = held.entitlement
			return
		granted.holder.wrong(
			HELD,
			"category",
			f"已享受{held.category}（{held.entitlement}，{held.start:%Y-%m}起，每月{held.amount:.2f}元），与本行不同；变动请办理待遇调整",
		)
		return
	if category.scheme not in BASIC_LIVING:
		return
	for row, *_share in granted.shares:
		person = known[row.row_no]
		for held in person.held if person else ():
			if held.scheme in BASIC_LIVING:
				row.wrong(
					HELD,
					"category",
					f"{row.name}已享受{held.category}（{held.entitlement}），低保与特困供养只能享受一种，也不能重复享受",
				)
