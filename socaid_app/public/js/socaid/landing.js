// Everybody lands on what waits for them (page my-work), and the logo leads back there. Whoever chose a workspace of
// their own keeps it.
const HOME = "my-work";

if (!frappe.boot?.user?.default_workspace?.name && frappe.boot?.setup_complete) {
	frappe.re_route[""] = HOME;
	const { make_url } = frappe.router;
	frappe.router.make_url = function (params) {
		return make_url.call(this, params?.some(Boolean) ? params : [HOME]);
	};
}
