"""`make load`: staff at work, on a site with the demo county."""

import os
import sys

import frappe

from benchmarks import staff_load
from benchmarks.measure import Table


def main() -> int:
	frappe.init(site=os.environ["SOCAID_SITE"], sites_path=os.environ["SITES_PATH"])
	frappe.connect()
	table = Table()
	staff_load.measure(table, int(os.environ.get("STAFF", 200)), float(os.environ.get("MINUTES", 3)))
	print(table)
	frappe.destroy()
	return int(table.missed)


if __name__ == "__main__":
	sys.exit(main())
