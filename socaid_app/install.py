"""What an installation needs before the first clerk logs in. Everything here may run again."""

from __future__ import annotations

import frappe
from frappe.installer import update_site_config

from socaid_app.casework import collation
from socaid_app.field_visits import indexes
from socaid_app.permissions import door_review, files, scope
from socaid_app.petition_desk import guide_search, phone_intake
from socaid_app.service_management import check_indexes
from socaid_app.setup import flow_seeds, seeds

MANUAL, MANUAL_OFFERED = "User Manual", "socaid_manual_offered"
FRAPPES_DORMANT_DAYS, DORMANT_DAYS = 4, 3650
# hooks.default_log_clearing_doctypes is for sites that have not cleared a log yet.
FRAPPES_LOGIN_DAYS, LOGIN_DAYS = 90, 190


def after_install() -> None:
	"""The kinship table is a fixture, synchronised after this; seeds do not depend on it."""
	after_migrate()


def after_migrate() -> None:
	collation.compare_as_text()
	scope.add_indexes()
	files.add_indexes()
	indexes.add_indexes()
	check_indexes.add_indexes()
	guide_search.add_indexes()
	phone_intake.add_indexes()
	seeds.seed_all()
	offer_manual()
	keep_awake()
	keep_logins()
	guide_search.reindex()
	door_review.tell_administrators()
	flow_seeds.tell_administrators()


def offer_manual() -> None:
	"""The manual stands in the desk's help menu; where a county took it out, it stays out."""
	if frappe.db.get_default(MANUAL_OFFERED):
		return
	menu = frappe.get_single("Navbar Settings")
	menu.append(
		"help_dropdown",
		{"item_label": MANUAL, "item_type": "Action", "action": "frappe.set_route('user-manual')"},
	)
	menu.flags.ignore_permissions = True
	menu.save()
	frappe.db.set_default(MANUAL_OFFERED, "1")


def keep_awake() -> None:
	"""Deadlines pass and visits go on over a holiday, when nobody logs in; Frappe would then run the jobs of every five
	minutes once a day. A county that set its own number of days keeps it.
	"""
	if frappe.db.get_single_value("System Settings", "dormant_days") in (0, FRAPPES_DORMANT_DAYS):
		frappe.db.set_single_value("System Settings", "dormant_days", DORMANT_DAYS)


def keep_logins() -> None:
	"""As the law asks; a county that set its own number of days keeps it."""
	kept = frappe.qb.DocType("Logs To Clear")
	of_logins = (kept.ref_doctype == "Activity Log") & (kept.days == FRAPPES_LOGIN_DAYS)
	frappe.qb.update(kept).set(kept.days, LOGIN_DAYS).where(of_logins).run()
	frappe.clear_document_cache("Log Settings", "Log Settings")


def complete_setup() -> None:
	"""Chinese, Shanghai time, yuan, and no set-up wizard: the desk is ready for staff.

	Called by the set-up script after a site is made; a county changes these in System Settings.
	"""
	settings = frappe.get_single("System Settings")
	settings.update(
		{
			"country": "China",
			"language": "zh",
			"time_zone": "Asia/Shanghai",
			"currency": "CNY",
			"date_format": "yyyy-mm-dd",
			"time_format": "HH:mm:ss",
			"number_format": "#,###.##",
			"first_day_of_the_week": "Monday",
			"setup_complete": 1,
			"enable_onboarding": 0,
			"allow_guests_to_upload_files": 0,
			"app_name": "社会救助",
		}
	)
	settings.flags.ignore_mandatory = True
	settings.save(ignore_permissions=True)
	frappe.db.set_value("Currency", "CNY", {"enabled": 1, "symbol": "¥"})
	frappe.db.set_single_value("Website Settings", "home_page", "login")
	frappe.db.set_single_value("Website Settings", "app_name", "社会救助")
	# Help is the manual of the app, not the shop of its framework.
	frappe.db.set_value("Navbar Item", {"item_label": "Frappe Support"}, "hidden", 1)
	frappe.db.set_default("desktop:home_page", "workspace")
	frappe.translate.set_default_language("zh")
	# The login page and scheduled jobs have no user whose language could be asked for.
	update_site_config("lang", "zh")
	frappe.clear_cache()
	frappe.db.commit()
