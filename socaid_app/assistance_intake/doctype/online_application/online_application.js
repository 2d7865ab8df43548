// Taken over at the counter, where it stands filled in beside what the register knows.
frappe.ui.form.on("Online Application", {
	refresh(frm) {
		// nothing on it is written here
		frm.disable_save();
		frm.fields_dict.papers.grid.update_docfield_property("file", "formatter", (address) =>
			address
				? `<a href="${encodeURI(address)}" target="_blank" rel="noopener">${__("Open the Paper")}</a>`
				: ""
		);
		if (!["Online Received", "Sent Back to Citizen"].includes(frm.doc.status)) return;
		if (!frappe.model.can_create("Assistance Application") || !frm.perm[0].write) return;
		frm.add_custom_button(__("Take Over at the Counter"), () => {
			frappe.route_options = { online_application: frm.doc.name };
			frappe.set_route("counter-intake");
		}).addClass("btn-primary");
	},
});
