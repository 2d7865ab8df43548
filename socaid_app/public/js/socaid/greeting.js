// Whoever moves a county in lands on the checklist after each login, until it is finished or put away.
$(document).on("app_ready", () => {
	const mark = frappe.boot.socaid_onboarding;
	if (!mark || sessionStorage.getItem("socaid-greeted") === mark) return;
	sessionStorage.setItem("socaid-greeted", mark);
	// the page of the address is found after the start
	if ((frappe.get_route() || []).length) greet();
	else frappe.router.once("change", greet);
});

// Somebody who follows a link to a record is not led away from it.
function greet() {
	const [first] = frappe.get_route() || [];
	if (!first || ["Workspaces", "my-work"].includes(first)) frappe.set_route("Form", "County Onboarding");
}
