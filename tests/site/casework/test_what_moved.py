"""After an update a county's own records work with what has moved or is called otherwise."""

import frappe
import pytest

from socaid_app.assistance_archives.filed_entries import GONE
from socaid_app.patches.v1_0 import functions_moved, words_that_were_keys

JOB = "Scheduled Job Type"
OLD, NEW = "socaid_app.petition_desk.clocks.refresh", "socaid_app.petition_desk.petition_clocks.refresh"


def test_every_function_lies_where_the_patch_says(site):
	for old, new in functions_moved.MOVED.items():
		assert callable(frappe.get_attr(f"{functions_moved.APP}.{new}"))
		with pytest.raises((AttributeError, ModuleNotFoundError)):
			frappe.get_attr(f"{functions_moved.APP}.{old}")


def test_a_job_that_the_county_stopped_stays_stopped(site):
	name = frappe.db.get_value(JOB, {"method": NEW})
	frappe.rename_doc(JOB, name, "clocks.refresh", force=True, show_alert=False)
	frappe.db.set_value(JOB, "clocks.refresh", {"method": OLD, "stopped": 1})
	log = frappe.get_doc({"doctype": "Scheduled Job Log", "scheduled_job_type": "clocks.refresh"}).insert()
	for _again in range(2):
		functions_moved.execute()
	assert frappe.db.get_value(JOB, {"method": NEW}, ["name", "stopped"]) == ("petition_clocks.refresh", 1)
	assert not frappe.db.exists(JOB, {"method": OLD})
	assert frappe.db.get_value(log.doctype, log.name, "scheduled_job_type") == "petition_clocks.refresh"


def test_a_script_of_the_county_calls_what_it_called(site):
	script = frappe.get_doc(
		{
			"doctype": "Client Script",
			"name": "Petition clocks of the county",
			"dt": "Petition",
			"script": 'frappe.xcall("socaid_app.petition_desk.clocks.strip", {})',
		}
	).insert()
	functions_moved.execute()
	script.reload()
	assert script.script == 'frappe.xcall("socaid_app.petition_desk.petition_clocks.strip", {})'


def test_words_that_were_keys_become_keys(site):
	notice = frappe.new_doc("Publicity Notice", kind="Termination", ground="去世", name="GS-WORDS")
	paper = frappe.new_doc("Archive Document", name="AD-WORDS", withdrawn=1, withdrawal_reason=GONE)
	by_hand = frappe.new_doc("Archive Document", name="AD-HAND", withdrawn=1, withdrawal_reason="归错档")
	for doc in (notice, paper, by_hand):
		doc.db_insert()
	for _again in range(2):
		words_that_were_keys.execute()
	assert frappe.db.get_value(notice.doctype, notice.name, "ground") == "Died"
	assert frappe.db.get_value(paper.doctype, paper.name, "source_gone") == 1
	assert frappe.db.get_value(by_hand.doctype, by_hand.name, "source_gone") == 0
