"""What `make run` and `make test` do inside a site; run with the bench's Python from its sites directory.

    site.py SITE setup       language, country, time zone and scheduler; no set-up wizard
    site.py SITE english     language, dates and weeks of a new Frappe, which its own tests assert

The Administrator's password comes in the environment (SOCAID_ADMIN_PASSWORD), never on the command line.
"""

import os
import sys
from importlib import import_module

import frappe
from frappe.installer import update_site_config


def setup() -> None:
	import_module("socaid_app.install").complete_setup()
	# Frappe leaves its built-in users an Indian time zone as a personal default, which beats the system's.
	for user in frappe.STANDARD_USERS:
		frappe.defaults.set_user_default("time_zone", "Asia/Shanghai", user)
	if password := os.environ.get("SOCAID_ADMIN_PASSWORD"):
		from frappe.utils.password import update_password

		update_password("Administrator", password, logout_all_sessions=True)


def english() -> None:
	settings = frappe.get_doc("System Settings")
	settings.update({"language": "en", "date_format": "mm-dd-yyyy", "first_day_of_the_week": "Sunday"})
	settings.flags.ignore_mandatory = True
	settings.save()
	update_site_config("lang", "en")


def main(site: str, action: str, *args: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	try:
		{"setup": setup, "english": english}[action](*args)
		frappe.db.commit()
		frappe.clear_cache()
	finally:
		frappe.destroy()


if __name__ == "__main__":
	main(*sys.argv[1:])
