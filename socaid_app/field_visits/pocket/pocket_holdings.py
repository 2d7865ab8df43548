"""Which device held which household's file, from when to when."""

from __future__ import annotations

from collections.abc import Collection

import frappe
from frappe.utils import now_datetime

HOLDING = "Visit Device Holding"


def note(device: str, households: Collection[str]) -> list[str]:
	"""Households the device holds from now on, in one statement; returns those it did not hold before."""
	if not households:
		return []
	held = frappe.get_all(
		HOLDING,
		filters={"device": device, "released_at": ["is", "not set"], "household": ["in", list(households)]},
		pluck="household",
	)
	new, now, user = sorted({*households} - {*held}), now_datetime(), frappe.session.user
	if new:
		columns = ["name", "creation", "modified", "owner", "modified_by"]
		frappe.db.bulk_insert(
			HOLDING,
			[*columns, "device", "user", "household", "held_from"],
			[
				(frappe.generate_hash(length=12), now, now, user, user, device, user, household, now)
				for household in new
			],
		)
	return new


def release(device: str, but: Collection[str] = ()) -> None:
	"""The device holds nothing any more, except for ``but``."""
	filters = {"device": device, "released_at": ["is", "not set"]}
	if but:
		filters["household"] = ["not in", list(but)]
	frappe.db.set_value(HOLDING, filters, "released_at", now_datetime(), update_modified=False)
