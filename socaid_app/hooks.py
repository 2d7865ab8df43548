"""What Frappe should call, and when. Data only: paths and constants; logic lives where the paths point."""

from socaid_app.frappe_versions import DESK as _desk

app_name = "socaid_app"
app_title = "Socaid App"
app_publisher = "socaid_app contributors"
app_description = "Social assistance (社会救助) for county civil-affairs bureaus and their townships"
app_email = "socaid@example.invalid"
app_license = "MIT"
export_python_type_annotations = True

add_to_apps_screen = [
	{
		"name": "socaid_app",
		"logo": "/assets/socaid_app/images/socaid.svg",
		"title": "社会救助",
		"route": f"{_desk}/social-assistance",
		"has_permission": "socaid_app.permissions.scope.may_use_app",
	}
]
app_logo_url = "/assets/socaid_app/images/socaid.svg"

app_include_js = "socaid.bundle.js"
app_include_css = ["socaid.bundle.css", "phone.bundle.css"]

# --- Set-up -----------------------------------------------------------------------------------------
after_install = "socaid_app.install.after_install"
after_migrate = "socaid_app.install.after_migrate"

# Rewritten on every migrate, hence nothing a county tunes belongs here: roles and workflows are seeds (setup/).
fixtures = [{"dt": "Kinship Code"}]

