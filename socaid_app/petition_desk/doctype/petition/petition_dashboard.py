from frappe import _


def get_data() -> dict:
	"""The papers of a petition, on its form."""
	return {
		"fieldname": "petition",
		"transactions": [
			{
				"label": _("Handling"),
				"items": ["Petition Transfer", "Petition Settlement", "Petition Hearing"],
			},
			{"label": _("Delivery and Review"), "items": ["Petition Delivery", "Petition Review"]},
		],
	}
