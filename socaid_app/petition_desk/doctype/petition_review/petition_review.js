// The opinion is written on the form and given by a button.
const REVIEWS = "socaid_app.petition_desk.reviews";

frappe.ui.form.on("Petition Review", {
	setup(frm) {
		frm.set_query("petition", () => ({ filters: { status: ["in", ["Answered", "Concluded"]] } }));
	},

	refresh(frm) {
		const open = frm.doc.status === "Asked For";
		["conclusion", "findings", "opinion", "legal_basis", "request", "reviewing_body", "handler"].forEach(
			(field) => frm.set_df_property(field, "read_only", open ? 0 : 1)
		);
		frm.set_df_property("refusal_reason", "read_only", 1);
		// the clock rests on these
		["petition", "stage", "requested_on"].forEach((field) =>
			frm.set_df_property(field, "read_only", frm.is_new() ? 0 : 1)
		);
		if (frm.is_new() || !frm.perm[0].write || frm.is_dirty()) return;
		if (frm.doc.status === "Answer Given" && !frm.doc.delivered_on) {
			frm.page.set_primary_action(__("Record the Delivery"), () => deliver(frm));
		}
		if (!open) return;
		const step = (method, args) =>
			frappe
				.call({ method: `${REVIEWS}.${method}`, args: { review: frm.doc.name, ...args }, freeze: true })
				.then(() => frm.reload_doc());
		frm.page.set_primary_action(__("Give the Opinion"), () =>
			frappe.confirm(__("Give this opinion now? It can no longer change afterwards."), () => step("answer"))
		);
		frm.add_custom_button(__("Do Not Admit"), () =>
			frappe.prompt(
				{ fieldname: "reason", label: __("Why Not Admitted"), fieldtype: "Small Text", reqd: 1 },
				({ reason }) => step("refuse", { reason }),
				__("Do Not Admit")
			)
		);
		frm.add_custom_button(__("Hold a Hearing"), () =>
			frappe.new_doc("Petition Hearing", { petition: frm.doc.petition, review: frm.doc.name })
		);
	},
});

const WAYS = ["Handed Over", "Left at the Home", "By Post", "Through Somebody Else", "Electronically", "By Notice"];

function deliver(frm) {
	const document_kind = `${frm.doc.stage} Opinion`;
	frappe.prompt(
		[
			{
				fieldname: "method",
				label: __("Way of Delivery"),
				fieldtype: "Select",
				options: WAYS.map((value) => ({ value, label: __(value, null, "Petition Delivery") })),
				default: WAYS[0],
				reqd: 1,
			},
			{
				fieldname: "delivered_on",
				label: __("Delivered On"),
				fieldtype: "Date",
				default: frappe.datetime.get_today(),
				reqd: 1,
			},
			{ fieldname: "received_by", label: __("Received By"), fieldtype: "Data" },
		],
		(values) =>
			frappe
				.xcall("socaid_app.petition_desk.petitions.deliver", {
					name: frm.doc.petition,
					document_kind,
					review: frm.doc.name,
					...values,
				})
				.then(() => frm.reload_doc()),
		__(document_kind, null, "Petition Delivery"),
		__("Confirm")
	);
}
