// The day's rounds: bring in the visits, order them, hand them out; rows may be dragged and timed again.

const ROUTES = "socaid_app.field_visits.";
// Apart in print and for the colour-blind; the number of the stop says the rest.
const COLOURS = ["#1f5fbf", "#c2410c", "#15803d", "#7e22ce", "#0e7490", "#b91c1c", "#854d0e", "#374151"];
const TILE_TIMEOUT = 4000;

frappe.ui.form.on("Route Plan", {
	setup(frm) {
		["officer_1", "officer_2"].forEach((field) =>
			frm.set_query(field, "teams", () => ({ filters: { active: 1 } }))
		);
		frm.set_query("visit", "stops", () => ({
			filters: { status: "Planned", planned_on: frm.doc.planned_on },
		}));
	},

	refresh(frm) {
		frm.trigger("offer_teams");
		frm.trigger("show_summary");
		frm.trigger("show_map");
		if (!frm.is_new() && frm.perm[0].write) frm.trigger("add_buttons");
	},

	add_buttons(frm) {
		const begun = frm.doc.status !== "Draft" || (frm.doc.stops || []).some((row) => row.sequence);
		// When the server refuses, its message is on the screen already.
		const button = (label, action) =>
			frm.add_custom_button(label, () => action().catch(() => {}));
		button(__("Bring In the Day's Visits"), () => bring_in(frm));
		if (!(frm.doc.stops || []).length) return;
		button(__("Plan the Routes"), () => order(frm, "plan"));
		if (begun) {
			button(__("Compute Times Again"), () => step(frm, "routes.retime"));
			frm.add_custom_button(__("Plan the Rest Again"), () => ask_why(frm));
		}
		if (frm.doc.status === "Planned") {
			button(__("Release the Routes"), () => release(frm)).addClass("btn-primary");
		}
		if (frm.doc.status === "Released") {
			frm.add_custom_button(__("Print Route Sheets"), () => print_sheets(frm));
		}
	},

	offer_teams(frm) {
		const names = (frm.doc.teams || []).map((row) => row.team_name).filter(Boolean);
		frm.fields_dict.stops.grid.update_docfield_property("team", "options", ["", ...names]);
	},

	show_summary(frm) {
		const $at = frm.fields_dict.summary.$wrapper.empty();
		const rounds = rounds_of(frm.doc);
		if (!rounds.length) return;
		const escape = frappe.utils.escape_html;
		const rows = rounds.map(
			({ team, stops, colour }) => `<tr>
				<td><span class="socaid-team" style="background:${colour}"></span>${escape(team.team_name)}</td>
				<td>${escape(team.officer_names || "")}</td>
				<td class="text-right">${stops.length}</td>
				<td class="text-right">${format_number(team.kilometres || 0, null, 1)}</td>
				<td class="text-right">${hours(team)}</td>
				<td>${escape(team.starts_at)}–${escape(team.back_at || "")}</td>
			</tr>`
		);
		const heads = [
			__("Team"),
			__("Officers"),
			__("Number of Visits"),
			__("Distance (km)"),
			__("Time (hours)"),
			__("From–To"),
		];
		$at.html(`<div class="table-responsive"><table class="table table-bordered table-sm">
			<thead><tr>${heads
				.map((head, n) => `<th${n > 1 && n < 5 ? ' class="text-right"' : ""}>${head}</th>`)
				.join("")}</tr></thead>
			<tbody>${rows.join("")}</tbody></table></div>
			<p class="text-muted">${__(
				"Drag rows or choose another team, then use “Compute Times Again”."
			)}</p>`);
		name_officers(frm, $at);
	},

	show_map(frm) {
		const $at = frm.fields_dict.map.$wrapper.empty();
		const rounds = rounds_of(frm.doc);
		const drawn = rounds.filter(({ points }) => points.length);
		if (!drawn.length) {
			$at.html(`<p class="text-muted">${__("The map appears once visits with coordinates are planned.")}</p>`);
			return;
		}
		// The sketch stands until it is certain that the map can be drawn.
		$at.html(sketch(drawn));
		if (!window.L) return;
		const points = drawn.flatMap(({ points }) => points);
		tiles_reachable(points[0]).then((reachable) => {
			if (reachable && $at.closest("body").length) draw_map($at, drawn);
		});
	},
});

frappe.ui.form.on("Route Team", {
	team_name: (frm) => frm.trigger("offer_teams"),
	teams_remove: (frm) => frm.trigger("offer_teams"),
	teams_add(frm, doctype, name) {
		const number = "一二三四五六七八九十"[frm.doc.teams.length - 1] || frm.doc.teams.length;
		frappe.model.set_value(doctype, name, "team_name", __("Team {0}", [number]));
	},
});

