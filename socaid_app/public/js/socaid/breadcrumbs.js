// Every record of the app leads back to the one workspace that all staff may open.
Object.assign(frappe.breadcrumbs.module_map, {
	"Assistance Intake": "Socaid App",
	"Means Testing": "Socaid App",
	"Public Disclosure": "Socaid App",
});

// Records that are called by no number of theirs are shown by their title, or by what they are.
$(document).on("form-refresh", (event, frm) => {
	if (frm.is_new() || frm.meta.autoname !== "hash") return;
	const title = frm.doc[frm.meta.title_field] || __(frm.doctype);
	$("#navbar-breadcrumbs li.disabled:last-child a").text(title).attr("title", title);
});