# --- Who sees what ----------------------------------------------------------------------------------
# Every DocType here carries ``division`` and ``township``; list and document checks share one criterion.
SCOPED_DOCTYPES = (
	"Recipient",
	"Recipient Household",
	"Household Event",
	"Entitlement",
	"Circumstance Change",
	"Data Quality Issue",
	"Relative Declaration",
	"Duplicate Candidate",
	"Case Reminder",
	"Assistance Application",
	"Online Application",
	"Household Investigation",
	"Service Record",
	"Standard Raise",
	"Relief Stage",
	"Case Deliberation",
	"Relief Reserve",
	"Reserve Request",
	"Reserve Entry",
	"Reserve Statement",
	"Outreach Activity",
	"Check Authorization",
	"Check Report",
	"Democratic Review",
	"Publicity Notice",
	"Household Reassessment",
	"Benefit Adjustment",
	"Adjustment Batch",
	"Batch Omission",
	"Raise Contact",
	"Opinion Hearing",
	"Violation Case",
	"Violation Deliberation",
	"Violation Referral",
	"Recovery",
	"Recovery Entry",
	"Payment List",
	"Payment Line",
	"Payment Return",
	"What-if Scenario",
	"What-if Result",
	"What-if Finding",
	"Comparison Request",
	"Comparison Finding",
	"Comparison Candidate",
	"List Reconciliation",
	"Reconciliation Difference",
	"Review Classification",
	"Monitoring Warning",
	"Change Report",
	"Assistance Lead",
	"Update Task",
	"Care Agreement",
	"Carer Check",
	"Screening Task",
	"Home Visit",
	"Visit Sync Item",
	"Visit Problem",
	"Individual Plan",
	"Needs Assessment",
	"Service Referral",
	"Service Callback",
	"Spot Check Item",
	"Route Plan",
	"Service Object",
	"Service Check Plan",
	"Service Check",
	"Incident",
	"Alarm Call",
	"Stock Item",
	"Stock Movement",
	"Register Entry",
	"Archive File",
	"Archive Document",
	"Archive Location",
	"Archive Movement",
	"Archive Loan",
	"Archive Handover",
	"Archive Room Check",
	"Archive Room Access",
	"Archive Hold",
	"Archive Appraisal",
	"Reception Record",
	"Disclosure Publication",
	"Disclosure Correction",
	"Disclosure Inspection",
	"Roster Import",
)
# Petitions have the same scope and, above it, the secrecy of accusations (信访工作条例 Art. 30): no role sees
# them by its division alone, and no logged reason opens them (petition_desk/secrecy.py).
PETITION_DOCTYPES = (
	"Petition",
	"Petition Review",
	"Petition Hearing",
	"Petition Settlement",
	"Petition Transfer",
)
# Letters and the proof that they arrived, about the cases of every module (casework/deliveries.py): seen by whoever may
# see records of the case's kind, and about a petition with its secrecy.
DELIVERIES = ("Document Delivery",)
# What is recorded of somebody of the staff: seen by the person and by who manages staff there
# (service_management/own_records.py).
STAFF_DOCTYPES = (
	"Staff Paper",
	"Attendance Mark",
	"Attendance Day",
	"Attendance Request",
	"Exam Attempt",
	"Staff Assessment",
)
socaid_delivery_cases = [
	"Assistance Application",
	"Petition",
	"Benefit Adjustment",
	"Violation Case",
	"Violation Referral",
	"Comparison Finding",
	"Relief Stage",
]
socaid_scoped_doctypes = [*SCOPED_DOCTYPES, *PETITION_DOCTYPES, *DELIVERIES, *STAFF_DOCTYPES]
socaid_petition_doctypes = [*PETITION_DOCTYPES, *DELIVERIES]
# What an administrator without case permission may open for a stated reason (permissions/break_glass.py).
socaid_break_glass_doctypes = [*SCOPED_DOCTYPES, *DELIVERIES]
permission_query_conditions = dict.fromkeys(SCOPED_DOCTYPES, "socaid_app.permissions.scope.query_condition")
has_permission = dict.fromkeys(SCOPED_DOCTYPES, "socaid_app.permissions.scope.has_permission")
permission_query_conditions |= dict.fromkeys(
	PETITION_DOCTYPES, "socaid_app.petition_desk.secrecy.query_condition"
)
has_permission |= dict.fromkeys(PETITION_DOCTYPES, "socaid_app.petition_desk.secrecy.has_permission")
permission_query_conditions |= dict.fromkeys(
	STAFF_DOCTYPES, "socaid_app.service_management.own_records.query_condition"
)
has_permission |= dict.fromkeys(STAFF_DOCTYPES, "socaid_app.service_management.own_records.has_permission")
# Frappe 15 asks the last hook first.
permission_query_conditions |= dict.fromkeys(
	DELIVERIES,
	["socaid_app.petition_desk.secrecy.query_condition", "socaid_app.casework.deliveries.query_condition"],
)
has_permission |= dict.fromkeys(
	DELIVERIES,
	["socaid_app.petition_desk.secrecy.has_permission", "socaid_app.casework.deliveries.has_permission"],
)
# Frappe lists the rows of a child table to everybody who may read its parent DocType anywhere.
SCOPED_CHILD_TABLES = {
	"Household Member": "Recipient Household",
	"Person Absence": "Recipient",
	"Changed Fact": "Circumstance Change",
	"Entitlement Share": "Entitlement",
	"Application Member": "Assistance Application",
	"Application Supporter": "Assistance Application",
	"Application Income": "Assistance Application",
	"Application Property": "Assistance Application",
	"Application Expense": "Assistance Application",
	"Application Material": "Assistance Application",
	"Application Opinion": "Assistance Application",
	"Application Deadline": "Assistance Application",
	"Online Applicant Member": "Online Application",
	"Online Application Paper": "Online Application",
	"Planned Stage": "Assistance Application",
	"Carried Fact": "Assistance Application",
	"Case Deliberation Member": "Case Deliberation",
	"Investigation Participant": "Household Investigation",
	"Check Authorization Source": "Check Authorization",
	"Comparison Request Person": "Comparison Request",
	"Democratic Review Attendee": "Democratic Review",
	"Adjustment Share": "Benefit Adjustment",
	"Raise Contact Attempt": "Raise Contact",
	"Violation Evidence": "Violation Case",
	"Deliberation Member": "Violation Deliberation",
	"Recovery Instalment": "Recovery",
	"What-if Change": "What-if Scenario",
	"Reconciliation Place": "List Reconciliation",
	"Difference Sighting": "Reconciliation Difference",
	"Publicity Objection": "Publicity Notice",
	"Home Visit Visitor": "Home Visit",
	"Visit Measure": "Home Visit",
	"Visit Photo": "Home Visit",
	"Visit Member": "Home Visit",
	"Visit Income": "Home Visit",
	"Visit Property": "Home Visit",
	"Visit Expense": "Home Visit",
	"Visit Need": "Home Visit",
	"Visit Verification": "Home Visit",
	"Visit Difference": "Home Visit",
	"Visit Problem Action": "Visit Problem",
	"Individual Plan Measure": "Individual Plan",
	"Individual Plan Service": "Individual Plan",
	"Needs Answer": "Needs Assessment",
	"Assessed Need": "Needs Assessment",
	"Callback Answer": "Service Callback",
	"Route Stop": "Route Plan",
	"Route Team": "Route Plan",
	"Service Check Answer": "Service Check",
	"Check Participant": "Service Check",
	"Incident Task": "Incident",
	"Incident Entry": "Incident",
	"Incident Outside Report": "Incident",
	"Stock Movement Lot": "Stock Movement",
	"Register Value": "Register Entry",
	"Register Person": "Register Entry",
	"Register Task": "Register Entry",
	"Register Supply": "Register Entry",
	"Archive Handover Item": "Archive Handover",
	"Archive Appraisal Item": "Archive Appraisal",
	"Reception Guide": "Reception Record",
	"Publicity Entry": "Publicity Notice",
	"Publicity Interruption": "Publicity Notice",
	"Publicity Log": "Publicity Notice",
	"Publication Log": "Disclosure Publication",
	"Disclosure Inspection Item": "Disclosure Inspection",
	"Roster Import Column": "Roster Import",
}
PETITION_CHILD_TABLES = {
	"Petition Representative": "Petition",
	"Petition Accused": "Petition",
	"Petition Action": "Petition",
}
permission_query_conditions |= dict.fromkeys(
	SCOPED_CHILD_TABLES, "socaid_app.permissions.scope.child_query_condition"
)
permission_query_conditions |= dict.fromkeys(
	PETITION_CHILD_TABLES, "socaid_app.petition_desk.secrecy.child_query_condition"
)
# Some registers are seen by those concerned alone; whoever is to sign an entry sees it, wherever it lies.
permission_query_conditions["Register Entry"] = "socaid_app.service_management.registers.query_condition"
has_permission["Register Entry"] = "socaid_app.service_management.registers.has_permission"
permission_query_conditions |= dict.fromkeys(
	("Register Value", "Register Person", "Register Task", "Register Supply"),
	"socaid_app.service_management.registers.row_condition",
)
STAFF_CHILD_TABLES = {"Exam Attempt Question": "Exam Attempt", "Assessment Row": "Staff Assessment"}
permission_query_conditions |= dict.fromkeys(
	STAFF_CHILD_TABLES, "socaid_app.service_management.own_records.child_query_condition"
)
socaid_child_tables = SCOPED_CHILD_TABLES | PETITION_CHILD_TABLES | STAFF_CHILD_TABLES
# What refers to a petition tells that there is one (petition_desk/secrecy.py knows the columns).
PETITION_REFERENCES = (
	"Access Log",
	"Activity Log",
	"Comment",
	"Communication",
	"Deleted Document",
	"DocShare",
	"Document Follow",
	"Email Queue",
	"Error Log",
	"File",
	"Notification Log",
	"Sensitive Access Log",
	"Tag Link",
	"ToDo",
	"Version",
	"View Log",
)
permission_query_conditions |= dict.fromkeys(
	PETITION_REFERENCES, "socaid_app.petition_desk.secrecy.reference_condition"
)
has_permission |= dict.fromkeys(
	PETITION_REFERENCES, "socaid_app.petition_desk.secrecy.reference_has_permission"
)
# What was made of a report is its owner's, while the report's roles are.
permission_query_conditions["Prepared Report"] = "socaid_app.permissions.reports.prepared_condition"
has_permission["Prepared Report"] = "socaid_app.permissions.reports.prepared_has_permission"
# A report that somebody built is theirs (casework/own_reports.py).
permission_query_conditions["Report"] = "socaid_app.permissions.reports.report_condition"
has_permission["Report"] = "socaid_app.permissions.reports.report_has_permission"
# Its condition is SQL as typed.
has_permission["Bulk Update"] = "socaid_app.petition_desk.guards.is_administrators"
# Frappe 15 asks the last hook first.
permission_query_conditions["Case Reminder"] = [
	"socaid_app.permissions.scope.query_condition",
	"socaid_app.petition_desk.secrecy.reference_condition",
]
has_permission["Case Reminder"] = [
	"socaid_app.permissions.scope.has_permission",
	"socaid_app.petition_desk.secrecy.reference_has_permission",
]
# A saved filter of one's own says what one looks for (permissions/list_filters.py).
permission_query_conditions["List Filter"] = "socaid_app.permissions.list_filters.list_visible"
has_permission["List Filter"] = "socaid_app.permissions.list_filters.is_visible"
# Whoever follows a record is mailed what is written on it (permissions/following.py).
permission_query_conditions["Document Follow"] = [
	"socaid_app.permissions.following.list_own",
	"socaid_app.petition_desk.secrecy.reference_condition",
]
has_permission["Document Follow"] = [
	"socaid_app.permissions.following.is_own",
	"socaid_app.petition_desk.secrecy.reference_has_permission",
]
# A File is judged by what is stored, and listed to whom the record is that it hangs on.
override_doctype_class = {"File": "socaid_app.permissions.files.StoredFile"}
override_doctype_class |= {
	"Auto Email Report": "socaid_app.permissions.reports.MailedReport",
	"Customize Form": "socaid_app.setup.form_changes.CustomizedForm",
	"Prepared Report": "socaid_app.permissions.reports.PreparedReport",
	"Report": "socaid_app.casework.own_reports.OwnReport",
	"Scheduled Job Type": "socaid_app.overrides.scheduled_jobs.ScheduledJob",
}
permission_query_conditions["File"] = [
	"socaid_app.permissions.files.query_condition",
	"socaid_app.petition_desk.secrecy.reference_condition",
]
has_permission["File"] = [
	"socaid_app.permissions.files.has_permission",
	"socaid_app.petition_desk.secrecy.reference_has_permission",
]

