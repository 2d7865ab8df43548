from socaid_app.assistance_archives import handovers
from socaid_app.casework.records import ALL, Guard, GuardedRecord, put_rows_back

# What the signatures are put under.
AGREED = ("from_custodian", "to_custodian", "location")


class ArchiveHandover(GuardedRecord):
	"""Who keeps what passes by this record alone (assistance_archives/handovers.py)."""

	GUARD = Guard(
		state="status",
		writable={handovers.LISTING: ALL, handovers.RECONCILING: ALL},
		system=handovers.KEPT,
		refusal=handovers.HandoverInvalid,
	)

	division_from = "location"

	def in_charge(self) -> str | None:
		"""The giver lists what there is, the receiver checks it off."""
		return {handovers.LISTING: self.from_custodian, handovers.RECONCILING: self.to_custodian}.get(
			self.status
		)

	def before_insert(self) -> None:
		for field in handovers.KEPT:
			self.set(field, None)
		self.status = handovers.LISTING
		self.set("items", [])

	def before_validate(self) -> None:
		self.keep_steps()
		self.set_division()

	def validate(self) -> None:
		handovers.check_persons(self)
		self.list_again_elsewhere()
		handovers.check_signatures(self)
		handovers.drop_signatures(self)
		handovers.reckon(self)

	def keep_steps(self) -> None:
		before = self.get_doc_before_save()
		if not before or self.flags.by_step:
			return
		entered = {row.name: (row.found, row.remark) for row in self.items}
		put_rows_back(self, before, "items")
		for row in self.items:
			found, row.remark = entered.get(row.name, (row.found, row.remark))
			# whether a file is lent, its loan says
			if handovers.ON_LOAN not in (row.found, found):
				row.found = found

	def list_again_elsewhere(self) -> None:
		"""Another place or person needs another list, and new signatures."""
		before = self.get_doc_before_save()
		if not before or self.flags.by_step:
			return
		if any(self.has_value_changed(field) for field in AGREED) and self.items:
			self.set("items", [])
			self.update(
				{
					"status": handovers.LISTING,
					"listed_on": None,
					"from_signature": None,
					"to_signature": None,
				}
			)
