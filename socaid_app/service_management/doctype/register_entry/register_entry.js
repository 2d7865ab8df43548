// What a register asks as one form, also on a phone; the table below holds the same for import and export.
frappe.ui.form.on("Register Entry", {
	setup(frm) {
		frm.set_query("register", () => ({ filters: { disabled: 0 } }));
		frm.set_query("service_object", () => ({ filters: { disabled: 0 } }));
		frm.set_query("stock_item", "supplies", () => ({ filters: { disabled: 0 } }));
	},
	onload(frm) {
		if (frm.is_new() && frm.doc.register && !(frm.doc.particulars || []).length) frm.trigger("register");
	},
	async register(frm) {
		if (!frm.is_new() || !frm.doc.register) return;
		const register = await frappe.db.get_doc("Service Register", frm.doc.register);
		frm.clear_table("particulars");
		for (const { item, answer_kind, asked_at, required, personal, choices, not_below, kept_as } of register.particulars)
			frm.add_child("particulars", { item, answer_kind, asked_at, required, personal, choices, not_below, kept_as });
		frm.socaid_register = register;
		draw(frm);
	},
	refresh(frm) {
		frm.toggle_display("particulars", false);
		// each list is called what its register calls it
		for (const table of ["people", "tasks", "supplies"])
			if (frm.doc[`${table}_label`]) frm.set_df_property(table, "label", frm.doc[`${table}_label`]);
		draw(frm);
	},
});

const FIELDS = {
	"One Line": { fieldtype: "Data" },
	Text: { fieldtype: "Small Text" },
	Number: { fieldtype: "Data" },
	Date: { fieldtype: "Date" },
	Moment: { fieldtype: "Datetime" },
};

function field_of(row) {
	if (!["Choice", "Yes or No"].includes(row.answer_kind)) return FIELDS[row.answer_kind] || FIELDS["One Line"];
	const values =
		row.answer_kind === "Choice"
			? (row.choices || "").split("\n").map((line) => line.trim()).filter(Boolean)
			: ["Yes", "No"];
	return {
		fieldtype: "Select",
		options: ["", ...values].map((value) => ({
			value,
			label: value && (row.answer_kind === "Choice" ? value : __(value, null, "Register Value")),
		})),
	};
}

function draw(frm) {
	const rows = frm.doc.particulars || [];
	const stages = frm.is_new() ? ["At Entry"] : frm.doc.__onload?.open_stages || [];
	const drawn = [frm.doc.name, frm.doc.modified, stages, ...rows.map(({ name }) => name)].join();
	// a form that is refreshed while somebody types keeps the field they type into
	if (frm.socaid_drawn === drawn) return;
	frm.socaid_drawn = drawn;
	const $place = frm.fields_dict.particulars_html.$wrapper.empty();
	const $grid = $("<div class='row'>").appendTo($place);
	for (const row of rows) {
		const open = stages.includes(row.asked_at);
		if (!open && !row.value) continue;
		const wide = row.answer_kind === "Text" ? "col-12" : "col-12 col-sm-6";
		const control = frappe.ui.form.make_control({
			parent: $("<div>").addClass(wide).appendTo($grid),
			df: {
				...field_of(row),
				fieldname: row.name,
				label: row.item,
				reqd: row.required && open ? 1 : 0,
				read_only: open ? 0 : 1,
				change() {
					const value = control.get_value() ?? "";
					if (String(value) !== String(row.value ?? ""))
						frappe.model.set_value(row.doctype, row.name, "value", value);
				},
			},
			render_input: true,
		});
		control.set_value(row.value ?? "");
		control.refresh();
	}
	if (!rows.length)
		$place.append($("<p class='text-muted'>").text(__("Choose the register; what it asks appears here.")));
}