# Whose a record is, is stored.
has_permission["*"] = "socaid_app.permissions.stored.judge_owner"

# Numbers, initials and case numbers find people in every link field.
standard_queries = {
	"Recipient": "socaid_app.socaid_app.search.person_query",
	"Recipient Household": "socaid_app.socaid_app.search.household_query",
}
# Exports of personal records are logged; what Frappe answers without asking for permission, asks.
override_whitelisted_methods = {
	"frappe.desk.reportview.export_query": "socaid_app.overrides.exports.export_query",
	"frappe.desk.query_report.export_query": "socaid_app.overrides.exports.export_report",
	"frappe.core.doctype.data_import.data_import.download_template": "socaid_app.overrides.exports.download_template",
	"frappe.core.doctype.data_export.exporter.export_data": "socaid_app.overrides.exports.export_data",
	"frappe.core.doctype.prepared_report.prepared_report.download_attachment": "socaid_app.overrides.exports.download_report",
	"frappe.client.get_count": "socaid_app.permissions.channels.get_count",
	"frappe.desk.search.get_link_title": "socaid_app.permissions.channels.get_link_title",
	"frappe.utils.global_search.search": "socaid_app.permissions.channels.global_search",
	"frappe.geo.utils.get_coords": "socaid_app.permissions.channels.get_coords",
	"frappe.client.validate_link": "socaid_app.permissions.channels.validate_link",
	"frappe.desk.notifications.get_open_count": "socaid_app.permissions.channels.get_open_count",
	"frappe.desk.listview.get_group_by_count": "socaid_app.permissions.channels.get_group_by_count",
	"frappe.desk.doctype.tag.tag.get_tagged_docs": "socaid_app.permissions.channels.get_tagged_docs",
	"frappe.workflow.doctype.workflow.workflow.get_workflow_state_count": "socaid_app.permissions.channels.get_workflow_state_count",
	"frappe.desk.doctype.system_console.system_console.execute_code": "socaid_app.permissions.channels.execute_code",
	"frappe.client.get": "socaid_app.permissions.channels.get",
	"frappe.client.get_password": "socaid_app.permissions.channels.get_password",
	"frappe.desk.form.utils.get_next": "socaid_app.permissions.channels.get_next",
	"frappe.desk.search.search_link": "socaid_app.permissions.channels.search_link",
	"frappe.desk.search.search_widget": "socaid_app.permissions.channels.search_widget",
	"frappe.desk.treeview.get_all_nodes": "socaid_app.permissions.channels.get_all_nodes",
	"frappe.model.mapper.map_docs": "socaid_app.permissions.channels.map_docs",
	"frappe.desk.doctype.dashboard_chart.dashboard_chart.get": "socaid_app.permissions.channels.get_chart",
	"frappe.utils.goal.get_monthly_goal_graph_data": "socaid_app.permissions.channels.get_monthly_goal_graph_data",
	"frappe.desk.doctype.kanban_board.kanban_board.update_order": "socaid_app.permissions.channels.update_order",
	"frappe.www.printview.get_html_and_style": "socaid_app.permissions.stored.get_html_and_style",
	"frappe.www.printview.get_rendered_raw_commands": "socaid_app.permissions.stored.get_rendered_raw_commands",
	"frappe.utils.print_format.download_pdf": "socaid_app.permissions.stored.download_pdf",
	"frappe.desk.doctype.tag.tag.add_tag": "socaid_app.permissions.channels.add_tag",
	"frappe.desk.doctype.tag.tag.add_tags": "socaid_app.permissions.channels.add_tags",
	"frappe.desk.doctype.tag.tag.remove_tag": "socaid_app.permissions.channels.remove_tag",
	"frappe.desk.doctype.tag.tag.get_documents_for_tag": "socaid_app.permissions.channels.get_documents_for_tag",
	"frappe.desk.form.load.get_docinfo": "socaid_app.permissions.channels.get_docinfo",
	"frappe.desk.doctype.event.event.get_events": "socaid_app.permissions.channels.get_events",
	"frappe.desk.doctype.notification_settings.notification_settings.set_seen_value": "socaid_app.permissions.channels.set_seen_value",
	"frappe.core.doctype.user.user.reset_password": "socaid_app.permissions.accounts.reset_password",
	"frappe.core.doctype.user.user.sign_up": "socaid_app.permissions.accounts.sign_up",
	"frappe.www.login.send_login_link": "socaid_app.permissions.accounts.send_login_link",
	"frappe.core.doctype.prepared_report.prepared_report.get_reports_in_queued_state": "socaid_app.permissions.reports.get_reports_in_queued_state",
	"frappe.desk.query_report.run": "socaid_app.petition_desk.guards.run_report",
	"frappe.desk.form.document_follow.follow_document": "socaid_app.permissions.following.follow_document",
	"frappe.desk.form.document_follow.update_follow": "socaid_app.permissions.following.update_follow",
	"frappe.desk.form.document_follow.get_follow_users": "socaid_app.permissions.following.get_follow_users",
	"frappe.model.workflow.apply_workflow": "socaid_app.casework.workflows.apply_workflow",
	"frappe.desk.like.toggle_like": "socaid_app.permissions.authors.toggle_like",
	"frappe.desk.form.assign_to.add": "socaid_app.permissions.assigning.add",
	"frappe.desk.form.assign_to.add_multiple": "socaid_app.permissions.assigning.add_multiple",
	"frappe.desk.form.assign_to.remove": "socaid_app.permissions.assigning.remove",
	"frappe.desk.form.assign_to.remove_multiple": "socaid_app.permissions.assigning.remove_multiple",
}

