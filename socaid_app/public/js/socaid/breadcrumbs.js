// Every record of the app leads back to the one workspace that all staff may open.
Object.assign(frappe.breadcrumbs.module_map, {
	"Assistance Intake": "Socaid App",
	"Means Testing": "Socaid App",
	"Public Disclosure": "Socaid App",
});
