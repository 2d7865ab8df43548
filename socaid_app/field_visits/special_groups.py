"""Who belongs to a special group: what the register knows of a person says so, nobody types it again.

残疾人 by the grade of the certificate, 老年人 from the age, 儿童 below the age of majority, 重病 by the health on record
(社会救助法; 服务方案 1.1.1-32).
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe.query_builder import Criterion
from frappe.utils import add_years, getdate, today

DISABLED, ELDERLY, CHILD, SERIOUS_ILLNESS = "Disabled", "Elderly", "Child", "Serious Illness"
GROUPS = (DISABLED, ELDERLY, CHILD, SERIOUS_ILLNESS)
# 老年人权益保障法第2条，未成年人保护法第2条
ELDERLY_FROM, OF_AGE = 60, 18


def condition(group: str, person, on: date | None = None) -> Criterion:
	"""Who of the table of persons belongs to a group on a day."""
	day = getdate(on or today())
	match group:
		case "Disabled":
			return person.disability_grade.isin(("1", "2", "3", "4"))
		case "Elderly":
			return person.birth_date <= add_years(day, -ELDERLY_FROM)
		case "Child":
			return person.birth_date > add_years(day, -OF_AGE)
		case _:
			return person.health == SERIOUS_ILLNESS


def groups_of(recipient: str) -> list[str]:
	"""The groups of one person, the one first whose needs are asked first."""
	person = frappe.db.get_value(
		"Recipient", recipient, ["disability_grade", "birth_date", "health"], as_dict=True
	)
	day = getdate(today())
	born = person.birth_date and getdate(person.birth_date)
	belongs = {
		DISABLED: person.disability_grade,
		ELDERLY: born and born <= getdate(add_years(day, -ELDERLY_FROM)),
		CHILD: born and born > getdate(add_years(day, -OF_AGE)),
		SERIOUS_ILLNESS: person.health == SERIOUS_ILLNESS,
	}
	return [group for group in GROUPS if belongs[group]]
