"""Builders for the public pages: notices that hang on the board, and forms as a citizen sends them."""

import random
import time

import frappe
from frappe.utils import add_days, getdate, today

from socaid_app import website
from socaid_app.permissions.divisions import township_of
from socaid_app.petition_desk import public_intake
from socaid_app.public_disclosure import content
from tests import builders

COOKIE = "c" * 32


def hang(
	kind: str = "Preliminary",
	division: str = builders.VILLAGE_A,
	people: tuple[str, ...] = ("公示甲",),
	days: int | None = 7,
	month: str | None = None,
	posted_on: str | None = None,
) -> frappe._dict:
	"""A notice as if frozen and posted, without the case behind it; returns name and public_key.

	Written past the controller: what brings a notice onto the board is the matter of test_publicity.
	"""
	posted_on = getdate(posted_on or today())
	rows = [
		{
			"person_name": name,
			"member_count": 2,
			"category_name": "农村低保",
			"amount": 640.5,
			"previous_amount": 600,
			"effective_month": posted_on.replace(day=1),
			"ground": "去世" if kind == "Termination" else None,
			"village_name": content.place_name(division),
		}
		for name in people
	]
	values = {
		"kind": kind,
		"division": division,
		"name": f"GS-2026-{builders.digits(10)}",
		"posted_on": posted_on,
		"ends_on": getdate(add_days(posted_on, days)) if days is not None else None,
		"roll_month": month,
		"place": "村（社区）公示栏",
		"complaint_phone": "0437-5550000",
	}
	text = content.dump(content.published(values, rows))
	notice = frappe.get_doc({"doctype": "Publicity Notice", **values})
	notice.update(
		{
			"township": township_of(division),
			"status": "In Publicity",
			"title": content.title(values),
			"published_content": text,
			"content_hash": content.digest(text),
			"public_key": frappe.generate_hash(length=20),
		}
	)
	notice.db_insert()
	website.forget()
	return notice


def address() -> str:
	"""An address that no other test has used up."""
	return ".".join(str(random.randrange(1, 255)) for _ in range(4))


def form(**values) -> dict:
	"""The fields of /petition as a browser sends them a minute after opening the page."""
	return {
		"ticket": public_intake.make_ticket(COOKIE, time.time() - 60),
		"category": "Appeal for Help",
		"matter": "Payment",
		"village": builders.VILLAGE_A,
		"identity": "named",
		"petitioner_name": "测试信访人",
		"phone": "13900005678",
		"address": "",
		"content": "九月份的低保金没有发到卡上，到村里问了两次都没有结果。",
		"demand": "请查明原因并补发。",
		"accused": "",
		"consent": "1",
		**values,
	}
