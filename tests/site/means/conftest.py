"""Who compares data: a township's staff, a data officer and the colleague who approves."""

import pytest

from tests import builders


@pytest.fixture
def team(site):
	return builders.make_team(builders.TOWNSHIP_A)


@pytest.fixture
def officer(site):
	return builders.make_user("Data Officer")


@pytest.fixture
def colleague(site):
	return builders.make_user("County Reviewer")
