// The file for the agency holds full numbers: it is made for each download, logged, and never stored.
frappe.ui.form.on("Comparison Request", {
	refresh(frm) {
		if (frm.doc.status !== "Request Sent") return;
		frm.add_custom_button(__("Download the File for the Agency"), () =>
			open_url_post("/api/method/socaid_app.means_testing.comparison_requests.download_query", {
				name: frm.doc.name,
			})
		);
	},
});
