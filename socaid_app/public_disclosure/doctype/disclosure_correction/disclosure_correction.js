// Reported, looked into by somebody else than who prepared the notice, put right in public or answered.
const CORRECTIONS = "socaid_app.public_disclosure.corrections.";

frappe.ui.form.on("Disclosure Correction", {
	refresh(frm) {
		["investigation", "measure", "problem_published"].forEach((field) => frm.set_df_property(field, "read_only", 1));
		if (frm.is_new() || !frm.perm[0] || !frm.perm[0].write || frm.is_dirty()) return;
		if (frm.doc.status === "Reported") {
			frm.page.set_primary_action(__("Enter Investigation"), () =>
				ask(frm, "look_into", __("Enter Investigation"), [
					{ fieldname: "investigation", fieldtype: "Small Text", label: __("Result of the Investigation"), reqd: 1 },
				])
			);
		}
		if (frm.doc.status === "Looked Into") {
			frm.page.set_primary_action(__("Correct in Public"), () =>
				ask(frm, "put_right", __("Correct in Public"), [
					{
						fieldname: "problem_published",
						fieldtype: "Small Text",
						label: __("Problem as Published"),
						default: frm.doc.problem,
						description: __("Without names: these words stand on the notice of correction."),
						reqd: 1,
					},
					{ fieldname: "measure", fieldtype: "Small Text", label: __("Measure Taken"), reqd: 1 },
				])
			);
			frm.add_custom_button(__("Close as Unfounded"), () =>
				ask(frm, "unfounded", __("Close as Unfounded"), [
					{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
				])
			);
		}
		if (frm.doc.status === "Put Right") {
			frm.set_intro(__("The drafts wait for the review of another person before they are posted."));
		}
	},
});

function ask(frm, method, title, fields) {
	frappe.prompt(
		fields,
		(values) =>
			frappe
				.call({ method: CORRECTIONS + method, args: { name: frm.doc.name, ...values }, freeze: true })
				.then(() => frm.reload_doc()),
		title,
		__("Save")
	);
}
