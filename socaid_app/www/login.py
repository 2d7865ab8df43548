"""Frappe's login page, whose window has an English title."""

from frappe import _
from frappe.www import login

no_cache = True


def get_context(context):
	context = login.get_context(context)
	context.title = _("Login")
	return context