# --- Clocks -----------------------------------------------------------------------------------------
# What looks after the system itself, when the clock is wrong too (overrides/scheduled_jobs.py).
socaid_jobs_at_any_time = ["socaid_app.upkeep.system_problems.watch"]
scheduler_events = {
	# What is urgent does not wait for the night.
	"hourly": [
		"socaid_app.petition_desk.escalation.apply",
		"socaid_app.casework.background.resume",
		"socaid_app.service_management.attendance.refresh",
		"socaid_app.service_management.exams.close_overdue",
		"socaid_app.means_testing.recoveries.deductions.settle_all",
	],
	"daily": ["socaid_app.permissions.break_glass.expire_shares"],
	"daily_long": [
		"socaid_app.field_visits.callbacks.generate_due",
		"socaid_app.field_visits.pocket.pocket_photos.tidy",
		"socaid_app.assistance_archives.filing.nightly",
		"socaid_app.public_disclosure.rolls.generate",
		"socaid_app.assistance_archives.backups.jobs.begin_nightly",
		"socaid_app.assistance_archives.fixity.verify_due",
		"socaid_app.assistance_archives.appraisals.remove_copies",
		"socaid_app.management_insight.roll_up.nightly",
	],
	"weekly_long": ["socaid_app.assistance_archives.backups.jobs.begin_weekly"],
	"cron": {
		# Before the office opens: today's colours and reminders are there when the first clerk logs in.
		"20 0 * * *": [
			"socaid_app.public_disclosure.taking_down.complete_expired",
			"socaid_app.public_disclosure.results.catch_up",
			"socaid_app.public_disclosure.undated.remind_of_restricted",
			"socaid_app.public_disclosure.catalogue.mark_late",
			"socaid_app.socaid_app.entitlements.end_expired",
			"socaid_app.socaid_app.doctype.circumstance_change.circumstance_change.take_effect_due",
			"socaid_app.socaid_app.person_merge.move_stragglers",
			"socaid_app.means_testing.adjustments.end_grace_periods",
			# after the ledger has closed what ended
			"socaid_app.dynamic_management.standings.nightly",
			"socaid_app.dynamic_management.care_agreements.end_with_support",
			"socaid_app.dynamic_management.update_tasks.nightly",
			"socaid_app.assistance_intake.reserve_steps.nightly",
			"socaid_app.field_visits.planning.mark_overdue_stages",
			"socaid_app.field_visits.coverage.refresh_last_visits",
			"socaid_app.field_visits.filings.draw_due",
			"socaid_app.petition_desk.petition_clocks.refresh",
			"socaid_app.petition_desk.guides.mark_replaced",
			"socaid_app.assistance_archives.retention.refresh",
			"socaid_app.casework.deliveries.mark_overdue",
			"socaid_app.service_management.check_planning.nightly",
			"socaid_app.service_management.surveys.nightly",
			"socaid_app.service_management.registers.erase_personal",
			"socaid_app.field_visits.employment.close_accounts",
			# the days first: they are part of what is assessed
			"socaid_app.service_management.attendance.nightly",
			"socaid_app.service_management.assessments.nightly",
			# what is found is due from today on
			"socaid_app.socaid_app.quality_rules.nightly",
			"socaid_app.casework.clocks.nightly",
		],
		# An alarm nobody answers reaches the next person within a minute.
		"* * * * *": ["socaid_app.casework.alarm_calls.pass_on"],
		# A team that does not come back is missed within minutes.
		"*/5 * * * *": [
			"socaid_app.field_visits.alarms.raise_overdue",
			"socaid_app.service_management.incidents.raise_late_reports",
			"socaid_app.upkeep.system_problems.watch",
		],
		# Monday: did last week's reminders really go out?
		"40 6 * * 1": ["socaid_app.casework.clocks.check_reminders_ran"],
	},
}

# The registry does not know the visits; they tell it when a household was last seen.
# Every document the system produces or receives is filed (assistance_archives/sources.py lists them too).
archived_doctypes = (
	"Assistance Application",
	"Check Authorization",
	"Household Investigation",
	"Check Report",
	"Democratic Review",
	"Publicity Notice",
	"Document Delivery",
	"Home Visit",
	"Service Callback",
	"Circumstance Change",
	"Household Reassessment",
	"Benefit Adjustment",
	"Opinion Hearing",
	"Comparison Finding",
	"Violation Case",
	"Violation Referral",
	"Recovery",
	"Care Agreement",
	"Carer Check",
	"Assistance Lead",
	"Relief Stage",
	"Case Deliberation",
	"Standard Raise",
	"Needs Assessment",
	"Individual Plan",
	"Visit Problem",
	"Household Event",
)
doc_events = {
	archived_doctypes: {
		"validate": "socaid_app.assistance_archives.handed_in.require_openable",
		"on_change": "socaid_app.assistance_archives.filing.note",
	},
	("Home Visit",): {"on_change": "socaid_app.field_visits.coverage.note_visit"},
}

# How a household stands follows what it is derived from; a visit may be the assessment that was due.
doc_events |= {
	("Assistance Application", "Benefit Adjustment"): {
		"on_change": "socaid_app.dynamic_management.standings.note"
	},
	"Home Visit": {
		"on_change": [
			"socaid_app.dynamic_management.care_agreements.note_visit",
			"socaid_app.dynamic_management.monitoring_warnings.watch_visit",
		]
	},
	"Recipient": {
		"on_update": [
			"socaid_app.dynamic_management.monitoring_warnings.watch_person",
			# whoever died or moved away is served no longer
			"socaid_app.field_visits.plan_measures.follow_person",
		]
	},
	# whoever newly qualifies by a raise is gone after
	"Adjustment Batch": {"on_update": "socaid_app.dynamic_management.raise_leads.follow_batch"},
}

