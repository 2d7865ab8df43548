// A file fills itself; the archivist checks it, adds scans, binds it and prints it as a whole.
const ARCHIVES = "socaid_app.assistance_archives";

frappe.ui.form.on("Archive File", {
	onload(frm) {
		frappe.realtime.off("archive_file_ready");
		frappe.realtime.on("archive_file_ready", (done) => {
			if (done.archive_file !== frm.doc.name) return;
			if (done.method === "make_whole_file") open_pdf(done.result);
			else frm.reload_doc();
		});
	},

	refresh(frm) {
		if (frm.is_new()) return;
		const open = !frm.doc.bound_on && frm.doc.status !== "Destroyed";
		frm.trigger("show_documents");
		frm.trigger("show_missing");
		frm.add_custom_button(__("Print Whole File"), () => print_whole(frm));
		frm.add_custom_button(__("Check Completeness"), () => check(frm));
		if (frm.perm[0].write && !frm.is_dirty()) {
			if (open) {
				frm.add_custom_button(__("Add Scans"), () => add_scans(frm));
				frm.page.set_primary_action(__("Bind File"), () => bind(frm));
			}
		}
	},

	show_documents(frm) {
		const $wrapper = frm.fields_dict.documents_html.$wrapper.empty();
		const rows = frm.doc.__onload?.documents || [];
		$wrapper.html(
			rows.length ? documents_table(rows) : `<p class="text-muted">${__("No document has been filed yet.")}</p>`
		);
	},

	show_missing(frm) {
		const $wrapper = frm.fields_dict.missing_html.$wrapper.empty();
		const rows = frm.doc.__onload?.missing || [];
		if (rows.length) $wrapper.html(missing_table(rows));
		else if (frm.doc.completeness === "Complete File")
			$wrapper.html(`<p class="text-muted">${__("All required papers are in the file.")}</p>`);
		else
			$wrapper.html(
				`<p class="text-muted">${__("Papers are checked for each decision; no decision has been filed yet.")}</p>`
			);
	},
});

function run(frm, method, args = {}, freeze_message) {
	return frappe
		.call({
			method: `${ARCHIVES}.${method}`,
			args: { archive_file: frm.doc.name, ...args },
			freeze: true,
			freeze_message,
		})
		.then(({ message }) => frm.reload_doc().then(() => message));
}

function check(frm) {
	run(frm, "completeness.check_file").then((missing) =>
		frappe.show_alert(
			missing
				? { message: __("{0} papers are missing.", [missing]), indicator: "orange" }
				: { message: __("No required paper is missing."), indicator: "green" }
		)
	);
}

function bind(frm) {
	frappe.prompt(
		[
			{
				fieldname: "explanation",
				fieldtype: "Small Text",
				label: __("Notes on the File"),
				default: frm.doc.file_note,
				reqd: frm.doc.missing_count ? 1 : 0,
				description: frm.doc.missing_count
					? __("{0} papers are missing: say why. The end sheet states it.", [frm.doc.missing_count])
					: __("Stands on the end sheet."),
			},
		],
		({ explanation }) =>
			run(frm, "binding.bind", { explanation: explanation || "" }, __("Making the pages")).then((number) =>
				frappe.show_alert(
					number
						? { message: __("Bound as {0}.", [number]), indicator: "green" }
						: { message: __("The file is being bound in the background."), indicator: "blue" }
				)
			),
		__("Bind File"),
		__("Bind File")
	);
}

function print_whole(frm) {
	frappe
		.call({
			method: `${ARCHIVES}.binding.whole_file`,
			args: { archive_file: frm.doc.name },
			freeze: true,
			freeze_message: __("Making the pages"),
		})
		.then(({ message }) => {
			if (message) open_pdf(message);
			else
				frappe.show_alert({
					message: __("The whole file is being made in the background; it opens when it is ready."),
					indicator: "blue",
				});
		});
}

function open_pdf(file) {
	const url = `/api/method/${ARCHIVES}.binding.download?file=${encodeURIComponent(file)}`;
	// What a pop-up blocker stops stays a click away.
	if (!window.open(url))
		frappe.msgprint({
			title: __("Print Whole File"),
			message: `<a class="btn btn-primary" target="_blank" href="${url}">${__("Open PDF")}</a>`,
		});
}

