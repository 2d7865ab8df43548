"""Chinese words that the app compared are English keys: the ground of a termination; whether a paper was taken out
because its record is none any more."""

import frappe

from socaid_app.assistance_archives.file_catalogue import DOCUMENT
from socaid_app.assistance_archives.filed_entries import GONE
from socaid_app.policy.publicity import TERMINATION_GROUNDS
from socaid_app.public_disclosure.content import NOTICE


def execute() -> None:
	for ground, word in TERMINATION_GROUNDS.items():
		frappe.db.set_value(NOTICE, {"ground": word}, "ground", ground, update_modified=False)
	taken_out = {"withdrawn": 1, "withdrawal_reason": GONE}
	frappe.db.set_value(DOCUMENT, taken_out, "source_gone", 1, update_modified=False)
