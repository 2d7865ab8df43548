// A notice is looked at as the public will see it, checked point by point, and then posted by a second person.
const POSTED = ["In Publicity", "Objection Raised"];

frappe.ui.form.on("Publicity Notice", {
	setup(frm) {
		frm.set_query("division", () => ({ filters: { level: ["in", ["Township", "Village"]] } }));
		frm.set_query("entitlement", () => ({ filters: { scheme: "Tekun", docstatus: 1 } }));
		frm.set_query("standard_raise", () => ({ filters: { status: ["in", ["Approved", "Notified"]] } }));
	},

	refresh(frm) {
		if (frm.is_new()) {
			frm.set_intro(__("Choose the kind and what the notice is about; its words come from the records."));
			return;
		}
		frm.trigger("explain");
		frm.add_custom_button(__("Preview"), () => preview(frm));
		if (frm.doc.posted_on && frm.perm[0]?.write) {
			frm.add_custom_button(__("Report an Error"), () =>
				frappe.new_doc("Disclosure Correction", { notice: frm.doc.name })
			);
		}
	},

	explain(frm) {
		const { status, prepared_by, kind } = frm.doc;
		const unsettled = (frm.doc.objections || []).some((row) => !row.resolved);
		if (status === "Draft") {
			frm.set_intro(
				prepared_by === frappe.session.user
					? __("Another person reviews this notice for privacy and posts it.")
					: __("Check that nothing but these values appears on the board, then post the notice.")
			);
		} else if (unsettled) {
			frm.set_intro(
				kind === "Preliminary"
					? __("The case went back to investigation (57号 Art. 19). Settle the objection here with its result.")
					: __("Look into the objection and settle it here with its result."),
				"red"
			);
		} else if (POSTED.includes(status) && interrupted(frm)) {
			frm.set_intro(__("The notice does not hang now; its days stand still. Use “Hangs Again” when it does."), "orange");
		} else if (POSTED.includes(status) && !frm.doc.photo) {
			frm.set_intro(__("Attach a photo of the board while the notice hangs."), "orange");
		}
		if (frm.doc.ends_provisional) {
			frm.set_intro(__("The last day is provisional: the holidays of that year are not announced."), "orange");
		}
	},

});

const interrupted = (frm) => (frm.doc.interruptions || []).some((row) => !row.resumed_on);

function preview(frm, posting) {
	frappe.call({ method: "socaid_app.public_disclosure.posting.preview", args: { name: frm.doc.name }, freeze: true }).then(({ message }) => {
		const dialog = new frappe.ui.Dialog({
			title: posting ? __("Review and Post") : __("Preview"),
			size: "large",
			fields: [
				{ fieldtype: "HTML", fieldname: "sheet", options: sheet(message.content) },
				...(posting
					? message.checklist.map((label, number) => ({
							fieldtype: "Check",
							fieldname: `check_${number}`,
							label: frappe.utils.escape_html(label),
					  }))
					: []),
			],
			...(posting && {
				primary_action_label: __("Post Notice"),
				primary_action(values) {
					if (!message.checklist.every((_label, number) => values[`check_${number}`])) {
						frappe.msgprint(__("Tick every point you have checked; post only when all of them are."));
						return;
					}
					socaid.steps.take(frm, "publish", { seen: message.seen }).then(() => dialog.hide());
				},
			}),
		});
		dialog.show();
	});
}

function sheet(content) {
	const text = (value) => frappe.utils.escape_html(String(value ?? ""));
	const head = content.columns.map(([, label]) => `<th>${text(label)}</th>`).join("");
	const body = content.rows
		.map((row) => `<tr>${content.columns.map(([field]) => `<td>${text(row[field])}</td>`).join("")}</tr>`)
		.join("");
	return `<h4 class="text-center">${text(content.title)}</h4><p>${text(content.intro)}</p>
		<div class="table-responsive" style="max-height: 45vh; overflow: auto">
		<table class="table table-bordered table-sm"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>
		<p>${text(content.office)} · ${text(content.complaint_phone)} · ${text(content.place)}</p>
		<p class="text-muted small">${text(content.basis)}</p>`;
}

// Posting is looking at the sheet and ticking every point.
socaid.steps.collect["Publicity Notice.publish"] = (frm) => preview(frm, true);

socaid.steps.collect["Publicity Notice.keep_photo"] = (frm) => {
	new frappe.ui.FileUploader({
		doctype: frm.doctype,
		docname: frm.doc.name,
		make_attachments_public: false,
		restrictions: { allowed_file_types: ["image/*"], max_number_of_files: 1 },
		allow_multiple: false,
		on_success: (file) => socaid.steps.take(frm, "keep_photo", { photo: file.file_url }),
	});
};

socaid.steps.then["Publicity Notice.redraft"] = (frm, name) => {
	frappe.set_route("Form", frm.doctype, name);
	return true;
};
