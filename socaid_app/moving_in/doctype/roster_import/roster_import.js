// What to do next, what is wrong with which row, and the same file with remarks (moving_in/roster_remarks.py).

const NEXT = {
	"Roster Drafted": __("Attach the file and save. Look whether each column has its meaning below, then check the roster: nothing is written by it."),
	"Roster Being Checked": __("Every row is being checked. You may leave this page; you will be told."),
	"Roster Checked": __("Download the file with remarks, correct it there, attach it again and check again. Or hand the rows without problems over: the others stay out until they are corrected."),
	"Roster Handed Over": __("Another person looks at the figures and the rows, then approves it or returns it."),
	"Roster Being Written": __("The rows are being written. You may leave this page; you will be told."),
	"Roster Written": __("Compare the roll with the last one of the former system. Rows that were stopped are imported with the corrected file; what is there is not written twice."),
	"Roster Being Undone": __("The import is being undone."),
	"Roster Undone": __("What was not used since is gone. The list says what was kept and why. The corrected file may be imported again."),
	"Roster Closed": __("The import is done."),
	"Roster Given Up": __("Nothing of it was written."),
};

frappe.ui.form.on("Roster Import", {
	refresh(frm) {
		// rows are the columns of the file, no more and no fewer
		frm.set_df_property("meanings", "cannot_add_rows", 1);
		frm.set_df_property("meanings", "cannot_delete_rows", 1);
		frm.get_field("guide").$wrapper.html(
			`<p class="socaid-roster-guide">${frappe.utils.escape_html(NEXT[frm.doc.status] || "")}</p>`
		);
		if (frm.is_new()) return;
		if (frm.doc.rows_total) {
			frm.add_custom_button(__("Download with Remarks"), () => download_remarks(frm));
		}
		show_rows(frm, 0);
	},
});

const show_rows = async (frm, start) => {
	const { message } = await frappe.call({
		method: "socaid_app.moving_in.roster_remarks.rows_in_trouble",
		args: { roster_import: frm.doc.name, start },
		type: "GET",
	});
	const wrapper = frm.get_field("problems").$wrapper.empty();
	if (!message?.total) return;
	// also of an undoing, after which no row is stopped
	frm.toggle_display("problems_section", true);
	const cells = (row) =>
		[row.row_no, row.person_name, row.status, row.said.join("；")]
			.map((cell) => `<td>${frappe.utils.escape_html(String(cell ?? ""))}</td>`)
			.join("");
	const heads = [__("Row in the File"), __("Name of the Person", null, "Roster Import Column"), __("Status"), __("What Is Wrong")];
	wrapper.append(`<div class="table-responsive"><table class="table table-bordered socaid-roster-problems">
		<thead><tr>${heads.map((head) => `<th>${head}</th>`).join("")}</tr></thead>
		<tbody>${message.rows.map((row) => `<tr>${cells(row)}</tr>`).join("")}</tbody></table></div>`);
	const until = start + message.rows.length;
	const bar = $(`<p class="text-muted">${__("{0} to {1} of {2}", [start + 1, until, message.total])} </p>`).appendTo(wrapper);
	const turn = (label, to) =>
		$(`<button class="btn btn-default btn-xs">${label}</button>`).on("click", () => show_rows(frm, to)).appendTo(bar);
	if (start) turn(__("Previous Rows"), Math.max(start - 50, 0));
	if (until < message.total) turn(__("Next Rows"), until);
};

const download_remarks = async (frm) => {
	const { message } = await frappe.call({
		method: "socaid_app.moving_in.roster_remarks.remarks_file",
		args: { roster_import: frm.doc.name },
		freeze: true,
	});
	const bytes = Uint8Array.from(atob(message.content), (character) => character.charCodeAt(0));
	const link = document.createElement("a");
	link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
	link.download = message.file_name;
	link.click();
	URL.revokeObjectURL(link.href);
};
