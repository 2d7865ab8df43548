"""Reading the reply of an agency: file → engine → findings, in one transaction, by a background job.

Killed at any point, nothing of it is there and the request still stands at “being read”; the job begins again, and what
it writes is written by the identity of the fact, so that nothing is lost or doubled. A reply that cannot be read goes
back with the reasons. Nothing here stops or refuses anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import getdate, now, now_datetime, today

from socaid_app.casework import messages, number_series, records, steps
from socaid_app.casework.background import ResumableJob
from socaid_app.casework.steps import Ask
from socaid_app.comparison import engine, id_numbers, reply_rows
from socaid_app.comparison.data_sources import Source
from socaid_app.comparison.engine import RuleResult
from socaid_app.comparison.fields import LayoutError
from socaid_app.comparison.finding_rules import Rule, RuleError
from socaid_app.comparison.headings import UnreadableReply
from socaid_app.comparison.kinds import column
from socaid_app.comparison.optional import LibraryMissing
from socaid_app.comparison.reply_rows import Reply
from socaid_app.comparison.roster import Roster
from socaid_app.means_testing import comparison_findings as findings
from socaid_app.means_testing import comparison_requests as requests
from socaid_app.means_testing import (
	finding_rows,
	near_matches,
	register_roster,
	roll_coverage,
	rule_records,
	source_records,
)
from socaid_app.permissions import files
from socaid_app.policy.parameters import ParameterSet
from socaid_app.policy.standards import StandardSet
from socaid_app.socaid_app import rules

# Lines of each list in the report; how many more there are is said.
SHOWN = 200
ROWS_AT_ONCE = 500
MISSING = "（缺）"
# What a reply or a rule is refused for, with a sentence that says what to do.
UNREADABLE = (UnreadableReply, LayoutError, RuleError, source_records.SourceInvalid)
SAVEPOINT = "reading"


@requests.step(
	_lt("Read the Reply"),
	at=requests.SENT,
	to=requests.READING,
	duty=requests.QUERY,
	asks=("reply_file", Ask("data_day", default=lambda doc: doc.data_day or today())),
	primary=True,
)
def read_reply(doc: Document, reply_file: str, data_day: str) -> None:
	"""The file is read by a background job, wholly or not at all."""
	if getdate(data_day) > getdate(today()):
		frappe.throw(_("The day of the data lies in the future."), requests.RequestRefused)
	steps.done(doc, report=None)
	JOB.enqueue(doc.name)


JOB = ResumableJob("comparison", f"{__name__}.read", requests.DOCTYPE, (requests.READING,), hours=6)


def enqueue_take_up(name: str) -> None:
	"""After a near match was accepted; one that is accepted while another is taken up has its own turn."""
	frappe.enqueue(take_up, request=name, queue="long", timeout=JOB.hours * 3600, enqueue_after_commit=True)


def read(request: str) -> None:
	"""The job. Called again for a request that was read already it does nothing."""
	doc = frappe.get_doc(requests.DOCTYPE, request, for_update=True)
	if doc.status != requests.READING:
		return
	doc.update(_outcome(doc))
	with records.step(doc):
		doc.save(ignore_permissions=True)
	# the bar stays over the form until it is full, whatever became of the reply
	_progress(doc.name)(100)
	subject = (
		_("{0}: the reply was read, {1} findings.").format(doc.name, doc.findings_count)
		if doc.status == requests.READ
		else _("{0}: the reply could not be read. The report says why.").format(doc.name)
	)
	messages.tell_staff([doc.asked_by], subject, doc.doctype, doc.name)


def _outcome(doc: Document) -> dict:
	"""What was found; or why nothing was, and then nothing of it is stored."""
	frappe.db.savepoint(SAVEPOINT)
	try:
		return _compare(doc)
	except UNREADABLE as error:
		frappe.db.rollback(save_point=SAVEPOINT)
		return {"status": requests.SENT, "report": str(error)}


def take_up(request: str) -> None:
	"""The job after a near match was accepted: the reply is read again, and what is known already stays as it is."""
	doc = frappe.get_doc(requests.DOCTYPE, request, for_update=True)
	if doc.status not in (requests.READ, requests.CLOSED):
		return
	doc.update(_outcome(doc) | {"status": doc.status})
	with records.step(doc):
		doc.save(ignore_permissions=True)


def _progress(name: str) -> Callable[[float], None]:
	def tell(percent: float) -> None:
		frappe.publish_progress(percent, title=_("Reading the reply"), doctype=requests.DOCTYPE, docname=name)

	return tell


@dataclass(frozen=True)
class Reading:
	"""A reply and the persons it was asked about, side by side in one connection."""

	connection: object
	source: Source
	on: date
	known: Roster
	reply: Reply

	def run(
		self,
		wanted: list[Rule],
		of: Source | None,
		parameters: ParameterSet | None = None,
		standards: StandardSet | None = None,
	) -> list[RuleResult]:
		"""With the numbers in force on the day of the data, or with those of a scenario."""
		parameters, standards = parameters or rules.parameters(), standards or rules.standards()
		return engine.run(self.connection, wanted, parameters, standards, self.on, of)

	def hits(self) -> list[tuple]:
		"""What the rules found; a supporter alone is no household that a rule could be about."""
		return self.connection.execute(
			"""select identity, rule, person, household, facts, row_count, row_numbers from findings
			where not (unit = 'household' and starts_with(household, ?)) order by identity""",
			[register_roster.ALONE],
		).fetchall()

	def taken(self) -> list[tuple]:
		"""What the rules found, which makes room for other rules, or the same by other numbers."""
		found = self.hits()
		self.connection.execute("delete from findings; delete from undecided")
		return found


@contextmanager
def opened(doc: Document, progress: Callable[[float], None] = lambda _percent: None) -> Iterator[Reading]:
	"""The reply of a request, read wholly. Raises what is in UNREADABLE."""
	on, source = getdate(doc.data_day), source_records.named(doc.source)[doc.source]
	with TemporaryDirectory(prefix="socaid-") as folder:
		connection = engine.start(folder=folder)
		try:
			known = register_roster.load(connection, doc, Path(folder), on)
			progress(10)
			reply = reply_rows.read_rows(connection, _stored(doc), source)
			near_matches.apply_accepted(connection, doc.name)
			progress(30)
			yield Reading(connection, source, on, known, reply)
		finally:
			connection.close()


def _compare(doc: Document) -> dict:
	"""What the request keeps of it. Raises what is in UNREADABLE."""
	progress = _progress(doc.name)
	wanted = rules_of(doc.source)
	with opened(doc, progress) as reading:
		results = [*reading.run(wanted, reading.source), *reading.run(wanted, None)]
		progress(50)
		count = _write(doc, reading, {rule.key: rule for rule in wanted}, progress)
		candidates, said = _near_matches(doc, reading)
		lines = [
			*(f"{each.person} {each.field}：{each.message}" for each in reading.known.problems),
			*_reply_lines(reading.connection, reading.reply, reading.source, reading.on),
			*said,
			*_rule_lines(reading.connection, results),
		]
	return {
		"status": requests.READ,
		"report": "\n".join(lines),
		"reply_hash": _fingerprint(_stored(doc)),
		"rows_read": reading.reply.rows,
		"rows_matched": reading.reply.matched,
		"findings_count": count,
		"candidates_count": candidates,
		"undecided_count": sum(each.undecided for each in results),
		"read_at": now_datetime(),
	}


def _near_matches(doc: Document, reading: Reading) -> tuple[int, list[str]]:
	"""How many near matches wait for a person, and what the report says of them; the reply is read without them too."""
	asked = {row.recipient: row for row in roll_coverage.lines_of(doc.name)}
	try:
		count = near_matches.propose(reading.connection, doc, reading.source, asked, masked)
	except LibraryMissing as error:
		return 0, [f"没有查找近似匹配：{error}"]
	return count, [f"号码缺失、损坏或者有误的行，近似匹配{count:,}处，由人确认后才比对"] if count else []


def _stored(doc: Document) -> Path:
	"""Where the reply lies: a private file of this very request."""
	if path := files.attached(doc, "reply_file"):
		return path
	raise UnreadableReply(_("The file is not attached to this request as a private file. Attach it again."))


def _fingerprint(path: Path) -> str:
	with open(path, "rb") as file:
		return hashlib.file_digest(file, "sha256").hexdigest()


def rules_of(source: str) -> list[Rule]:
	"""The rules of the source, and those of the register alone, that are switched on."""
	names = frappe.get_all(
		rule_records.DOCTYPE,
		filters={"source": ["in", [source, ""]], "status": rule_records.ON},
		pluck="name",
		order_by="name",
	)
	sources = source_records.named(source)
	return [rule_records.rule_of(frappe.get_doc(rule_records.DOCTYPE, name), sources) for name in names]


# --- findings -------------------------------------------------------------------------------------------------
def _write(
	doc: Document, reading: Reading, by_key: dict[str, Rule], progress: Callable[[float], None]
) -> int:
	"""The findings, by their identity: the same fact again is the same finding, seen once more."""
	asked = {row.recipient: row for row in roll_coverage.lines_of(doc.name)}
	found = reading.hits()
	for at in range(0, len(found), ROWS_AT_ONCE):
		batch = found[at : at + ROWS_AT_ONCE]
		told_apart = _told_apart(reading.connection, reading.source, by_key, batch)
		places = places_of(doc, batch, asked)
		names = _names([one[0] for one in batch])
		finding_rows.write(
			{"name": names[one[0]]}
			| _row(doc, by_key[one[1]], one, places[one[0]], told_apart[one[0]], reading.on)
			for one in batch
		)
		progress(50 + 45 * (at + len(batch)) // len(found))
	findings.assign_new(doc.name)
	for function in frappe.get_hooks("socaid_findings_read"):
		frappe.get_attr(function)(doc.name, reading.on)
	return len(found)


def _names(identities: list[str]) -> dict[str, str]:
	"""By identity: the number of the finding that is there, or the next one."""
	there = dict(
		frappe.get_all(
			findings.DOCTYPE,
			filters={"identity": ["in", identities]},
			fields=["identity", "name"],
			order_by="name",
			as_list=True,
		)
	)
	new = [identity for identity in identities if identity not in there]
	return there | dict(zip(new, number_series.names(findings.DOCTYPE, len(new)), strict=True))


def _told_apart(
	connection, source: Source, by_key: dict[str, Rule], batch: list[tuple]
) -> dict[str, list[str]]:
	"""Identity → what tells its fact from others, such as the number plate, as its first row has it."""
	names = sorted({name for rule in by_key.values() for name in rule.fact})
	first = {found[0]: found[6][0] for found in batch if found[6]}
	columns = "".join(f", cast({column(name)} as varchar)" for name in names)
	rows = connection.execute(
		f"select row_no {columns} from rows where list_contains(?, row_no)", [list(first.values())]
	).fetchall()
	values = {row_no: dict(zip(names, cells, strict=True)) for row_no, *cells in rows}
	return {
		identity: [
			f"“{source.field(name).label}”：{_meaning(source, name, values[first[identity]][name])}"
			for name in by_key[key].fact
			if identity in first
		]
		for identity, key, *_rest in batch
	}


def _meaning(source: Source, name: str, value: str | None) -> str:
	return MISSING if value is None else source.field(name).meanings.get(value, value)


@dataclass(frozen=True)
class Place:
	"""Whose finding it is and where; of a request about one case that is the case's."""

	name: str | None
	household: str | None
	head_name: str | None
	division: str | None
	township: str | None


