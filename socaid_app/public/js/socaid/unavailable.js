// While the database is away the server says so with status 503 (overrides/unavailable.py), which Frappe would pass
// over in silence. One message at a time, however many calls fail.
$(document).ajaxError((_event, xhr) => {
	if (xhr.status !== 503 || frappe.msg_dialog?.display) return;
	let says = "";
	try {
		says = JSON.parse(xhr.responseText).unavailable;
	} catch {
		// a proxy's page
		return;
	}
	if (says) frappe.msgprint({ message: says, indicator: "orange" });
});
