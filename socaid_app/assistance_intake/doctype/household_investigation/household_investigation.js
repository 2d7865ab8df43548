frappe.ui.form.on("Household Investigation", {
	setup(frm) {
		frm.set_query("officer", "investigators", () => ({ filters: { active: 1 } }));
		frm.set_query("application", () => ({
			filters: {
				workflow_state: [
					"in",
					[
						"Accepted",
						"Under Investigation",
						"Democratic Review",
						"Preliminary Publicity",
						"Under Review",
						"Awaiting Confirmation",
					],
				],
			},
		}));
	},

	onload(frm) {
		if (!frm.is_new()) return;
		// Frappe opens a mandatory table with one empty row.
		const rows = frm.doc.investigators || [];
		if (rows.some((row) => row.participant_name)) return;
		const row = rows[0] || frm.add_child("investigators");
		row.user = frappe.session.user;
		row.participant_name = frappe.session.user_fullname;
		frm.refresh_field("investigators");
	},

	refresh(frm) {
		frm.trigger("limit_members");
		show_safety(frm);
		if (frm.doc.docstatus === 0 && navigator.geolocation) {
			frm.add_custom_button(__("Take Position"), () => take_position(frm));
		}
		if (frm.doc.application) {
			frm.add_custom_button(__("Application"), () =>
				frappe.set_route("Form", "Assistance Application", frm.doc.application)
			);
		}
	},

	application(frm) {
		frm.trigger("limit_members");
	},

	limit_members(frm) {
		if (!frm.doc.application || !frappe.model.can_read("Assistance Application")) return;
		frappe.call({
			method: "socaid_app.assistance_intake.desk.application_members",
			args: { application: frm.doc.application },
			callback({ message }) {
				const names = (message || []).map((row) => row.recipient);
				frm.set_query("member_present", () => ({ filters: { name: ["in", names] } }));
			},
		});
	},
});

frappe.ui.form.on("Investigation Participant", {
	user(frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		if (row.user) {
			frappe.db
				.get_value("User", row.user, "full_name")
				.then(({ message }) => frappe.model.set_value(cdt, cdn, "participant_name", message.full_name));
		}
	},
});

// What still forbids setting out, and the approval that a visit at high risk needs.
function show_safety(frm) {
	frm.dashboard.parent.find(".socaid-missing").remove();
	const gates = frm.doc.__onload?.closed_gates || [];
	if (frm.is_new() || frm.doc.docstatus !== 0 || frm.doc.method === "Remote") return;
	if (gates.length) {
		frm.dashboard
			.add_section(`<ul>${socaid.breach_list(gates)}</ul>`, __("Before Setting Out"), "custom socaid-missing")
			.closest(".form-dashboard-section")
			.prependTo(frm.dashboard.parent);
		frm.dashboard.show();
	}
}

function take_position(frm) {
	navigator.geolocation.getCurrentPosition(
		({ coords }) => {
			frm.set_value("latitude", coords.latitude);
			frm.set_value("longitude", coords.longitude);
		},
		() => frappe.msgprint(__("The position could not be determined. Allow access to it in the browser."))
	);
}