function add_scans(frm) {
	Promise.all([
		frappe.xcall(`${ARCHIVES}.filing_by_hand.kinds`, { archive_file: frm.doc.name }),
		frappe.xcall(`${ARCHIVES}.filing_by_hand.decisions`, { archive_file: frm.doc.name }),
	]).then(([kinds, decisions]) => {
		const section_of = Object.fromEntries(kinds.map((row) => [row.document_kind, row.section]));
		const dialog = new frappe.ui.Dialog({
			title: __("Add Scans"),
			fields: [
				{
					fieldname: "document_kind",
					fieldtype: "Autocomplete",
					label: __("Kind of Document"),
					options: kinds.map((row) => row.document_kind),
					reqd: 1,
					onchange() {
						const section = section_of[dialog.get_value("document_kind")];
						if (section) dialog.set_value("section", section);
					},
				},
				{
					fieldname: "section",
					fieldtype: "Select",
					label: __("Section", null, "Archive Document"),
					options: frappe.meta.get_docfield("Archive Document", "section")?.options || [
						...new Set(kinds.map((row) => row.section)),
					],
					reqd: 1,
				},
				{
					fieldname: "document_date",
					fieldtype: "Date",
					label: __("Document Date"),
					default: frappe.datetime.get_today(),
					reqd: 1,
				},
				{
					fieldname: "decision_key",
					fieldtype: "Select",
					label: __("Belongs to Decision"),
					options: [
						{ value: "", label: __("All decisions of the household") },
						...decisions.map((row) => ({
							value: row.decision_key,
							label: `${row.title} ${row.document_date || ""}`,
						})),
					],
				},
			],
			primary_action_label: __("Upload"),
			primary_action(values) {
				dialog.hide();
				upload(frm, values);
			},
		});
		dialog.show();
	});
}

function upload(frm, values) {
	const urls = [];
	const file_it = frappe.utils.debounce(
		() => run(frm, "filing_by_hand.add_scans", { ...values, attachments: urls.splice(0) }, __("Filing documents")),
		800
	);
	new frappe.ui.FileUploader({
		doctype: frm.doctype,
		docname: frm.docname,
		folder: "Home/Attachments",
		make_attachments_public: 0,
		allow_toggle_private: false,
		restrictions: { allowed_file_types: ["image/*", "application/pdf"] },
		on_success(file) {
			urls.push(file.file_url);
			file_it();
		},
	});
}

function documents_table(rows) {
	const text = (value) => frappe.utils.escape_html(String(value ?? ""));
	const heads = [
		__("No."),
		__("Section", null, "Archive Document"),
		__("Document Title", null, "Archive Document"),
		__("Document Number"),
		__("Responsible Body"),
		__("Document Date"),
		__("Pages"),
		__("Electronic Copy"),
	];
	const body = rows
		.map((row) => {
			const pages = row.page_from === row.page_to ? row.page_from : `${row.page_from}-${row.page_to}`;
			const link = frappe.utils.get_form_link("Archive Document", row.name);
			const copy = row.attachment
				? `<a target="_blank" href="${encodeURI(row.attachment)}">${__("View Copy")}</a>`
				: row.fixity === "Paper Only"
				? __("Paper Only")
				: "";
			return `<tr>
				<td>${row.sequence}</td><td>${text(row.section_label)}</td>
				<td><a href="${link}">${text(row.title)}</a></td>
				<td>${text(row.document_number)}</td><td>${text(row.responsible)}</td>
				<td>${text(row.day)}</td><td>${pages}</td><td>${copy}</td></tr>`;
		})
		.join("");
	return table(heads, body);
}

function missing_table(rows) {
	const text = (value) => frappe.utils.escape_html(String(value ?? ""));
	const heads = [__("Missing Paper"), __("Owed By"), __("Needed For"), __("Basis")];
	const body = rows
		.map(
			(row) => `<tr>
				<td class="text-danger">${text(row.document_kind)}</td>
				<td>${text(__(row.owed_by, null, "Archive Template Item"))}</td>
				<td>${text(row.decision)} ${text(row.decided_on)}</td>
				<td>${text(row.note)}</td></tr>`
		)
		.join("");
	return table(heads, body);
}

function table(heads, body) {
	return `<div class="table-responsive"><table class="table table-bordered table-sm">
		<thead><tr>${heads.map((head) => `<th>${head}</th>`).join("")}</tr></thead>
		<tbody>${body}</tbody></table></div>`;
}
