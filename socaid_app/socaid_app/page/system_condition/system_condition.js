// What is wrong with the system itself, in words, and what to do (upkeep/system_page.py).
// (The scripts of all pages share one scope, hence the function around this one.)
(() => {
	const escape = (text) => frappe.utils.escape_html(text ?? "");
	const COLOURS = { Broken: "red", "Needs Attention": "orange" };

	frappe.pages["system-condition"].on_page_load = (wrapper) => {
		const page = frappe.ui.make_app_page({ parent: wrapper, title: __("System Condition"), single_column: true });
		const $body = $(`<div class="socaid-condition" aria-live="polite"></div>`).appendTo(page.main);
		$body.on("click", ".trust-clock", () =>
			frappe.confirm(__("Is the time of the server {0}? Scheduled jobs will work by it.", [escape(wrapper.taken_at)]), () =>
				frappe.xcall("socaid_app.upkeep.system_page.trust_clock").then(look)
			)
		);
		const look = () => frappe.xcall("socaid_app.upkeep.system_page.show").then((found) => {
				wrapper.taken_at = frappe.datetime.str_to_user(found.taken_at);
				draw($body, found);
			});
		page.set_primary_action(__("Look Again"), look, "refresh");
		page.set_secondary_action(__("Support File"), () =>
			open_url_post("/api/method/socaid_app.upkeep.support_file.download", {})
		);
		page.add_menu_item(__("Earlier Problems"), () => frappe.set_route("List", "System Problem"));
		wrapper.look = look;
	};
	frappe.pages["system-condition"].on_page_show = (wrapper) => wrapper.look();

	function draw($body, { conditions, figures, versions }) {
		const rows = (pairs) =>
			pairs.map(([name, value]) => `<tr><th scope="row">${escape(name)}</th><td>${escape(value)}</td></tr>`).join("");
		$body.html(`
			${
				conditions.length
					? conditions.map(line).join("")
					: `<p class="condition-well indicator green">${__("Everything works.")}</p>`
			}
			<h4>${__("Figures")}</h4>
			<table class="table table-sm"><tbody>${rows(figures)}</tbody></table>
			<h4>${__("Versions")}</h4>
			<table class="table table-sm"><tbody>${rows(versions)}</tbody></table>`);
	}

	function line({ key, level, says, to_do, since }) {
		const from = since ? `<span class="text-muted">${__("since {0}", [frappe.datetime.str_to_user(since)])}</span>` : "";
		return `<div class="condition-line">
			<p class="indicator ${COLOURS[level]}"><b>${escape(says)}</b></p>
			<p>${escape(to_do)}</p>${key === "clock-jumped" ? `<button class="btn btn-default btn-sm trust-clock">${__("The Clock Is Right")}</button> ` : ""}${from}</div>`;
	}
})();
