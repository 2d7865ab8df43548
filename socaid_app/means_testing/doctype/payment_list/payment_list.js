frappe.ui.form.on("Payment List", {
	setup(frm) {
		frm.set_query("division", () => ({ filters: { level: ["in", ["County", "Township"]] } }));
		frm.set_query("layout", () => ({ filters: { disabled: 0 } }));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		if (frm.doc.line_count) {
			frm.add_custom_button(__("Show Lines"), () =>
				frappe.set_route("List", "Payment Line", { payment_list: frm.doc.name })
			);
		}
		if (frm.doc.held_count) {
			frm.add_custom_button(__("Show Lines Held"), () =>
				frappe.set_route("List", "Payment Line", { payment_list: frm.doc.name, hold_reason: ["is", "set"] })
			);
		}
		if (frm.doc.__onload?.may_make_bank_file) {
			frm.add_custom_button(__("Make Bank File"), () => make_bank_file(frm));
		}
	},
});

const make_bank_file = (frm) =>
	frappe.prompt(
		{ fieldname: "purpose", fieldtype: "Small Text", label: __("Purpose"), reqd: 1 },
		async ({ purpose }) => {
			const { message } = await frappe.call({
				method: "socaid_app.means_testing.payments.payment_layouts.make_bank_file",
				args: { payment_list: frm.doc.name, purpose },
				freeze: true,
			});
			save(message.file_name, message.content);
			frm.reload_doc();
		},
		__("Make Bank File")
	);

// The file is made for this download and stored nowhere.
const save = (name, content) => {
	const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
	const link = document.createElement("a");
	link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
	link.download = name;
	link.click();
	URL.revokeObjectURL(link.href);
};

// The file goes to the server within the step: what the bank answers names full accounts and is kept nowhere.
socaid.steps.collect["Payment List.read_return"] = () =>
	new Promise((resolve) => {
		const input = document.createElement("input");
		input.type = "file";
		input.id = "payment-return-file";
		input.hidden = true;
		document.body.append(input);
		input.onchange = async () => {
			const [file] = input.files;
			input.remove();
			if (!file) return resolve();
			const bytes = new Uint8Array(await file.arrayBuffer());
			let text = "";
			for (let at = 0; at < bytes.length; at += 0x8000) {
				text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
			}
			resolve({ file_name: file.name, content: btoa(text) });
		};
		input.oncancel = () => {
			input.remove();
			resolve();
		};
		input.click();
	});

socaid.steps.then["Payment List.read_return"] = (_frm, answer) => {
	frappe.msgprint(
		answer.new
			? __("{0} lines read: {1} paid, {2} returned.", [answer.line_count, answer.paid_count, answer.returned_count])
			: __("This file was read before. Nothing was changed.")
	);
};