# What a letter that arrived does to its case is the case's own.
papers = "socaid_app.petition_desk.papers"
doc_events |= {
	DELIVERIES: {
		"autoname": f"{papers}.name_paper",
		"before_validate": f"{papers}.follow_petition",
		"validate": [
			"socaid_app.assistance_intake.notices.check",
			"socaid_app.means_testing.adjustments.check_notice",
			"socaid_app.means_testing.violations.violation_letters.check",
			"socaid_app.means_testing.comparison_findings.check_notice",
			f"{papers}.check",
		],
		"on_update": [
			"socaid_app.assistance_intake.notices.note_delivery",
			"socaid_app.means_testing.adjustments.note_delivery",
			"socaid_app.means_testing.batches.raise_contacts.note_delivery",
			"socaid_app.means_testing.violations.violation_letters.note_delivery",
			f"{papers}.tell_petition",
		],
	}
}

# What a decision demands back, and what the bank's answer says of deductions (means_testing/recoveries/).
recoveries = "socaid_app.means_testing.recoveries"
doc_events |= {
	("Benefit Adjustment", "Violation Case"): {"on_update": f"{recoveries}.demands.follow_decision"},
	("Payment Return",): {"after_insert": f"{recoveries}.deductions.follow_return"},
	("Payment Line",): {"on_update": f"{recoveries}.deductions.follow_line"},
}

# The ledger of rectifications is common; what was put right, the inspection of publicity notes.
doc_events |= {
	("Data Quality Issue",): {"on_update": "socaid_app.public_disclosure.inspections.note_rectification"}
}

# What is handed to another office is logged for everybody it is about (permissions/outgoing.py).
handed_over = ("Service Referral", "Service Record", "Visit Problem")
doc_events |= {handed_over: {"on_update": "socaid_app.socaid_app.referrals.log_handover"}}

# No automatic rule carries a petition out of the system, and nobody opens the accusations to themselves.
automations = (
	"Assignment Rule",
	"Auto Repeat",
	"DocShare",
	"Document Share Key",
	"Energy Point Rule",
	"Milestone Tracker",
	"Notification",
	"Webhook",
)
templates = ("Client Script", "Print Format", "Web Form", "Workflow")
guards = "socaid_app.petition_desk.guards"
doc_events |= {
	automations: {"before_validate": f"{guards}.refuse_automation"},
	("Auto Email Report",): {
		"validate": [
			f"{guards}.refuse_mailed_report",
			# figures are mailed with the rights of a person
			"socaid_app.management_insight.monthly_mails.check",
		]
	},
	templates: {"before_validate": f"{guards}.guard_template"},
	("Dropbox Settings", "Google Drive", "S3 Backup Settings"): {
		"validate": f"{guards}.administrators_alone"
	},
	("Report", "Server Script"): {"validate": f"{guards}.guard_script"},
	("User",): {
		"before_validate": [
			f"{guards}.guard_account",
			"socaid_app.permissions.accounts.keep_person",
			"socaid_app.casework.written.tidy",
		],
		"validate": f"{guards}.guard_account",
		"before_rename": [f"{guards}.guard_user_name", "socaid_app.permissions.accounts.keep_user_name"],
		"on_trash": f"{guards}.keep_user",
	},
	("Has Role",): dict.fromkeys(("validate", "on_trash"), f"{guards}.guard_membership"),
	("Role",): dict.fromkeys(("validate", "before_rename", "on_trash"), f"{guards}.guard_role"),
	("Document Follow",): {
		"validate": "socaid_app.permissions.following.check_follower",
		"after_insert": "socaid_app.petition_desk.secrecy.drop_follower",
	},
	("File",): {"after_insert": "socaid_app.petition_desk.secrecy.seal_file"},
}

# Who wrote something is who was logged in; what the system notes is written by the system.
written = ("Comment", "Communication", "ToDo")
noted = (
	"Access Log",
	"Activity Log",
	"Deleted Document",
	"Energy Point Log",
	"Notification Log",
	"Version",
	"View Log",
)
doc_events |= {
	written: {"before_validate": "socaid_app.permissions.authors.name_author"},
	("ToDo",): {"validate": "socaid_app.permissions.assigning.check_task"},
	noted: {"before_validate": "socaid_app.permissions.authors.refuse_forged_log"},
}

# What was decided is announced; who becomes protected is taken off the board at once.
doc_events |= {
	("Petition",): {"validate": "socaid_app.public_disclosure.objections.note_petition"},
	# Whose near relative applies is filed apart, also when the case is already open.
	("Relative Declaration",): {"on_update": "socaid_app.assistance_intake.relative_cases.note_declaration"},
	("Assistance Application",): {"on_change": "socaid_app.public_disclosure.results.note_case"},
	("Recipient Household",): {"on_change": "socaid_app.public_disclosure.results.note_household"},
	("Standard Raise",): {"on_change": "socaid_app.public_disclosure.results.note_raise"},
	("Recipient",): {"on_change": "socaid_app.public_disclosure.results.note_person"},
}

# Due dates that ran into a year whose holidays were not known: who computes them anew (casework/holidays.py).
doc_events[("Holiday Calendar",)] = {"on_update": "socaid_app.casework.holidays.follow_calendar"}
socaid_due_dates = [
	"socaid_app.socaid_app.doctype.document_delivery.document_delivery.recompute_open",
	"socaid_app.socaid_app.doctype.circumstance_change.circumstance_change.recompute_open",
	"socaid_app.assistance_intake.deadlines.recompute_open_cases",
	"socaid_app.assistance_intake.deadlines.recompute_supplements",
	"socaid_app.assistance_intake.online_applications.recompute_open",
	"socaid_app.assistance_intake.doctype.standard_raise.standard_raise.recompute_open",
	"socaid_app.means_testing.violations.violation_steps.recompute_open",
	"socaid_app.petition_desk.petition_clocks.recompute_open",
	"socaid_app.petition_desk.reviews.recompute_open",
	"socaid_app.petition_desk.papers.recompute_remedies",
	"socaid_app.public_disclosure.undated.recompute_open",
	"socaid_app.dynamic_management.leads.recompute_open",
	"socaid_app.dynamic_management.change_reports.recompute_open",
	"socaid_app.dynamic_management.monitoring_warnings.recompute_open",
	"socaid_app.moving_in.roster_steps.recompute_open",
]

