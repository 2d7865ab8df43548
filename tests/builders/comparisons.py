"""Requests for outside data and their replies for the site tests."""

from __future__ import annotations

import frappe
from frappe.utils import today

from socaid_app.means_testing import comparison_requests, reply_import
from socaid_app.permissions import sensitive
from tests import builders
from tests.builders import visits

REQUEST, FINDING, SOURCE = "Comparison Request", "Comparison Finding", "Comparison Source"
HEADINGS = "身份证号,所有人,号牌号码,车辆类型,状态,登记日期,购置价"


def consent(recipient: str, **values):
	"""Signed for the support that is received, outside an application."""
	return builders.give_consent(frappe._dict(name=None), recipient, **values)


def family(division: str = builders.VILLAGE_A):
	"""A couple with 低保 who have consented; (household, entitlement)."""
	household, benefit = visits.make_family(division)
	for row in household.members:
		consent(row.recipient)
	return household, benefit


def draft(user: str, source: str = "vehicles", **values):
	frappe.db.set_value(SOURCE, source, "enabled", 1)
	with builders.acting_as(user):
		return frappe.get_doc(
			{"doctype": REQUEST, "source": source, "purpose": "低保定期复核", **values}
		).insert()


def sent(user: str, other: str, source: str = "vehicles", **values):
	request = draft(user, source, **values)
	with builders.acting_as(other):
		comparison_requests.approve(request.name)
	with builders.acting_as(user):
		comparison_requests.send(request.name)
	return request.reload()


def number(recipient: str) -> str:
	return sensitive.full_value(recipient, "id_number")


def vehicle(recipient: str, plate: str, price: str = "80000") -> str:
	return f"{number(recipient)},测试,{plate},小型轿车,正常,2025-01-02,{price}"


def reply(*lines: str, headings: str = HEADINGS, encoding: str = "utf-8"):
	"""A stored file as a user uploads it."""
	return stored("\n".join([headings, *lines, ""]).encode(encoding))


def stored(content: bytes, ending: str = "csv"):
	return frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{frappe.generate_hash(length=8)}.{ending}",
			"content": content,
			"is_private": 1,
		}
	).insert()


def answer(request, user: str, *lines: str, day: str | None = None, **values):
	"""The reply handed in by its step and read by its job."""
	with builders.acting_as(user):
		hand_in(request, reply(*lines, **values), day)
	reply_import.read(request.name)
	return request.reload()


def hand_in(request, file, day: str | None = None) -> None:
	"""By its step; the job reads it."""
	reply_import.read_reply(request.name, file.file_url, day or today())


def proof() -> str:
	"""A scanned paper, as the session's user uploads it."""
	return reply("车辆报废证明", headings="证明").file_url
