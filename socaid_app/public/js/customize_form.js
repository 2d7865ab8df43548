// Whoever is no system manager sees of Customize Form what setup/form_changes.py lets them change.
const CLOSED = ["label", "allow_copy", "istable", "track_changes", "title_field", "image_field", "search_fields", "allow_auto_repeat", "allow_import", "email_append_to", "show_preview_popup", "document_links_section", "document_actions_section", "document_states_section", "email_settings_section", "default_email_template", "naming_section", "show_title_field_in_link", "translated_doctype", "make_attachments_public", "queue_in_background", "force_re_route_to_default_view", "is_calendar_and_gantt"];
const [GROUP, ...DOORS] = ["Actions", "Set Permissions", "Reset All Customizations", "Trim Table"];

frappe.ui.form.on("Customize Form", {
	onload(frm) {
		if (frappe.user.has_role("System Manager")) return;
		const ours = Object.keys(frappe.boot.module_app || {}).filter((module) => frappe.boot.module_app[module] === "socaid_app");
		frm.set_query("doc_type", () => ({
			filters: [
				["DocType", "issingle", "=", 0],
				["DocType", "custom", "=", 0],
				["DocType", "module", "in", ours.map((module) => module.split("_").map((word) => word[0].toUpperCase() + word.slice(1)).join(" "))],
			],
		}));
		CLOSED.forEach((field) => frm.set_df_property(field, "hidden", 1));
	},
	refresh(frm) {
		if (frappe.user.has_role("System Manager") || !frm.doc.doc_type) return;
		// Frappe draws its buttons when the metadata have come
		frappe.model.with_doctype(frm.doc.doc_type).then(() => DOORS.forEach((label) => frm.remove_custom_button(__(label), __(GROUP))));
	},
});
