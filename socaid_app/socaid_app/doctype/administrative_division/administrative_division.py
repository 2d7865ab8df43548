from frappe.utils.nestedset import NestedSet


class AdministrativeDivision(NestedSet):
	pass
