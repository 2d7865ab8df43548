// A visit as its visitors carry it: at the desk the usual buttons, on the phone a bar of large ones at the bottom.

const VISITS = "socaid_app.field_visits.visits";
const VISIT_COLOURS = { Planned: "blue", "Under Way": "orange", Finished: "yellow", Reviewed: "green", Cancelled: "gray" };
const LEVEL_COLOURS = { Low: "green", Medium: "orange", High: "red" };
const PHOTO_EDGE = 1600; // pixels of the longer edge; enough to read a meter, small enough for a village's network

frappe.ui.form.on("Home Visit", {
	setup(frm) {
		frm.set_query("officer", "visitors", () => ({ filters: { active: 1 } }));
		frm.set_query("household", () => ({ filters: { status: "Active" } }));
		const members = () => ({ filters: { name: ["in", (frm.doc.members || []).map((row) => row.recipient)] } });
		frm.set_query("member_present", members);
		frm.set_query("recipient", "incomes", members);
	},

	refresh(frm) {
		frm.page.set_indicator(__(frm.doc.status, null, frm.doctype), VISIT_COLOURS[frm.doc.status]);
		frm.set_df_property("measures", "cannot_add_rows", 1);
		frm.set_df_property("measures", "cannot_delete_rows", 1);
		// photos come from the camera button, which seals time and place
		frm.set_df_property("photos", "cannot_add_rows", 1);
		frm.set_df_property("differences", "cannot_add_rows", 1);
		show_risk(frm);
		if (frm.is_new()) {
			offer([], frm);
			return;
		}
		show_as_filled_in_by(frm);
		show_gates(frm);
		offer(actions(frm), frm);
	},
});

frappe.ui.form.on("Visit Photo", {
	photos_remove(frm) {
		frm.dirty();
	},
});

function visitors_users(frm) {
	return (frm.doc.visitors || []).map((row) => row.user);
}

function may_fill_in(frm) {
	if (frm.doc.status === "Planned") return true;
	return frm.doc.status === "Under Way" && visitors_users(frm).includes(frappe.session.user);
}

// Whoever may not fill in the form reads it.
function show_as_filled_in_by(frm) {
	if (may_fill_in(frm)) {
		frm.enable_save();
		return;
	}
	frm.set_read_only();
	frm.refresh_fields();
	frm.disable_save();
}

function has_any_role(roles) {
	return roles.some((role) => frappe.user_roles.includes(role));
}

// --- what is shown ---------------------------------------------------------------------------------------
function show_risk(frm) {
	if (!frm.doc.risk_level) return;
	const text = __("Risk Level: {0} ({1} points)", [__(frm.doc.risk_level, null, frm.doctype), frm.doc.risk_score]);
	frm.dashboard.clear_headline();
	frm.dashboard.set_headline_alert(frappe.utils.escape_html(text), LEVEL_COLOURS[frm.doc.risk_level]);
}

function show_gates(frm) {
	frm.dashboard.parent.find(".socaid-missing").remove();
	if (frm.doc.status !== "Planned") return;
	frappe.xcall(`${VISITS}.closed_gates`, { visit: frm.doc.name }).then((gates) => {
		frm.dashboard.parent.find(".socaid-missing").remove();
		if (!gates.length) return;
		frm.dashboard
			.add_section(`<ul>${socaid.breach_list(gates)}</ul>`, __("Before Setting Out"), "custom socaid-missing")
			.closest(".form-dashboard-section")
			.prependTo(frm.dashboard.parent);
		frm.dashboard.show();
	});
}

