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
		offer(frm);
		if (frm.is_new()) return;
		show_as_filled_in_by(frm);
		show_gates(frm);
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
	socaid.steps.front(frm);
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
	const gates = frm.doc.__onload?.closed_gates || [];
	if (!gates.length) return;
	frm.dashboard
		.add_section(`<ul>${socaid.breach_list(gates)}</ul>`, __("Before Setting Out"), "custom socaid-missing")
		.closest(".form-dashboard-section")
		.prependTo(frm.dashboard.parent);
	frm.dashboard.show();
}

// --- actions ---------------------------------------------------------------------------------------------
function offer(frm) {
	const visiting = visitors_users(frm).includes(frappe.session.user);
	const list = (frm.doc.__onload?.steps?.open || []).map((step) => ({
		label: step.label,
		primary: step.primary,
		action: () => socaid.steps.begin(frm, step),
	}));
	if (frm.doc.status === "Under Way" && visiting) {
		const photo = { label: __("Take Photo"), action: () => take_photo(frm) };
		frm.add_custom_button(photo.label, photo.action);
		list.unshift(photo);
	}
	if (frm.doc.reassessment) {
		frm.add_custom_button(__("Household Reassessment"), () =>
			frappe.set_route("Form", "Household Reassessment", frm.doc.reassessment)
		);
	}
	$(frm.wrapper).find(".socaid-visit-bar").remove();
	if (frm.is_new() || !list.length) return;
	const bar = $('<div class="socaid-visit-bar"></div>').appendTo(frm.wrapper);
	// the phone keeps two large buttons in reach of the thumb; the rest stays in the menu
	list.slice(0, 2).forEach(({ label, action, primary }) =>
		$(`<button class="btn btn-lg ${primary ? "btn-primary" : "btn-default"}"></button>`)
			.text(label)
			.on("click", action)
			.appendTo(bar)
	);
}

function saved(frm) {
	return frm.is_dirty() ? frm.save() : Promise.resolve();
}

function metres_between(one, other) {
	const rad = Math.PI / 180;
	const half = (from, to) => Math.sin(((to - from) * rad) / 2) ** 2;
	const chord =
		half(one.latitude, other.latitude) +
		Math.cos(one.latitude * rad) * Math.cos(other.latitude * rad) * half(one.longitude, other.longitude);
	return Math.round(12742000 * Math.asin(Math.sqrt(chord)));
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

// The values of a step taken at the door: resolves to nothing when the user would rather wait for a position.
async function with_position(frm, step) {
	frappe.dom.freeze(__("Finding the position..."));
	const place = await position();
	frappe.dom.unfreeze();
	if (place.latitude !== undefined) return place;
	return new Promise((resolve) =>
		frappe.confirm(
			__("The phone gives no position. {0} without one?", [step.label]),
			() => resolve({}),
			() => resolve()
		)
	);
}

// Whoever is far from the family's home is told how far, and says why they check in there.
socaid.steps.collect["Home Visit.check_in"] = async (frm, step) => {
	const place = await with_position(frm, step);
	const home = frm.doc.__onload?.home;
	if (!place?.latitude || !home?.latitude) return place;
	const metres = metres_between(place, home);
	if (metres - (place.accuracy || 0) <= home.far_metres) return place;
	return new Promise((resolve) => {
		const dialog = frappe.prompt(
			[
				{
					fieldname: "reason",
					fieldtype: "Small Text",
					reqd: 1,
					label: __("Reason for Checking In Away"),
					description: __("You are {0} from the family's home. Say why you check in here.", [
						__("{0} km", [(metres / 1000).toFixed(1)]),
					]),
				},
			],
			({ reason }) => resolve({ ...place, reason }),
			step.label,
			step.label
		);
		// the answer, where there is one, comes right after the dialog closes
		dialog.onhide = () => setTimeout(resolve);
	});
};
// whoever ends it for the team is not at the door, and is asked for the reason instead
socaid.steps.collect["Home Visit.check_out"] = (frm, step) => {
	if (!step.fields.length) return with_position(frm, step);
	socaid.steps.ask(frm, step);
};

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
socaid.steps.collect["Home Visit.review"] = (frm) => {
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
	fields.push({ fieldtype: "Small Text", fieldname: "note", label: __("Review Opinion", null, "Home Visit") });
	const dialog = new frappe.ui.Dialog({
		title: __("Review the Visit"),
		fields,
		primary_action_label: __("Complete Review"),
		primary_action(values) {
			const decisions = Object.fromEntries(rows.map((row, number) => [row.name, values[`decision_${number}`]]));
			socaid.steps.take(frm, "review", { decisions, note: values.note || "" }).then((result) => {
				dialog.hide();
				if (!result?.reassessment) return;
				frappe.show_alert({ message: __("The benefit was reassessed."), indicator: "green" });
			});
		},
	});
	dialog.show();
};
