// Finds a published policy answer by the citizen's words and puts it, with its source, where the clerk writes.
frappe.provide("socaid");

const WAIT = 250; // milliseconds without a key stroke
const MOST = 6;
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

// Resolves with {name, question, answer, sources} of the guide chosen.
socaid.pick_guide = function (text = "") {
	return new Promise((resolve) => {
		const dialog = new frappe.ui.Dialog({
			title: __("Insert Policy Answer"),
			size: "large",
			fields: [
				{
					fieldname: "text",
					fieldtype: "Data",
					label: __("Question in the Citizen's Words"),
					description: __("Arrow keys choose, Enter inserts."),
				},
				{ fieldname: "results", fieldtype: "HTML" },
				{ fieldname: "preview", fieldtype: "HTML" },
			],
			primary_action_label: __("Insert with Source"),
			primary_action: () => choose_guide(),
		});
		const $results = dialog.fields_dict.results.$wrapper;
		const $preview = dialog.fields_dict.preview.$wrapper;
		const $input = dialog.fields_dict.text.$input.attr({ autocomplete: "off", type: "search" });
		let rows = [];
		let at = 0;
		let latest = 0;

		const choose_guide = () => {
			if (!rows[at]) return;
			dialog.hide();
			resolve(rows[at]);
		};
		const show = (place) => {
			if (rows.length) at = (place + rows.length) % rows.length;
			$results.html(list_of(rows, at));
			$preview.html(rows[at] ? preview_of(rows[at]) : "");
		};
		const look_up = () => {
			const asked = ($input.val() || "").trim();
			const mine = ++latest;
			if (!asked) return;
			frappe.xcall("socaid_app.petition_desk.guide_search.find", { text: asked, limit: MOST }).then((found) => {
				// An answer that arrives after a later question is not shown.
				if (mine !== latest) return;
				rows = found || [];
				show(0);
			});
		};
		$input.on("input", frappe.utils.debounce(look_up, WAIT));
		$input.on("keydown", (event) => {
			// An input method's own Enter and arrows choose characters, not results.
			if (event.originalEvent.isComposing) return;
			if (STEPS[event.key]) {
				event.preventDefault();
				show(at + STEPS[event.key]);
			} else if (event.key === "Enter") {
				event.preventDefault();
				event.stopPropagation();
				choose_guide();
			}
		});
		$results.on("click", ".socaid-guide", (event) => show($(event.currentTarget).index()));
		$results.on("dblclick", ".socaid-guide", choose_guide);
		dialog.$wrapper.on("shown.bs.modal", () => $input.trigger("focus"));
		dialog.show();
		if (text) {
			$input.val(text);
			look_up();
		}
	});
};

// A text with the answer and its source at its end.
socaid.with_guide = function (text, guide) {
	const quoted = `${guide.answer}\n（${__("Based on")}：${guide.sources}）`;
	return text?.trim() ? `${text.trim()}\n${quoted}` : quoted;
};

// Appends the answer with its source to a field of the form.
socaid.insert_guide = function (frm, fieldname, text) {
	return socaid
		.pick_guide(text)
		.then((guide) =>
			frm.set_value(fieldname, socaid.with_guide(frm.doc[fieldname], guide)).then(() => {
				frm.scroll_to_field(fieldname);
				return guide;
			})
		);
};

function list_of(rows, at) {
	const escape = frappe.utils.escape_html;
	if (!rows.length) {
		return `<p class="text-muted">${__("No published answer fits. Ask with other words.")}</p>`;
	}
	return `<div class="list-group socaid-guides">${rows
		.map(
			({ question }, place) => `<button type="button"
				class="socaid-guide list-group-item list-group-item-action py-2 ${place === at ? "active" : ""}">
				${escape(question)}</button>`
		)
		.join("")}</div>`;
}

function preview_of({ answer, sources }) {
	const escape = frappe.utils.escape_html;
	return `<div class="socaid-guide-preview p-3"><p>${escape(answer).replace(/\n/g, "<br>")}</p>
		<p class="text-muted">${__("Based on")}：${escape(sources)}</p></div>`;
}

// The answer of a petition rests on published policy, quoted with its source.
frappe.ui.form.on("Petition", {
	refresh(frm) {
		if (frm.is_new() || !frm.perm[0].write || !["Recorded", "Under Way", "Passed On"].includes(frm.doc.status)) return;
		frm.add_custom_button(__("Insert Policy Answer"), () => {
			socaid.insert_guide(frm, "answer", frm.doc.demand || frm.doc.subject).then(({ sources }) => {
				if (!frm.doc.legal_basis) frm.set_value("legal_basis", sources);
			});
		});
	},
});
