import frappe
from frappe import _, _lt
from frappe.utils import flt

from socaid_app.assistance_intake import reserve_steps
from socaid_app.assistance_intake.reserve_bookings import CLOSED, OPEN, ReserveRefused
from socaid_app.casework import duties
from socaid_app.casework.records import NOTHING, Guard, GuardedRecord


class ReliefReserve(GuardedRecord):
	"""The money a township keeps to help at once (assistance_intake/reserve_bookings.py)."""

	SET_BY_COUNTY = ("ceiling", "refill_below")
	GUARD = Guard(
		state="status",
		writable={OPEN: (*SET_BY_COUNTY, "remarks"), CLOSED: NOTHING},
		by=dict.fromkeys(SET_BY_COUNTY, reserve_steps.ALLOT),
		refusal=ReserveRefused,
		way_out=_lt("What it holds follows from its movements alone."),
	)
	TURNS = (("division",),)

	def before_validate(self) -> None:
		if self.is_new():
			self.check_division()
		self.set_division()

	def validate(self) -> None:
		if self.is_new():
			duties.require(reserve_steps.ALLOT)
		if flt(self.ceiling) < 0 or flt(self.refill_below) < 0:
			frappe.throw(_("The ceiling and the limit for refilling are not negative."), ReserveRefused)

	def check_division(self) -> None:
		place = frappe.db.get_value(
			"Administrative Division", self.division, ["level", "division_name"], as_dict=True
		)
		if not place or place.level != "Township":
			frappe.throw(_("A reserve belongs to a township."), ReserveRefused)
		if frappe.db.exists("Relief Reserve", {"division": self.division}):
			frappe.throw(
				_("{0} has a reserve already. Open that one again where it was closed.").format(
					place.division_name
				),
				ReserveRefused,
			)
		self.title = f"{place.division_name}临时救助备用金"
