frappe.ui.form.on("Archive Room Access", {
	setup(frm) {
		frm.set_query("room", () => ({ filters: { kind: "Room", disabled: 0 } }));
	},

	// Who keeps the room goes along.
	room(frm) {
		if (!frm.is_new() || !frm.doc.room || frm.doc.accompanied_by) return;
		frappe.db
			.get_value("Archive Location", frm.doc.room, "custodian")
			.then(({ message }) => frm.set_value("accompanied_by", message.custodian));
	},

	visitor_user(frm) {
		if (frm.doc.visitor_user) frm.set_value("visitor", frappe.user_info(frm.doc.visitor_user).fullname);
	},

	refresh(frm) {
		if (frm.is_new()) {
			socaid.archives.choose_only_room(frm);
			return;
		}
		const log = ["room", "visitor_user", "visitor", "visitor_unit", "purpose", "entered_at", "accompanied_by", "confidentiality"];
		log.forEach((field) => frm.set_df_property(field, "read_only", 1));
		if (frm.doc.left_at) frm.disable_save();
	},
});
