"""The staff whom the browser tests log in as, and the families they work for. All of them invented."""

from __future__ import annotations

import random
from types import SimpleNamespace

import frappe

from socaid_app.setup.seeds import MODULE_PROFILE
from tests import builders

TOWNSHIP, TOWNSHIP_NAME = "220422201000", "甲山乡"
VILLAGE, VILLAGE_NAME = "220422201205", "左家村"
OTHER_TOWNSHIP, OTHER_VILLAGE = builders.TOWNSHIP_B, builders.VILLAGE_B

STAFF = {
	"clerk": ("王录入", "Township Officer", TOWNSHIP),
	"officer": ("李初审", "Township Officer", TOWNSHIP),
	"reviewer": ("赵复审", "Township Approver", TOWNSHIP),
	"approver": ("孙终审", "Township Approver", TOWNSHIP),
	"neighbour": ("钱邻乡", "Township Officer", OTHER_TOWNSHIP),
	"county_reviewer": ("周县审", "County Reviewer", None),
	"county_approver": ("吴县批", "County Approver", None),
	"manager": ("高主管", "Service Manager", None),
	"administrator": ("郑管理", "Socaid Administrator", None),
	"archivist": ("冯档案", "Archivist", None),
	"petition_handler": ("陈接访", "Petition Handler", None),
	"disclosure_officer": ("褚公开", "Disclosure Officer", None),
}


def new_name(surname: str) -> str:
	"""A name that nobody on the site bears yet, so that a list shows one line for it."""
	given = "福贵春山文海秀英国平月华成林玉兰"
	while True:
		name = surname + "".join(random.sample(given, 2))
		if not frappe.db.exists("Recipient", {"full_name": name}):
			return name


def make_staff() -> SimpleNamespace:
	"""Users with Chinese names, as an administrator would set them up."""
	frappe.db.set_single_value("Socaid Settings", "bureau_phone", "0437-5550000")
	# the administrator of these tests is not led to the checklist of a new county
	frappe.db.set_single_value("County Onboarding", "dismissed_by", "Administrator")
	return SimpleNamespace(**{key: _user(key, *values) for key, values in STAFF.items()})


def _user(key: str, full_name: str, role: str, division: str | None) -> str:
	email = f"{key.replace('_', '.')}@browser.invalid"
	if frappe.db.exists("User", email):
		return email
	frappe.get_doc(
		{
			"doctype": "User",
			"email": email,
			"first_name": full_name,
			"language": "zh",
			"send_welcome_email": 0,
			"module_profile": MODULE_PROFILE,
			"roles": [{"role": role}],
		}
	).insert(ignore_permissions=True)
	if division:
		frappe.get_doc(
			{
				"doctype": "User Permission",
				"user": email,
				"allow": "Administrative Division",
				"for_value": division,
				"apply_to_all_doctypes": 1,
			}
		).insert(ignore_permissions=True)
	return email
