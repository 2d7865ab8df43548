"""A decision frozen with everything it rests on, replayable for ever."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from socaid_app.policy import means
from socaid_app.policy.means import RULE_VERSION, Assessment
from socaid_app.policy.parameters import Parameter, ParameterSet
from socaid_app.policy.standards import Standard, StandardSet

__all__ = ["RULE_VERSION", "freeze", "replay"]


def freeze(case: dict, parameters: ParameterSet, standards: StandardSet, assessment: Assessment) -> dict:
	"""A JSON-safe snapshot: the case, the parameters and standards it rested on, and the result."""
	parameters, standards = parameters.fresh(), standards.fresh()
	means.assess_noting(case, parameters, standards, assessment.on)
	return _frozen(case, parameters, standards, assessment)


def assessed(
	case: dict, parameters: ParameterSet, standards: StandardSet, on: date
) -> tuple[Assessment, dict]:
	"""The assessment and its snapshot in one go, as :func:`means.assess` and :func:`freeze` give them."""
	parameters, standards = parameters.fresh(), standards.fresh()
	assessment = means.assess_noting(case, parameters, standards, on)
	return assessment, _frozen(case, parameters, standards, assessment)


def _frozen(case: dict, parameters: ParameterSet, standards: StandardSet, assessment: Assessment) -> dict:
	return _plain(
		{
			"case": case,
			"on": assessment.on,
			"parameters": [_record(record) for record in parameters.used.values()],
			"standards": [_record(record) for record in standards.used],
			"rule_version": assessment.rule_version,
			"result": assessment.to_dict(),
		}
	)


def replay(snapshot: dict | str) -> Assessment:
	"""The assessment computed anew from a snapshot alone; equals the frozen one.

	What was decided under an earlier version of the rules is given as it was frozen: rules that came later are
	not applied to it.
	"""
	if isinstance(snapshot, str):
		snapshot = json.loads(snapshot)
	if snapshot["rule_version"] != RULE_VERSION:
		return Assessment.from_dict(snapshot["result"])
	parameters = ParameterSet(Parameter(**_read(record, Parameter)) for record in snapshot["parameters"])
	standards = StandardSet(Standard(**_read(record, Standard)) for record in snapshot["standards"])
	return means.assess(snapshot["case"], parameters, standards, date.fromisoformat(snapshot["on"]))


def _record(record) -> dict:
	# the fields of a record are plain values; asdict would copy each of them deeply
	values = dict(vars(record))
	for name, value in values.items():
		if isinstance(value, Decimal):
			values[name] = {"decimal": str(value)}
	return values


def _read(values: dict, kind: type) -> dict:
	read = dict(values)
	for name, value in read.items():
		if isinstance(value, dict):
			read[name] = Decimal(value["decimal"])
	for name in ("effective_from", "effective_to"):
		if read.get(name):
			read[name] = date.fromisoformat(read[name])
	return read


def _plain(value):
	"""Dates and decimals as text, tuples as lists."""
	if isinstance(value, dict):
		return {str(key): _plain(item) for key, item in value.items()}
	if isinstance(value, list | tuple):
		return [_plain(item) for item in value]
	if isinstance(value, date):
		return value.isoformat()
	if isinstance(value, Decimal):
		return str(value)
	return value
