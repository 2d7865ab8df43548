"""The same form sent again: the same words are the same petition; other words are asked about, never thrown away.

Somebody presses the button twice, or goes back in the browser, puts a telephone number right and sends the form
again. A petition keeps a keyed hash of the form it came from and one of what was said in it: the same said again
gets the same answer; something else is put to the citizen as a question – a correction of the first, or another
matter. A correction is noted on the petition it corrects and makes no repeated petition (重复信访) of it.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils.password import get_encryption_key

from socaid_app.casework import waiting
from socaid_app.petition_desk import secrecy
from socaid_app.policy import petitions as law

CORRECTION, ANOTHER = "correction", "another"
CHOICES = (
	(CORRECTION, "更正或补充刚才那一件", "刚才写错或漏写了。改动记在原来那一件上，不会算作重复信访。"),
	(ANOTHER, "另外反映一件事", "与刚才那一件不是一回事，单独登记，另给查询码。"),
)
# What a correction puts right; the category is fixed, because it decides who may know of the petition.
CORRECTED = {
	"content": "内容",
	"demand": "请求",
	"matter": "事项",
	"division": "地点",
	"petitioner_name": "姓名",
	"phone": "电话",
	"address": "住址",
}
# The code goes with the telephone.
TRACKED = ("tracking_hash", "phone_tail")


def key_of(seed: str) -> str:
	"""What is stored in ``Petition.form_key``."""
	return _keyed("petition form", seed)


@dataclass(frozen=True)
class Sent:
	"""Keyed hashes of what was sent: with its papers, and its words alone."""

	whole: str
	words: str


def sent(values: Mapping[str, str], papers: Iterable[str]) -> Sent:
	"""``papers``: hashes of the files. Browsers drop them on the way back, so the words alone count as the same."""
	words = [f"{name}={value}" for name, value in sorted(values.items())]
	return Sent(_keyed("petition papers", *words, *papers), _keyed("petition words", *words))


def _keyed(*parts: str) -> str:
	return hmac.new(get_encryption_key().encode(), "\x1f".join(parts).encode(), "sha256").hexdigest()


def take_turn(seed: str, notice: str | None) -> None:
	"""One form is dealt with at a time, and one statement about a notice: who pressed twice waits for the first."""
	wanted = [(secrecy.PETITION, key_of(seed))]
	wanted += [("Publicity Notice", notice)] if notice else []
	for _attempt in range(3):
		try:
			return waiting.take(wanted)
		except waiting.ChangedMeanwhile:
			# a new look at the database, in which the other one is stored
			frappe.clear_last_message()
			frappe.db.rollback()
	return waiting.take(wanted)


def of_form(seed: str) -> list[frappe._dict]:
	"""The petitions that this form was sent for, the first first."""
	return frappe.get_all(
		secrecy.PETITION,
		filters={"form_key": key_of(seed)},
		fields=["name", "category", "status", "form_digest"],
		order_by="creation, name",
	)


def says(petition: frappe._dict, now: Sent, with_papers: bool) -> bool:
	"""Whether the petition, or a correction of it, said just this."""
	return (now.whole if with_papers else now.words) in petition.form_digest.split()


def seed_of(petition: frappe._dict, seed: str, all_of_form: list[frappe._dict]) -> str:
	"""What the petition's tracking code was made from."""
	return seed if petition == all_of_form[0] else another_seed(seed, petition.form_digest.split()[0])


def another_seed(seed: str, whole: str) -> str:
	"""Another matter on the same form gets a code of its own, the same one however often the button is pressed."""
	return f"{seed}.{whole[:16]}"


def may_correct(petition: frappe._dict, category: str) -> bool:
	return petition.category == category and petition.status not in law.NO_LONGER_OPEN


def correct(name: str, values: dict) -> None:
	"""Write corrected words into the petition. What was said first stays below them; nothing is lost."""
	doc = frappe.get_doc(secrecy.PETITION, name)
	changed = [field for field in CORRECTED if (doc.get(field) or "") != (values.get(field) or "")]
	if "content" in changed:
		values = values | {"content": f"{values['content']}\n\n【更正前的内容】\n{doc.content}"}
	doc.update({field: values.get(field) for field in (*changed, "real_name", "anonymous_wish", *TRACKED)})
	doc.attachments_note = "、".join(filter(None, (doc.attachments_note, values["attachments_note"])))
	doc.form_digest = f"{doc.form_digest} {values['form_digest']}"
	_name_accused(doc, values["accused"])
	labels = "、".join(CORRECTED[field] for field in changed) or "附件"
	doc.log("网上更正", f"信访人更正、补充了：{labels}")
	doc.save_by_step(ignore_permissions=True)
	if doc.handler:
		secrecy.tell([doc.handler], _("The petitioner has corrected petition {0}").format(doc.name), doc)


def _name_accused(doc: Document, accused: list[dict]) -> None:
	known = {row.accused_name for row in doc.accused}
	for row in accused:
		if row["accused_name"] not in known:
			doc.append("accused", row)
