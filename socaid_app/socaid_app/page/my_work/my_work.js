// Where everybody lands: what waits for them by a day, most urgent first (casework/my_work.py), today's visits on top.
// (The scripts of all pages share one scope, hence the function around this one.)
(() => {
	const METHOD = "socaid_app.casework.my_work.of_mine";
	const PHONE_OF = "socaid_app.field_visits.outings.phone_of";
	// Drawn at a time.
	const PAGE = 50;
	const TIERS = [
		["overdue", "red", () => __("Overdue", null, "My Work")],
		["today", "orange", () => __("Due Today")],
		["soon", "blue", () => __("Coming Up")],
		["undated", "gray", () => __("Without a Day")],
	];
	const COLOURS = Object.fromEntries(TIERS);
	const WELCOMED = "socaid_app.casework.my_work.put_welcome_away";
	// What each role does most, and where: said once to whoever comes for the first time.
	const FIRST = [
		["Township Officer", () => __("Take up a family at the counter"), ["counter-intake"]],
		["Township Officer", () => __("Check what a colleague has entered"), ["List", "Assistance Application"]],
		["Township Approver", () => __("Review and confirm cases"), ["List", "Assistance Application"]],
		["County Reviewer", () => __("Review cases of the townships"), ["List", "Assistance Application"]],
		["County Approver", () => __("Confirm cases of the county"), ["List", "Assistance Application"]],
		["Village Assistant", () => __("Report a family that may need help"), ["List", "Assistance Lead"]],
		["Village Assistant", () => __("Tell what has changed in a family"), ["List", "Circumstance Change"]],
		["Field Investigator", () => __("Your visits: check in at the door, check out when you leave"), ["List", "Home Visit"]],
		["Data Officer", () => __("Ask other offices for data and read their replies"), ["List", "Comparison Request"]],
		["Archivist", () => __("Complete, bind and store files"), ["List", "Archive File"]],
		["Petition Handler", () => __("Record a call with Ctrl+Alt+P, handle petitions"), ["List", "Petition"]],
		["Accusation Handler", () => __("Handle what only you may see"), ["List", "Petition"]],
		["Disclosure Officer", () => __("Publish notices and take them down in time"), ["List", "Publicity Notice"]],
		["Safety Officer", () => __("Approve visits of high risk, answer alarms"), ["List", "Home Visit"]],
		["Service Manager", () => __("See how the service stands"), ["List", "Service Check"]],
		["Socaid Auditor", () => __("See who looked at what"), ["List", "Sensitive Access Log"]],
		["Socaid Administrator", () => __("Set up accounts, forms, values and messages"), ["Workspaces", "System Configuration"]],
		["System Monitor", () => __("See whether the system is well"), ["system-condition"]],
	];
	const escape = (text) => frappe.utils.escape_html(text ?? "");

	frappe.pages["my-work"].on_page_load = (wrapper) => {
		const page = frappe.ui.make_app_page({ parent: wrapper, title: __("My Work"), single_column: true });
		wrapper.work = new MyWork(page);
	};
	// coming back from a record, what was done there is gone from here
	frappe.pages["my-work"].on_page_show = (wrapper) => wrapper.work.fetch();

	class MyWork {
		constructor(page) {
			this.page = page;
			this.side = "mine";
			this.tier = this.kind = "";
			this.$body = $(`<div class="socaid-work">
				<section class="work-welcome" hidden></section>
				<section class="work-outings" hidden></section>
				<nav class="work-tiers" aria-label="${__("By urgency")}"></nav>
				<div class="work-narrow"></div>
				<ul class="work-lines list-unstyled"></ul>
				<div class="work-more"></div>
				<section class="work-places"></section>
			</div>`).appendTo(page.main);
			page.set_secondary_action(__("Look Again"), () => this.fetch(), { icon: "refresh", size: "sm" });
			this.$body.on("click", "[data-side]", ({ currentTarget }) => this.choose(currentTarget.dataset));
			this.$body.on("click", "[data-call]", ({ currentTarget }) => call(currentTarget.dataset.call));
			this.$body.on("click", "[data-module]", ({ currentTarget }) =>
				frappe.set_route("Workspaces", currentTarget.dataset.module)
			);
			this.$body.on("click", "[data-first]", ({ currentTarget }) =>
				frappe.set_route(...FIRST[currentTarget.dataset.first][2])
			);
			this.$body.on("click", "[data-manual]", () => frappe.set_route("user-manual"));
			this.$body.on("click", "[data-welcomed]", () => {
				frappe.xcall(WELCOMED);
				this.welcome = false;
				this.draw_welcome();
			});
			this.$body.on("click", "[data-list]", (event) => {
				event.preventDefault();
				const [doctype, filters] = JSON.parse(event.currentTarget.dataset.list);
				frappe.route_options = filters;
				frappe.set_route("List", doctype, "List");
			});
			this.$body.on("click", ".work-more button", () => this.draw_lines(this.drawn + PAGE));
			this.$body.on("change", ".work-kinds", ({ currentTarget }) => {
				this.kind = currentTarget.value;
				this.draw_lines();
			});
			this.draw_places();
		}

		fetch() {
			return frappe.xcall(METHOD).then((found) => {
				Object.assign(this, found);
				this.draw();
			});
		}

		choose({ side, tier }) {
			// pressed again, everything is shown
			this.tier = this.side === side && this.tier === tier ? "" : tier;
			this.side = side;
			this.kind = "";
			this.draw();
		}

		draw() {
			this.draw_welcome();
			this.draw_outings();
			this.draw_tiers();
			this.draw_lines();
		}

		draw_welcome() {
			const $welcome = this.$body.find(".work-welcome").prop("hidden", !this.welcome);
			const own = FIRST.map(([role, label], at) => [role, label, at]).filter(([role]) => frappe.user.has_role(role));
			const button = (attribute, label, kind = "btn-default") =>
				`<button type="button" class="btn ${kind} btn-sm" ${attribute}>${escape(label)}</button>`;
			$welcome.html(`<h4>${__("Your first time here")}</h4>
				<ul>
					<li>${__("What waits for you by a day stands on this page, most urgent first: press a line to do it.")}</li>
					<li>${__("The box at the top finds people, families and cases by name, initials, number or telephone.")}</li>
					<li>${__("The logo leads back here from everywhere.")}</li>
				</ul>
				<div>${own.map(([, label, at]) => button(`data-first="${at}"`, label())).join("")}
				${button("data-manual", __("Read the Manual"))}
				${button("data-welcomed", __("Got It"), "btn-primary")}</div>`);
		}

		draw_outings() {
			const $outings = this.$body.find(".work-outings").prop("hidden", !this.outings.length);
			$outings.html(`<h4>${__("Visits Today")} <span class="text-muted">${this.outings.length}</span>
				<a class="btn btn-default btn-sm work-offline" href="/visits">${__("On the Phone, Without Network")}</a></h4>
				${this.outings.map(outing_html).join("")}`);
			show_distances($outings);
		}

		draw_tiers() {
			const sum = (counts) => Object.values(counts).reduce((all, one) => all + one, 0);
			const button = (side, tier, colour, label, count) => `<button type="button" class="btn btn-default work-tier
				${count ? colour : "none"}" data-side="${side}" data-tier="${tier}"
				aria-pressed="${this.side === side && this.tier === tier}">
				<b>${count}</b><span>${label}</span></button>`;
			const mine = TIERS.map(([tier, colour, label]) =>
				button("mine", tier, colour, label(), this.counts[tier] || 0)
			);
			this.$body
				.find(".work-tiers")
				.html([...mine, button("others", "", "gray", __("Waiting for Others"), sum(this.others))].join(""));
		}

		shown() {
			const side = this.side === "mine";
			return this.lines.filter((line) => line.mine === side && (!this.tier || line.tier === this.tier));
		}

		draw_lines(upto = PAGE) {
			const of_side = this.shown();
			const lines = of_side.filter((line) => !this.kind || line.kind === this.kind);
			this.drawn = upto;
			this.draw_kinds(of_side);
			this.$body.find(".work-lines").html(lines.slice(0, upto).map(line_html).join("") || this.nothing());
			const left = lines.length - upto;
			this.$body
				.find(".work-more")
				.html(
					left > 0
						? `<button type="button" class="btn btn-default btn-sm">${__("Show {0} more", [Math.min(left, PAGE)])}</button>`
						: ""
				);
		}

		draw_kinds(lines) {
			const kinds = [...new Set(lines.map((line) => line.kind))].sort((a, b) => a.localeCompare(b, "zh"));
			const option = (kind, label) =>
				`<option value="${escape(kind)}" ${kind === this.kind ? "selected" : ""}>${escape(label)}</option>`;
			this.$body
				.find(".work-narrow")
				.html(
					kinds.length > 1
						? `<select class="form-control work-kinds" aria-label="${__("Which matters")}">
							${option("", __("All Matters"))}${kinds.map((kind) => option(kind, kind)).join("")}</select>`
						: ""
				);
		}

		nothing() {
			const words =
				this.side === "others"
					? __("Nothing of yours waits for others.")
					: this.tier
					? __("Nothing here.")
					: __("Nothing waits for you. What comes due appears here by itself.");
			return `<li class="work-nothing text-muted">${words}</li>`;
		}

		// the pages of the modules stay one step away
		draw_places() {
			const links = (frappe.boot.allowed_workspaces || [])
				.filter((one) => one.public && frappe.boot.module_app[frappe.scrub(one.module || "")] === "socaid_app")
				.map(
					({ title }) => `<button type="button" class="btn btn-default btn-sm" data-module="${escape(title)}">
						${escape(__(title))}</button>`
				);
			this.$body.find(".work-places").html(`<h4>${__("All Modules")}</h4><div>${links.join("")}</div>`);
		}
	}

	function line_html(line) {
		const colour = COLOURS[line.tier];
		const when = line.due_on
			? `<time datetime="${line.due_on}">${frappe.datetime.str_to_user(line.due_on)}</time>
				<span class="indicator-pill ${colour} no-indicator-dot">${socaid.due.words({ left: line.days })}</span>`
			: "";
		const more = [line.place, line.kind === line.label ? "" : line.kind, line.who && __("waits for {0}", [line.who])];
		return `<li><a class="work-line ${colour}" href="${frappe.utils.get_form_link(line.doctype, line.name)}"
			${line.list ? `data-list="${escape(JSON.stringify(line.list))}"` : ""}>
			<span class="work-what"><b>${escape(line.title)}</b><span>${escape(line.label)}</span></span>
			<span class="work-more-of text-muted">${escape(more.filter(Boolean).join(" · "))}</span>
			<span class="work-when">${when}</span>
		</a></li>`;
	}

	function outing_html(outing) {
		const where = outing.latitude && outing.longitude ? `${outing.latitude},${outing.longitude}` : "";
		const way = `geo:${where || "0,0"}?q=${where || encodeURIComponent(outing.address)}`;
		return `<div class="work-outing ${outing.under_way ? "under-way" : ""}">
			<a class="work-what" href="${frappe.utils.get_form_link(outing.doctype, outing.name)}">
				<b>${escape(outing.at)} ${escape(outing.title)}</b>
				<span class="text-muted">${escape(outing.state)} <span class="work-distance" data-where="${where}"></span></span>
				<span>${escape(outing.address)}</span>
			</a>
			${
				outing.open
					? `<button type="button" class="btn btn-default" data-call="${escape(outing.name)}">${__("Call the Family")}</button>
				${where || outing.address ? `<a class="btn btn-default" href="${escape(way)}">${__("Way There")}</a>` : ""}`
					: ""
			}
		</div>`;
	}

	function call(visit) {
		frappe.xcall(PHONE_OF, { visit }).then((number) => {
			if (number) window.location.href = `tel:${number}`;
			else frappe.show_alert({ message: __("No telephone number is recorded for this family."), indicator: "orange" });
		});
	}

	// Only where the phone may be asked for its place already: nobody is asked for it on landing.
	async function show_distances($outings) {
		const $places = $outings.find(".work-distance").filter((_, place) => place.dataset.where);
		if (!$places.length || !navigator.permissions || !navigator.geolocation) return;
		const permission = await navigator.permissions.query({ name: "geolocation" });
		if (permission.state !== "granted") return;
		navigator.geolocation.getCurrentPosition(({ coords }) =>
			$places.each((_, place) => {
				const [latitude, longitude] = place.dataset.where.split(",").map(Number);
				const kilometres = distance(coords.latitude, coords.longitude, latitude, longitude);
				place.textContent = __("{0} km away", [kilometres.toFixed(1)]);
			})
		);
	}

	// Along the surface of the earth, in kilometres.
	function distance(lat1, lon1, lat2, lon2) {
		const rad = Math.PI / 180;
		const half = (from, to) => Math.sin(((to - from) * rad) / 2) ** 2;
		const chord = half(lat1, lat2) + Math.cos(lat1 * rad) * Math.cos(lat2 * rad) * half(lon1, lon2);
		return 12742 * Math.asin(Math.sqrt(chord));
	}
})();
