"""A notice is reviewed for privacy and posted by another person than the one who prepared it (Law Art. 11)."""

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework import duties, records, steps
from socaid_app.policy import publicity as rules_of
from socaid_app.public_disclosure import content, hanging
from socaid_app.public_disclosure.content import NOTICE, PublicityRefused
from socaid_app.public_disclosure.notice_steps import DRAFT, POSTED, RUNNING, refuse, step

PUBLISH = "Publish Notices"


@frappe.whitelist()
def preview(name: str) -> dict:
	"""For the reviewer: ``content`` as it would be posted now, the ``checklist``, and ``seen``, its digest."""
	notice = frappe.get_doc(NOTICE, name)
	notice.check_permission("read")
	shown = notice_content(notice)
	return {"content": shown, "checklist": rules_of.CHECKLIST, "seen": content.digest(content.dump(shown))}


def notice_content(notice: Document) -> dict:
	"""The frozen content of a posted notice; of a draft what it would say today. The sheets print this alone."""
	if notice.published_content:
		posted = frappe.parse_json(notice.published_content)
		return posted | {"ends_on": notice.ends_on and getdate(notice.ends_on).isoformat()}
	return content.published(notice, content.gather(notice, getdate(today())).rows)


def not_by_who_prepared(notice: Document) -> str:
	"""Why the session's user may not post this notice; '' where somebody else prepared it."""
	if frappe.session.user not in (notice.prepared_by, records.author(notice)):
		return ""
	return _(
		"You prepared this notice. Another person must review it for privacy and post it (Social Assistance Law Art. 11)."
	)


@step(
	_lt("Review and Post"),
	at=DRAFT,
	to=RUNNING,
	duty=PUBLISH,
	who=not_by_who_prepared,
	foreign=PublicityRefused,
	primary=True,
)
def publish(notice: Document, seen: str | None = None) -> str:
	"""Privacy review and posting, by another person than the one who prepared the notice.

	``seen``: the digest the preview gave; when the records have changed since, nothing is posted.
	"""
	if seen and seen != content.digest(content.dump(notice_content(notice))):
		refuse(
			_(
				"The records have changed since you looked at this notice. Look at it again before you post it."
			)
		)
	steps.done(notice)
	return notice.status


def post(notice: Document) -> None:
	"""Privacy review and posting by a second person (Law Art. 11; policy gate O.10)."""
	if refusal := not_by_who_prepared(notice):
		refuse(refusal)
	if not duties.holds(PUBLISH):
		refuse(_("Only township or county staff or the disclosure officer post a notice."))
	if not notice.complaint_phone:
		refuse(_("A notice needs a phone number for complaints."))
	if not notice.flags.rows:
		refuse(_("There is nobody to publish: this notice would be empty."))
	_refuse_older_roll(notice)
	notice.posted_on = getdate(today())
	notice.planned_end = hanging.set_end(notice).planned
	notice.privacy_reviewed_by = frappe.session.user
	notice.published_content = content.dump(content.published(notice, notice.flags.rows))
	notice.content_hash = content.digest(notice.published_content)
	notice.note("Privacy Reviewed")
	notice.note("Notice Posted")


def _refuse_older_roll(notice: Document) -> None:
	if notice.kind != rules_of.ROLL:
		return
	newer = {"kind": notice.kind, "division": notice.division, "status": ["in", POSTED]}
	if frappe.db.exists(NOTICE, {**newer, "roll_month": [">", notice.roll_month]}):
		refuse(_("The roll of a later month hangs already."))
