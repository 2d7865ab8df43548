"""The short form for a new person asks for what fits the document, and takes somebody without one."""

import frappe
import pytest

from tests import builders
from tests.browser.people import VILLAGE_NAME
from tests.browser.screens import Desk


@pytest.fixture
def desk(desk_as, staff) -> Desk:
	return desk_as(staff.clerk, "document-")


def test_a_person_is_entered_with_whatever_document_there_is(desk: Desk):
	name = f"测试{builders.digits()}"
	desk.open("List", "Recipient").press("添加 救助对象")
	dialog = desk.dialog("新建 救助对象")

	def asks(*fields: str, without: tuple[str, ...] = ()) -> None:
		for state, names in (("visible", fields), ("hidden", without)):
			for field in names:
				dialog.locator(f".frappe-control[data-fieldname={field}]").wait_for(state=state)

	asks("id_number", without=("document_number", "number_compared"))
	desk.fill(dialog, full_name=name, id_number="220422199001011000")
	asks("number_compared")
	desk.shoot("末尾是零")
	desk.fill(dialog, document_kind="外国护照")
	asks("document_number", "nationality", without=("id_number",))
	desk.shoot("护照")
	desk.fill(dialog, document_kind="无")
	asks("no_document_reason", without=("document_number",))
	desk.fill(
		dialog, no_document_reason="出生未登记户口", sex="女", birth_date="2026-02-01", division=VILLAGE_NAME
	)
	desk.shoot("无证件")
	desk.press("保存", dialog)
	dialog.wait_for(state="hidden")
	desk.settle()
	frappe.db.rollback()
	stored = frappe.get_doc("Recipient", {"full_name": name})
	assert (stored.no_document_reason, stored.sex) == ("Birth Not Registered", "Female")
	# what was typed before another kind was chosen is not kept
	assert not stored.id_number
	assert desk.page.errors == []
