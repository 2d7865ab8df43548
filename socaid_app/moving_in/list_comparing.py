"""Reading a list: file → lines → differences with the ledger, in one transaction, by a background job.

Killed at any point, nothing of it is there and the reconciliation still stands at “being read”; the job begins again and
comes to the same. A difference is known by its identity: the same one next month, or of the same file again, is the same
task. What a list says of people who are not on the registry is kept with their number masked, and sealed to be known
again. Nothing here changes a benefit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, now_datetime

from socaid_app.casework import copies, messages, records
from socaid_app.casework.background import ResumableJob
from socaid_app.comparison import engine, id_numbers
from socaid_app.comparison.headings import UnreadableReply
from socaid_app.moving_in import difference_writing, list_layouts, list_reading, registry_side
from socaid_app.moving_in import list_matching as matching
from socaid_app.moving_in.list_matching import Differing, Matched, Said
from socaid_app.moving_in.list_reading import Line, ReadList
from socaid_app.moving_in.reconciliation_records import (
	COMPARED,
	NOT_READ,
	READING,
	RECONCILIATION,
	digest,
)
from socaid_app.moving_in.registry_side import Benefit, Known, Ledger
from socaid_app.permissions import seals, sensitive
from socaid_app.permissions.divisions import township_of
from socaid_app.policy import identity, numbers

JOB = ResumableJob("list-reconciliation", f"{__name__}.read", RECONCILIATION, (READING,), hours=2)
SAVEPOINT, SEAL = "list", "list-reconciliation"
# Columns of the sums, by kind of difference.
COUNTED = {
	matching.ONLY_HERE: "only_here",
	matching.ONLY_THERE: "only_there",
	matching.UNKNOWN: "not_identified",
	matching.TWICE: "listed_twice",
}
# What the two sides say on a task. An address is told apart and not repeated: not everybody may read it.
SHOWN = {
	content: label
	for content, label in list_reading.LABELS.items()
	if content not in (list_reading.ID_NUMBER, list_reading.ACCOUNT, list_reading.ADDRESS)
}
MONEY_CHANGES = (list_reading.STATE, list_reading.MEMBERS)
MOST_TOLD = 50


# --- the job -------------------------------------------------------------------------------------------------------
def read(reconciliation: str) -> None:
	"""Called again for a list that was read already it does nothing."""
	doc = frappe.get_doc(RECONCILIATION, reconciliation, for_update=True)
	if doc.status != READING:
		return
	doc.update(_outcome(doc))
	with records.step(doc):
		doc.save(ignore_permissions=True)
	_progress(doc, 100)
	subject = (
		_("{0}: the list was compared, {1} differences.").format(doc.title, doc.differences_count)
		if doc.status == COMPARED
		else _("{0}: the list could not be read. The record says why.").format(doc.title)
	)
	messages.tell_staff([doc.read_by], subject, doc.doctype, doc.name)


def _outcome(doc: Document) -> dict:
	"""What was found; or why nothing was, and then nothing of it is stored."""
	frappe.db.savepoint(SAVEPOINT)
	try:
		return _compare(doc)
	except UnreadableReply as error:
		frappe.db.rollback(save_point=SAVEPOINT)
		return {"status": NOT_READ, "report": str(error)}


def _progress(doc: Document, percent: float) -> None:
	frappe.publish_progress(percent, title=_("Reading the list"), doctype=doc.doctype, docname=doc.name)


def _compare(doc: Document) -> dict:
	"""What the reconciliation keeps of it. Raises UnreadableReply."""
	path = _stored(doc)
	layout = list_layouts.layout_of(frappe.get_doc(list_layouts.DOCTYPE, doc.layout))
	with TemporaryDirectory(prefix="socaid-") as folder:
		connection = engine.start(folder=folder)
		try:
			listed = list_reading.read(connection, path, layout)
		finally:
			connection.close()
	_progress(doc, 30)
	by_account = layout.key == list_reading.ACCOUNT
	month = getdate(doc.month)
	ledger = registry_side.ledger_of(
		doc.division,
		month,
		doc.scheme_group,
		per_person=bool(frappe.db.get_value(list_layouts.DOCTYPE, doc.layout, "per_person")),
		by_account=by_account,
	)
	told = _told(listed, ledger, doc, by_account)
	matched = matching.compare(told.said, ledger.said, listed.said)
	_progress(doc, 60)
	new, known = difference_writing.write(doc, _tasks(doc, matched, told, ledger, listed.said))
	sums, places = _figures(doc, matched, told, ledger)
	doc.set("places", places)
	return sums | {
		"status": COMPARED,
		"report": "\n".join(_report(listed, matched)),
		"rows_read": listed.rows,
		"file_hash": copies.sha256(path),
		"differences_count": new + known,
		"new_count": new,
		"known_count": known,
		"read_at": now_datetime(),
	}


def _stored(doc: Document) -> Path:
	"""Where the list lies: a private file of this very reconciliation."""
	name = frappe.db.get_value(
		"File",
		{
			"file_url": doc.list_file,
			"attached_to_doctype": doc.doctype,
			"attached_to_name": doc.name,
			"is_private": 1,
		},
	)
	path = name and copies.path_of(name)
	if not path:
		raise UnreadableReply(
			_("The file is not attached to this record as a private file. Attach it again.")
		)
	return path


# --- the list's side -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Told:
	"""``known``: those of the registry, by recipient; ``lines``: by number of the row."""

	said: list[Said]
	known: dict[str, Known]
	lines: dict[int, Line] = field(default_factory=dict)


def _told(listed: ReadList, ledger: Ledger, doc: Document, by_account: bool) -> Told:
	"""The lines with the key by which the ledger knows their persons; strangers have the seal of their number."""
	lines = {line.row: line for line in listed.lines}
	if by_account:
		accounts = {one.key for one in ledger.said}
		keys = {row: _account_key(line, accounts) for row, line in lines.items()}
		return Told([_said(line, keys[row]) for row, line in lines.items()], {}, lines)
	whose, known = registry_side.persons_of(
		(line.number for line in listed.lines if line.is_whole), doc.division
	)
	keys = {row: _person_key(line, whose) for row, line in lines.items()}
	return Told([_said(line, keys[row]) for row, line in lines.items()], known, lines)


def _account_key(line: Line, accounts: set[str]) -> str:
	if not line.account or line.account in accounts:
		return line.account
	return "" if numbers.may_be_cut(line.account) else seals.seal(SEAL, line.account)


def _person_key(line: Line, whose: Mapping[str, str]) -> str:
	if line.is_whole:
		return whose.get(line.number) or seals.seal(SEAL, line.number)
	if line.number_state == id_numbers.OTHER:
		return sensitive.find_by_document_number(line.number) or seals.seal(SEAL, line.number)
	return ""


def _said(line: Line, key: str) -> Said:
	return Said(
		key=key,
		name=line.name,
		category=line.category,
		amount=line.amount,
		account=line.account or None,
		division=line.division,
		address=line.address,
		head=line.head,
		members=line.members,
		dead=line.dead,
		row=line.row,
	)


# --- the tasks -----------------------------------------------------------------------------------------------------
def _tasks(
	doc: Document, matched: Matched, told: Told, ledger: Ledger, said: Iterable[str]
) -> dict[str, dict]:
	"""Identity → the columns of its difference; lines that say the same twice are one."""
	tasks: dict[str, dict] = {}
	for one in matched.differences:
		task = _task(doc, one, told, ledger, said)
		if earlier := tasks.get(task["identity"]):
			earlier["row_numbers"] = _rows(earlier["row_numbers"], task["row_numbers"])
		else:
			tasks[task["identity"]] = task
	return tasks


def _rows(*texts: str | None) -> str:
	return "、".join(filter(None, texts))[:140]


def _task(doc: Document, one: Differing, told: Told, ledger: Ledger, said: Iterable[str]) -> dict:
	theirs, ours = one.theirs, one.ours
	line = told.lines.get(theirs.row) if theirs else None
	benefit = ledger.benefits.get(ours.reference) if ours else None
	known = told.known.get(theirs.key) if theirs and not benefit else None
	shown = [content for content in SHOWN if content in {*said, *one.contents}]
	list_says, register_says = (
		matching.values(theirs, shown, SHOWN),
		matching.values(ours, [*SHOWN] if not theirs else shown, SHOWN),
	)
	list_says += _tails(one, theirs)
	register_says += _tails(one, ours) or _nothing_paid(ours, known)
	name = (ours or theirs).name or (theirs and theirs.name) or ""
	place = benefit or known
	differing = "、".join(list_reading.LABELS[content] for content in one.contents)
	return {
		"identity": digest(doc.layout, one.kind, one.aspect, *_whose(one, line, benefit)),
		"fact": digest(*one.contents, *_values(theirs, one), *_values(ours, one)),
		"title": f"{name or _('Name unknown')}：{differing + '不同' if differing else matching.WORDS[one.kind]}"[
			:140
		],
		"kind": one.kind,
		"aspect": one.aspect,
		"differing": differing,
		"person_name": name,
		"number_mask": _mask(line),
		"money": int(
			one.kind != matching.DIFFERENT
			or one.aspect == matching.BENEFIT
			or bool(set(one.contents) & set(MONEY_CHANGES))
		),
		"division": (place and place.division) or doc.division,
		"township": township_of((place and place.division) or doc.division),
		"recipient": place.recipient if place else None,
		"household": place.household if place else None,
		"head_name": benefit.head_name if benefit else None,
		"entitlement": benefit.entitlement if benefit else None,
		"list_says": "\n".join(list_says),
		"register_says": "\n".join(register_says),
		"hint": _hint(one, line),
		"row_numbers": str(theirs.row) if theirs else None,
	}


def _whose(one: Differing, line: Line | None, benefit: Benefit | None) -> tuple[str, ...]:
	"""What tells this fact from others of its kind, without the values that differ this month."""
	if one.kind == matching.UNKNOWN:
		return (seals.seal(SEAL, "|".join((line.name, line.number, line.account))),)
	person = benefit.recipient if benefit else one.theirs.key
	category = one.ours.category if one.ours else one.theirs.category
	return person, category


def _values(side: Said | None, one: Differing) -> list[str]:
	return [
		str(getattr(side, "dead" if content == list_reading.STATE else content))
		for content in one.contents
		if side
	]


def _tails(one: Differing, side: Said | None) -> list[str]:
	"""Of an account its tail; of an address, that it is another."""
	lines = []
	if side and list_reading.ACCOUNT in one.contents:
		tail = (side.account or "")[-matching.TAIL :]
		lines.append(f"银行账号：{'尾号' + tail if tail else '（没有）'}")
	if side and list_reading.ADDRESS in one.contents:
		lines.append("住址：" + (side.address if not side.reference else "与名单不同，见住户档案"))
	return lines


def _nothing_paid(ours: Said | None, known: Known | None) -> list[str]:
	if ours:
		return []
	return ["登记在册，当月台账中没有对应的待遇"] if known else ["本次核对范围内没有登记此人"]


def _mask(line: Line | None) -> str | None:
	"""Enough to find the line again, and no more."""
	if not line:
		return None
	if line.number_state == id_numbers.MASKED:
		return line.number
	return identity.mask_id(line.number) if line.number else identity.mask_account(line.account) or None


def _hint(one: Differing, line: Line | None) -> str | None:
	if one.kind == matching.UNKNOWN:
		if line.account and not line.number:
			return "银行账号的后几位可能被表格软件改掉了，请来源单位把该列设为“文本”后重新提供"
		return id_numbers.MEANINGS.get(line.number_state)
	if one.namesakes:
		rows = "、".join(map(str, one.namesakes[:10]))
		return f"名单数据第{rows}行与此人同名，但是号码无法识别；同名不一定是同一个人，请核实"
	return None


# --- figures -------------------------------------------------------------------------------------------------------
def _figures(doc: Document, matched: Matched, told: Told, ledger: Ledger) -> tuple[dict, list[dict]]:
	"""The sums of the reconciliation, and the same by place; a stranger's line counts where the list is from."""
	here = township_of(doc.division) or doc.division
	sums: dict[str, Counter] = defaultdict(Counter)

	def place(reference: str) -> str:
		return ledger.benefits[reference].township or here

	for benefit in ledger.said:
		if benefit.expected:
			sums[place(benefit.reference)]["compared"] += 1
	for column, pairs in (("equal", matched.equal), ("differing", matched.different)):
		for benefit in pairs:
			sums[place(benefit.reference)][column] += 1
			sums[place(benefit.reference)]["listed"] += 1
			if not benefit.expected:
				# what the list has all the same was compared as well
				sums[place(benefit.reference)]["compared"] += 1
	for one in matched.differences:
		if column := COUNTED.get(one.kind):
			known = told.known.get(one.theirs.key) if one.theirs else None
			at = place(one.ours.reference) if one.ours else (known and township_of(known.division)) or here
			sums[at][column] += 1
			sums[at]["listed"] += one.theirs is not None
	total = sum(sums.values(), Counter())
	columns = ("compared", "equal", "differing", *COUNTED.values())
	rows = [
		{"township": township, **{column: sums[township][column] for column in ("listed", *columns)}}
		for township in sorted(sums)
	]
	return {column: total[column] for column in columns}, rows


def _report(listed: ReadList, matched: Matched) -> Iterable[str]:
	kinds = Counter(one.kind for one in matched.differences)
	yield f"名单共{listed.rows:,}行，读取{len(listed.lines):,}行；一致{len(matched.equal):,}，不一致{len(matched.different):,}"
	yield "；".join(f"{matching.WORDS[kind]}{kinds[kind]:,}" for kind in COUNTED)
	yield "核对的内容：" + "、".join(
		label for content, label in list_reading.LABELS.items() if content in listed.said
	)
	if listed.nobody:
		rows = "、".join(map(str, listed.nobody[:MOST_TOLD]))
		yield f"没有写明人员、未核对的行（数据第几行）：{rows}" + (
			"等" if len(listed.nobody) > MOST_TOLD else ""
		)
	yield from listed.notes
