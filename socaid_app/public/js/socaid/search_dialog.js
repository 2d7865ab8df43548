// One box for everything a clerk is asked at the counter: a name, initials, an ID number, a case number.
frappe.provide("socaid");

const WAIT = 300; // milliseconds without a key stroke
const SHORTEST = 2;
const ORDER = ["Recipient", "Recipient Household", "Assistance Application", "Entitlement"];

socaid.search = function () {
	if (socaid.search_dialog) {
		socaid.search_dialog.show();
		return;
	}
	const dialog = new frappe.ui.Dialog({
		title: __("Find Person, Household or Case"),
		fields: [
			{
				fieldname: "text",
				fieldtype: "Data",
				label: __("Search For"),
				description: __("Name, pinyin initials, full ID number, case or household number"),
			},
			{ fieldname: "results", fieldtype: "HTML" },
		],
	});
	const $results = dialog.fields_dict.results.$wrapper.addClass("socaid-results");
	const $input = dialog.fields_dict.text.$input.attr("autocomplete", "off");
	let latest = 0;

	const look_up = frappe.utils.debounce(() => {
		const text = ($input.val() || "").trim();
		const mine = ++latest;
		if (text.length < SHORTEST) {
			$results.empty();
			return;
		}
		frappe.xcall("socaid_app.socaid_app.search.find", { text }).then((rows) => {
			// An answer that arrives after a later question is not shown.
			if (mine === latest) $results.html(render(rows || []));
		});
	}, WAIT);

	$input.on("input", look_up);
	$results.on("click", "a[data-name]", (event) => {
		event.preventDefault();
		const { doctype, name } = event.currentTarget.dataset;
		dialog.hide();
		frappe.set_route("Form", doctype, name);
	});
	dialog.$wrapper.on("shown.bs.modal", () => $input.trigger("select").trigger("focus"));
	socaid.search_dialog = dialog;
	dialog.show();
};

function render(rows) {
	if (!rows.length) {
		return `<p class="text-muted">${__(
			"Nothing found. Records of other townships are not shown; ask the county office."
		)}</p>`;
	}
	return ORDER.map((doctype) => {
		const found = rows.filter((row) => row.doctype === doctype);
		return found.length ? `<h6>${__(doctype)}</h6>${found.map(render_row).join("")}` : "";
	}).join("");
}

function render_row({ doctype, name, title, details }) {
	const escape = frappe.utils.escape_html;
	const rest = (details || []).filter(Boolean).map((detail) => escape(__(String(detail)))).join(" · ");
	return `<a class="socaid-result" href="${frappe.utils.get_form_link(doctype, name)}"
		data-doctype="${escape(doctype)}" data-name="${escape(name)}">
		<b>${escape(title || name)}</b> <span class="text-muted">${escape(name)}${rest ? " · " + rest : ""}</span>
	</a>`;
}

frappe.ui.keys.add_shortcut({
	shortcut: "shift+ctrl+f",
	action: () => socaid.search(),
	description: __("Find Person, Household or Case"),
	ignore_inputs: true,
	condition: () => frappe.model.can_read("Recipient"),
});
