// What a file has to look like, before one is chosen; the rows that cannot be written stand out.
const COLUMNS = {
	Divisions: ["区划代码", "名称", "级别", "城乡"],
	Staff: ["姓名", "账号", "岗位", "所属地区", "手机"],
};

frappe.ui.form.on("Onboarding Import", {
	refresh: explain,
	kind: explain,
});

function explain(frm) {
	const columns = COLUMNS[frm.doc.kind] || [];
	frm.get_field("how_to_fill").$wrapper.html(
		columns.length
			? `<p class="text-muted">${__("An Excel or CSV file with the columns: {0}.", [columns.join("、")])}
				${frm.doc.kind === "Staff" ? __("Several duties are separated by “、”. Accounts that are there are not changed; passwords are never in the file.") : __("Divisions that are there are not changed; the file may be imported again.")}</p>`
			: ""
	);
	if (frm.doc.refused) frm.dashboard.set_headline_alert(__("{0} rows cannot be written. Mend them in the file and check it again.", [frm.doc.refused]), "orange");
}
