// Archives are put away with a scanner in the hand: a label, Enter, the next label. Shared by the forms and lists
// of files, places and handovers.
frappe.provide("socaid.archives");

const STORAGE = "socaid_app.assistance_archives.storage";

// A dialog that takes one scanned label after the other; `take(label)` resolves to the line to show.
socaid.archives.scan_dialog = function (title, { fields = [], take, primary_label, primary }) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields: [
			...fields,
			{
				fieldname: "label",
				fieldtype: "Data",
				options: "Barcode",
				label: __("Scan or Type a Label"),
				description: __("Scan one label after the other; without a scanner, type the number and press Enter."),
			},
			{ fieldname: "lines", fieldtype: "HTML" },
		],
		primary_action_label: primary_label || __("Close"),
		primary_action: (values) => (primary ? primary(values, dialog) : dialog.hide()),
	});
	const $lines = $(`<ol class="list-unstyled mt-3" aria-live="polite"></ol>`).appendTo(
		dialog.fields_dict.lines.$wrapper
	);
	const show = (text, colour) =>
		$(`<li class="text-${colour}"></li>`).text(text).prependTo($lines);
	const input = () => dialog.fields_dict.label.$input;
	const accept = () => {
		const label = (input().val() || "").trim();
		if (!label) return;
		input().val("").focus();
		Promise.resolve(take(label, dialog))
			.then((text) => text && show(text, "success"))
			.catch((problem) => show(`✗ ${problem.message || label}`, "danger"));
	};
	dialog.$wrapper.on("shown.bs.modal", () => input().focus());
	input().on("keydown", (event) => {
		if (event.key !== "Enter") return;
		// Enter ends a label; it must not press the dialog's button.
		event.preventDefault();
		event.stopPropagation();
		accept();
	});
	// The camera writes into the field without a key.
	dialog.fields_dict.label.df.onchange = accept;
	dialog.show();
	return dialog;
};

// A refusal becomes the error of the promise instead of a box that has to be closed before the next label.
socaid.archives.ask_quietly = function (method, args) {
	return new Promise((resolve, reject) => {
		frappe.call({
			method,
			args,
			silent: true,
			callback: ({ message }) => resolve(message),
			error: (answer) => {
				const [first] = JSON.parse(answer?._server_messages || "[]");
				reject(new Error(first ? frappe.utils.html2text(JSON.parse(first).message) : ""));
			},
		});
	});
};

// Scan a box, then its files; what was scanned is put away when the dialog is confirmed.
socaid.archives.shelve_by_scanning = function (box, done) {
	const files = new Map();
	const dialog = socaid.archives.scan_dialog(__("Shelve by Scanning"), {
		fields: [
			{
				fieldname: "box",
				fieldtype: "Link",
				options: "Archive Location",
				label: __("Box"),
				default: box,
				get_query: () => ({ filters: { kind: "Box", disabled: 0 } }),
			},
		],
		take: (label, dialog) =>
			socaid.archives.ask_quietly(`${STORAGE}.scanned`, { label }).then((found) => {
				if (found.kind && found.kind !== "Box") throw new Error(__("{0} is no box.", [found.title]));
				if (found.doctype === "Archive Location") {
					dialog.set_value("box", found.name);
					return __("Box {0}: {1} free", [found.title, found.free]);
				}
				files.set(found.name, found.title);
				return `${files.size}. ${found.title} ${found.file_number || ""}`;
			}),
		primary_label: __("Put into Box"),
		primary: ({ box }, dialog) => {
			if (!box || !files.size) {
				frappe.show_alert({ message: __("Scan a box and at least one file."), indicator: "orange" });
				return;
			}
			shelve([...files.keys()], box).then(() => {
				dialog.hide();
				done && done();
			});
		},
	});
	return dialog;
};

// Put chosen files into a box; for one file the box of its village is suggested.
socaid.archives.put_into_box = function (files, done) {
	const suggestion =
		files.length === 1
			? frappe.xcall(`${STORAGE}.suggest_box`, { archive_file: files[0] })
			: Promise.resolve(null);
	suggestion.then((box) => {
		const dialog = new frappe.ui.Dialog({
			title: __("Put into Box"),
			fields: [
				{
					fieldname: "box",
					fieldtype: "Link",
					options: "Archive Location",
					label: __("Box"),
					reqd: 1,
					default: box?.name,
					description: box ? __("Suggested: {0}, {1} free", [box.title, box.free]) : "",
					get_query: () => ({ filters: { kind: "Box", disabled: 0 } }),
				},
				{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason for Moving") },
			],
			primary_action_label: __("Put into Box"),
			primary_action: ({ box, reason }) =>
				shelve(files, box, reason).then(() => {
					dialog.hide();
					done && done();
				}),
		});
		dialog.show();
	});
};

function shelve(files, box, reason) {
	return frappe
		.call({ method: `${STORAGE}.shelve`, args: { files, box, reason: reason || "" }, freeze: true })
		.then(({ message }) =>
			frappe.show_alert({ message: __("{0} files put away.", [message]), indicator: "green" })
		);
}

socaid.archives.print_labels = function (doctype, names) {
	const query = new URLSearchParams({ doctype, names: JSON.stringify(names) });
	window.open(`/api/method/socaid_app.assistance_archives.labels.sheet?${query}`);
};

// Who may keep archives.
socaid.archives.archivists = { query: "socaid_app.assistance_archives.storage.archivist_query" };

// A county has one room as a rule: it need not be chosen.
socaid.archives.choose_only_room = function (frm) {
	if (frm.doc.room) return Promise.resolve();
	return frappe.db
		.get_list("Archive Location", { filters: { kind: "Room", disabled: 0 }, limit: 2 })
		.then((rooms) => rooms.length === 1 && frm.set_value("room", rooms[0].name));
};
