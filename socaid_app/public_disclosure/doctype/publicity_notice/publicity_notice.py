import hashlib

import frappe
from frappe import _, _lt
from frappe.utils import cint, get_first_day, getdate, now, today

from socaid_app.assistance_intake import deadlines, links
from socaid_app.casework import duties
from socaid_app.casework.records import ANY, Guard, GuardedRecord, author
from socaid_app.policy import publicity as rules_of
from socaid_app.printing import settings
from socaid_app.public_disclosure import content, publicity, rolls, statements, timeliness
from socaid_app.public_disclosure.content import NOTICE, PublicityRefused
from socaid_app.public_disclosure.publicity import DRAFT, OBJECTION, POSTED, RUNNING, WITHDRAWN

# Computed below; whatever a form, an import or the API sends for them is replaced.
COMPUTED = (
	"title",
	"public_key",
	"posted_on",
	"ends_on",
	"ends_provisional",
	"planned_end",
	"completed_on",
	"taken_down_on",
	"privacy_reviewed_by",
	"prepared_by",
	"applicant_name",
	"member_count",
	"category_name",
	"proposed_amount",
	"village_name",
	"left_out_count",
	"published_content",
	"content_hash",
	"photo_hash",
)
COMPUTED_ROWS = ("entries", "log")
ENTRY = (
	"person_name",
	"member_count",
	"category_name",
	"village_name",
	"amount",
	"previous_amount",
	"effective_month",
	"ground",
	"source_doctype",
	"source_name",
)
# Which record a notice of each kind is made from.
SOURCE = {
	rules_of.PRELIMINARY: "application",
	rules_of.CONFIRMED: "application",
	rules_of.TERMINATION: "entitlement",
	rules_of.ROLL: "roll_month",
	rules_of.RAISE: "standard_raise",
	rules_of.CORRECTION: "correction",
}
FIXED = ("kind", "replaces", *sorted(set(SOURCE.values())))
FIXED_ONCE_POSTED = ("place", "complaint_phone", "division", "ground")
# A caller moves the notice by these; each move is checked below.
MOVES = ("status", "withdrawal_reason")
WHILE_IT_HANGS = (*MOVES, "objections", "interruptions", "photo")
# What of a notice the links and clocks of its case rest on.
MOVES_CASE = ("application", "status", "posted_on", "completed_on")
PUBLISH = "Publish Notices"
# The village takes the photo and says when the board was down.
TEND_BOARD = "Tend Notice Boards"


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
			publicity.COMPLETED: ("photo",),
		},
		fixed={ANY: FIXED} | dict.fromkeys((*POSTED, publicity.COMPLETED, WITHDRAWN), FIXED_ONCE_POSTED),
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
		self.restore_computed()
		self.refuse_second()
		self.keep_objections()
		self.keep_interruptions()
		self.keep_photo()
		self.fill_draft()
		self.follow_objection()
		self.take_step()
		self.follow_interruption()
		self.post_due = timeliness.notice_due(self.kind, self.roll_month, getdate(self.creation or today()))

	def on_update(self) -> None:
		if self.kind == rules_of.PRELIMINARY:
			if any(map(self.has_value_changed, MOVES_CASE)):
				links.refresh(self.application)
				deadlines.refresh(self.application)
			if self.status == OBJECTION:
				publicity.send_back(self)
		self.replace_older()
		publicity.note_recheck(self.name)
		if self.replaces:
			publicity.note_recheck(self.replaces)

	def onload(self) -> None:
		self.set_onload("statements", statements.waiting_for(self.name))

	def stored_status(self) -> str:
		before = self.get_doc_before_save()
		return before.status if before else DRAFT

	# --- what nobody enters -------------------------------------------------------------------------------
	def restore_computed(self) -> None:
		if not self.get_doc_before_save():
			self.start()

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
		# A record about another kind's source would lend this notice its links.
		for field in set(SOURCE.values()) - {SOURCE.get(self.kind)}:
			self.set(field, None)
		if self.kind == rules_of.ROLL and self.roll_month:
			self.roll_month = get_first_day(getdate(self.roll_month))
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

	def refuse_second(self) -> None:
		"""One notice at a time about one thing."""
		if self.get_doc_before_save():
			return
		source = SOURCE[self.kind]
		same = {"kind": self.kind, source: self.get(source), "status": ["in", publicity.OPEN]}
		if self.kind == rules_of.ROLL:
			same["division"] = self.division
		if self.get(source) and frappe.db.exists(NOTICE, same):
			frappe.throw(_("There is already a notice for this publicity."), PublicityRefused)

	def fill_draft(self) -> None:
		"""Copied afresh from the records as long as nothing hangs on the board."""
		if self.stored_status() != DRAFT or self.status == WITHDRAWN:
			return
		gathered = content.gather(self, getdate(today()))
		self.flags.rows = gathered.rows
		self.left_out_count = gathered.left_out
		self.title = content.title(self)
		self.village_name = content.place_name(self.division)
		# a correction has three texts and no person: its row carries only where it comes from
		self.set("entries", [{name: row[name] for name in ENTRY if name in row} for row in gathered.rows])
		if self.kind in rules_of.SINGLE:
			row = gathered.rows[0]
			self.applicant_name, self.member_count = row["person_name"], row["member_count"]
			self.category_name, self.proposed_amount = row["category_name"], row["amount"]
			self.ground = self.ground if self.kind == rules_of.TERMINATION else None
		if not self.complaint_phone:
			self.complaint_phone = settings().bureau_phone
		# Found while drafting, not first when somebody wants to post it.
		content.published(self, gathered.rows)

	# --- what comes in while it hangs ---------------------------------------------------------------------
	def keep_objections(self) -> None:
		"""An objection, once received, is never struck out or reworded."""
		before = self.get_doc_before_save()
		now_there = {row.name: row for row in self.objections}
		for row in before.objections if before else []:
			kept = now_there.get(row.name)
			if (
				not kept
				or kept.content != row.content
				or kept.channel != row.channel
				or getdate(kept.received_on) != getdate(row.received_on)
			):
				frappe.throw(_("Objections received cannot be removed or reworded."), PublicityRefused)
			if row.resolved and not cint(kept.resolved):
				kept.resolved, kept.resolution = row.resolved, row.resolution
			elif cint(kept.resolved) and not row.resolved:
				self.note("Objection Settled")
		for row in self.objections:
			if cint(row.resolved) and not (row.resolution or "").strip():
				frappe.throw(_("Enter how the objection was settled."), PublicityRefused)

	def objection_text(self, row) -> str:
		"""For the printed record: the words of an objection to whoever may read them (permission level 2)."""
		field = row.meta.get_field("content")
		if self.has_permlevel_access_to("content", field, "read"):
			return row.content
		return "（内容由乡镇和县级保管）"

	def follow_objection(self) -> None:
		before = self.get_doc_before_save()
		received = len(self.objections) - (len(before.objections) if before else 0)
		if received:
			if self.stored_status() not in POSTED or self.taken_down_on:
				frappe.throw(_("Objections are recorded while the notice is posted."), PublicityRefused)
			self.status = OBJECTION
			self.note("Objection Received")
		elif (
			self.status == self.stored_status() == OBJECTION
			and self.kind not in rules_of.NEW_NOTICE_AFTER_OBJECTION
			and all(cint(row.resolved) for row in self.objections)
		):
			self.status = RUNNING

	def keep_interruptions(self) -> None:
		"""What was recorded stays; only the day the notice hung again is added."""
		before = self.get_doc_before_save()
		there = {row.name: row for row in self.interruptions}
		known = {row.name for row in before.interruptions} if before else set()
		for row in before.interruptions if before else []:
			kept = there.get(row.name)
			same = kept and kept.reason == row.reason
			same = same and getdate(kept.interrupted_from) == getdate(row.interrupted_from)
			same = same and (not row.resumed_on or getdate(kept.resumed_on) == getdate(row.resumed_on))
			if not same:
				frappe.throw(_("Interruptions recorded cannot be removed or changed."), PublicityRefused)
			kept.recorded_by = row.recorded_by
			if kept.resumed_on and not row.resumed_on:
				self.check_tending()
				self.note("Board Resumed", kept.reason)
		for row in self.interruptions:
			if row.name not in known:
				self.check_tending()
				row.recorded_by = frappe.session.user
				self.note("Board Interrupted", row.reason)
			self.check_interruption(row)

	def check_tending(self) -> None:
		if self.stored_status() not in POSTED or self.taken_down_on:
			frappe.throw(_("Interruptions are recorded while the notice is posted."), PublicityRefused)
		if not duties.holds(TEND_BOARD):
			frappe.throw(_("The village or the township tends the board."), PublicityRefused)

	def check_interruption(self, row) -> None:
		start, end = getdate(row.interrupted_from), getdate(row.resumed_on) if row.resumed_on else None
		if not (row.reason or "").strip():
			frappe.throw(_("Say why the notice did not hang."), PublicityRefused)
		if start < getdate(self.posted_on) or start > getdate(today()) or (end and end > getdate(today())):
			frappe.throw(_("An interruption lies between the day of posting and today."), PublicityRefused)
		if end and end < start:
			frappe.throw(
				_("The notice hung again before it was interrupted: check the dates."), PublicityRefused
			)

	def follow_interruption(self) -> None:
		"""The days on which it did not hang are added."""
		if self.status not in POSTED or not self.posted_on or not self.interruptions:
			return
		found = publicity.ending(self)
		self.ends_on, self.ends_provisional = found.due, int(found.provisional)

	def keep_photo(self) -> None:
		"""The hash of each photo goes into the log: a photo may be replaced, but not unseen."""
		before = self.get_doc_before_save()
		if not before or self.photo == before.photo:
			return
		if not self.photo:
			self.photo = before.photo
			return
		if not self.posted_on:
			frappe.throw(_("A photo is taken of a notice that hangs: post it first."), PublicityRefused)
		file = frappe.db.get_value("File", {"file_url": self.photo}, "name")
		if not file:
			frappe.throw(_("Upload the photo of the board as a file."), PublicityRefused)
		data = frappe.get_doc("File", file).get_content()
		self.photo_hash = hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()
		self.note("Photo Kept", self.photo_hash)

	# --- the steps ----------------------------------------------------------------------------------------
	def take_step(self) -> None:
		step = (self.stored_status(), self.status)
		if step[0] == step[1]:
			if self.flags.expired or self.flags.replaced:
				self.come_down()
			return
		match step:
			case (publicity.DRAFT, publicity.RUNNING):
				self.post()
			case (publicity.RUNNING, publicity.OBJECTION) if len(self.objections):
				pass
			case (publicity.OBJECTION, publicity.RUNNING) if self.settled_without_new_notice():
				pass
			case (publicity.RUNNING, publicity.COMPLETED):
				self.complete()
			case (publicity.DRAFT | publicity.RUNNING | publicity.OBJECTION, publicity.WITHDRAWN):
				self.check_withdrawal()
			case _:
				frappe.throw(
					_("A notice at {0} cannot go to {1}.").format(_(step[0]), _(step[1])), PublicityRefused
				)

	def settled_without_new_notice(self) -> bool:
		return self.kind not in rules_of.NEW_NOTICE_AFTER_OBJECTION and all(
			cint(row.resolved) for row in self.objections
		)

	def post(self) -> None:
		"""Privacy review and posting by a second person (Law Art. 11; policy gate O.10)."""
		self.check_reviewer()
		if not self.complaint_phone:
			frappe.throw(_("A notice needs a phone number for complaints."), PublicityRefused)
		if not self.flags.rows:
			frappe.throw(_("There is nobody to publish: this notice would be empty."), PublicityRefused)
		self.refuse_older_roll()
		self.posted_on = getdate(today())
		found = publicity.ending(self)
		self.planned_end, self.ends_on, self.ends_provisional = (
			found.planned,
			found.due,
			int(found.provisional),
		)
		self.privacy_reviewed_by = frappe.session.user
		self.published_content = content.dump(content.published(self, self.flags.rows))
		self.content_hash = content.digest(self.published_content)
		self.note("Privacy Reviewed")
		self.note("Notice Posted")

	def check_reviewer(self) -> None:
		user = frappe.session.user
		if user in (self.prepared_by, author(self)):
			frappe.throw(
				_(
					"You prepared this notice. Another person must review it for privacy and post it"
					" (Social Assistance Law Art. 11)."
				),
				PublicityRefused,
			)
		if not duties.holds(PUBLISH):
			frappe.throw(
				_("Only township or county staff or the disclosure officer post a notice."), PublicityRefused
			)

	def refuse_older_roll(self) -> None:
		if self.kind != rules_of.ROLL:
			return
		newer = {"kind": self.kind, "division": self.division, "status": ["in", POSTED]}
		if frappe.db.exists(NOTICE, {**newer, "roll_month": [">", self.roll_month]}):
			frappe.throw(_("The roll of a later month hangs already."), PublicityRefused)

	def complete(self) -> None:
		if not self.flags.replaced:
			self.refuse_unheard()
		if any(not row.resumed_on for row in self.interruptions):
			frappe.throw(_("The notice is interrupted: record first when it hung again."), PublicityRefused)
		if not self.flags.replaced and (not self.ends_on or getdate(today()) <= getdate(self.ends_on)):
			frappe.throw(
				_("The publicity lasts until the end of {0} (57号 Art. 19).").format(self.ends_on or "—"),
				PublicityRefused,
			)
		self.completed_on = today()
		self.come_down()

	def refuse_unheard(self) -> None:
		"""No way round what people have said about the notice (57号 Art. 19)."""
		if found := statements.waiting_for(self.name):
			frappe.throw(
				_(
					"{0} statements about this notice wait for the county's disclosure or petition desk to decide"
					" whether they are objections. Ask them to look at these first."
				).format(found),
				PublicityRefused,
			)

	def come_down(self) -> None:
		if not self.taken_down_on:
			self.taken_down_on = today()
			self.note("Notice Taken Down")

	def check_withdrawal(self) -> None:
		if not (self.withdrawal_reason or "").strip():
			frappe.throw(_("State why the notice is withdrawn."), PublicityRefused)
		if not self.flags.by_system:
			self.refuse_unheard()
		if self.posted_on and not self.taken_down_on:
			self.taken_down_on = today()
		self.note("Notice Corrected" if self.flags.corrected else "Notice Withdrawn", self.withdrawal_reason)

	def replace_older(self) -> None:
		"""What hangs for the same place or case comes down when the newer one is posted."""
		if (self.stored_status(), self.status) != (DRAFT, RUNNING):
			return
		same = {"kind": self.kind, "name": ["!=", self.name], "taken_down_on": ["is", "not set"]}
		if self.kind == rules_of.ROLL:
			same |= {"division": self.division}
		elif self.replaces:
			same |= {"name": self.replaces}
		else:
			return
		same["status"] = ["in", POSTED]
		for name in frappe.get_all(NOTICE, filters=same, pluck="name", order_by="posted_on"):
			publicity.replace(name, self.name)
