import frappe
from frappe import _, _lt
from frappe.utils import cint
from frappe.utils.nestedset import NestedSet

from socaid_app.assistance_archives import rooms, storage
from socaid_app.assistance_archives.storage import BOX, INSIDE, ROOM, LocationInvalid
from socaid_app.casework.records import ANY, Guard, GuardedRecord, all_but
from socaid_app.permissions.scope import ScopedDocument


class StillInUse(frappe.ValidationError):
	pass


class CustodianByHandover(frappe.ValidationError):
	pass


class ArchiveLocation(NestedSet, GuardedRecord):
	"""A room, cabinet, shelf or box. A place is emptied by moving its files, and never deleted."""

	GUARD = Guard(
		writable={ANY: all_but("kind")},
		refusal=LocationInvalid,
		way_out=_lt("The kind of a place does not change. Make a new place."),
	)

	nsm_parent_field = "parent_archive_location"

	def before_validate(self) -> None:
		self.follow_parent()
		self.set_division()
		self.is_group = int(self.kind != BOX)

	def validate(self) -> None:
		self.keep_count()
		self.check_nesting()
		self.check_capacity()
		self.check_limits()
		self.refuse_disabling()
		self.appoint_custodian()
		self.next_check_on = rooms.next_check(self)

	def on_update(self) -> None:
		super().on_update()
		self.note_move_of_box()
		self.pass_to_custodian()

	def on_trash(self) -> None:
		ScopedDocument.on_trash(self)

	def follow_parent(self) -> None:
		"""A new place belongs to whom what it stands in belongs to, unless it says otherwise."""
		if not self.is_new() or not self.parent_archive_location:
			return
		parent = frappe.db.get_value(
			self.doctype, self.parent_archive_location, ["division", "custodian"], as_dict=True
		)
		self.division = self.division or parent.division
		self.custodian = self.custodian or parent.custodian

	def keep_count(self) -> None:
		before = self.get_doc_before_save()
		self.occupied = before.occupied if before else 0

	def check_nesting(self) -> None:
		before = self.get_doc_before_save()
		if before and before.kind != self.kind:
			frappe.throw(_("The kind of a place does not change. Make a new place."), LocationInvalid)
		wanted = INSIDE[self.kind]
		if not wanted:
			if self.parent_archive_location:
				frappe.throw(_("A room stands in nothing else: leave “Inside” empty."), LocationInvalid)
			return
		parent = self.parent_archive_location and frappe.db.get_value(
			"Archive Location", self.parent_archive_location, ["kind", "disabled"], as_dict=True
		)
		if not parent or parent.kind != wanted or parent.disabled:
			frappe.throw(
				_("A {0} stands in a {1} in use. Choose one under “Inside”.").format(
					_(self.kind, context=self.doctype), _(wanted)
				),
				LocationInvalid,
			)

	def check_capacity(self) -> None:
		if self.kind != BOX:
			self.capacity = 0
			return
		if cint(self.capacity) < 1:
			frappe.throw(_("Enter how many files the box can take."), LocationInvalid)
		if cint(self.capacity) < cint(self.occupied):
			frappe.throw(
				_("{0} files are in the box. Move some first, then lower its capacity.").format(
					self.occupied
				),
				StillInUse,
			)

	def check_limits(self) -> None:
		if self.kind != ROOM:
			return
		if (
			self.temperature_min >= self.temperature_max
			or not 0 <= self.humidity_min < self.humidity_max <= 100
		):
			frappe.throw(
				_("The lowest temperature and humidity lie below the highest, humidity within 0 and 100 %."),
				LocationInvalid,
			)
		if cint(self.check_every_days) < 1:
			frappe.throw(_("Enter every how many days the room is checked."), LocationInvalid)

	def refuse_disabling(self) -> None:
		"""A place is emptied by moving what is in it, file by file or box by box."""
		if not self.disabled or not self.has_value_changed("disabled") or self.is_new():
			return
		if self.occupied:
			frappe.throw(
				_("{0} files are inside. Move them first, then disable the place.").format(self.occupied),
				StillInUse,
			)
		if frappe.db.exists("Archive Location", {"parent_archive_location": self.name, "disabled": 0}):
			frappe.throw(_("Places in use are inside. Disable or move them first."), StillInUse)

	def appoint_custodian(self) -> None:
		"""The first custodian is appointed; from then on files pass by a signed handover only."""
		before = self.get_doc_before_save()
		if not self.has_value_changed("custodian"):
			return
		if self.custodian:
			storage.require_archivist(self.custodian, LocationInvalid)
		if before and before.custodian and storage.files_in(self.name, ("name",), before.custodian):
			frappe.throw(
				_("{0} keeps this place. A new custodian takes it over by an Archive Handover.").format(
					frappe.utils.get_fullname(before.custodian)
				),
				CustodianByHandover,
			)

	def note_move_of_box(self) -> None:
		"""Who carries a box, shelf or cabinet elsewhere moves the files in it."""
		before = self.get_doc_before_save()
		if not before or before.parent_archive_location == self.parent_archive_location:
			return
		rows = storage.files_in(self.name)
		for box in dict.fromkeys(row.location for row in rows):
			storage.record_movements(
				storage.MOVED,
				[row for row in rows if row.location == box],
				box,
				_("{0} was taken from {1} to {2}.").format(
					self.location_name,
					storage.path_of(before.parent_archive_location),
					storage.path_of(self.parent_archive_location),
				),
				self,
			)
		storage.recount()

	def pass_to_custodian(self) -> None:
		"""What stands inside goes with the place, as far as nobody else keeps it."""
		before = self.get_doc_before_save()
		if not before or not self.custodian or before.custodian == self.custodian:
			return
		storage.pass_places(self.name, before.custodian, self.custodian)
		rows = storage.files_in(self.name, ("name", "custodian"))
		storage.set_files([row.name for row in rows if not row.custodian], custodian=self.custodian)
