frappe.ui.form.on("Duplicate Candidate", {
	refresh(frm) {
		const field = frm.get_field("compared");
		if (frm.is_new()) {
			field.$wrapper.html(`<p class="text-muted">${__("Save the pair to see both records side by side.")}</p>`);
			return;
		}
		frappe
			.xcall("socaid_app.socaid_app.duplicate_steps.side_by_side", { candidate: frm.doc.name }, "GET")
			.then((found) => field.$wrapper.html(side_by_side(frm, found)));
	},
});

const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));
const link = (doctype, name, label) =>
	`<a href="${frappe.utils.get_form_link(doctype, name)}">${escaped(label || name)}</a>`;

function side_by_side(frm, { facts, references, parts, forbids }) {
	const head = ["person", "other"].map((field) => {
		const stays = frm.doc.survivor === frm.doc[field] ? ` · ${__("Stays")}` : "";
		return `<th>${link("Recipient", frm.doc[field])}${stays}</th>`;
	});
	const rows = facts.map(
		(row) =>
			`<tr class="${row.same ? "" : "socaid-differs"}"><th>${escaped(row.label)}</th>${row.values
				.map((value) => `<td>${escaped(value) || "—"}</td>`)
				.join("")}</tr>`
	);
	const referred = references.map(
		(row) =>
			`<tr><th>${escaped(row.label)}</th>${row.records.map((both) => `<td>${named(row.doctype, both)}</td>`).join("")}</tr>`
	);
	return `
		${forbids.length ? `<div class="socaid-forbids"><b>${__("Before a merge")}</b><ul>${forbids.map((text) => `<li>${escaped(text)}</li>`).join("")}</ul></div>` : ""}
		<div class="socaid-side-by-side"><table class="table table-bordered">
			<thead><tr><th></th>${head.join("")}</tr></thead>
			<tbody>${rows.join("")}
				<tr><th colspan="3" class="socaid-group">${__("What Refers to Each")}</th></tr>
				${referred.join("") || `<tr><td colspan="3">${__("Nothing refers to either.")}</td></tr>`}
			</tbody>
		</table></div>
		${parts.length ? score(parts) : ""}`;
}

function named(doctype, { count, names }) {
	if (!count) return "—";
	const more = count > names.length ? ` ${__("and {0} more", [count - names.length])}` : "";
	return `${names.map((name) => link(doctype, name)).join("、")}${more}`;
}

function score(parts) {
	const rows = parts.map(
		(part) =>
			`<tr><th>${escaped(part.field)}</th><td>${escaped(part.said)}</td><td class="text-right">${
				part.weight == null ? "" : (part.weight > 0 ? "+" : "") + part.weight.toFixed(1)
			}</td></tr>`
	);
	return `<details class="socaid-score"><summary>${__("Why they may be one person")}</summary>
		<table class="table table-bordered">${rows.join("")}</table></details>`;
}
