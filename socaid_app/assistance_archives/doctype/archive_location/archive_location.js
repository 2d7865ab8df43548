// A place shows what lies in it; scanning the label of a box leads here.
const INSIDE = { Cabinet: "Room", Shelf: "Cabinet", Box: "Shelf" };

frappe.ui.form.on("Archive Location", {
	setup(frm) {
		frm.set_query("parent_archive_location", () => ({
			filters: { kind: INSIDE[frm.doc.kind] || "", disabled: 0 },
		}));
		frm.set_query("custodian", () => socaid.archives.archivists);
		frm.set_query("division", () => ({ filters: { level: ["in", ["Township", "Village"]] } }));
	},

	refresh(frm) {
		frm.trigger("kind");
		frm.set_df_property("kind", "read_only", frm.is_new() ? 0 : 1);
		frm.set_df_property(
			"custodian",
			"read_only",
			frm.doc.custodian && frm.doc.occupied && !frm.is_new() ? 1 : 0
		);
		const $files = frm.fields_dict.files_html.$wrapper.empty();
		if (frm.is_new()) return;
		frm.trigger("show_files");
		if (frappe.model.can_print("Archive Location")) {
			frm.add_custom_button(__("Print Labels"), () => frm.print_doc());
		}
		if (frappe.model.can_write("Archive File") && frm.doc.kind === "Box" && !frm.doc.disabled) {
			frm.add_custom_button(__("Shelve by Scanning"), () =>
				socaid.archives.shelve_by_scanning(frm.doc.name, () => frm.reload_doc())
			);
		}
		if (frm.doc.custodian && frappe.model.can_create("Archive Handover")) {
			frm.add_custom_button(__("Hand Over"), () =>
				frappe.new_doc("Archive Handover", {
					location: frm.doc.name,
					from_custodian: frm.doc.custodian,
				})
			);
		}
		if (frm.doc.kind === "Room" && frappe.model.can_create("Archive Room Check")) {
			frm.add_custom_button(__("Check Room"), () =>
				frappe.new_doc("Archive Room Check", { room: frm.doc.name })
			);
		}
	},

	kind(frm) {
		frm.toggle_reqd("parent_archive_location", Boolean(INSIDE[frm.doc.kind]));
		frm.toggle_display("parent_archive_location", frm.doc.kind !== "Room");
		frm.toggle_reqd("capacity", frm.doc.kind === "Box");
		frm.toggle_display("capacity", frm.doc.kind === "Box");
	},

	show_files(frm) {
		const $files = frm.fields_dict.files_html.$wrapper;
		frappe
			.xcall("socaid_app.assistance_archives.storage.contents", { location: frm.doc.name })
			.then((rows) => $files.html(files_table(rows, frm.doc.occupied)));
	},
});

function files_table(rows, occupied) {
	const text = (value) => frappe.utils.escape_html(String(value ?? ""));
	if (!rows.length) return `<p class="text-muted">${__("No file lies here.")}</p>`;
	const heads = [__("File Number"), __("File Title"), __("File Status"), __("Total Pages")];
	const body = rows
		.map(
			(row) => `<tr>
				<td>${text(row.file_number)}</td>
				<td><a href="${frappe.utils.get_form_link("Archive File", row.name)}">${text(row.title)}</a></td>
				<td>${__(row.status, null, "Archive File")}</td><td>${row.page_count}</td></tr>`
		)
		.join("");
	const more =
		occupied > rows.length
			? `<p class="text-muted">${__("{0} of {1} files are shown.", [rows.length, occupied])}</p>`
			: "";
	return `<div class="table-responsive"><table class="table table-bordered table-sm">
		<thead><tr>${heads.map((head) => `<th>${head}</th>`).join("")}</tr></thead>
		<tbody>${body}</tbody></table></div>${more}`;
}
