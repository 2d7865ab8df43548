"""A list of the old system that the county's data officer is taking in: checked, with a few rows still to be mended."""

from __future__ import annotations

import frappe

from socaid_app.moving_in import roster_jobs, roster_steps
from socaid_app.moving_in import roster_records as rosters
from socaid_app.policy.identity import make_check_digit
from socaid_demo.county_villages import JIASHAN
from socaid_demo.daybook import Daybook
from socaid_demo.invented_numbers import PREFIX

HEADINGS = ("户编号", "姓名", "身份证号", "与户主关系", "村", "救助类别", "户月保障金额", "起始月份")
# Household, name, date of birth, the last two digits of the serial number, relation, amount; the last one is mended.
PEOPLE = (
	("001", "郝长河", "19550312", 91, "户主", "520"),
	("001", "宁秀芝", "19571120", 92, "妻", ""),
	("002", "郝长河", "19620704", 93, "户主", "300"),
	("003", "席永年", "19490923", 95, "户主", "280.50"),
	("003", "席小满", "19881002", 97, "儿", ""),
	("004", "桑玉琴", "19700415", 94, "户主", "五百"),
)
SHORT = "桑玉琴"


def load(book: Daybook) -> dict[str, int]:
	"""Nothing of it is in the register."""
	with book.acting(book.county("data"), book.day(1)):
		content = "\r\n".join(",".join(line) for line in (HEADINGS, *map(_line, PEOPLE))).encode("gb18030")
		file = frappe.get_doc(
			{"doctype": "File", "file_name": "甲山乡低保名册.csv", "content": content, "is_private": 1}
		).insert(ignore_permissions=True)
		doc = frappe.get_doc(
			{
				"doctype": rosters.DOCTYPE,
				"title": "甲山乡低保名册（旧系统）",
				"division": JIASHAN,
				"former_system": "旧低保系统",
				"paid_through": book.today,
				"roster_file": file.file_url,
			}
		).insert()
		roster_steps.check(doc.name)
		memory: dict = {}
		while frappe.db.get_value(rosters.DOCTYPE, doc.name, "status") in rosters.AT_WORK:
			roster_jobs.CHUNKS[rosters.CHECKING](doc.name, memory)
	return {rosters.DOCTYPE: 1}


def _line(person: tuple) -> tuple[str, ...]:
	household, name, born, serial, kinship, amount = person
	first = f"{PREFIX}{born}9{serial}"
	number = first + make_check_digit(first)
	village = frappe.db.get_value(
		"Administrative Division",
		{"level": "Village", "name": ["like", f"{JIASHAN[:9]}%"]},
		"name",
		order_by="name",
	)
	return (
		household,
		name,
		number[:-1] if name == SHORT else number,
		kinship,
		village,
		"农村低保",
		amount,
		"2025-03",
	)
