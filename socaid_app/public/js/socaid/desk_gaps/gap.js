// One thing that Frappe 15's Desk leaves undone for a Chinese clerk, made good; it may go when Frappe does the same.
// Where Frappe has changed underneath, that one is left out and says so in the console: the Desk goes on.
export function gap(name, mend) {
	try {
		mend();
	} catch (error) {
		console.warn(`socaid: ${name}`, error);
	}
}

// The same each time a form is shown.
export function on_form(name, mend) {
	$(document).on("form-refresh", (event, frm) => gap(name, () => mend(frm)));
}