// --- steps ---------------------------------------------------------------------------------------------
// What is on the screen is saved first: the server works on what it has.
function step(frm, name, args = {}) {
	const saved = frm.is_dirty() ? frm.save() : Promise.resolve();
	return saved
		.then(() =>
			frappe.call({ method: ROUTES + name, args: { route_plan: frm.doc.name, ...args }, freeze: true })
		)
		.then(({ message }) => frm.reload_doc().then(() => message));
}

function bring_in(frm) {
	return step(frm, "route_stops.fill").then((count) =>
		frappe.show_alert({
			message: count ? __("{0} visits brought in", [count]) : __("No further planned visits on that day"),
			indicator: count ? "green" : "orange",
		})
	);
}

function order(frm, name, args) {
	return step(frm, `routes.${name}`, args).then((message) => {
		if (message && message.queued) {
			frappe.show_alert(__("The routes are being computed; this page shows them when they are ready."));
			await_change(frm, frm.doc.modified);
		} else {
			tell_unplaced(frm);
		}
	});
}

// The server says so over the socket; where there is none, the page asks.
function await_change(frm, modified, tries = 60) {
	setTimeout(() => {
		if (!tries || frm.doc.modified !== modified || cur_frm !== frm) return;
		frappe.db.get_value("Route Plan", frm.doc.name, "modified").then(({ message }) => {
			if (message && message.modified !== modified) {
				frm.reload_doc().then(() => tell_unplaced(frm));
			} else {
				await_change(frm, modified, tries - 1);
			}
		});
	}, 2000);
}

function tell_unplaced(frm) {
	if (!frm.doc.unplaced) {
		frappe.show_alert({ message: __("All visits are placed"), indicator: "green" });
		return;
	}
	frappe.msgprint({
		title: __("Could Not Be Placed"),
		indicator: "orange",
		message: frappe.utils.escape_html(frm.doc.unplaced).replace(/\n/g, "<br>"),
	});
}

function ask_why(frm) {
	const today = frm.doc.planned_on === frappe.datetime.get_today();
	const dialog = new frappe.ui.Dialog({
		title: __("Plan the Rest Again"),
		fields: [
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
			{
				fieldname: "resume_at",
				fieldtype: "Time",
				label: __("Go On Not Before"),
				default: today ? frappe.datetime.now_time() : null,
			},
		],
		primary_action_label: __("Plan the Rest Again"),
		primary_action(values) {
			dialog.hide();
			order(frm, "replan", values).catch(() => {});
		},
	});
	dialog.show();
}

function release(frm) {
	return step(frm, "route_release.release").then(({ told, untold }) => {
		const lines = [];
		if (told.length) lines.push(__("Notified: {0}", [told.join("、")]));
		if (untold.length) lines.push(__("Without a user, hand them the printed sheet: {0}", [untold.join("、")]));
		frappe.msgprint({
			title: __("Released"),
			indicator: "green",
			message: lines.map((line) => frappe.utils.escape_html(line)).join("<br>"),
			primary_action: { label: __("Print Route Sheets"), action: () => print_sheets(frm) },
		});
	});
}

function print_sheets(frm) {
	frappe.hide_msgprint && frappe.hide_msgprint(true);
	frappe.set_route("print", frm.doctype, frm.doc.name);
}

// --- showing -------------------------------------------------------------------------------------------
function rounds_of(doc) {
	return (doc.teams || [])
		.map((team, number) => {
			const stops = (doc.stops || [])
				.filter((row) => row.team === team.team_name && row.sequence)
				.sort((a, b) => a.sequence - b.sequence);
			return {
				team,
				stops,
				colour: COLOURS[number % COLOURS.length],
				points: stops.filter((row) => row.latitude && row.longitude),
			};
		})
		.filter(({ stops }) => stops.length);
}

function hours(team) {
	if (!team.back_at || !team.starts_at) return "";
	const [from, to] = [team.starts_at, team.back_at].map((value) => moment(value, "HH:mm"));
	return format_number(to.diff(from, "minutes") / 60, null, 1);
}

