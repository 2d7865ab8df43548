"""A family at the counter in one go (一屏受理): persons, household, application and consents by one request.

All of it is entered or nothing is, through the same records as by the forms: their permissions, checks and history hold.
What is wrong is told row by row, so that it is put right in one round.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, getdate, today

from socaid_app.assistance_intake import desk, materials, online_applications
from socaid_app.assistance_intake.desk import APPLICATION
from socaid_app.assistance_intake.persons import CIRCUMSTANCES
from socaid_app.permissions import access_log, sensitive
from socaid_app.policy import identity, terms
from socaid_app.policy.names import legible
from socaid_app.socaid_app import identity_documents, registry

# What the screen asks of each person beside the relation to the head; the register keeps it.
PERSON = (
	"full_name",
	"id_number",
	"phone",
	"document_kind",
	"document_number",
	"nationality",
	"no_document_reason",
	"no_document_note",
	"birth_date",
	"sex",
	*CIRCUMSTANCES,
)
# What it asks once for the family, and writes on each new person or on the applicant alone.
OF_FAMILY, OF_APPLICANT = ("address", "hukou_type"), ("bank_name", "bank_account")
OF_CASE = (
	"category",
	"division",
	"applied_on",
	"channel",
	"cause",
	"requested_amount",
	"need_text",
	"green_channel",
	"green_channel_reason",
	"single_application",
	"agent_name",
	"agent_relation",
	"agent_phone",
	"applicant_signed",
	"no_income",
	"no_property",
	"no_expenses",
)
TABLES = ("incomes", "properties", "expenses")


ELSEWHERE = _lt(
	"This number is or was registered in another division. Ask the county office to transfer the record."
)


class CounterRefused(frappe.ValidationError):
	pass


@frappe.whitelist(methods=["POST"])
def look_up(id_number: str) -> dict:
	"""What the register knows of whoever shows this card, so that nothing is asked twice.

	{} for somebody new; ``elsewhere`` for somebody of another area; otherwise ``recipient``, ``full_name`` and
	``members``, the rows of the household they live in. Raises CounterRefused for a number that cannot be. Logged.
	"""
	frappe.has_permission(APPLICATION, "create", throw=True)
	try:
		card = identity.check_id(id_number, getdate(today()))
	except identity.IdentityError as error:
		frappe.throw(str(error), CounterRefused)
	recipient = sensitive.find_by_id_number(card.number)
	access_log.record("Search", "Recipient", recipient, "窗口受理核对身份证号", field="id_number")
	if not recipient:
		return {}
	person = frappe.get_doc("Recipient", recipient)
	if not person.has_permission("read"):
		return {"elsewhere": 1}
	households = registry.households_of(recipient)
	known = {"recipient": recipient, "full_name": person.full_name, "division": person.division}
	if not households or not frappe.has_permission("Recipient Household", "read", doc=households[0]):
		return known | {"members": []}
	return known | {"household": households[0], "members": desk.household_members(households[0])}


@frappe.whitelist(methods=["POST"])
def papers(category: str) -> list[dict]:
	"""The checklist of a category, see :func:`materials.checklist`."""
	frappe.has_permission(APPLICATION, "create", throw=True)
	return materials.checklist(category)


@frappe.whitelist(methods=["POST"])
def open_case(case: str | dict) -> str:
	"""Enter the family and its application; returns the application's name.

	``case``: the fields of the application and of the family, and the tables ``members`` (the applicant first;
	``recipient`` for somebody the register knows, otherwise what :data:`PERSON` names), ``incomes`` (``member``: the
	place of the person among the members, from 1), ``properties``, ``expenses``; ``materials`` (material, received, file)
	of the category's checklist; ``consent_file`` and ``consent_signed_on`` where all have signed; ``online_application``:
	what came from the public page and becomes this case. Raises CounterRefused with everything that is wrong; the answer's
	``problems`` say where (rows of table, row, message), and nothing is stored.
	"""
	case = frappe._dict(frappe.parse_json(case))
	frappe.has_permission(APPLICATION, "create", throw=True)
	online = online_applications.locked(case.online_application) if case.online_application else None
	problems: list[dict] = []
	members = [frappe._dict(row) for row in case.members or []]
	if not members:
		frappe.throw(_("Enter the applicant and whoever lives in the household."), CounterRefused)
	people = [_person(row, number, case, problems) for number, row in enumerate(members, 1)]
	_stop(problems)
	with _telling(problems):
		household = _household(case, members, people)
	_stop(problems)
	with _telling(problems):
		application = _application(case, members, people, household)
	_stop(problems)
	for number, person in enumerate(people, 1):
		with _telling(problems, "members", number):
			_consent(case, members[number - 1], application, person)
	_stop(problems)
	if online:
		online_applications.take_over(online, application.reload())
	return application.name


@contextmanager
def _telling(problems: list[dict], table: str = "", row: int = 0) -> Iterator[None]:
	"""What a record refuses is told with its row; the rest is looked at as well."""
	try:
		yield
	except frappe.ValidationError as error:
		frappe.clear_messages()
		problems.append({"table": table, "row": row, "message": str(error)})
	except frappe.PermissionError:
		if not row:
			raise
		# a person whom the register keeps out of this reader's sight
		frappe.clear_messages()
		problems.append({"table": table, "row": row, "message": str(ELSEWHERE)})


def _stop(problems: list[dict]) -> None:
	if not problems:
		return
	frappe.local.response["problems"] = problems
	said = [
		_("Member {0}: {1}").format(one["row"], one["message"]) if one["row"] else one["message"]
		for one in problems
	]
	frappe.throw(said, CounterRefused, title=_("The family was not entered yet"), as_list=True)


# --- the persons --------------------------------------------------------------------------------------------------
def _person(row: frappe._dict, number: int, case: frappe._dict, problems: list[dict]) -> Document | None:
	with _telling(problems, "members", number):
		if row.recipient:
			person = frappe.get_doc("Recipient", row.recipient)
			person.check_permission("read")
			return person
		values = {field: row.get(field) for field in PERSON if row.get(field)}
		values |= {field: case.get(field) for field in OF_FAMILY if case.get(field)}
		if number == 1:
			values |= {field: case.get(field) for field in OF_APPLICANT if case.get(field)}
		if (values.get("document_kind") or identity_documents.RESIDENT_ID) != identity_documents.RESIDENT_ID:
			return frappe.get_doc({"doctype": "Recipient", "division": case.division, **values}).insert()
		person = registry.enter_person({"division": case.division, **values})
		if legible(person.full_name) != legible(row.full_name):
			frappe.throw(
				_("This number is registered for {0}. Compare name and number with the card.").format(
					person.full_name
				),
				CounterRefused,
			)
		return person
	return None


# --- the household ------------------------------------------------------------------------------------------------
def _household(case: frappe._dict, members: list[frappe._dict], people: list[Document]) -> str:
	"""The one the applicant lives in, with the same persons; a new one for a family nobody knows."""
	homes = registry.households_of(people[0].name)
	if homes:
		residents = registry.residents_of(homes[0])
		missing = [
			person.full_name
			for person, row in zip(people, members, strict=True)
			if person.name not in residents and not _lives_apart(row)
		]
		if missing:
			frappe.throw(
				_(
					"{0} is not entered in the household the applicant lives in ({1}). Enter who has joined it there first."
				).format("、".join(missing), homes[0]),
				CounterRefused,
			)
		return homes[0]
	heads = [person for person, row in zip(people, members, strict=True) if row.kinship in ("01", terms.HEAD)]
	if len(heads) != 1:
		frappe.throw(_("Choose one head of the household by the relation."), CounterRefused)
	return registry.enter_household(
		{
			"head": heads[0].name,
			"division": case.division,
			"address": case.address,
			"members": [
				{
					"recipient": person.name,
					"kinship": row.kinship,
					"residence": row.residence or terms.LIVING_TOGETHER,
				}
				for person, row in zip(people, members, strict=True)
			],
		}
	).name


def _lives_apart(row: frappe._dict) -> bool:
	return (row.residence or terms.LIVING_TOGETHER) != terms.LIVING_TOGETHER


# --- the application ----------------------------------------------------------------------------------------------
def _application(
	case: frappe._dict, members: list[frappe._dict], people: list[Document], household: str
) -> Document:
	meta = frappe.get_meta(APPLICATION)
	fields = {*OF_CASE, *(df.fieldname for df in meta.fields if df.get("is_custom_field"))}
	handed_in = _handed_in(case)
	application = frappe.get_doc(
		{
			"doctype": APPLICATION,
			"applicant": people[0].name,
			"household": household,
			**{field: case.get(field) for field in fields if case.get(field) not in (None, "")},
			"members": [
				{
					"recipient": person.name,
					"kinship": row.kinship,
					"residence": row.residence or terms.LIVING_TOGETHER,
					"in_need": 1,
					**{field: row.get(field) for field in CIRCUMSTANCES if row.get(field)},
				}
				for person, row in zip(people, members, strict=True)
			],
			**{
				table: [
					_row(row, people, frappe.get_meta(meta.get_options(table)))
					for row in case.get(table) or []
				]
				for table in TABLES
			},
			"materials": handed_in,
		}
	).insert()
	for row in handed_in:
		_keep_scan(row["file"], application.name)
	return application


def _handed_in(case: frappe._dict) -> list[dict]:
	listed = {row["material"] for row in materials.checklist(case.category)} if case.category else ()
	rows = [frappe._dict(row) for row in case.materials or []]
	return [
		{"material": row.material, "received": 1, "file": row.file}
		for row in rows
		if row.material in listed and (cint(row.received) or row.file)
	]


def _keep_scan(address: str | None, application: str) -> None:
	"""A scan that the clerk sent before there was a case belongs to the case."""
	own = {"file_url": address, "owner": frappe.session.user, "attached_to_name": ["is", "not set"]}
	if address and (file := frappe.db.get_value("File", own)):
		owner = {"attached_to_doctype": APPLICATION, "attached_to_name": application}
		frappe.db.set_value("File", file, owner)


def _row(row: dict, people: list[Document], meta) -> dict:
	"""A row of income belongs to the member whose place it names."""
	values = {key: value for key, value in row.items() if meta.has_field(key)}
	if "member" in row:
		place = cint(row["member"])
		if not 1 <= place <= len(people):
			frappe.throw(_("Choose whose income it is."), CounterRefused)
		values["recipient"] = people[place - 1].name
	return values


def _consent(case: frappe._dict, row: frappe._dict, application: Document, person: Document) -> None:
	"""All sign one sheet; the guardian for a child."""
	if not case.consent_file:
		return
	frappe.get_doc(
		{
			"doctype": "Check Authorization",
			"application": application.name,
			"recipient": person.name,
			"person_role": "Applicant" if person.name == application.applicant else "Family Member",
			"signed_on": case.consent_signed_on or today(),
			"file": case.consent_file,
			"guardian_name": row.guardian_name,
		}
	).insert()
