// A round from plan to end: what it asks of the teams, its tasks, who is behind, and why.

const METHODS = "socaid_app.field_visits";
const CLOSED = ["Completed", "Cancelled"];
// The service plan's own table of delays (1.1.1-12): cause, measure, expected effect.
const DELAYS = [
	["Too Few Staff", __("Move staff from other townships; hire temporary or part-time staff"), __("The visits are done by the due date")],
	["Unsuitable Method", __("Train the staff; introduce technical tools"), __("More households are visited a day")],
	["External Factors", __("Coordinate with the parties concerned; adjust the plan"), __("The effect on the round is kept small")],
];
const WORKLOAD_FIELDS = ["division", "starts_on", "review_class", "ratio", "teams", "visits_per_day", "reserve_percent"];

const events = {
	setup(frm) {
		frappe.realtime.on("screening_tasks", ({ cycle }) => cycle === frm.doc.name && generated(frm));
		frm.set_query("owner_user", "stages", () => ({ filters: { enabled: 1, user_type: "System User" } }));
	},

	refresh(frm) {
		frm.trigger("show_workload");
		frm.trigger("show_progress");
		frm.get_field("delays").grid.add_custom_button(__("Add Usual Measures"), () => add_delays(frm));
		if (frm.is_new() || !frm.perm[0] || !frm.perm[0].write || CLOSED.includes(frm.doc.status)) return;
		if (frm.doc.status === "Generating") watch(frm);
		const again = Boolean(frm.doc.generated_at);
		frm.add_custom_button(again ? __("Add New Households") : __("Generate Tasks"), () => generate(frm));
		if (again) {
			frm.add_custom_button(__("Assign Tasks"), () => assign(frm));
		}
	},

	show_workload(frm) {
		const { doc } = frm;
		const field = frm.get_field("workload");
		if (!doc.division || !doc.starts_on) return field.$wrapper.empty();
		const visits = (doc.stages || []).find((row) => row.stage === "Home Visits") || {};
		frappe
			.xcall(
				`${METHODS}.round_workload.workload`,
				{
					...Object.fromEntries(WORKLOAD_FIELDS.map((name) => [name, doc[name]])),
					categories: JSON.stringify((doc.categories || []).map((row) => row.category)),
					visits_from: visits.starts_on,
					visits_to: visits.due_on,
				},
				"GET"
			)
			.then((load) => field.$wrapper.html(workload_html(load)));
	},

	show_progress(frm) {
		const field = frm.get_field("progress");
		if (frm.is_new()) return field.$wrapper.empty();
		frappe.xcall("socaid_app.field_visits.round_progress.progress", { cycle: frm.doc.name }, "GET").then((rows) => {
			field.$wrapper.html(`<div class="socaid-stages"></div>${rows.length ? progress_html(rows) : ""}`);
			draw_stages(frm, field.$wrapper.find(".socaid-stages"));
		});
	},
};
WORKLOAD_FIELDS.concat("categories").forEach((name) => {
	events[name] = (frm) => frm.trigger("show_workload");
});
frappe.ui.form.on("Screening Cycle", events);

function generate(frm) {
	const run = () =>
		frappe.xcall(`${METHODS}.planning.start`, { cycle: frm.doc.name }).then(() => {
			frappe.show_alert({ message: __("The tasks are being generated."), indicator: "blue" });
			frm.reload_doc();
		});
	return frm.is_dirty() ? frm.save().then(run) : run();
}

// Progress comes by realtime; where that is not running, the form asks by itself.
function watch(frm) {
	setTimeout(() => {
		if (frm.doc.status !== "Generating" || cur_frm !== frm) return;
		frappe.db.get_value("Screening Cycle", frm.doc.name, "status").then(({ message }) => {
			if (message.status === "Generating") watch(frm);
			else generated(frm);
		});
	}, 3000);
}

function generated(frm) {
	frappe.hide_progress();
	frm.reload_doc();
}

