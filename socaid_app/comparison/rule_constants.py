"""The numbers a rule asks for – policy parameters and standards – as they are in force for each household on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from socaid_app.comparison.finding_rules import Rule
from socaid_app.comparison.kinds import QUANTITIES, SQL_TYPES, column
from socaid_app.comparison.language.parser import MOST_CONSTANT
from socaid_app.comparison.language.tree import Constant
from socaid_app.comparison.language.words import PARAMETER
from socaid_app.policy.parameters import ParameterError, ParameterSet
from socaid_app.policy.standards import NoStandardInForce, StandardSet


def place_constants(
	connection, rules: Sequence[Rule], parameters: ParameterSet, standards: StandardSet, on: date
) -> dict[str, str]:
	"""The table ``household_constants``; returns of each constant that is not in force everywhere, what is to be said."""
	wanted = list(dict.fromkeys(each for rule in rules for each in rule.constants))
	columns = "".join(f", {column(each.name)} {SQL_TYPES[each.kind]}" for each in wanted)
	connection.execute(
		f"create or replace temp table place_constants (area varchar, division varchar {columns})"
	)
	lacking: dict[str, str] = {}
	places = connection.execute("select distinct area, division from households").fetchall()
	for area, division in places:
		values = []
		for each in wanted:
			value, said = constant(each, parameters, standards, on, area or "", division or "")
			values.append(value)
			if said:
				lacking.setdefault(each.name, said)
		connection.execute(
			f"insert into place_constants values (?, ? {', ?' * len(values)})", [area, division, *values]
		)
	connection.execute(
		"""
		create or replace temp table household_constants as
		select h.household, c.* exclude (area, division) from households h join place_constants c
		on c.area is not distinct from h.area and c.division is not distinct from h.division
	"""
		if wanted
		else "create or replace temp table household_constants as select household from households"
	)
	return lacking


def constant(
	each: Constant, parameters: ParameterSet, standards: StandardSet, on: date, area: str, division: str
) -> tuple[object, str]:
	"""The value in force for a place, or None and why."""
	try:
		if each.table == PARAMETER:
			value = parameters.get(each.key, on, area=area)
		else:
			value = standards.find(each.key, on, area, division).amount
	except (ParameterError, NoStandardInForce) as error:
		return None, str(error)
	if each.kind in QUANTITIES and abs(value) > MOST_CONSTANT[each.kind]:
		return None, f"“{each.label}”的取值{value}过大，没有采用，请核对。"
	return value, ""
