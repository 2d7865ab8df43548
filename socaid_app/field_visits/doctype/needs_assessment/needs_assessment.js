// A questionnaire is filled in at the kitchen table: one question below the other, an answer is one touch.
frappe.ui.form.on("Needs Assessment", {
	setup(frm) {
		frm.set_query("template", () => ({ filters: { group: frm.doc.group || "", disabled: 0 } }));
	},

	refresh(frm) {
		const $panel = frm.fields_dict.questionnaire.$wrapper.empty();
		const asking = !frm.is_new() && frm.doc.status === "Draft" && frm.doc.template && frm.perm[0].write;
		frm.toggle_display("answers", !asking && !frm.is_new());
		frm.toggle_display("questions_section", !frm.is_new());
		frm.toggle_display(["result_section", "needs_section"], !frm.is_new());
		frm.toggle_display("decision_section", !["Draft"].includes(frm.doc.status) || frm.doc.return_reason);
		if (!asking) return;
		frappe.db.get_doc("Needs Template", frm.doc.template).then((template) => {
			$panel.empty().append(questionnaire(frm, template));
		});
	},
});

function questionnaire(frm, template) {
	const $panel = $(`<div class="socaid-call">`);
	let dimension;
	(frm.doc.answers || []).forEach((row) => {
		if (row.dimension !== dimension) {
			dimension = row.dimension;
			$panel.append($("<h5>").text(dimension));
		}
		$panel.append(question(frm, template, row));
	});
	return $panel;
}

function question(frm, template, row) {
	const $question = $(`<div class="socaid-call-question">`).append($("<p>").text(row.question));
	template.answers
		.filter((line) => line.question === row.question)
		.forEach((line) => {
			$(`<button type="button" class="btn">`)
				.addClass(row.answer === line.answer ? "btn-primary" : "btn-default")
				.attr("aria-pressed", row.answer === line.answer)
				.text(line.answer)
				.on("click", (event) => {
					frappe.model.set_value(row.doctype, row.name, "answer", line.answer);
					$(event.currentTarget).siblings(".btn").removeClass("btn-primary").addClass("btn-default");
					$(event.currentTarget).siblings(".btn").attr("aria-pressed", false);
					$(event.currentTarget).removeClass("btn-default").addClass("btn-primary").attr("aria-pressed", true);
				})
				.appendTo($question);
		});
	if (row.known_from) {
		$question.append(
			$(`<span class="text-muted small">`).text(
				`${__("Known From", null, "Needs Answer")}：${__(row.known_from, null, "Needs Answer")}`
			)
		);
	}
	return $question;
}