function assign(frm) {
	frappe.prompt(
		[
			{
				fieldname: "division",
				fieldtype: "Link",
				options: "Administrative Division",
				label: __("Village or Township"),
				reqd: 1,
				default: frm.doc.township,
			},
			{
				fieldname: "officer",
				fieldtype: "Link",
				options: "Visit Officer",
				label: __("Responsible Officer"),
				reqd: 1,
				get_query: () => ({ filters: { active: 1 } }),
			},
			{ fieldname: "include_assigned", fieldtype: "Check", label: __("Also Tasks of Other Officers") },
		],
		(values) =>
			frappe.xcall(`${METHODS}.screening_tasks.assign`, { cycle: frm.doc.name, ...values }).then((count) => {
				frappe.show_alert({ message: __("{0} tasks assigned.", [count]), indicator: "green" });
				frm.trigger("show_progress");
			}),
		__("Assign Tasks"),
		__("Assign Tasks")
	);
}

function add_delays(frm) {
	const there = (frm.doc.delays || []).map((row) => row.cause);
	DELAYS.filter(([cause]) => !there.includes(cause)).forEach(([cause, measure, expected_effect]) =>
		frm.add_child("delays", { cause, measure, expected_effect, recorded_on: frappe.datetime.get_today() })
	);
	frm.refresh_field("delays");
}

function table(head, rows) {
	const cells = (row, tag) => row.map((cell) => `<${tag}>${cell}</${tag}>`).join("");
	return `<div class="table-responsive"><table class="table table-bordered table-sm">
		<thead><tr>${cells(head, "th")}</tr></thead>
		<tbody>${rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("")}</tbody></table></div>`;
}

const text = (value) => frappe.utils.escape_html(String(value === null || value === undefined ? "" : value));

function workload_html(load) {
	const verdict = load.enough
		? `<span class="indicator-pill green">${__("The teams suffice")}</span>`
		: `<span class="indicator-pill red">${__("The teams do not suffice: {0} are needed", [load.teams_needed])}</span>`;
	const numbers = table(
		[__("Households"), __("Reserve"), __("Visits"), __("Visits a Day"), __("Working Days Needed"), __("Working Days Available")],
		[[load.households, load.reserve, load.visits, load.per_day, load.days_needed, load.days_available]]
	);
	const rows = load.rows.map((row) => [text(row.township_name), text(row.category), row.households]);
	const spread = rows.length ? table([__("Township"), __("Assistance Category"), __("Households")], rows) : "";
	return `<div class="mb-2">${verdict}</div>${numbers}${spread}`;
}

function progress_html(rows) {
	const shown = rows.map((row) => [
		text(row.township_name),
		text(row.officer_name || __("Not Assigned")),
		row.total,
		row.done,
		row.overdue ? `<span class="text-danger">${row.overdue}</span>` : 0,
		row.cannot,
		row.left_out,
		`${row.percent}%`,
	]);
	return table(
		[__("Township"), __("Responsible Officer"), __("Tasks"), __("Done", null, "Screening Cycle"), __("Overdue"), __("Cannot Visit"), __("Left Out"), __("Done (%)")],
		shown
	);
}

// The stages as a Gantt chart, each with the person responsible; the table below tells the same in numbers.
function draw_stages(frm, wrapper) {
	const stages = (frm.doc.stages || []).filter((row) => row.starts_on && row.due_on);
	if (!stages.length) return;
	const base = "assets/frappe/node_modules/frappe-gantt/dist/frappe-gantt";
	frappe.require([`${base}.css`, `${base}.min.js`], () => {
		const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
		wrapper.empty().css("overflow-x", "auto").append(svg);
		new Gantt(
			svg,
			stages.map((row) => ({
				id: row.name,
				name: [__(row.stage), row.owner_user && frappe.user.full_name(row.owner_user)].filter(Boolean).join(" · "),
				start: row.starts_on,
				end: row.due_on,
				progress: stage_progress(frm, row),
			})),
			{ view_mode: "Day", language: "zh", readonly: true, bar_height: 24, padding: 14 }
		);
		svg.querySelectorAll(".handle-group").forEach((handle) => handle.remove());
	});
}

function stage_progress(frm, row) {
	if (row.done_on) return 100;
	return row.stage === "Home Visits" ? frm.doc.percent_done || 0 : 0;
}
