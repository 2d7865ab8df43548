// The questions of a check as one phone form; the table below them holds the same for print and export.
frappe.ui.form.on("Service Check", {
	setup(frm) {
		frm.set_query("template", () => ({ filters: { active_from: ["<=", frappe.datetime.get_today()] } }));
		frm.set_query("service_object", () => ({ filters: { disabled: 0 } }));
	},
	refresh(frm) {
		frm.toggle_display("answers", false);
		draw(frm);
	},
});

const WORDS = ["Yes", "No", "Not Applicable"];

function answer_field(row) {
	switch (row.answer_kind) {
		case "Yes or No":
			return {
				fieldtype: "Select",
				options: ["", ...WORDS].map((value) => ({
					value,
					label: value && __(value, null, "Service Check Answer"),
				})),
			};
		case "Choice":
			return {
				fieldtype: "Select",
				options: [
					"",
					...(row.choices || "")
						.split("\n")
						.map((line) => line.trim().replace(/^\*/, "").trim())
						.filter(Boolean),
				],
			};
		case "Number":
		case "Score":
			return { fieldtype: "Data", input_type: "text", description: range(row) };
		case "Photo":
			return null;
	}
	return { fieldtype: "Small Text" };
}

function range(row) {
	const bounds = row.highest
		? __("In order: {0} to {1}", [row.lowest || 0, row.highest])
		: row.lowest
			? __("In order: from {0}", [row.lowest])
			: "";
	const figure = row.measure ? __("Figure of the system: {0}", [__(row.measure, null, "Service Check Answer")]) : "";
	return [bounds, figure].filter(Boolean).join("；");
}

function draw(frm) {
	const closed = frm.doc.status !== "Check Planned" || !frm.perm[0]?.write;
	// a form that is refreshed while somebody types keeps the field they type into
	const drawn = [frm.doc.name, frm.doc.modified, closed, ...(frm.doc.answers || []).map(({ name }) => name)].join();
	if (frm.socaid_drawn === drawn) return frm.socaid_answers.forEach((show) => show());
	Object.assign(frm, { socaid_drawn: drawn, socaid_answers: [] });
	const $place = frm.fields_dict.questions_html.$wrapper.empty();
	if (frm.is_new()) {
		$place.append($("<p class='text-muted'>").text(__("The questions appear when the check is saved.")));
		return;
	}
	let part = "";
	for (const row of frm.doc.answers || []) {
		if (row.section && row.section !== part) {
			part = row.section;
			$place.append($("<h5 class='mt-4'>").text(part));
		}
		const $row = $("<div class='service-question border-bottom py-3'>").appendTo($place);
		$("<div class='font-weight-bold mb-2'>")
			.text(`${row.idx}. ${row.question}${row.must_pass ? " ★" : ""}`)
			.appendTo($row);
		if (row.evidence) $("<div class='text-muted mb-2'>").text(__("Proof: {0}", [row.evidence])).appendTo($row);
		const add = (fieldname, df) => {
			const stored = () => frappe.model.get_value(row.doctype, row.name, fieldname) ?? "";
			const control = frappe.ui.form.make_control({
				parent: $("<div>").appendTo($row),
				df: {
					...df,
					fieldname,
					read_only: closed || (row.measured && fieldname === "answer") ? 1 : 0,
					change() {
						const value = control.get_value() ?? "";
						if (String(value) !== String(stored()))
							frappe.model.set_value(row.doctype, row.name, fieldname, value);
					},
				},
				frm: undefined,
				render_input: true,
			});
			control.set_value(stored());
			control.refresh();
			frm.socaid_answers.push(() => {
				if (control.$wrapper.is(":focus-within") || String(control.get_value() ?? "") === String(stored())) return;
				control.set_value(stored());
			});
		};
		const df = answer_field(row);
		if (df) add("answer", { ...df, label: __("Answer", null, "Service Check Answer") });
		if (row.needs_photo || row.answer_kind === "Photo")
			add("photo", { fieldtype: "Attach Image", label: __("Photo") });
		add("remark", { fieldtype: "Data", label: __("What Is Wrong", null, "Service Check Answer") });
		if (frm.doc.result && !row.in_order) $row.addClass("text-danger");
	}
}
