// Who was told of an incident, who answered, and who is next.
frappe.ui.form.on("Incident", {
	refresh(frm) {
		const rows = frm.doc.__onload?.alarm || [];
		const cell = (text) => $("<td class='text-nowrap'>").text(text || "");
		const head = [__("Turn", null, "Alarm Call"), __("Person Called"), __("Status"), __("Called At", null, "Alarm Call"), __("Answer Expected By", null, "Alarm Call"), __("Answered At")];
		const $table = $("<table class='table table-bordered'>").append($("<tr>").append(head.map((text) => $("<th class='text-nowrap'>").text(text))));
		for (const row of rows)
			$table.append(
				$("<tr>").append(
					[row.turn, row.full_name, __(row.status, null, "Alarm Call")].map(cell),
					[row.called_at, row.answer_by, row.answered_at].map((at) => cell(at && frappe.datetime.str_to_user(at))),
				),
			);
		frm.fields_dict.alarm_html.$wrapper.empty().append($("<div class='table-responsive'>").append($table));
	},
});
