"""What Frappe should call, and when. Data only: paths and constants; logic lives where the paths point."""

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
		"route": "/app/social-assistance",
		"has_permission": "socaid_app.permissions.scope.may_use_app",
	}
]
app_logo_url = "/assets/socaid_app/images/socaid.svg"

app_include_js = "socaid.bundle.js"
app_include_css = "socaid.bundle.css"

# --- Set-up -----------------------------------------------------------------------------------------
after_install = "socaid_app.install.after_install"
after_migrate = "socaid_app.install.after_migrate"

# Rewritten on every migrate, hence nothing a county tunes belongs here.
fixtures = [
	{
		"dt": "Role",
		"filters": [
			[
				"name",
				"in",
				[
					"Village Assistant",
					"Township Officer",
					"Township Approver",
					"County Reviewer",
					"County Approver",
					"Field Investigator",
					"Data Officer",
					"Archivist",
					"Petition Handler",
					"Accusation Handler",
					"Disclosure Officer",
					"Safety Officer",
					"Service Manager",
					"Socaid Auditor",
					"Socaid Administrator",
				],
			]
		],
	},
	{"dt": "Workflow State"},
	{"dt": "Workflow Action Master"},
	{"dt": "Workflow", "filters": [["document_type", "=", "Assistance Application"]]},
	{"dt": "Kinship Code"},
]

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
	"Case Reminder",
	"Assistance Application",
	"Household Investigation",
	"Notice Delivery",
	"Service Record",
	"Standard Raise",
	"Outreach Activity",
	"Check Authorization",
	"Check Report",
	"Democratic Review",
	"Publicity Notice",
	"Household Reassessment",
	"Screening Task",
	"Home Visit",
	"Visit Problem",
	"Individual Plan",
	"Service Referral",
	"Service Callback",
	"Spot Check Item",
	"Route Plan",
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
)
# Petitions have the same scope and, above it, the secrecy of accusations (信访工作条例 Art. 30): no role sees
# them by its division alone, and no logged reason opens them (petition_desk/secrecy.py).
PETITION_DOCTYPES = (
	"Petition",
	"Petition Review",
	"Petition Hearing",
	"Petition Settlement",
	"Petition Transfer",
	"Petition Delivery",
)
socaid_scoped_doctypes = [*SCOPED_DOCTYPES, *PETITION_DOCTYPES]
# What an administrator without case permission may open for a stated reason (permissions/break_glass.py).
socaid_break_glass_doctypes = list(SCOPED_DOCTYPES)
permission_query_conditions = dict.fromkeys(SCOPED_DOCTYPES, "socaid_app.permissions.scope.query_condition")
has_permission = dict.fromkeys(SCOPED_DOCTYPES, "socaid_app.permissions.scope.has_permission")
permission_query_conditions |= dict.fromkeys(
	PETITION_DOCTYPES, "socaid_app.petition_desk.secrecy.query_condition"
)
has_permission |= dict.fromkeys(PETITION_DOCTYPES, "socaid_app.petition_desk.secrecy.has_permission")
# Frappe lists the rows of a child table to everybody who may read its parent DocType anywhere.
SCOPED_CHILD_TABLES = {
	"Household Member": "Recipient Household",
	"Entitlement Share": "Entitlement",
	"Application Member": "Assistance Application",
	"Application Supporter": "Assistance Application",
	"Application Income": "Assistance Application",
	"Application Property": "Assistance Application",
	"Application Expense": "Assistance Application",
	"Application Material": "Assistance Application",
	"Application Opinion": "Assistance Application",
	"Application Deadline": "Assistance Application",
	"Investigation Participant": "Household Investigation",
	"Democratic Review Attendee": "Democratic Review",
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
	"Callback Answer": "Service Callback",
	"Route Stop": "Route Plan",
	"Route Team": "Route Plan",
	"Archive Handover Item": "Archive Handover",
	"Archive Appraisal Item": "Archive Appraisal",
	"Reception Guide": "Reception Record",
	"Publicity Entry": "Publicity Notice",
	"Publicity Interruption": "Publicity Notice",
	"Disclosure Inspection Item": "Disclosure Inspection",
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
socaid_child_tables = SCOPED_CHILD_TABLES | PETITION_CHILD_TABLES

# Numbers, initials and case numbers find people in every link field.
standard_queries = {
	"Recipient": "socaid_app.socaid_app.search.person_query",
	"Recipient Household": "socaid_app.socaid_app.search.household_query",
}
# Exports of personal records are logged; what Frappe answers without asking for permission, asks.
override_whitelisted_methods = {
	"frappe.desk.reportview.export_query": "socaid_app.permissions.exports.export_query",
	"frappe.core.doctype.data_import.data_import.download_template": "socaid_app.permissions.exports.download_template",
	"frappe.core.doctype.data_export.exporter.export_data": "socaid_app.permissions.exports.export_data",
	"frappe.client.get_count": "socaid_app.permissions.channels.get_count",
	"frappe.desk.search.get_link_title": "socaid_app.permissions.channels.get_link_title",
	"frappe.utils.global_search.search": "socaid_app.permissions.channels.global_search",
	"frappe.geo.utils.get_coords": "socaid_app.permissions.channels.get_coords",
}

# --- Clocks -----------------------------------------------------------------------------------------
scheduler_events = {
	"daily": ["socaid_app.permissions.break_glass.expire_shares"],
	"daily_long": ["socaid_app.field_visits.callbacks.generate_due"],
	"cron": {
		# Before the office opens: today's colours and reminders are there when the first clerk logs in.
		"20 0 * * *": [
			"socaid_app.public_disclosure.publicity.complete_expired",
			"socaid_app.socaid_app.entitlements.end_expired",
			"socaid_app.field_visits.planning.mark_overdue_stages",
			"socaid_app.field_visits.coverage.refresh_last_visits",
			"socaid_app.assistance_intake.reminders.mark_and_remind",
		],
		# A team that does not come back is missed within minutes.
		"*/5 * * * *": ["socaid_app.field_visits.alarms.raise_overdue"],
		# Monday: did last week's reminders really go out?
		"40 6 * * 1": ["socaid_app.assistance_intake.reminders.check_reminders_ran"],
	},
}

# The registry does not know the visits; they tell it when a household was last seen.
doc_events = {"Home Visit": {"on_change": "socaid_app.field_visits.coverage.note_visit"}}

# What waits for somebody besides the cases themselves (assistance_intake/reminders.py).
socaid_due_items = ["socaid_app.field_visits.due.due_items"]

# --- Printing ---------------------------------------------------------------------------------------
jinja = {
	"methods": [
		"socaid_app.printing.cn_date",
		"socaid_app.printing.cn_month",
		"socaid_app.printing.yuan",
		"socaid_app.printing.capital_yuan",
		"socaid_app.printing.division_path",
		"socaid_app.printing.township_office",
		"socaid_app.printing.deciding_office",
		"socaid_app.printing.settings",
		"socaid_app.printing.full_number",
		"socaid_app.printing.person",
		"socaid_app.printing.kinship",
		"socaid_app.printing.assessment",
		"socaid_app.printing.delivery",
		"socaid_app.printing.latest",
		"socaid_app.printing.opinion_to",
		"socaid_app.printing.user_name",
		"socaid_app.field_visits.routes.route_sheets",
	]
}
