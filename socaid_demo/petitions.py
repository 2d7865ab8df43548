"""Petitions of the demo county in every state, and who came to the reception desk."""

from __future__ import annotations

import frappe

from socaid_app.petition_desk import escalation, guides, petition_clocks
from socaid_demo import petition_tales, receptions
from socaid_demo.daybook import Daybook
from socaid_demo.petition_steps import PetitionDesk


def load(book: Daybook) -> dict[str, int]:
	"""Tell all tales, then let the jobs run that would have run every hour and night; returns what was added."""
	desk = PetitionDesk(book)
	petition_tales.tell(desk)
	visits = receptions.receive(desk)
	_guides_in_work(book)
	escalation.apply()
	petition_clocks.refresh()
	return {"Petition": frappe.db.count("Petition"), "Reception Record": visits}


def _guides_in_work(book: Daybook) -> None:
	"""A new version that waits for its approval, and an answer that is being written."""
	old = frappe.db.get_value(guides.DOCTYPE, {"status": guides.IN_FORCE}, order_by="name")
	if not old:
		return
	with book.acting(book.county("petitions"), book.day(2)):
		new = frappe.get_doc(guides.DOCTYPE, guides.new_version(old))
		new.change_note = "补充可以通过网上渠道申请的说明。"
		new.save()
		frappe.get_doc(
			{
				"doctype": guides.DOCTYPE,
				"question": "外出打工期间怎样办理低保复核？",
				"topic": "Changes",
				"keywords": "外出 打工 复核 委托",
				"answer": "<p>可以委托家人或村（社区）代为提交材料，工作人员可以电话或视频核实情况。</p>",
				"sources": [{"document": "《最低生活保障审核确认办法》（民发〔2021〕57号）"}],
			}
		).insert()