def places_of(doc: Document, batch: list[tuple], asked: dict[str, frappe._dict]) -> dict[str, Place]:
	"""By the identity of the finding."""
	keys = {
		identity: asked[person].household if person else household
		for identity, _rule, person, household, *_rest in batch
	}
	homes = {
		row.name: row
		for row in frappe.get_all(
			"Recipient Household",
			filters={"name": ["in", sorted(filter(None, set(keys.values())))]},
			fields=["name", "head_name", "division", "township"],
			order_by="name",
		)
	}
	found = {}
	for identity, _rule, person, *_rest in batch:
		home = homes.get(keys[identity]) if doc.coverage == requests.ROLL else None
		name = asked[person].person_name if person else None
		if home:
			found[identity] = Place(name, home.name, home.head_name, home.division, home.township)
		else:
			found[identity] = Place(name, doc.household, doc.head_name, doc.division, doc.township)
	return found


def _row(doc: Document, rule: Rule, found: tuple, place: Place, told_apart: list[str], on: date) -> dict:
	identity, _key, person, _household, facts, row_count, row_numbers = found
	who = place.name or place.head_name
	stamp = now()
	return {
		"identity": identity,
		"creation": stamp,
		"modified": stamp,
		"owner": frappe.session.user,
		"modified_by": frappe.session.user,
		"docstatus": 0,
		"title": f"{who}：{rule.title}"[:140],
		"recipient": person,
		"person_name": place.name,
		"household": place.household,
		"head_name": place.head_name,
		"application": doc.application,
		"division": place.division,
		"township": place.township,
		"status": findings.NEW,
		"severity": rule.severity,
		"due_on": findings.handle_by(),
		"first_seen": on,
		"last_seen": on,
		"rule": rule.key,
		"source": rule.source or None,
		"request": doc.name,
		"row_count": row_count,
		"row_numbers": "、".join(map(str, row_numbers or []))[:140],
		"facts": "\n".join(dict.fromkeys([*told_apart, *_lines(facts)])),
		"means": rule.means,
		"verify": rule.verify,
		"basis": rule.basis(on),
	}


