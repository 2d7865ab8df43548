import frappe
from frappe import _, _lt
from frappe.utils import get_first_day, getdate, now, today

from socaid_app.assistance_intake import deadlines, links
from socaid_app.casework.records import ANY, Guard, GuardedRecord
from socaid_app.policy import publicity as rules_of
from socaid_app.public_disclosure import (
	content,
	hanging,
	notice_drafts,
	notice_objections,
	posting,
	rolls,
	statements,
	taking_down,
	timeliness,
)
from socaid_app.public_disclosure.content import PublicityRefused
from socaid_app.public_disclosure.notice_drafts import SOURCE
from socaid_app.public_disclosure.notice_steps import (
	COMPLETED,
	DRAFT,
	OBJECTION,
	POSTED,
	RUNNING,
	WITHDRAWN,
	refuse,
)

# Computed; whatever a form, an import or the API sends for them is replaced.
COMPUTED = ("title", "public_key", "posted_on", "ends_on", "ends_provisional", "planned_end", "completed_on")
COMPUTED += ("taken_down_on", "privacy_reviewed_by", "prepared_by", "applicant_name", "member_count")
COMPUTED += ("category_name", "proposed_amount", "village_name", "left_out_count", "published_content")
COMPUTED += ("content_hash", "photo_hash")
COMPUTED_ROWS = ("entries", "log")
FIXED = ("kind", "replaces", *sorted(set(SOURCE.values())))
FIXED_ONCE_POSTED = ("place", "complaint_phone", "division", "ground")
# A caller moves the notice by these; each move is checked.
MOVES = ("status", "withdrawal_reason")
WHILE_IT_HANGS = (*MOVES, "objections", "interruptions", "photo")
# What of a notice the links and clocks of its case rest on.
MOVES_CASE = ("application", "status", "posted_on", "completed_on")


class PublicityNotice(GuardedRecord):
	"""A notice on the village board. Its words come from the records and a whitelist, never from a keyboard.

	``status`` is the only thing a caller moves, and each move is checked here, whichever way it comes.
	"""

	GUARD = Guard(
		state="status",
		writable={
			DRAFT: (*MOVES, "place", "complaint_phone", "ground"),
			RUNNING: WHILE_IT_HANGS,
			OBJECTION: WHILE_IT_HANGS,
			COMPLETED: ("photo",),
		},
		fixed={ANY: FIXED} | dict.fromkeys((*POSTED, COMPLETED, WITHDRAWN), FIXED_ONCE_POSTED),
		entered=MOVES,
		approved=True,
		notes=WHILE_IT_HANGS,
		refusal=PublicityRefused,
		way_out=_lt("The words of a notice come from its records: correct those, and make a new notice."),
	)
	TURNS = ("name", "application", "entitlement", "standard_raise", "correction", "replaces")

	def turns(self):
		yield from super().turns()
		if self.is_new() and self.kind == rules_of.ROLL and self.roll_month:
			yield rolls.turn_of(get_first_day(getdate(self.roll_month)))

	def save(self, *args, **kwargs):
		"""What a save answers to the interface is the document itself, and Frappe leaves in it what the user may
		not read."""
		super().save(*args, **kwargs)
		if not self.flags.ignore_permissions:
			self.apply_fieldlevel_read_permissions()
		return self

	def before_validate(self) -> None:
		source = SOURCE.get(self.kind)
		self.division_from = None if source == "roll_month" else source
		self.set_division()

	def validate(self) -> None:
		if not self.get_doc_before_save():
			self.start()
		notice_drafts.refuse_second(self)
		notice_objections.keep(self)
		hanging.keep_interruptions(self)
		hanging.follow_photo(self)
		notice_drafts.fill(self)
		notice_objections.follow(self)
		self.take_step()
		hanging.follow_interruption(self)
		self.set_post_due()

	def set_post_due(self) -> None:
		self.post_due = timeliness.notice_due(self.kind, self.roll_month, getdate(self.creation or today()))

	def on_update(self) -> None:
		if self.kind == rules_of.PRELIMINARY:
			if any(map(self.has_value_changed, MOVES_CASE)):
				links.refresh(self.application)
				deadlines.refresh(self.application)
			if self.status == OBJECTION:
				notice_objections.send_back(self)
		taking_down.replace_older(self)
		notice_objections.note_recheck(self.name)
		if self.replaces:
			notice_objections.note_recheck(self.replaces)

	def onload(self) -> None:
		self.set_onload("statements", statements.waiting_for(self.name))

	def stored_status(self) -> str:
		before = self.get_doc_before_save()
		return before.status if before else DRAFT

	def start(self) -> None:
		for field in COMPUTED:
			self.set(field, None)
		for field in (*COMPUTED_ROWS, "objections", "interruptions"):
			self.set(field, [])
		if not self.flags.by_step:
			self.replaces = None
		self.status, self.photo = DRAFT, None
		self.prepared_by = self.flags.prepared_by or frappe.session.user
		self.public_key = content.new_key()
		notice_drafts.follow_kind(self)
		self.note("Notice Drafted")

	def note(self, action: str, note: str | None = None) -> None:
		"""One more line of the log, which is only ever added to."""
		self.append(
			"log",
			{
				"logged_on": now(),
				"action": action,
				"user": frappe.session.user,
				"note": note,
				"content_hash": self.content_hash,
			},
		)

	def objection_text(self, row) -> str:
		"""For the printed record: the words of an objection to whoever may read them (permission level 2)."""
		field = row.meta.get_field("content")
		if self.has_permlevel_access_to("content", field, "read"):
			return row.content
		return "（内容由乡镇和县级保管）"

	def take_step(self) -> None:
		step = (self.stored_status(), self.status)
		if step[0] == step[1]:
			if self.flags.expired or self.flags.replaced:
				taking_down.come_down(self)
			return
		checks = dict.fromkeys(
			((state, WITHDRAWN) for state in (DRAFT, *POSTED)), taking_down.check_withdrawal
		)
		checks |= {(DRAFT, RUNNING): posting.post, (RUNNING, COMPLETED): taking_down.complete}
		if step in checks:
			checks[step](self)
		elif not notice_objections.explain(self, step):
			refuse(_("A notice at {0} cannot go to {1}.").format(_(step[0]), _(step[1])))
