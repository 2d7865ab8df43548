// Coming and going at the office, on the desk and on the phone: one button, today's marks, the days of the month. What
// is written and shown are plain records of the session's user (service_management/attendance.py).
(() => {
	const MARK = "Attendance Mark";
	const DAY = "Attendance Day";
	const COLOURS = {
		Present: "green",
		"At Work": "blue",
		Late: "orange",
		"Left Early": "orange",
		"Mark Missing": "red",
		Absent: "red",
		"On Leave": "purple",
		"Worked on a Day Off": "blue",
		"Day Off": "gray",
	};
	const escape = (text) => frappe.utils.escape_html(text ?? "");
	const clock = (moment) => (moment || "").slice(11, 16);
	const times = ({ first_in, last_out }) =>
		first_in || last_out ? `${clock(first_in) || "—"} – ${clock(last_out) || "—"}` : "";

	frappe.pages["my-attendance"].on_page_load = (wrapper) => {
		const page = frappe.ui.make_app_page({ parent: wrapper, title: __("My Attendance"), single_column: true });
		wrapper.attendance = new MyAttendance(page);
	};
	frappe.pages["my-attendance"].on_page_show = (wrapper) => wrapper.attendance.show();

	class MyAttendance {
		constructor(page) {
			this.page = page;
			this.month = frappe.datetime.get_today().slice(0, 7);
			this.$body = $(`<div class="socaid-attendance">
				<section class="attendance-now"></section>
				<section class="attendance-month"></section>
			</div>`).appendTo(page.main);
			this.place = frappe.ui.form.make_control({
				parent: $("<div class='attendance-place'>").prependTo(this.$body),
				df: {
					fieldtype: "Link",
					options: "Service Object",
					fieldname: "place",
					label: __("Place", null, MARK),
					placeholder: __("Where you are; leave blank for the office"),
					get_query: () => ({ filters: { disabled: 0, kind: ["in", ["Premises", "Room"]] } }),
				},
				render_input: true,
			});
			page.set_secondary_action(__("Ask for Leave"), () =>
				frappe.new_doc("Attendance Request", { kind: "Leave" })
			);
			this.$body.on("click", "[data-mark]", ({ currentTarget }) => this.mark(currentTarget));
			this.$body.on("click", "[data-month]", ({ currentTarget }) => {
				this.month = currentTarget.dataset.month;
				this.show();
			});
			this.$body.on("click", "[data-correct]", ({ currentTarget }) =>
				frappe.new_doc("Attendance Request", { kind: "Correction", from_day: currentTarget.dataset.correct })
			);
		}

		async show() {
			const own = { user: frappe.session.user };
			const [from, to] = [`${this.month}-01`, this.last_day()];
			const [marks, days] = await Promise.all([
				frappe.db.get_list(MARK, {
					filters: { ...own, day: [">=", frappe.datetime.add_days(frappe.datetime.get_today(), -1)] },
					fields: ["kind", "at", "day", "place_title"],
					order_by: "at",
					limit: 50,
				}),
				frappe.db.get_list(DAY, {
					filters: { ...own, day: ["between", [from, to]] },
					fields: ["day", "status", "first_in", "last_out", "minutes", "visits", "places", "leave_kind", "missing"],
					order_by: "day desc",
					limit: 31,
				}),
			]);
			this.draw_now(marks);
			this.draw_month(days);
		}

		last_day() {
			return moment(`${this.month}-01`).endOf("month").format("YYYY-MM-DD");
		}

		draw_now(marks) {
			// a working day ends at four in the morning
			const day = moment(frappe.datetime.now_datetime()).subtract(4, "hours").format("YYYY-MM-DD");
			const today = marks.filter((mark) => mark.day === day);
			const inside = today.length && today[today.length - 1].kind === "Check In";
			const lines = today.map(
				({ kind, at, place_title }) =>
					`<li><b>${clock(at)}</b> ${__(kind, null, MARK)} <span class="text-muted">${escape(place_title)}</span></li>`
			);
			const button = (kind, front) =>
				`<button type="button" class="btn btn-lg ${front ? "btn-primary" : "btn-default"}" data-mark="${kind}">${__(
					kind,
					null,
					MARK
				)}</button>`;
			this.$body.find(".attendance-now").html(`<div class="attendance-buttons">
				${button("Check In", !inside)}${button("Check Out", inside)}</div>
				<ul class="list-unstyled">${
					lines.join("") || `<li class="text-muted">${__("Nothing today yet. Visits count by themselves.")}</li>`
				}</ul>`);
		}

		draw_month(days) {
			const other = (months) => moment(`${this.month}-01`).add(months, "months").format("YYYY-MM");
			const rows = days.map(
				(day) => `<li class="attendance-day">
					<span class="attendance-date">${frappe.datetime.str_to_user(day.day)}</span>
					<span class="indicator-pill ${COLOURS[day.status] || "gray"}">${
					day.status === "On Leave" && day.leave_kind ? __(day.leave_kind, null, DAY) : __(day.status, null, DAY)
				}</span>
					<span>${times(day)}</span>
					<span class="text-muted">${[day.visits ? __("{0} visits", [day.visits]) : "", escape(day.places)]
						.filter(Boolean)
						.join(" · ")}</span>
					${
						["Mark Missing", "Absent", "Late", "Left Early"].includes(day.status)
							? `<button type="button" class="btn btn-xs btn-default" data-correct="${day.day}">${__(
									"Ask for a Correction"
							  )}</button>`
							: ""
					}
				</li>`
			);
			this.$body.find(".attendance-month").html(`<div class="attendance-head">
				<button type="button" class="btn btn-default btn-sm" data-month="${other(-1)}" aria-label="${__("Month before")}">‹</button>
				<h4>${moment(`${this.month}-01`).format("YYYY年M月")}</h4>
				<button type="button" class="btn btn-default btn-sm" data-month="${other(1)}" aria-label="${__("Month after")}">›</button>
				</div><ul class="list-unstyled">${
					rows.join("") || `<li class="text-muted">${__("No days of this month yet.")}</li>`
				}</ul>`);
		}

		async mark(button) {
			$(button).prop("disabled", true);
			try {
				await frappe.db.insert({
					doctype: MARK,
					kind: button.dataset.mark,
					service_object: this.place.get_value() || null,
					...(await position()),
				});
				frappe.show_alert({ message: __("{0}: noted.", [__(button.dataset.mark, null, MARK)]), indicator: "green" });
			} finally {
				$(button).prop("disabled", false);
				this.show();
			}
		}
	}

	// Where the phone may be asked for its place already; nobody is asked only to come to work.
	async function position() {
		if (!navigator.permissions || !navigator.geolocation) return {};
		const permission = await navigator.permissions.query({ name: "geolocation" });
		if (permission.state !== "granted") return {};
		return new Promise((resolve) =>
			navigator.geolocation.getCurrentPosition(
				({ coords: { latitude, longitude } }) => resolve({ latitude, longitude }),
				() => resolve({}),
				{ timeout: 5000 }
			)
		);
	}
})();
