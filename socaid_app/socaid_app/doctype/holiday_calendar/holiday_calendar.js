frappe.ui.form.on("Holiday Calendar", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.page.set_indicator(
			frm.doc.announced ? __("Announced") : __("Not Announced"),
			frm.doc.announced ? "green" : "orange"
		);
		if (frm.perm[0] && frm.perm[0].write) {
			frm.add_custom_button(__("Load Official Days"), () => load(frm));
		}
	},
});

function load(frm) {
	frappe.call({
		method: "socaid_app.socaid_app.doctype.holiday_calendar.holiday_calendar.load_official_days",
		args: { name: frm.doc.name },
		freeze: true,
		callback({ message }) {
			frappe.show_alert({
				message: __("{0} days loaded. Due dates of open cases are being computed anew.", [message]),
				indicator: "green",
			});
			frm.reload_doc();
		},
	});
}
