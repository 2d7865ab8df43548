// Prepared by one, signed by two others, carried out in front of a witness (assistance_archives/appraisals.py).
frappe.ui.form.on("Archive Appraisal", {
	refresh(frm) {
		frm.get_field("items").grid.cannot_add_rows = true;
		const preparing =
			frm.is_new() || (frm.doc.status === "Being Prepared" && frm.doc.prepared_by === frappe.session.user);
		["title", "as_of", "report", "items"].forEach((field) =>
			frm.set_df_property(field, "read_only", preparing ? 0 : 1)
		);
	},
});

// A decision is for the rows that are marked in the list.
socaid.steps.collect["Archive Appraisal.decide"] = (frm, step) => {
	const rows = frm.get_field("items").grid.get_selected_children();
	if (!rows.length) {
		frappe.show_alert({ message: __("Mark the rows first."), indicator: "orange" });
		return;
	}
	socaid.steps.ask(frm, step, { rows: rows.map((row) => row.name) });
};

socaid.steps.then["Archive Appraisal.collect"] = (frm, added) => {
	frappe.show_alert(
		added
			? { message: __("{0} files added.", [added]), indicator: "green" }
			: { message: __("No further file has expired."), indicator: "blue" }
	);
};

socaid.steps.then["Archive Appraisal.carry_out"] = (frm, { extended, destroyed, left_out }) => {
	frappe.msgprint(__("{0} files extended, {1} destroyed, {2} left out.", [extended, destroyed, left_out]));
};
