"""Divisions and staff of a new county from a file: read as a trial with a remark at each row, then written.

Nothing is written while a row is refused, and nothing that is there is changed. Each row is stored together with what was
made of it, so that a job that was killed goes on with the next one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import frappe
from frappe import _, _lt
from frappe.model.document import Document

from socaid_app.casework import copies, records, steps
from socaid_app.casework.background import ResumableJob
from socaid_app.casework.steps import Ask, Steps
from socaid_app.comparison import engine, readers
from socaid_app.comparison.fields import Field
from socaid_app.comparison.headings import UnreadableReply
from socaid_app.comparison.kinds import column
from socaid_app.moving_in import division_files, staff_files
from socaid_app.moving_in.division_files import REFUSED, THERE, TO_WRITE, Judged
from socaid_app.permissions.scope import COUNTY_ROLES, STAFF_ROLES
from socaid_app.socaid_app import staff_accounts

DOCTYPE, ROW, DIVISION = "Onboarding Import", "Onboarding Import Row", "Administrative Division"
NOT_READ, READ, WRITING, WRITTEN = (
	"Import Not Read",
	"Import Read",
	"Import Being Written",
	"Import Written",
)
DONE = "Written"
DIVISIONS, STAFF = "Divisions", "Staff"
SETTINGS = "Socaid Settings"
MOST_ROWS = 5_000
# Accounts are slow to make; after so many it is stored how far it came.
AT_ONCE = 20


class OnboardingRefused(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=OnboardingRefused)


@step(
	lambda doc: _("Check the File Again") if doc.status == READ else _("Check the File"),
	at=(NOT_READ, READ),
	to=READ,
	asks=("list_file",),
	stamps=("read_by", "read_at"),
	primary=lambda doc: doc.status == NOT_READ,
)
def check_file(doc: Document, list_file: str) -> None:
	"""A trial: every row with what would become of it, and nothing is written."""
	judged = _judge(doc)
	doc.set(
		"rows",
		[
			{"row_no": one.row, "subject": one.subject[:140], "outcome": one.outcome, "remark": one.remark}
			for one in judged
		],
	)
	counts = Counter(one.outcome for one in judged)
	doc.update(
		{"to_write": counts[TO_WRITE], "there": counts[THERE], "refused": counts[REFUSED], "written": 0}
	)


def may_write(doc: Document) -> str:
	"""Accounts are made by those who administer users, divisions by those who keep them."""
	target = "User" if doc.kind == STAFF else DIVISION
	if frappe.has_permission(target, "create"):
		return ""
	return _("You may not enter {0}. Ask the person in charge of the system.").format(_(target))


def what_is_missing(doc: Document) -> list[str]:
	if doc.refused:
		return [
			_("{0} rows cannot be written. Mend them in the file and check it again.").format(doc.refused)
		]
	return [] if doc.to_write else [_("There is nothing to write: everything is there.")]


@step(
	_lt("Write the Rows"),
	at=READ,
	to=WRITING,
	who=may_write,
	missing=what_is_missing,
	stamps=("written_by", "written_at"),
	confirm=_lt("What the rows say is entered now. Go on?"),
	primary=True,
)
def write(doc: Document) -> None:
	"""In the background, row by row."""
	steps.done(doc)
	JOB.enqueue(doc.name)


@step(
	_lt("Take the Import Back"),
	at=READ,
	to=NOT_READ,
	asks=(Ask("reason", label=_lt("Reason"), fieldtype="Small Text"),),
)
def take_back(doc: Document, reason: str) -> None:
	"""Another file is meant; nothing was written."""
	doc.set("rows", [])
	doc.update(dict.fromkeys(("to_write", "there", "refused", "written"), 0) | {"list_file": None})


# --- the job -------------------------------------------------------------------------------------------------------
JOB = ResumableJob("onboarding-import", f"{__name__}.run", DOCTYPE, (WRITING,), hours=2)


def run(name: str) -> None:
	"""Write what is left of an import, some rows a transaction."""
	while some := _chunk(name):
		frappe.db.commit()
		frappe.publish_progress(
			100 * some[0] / max(some[1], 1), title=_("Writing the rows"), doctype=DOCTYPE, docname=name
		)
	frappe.db.commit()
	frappe.publish_progress(100, title=_("Writing the rows"), doctype=DOCTYPE, docname=name)


def _chunk(name: str) -> tuple[int, int] | None:
	"""How many are written of how many; None when it is over."""
	doc = frappe.get_doc(DOCTYPE, name, for_update=True)
	if doc.status != WRITING:
		return None
	waiting = {row.row_no: row for row in doc.rows if row.outcome == TO_WRITE}
	ready = {one.row: one for one in _judge(doc)}
	# parents stand before their children, whatever their order in the file
	some = sorted(waiting, key=lambda row: str(ready[row].values.get("level") == "Village"))[:AT_ONCE]
	for row in some:
		waiting[row].update(_write_row(doc.kind, ready[row]))
	doc.written = sum(row.outcome == DONE for row in doc.rows)
	if len(waiting) == len(some):
		doc.status = WRITTEN
	with records.step(doc):
		doc.save(ignore_permissions=True)
	return (doc.written, doc.to_write) if doc.status == WRITING else None


def _write_row(kind: str, one: Judged) -> dict:
	if one.outcome != TO_WRITE:
		# somebody has entered it meanwhile
		return {"outcome": one.outcome, "remark": one.remark}
	remark = _make_account(one) if kind == STAFF else _make_division(one)
	return {"outcome": DONE, "remark": remark}


def _make_division(one: Judged) -> str:
	frappe.get_doc({"doctype": DIVISION, **one.values}).insert(ignore_permissions=True)
	return "已新建"


def _make_account(one: Judged) -> str:
	values = dict(one.values)
	division, roles = values.pop("division"), values.pop("roles")
	staff_accounts.make(values, roles, [division] if division else [])
	return (
		"已建账号；设置密码的链接已发到邮箱"
		if staff_accounts.sends_mail()
		else "已建账号；站点没有发信邮箱，请用“账号变更—重设密码”把链接当面交给本人"
	)


# --- reading -------------------------------------------------------------------------------------------------------
def _judge(doc: Document) -> list[Judged]:
	rows = _rows(_path(doc), staff_files.FIELDS if doc.kind == STAFF else division_files.FIELDS)
	return _judge_staff(rows) if doc.kind == STAFF else _judge_divisions(rows)


def _judge_divisions(rows: Iterable[dict]) -> list[Judged]:
	county = frappe.db.get_single_value(SETTINGS, "county_division")
	if not county:
		frappe.throw(_("Choose the county in the settings first."), OnboardingRefused)
	known = dict(
		frappe.get_all(DIVISION, fields=["name", "division_name"], order_by="name", as_list=True, limit=0)
	)
	return division_files.judge(rows, known, county)


def _judge_staff(rows: Iterable[dict]) -> list[Judged]:
	accounts = dict(
		frappe.get_all("User", fields=["name", "full_name"], order_by="name", as_list=True, limit=0)
	)
	divisions: dict[str, list[str]] = {}
	for row in frappe.get_all(DIVISION, fields=["name", "division_name"], order_by="name", limit=0):
		divisions.setdefault(row.division_name, []).append(row.name)
		divisions.setdefault(row.name, []).append(row.name)
	return staff_files.judge(rows, accounts, role_words(), divisions, COUNTY_ROLES)


def role_words() -> dict[str, str]:
	"""The roles of staff by the words on the screens, and by their own names."""
	found = {}
	for role in sorted(STAFF_ROLES | staff_files.ONE_BY_ONE):
		found[role] = found[frappe._(role, "zh")] = role
	return found


def _path(doc: Document) -> Path:
	path = copies.of_reader(doc.list_file) if doc.status != WRITING else _own_file(doc)
	if not path:
		frappe.throw(_("Attach the file again: it is not there as a private file."), OnboardingRefused)
	return path


def _own_file(doc: Document) -> Path | None:
	"""The job runs for nobody in particular: the file of this very record."""
	return copies.of_record([doc.list_file], DOCTYPE, [doc.name]).get(doc.list_file)


def _rows(path: Path, fields: tuple[Field, ...]) -> list[dict]:
	"""The rows of the file as text. Raises OnboardingRefused in the words of the reading."""
	with TemporaryDirectory(prefix="socaid-") as folder:
		connection = engine.start(folder=folder)
		try:
			with readers.opened(connection, path, fields) as table:
				if table.rows > MOST_ROWS:
					raise UnreadableReply(f"文件有{table.rows:,}行，最多{MOST_ROWS:,}行，请分成几个文件。")
				picked = ", ".join(column(one.name) for one in fields)
				found = connection.execute(
					f"select row_no, {picked} from {table.scan} order by row_no"
				).fetchall()
		except UnreadableReply as error:
			frappe.throw(str(error), OnboardingRefused)
		finally:
			connection.close()
	rows = [
		{"row": row, **dict(zip((one.name for one in fields), cells, strict=True))} for row, *cells in found
	]
	return [row for row in rows if any((row[one.name] or "").strip() for one in fields)]
