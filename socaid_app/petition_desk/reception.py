"""Reception by family type: what was asked, which policies were explained, and what came of it (1.5.2, 1.5.3).

Most who come want to know something. Who wants more gets a petition out of the same record, by one step.
"""

from __future__ import annotations

import re

import frappe
from frappe import _, _lt
from frappe.model.document import Document

from socaid_app.casework import records, steps
from socaid_app.casework.steps import Ask, Steps
from socaid_app.permissions.scope import scope_of
from socaid_app.petition_desk import recording, secrecy
from socaid_app.petition_desk.guides import WRITING
from socaid_app.policy import petitions as law
from socaid_app.policy import terms

DOCTYPE, PETITION = "Reception Record", secrecy.PETITION
EXPLAINED, PETITION_RECORDED, REFERRED = (
	"Explained on the Spot",
	"Petition Recorded",
	"Referred to Another Office",
)
NOT_RECEIVING = "Not Receiving Help"
FAMILY_TYPES = {
	(terms.DIBAO, terms.URBAN): "Urban Minimum Living",
	(terms.DIBAO, terms.RURAL): "Rural Minimum Living",
	terms.TEKUN: "Destitute Person",
	terms.EDGE: "Edge Family",
	terms.RIGID: "Rigid Expenditure Family",
	terms.TEMPORARY: "Temporary Help Family",
}
SUBJECT, ACCUSED_LENGTH = 40, 140
# What is left of a reception in which somebody was accused: not even that it was.
NEUTRAL = "已按规定另行办理。"
TRACES = ("Version", "Comment", "Communication", "Notification Log", "ToDo")
EMPTIED = ("visitor_name", "phone", "household", "explanation", "signature", "follow_up")


class PetitionMade(frappe.ValidationError):
	pass


class ByTheButton(frappe.ValidationError):
	pass


class GuideNotPublished(frappe.ValidationError):
	pass


def _is_made(doc: Document) -> list[PetitionMade]:
	if not doc.petition and doc.result != PETITION_RECORDED:
		return []
	return [PetitionMade(_("A petition has been made of this record already."))]


# An accusation leaves nothing behind: no line about it either.
step = Steps(DOCTYPE, refusal=PetitionMade, every={"logged": False})


@step(
	_lt("Make a Petition"),
	missing=_is_made,
	hidden=lambda doc: _is_made(doc) or not frappe.has_permission(PETITION, "create"),
	asks=(
		Ask(
			"category", of=PETITION, options=(law.APPEAL, law.SUGGESTION, law.ACCUSATION), default=law.APPEAL
		),
		Ask("matter", of=PETITION),
		Ask("demand", reqd=False, label=_lt("Main Demand")),
		Ask(
			"accused",
			reqd=False,
			label=_lt("Who Is Complained About"),
			description=_lt(
				"Name, unit and post, one person a line. They are kept from it from the first moment."
			),
			depends_on=f"eval:doc.category == '{law.ACCUSATION}'",
		),
	),
)
def turn_into_petition(
	doc: Document, category: str, matter: str, demand: str | None = None, accused: str | None = None
) -> str | None:
	"""A petition with what the record says; returns its name, None when the session's user may not know of it.

	``accused``: who is complained about, in the visitor's words; with it from the first moment the petition is kept
	from them. An accusation leaves nothing behind in the record, which the whole office can read (信访工作条例 Art. 30).
	Raises PetitionMade when there is one already.
	"""
	frappe.has_permission(PETITION, "create", throw=True)
	petition = recording.record(
		petition_values(doc)
		| {"category": category, "matter": matter, "demand": demand, "accused": accused_rows(accused)}
	)
	if petition.restricted:
		steps.nothing_to_save(doc)
		empty(doc, petition.name)
	else:
		steps.done(doc, petition=petition.name, result=PETITION_RECORDED)
	return petition.name if secrecy.visible([petition.name]) else None


def accused_rows(accused: str | None) -> list[dict]:
	"""The rows of a petition for who is complained about, as told: one line or sentence for each."""
	told = (secrecy.tidy(line) for line in re.split(r"[\n;；]", accused or ""))
	return [{"accused_name": line[:ACCUSED_LENGTH]} for line in told if line]


