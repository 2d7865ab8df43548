"""What citizens sent from the public page of late: one to be taken over, one sent back for a paper, one by a helper."""

from __future__ import annotations

import frappe
from frappe.utils import today

from socaid_app.assistance_intake import online_applications as online
from socaid_app.casework import tracking_codes
from socaid_app.policy.identity import make_check_digit
from socaid_demo.county_villages import JIASHAN, JINZHOU
from socaid_demo.daybook import GUEST, Daybook
from socaid_demo.invented_numbers import PREFIX

# How many days ago, the applicant and whether a man, born on, the need, whether a village helper filled it in, what is missing.
SENT = (
	(1, "关长顺", True, "19580612", "和老伴两个人种地，今年老伴住院做手术，欠了三万多元。", False, ""),
	(3, "祁玉梅", False, "19631104", "一个人生活，腿脚不好，不能下地，儿子两年没有音信。", True, ""),
	(
		6,
		"鲁成山",
		True,
		"19710823",
		"在工地摔伤，半年没有收入，孩子正上高中。",
		False,
		"请补一张出院小结或者诊断证明的照片，正反面都要清楚。",
	),
)
# Beyond the serial numbers that the register hands out; the last digit is odd for men.
SERIAL = 990
TOWNSHIPS = (JIASHAN, JINZHOU)


def load(book: Daybook, township: str) -> int:
	village = frappe.get_all(
		"Administrative Division",
		filters={"parent_administrative_division": township},
		pluck="name",
		order_by="name",
		limit=1,
	)[0]
	for number, (ago, name, male, born, need, helped, missing) in enumerate(SENT):
		serial = SERIAL + 2 * TOWNSHIPS.index(township) + male
		phone = f"1420437{number:02d}{serial - SERIAL:02d}"
		first = f"{PREFIX}{born}{serial:03d}"
		code = tracking_codes.make_code(frappe.generate_hash())
		helper = {"agent_name": "田协理", "agent_relation": "村级协理员", "agent_phone": "14204370001"}
		with book.acting(GUEST, book.day(ago)):
			identity_number = first + make_check_digit(first)
			doc = online.receive(
				{
					"received_on": today(),
					"division": village,
					"applicant_name": name,
					"phone": phone,
					"address": f"{number + 1}组",
					"filled_by": online.VILLAGE_HELPER if helped else online.THE_APPLICANT,
					**(helper if helped else {}),
					"need_text": need,
					"members": [
						{"full_name": name, "kinship": "02", "id_number": online.masked(identity_number)}
					],
					"tracking_hash": tracking_codes.fingerprint(code, phone),
				},
				{1: identity_number},
			)
		if missing:
			with book.acting(book.township(township, "officer1"), book.day(ago - 1)):
				online.send_back(doc.name, missing)
	return len(SENT)
