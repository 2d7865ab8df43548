"""Archive files as they stand when they are filled and bound, and places to put them."""

from types import SimpleNamespace

import frappe
from frappe.utils import add_days, today

from socaid_app.permissions.divisions import township_of
from socaid_app.policy.retention_periods import APPROVAL, DAILY
from tests import builders
from tests.builders import fieldwork

FILE, LOCATION = "Archive File", "Archive Location"
RURAL = "农村低保"


ROLES = {
	"preparer": ("Archivist",),
	"archivist": ("Archivist",),
	"third": ("Archivist",),
	"approver": ("County Approver",),
	"manager": ("Service Manager",),
	"reviewer": ("County Reviewer",),
	"both": ("Archivist", "County Approver"),
	"officer": ("Township Officer",),
	"other_officer": ("Township Officer",),
}
BOUND_TO = {"officer": builders.TOWNSHIP_A, "other_officer": builders.TOWNSHIP_B}

# What a test commits is read on Chinese screens.
PLACES = {"Room": "库房", "Cabinet": "柜", "Shelf": "层", "Box": "盒"}


def keepers() -> SimpleNamespace:
	"""Who works with the archives. Users are slow to make, so they are made once and committed: call this before a
	test changes anything."""
	names = {}
	for number, (key, roles) in enumerate(ROLES.items(), 1):
		email = f"archive.{key}@example.invalid"
		if not frappe.db.exists("User", email):
			builders.make_user(roles, BOUND_TO.get(key), email)
			frappe.db.set_value(
				"User", email, {"first_name": f"档案员{number}", "full_name": f"档案员{number}"}
			)
			frappe.db.commit()
		names[key] = email
	return SimpleNamespace(**names)


def store_file(division: str = builders.VILLAGE_A, **values) -> str:
	"""A bound file of ten pages, without a place; of a household unless it is a daily file."""
	daily = values.get("archive_class") == DAILY
	if not daily and "household" not in values:
		values["household"] = fieldwork.store_household(division=division)
	return fieldwork.store(
		FILE,
		division=division,
		township=township_of(division),
		**{
			"title": "测试户主农村低保档案",
			"archive_class": APPROVAL,
			"category": None if daily else RURAL,
			"status": "Bound",
			"bound_on": today(),
			"page_count": 10,
			"volume": 1,
			**values,
		},
	)


def store_expired(**values) -> str:
	"""A file in a box whose period ended yesterday: the household left three years ago."""
	yesterday = add_days(today(), -1)
	return store_file(**{"status": "To Appraise", "retain_until": yesterday, **values})


def store_document(file: str, **values) -> str:
	division = frappe.db.get_value(FILE, file, "division")
	return fieldwork.store(
		"Archive Document",
		archive_file=file,
		division=division,
		township=township_of(division),
		**{
			"title": "申请书",
			"section": "Application",
			"document_kind": "申请书",
			"fixity": "Not Verified",
			**values,
		},
	)


def place(kind: str, inside: str | None = None, **values):
	return frappe.get_doc(
		{
			"doctype": LOCATION,
			"location_name": f"{PLACES[kind]}1",
			"kind": kind,
			"parent_archive_location": inside,
			**values,
		}
	).insert()


def make_box(capacity: int = 5, division: str = builders.VILLAGE_A, shelf: str | None = None, **values):
	"""A box on a shelf (by default a new one in a new cabinet of a new room)."""
	shelf = shelf or make_shelf().name
	return place("Box", shelf, capacity=capacity, division=division, **values)


def make_shelf(**values):
	room = place("Room", **values)
	cabinet = place("Cabinet", room.name, division=builders.TOWNSHIP_A)
	return place("Shelf", cabinet.name)


def movements(file: str) -> list[str]:
	return frappe.get_all("Archive Movement", filters={"archive_file": file}, pluck="kind", order_by="name")


def status(file: str) -> str:
	return frappe.db.get_value(FILE, file, "status")
