// One box for everything a clerk is asked at the counter: a name, initials, an ID number, a case number.
frappe.provide("socaid");

const WAIT = 300; // milliseconds without a key stroke
const SHORTEST = 2;
const ORDER = [
	"Recipient",
	"Recipient Household",
	"Assistance Application",
	"Entitlement",
	"Archive File",
	"Petition",
];
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

socaid.find = function () {
	socaid.search_dialog = socaid.search_dialog || make_dialog();
	socaid.search_dialog.show();
};

function make_dialog() {
	const dialog = new frappe.ui.Dialog({
		title: __("Find Person, Household or Case"),
		fields: [
			{
				fieldname: "text",
				fieldtype: "Data",
				label: __("Search For"),
				description: __("Name, pinyin initials, full ID number, end of the telephone number, number of the record"),
			},
			{ fieldname: "results", fieldtype: "HTML" },
		],
	});
	const $results = dialog.fields_dict.results.$wrapper.addClass("socaid-results");
	const $input = dialog.fields_dict.text.$input.attr({ autocomplete: "off", type: "search" });
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
			if (mine !== latest) return;
			$results.html(render(rows || []));
			choose($results, 0);
		});
	}, WAIT);

	const open = (row) => {
		if (!row) return;
		dialog.hide();
		frappe.set_route("Form", row.dataset.doctype, row.dataset.name);
	};

	$input.on("input", look_up);
	$input.on("keydown", (event) => {
		// An input method's own Enter and arrows choose characters, not results.
		if (event.originalEvent.isComposing) return;
		if (STEPS[event.key]) {
			event.preventDefault();
			choose($results, chosen($results) + STEPS[event.key]);
		} else if (event.key === "Enter") {
			event.preventDefault();
			event.stopPropagation();
			open($results.find(".socaid-result.active")[0]);
		}
	});
	$results.on("click", ".socaid-result", (event) => {
		if (event.ctrlKey || event.metaKey) return;
		event.preventDefault();
		open(event.currentTarget);
	});
	dialog.$wrapper.on("shown.bs.modal", () => $input.trigger("select").trigger("focus"));
	return dialog;
}

function chosen($results) {
	return $results.find(".socaid-result").index($results.find(".socaid-result.active"));
}

// Marks the result at a place of the list; beyond the ends it goes round.
function choose($results, place) {
	const $rows = $results.find(".socaid-result").removeClass("active");
	if (!$rows.length) return;
	const row = $rows[(place + $rows.length) % $rows.length];
	row.classList.add("active");
	row.scrollIntoView({ block: "nearest" });
}

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

function words_of({ doctype, name, details }) {
	return [name, ...(details || []).filter(Boolean).map((detail) => __(String(detail), null, doctype))];
}

function render_row({ doctype, name, title, details }) {
	const escape = frappe.utils.escape_html;
	const rest = words_of({ doctype, name, details });
	return `<a class="socaid-result" href="${frappe.utils.get_form_link(doctype, name)}"
		data-doctype="${escape(doctype)}" data-name="${escape(name)}">
		<b>${escape(title || name)}</b> <span class="text-muted">${rest.map(escape).join(" · ")}</span>
	</a>`;
}

const may_search = () => frappe.model.can_read("Recipient");

frappe.ui.keys.add_shortcut({
	shortcut: "shift+ctrl+f",
	action: () => socaid.find(),
	description: __("Find Person, Household or Case"),
	ignore_inputs: true,
	condition: may_search,
});

// The big box of every page finds the same records, above what Frappe offers: pages, lists, reports.
const { setup } = frappe.search.AwesomeBar.prototype;
frappe.search.AwesomeBar.prototype.setup = function (element) {
	setup.call(this, element);
	// a telephone has no room for Frappe's words and no key for its command
	if (window.innerWidth < 768) $(element).attr("placeholder", __("Name or Number"));
	if (!may_search()) return;
	const input = $(element).get(0);
	$(input).on(
		"input",
		frappe.utils.debounce(() => {
			const text = input.value.trim();
			if (text.length < SHORTEST) return;
			frappe.xcall("socaid_app.socaid_app.search.find", { text }).then((rows) => {
				// what was typed meanwhile is asked for by itself
				if (input.value.trim() !== text || !rows?.length) return;
				this.awesomplete.list = [...rows.map(as_option), ...this.deduplicate(this.options)];
			});
		}, WAIT)
	);
};

function as_option(row, at) {
	const escape = frappe.utils.escape_html;
	return {
		label: `<b>${escape(row.title || row.name)}</b> ${escape(__(row.doctype))}`,
		value: `${row.title || row.name} ${row.name}`,
		description: escape(words_of(row).join(" · ")),
		route: ["Form", row.doctype, row.name],
		index: 1000 - at,
	};
}