# A number of which digits are hidden is refused, never dropped (permissions/masks.py).
doc_events |= {
	("Recipient", "Petition"): {"before_validate": "socaid_app.permissions.masks.refuse_edited"},
}

# A husband is no woman, and no son is older than his father.
doc_events[("Recipient Household", "Assistance Application")] = {
	"validate": "socaid_app.socaid_app.kin.check"
}

# A filed copy is neither changed nor deleted behind its archive file's back; an address is no key to a file.
doc_events |= {
	"File": {
		"before_validate": "socaid_app.assistance_archives.fixity.keep_as_filed",
		"on_trash": "socaid_app.assistance_archives.fixity.keep_copy",
	},
	"*": {
		"validate": [
			"socaid_app.permissions.files.check_attachments",
			"socaid_app.socaid_app.division_levels.check_levels",
			# nothing new is written about a record that was merged away
			"socaid_app.socaid_app.merged_persons.refuse",
		]
	},
}

# What a Due Rule has overdue is counted on a card.
doc_events[("Due Rule",)] = {
	"on_update": "socaid_app.figures.show_rule",
	"on_trash": "socaid_app.figures.hide_rule",
}

# The form shows read-only what the save would refuse, which steps are open, and the letter of its stage (casework/).
doc_events["*"] |= {
	"onload": [
		"socaid_app.casework.records.tell_form",
		"socaid_app.casework.steps.tell_form",
		"socaid_app.casework.letters.tell_form",
		"socaid_app.casework.workflows.tell_form",
	]
}
extend_bootinfo = [
	"socaid_app.permissions.scope.tell_browser",
	"socaid_app.casework.letters.tell_desk",
	"socaid_app.casework.due_rules.tell_browser",
	"socaid_app.moving_in.onboarding.greet",
]
# A page of the desk is changed by whose it is.
doc_events[("Workspace",)] = dict.fromkeys(
	("validate", "before_rename", "on_trash"), "socaid_app.permissions.workspaces.keep_to_own"
)

# A filter that everybody sees in a list is nobody's to take away.
doc_events[("List Filter",)] = dict.fromkeys(
	("validate", "before_rename", "on_trash"), "socaid_app.permissions.list_filters.keep_to_own"
)

# Whoever loosens a workflow is told what the law needs.
flow_changes = "socaid_app.setup.flow_changes"
doc_events[("Workflow",)] = {
	"before_validate": f"{flow_changes}.check",
	"on_update": f"{flow_changes}.check_saved",
	**dict.fromkeys(("before_rename", "on_trash"), f"{flow_changes}.keep"),
}
doc_events[("Workflow Document State", "Workflow Transition")] = dict.fromkeys(
	("before_validate", "on_trash"), f"{flow_changes}.refuse_row"
)
# What is shipped as mandatory stays so.
# What is no more than words, columns and fields of the county's own is the Socaid Administrator's to change.
form_changes = "socaid_app.setup.form_changes"
doc_events[("Custom Field",)] = {
	"validate": f"{form_changes}.check_own",
	"on_update": "socaid_app.casework.collation.follow_field",
	**dict.fromkeys(("before_rename", "on_trash"), f"{form_changes}.keep_own"),
}
doc_events[("Property Setter",)] = {
	"validate": ["socaid_app.setup.mandatory_fields.keep", f"{form_changes}.check_setter"],
	"on_trash": f"{form_changes}.keep_setter",
}
# What a letter's addressee is texted names nothing that cannot be filled in; messages and rules run in nobody's name.
rule_changes = "socaid_app.setup.rule_changes"
doc_events[("Email Template",)] = {
	"validate": ["socaid_app.casework.result_texts.check_template", f"{rule_changes}.check_template"],
	**dict.fromkeys(("before_rename", "on_trash"), f"{rule_changes}.keep_template"),
}
doc_events[("Notification",)] = {"validate": f"{rule_changes}.check_notification"}
doc_events[("Assignment Rule",)] = {"validate": f"{rule_changes}.check_assignment"}
# A duplicate of one of our print formats has its template, and computes no more than it.
print_changes = "socaid_app.setup.print_changes"
doc_events[("Print Format",)] = {
	"onload": "socaid_app.printing.show_template",
	"validate": f"{print_changes}.check_format",
	**dict.fromkeys(("before_rename", "on_trash"), f"{print_changes}.keep_format"),
}
doc_events[("Letter Head",)] = {"validate": f"{print_changes}.check_head"}

# Custody on the form and list of the file, which belongs to filing.
doctype_js = {"Archive File": "public/js/archive_custody.js"}
# What people say about a notice is decided on from the notice and from the petition.
doctype_js |= dict.fromkeys(("Publicity Notice", "Petition"), "public/js/notice_statements.js")
# A registry form does not know the notices.
doctype_js["Entitlement"] = ["public/js/termination_notice.js", "public/js/adjust_benefit.js"]
doctype_js["Circumstance Change"] = "public/js/adjust_benefit.js"
doctype_js["Assistance Standard"] = "public/js/simulate_raise.js"
# Frappe's own forms, as far as an administrator without code goes in them.
doctype_js |= dict.fromkeys(
	(
		"Assignment Rule",
		"Custom Field",
		"Customize Form",
		"Email Template",
		"Letter Head",
		"Notification",
		"Print Format",
		"Property Setter",
		"Workflow",
	),
	"public/js/administration.js",
)
page_js = {"print-format-builder": "public/js/print_builder.js"}
doctype_list_js = {"Archive File": "public/js/archive_custody_list.js"}
# The short address on archive labels.
website_route_rules = [{"from_route": "/a/<label>", "to_route": "a"}]

