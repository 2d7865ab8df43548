// The lots of a supply, in the order in which they are issued.
frappe.ui.form.on("Stock Item", {
	setup(frm) {
		frm.set_query("service_object", () => ({ filters: { disabled: 0 } }));
	},
	refresh(frm) {
		const rows = (frm.doc.__onload?.lots || []).map(({ batch, expires_on, quantity, expired }) =>
			$("<tr>")
				.toggleClass("text-danger", Boolean(expired))
				.append([batch, expires_on && frappe.datetime.str_to_user(expires_on), quantity].map((text) => $("<td>").text(text ?? ""))),
		);
		const head = [__("Batch"), __("Usable Until"), __("Quantity")].map((text) => $("<th>").text(text));
		frm.fields_dict.lots_html.$wrapper
			.empty()
			.append($("<table class='table table-bordered'>").append($("<tr>").append(head), rows));
	},
});
