import frappe
from frappe.utils import add_to_date, now_datetime

from socaid_app.casework.records import ANY, NOTHING, Guard, Guarded


class SystemProblem(Guarded):
	"""Something is wrong with the system itself: written by upkeep/system_problems.py alone."""

	GUARD = Guard(writable={ANY: NOTHING})

	@staticmethod
	def clear_old_logs(days: int = 400) -> None:
		"""Frappe's Log Settings; what still lasts stays."""
		problem = frappe.qb.DocType("System Problem")
		frappe.db.delete(problem, filters=(problem.gone_at < add_to_date(now_datetime(), days=-days)))