# --- Public pages -----------------------------------------------------------------------------------
page_renderer = ["socaid_app.website.PublicPage", "socaid_app.field_visits.phone_app.PhoneApp"]
get_website_user_home_page = "socaid_app.website.home_page"
# Who writes down that an address read too many pages with names (website.py): purpose, note.
socaid_readers_refused = ["socaid_app.petition_desk.attempts.note_refusal"]
# The notice behind a public key, while it hangs (petition_desk/public_intake.py).
socaid_public_notice = ["socaid_app.public_disclosure.content.public_notice"]
on_login = ["socaid_app.petition_desk.guards.require_password"]
on_logout = "socaid_app.field_visits.phone_app.remember_logout"
auth_hooks = ["socaid_app.permissions.accounts.keep_out_disabled"]
# Accounts that no link by e-mail opens (permissions/accounts.py).
socaid_closed_accounts = ["socaid_app.petition_desk.guards.is_guarded"]
before_request = [
	"socaid_app.upkeep.request_counts.begin",
	"socaid_app.overrides.begin",
	# whose request this is, for Frappe as well; before anything is counted
	"socaid_app.visitors.answer_for_frappe",
	"socaid_app.permissions.accounts.answer_for_frappe",
	"socaid_app.website.answer_early",
	"socaid_app.permissions.doors.drop_powers",
	"socaid_app.overrides.exports.refuse_functions_of_uploads",
	"socaid_app.permissions.stored.print_what_is_stored",
	"socaid_app.permissions.record_names.refuse_filters_for_names",
	"socaid_app.permissions.record_names.refuse_joined_petitions",
	"socaid_app.petition_desk.guards.keep_backups",
]
before_job = ["socaid_app.overrides.begin"]
# Errors of what cannot be read; then what browsers may load, frame and run of an answer.
after_request = [
	"socaid_app.overrides.readable.answer_first",
	"socaid_app.overrides.headers.secure",
	"socaid_app.upkeep.request_counts.end",
]
# Whatever is shown on the public pages makes them anew when it changes.
shown_doctypes = (
	"Publicity Notice",
	"Disclosure Publication",
	"Disclosure Catalogue Item",
	"Policy Guide",
	"Socaid Settings",
	"Administrative Division",
)
doc_events[shown_doctypes] = {"on_change": "socaid_app.public_disclosure.board.forget"}
# Days; Frappe's Log Settings clear them.
default_log_clearing_doctypes = {
	# who logged in: six months at least (网络安全法第二十一条（三）); Frappe has 90 days
	"Activity Log": 190,
	"Petition Web Attempt": 90,
	"Online Application": 180,
	"System Problem": 400,
}

# Jobs on one record that go on where they were killed (casework/background.py).
socaid_resumable_jobs = [
	"socaid_app.means_testing.payments.list_drafting.JOB",
	"socaid_app.means_testing.batches.batch_jobs.JOB",
	"socaid_app.means_testing.what_if.JOB",
	"socaid_app.means_testing.reply_import.JOB",
	"socaid_app.moving_in.list_comparing.JOB",
	"socaid_app.moving_in.onboarding_imports.JOB",
	"socaid_app.field_visits.planning.JOB",
	"socaid_app.moving_in.roster_jobs.JOB",
]
# What Data Quality Rules look for that filter rows cannot say: record type, and a function of the query and its table.
socaid_quality_checks = {
	"Birth Date Against Number": [
		"Recipient",
		"socaid_app.socaid_app.quality_checks.birth_date_against_number",
	],
	"Head Not a Member": [
		"Recipient Household",
		"socaid_app.socaid_app.quality_checks.head_not_a_member",
	],
	"Nobody Can Be Called": [
		"Recipient Household",
		"socaid_app.socaid_app.quality_checks.nobody_can_be_called",
	],
	"No Account to Pay To": [
		"Recipient Household",
		"socaid_app.socaid_app.quality_checks.no_account_to_pay_to",
	],
	"Benefit Without Authorisation": [
		"Entitlement",
		"socaid_app.means_testing.quality_checks_of_benefits.benefit_without_authorisation",
	],
}
# Figures of the system for a period (service_management/acceptance.py): what a commitment is measured by → a function
# of the first and last day, which gives a number, or None where nothing was to be counted.
socaid_service_measures = ["socaid_app.management_insight.report.service_figures.service_figures.measured"]
# What waits for somebody and has no date of its own; the rest are Due Rules (casework/clocks.py).
socaid_due_items = [
	"socaid_app.public_disclosure.undated.due_items",
	"socaid_app.assistance_archives.backups.jobs.due_items",
]
# Where the session's user goes today (casework/my_work.py).
socaid_outings = ["socaid_app.field_visits.outings.of_today"]
# Who hears of a case's step (assistance_intake/case_steps.py), and who contributes facts to its gates (facts.py).
socaid_case_steps = ["socaid_app.public_disclosure.case_publicity.follow_step"]
socaid_case_facts = ["socaid_app.public_disclosure.case_publicity.known"]
# Who refers to a petition where others read, and takes that back when it becomes restricted (petition_desk/secrecy.py).
socaid_petition_sealed = [
	"socaid_app.petition_desk.reception.forget_petition",
	"socaid_app.means_testing.violations.violation_sources.forget_petition",
]
# Who takes the next step, where a Due Rule asks: functions of the records and the directory of staff.
socaid_next_step = {
	"Assistance Application": "socaid_app.assistance_intake.staff.next_steps",
	"Petition": "socaid_app.petition_desk.who_acts.next_steps",
	"Assistance Lead": "socaid_app.dynamic_management.leads.next_steps",
	"Document Delivery": "socaid_app.petition_desk.who_acts.who_delivers",
}
# Whether less may be paid than before, under whatever number (socaid_app/entitlements.py); raises where it may not.
socaid_loss_gates = ["socaid_app.means_testing.loss_gate.require_hearing"]
# The same of many at once: functions of the changes, which answer why which may not be.
socaid_loss_gate_sets = ["socaid_app.means_testing.loss_gate.refusals"]
# Why two records of a person cannot become one now: functions of the one given up and the one that stays, which give
# sentences; and by DocType, which rows say for ever what they said when they were written (socaid_app/person_merge.py).
socaid_merge_gates = [
	"socaid_app.assistance_intake.open_cases.forbid_merge",
	"socaid_app.means_testing.open_changes.forbid_merge",
]
socaid_written_once = {
	"Document Delivery": "socaid_app.casework.deliveries.written_once",
	"Payment Line": "socaid_app.means_testing.payments.payment_records.written_once",
	"Reserve Entry": "socaid_app.assistance_intake.reserve_bookings.written_once",
}
# Which materials outside data prove, so that no applicant is asked for them (assistance_intake/materials.py).
socaid_proven_materials = ["socaid_app.means_testing.source_records.proven_materials"]
# What has to come before support ends (socaid_app/entitlements.py); each raises while it has not.
socaid_end_gates = ["socaid_app.public_disclosure.results.require_publicity"]
# What follows when something befell a person, or turned out not to have (socaid_app/life_events.py).
socaid_life_events = [
	"socaid_app.means_testing.reassessment.follow_life_event",
	"socaid_app.public_disclosure.results.follow_life_event",
	"socaid_app.assistance_intake.bereavements.follow_life_event",
	"socaid_app.dynamic_management.care_agreements.follow_life_event",
	"socaid_app.dynamic_management.monitoring_warnings.follow_life_event",
]
# What follows when a second person has confirmed a change, or it was taken back (socaid_app/changes_in_effect.py).
socaid_changes_in_effect = ["socaid_app.means_testing.reassessment.follow_change"]
# What somebody is known to earn (socaid_app/changed_facts.py): household, person, kind → yuan a year or None.
socaid_declared_income = ["socaid_app.means_testing.reassessment.declared_income"]
# What else a household's page shows in its history (socaid_app/registry.py): functions of its name, which give rows.
socaid_household_events = [
	"socaid_app.means_testing.household_events.of_household",
	"socaid_app.field_visits.service_history.of_household",
]
# Who hears that the ledger of households changed (socaid_app/entitlements.py): their names.
socaid_ledger_changed = ["socaid_app.dynamic_management.standings.refresh"]
# Who takes up what was found about a family (dynamic_management/monitoring_warnings.py): household, kind, words, person,
# who found it, (DocType, name) of the record that tells it, and what tells this fact from others of its kind.
socaid_warnings = ["socaid_app.dynamic_management.monitoring_warnings.warn"]
# What follows from the findings of a reply (means_testing/reply_import.py): the request's name, the day of the data.
socaid_findings_read = ["socaid_app.dynamic_management.finding_warnings.raise_for"]
# What is taken off a payment for a recovery: functions of the month and the names of entitlements, which give rows of
# entitlement, reference and amount (means_testing/payments/list_drafting.py).
socaid_payment_deductions = ["socaid_app.means_testing.recoveries.deductions.claims"]
# What is known of somebody's work (service_management/assessments.py): files, first and last day → criterion → file →
# measure.
socaid_staff_measures = [
	"socaid_app.service_management.assessments.of_attendance",
	"socaid_app.service_management.assessments.of_checks",
	"socaid_app.field_visits.staff_measures.of_visits",
	"socaid_app.petition_desk.handler_measures.of_petitions",
]
# Which households have an open matter, so that their archive files are not destroyed (assistance_archives/retention.py).
socaid_archive_holds = ["socaid_app.petition_desk.holds.households_with_open_petitions"]

