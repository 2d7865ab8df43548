// Somebody, or a step, changed the record in front: Frappe fetches it anew a second later, whatever was entered in
// that second, and also when another form has come to the front meanwhile. Here it waits until nothing is under way;
// what is not saved yet is kept and said to be out of date, and a form left behind is fetched when it is opened again.
$(document).on("form-refresh", (event, frm) => {
	if (!frm || frm.reloads_carefully) return;
	frm.reloads_carefully = true;
	frm.debounced_reload_doc = frappe.utils.debounce(() => reload(frm), 1000);
});

function reload(frm) {
	if (frappe.ui.form.is_saving || frappe.request.ajax_count || document.querySelector("#freeze"))
		return frm.debounced_reload_doc();
	if (!frm.is_dirty() && window.cur_frm !== frm)
		return frappe.model.remove_from_locals(frm.doctype, frm.docname);
	if (!frm.is_dirty()) return frm.reload_doc();
	frm.doc.__needs_refresh = true;
	return frm.show_conflict_message();
}