// --- actions ---------------------------------------------------------------------------------------------
function actions(frm) {
	const visiting = visitors_users(frm).includes(frappe.session.user);
	const supervising = has_any_role(["Safety Officer", "Service Manager", "Township Approver"]);
	const reviewing = has_any_role(["Township Approver", "County Reviewer", "Service Manager"]);
	switch (frm.doc.status) {
		case "Planned":
			return [
				visiting && { label: __("Check In"), primary: true, action: () => check_in(frm) },
				supervising &&
					frm.doc.risk_level === "High" &&
					!frm.doc.approved_by && { label: __("Approve the Visit"), action: () => approve(frm) },
				{ label: __("Reschedule"), action: () => reschedule(frm) },
				{ label: __("Cancel the Visit"), action: () => cancel(frm) },
			].filter(Boolean);
		case "Under Way":
			return [
				visiting && { label: __("Take Photo"), action: () => take_photo(frm) },
				visiting && { label: __("Check Out"), primary: true, action: () => check_out(frm) },
				!visiting && supervising && { label: __("Check Out for the Team"), action: () => end_for_team(frm) },
			].filter(Boolean);
		case "Finished":
			return reviewing && !visiting
				? [{ label: __("Review", null, "Home Visit"), primary: true, action: () => review(frm) }]
				: [];
		default:
			return frm.doc.reassessment
				? [
						{
							label: __("Household Reassessment"),
							action: () => frappe.set_route("Form", "Household Reassessment", frm.doc.reassessment),
						},
				  ]
				: [];
	}
}

function offer(list, frm) {
	list.forEach(({ label, action, primary }) => {
		const button = frm.add_custom_button(label, action);
		if (primary) button.removeClass("btn-default").addClass("btn-primary");
	});
	$(frm.wrapper).find(".socaid-visit-bar").remove();
	if (!list.length) return;
	const bar = $('<div class="socaid-visit-bar"></div>').appendTo(frm.wrapper);
	// the phone keeps two large buttons in reach of the thumb; the rest stays in the menu
	list.slice(0, 2).forEach(({ label, action, primary }) =>
		$(`<button class="btn btn-lg ${primary ? "btn-primary" : "btn-default"}"></button>`)
			.text(label)
			.on("click", action)
			.appendTo(bar)
	);
}

function step(frm, method, args) {
	return frappe
		.call({ method: `${VISITS}.${method}`, args: { visit: frm.doc.name, ...args }, freeze: true })
		.then(({ message }) => frm.reload_doc().then(() => message));
}

function saved(frm) {
	return frm.is_dirty() ? frm.save() : Promise.resolve();
}

// Without a position the visit may go on: the form shows that it is missing.
function position() {
	return new Promise((resolve) => {
		if (!navigator.geolocation) {
			resolve({});
			return;
		}
		navigator.geolocation.getCurrentPosition(
			({ coords }) =>
				resolve({ latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy }),
			() => resolve({}),
			{ enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 }
		);
	});
}

function with_position(title, go_on) {
	frappe.dom.freeze(__("Finding the position..."));
	position().then((place) => {
		frappe.dom.unfreeze();
		if (place.latitude !== undefined) {
			go_on(place);
		} else {
			frappe.confirm(__("The phone gives no position. {0} without one?", [title]), () => go_on({}));
		}
	});
}

function check_in(frm) {
	saved(frm).then(() => with_position(__("Check In"), (place) => step(frm, "check_in", place)));
}

function check_out(frm) {
	saved(frm).then(() =>
		with_position(__("Check Out"), ({ latitude, longitude }) => step(frm, "check_out", { latitude, longitude }))
	);
}

function ask_reason(title, go_on, fields = []) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields: [...fields, { fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }],
		primary_action_label: __("Continue"),
		primary_action(values) {
			dialog.hide();
			go_on(values);
		},
	});
	dialog.show();
}

function end_for_team(frm) {
	ask_reason(__("Check Out for the Team"), (values) => step(frm, "check_out", values));
}

function cancel(frm) {
	ask_reason(__("Cancel the Visit"), (values) => step(frm, "cancel", values));
}

function reschedule(frm) {
	const fields = [
		{
			fieldname: "planned_on",
			fieldtype: "Date",
			label: __("New Day"),
			reqd: 1,
			default: frappe.datetime.add_days(frm.doc.planned_on, 1),
		},
	];
	ask_reason(__("Reschedule"), (values) => step(frm, "reschedule", values), fields);
}