def petition_values(doc: Document) -> dict:
	"""The fields of a petition that a reception knows."""
	name = (doc.visitor_name or "").strip()
	return {
		"subject": subject_of(doc.matter_text),
		"content": doc.matter_text,
		"channel": doc.channel,
		"received_on": frappe.utils.getdate(doc.received_at),
		"received_at": doc.place,
		"real_name": int(bool(name and doc.phone)),
		"petitioner_name": name,
		"phone": doc.phone,
		"people_count": doc.people_count,
		"household": doc.household,
		"assistance_category": benefit_of(doc.household),
		"division": doc.division,
		"first_opinion": doc.explanation,
	}


def forget_petition(petition: str) -> None:
	"""Hook ``socaid_petition_sealed``: the reception out of which a petition was made that is an accusation now."""
	for name in frappe.get_all(DOCTYPE, filters={"petition": petition}, pluck="name", order_by="name"):
		empty(frappe.get_doc(DOCTYPE, name), petition)


def empty(doc: Document, petition: str) -> None:
	"""Take out of a reception, and out of its history, what has become an accusation; its files go to that."""
	doc.update(dict.fromkeys(EMPTIED))
	doc.petition, doc.matter_text, doc.result = None, NEUTRAL, REFERRED
	with records.step(doc):
		doc.save(ignore_permissions=True)
	for reference in TRACES:
		kind, column = secrecy.REFERENCES[reference]
		frappe.db.delete(reference, {kind: DOCTYPE, column: doc.name})
	frappe.db.set_value(
		"File",
		{"attached_to_doctype": DOCTYPE, "attached_to_name": doc.name},
		{
			"attached_to_doctype": "Petition",
			"attached_to_name": petition,
			"attached_to_field": None,
			"owner": "Administrator",
			"is_private": 1,
		},
		update_modified=False,
	)


# --- what the form fills in and holds to --------------------------------------------------------------------
def complete(doc: Document) -> None:
	"""From ``before_validate``: who received, where the record belongs, which kind of family it is."""
	before = doc.get_doc_before_save()
	doc.received_by = before.received_by if before else frappe.session.user
	if not doc.flags.by_step:
		doc.petition = before.petition if before else None
	doc.division = doc.division or own_division()
	doc.family_type = doc.family_type or family_type(doc.household)


def check(doc: Document) -> None:
	"""From ``validate``."""
	if not doc.division:
		frappe.throw(_("Choose the village or community the visitor comes from."), frappe.MandatoryError)
	if doc.result == PETITION_RECORDED and not doc.petition:
		frappe.throw(
			_("Use “Make a Petition”: it records the petition and links it here."),
			ByTheButton,
		)
	before = doc.get_doc_before_save()
	if doc.petition and before and before.petition and doc.result != PETITION_RECORDED:
		frappe.throw(_("The petition made of this record stays its result."), PetitionMade)
	for row in doc.guides:
		if frappe.db.get_value("Policy Guide", row.guide, "status") == WRITING:
			frappe.throw(
				_("{0} is still being written. Choose a published answer.").format(row.question or row.guide),
				GuideNotPublished,
			)


def own_division() -> str | None:
	"""The widest division the clerk works for; the county for county staff."""
	scope = scope_of()
	if scope.divisions:
		return scope.divisions[0]
	return frappe.db.get_single_value("Socaid Settings", "county_division") if scope.everything else None


def benefit_of(household: str | None) -> str | None:
	"""The category of the benefit a household lives on; the first where there are several."""
	benefits = household and frappe.db.get_value("Recipient Household", household, "current_benefit")
	first = (benefits or "").split("、")[0]
	return first if first and frappe.db.exists("Assistance Category", first) else None


def family_type(household: str | None) -> str:
	"""The kind of family a household is by its benefit."""
	category = benefit_of(household)
	if not category:
		return NOT_RECEIVING
	scheme, area = frappe.get_cached_value("Assistance Category", category, ["scheme", "area"])
	return FAMILY_TYPES.get(scheme) or FAMILY_TYPES.get((scheme, area)) or NOT_RECEIVING


def subject_of(text: str | None) -> str:
	"""The beginning of what was said, as a title."""
	line = " ".join((text or "").split())
	return line if len(line) <= SUBJECT else line[: SUBJECT - 1] + "…"


@frappe.whitelist()
def family_type_of(household: str) -> str:
	"""For the form: the kind of family of a household the user may read."""
	frappe.has_permission("Recipient Household", "read", doc=household, throw=True)
	return family_type(household)