def _lines(facts: str | None) -> list[str]:
	"""What the condition asked, each with its value."""
	asked = json.loads(facts or "{}").items()
	return [f"{name}：{MISSING if value is None else value}" for name, value in asked]


# --- the report -----------------------------------------------------------------------------------------------
def masked(number: str | None) -> str:
	"""Enough of a number to find the row again, and no more."""
	text = (number or "").strip()
	return f"{text[:3]}…{text[-2:]}" if len(text) > 6 else "…"


def _reply_lines(connection, reply: Reply, source: Source, on: date) -> Iterator[str]:
	yield f"{source.title}（{source.agency}）：{reply.rows:,}行，对上{reply.matched:,}行，其他人{reply.strangers:,}行未再读取"
	yield from reply.notes
	expired, stale = reply_rows.out_of_date(connection, source, on)
	if expired:
		yield f"{expired:,}行的报告日期已过有效期（{source.valid_months}个月）或晚于数据日，不能作为依据"
	if stale:
		yield f"{stale:,}行的报告日期早于{source.fresh_days}天前，应重新取得数据"
	meanings = {**id_numbers.MEANINGS, reply_rows.AMBIGUOUS: "号码属于名册中几个人，未比对"}
	yield from _listed(
		connection,
		"select row_no, number_state, id_text from rows where person is null order by row_no",
		lambda row_no, state, text: f"数据第{row_no}行 {masked(text)}：{meanings[state]}",
	)
	yield from _listed(
		connection,
		"select row_no, label, message from cell_problems order by row_no, field",
		lambda row_no, label, message: f"数据第{row_no}行“{label}”：{message}",
	)


def _rule_lines(connection, results: list[RuleResult]) -> Iterator[str]:
	for each in results:
		yield f"{each.rule.title}：发现{each.findings:,}，无法判断{each.undecided:,}"
		yield from each.lacking
	titles = {each.rule.key: each.rule.title for each in results}
	yield from _listed(
		connection,
		"select rule, person, row_no from undecided order by rule, person, row_no",
		lambda rule, person, row_no: (
			f"无法判断“{titles[rule]}”：{person or ''}{f' 数据第{row_no}行' if row_no else ''}"
		),
	)


def _listed(connection, query: str, line) -> Iterator[str]:
	rows = connection.execute(query).fetchmany(SHOWN + 1)
	yield from (line(*row) for row in rows[:SHOWN])
	if len(rows) > SHOWN:
		yield f"（只列出前{SHOWN}处）"
