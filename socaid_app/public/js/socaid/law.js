// What the law library answers, for any form that asks it: findings as a table, closed gates as a list.
frappe.provide("socaid");

// Each gate says what is wrong, by which article, what to do, and leads there.
socaid.breach_list = function (breaches, frm = cur_frm) {
	const escape = frappe.utils.escape_html;
	return breaches
		.map(
			(breach) => `<li class="socaid-breach">
				<span>${escape(breach.message)}</span>
				<span class="text-muted">${escape(breach.article || "")}</span>
				<div class="text-muted">${socaid.mending.sentence(frm, breach.remedy || "")}
					${socaid.mending.place(breach.lead)}</div>
			</li>`
		)
		.join("");
};

// A line is met, not met, or only tells something.
function outcome_badge(outcome) {
	if (outcome === true) return ["green", __("Met")];
	if (outcome === false) return ["red", __("Not met")];
	return ["gray", __("Note")];
}

socaid.assessment_table = function (lines) {
	if (!(lines || []).length) return "";
	const escape = frappe.utils.escape_html;
	const rows = lines
		.map((line) => {
			const [colour, label] = outcome_badge(line.outcome);
			const amount = line.amount === null || line.amount === undefined || line.amount === "" ? "" : line.amount;
			return `<tr>
				<td><span class="indicator-pill no-margin ${colour}">${escape(label)}</span></td>
				<td>${escape(line.subject || "")}</td>
				<td>${escape(line.text || "")}</td>
				<td class="text-right">${escape(String(amount))}</td>
				<td class="text-muted">${escape(line.article || "")}</td>
			</tr>`;
		})
		.join("");
	return `<div class="table-responsive"><table class="table table-bordered table-sm socaid-assessment">
		<thead><tr>
			<th>${__("Outcome")}</th><th>${__("Subject", null, "Case Reminder")}</th><th>${__("Finding")}</th>
			<th class="text-right">${__("Amount (yuan)")}</th><th>${__("Legal Basis")}</th>
		</tr></thead>
		<tbody>${rows}</tbody></table></div>`;
};
