import frappe
from frappe import _
from frappe.utils.nestedset import NestedSet

from socaid_app.casework.records import ALL, ANY, Guard, Guarded
from socaid_app.permissions.divisions import COUNTY, PREFECTURE, PROVINCE, TOWNSHIP, VILLAGE, significant
from socaid_app.policy.names import initials

DIGITS_OF_LEVEL = {
	"Province": PROVINCE,
	"Prefecture": PREFECTURE,
	"County": COUNTY,
	"Township": TOWNSHIP,
	"Village": VILLAGE,
}


class WrongDivisionCode(frappe.ValidationError):
	pass


class PopulationWithoutSource(frappe.ValidationError):
	pass


class AdministrativeDivision(NestedSet, Guarded):
	GUARD = Guard(writable={ANY: ALL})

	nsm_parent_field = "parent_administrative_division"

	def validate(self) -> None:
		self.check_code()
		self.check_population()
		self.pinyin = initials(self.division_name)

	def check_population(self) -> None:
		"""A number that shares are reckoned from says of which year it is and who counted."""
		if self.population and not (self.population_year and self.population_source):
			frappe.throw(
				_("Enter the year and the source of the population as well."), PopulationWithoutSource
			)

	def check_code(self) -> None:
		"""Scope rests on the codes, so a code that does not fit its level or parent is refused."""
		self.code = (self.code or "").strip()
		if len(self.code) != 12 or not self.code.isdigit():
			frappe.throw(
				_("A division code has 12 digits, {0} has not.").format(self.code), WrongDivisionCode
			)
		if len(significant(self.code)) != DIGITS_OF_LEVEL[self.level]:
			frappe.throw(
				_("Code {0} is not that of the level {1}.").format(
					self.code, _(self.level, context=self.doctype)
				),
				WrongDivisionCode,
			)
		parent = self.parent_administrative_division
		if parent and not self.code.startswith(significant(parent)):
			frappe.throw(
				_("Code {0} does not begin with the digits of its parent {1}.").format(self.code, parent),
				WrongDivisionCode,
			)


@frappe.whitelist()
def get_children(doctype: str, parent: str | None = None, is_root: bool = False, **_filters) -> list[dict]:
	"""Nodes of the tree view. A user bound to a township starts there, not at a province out of sight."""
	if not is_root:
		return _nodes({"parent_administrative_division": parent})
	visible = _nodes({})
	names = {row.value for row in visible}
	return [row for row in visible if row.parent not in names]


def _nodes(filters: dict) -> list[dict]:
	return frappe.get_list(
		"Administrative Division",
		filters=filters,
		fields=[
			"name as value",
			"division_name as title",
			"is_group as expandable",
			"parent_administrative_division as parent",
		],
		order_by="name",
		limit_page_length=0,
	)