function name_officers(frm, $at) {
	const rounds = rounds_of(frm.doc);
	const names = rounds.flatMap(({ team }) => [team.officer_1, team.officer_2]);
	frappe.db
		.get_list("Visit Officer", { filters: { name: ["in", names] }, fields: ["name", "officer_name"], limit: 0 })
		.then((rows) => {
			const known = Object.fromEntries(rows.map((row) => [row.name, row.officer_name]));
			$at.find("tbody tr").each((number, row) => {
				const { team } = rounds[number];
				$(row)
					.find("td")
					.eq(1)
					.text([team.officer_1, team.officer_2].map((name) => known[name] || name).join("、"));
			});
		});
}

function tile_at({ latitude, longitude }, zoom) {
	const size = 2 ** zoom;
	const radians = (latitude * Math.PI) / 180;
	const x = Math.floor(((longitude + 180) / 360) * size);
	const y = Math.floor(((1 - Math.asinh(Math.tan(radians)) / Math.PI) / 2) * size);
	return { x, y };
}

function tiles_reachable(point) {
	return new Promise((resolve) => {
		const zoom = 11;
		const probe = new Image();
		probe.onload = () => resolve(true);
		probe.onerror = () => resolve(false);
		setTimeout(() => resolve(false), TILE_TIMEOUT);
		probe.src = L.Util.template(frappe.utils.map_defaults.tiles, {
			...tile_at(point, zoom),
			z: zoom,
			s: "a",
		});
	});
}

function draw_map($at, rounds) {
	const $map = $('<div class="socaid-route-map"></div>').appendTo($at.empty());
	const map = L.map($map[0], { scrollWheelZoom: false });
	L.tileLayer(frappe.utils.map_defaults.tiles, frappe.utils.map_defaults.options).addTo(map);
	const all = [];
	rounds.forEach(({ team, points, colour }) => {
		const line = points.map((row) => [row.latitude, row.longitude]);
		all.push(...line);
		L.polyline(line, { color: colour, weight: 3 }).addTo(map);
		points.forEach((row) =>
			L.marker([row.latitude, row.longitude], {
				icon: L.divIcon({
					className: "socaid-stop",
					html: `<span style="background:${colour}">${row.sequence}</span>`,
					iconSize: [24, 24],
				}),
			})
				.bindTooltip(frappe.utils.escape_html(label(team, row)))
				.addTo(map)
		);
	});
	map.fitBounds(all, { padding: [30, 30], maxZoom: 15 });
}

function label(team, row) {
	return `${team.team_name} ${row.sequence} ${row.head_name || ""} ${row.arrives_at || ""}`;
}

// Where no tiles come from: the stops as they lie to each other, north above, and the order in words.
function sketch(rounds) {
	const escape = frappe.utils.escape_html;
	const all = rounds.flatMap(({ points }) => points);
	const middle = (all[0].latitude * Math.PI) / 180;
	const x = (row) => row.longitude * Math.cos(middle);
	const y = (row) => -row.latitude;
	const [left, top] = [Math.min(...all.map(x)), Math.min(...all.map(y))];
	const extent = Math.max(Math.max(...all.map(x)) - left, Math.max(...all.map(y)) - top) || 0.01;
	const [width, edge] = [720, 30];
	const scale = (width - 2 * edge) / extent;
	const at = (row) => [edge + (x(row) - left) * scale, edge + (y(row) - top) * scale];
	const height = Math.max(...all.map((row) => at(row)[1])) + edge;
	const shapes = rounds.map(({ team, points, colour }) => {
		const line = points.map((row) => at(row).map((value) => value.toFixed(1)).join(",")).join(" ");
		const stops = points.map((row) => {
			const [cx, cy] = at(row);
			return `<g><title>${escape(label(team, row))}</title>
				<circle cx="${cx}" cy="${cy}" r="11" fill="${colour}"></circle>
				<text x="${cx}" y="${cy + 4}" text-anchor="middle" font-size="11" fill="#fff">${row.sequence}</text></g>`;
		});
		return `<polyline points="${line}" fill="none" stroke="${colour}" stroke-width="2"></polyline>${stops.join("")}`;
	});
	const lists = rounds.map(
		({ team, stops, colour }) => `<li><span class="socaid-team" style="background:${colour}"></span>
			<b>${escape(team.team_name)}</b> ${stops
			.map((row) => escape(`${row.sequence} ${row.head_name || row.visit} ${row.arrives_at || ""}`))
			.join(" → ")}</li>`
	);
	return `<p class="text-muted socaid-no-tiles">${__("The base map is not available; this is a sketch, north above.")}</p>
		<svg class="socaid-route-sketch" viewBox="0 0 ${width} ${height.toFixed(0)}" role="img">${shapes.join("")}</svg>
		<ul class="socaid-route-list">${lists.join("")}</ul>`;
}
