"""``/a/<name>``: what the QR code of an archive label holds. Opens the record's form, after login."""

import frappe

from socaid_app.assistance_archives import labels

no_cache = True


def get_context(context):
	name = (frappe.form_dict.label or "").strip()
	target = labels.form_of(name) if name else frappe.utils.get_url()
	if frappe.session.user == "Guest":
		target = f"/login?redirect-to={labels.ROUTE}{frappe.utils.quote(name)}"
	frappe.local.flags.redirect_location = target
	raise frappe.Redirect
