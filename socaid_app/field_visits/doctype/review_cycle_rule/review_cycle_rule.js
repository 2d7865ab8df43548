// A rule in effect is read, not edited: the change is a new rule, begun from this one.
frappe.ui.form.on("Review Cycle Rule", {
	refresh(frm) {
		if (frm.is_new()) return;
		const in_effect = frm.doc.effective_from <= frappe.datetime.get_today();
		if (in_effect) frm.disable_form();
		if (frm.doc.effective_to || !frappe.model.can_create("Review Cycle Rule")) return;
		frm.add_custom_button(__("Change Interval"), () =>
			frappe.new_doc("Review Cycle Rule", {
				category: frm.doc.category,
				review_class: frm.doc.review_class,
				check_kind: frm.doc.check_kind,
				service_months: frm.doc.service_months,
				ratio: frm.doc.ratio,
				effective_from: frappe.datetime.add_days(frappe.datetime.get_today(), 1),
			})
		);
		frm.dashboard.set_headline(
			frm.doc.statutory_months
				? __("Statutory interval: {0} months ({1}). The service interval may not be longer.", [
						frm.doc.statutory_months,
						frappe.utils.escape_html(frm.doc.statutory_basis || ""),
				  ])
				: __("No statutory interval limits this check.")
		);
	},
});
