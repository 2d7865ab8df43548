import frappe
from frappe import _
from frappe.utils import cint, getdate, now_datetime

from socaid_app.casework.records import ALL, ANY, Guard, Guarded
from socaid_app.policy.workdays import official_days, standing_holidays
from socaid_app.socaid_app import rules


class HolidayCalendar(Guarded):
	GUARD = Guard(writable={ANY: ALL})

	def validate(self) -> None:
		self.check_days()
		self.announced = cint(self.says_more_than_the_standing_rule())
		if self.announced and not self.loaded_on:
			self.loaded_on = now_datetime()

	def says_more_than_the_standing_rule(self) -> bool:
		"""The holidays of the standing rule alone leave make-up days and bridges open (国务院令第795号)."""
		fixed = {item.day for item in standing_holidays(cint(self.year))}
		return any(getdate(row.day) not in fixed for row in self.days)

	def on_update(self) -> None:
		rules.forget()

	def on_trash(self) -> None:
		frappe.throw(_("A calendar stays on record, because due dates rest on it. Correct its days instead."))

	def check_days(self) -> None:
		seen = set()
		for row in self.days:
			if getdate(row.day).year != cint(self.year):
				frappe.throw(_("Row {0}: {1} is not in {2}.").format(row.idx, row.day, self.year))
			if getdate(row.day) in seen:
				frappe.throw(_("Row {0}: {1} is listed twice.").format(row.idx, row.day))
			seen.add(getdate(row.day))


@frappe.whitelist(methods=["POST"])
def load_official_days(name: str) -> int:
	"""Fill a year's calendar from the official announcement known to the installed calendar package."""
	doc = frappe.get_doc("Holiday Calendar", name)
	doc.check_permission("write")
	found = official_days(cint(doc.year))
	if not found:
		frappe.throw(
			_(
				"The holidays of {0} are not known yet. Update the chinesecalendar package, or enter the days by hand."
			).format(doc.year)
		)
	doc.set("days", [{"day": item.day, "kind": item.kind, "day_name": item.name} for item in found])
	doc.save()
	return len(found)
