"""Policy parameters and what hangs on them, brought to where the rules of 2026-11 read them.

Seeds never change what is there, so records of earlier installations are put right here: parameters that no rule
ever read go (no decision rests on them), sources get their article, the rules on rigid expenditure begin with their
decree, and the county confirms what the province has not delegated.
"""

import frappe

from socaid_app.policy import parameters, terms
from socaid_app.policy.articles import RIGID_IN_FORCE
from socaid_app.policy.cases import DELEGATED

PARAMETER, CATEGORY, APPLICATION = "Policy Parameter", "Assistance Category", "Assistance Application"
NEVER_READ = (
	"access_log_retention_months",
	"antipoverty_compare_months",
	"check_requires_authorization",
	"democratic_review_required",
	"dibao_hiv_direct_county",
	"dibao_material_notice_once",
	"dibao_pay_start_offset",
	"dibao_publicity_days",
	"dr_within_days",
	"drill_interval_months",
	"dual_child_benefit_block",
	"exclude_start_day",
	"expenditure_publicity",
	"export_requires_approval",
	"general_publish_days",
	"info_correction_notice_days",
	"info_request_extend_days",
	"info_request_reply_days",
	"mask_in_lists",
	"petition_transfer_days",
	"plan_annual_revision_months",
	"plan_review_years",
	"reduce_stop_requires_hearing",
	"reminder_self_check_days",
	"review_no_adjust_if_no_change",
	"roll_to_workday",
	"service_basic_update_months",
	"service_family_update_months",
	"service_meeting_days",
	"tekun_publicity_days",
	"tekun_visit_months",
	"temp_staged_max_months",
	"unreported_change_months",
	"uninsured_unemployed_months",
	"visit_property_check_months",
)
SEEDED_BEFORE = "2021-07-01"
PRACTICE = "各地实践"
NEW_SINCE_THE_LAW = "urgent_supplement_days"


def execute() -> None:
	frappe.db.delete(PARAMETER, {"parameter_key": ["in", NEVER_READ]})
	shipped = parameters.read_rows()
	begin_rigid_rules()
	name_articles(shipped)
	follow_the_law(shipped)
	give_back_to_the_county()


def begin_rigid_rules() -> None:
	frappe.db.set_value(
		PARAMETER,
		{"parameter_key": ["like", "rigid_%"], "effective_from": SEEDED_BEFORE},
		"effective_from",
		RIGID_IN_FORCE,
		update_modified=False,
	)


def name_articles(shipped: list[dict]) -> None:
	"""Only records whose value is still the seeded one: of its own figures the county knows the source."""
	for row in shipped:
		if row["key"] == NEW_SINCE_THE_LAW:
			continue
		frappe.db.set_value(
			PARAMETER,
			{
				"parameter_key": row["key"],
				"value": row["value"],
				"effective_from": row["effective_from"],
				"confirmed_by": ["is", "not set"],
			},
			{"source": row["source"], "article": row["article"], "note": row["note"]},
			update_modified=False,
		)


def follow_the_law(shipped: list[dict]) -> None:
	"""The explanation after urgent aid rests on the Law since it is in force (Art. 50); until then on 23号."""
	old = {"parameter_key": NEW_SINCE_THE_LAW, "source": PRACTICE, "effective_from": SEEDED_BEFORE}
	if not frappe.db.exists(PARAMETER, old):
		return
	before, since = (row for row in shipped if row["key"] == NEW_SINCE_THE_LAW)
	frappe.db.set_value(
		PARAMETER, old, {"source": before["source"], "article": before["article"]}, update_modified=False
	)
	doc = frappe.get_doc(
		{
			"doctype": PARAMETER,
			**since,
			"parameter_key": since["key"],
			"scheme": since["category"],
			"effective_to": None,
		}
	)
	doc.flags.ignore_permissions = True
	doc.insert()


def give_back_to_the_county() -> None:
	"""吉民发〔2024〕5号 delegates 低保, 特困, 临时救助 and 低保边缘; the rest, undecided cases too, is the county's."""
	by_township = {"scheme": ["not in", DELEGATED], "confirming_authority": terms.TOWNSHIP}
	undecided = {**by_township, "workflow_state": ["in", terms.OPEN_STATES]}
	for doctype, filters in ((CATEGORY, by_township), (APPLICATION, undecided)):
		frappe.db.set_value(doctype, filters, "confirming_authority", terms.COUNTY, update_modified=False)
	frappe.clear_document_cache(CATEGORY)
