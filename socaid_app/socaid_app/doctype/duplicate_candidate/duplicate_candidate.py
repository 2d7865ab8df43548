import frappe
from frappe import _, _lt
from frappe.utils import today

from socaid_app.casework.records import Guard, GuardedRecord
from socaid_app.permissions.divisions import COUNTY, TOWNSHIP
from socaid_app.socaid_app import duplicate_steps as steps
from socaid_app.socaid_app.merged_persons import PERSON

PERSONS = ("person", "other")


class DuplicateCandidate(GuardedRecord):
	"""Two records that may be one person (socaid_app/duplicate_steps.py): one record for each pair, whoever finds it."""

	GUARD = Guard(
		state="status",
		writable={},
		fixed={"": PERSONS},
		approved=False,
		refusal=steps.DuplicateInvalid,
		way_out=_lt("What becomes of the pair is decided by its steps."),
	)

	def before_validate(self) -> None:
		if self.is_new() and self.person and self.other:
			self.check_pair()
			self.division = self.common_division()
		self.set_division()

	def validate(self) -> None:
		self.title = "／".join(filter(None, (self.person_name, self.other_name)))

	def check_pair(self) -> None:
		if self.person == self.other:
			frappe.throw(_("Choose two different records."), steps.DuplicateInvalid)
		for name in (self.person, self.other):
			if not self.flags.ignore_permissions:
				frappe.has_permission(PERSON, "read", doc=name, throw=True)
		self.person, self.other = sorted((self.person, self.other))
		self.pair = pair_of(self.person, self.other)
		self.found_on = self.found_on or today()
		known = frappe.db.get_value(self.doctype, {"pair": self.pair}, "name")
		if known:
			frappe.throw(
				_("These two are on record already: {0}.").format(
					frappe.utils.get_link_to_form(self.doctype, known)
				),
				steps.DuplicateInvalid,
			)

	def common_division(self) -> str:
		divisions = [frappe.db.get_value(PERSON, name, "division") for name in (self.person, self.other)]
		return common_division(*divisions)


def pair_of(one: str, other: str) -> str:
	return "|".join(sorted((one, other)))


def common_division(one: str, other: str) -> str:
	"""The least division in which both lie: who does not see all of it does not see the pair."""
	if one == other:
		return one
	for length in (TOWNSHIP, COUNTY):
		if one[:length] == other[:length]:
			return one[:length].ljust(12, "0")
	return one[:2].ljust(12, "0")
