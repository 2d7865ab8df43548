import frappe
from frappe import _
from frappe.utils import getdate, today

from socaid_app.casework.records import ALL, ANY, Guard, GuardedRecord
from socaid_app.field_visits import route_stops, routes, times_of_day
from socaid_app.permissions.divisions import significant
from socaid_app.socaid_app import safety


class TeamInvalid(frappe.ValidationError):
	pass


class StopInvalid(frappe.ValidationError):
	pass


class RoutePlan(GuardedRecord):
	"""The rounds of one day in one area. Its steps: routes.py, route_stops.py, route_release.py."""

	GUARD = Guard(writable={ANY: ALL})
	TURNS = (("planned_on",),)

	def before_validate(self) -> None:
		self.set_division()

	def validate(self) -> None:
		self.set_title()
		self.read_times()
		self.keep_steps()
		self.check_teams()
		self.check_officers()
		self.check_stops()

	def set_title(self) -> None:
		area = frappe.db.get_value("Administrative Division", self.division, "division_name")
		self.title = f"{getdate(self.planned_on).isoformat()} {area}"

	def read_times(self) -> None:
		for rows, fields in (
			(self.teams, ("starts_at", "ends_at")),
			(self.stops, ("window_from", "window_to")),
		):
			for row in rows:
				for field in fields:
					row.set(field, times_of_day.clock(times_of_day.minute(row.get(field))))

	# --- what a client may not set --------------------------------------------------------------------
	def keep_steps(self) -> None:
		"""Only the steps set times; a plan whose teams, stops or speed change has to be timed again."""
		if self.flags.by_step:
			return
		before = self.get_doc_before_save()
		self.status = before.status if before else route_stops.DRAFT
		self.unplaced = before.unplaced if before else None
		self.total_kilometres = before.total_kilometres if before else None
		teams = {row.name: row for row in before.teams} if before else {}
		for row in self.teams:
			self.restore(row, teams.get(row.name), routes.TEAM_TIMED)
		self.keep_stops({row.name: row for row in before.stops} if before else {})
		if before and self.basis() != before.basis():
			self.status = route_stops.DRAFT

	def keep_stops(self, stops: dict) -> None:
		new = []
		for row in self.stops:
			known = stops.get(row.name)
			same = known and known.visit == row.visit
			self.restore(row, known if same else None, (*routes.TIMED, "head_name", "address"))
			self.restore(row, known if same else None, ("latitude", "longitude"))
			if not same:
				new.append(row)
		facts = {values["visit"]: values for values in route_stops.stops_of([row.visit for row in new])}
		for row in new:
			for field, value in facts.get(row.visit, {}).items():
				# What staff enter for the duration, the urgency and the agreed time stands.
				if not row.get(field):
					row.set(field, value)

	@staticmethod
	def restore(row, known, fields) -> None:
		for field in fields:
			row.set(field, known.get(field) if known else None)

	def basis(self) -> list:
		"""Everything the times depend on."""
		return [
			str(self.planned_on),
			self.division,
			self.speed,
			int(self.lunch or 0),
			*(
				(
					row.team_name,
					row.officer_1,
					row.officer_2,
					row.starts_at,
					row.ends_at,
					route_stops.position(row),
				)
				for row in self.teams
			),
			*(
				(row.visit, row.team or "", row.minutes, row.priority, row.window_from, row.window_to)
				for row in self.stops
			),
		]

	# --- teams ----------------------------------------------------------------------------------------
	def check_teams(self) -> None:
		names = [row.team_name for row in self.teams]
		if len(names) != len(set(names)):
			frappe.throw(_("Two teams have the same name. Give each its own."), TeamInvalid)
		for row in self.teams:
			if row.officer_1 == row.officer_2:
				frappe.throw(
					_("{0}: a team is two different officers (visits are made by two persons).").format(
						row.team_name
					),
					TeamInvalid,
				)
			if (times_of_day.minute(row.starts_at) or 0) >= (times_of_day.minute(row.ends_at) or 0):
				frappe.throw(
					_("{0}: the working hours end before they begin.").format(row.team_name), TeamInvalid
				)

	def check_officers(self) -> None:
		"""On duty, and in one team a day. Past days are left alone: who has since left was on duty then."""
		officers = [name for row in self.teams for name in (row.officer_1, row.officer_2)]
		if not officers or getdate(self.planned_on) < getdate(today()):
			return
		twice = {name for name in officers if officers.count(name) > 1}
		if twice:
			frappe.throw(
				_("{0} is in two teams. An officer goes with one team a day.").format(self.names_of(twice)),
				TeamInvalid,
			)
		off_duty = frappe.get_all(
			"Visit Officer",
			filters={"name": ("in", officers), "active": 0},
			pluck="name",
			order_by="name",
		)
		if off_duty:
			frappe.throw(
				_("{0} is not on duty. Choose another officer.").format(self.names_of(off_duty)), TeamInvalid
			)
		safety.require_proofs(self.planned_on, officers)
		for officer, other in self.elsewhere(officers):
			frappe.throw(
				_(
					"{0} already goes with a team of route plan {1} on that day. Choose another officer."
				).format(self.names_of([officer]), other),
				TeamInvalid,
			)

	@staticmethod
	def names_of(officers) -> str:
		rows = frappe.get_all(
			"Visit Officer",
			filters={"name": ("in", list(officers))},
			pluck="officer_name",
			order_by="officer_name",
		)
		return "、".join(rows)

	def elsewhere(self, officers: list[str]) -> list[tuple[str, str]]:
		"""(officer, other plan) for those who go with a team of another plan on the same day."""
		team, plan = frappe.qb.DocType(route_stops.TEAM), frappe.qb.DocType(route_stops.PLAN)
		rows = (
			frappe.qb.from_(team)
			.join(plan)
			.on(plan.name == team.parent)
			.select(team.officer_1, team.officer_2, plan.name)
			.where(plan.planned_on == getdate(self.planned_on))
			.where(plan.name != (self.name or ""))
			.where(team.officer_1.isin(officers) | team.officer_2.isin(officers))
			.orderby(plan.name)
		).run()
		return [(name, other) for *both, other in rows for name in both if name in officers]

	# --- stops ----------------------------------------------------------------------------------------
	def check_stops(self) -> None:
		names = [row.visit for row in self.stops]
		if len(names) != len(set(names)):
			frappe.throw(_("The same visit is entered twice."), StopInvalid)
		teams = {row.team_name for row in self.teams}
		for row in self.stops:
			if row.team and row.team not in teams:
				frappe.throw(
					_("There is no team {0} in this plan. Choose one of its teams.").format(row.team),
					StopInvalid,
				)
		before = self.get_doc_before_save()
		same_day = before and str(before.planned_on) == str(self.planned_on)
		known = {row.visit for row in before.stops} if same_day else set()
		self.check_new_stops([row.visit for row in self.stops if row.visit not in known])

	def check_new_stops(self, names: list[str]) -> None:
		for visit, other in route_stops.in_other_plans(self, names).items():
			frappe.throw(_("{0} already stands in route plan {1}.").format(visit, other), StopInvalid)
		rows = frappe.get_all(
			route_stops.VISIT,
			filters={"name": ("in", names)},
			fields=["name", "planned_on", "division", "status"],
			order_by="name",
		)
		area = significant(self.division)
		for visit in rows:
			if visit.status == "Cancelled" or getdate(visit.planned_on) != getdate(self.planned_on):
				frappe.throw(_("{0} is not planned for this day.").format(visit.name), StopInvalid)
			if not (visit.division or "").startswith(area):
				frappe.throw(_("{0} lies outside the area of this plan.").format(visit.name), StopInvalid)
