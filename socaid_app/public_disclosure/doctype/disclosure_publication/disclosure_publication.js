// Prepared by one person, checked and published by another.
const CATALOGUE = "socaid_app.public_disclosure.catalogue.";

frappe.ui.form.on("Disclosure Publication", {
	setup(frm) {
		frm.set_query("catalogue_item", () => ({ filters: { disabled: 0, notice_kind: "" } }));
		frm.set_query("division", () => ({ filters: { level: ["in", ["Township", "Village"]] } }));
	},

	refresh(frm) {
		if (frm.is_new() || !frm.perm[0] || !frm.perm[0].write || frm.is_dirty()) return;
		const { status, prepared_by, due_provisional } = frm.doc;
		if (due_provisional) {
			frm.set_intro(__("The due date is provisional: the holidays of that year are not announced."), "orange");
		}
		if (status === "To Be Published") {
			if (prepared_by === frappe.session.user) {
				frm.set_intro(__("Another person checks this text for privacy and publishes it."));
			} else {
				frm.page.set_primary_action(__("Check and Publish"), () => publish(frm));
			}
		}
		if (status === "Published Online") {
			frm.add_custom_button(__("Newer Version"), () =>
				frappe
					.xcall(CATALOGUE + "revise", { name: frm.doc.name })
					.then((name) => frappe.set_route("Form", frm.doctype, name))
			);
			frm.add_custom_button(__("Report an Error"), () =>
				frappe.new_doc("Disclosure Correction", { publication: frm.doc.name })
			);
		}
		if (status !== "Taken Down") {
			frm.add_custom_button(__("Take Down"), () =>
				frappe.prompt(
					[{ fieldname: "reason", fieldtype: "Small Text", label: __("Why Taken Down"), reqd: 1 }],
					({ reason }) => step(frm, "take_down", { reason }),
					__("Take Down"),
					__("Save")
				)
			);
		}
	},
});

function step(frm, method, args) {
	return frappe
		.call({ method: CATALOGUE + method, args: { name: frm.doc.name, ...args }, freeze: true })
		.then(() => frm.reload_doc());
}

async function publish(frm) {
	const checklist = await frappe.xcall(CATALOGUE + "checklist");
	const dialog = new frappe.ui.Dialog({
		title: __("Check and Publish"),
		fields: checklist.map((label, number) => ({
			fieldtype: "Check",
			fieldname: `check_${number}`,
			label: frappe.utils.escape_html(label),
		})),
		primary_action_label: __("Publish Now"),
		primary_action(values) {
			if (!checklist.every((_label, number) => values[`check_${number}`])) {
				frappe.msgprint(__("Tick every point you have checked; post only when all of them are."));
				return;
			}
			dialog.hide();
			step(frm, "publish");
		},
	});
	dialog.show();
}
