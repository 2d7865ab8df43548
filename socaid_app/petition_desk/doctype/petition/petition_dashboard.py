from frappe import _


def get_data() -> dict:
	"""The papers of a petition, on its form."""
	return {
		"fieldname": "petition",
		"non_standard_fieldnames": {"Document Delivery": "reference_name"},
		"dynamic_links": {"reference_name": ["Petition", "reference_doctype"]},
		"transactions": [
			{
				"label": _("Handling"),
				"items": ["Petition Transfer", "Petition Settlement", "Petition Hearing"],
			},
			{"label": _("Delivery and Review"), "items": ["Document Delivery", "Petition Review"]},
		],
	}
