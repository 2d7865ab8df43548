import random

import frappe
from frappe import _, _lt
from frappe.utils import cint, flt, getdate, today

from socaid_app.casework.records import ALL, Guard, Guarded, all_but
from socaid_app.field_visits import planning
from socaid_app.permissions.divisions import township_of
from socaid_app.permissions.scope import DivisionOutOfScope, NeverDeleted, scope_of
from socaid_app.policy import cycles

# What the tasks were drawn by.
DRAWN_BY = ("division", "review_class", "ratio", "not_visited_since", "starts_on")
DRAWN = all_but(*DRAWN_BY, "categories", "kind")
MAX_SEED = 2**31 - 1


class RoundInvalid(frappe.ValidationError):
	pass


class RoundAlreadyDrawn(frappe.ValidationError):
	pass


class ScreeningCycle(Guarded):
	"""A round of screening: an area, categories, four stages with owners, and a task per household."""

	GUARD = Guard(
		state="status",
		writable={
			planning.DRAFT: ALL,
			planning.GENERATING: DRAWN,
			planning.RUNNING: DRAWN,
			planning.COMPLETED: ("meetings", "delays", "stages"),
		},
		refusal=RoundAlreadyDrawn,
		way_out=_lt(
			"The tasks of this round were drawn by it. Cancel the round with a reason and plan a new one."
		),
	)

	def before_validate(self) -> None:
		self.start()
		self.township = township_of(self.division)

	def validate(self) -> None:
		self.check_scope()
		self.check_figures()
		self.lay_out_stages()
		self.check_stages()
		self.set_stage_status()

	def on_update(self) -> None:
		planning.follow_visit_stage(self)

	def on_trash(self) -> None:
		frappe.throw(
			_(
				"Records of social assistance are never deleted (Law Art. 70). Withdraw, close or cancel it with a reason instead."
			),
			NeverDeleted,
		)

	def start(self) -> None:
		if self.is_new():
			self.status, self.seed = planning.DRAFT, random.SystemRandom().randint(1, MAX_SEED)

	def check_scope(self) -> None:
		"""A user plans for the own divisions, and does not pull a stranger's round into them."""
		if self.flags.ignore_permissions:
			return
		before = self.get_doc_before_save()
		scope = scope_of()
		for division in {self.division, before.division if before else self.division}:
			if not scope.covers(division):
				frappe.throw(
					_(
						"{0} lies outside the divisions you work for. The county office plans rounds there."
					).format(division),
					DivisionOutOfScope,
				)

	def check_figures(self) -> None:
		if not 0 < flt(self.ratio) <= 100:
			frappe.throw(_("The share of households lies above 0 and up to 100 percent."), RoundInvalid)
		if cint(self.teams) < 1 or cint(self.visits_per_day) < 1:
			frappe.throw(_("A round needs at least one team and one visit a day."), RoundInvalid)
		if cint(self.buffer_days) < 0 or flt(self.reserve_percent) < 0:
			frappe.throw(_("Buffer and reserve cannot be negative."), RoundInvalid)
		if self.kind in planning.CAMPAIGNS and not (self.reason or "").strip():
			frappe.throw(_("State the policy change or the holiday that the visits are for."), RoundInvalid)

	def lay_out_stages(self) -> None:
		"""Default stages for a round that has none; the round ends with its last stage and its buffer."""
		if not self.stages:
			self.set("stages", planning.default_stages(self.starts_on))
		self.ends_on = cycles.round_end(
			[getdate(row.due_on or self.starts_on) for row in self.stages], cint(self.buffer_days)
		)

	def check_stages(self) -> None:
		names = [row.stage for row in self.stages]
		if sorted(names) != sorted(cycles.STAGES):
			frappe.throw(
				_("A round has four stages: {0}, each once.").format(
					"、".join(_(stage) for stage in cycles.STAGES)
				),
				RoundInvalid,
			)
		for row in self.stages:
			if not row.starts_on or not row.due_on or getdate(row.due_on) < getdate(row.starts_on):
				frappe.throw(
					_("{0}: enter the first day and a due date that does not lie before it.").format(
						_(row.stage, context=row.doctype)
					),
					RoundInvalid,
				)
			if getdate(row.starts_on) < getdate(self.starts_on):
				frappe.throw(
					_("{0} begins before the round does.").format(_(row.stage, context=row.doctype)),
					RoundInvalid,
				)
			if row.done_on and getdate(row.done_on) > getdate(today()):
				frappe.throw(
					_("{0} cannot be done on a day to come.").format(_(row.stage, context=row.doctype)),
					RoundInvalid,
				)

	def set_stage_status(self) -> None:
		for row in self.stages:
			row.status = cycles.stage_status(
				getdate(row.due_on),
				cint(row.buffer_days),
				getdate(row.done_on) if row.done_on else None,
				getdate(today()),
			)
