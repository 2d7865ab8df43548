"""Petitions for the tests."""

from zlib import crc32

import frappe

from tests import builders


def make(**values):
	"""A petition as the reception desk enters it: an appeal about a payment, under a real name."""
	text = builders.digits()
	return frappe.get_doc(
		{
			"doctype": "Petition",
			"subject": f"事由{text}",
			"category": "Appeal for Help",
			"matter": "Payment",
			"channel": "In Person",
			"petitioner_name": f"访{text}",
			"phone": f"139{int(text):08d}",
			"content": f"内容{text}",
			"division": builders.VILLAGE_A,
			**values,
		}
	).insert()


OPINION = {
	"decision": "Explained",
	"findings": "经查属实1",
	"answer": "处理意见1",
	"legal_basis": "依据1",
}


def under_way(**values):
	"""Taken up today, told today."""
	from socaid_app.petition_desk import delivering, taking_up

	doc = make(**values)
	taking_up.take_up(doc.name, "Handled as Petition" if doc.category == "Appeal for Help" else None)
	delivering.deliver(doc.name, "Notice of Taking Up", "Handed Over")
	return doc.reload()


def answered(delivered_on: str | None = None, **values):
	"""Answered today, the opinion delivered (today)."""
	from socaid_app.petition_desk import answering, delivering

	doc = under_way(**values)
	answering.answer(doc.name, **OPINION)
	delivering.deliver(doc.name, "Opinion on Handling", "Handed Over")
	if delivered_on:
		frappe.db.set_value("Petition", doc.name, {"delivered_on": delivered_on, "answered_on": delivered_on})
	return doc.reload()


def user(key: str, roles: str | tuple[str, ...], division: str | None = None) -> str:
	"""A user of the petition tests with a name of its own, made once per site: users are slow to make."""
	email = f"petition.{key}@example.invalid"
	if not frappe.db.exists("User", email):
		builders.make_user(roles, division, email)
		# of one length, so that no name is part of another
		frappe.db.set_value("User", email, "full_name", f"姓名{crc32(key.encode()) % 10**8:08}")
	return email
