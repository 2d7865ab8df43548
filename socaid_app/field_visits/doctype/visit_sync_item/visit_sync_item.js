// What a phone brought, in words: its content, and each field that somebody else had changed, side by side.

frappe.ui.form.on("Visit Sync Item", {
	refresh(frm) {
		const { content = [], conflicts = [] } = frm.doc.__onload?.in_words || {};
		frm.dashboard.parent.find(".socaid-brought").remove();
		if (conflicts.length) show(frm, __("Entered Twice"), compared(conflicts));
		if (content.length) show(frm, __("Content"), listed(content));
	},
});

const escaped = (words) => frappe.utils.escape_html(String(words ?? ""));

function show(frm, title, html) {
	frm.dashboard.add_section(html, title, "custom socaid-brought");
	frm.dashboard.show();
}

function listed(content) {
	const rows = content.map(
		([label, words]) => `<tr><th scope="row">${escaped(label)}</th><td>${escaped(words)}</td></tr>`
	);
	return `<table class="table table-bordered"><tbody>${rows.join("")}</tbody></table>`;
}

function compared(conflicts) {
	const head = [__("Field"), __("When Fetched"), __("The phone"), __("The record"), __("Changed By"), __("Decided")];
	const rows = conflicts.map((hit) => {
		const changed = [hit.who, frappe.datetime.str_to_user(hit.when)].filter(Boolean).join(" ");
		const cells = [hit.base, hit.mine, hit.theirs, changed, hit.decided || __("Not yet")];
		return `<tr><th scope="row">${escaped(hit.label)}</th>${cells
			.map((cell) => `<td>${escaped(cell)}</td>`)
			.join("")}</tr>`;
	});
	return `<div class="table-responsive"><table class="table table-bordered">
		<thead><tr>${head.map((word) => `<th scope="col">${escaped(word)}</th>`).join("")}</tr></thead>
		<tbody>${rows.join("")}</tbody></table></div>`;
}
