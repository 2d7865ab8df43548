// Frappe's own forms as an administrator without code sees them: what setup/*_changes.py would refuse is not offered,
// and where Frappe explains programming, there stands what may be written.
const is_bound = () => !frappe.user.has_role("System Manager");
const HIDDEN = {
	"Assignment Rule": ["last_user"],
	"Custom Field": ["is_virtual", "fetch_from", "fetch_if_empty", "ignore_user_permissions", "ignore_xss_filter", "in_global_search", "in_preview", "link_filters", "show_dashboard", "translatable", "unique", "module", "options_help", "label_help"],
	"Customize Form": ["label", "allow_copy", "istable", "track_changes", "title_field", "image_field", "search_fields", "allow_auto_repeat", "allow_import", "email_append_to", "show_preview_popup", "document_links_section", "document_actions_section", "document_states_section", "email_settings_section", "default_email_template", "naming_section", "show_title_field_in_link", "translated_doctype", "make_attachments_public", "queue_in_background", "force_re_route_to_default_view", "is_calendar_and_gantt"],
	"Email Template": ["email_reply_help"],
	"Letter Head": ["header_script", "footer_script", "instructions", "scripts_section"],
	Notification: ["slack_webhook_url", "is_standard", "module", "method", "sender", "sender_email", "html_7", "message_examples", "view_properties", "property_section", "set_property_after_alert", "property_value", "attach_print", "print_format", "column_break_25", "send_system_notification"],
	"Print Format": ["print_format_type", "raw_printing", "raw_commands", "module", "standard", "print_format_help", "custom_html_help", "default_print_language", "print_format_builder_beta"],
	Workflow: ["send_email_alert", "override_status"],
};
// Options that are not taken.
const OFFERED = { Notification: { channel: ["System Notification", "Email"], event: ["New", "Save", "Submit", "Cancel", "Days After", "Days Before", "Value Change"] } };
// What Frappe writes into a new record in English.
const PRESET = { Notification: ["message"], "Assignment Rule": ["description"] };
const DESCRIBED = { Notification: ["subject", "condition"], "Assignment Rule": ["description", "assign_condition", "unassign_condition", "close_condition"] };
const SAID = {
	"Assignment Rule": __("Conditions compare fields of the record, such as status == 'Open'. Choose people who see all records of this kind."),
	"Custom Field": __("A field of your own is filled in by those who may write the record. Conditions compare its fields, such as eval:doc.status === 'Open'."),
	"Email Template": __("What stands in braces is filled in: {0}.", ["{{ bureau }} {{ phone }} {{ letter }} {{ number }} {{ case }}"]),
	"Letter Head": __("A letter head is words, tables and a picture."),
	Notification: __("A message names the record, its state and its deadline, such as {0}, and nobody's data. It goes to duties of the county that may see such records, or to colleagues the record names.", ["{{ doc.name }}"]),
	"Print Format": __("Duplicate a format of the system and change the words. Fields of the record may be added, such as {0}.", ["{{ doc.name }}, {{ cn_date(doc.applied_on) }}"]),
	"Property Setter": __("These properties were set in “Change a Form”; it is easier to change them there."),
	Workflow: __("Roles and conditions may be narrowed, states and steps of your own added; what the law needs stays. Conditions compare fields of the record, such as doc.opinion != ''."),
};
// Frappe's buttons that lead where only system managers go.
const [GROUP, ...DOORS] = ["Actions", "Set Permissions", "Reset All Customizations", "Trim Table"];

Object.keys(SAID)
	.concat("Customize Form")
	.forEach((doctype) =>
		frappe.ui.form.on(doctype, {
			onload(frm) {
				if (!is_bound()) return;
				(HIDDEN[doctype] || []).forEach((field) => frm.set_df_property(field, "hidden", 1));
				(DESCRIBED[doctype] || []).forEach((field) => frm.set_df_property(field, "description", ""));
				if (frm.is_new()) (PRESET[doctype] || []).forEach((field) => (frm.doc[field] = ""));
				Object.entries(OFFERED[doctype] || {}).forEach(([field, words]) =>
					frm.set_df_property(field, "options", words.map((value) => ({ value, label: __(value) })))
				);
			},
			refresh(frm) {
				if (!is_bound() || !SAID[doctype]) return;
				frm.layout.show_message();
				frm.set_intro(SAID[doctype], "blue");
			},
		})
	);

frappe.ui.form.on("Workflow", {
	setup() {
		const field = (name) => frappe.meta.get_docfield("Workflow Transition", name);
		if (is_bound()) field("example").hidden = 1;
		// actions are words of the records they are taken on
		field("action").formatter = (value) => frappe.utils.escape_html(__(value || "", null, cur_frm.doc.document_type));
	},
	refresh(frm) {
		// to a list that is not the administrator's
		if (is_bound()) frm.clear_custom_buttons();
		if (!frm.doc.document_type) return;
		// the metadata of those records bring the workflow along once more, and what is typed would go into those rows
		frappe.model.with_doctype(frm.doc.document_type, () =>
			[...(frm.doc.states || []), ...(frm.doc.transitions || [])].forEach((row) => (locals[row.doctype][row.name] = row))
		);
	},
});

frappe.ui.form.on("Customize Form", {
	setup(frm) {
		// how full a table is, is asked of system managers
		if (is_bound()) frm.cscript.show_db_utilization = () => {};
	},
	onload(frm) {
		if (!is_bound()) return;
		frm.set_query("doc_type", () => ({
			filters: [
				["DocType", "issingle", "=", 0],
				["DocType", "custom", "=", 0],
				["DocType", "module", "in", socaid.own_modules()],
			],
		}));
	},
	refresh(frm) {
		if (!is_bound() || !frm.doc.doc_type) return;
		// Frappe draws its buttons when the metadata have come
		frappe.model.with_doctype(frm.doc.doc_type).then(() => DOORS.forEach((label) => frm.remove_custom_button(__(label), __(GROUP))));
	},
});
