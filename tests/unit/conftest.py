"""The unit tier: the law library alone, no Frappe, no database."""

from datetime import date

import hypothesis
import pytest

from socaid_app.policy.parameters import load_parameters
from socaid_app.policy.standards import load_standards
from socaid_app.policy.workdays import WorkCalendar

# A busy machine is no fault of a rule.
hypothesis.settings.register_profile("rules", deadline=None)
hypothesis.settings.load_profile("rules")


@pytest.fixture(scope="session")
def parameters():
	return load_parameters()


@pytest.fixture(scope="session")
def standards():
	return load_standards()


@pytest.fixture(scope="session")
def calendar():
	return WorkCalendar.shipped()


@pytest.fixture
def case():
	"""A rural couple with a student daughter: 农村低保 of 260 yuan on the shipped figures."""
	return {
		"category": "农村低保",
		"scheme": "Dibao",
		"area": "Rural",
		"division": "220422201203",
		"applied_on": "2026-09-07",
		"accepted_on": "2026-09-08",
		"members": [
			{"id": "head", "name": "户主", "birth_date": date(1966, 3, 12), "kinship": "02"},
			{"id": "wife", "name": "妻子", "birth_date": date(1968, 11, 2), "kinship": "12"},
			{
				"id": "girl",
				"name": "女儿",
				"birth_date": date(2005, 5, 20),
				"kinship": "31",
				"schooling": "Undergraduate",
			},
		],
		"income": [{"member": "head", "kind": "Business", "item": "Farming", "annual": 13800}],
		"property": [],
		"expenses": [],
	}
