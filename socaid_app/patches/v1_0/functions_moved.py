"""Functions that a county's own records name by their path lie in files of other names: jobs with what the county set
in them (stopped, their log) and scripts of its administrators follow them."""

import frappe

JOB, SCRIPTS = "Scheduled Job Type", ("Client Script", "Server Script")
APP = "socaid_app"
MOVED = {
	"assistance_archives.catalogue.show": "assistance_archives.file_catalogue.show",
	"assistance_archives.filing.add_scans": "assistance_archives.filing_by_hand.add_scans",
	"assistance_archives.filing.decisions": "assistance_archives.filing_by_hand.decisions",
	"assistance_archives.filing.kinds": "assistance_archives.filing_by_hand.kinds",
	"assistance_archives.filing.take_out": "assistance_archives.filing_by_hand.take_out",
	"field_visits.routes.fill": "field_visits.route_stops.fill",
	"field_visits.routes.release": "field_visits.route_release.release",
	"field_visits.planning.assign": "field_visits.screening_tasks.assign",
	"field_visits.planning.reschedule": "field_visits.screening_tasks.reschedule",
	"field_visits.planning.workload": "field_visits.round_workload.workload",
	"petition_desk.clocks.refresh": "petition_desk.petition_clocks.refresh",
	"petition_desk.clocks.strip": "petition_desk.petition_clocks.strip",
	"public_disclosure.due.remind_of_restricted": "public_disclosure.undated.remind_of_restricted",
	"public_disclosure.publicity.complete_expired": "public_disclosure.taking_down.complete_expired",
	"public_disclosure.publicity.prepare_again": "public_disclosure.notice_drafts.prepare_again",
	"public_disclosure.publicity.prepare_termination": "public_disclosure.notice_drafts.prepare_termination",
	"public_disclosure.publicity.preview": "public_disclosure.posting.preview",
}


def execute() -> None:
	for old, new in ((f"{APP}.{old}", f"{APP}.{new}") for old, new in MOVED.items()):
		_move_job(old, new)
		for doctype in SCRIPTS:
			for row in frappe.get_all(
				doctype, {"script": ["like", f"%{old}%"]}, ["name", "script"], order_by="name"
			):
				frappe.db.set_value(
					doctype, row.name, "script", row.script.replace(old, new), update_modified=False
				)


def _move_job(old: str, new: str) -> None:
	name = frappe.db.get_value(JOB, {"method": old})
	if not name or frappe.db.exists(JOB, {"method": new}):
		return
	# as Frappe names it
	frappe.rename_doc(JOB, name, ".".join(new.split(".")[-2:]), force=True, show_alert=False)
	frappe.db.set_value(JOB, {"method": old}, "method", new, update_modified=False)
