frappe.ui.form.on("Archive Room Check", {
	setup(frm) {
		frm.set_query("room", () => ({ filters: { kind: "Room", disabled: 0 } }));
	},

	refresh(frm) {
		const aspects = [
			"fire_safety",
			"theft_protection",
			"pest_control",
			"damp_protection",
			"light_protection",
		];
		["room", "checked_on", "temperature", "humidity", ...aspects].forEach((field) =>
			frm.set_df_property(field, "read_only", frm.is_new() ? 0 : 1)
		);
		if (!frm.is_new()) return;
		socaid.archives.choose_only_room(frm).then(() => frm.trigger("room"));
		frm.add_custom_button(__("All in Order"), () =>
			aspects
				.filter((field) => frm.doc[field] === "Not Looked At")
				.forEach((field) => frm.set_value(field, "In Order"))
		);
	},

	room(frm) {
		if (!frm.doc.room) return;
		frappe.db
			.get_value("Archive Location", frm.doc.room, [
				"temperature_min",
				"temperature_max",
				"humidity_min",
				"humidity_max",
			])
			.then(({ message }) => {
				const range = (low, high) => __("Allowed: {0} to {1}", [low, high]);
				frm.set_df_property("temperature", "description", range(message.temperature_min, message.temperature_max));
				frm.set_df_property("humidity", "description", range(message.humidity_min, message.humidity_max));
			});
	},
});
