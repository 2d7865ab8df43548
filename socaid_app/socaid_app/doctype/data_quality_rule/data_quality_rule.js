frappe.ui.form.on("Data Quality Rule", {
	setup(frm) {
		frm.set_query("document_type", () => ({ filters: { istable: 0, issingle: 0, is_virtual: 0 } }));
	},

	refresh(frm) {
		if (!frm.doc.document_type) return;
		frappe.model.with_doctype(frm.doc.document_type, () => {
			const dates = frappe
				.get_meta(frm.doc.document_type)
				.fields.filter((field) => ["Date", "Datetime"].includes(field.fieldtype))
				.map((field) => ({ value: field.fieldname, label: __(field.label, null, frm.doc.document_type) }));
			const standard = [
				{ value: "creation", label: __("Day It Was Made") },
				{ value: "modified", label: __("Day of the Last Change") },
			];
			frm.set_df_property("date_field", "options", [{ value: "", label: "" }, ...standard, ...dates]);
			socaid.conditions.show(frm, {
				title: __("Among the Records Where"),
				empty: __("All records of this type."),
				fixed: frm.doc.status === "Rule On",
			});
		});
	},

	document_type(frm) {
		["conditions", "date_field", "check_key"].forEach((field) => frm.set_value(field, null));
		frm.trigger("refresh");
	},
});