# --- Printing ---------------------------------------------------------------------------------------
get_print_format_template = ["socaid_app.printing.format_template"]
pdf_body_html = ["socaid_app.overrides.prints.body"]
jinja = {
	"methods": [
		"socaid_app.printing.picture",
		"socaid_app.printing.cn_date",
		"socaid_app.printing.cn_month",
		"socaid_app.printing.yuan",
		"socaid_app.printing.capital_yuan",
		"socaid_app.printing.division_path",
		"socaid_app.printing.township_office",
		"socaid_app.printing.deciding_office",
		"socaid_app.printing.settings",
		"socaid_app.printing.full_number",
		"socaid_app.printing.linked",
		"socaid_app.printing.person",
		"socaid_app.printing.kinship",
		"socaid_app.printing.assessment",
		"socaid_app.assistance_intake.declarations.declared",
		"socaid_app.assistance_intake.reserve_bookings.reserve_month",
		"socaid_app.printing.delivery",
		"socaid_app.assistance_intake.case_codes.tracking_code",
		"socaid_app.printing.latest",
		"socaid_app.printing.adjustment_name",
		"socaid_app.printing.adjusting_office",
		"socaid_app.printing.opinion_to",
		"socaid_app.printing.user_name",
		"socaid_app.means_testing.violations.violation_print.violation_office",
		"socaid_app.means_testing.violations.violation_print.violation_conclusion",
		"socaid_app.means_testing.violations.violation_print.violation_article",
		"socaid_app.means_testing.violations.violation_print.violation_recusal",
		"socaid_app.means_testing.recoveries.recovery_print.recovery_bookings",
		"socaid_app.means_testing.payments.list_print.payment_pages",
		"socaid_app.means_testing.payments.list_print.payments_held",
		"socaid_app.means_testing.what_if_steps.places_weighed",
		"socaid_app.means_testing.what_if_steps.rules_weighed",
		"socaid_app.means_testing.comparison_prints.persons_asked",
		"socaid_app.means_testing.comparison_prints.source_asked",
		"socaid_app.means_testing.comparison_prints.valid_until",
		"socaid_app.means_testing.comparison_prints.findings_of",
		"socaid_app.means_testing.comparison_prints.facts_in_words",
		"socaid_app.moving_in.omission_print.omission_of",
		"socaid_app.field_visits.route_release.route_sheets",
		"socaid_app.service_management.acceptance.acceptance_proof",
		"socaid_app.service_management.surveys.survey_code",
		"socaid_app.service_management.staff_print.staff_papers",
		"socaid_app.dynamic_management.carer_checks.care_duties",
		"socaid_app.public_disclosure.posting.notice_content",
		"socaid_app.petition_desk.letter_words.petition_of",
		"socaid_app.petition_desk.letter_words.petition_office",
		"socaid_app.petition_desk.letter_words.petition_title",
		"socaid_app.petition_desk.letter_words.petition_addressee",
		"socaid_app.petition_desk.letter_words.petition_sender",
		"socaid_app.petition_desk.letter_words.petition_contact",
		"socaid_app.petition_desk.letter_words.petition_place",
		"socaid_app.petition_desk.letter_words.petition_step_date",
		"socaid_app.petition_desk.letter_words.petition_term",
		"socaid_app.assistance_archives.binding.archive_rows",
		"socaid_app.assistance_archives.binding.archive_missing",
		"socaid_app.assistance_archives.binding.retention_text",
		"socaid_app.assistance_archives.labels.qr_code",
		"socaid_app.assistance_archives.labels.qr_of",
		"socaid_app.assistance_archives.labels.box_labels",
		"socaid_app.assistance_archives.storage.path_of",
	]
}
