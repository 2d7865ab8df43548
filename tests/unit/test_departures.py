"""A departure from the assessed amount stays within the county's limit and the scheme's ceiling."""

from decimal import Decimal

import pytest

from socaid_app.policy import departure_limits, terms


def rules(scheme=terms.TEMPORARY, departure=0, reason="已获资助", assessed=400, standard=470, persons=2):
	found = departure_limits.breaches(
		scheme,
		Decimal(assessed),
		Decimal(departure),
		Decimal(standard),
		persons,
		Decimal("0.3"),
		reason,
	)
	return {breach.rule for breach in found}


def test_without_a_departure_nothing_is_asked():
	assert rules(reason="") == set()


def test_a_departure_needs_a_reason():
	assert rules(departure=-50, reason=" ") == {"departure_reason"}


@pytest.mark.parametrize(("departure", "refused"), [(-120, False), (-121, True)])
def test_it_stays_within_the_countys_share_of_the_assessed_amount(departure, refused):
	assert ("departure_limit" in rules(departure=departure)) == refused


def test_one_off_aid_is_never_more_than_was_asked_for():
	assert rules(departure=1) == {"departure_ceiling"}


def test_dibao_is_never_more_than_the_standard_of_everybody_counted():
	assert rules(terms.DIBAO, departure=50, assessed=900) == {"departure_ceiling"}
	assert rules(terms.DIBAO, departure=40, assessed=900) == set()


@pytest.mark.parametrize("scheme", [terms.TEKUN, terms.EDGE, terms.RIGID])
def test_what_the_standard_fixes_is_not_adjusted(scheme):
	assert rules(scheme, departure=-1) == {"departure_none"}