function approve(frm) {
	frappe.prompt(
		{ fieldname: "note", fieldtype: "Small Text", label: __("Conditions of the Approval") },
		(values) => step(frm, "approve", values),
		__("Approve the Visit"),
		__("Approve")
	);
}

// --- photos ----------------------------------------------------------------------------------------------
function take_photo(frm) {
	$('<input type="file" accept="image/*" capture="environment" class="socaid-camera" hidden>')
		.appendTo(frm.wrapper)
		.on("change", function () {
			const file = this.files[0];
			$(this).remove();
			if (file) add_photo(frm, file);
		})
		.trigger("click");
}

function add_photo(frm, file) {
	const taken_at = frappe.datetime.now_datetime();
	frappe.dom.freeze(__("Storing the photo..."));
	Promise.all([shrink(file), position(), saved(frm)])
		.then(([image, place]) => upload(frm, image).then((url) => ({ url, place })))
		.then(({ url, place }) => {
			frm.add_child("photos", {
				photo: url,
				taken_at,
				latitude: place.latitude,
				longitude: place.longitude,
				caption: __("Photo {0}", [(frm.doc.photos || []).length + 1]),
			});
			return frm.save();
		})
		.catch((error) => {
			if (error) frappe.msgprint(__("The photo was not stored: {0}. Take it again.", [error.message || error]));
		})
		.finally(() => frappe.dom.unfreeze());
}

function shrink(file) {
	return createImageBitmap(file).then((image) => {
		const scale = Math.min(1, PHOTO_EDGE / Math.max(image.width, image.height));
		const canvas = document.createElement("canvas");
		canvas.width = Math.round(image.width * scale);
		canvas.height = Math.round(image.height * scale);
		canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
		return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
	});
}

function upload(frm, image) {
	const form = new FormData();
	form.append("file", image, `${frm.doc.name}-${Date.now()}.jpg`);
	form.append("is_private", 1);
	form.append("doctype", frm.doctype);
	form.append("docname", frm.doc.name);
	return fetch("/api/method/upload_file", {
		method: "POST",
		headers: { "X-Frappe-CSRF-Token": frappe.csrf_token, Accept: "application/json" },
		body: form,
	}).then((answer) => {
		if (!answer.ok) throw new Error(answer.statusText);
		return answer.json().then(({ message }) => message.file_url);
	});
}

// --- review ----------------------------------------------------------------------------------------------
function review(frm) {
	const rows = frm.doc.differences || [];
	const escape = frappe.utils.escape_html;
	const fields = rows.flatMap((row, number) => [
		{
			fieldtype: "HTML",
			fieldname: `text_${number}`,
			options: `<p class="mb-1"><b>${escape(row.subject)} · ${escape(row.fact)}</b><br>
				${escape(row.file_value)} → <b>${escape(row.found_value)}</b></p>`,
		},
		{
			fieldtype: "Select",
			fieldname: `decision_${number}`,
			label: __("Decision"),
			reqd: 1,
			options: [
				{ value: "", label: "" },
				{ value: "Adopted", label: __("Adopted") },
				{ value: "Not Adopted", label: __("Not Adopted") },
			],
		},
	]);
	if (!rows.length) {
		fields.push({ fieldtype: "HTML", fieldname: "none", options: `<p>${__("Nothing differs from the file.")}</p>` });
	}
	fields.push({ fieldtype: "Small Text", fieldname: "note", label: __("Review Opinion") });
	const dialog = new frappe.ui.Dialog({
		title: __("Review the Visit"),
		fields,
		primary_action_label: __("Complete Review"),
		primary_action(values) {
			dialog.hide();
			const decisions = Object.fromEntries(rows.map((row, number) => [row.name, values[`decision_${number}`]]));
			step(frm, "review", { decisions, note: values.note || "" }).then((result) => {
				if (!result || !result.reassessment) return;
				frappe.show_alert({ message: __("The benefit was reassessed."), indicator: "green" });
			});
		},
	});
	dialog.show();
}
