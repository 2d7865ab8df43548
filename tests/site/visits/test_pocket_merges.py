"""Two phones and the desk write into one visit, in any order of arrival; the real server, drawn by Hypothesis."""

import json
from itertools import count

import frappe
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from socaid_app.field_visits import payload
from tests import builders
from tests.builders.pocket import Phone, fields
from tests.builders.visits import make_family, make_visit, make_visit_team

ITEM, DESK = "Visit Sync Item", "desk"
TEXTS = ("illness", "work_wish")
# What a writer does at once: a text, a row that was there changed or removed, a row added.
CHANGE = st.sampled_from((*TEXTS, "change", "remove", "add"))
WRITINGS = st.lists(st.sets(CHANGE, min_size=1, max_size=2), min_size=1, max_size=2)


@pytest.fixture(scope="module")
def house(site):
	"""A visit that two phones have fetched, and what they know of it."""
	team = make_visit_team()
	visit = make_visit(
		make_family()[0], team, expenses=[{"kind": "Living", "annual": 1, "note": "first"}]
	).name
	phones = {user: Phone(user) for user in (team.first, team.second)}
	known = {user: phone.pull()["visits"][0] for user, phone in phones.items()}
	return visit, phones, known


def _rows(rows: list[dict], changes: set[str], word: str) -> list[dict]:
	first, *others = rows or [None]
	if first and "remove" in changes:
		first = None
	elif first and "change" in changes:
		first = {**first, "note": word}
	added = [{"name": f"row-{word}", "kind": "Medical", "annual": 1, "note": word}]
	return [row for row in (first, *others) if row] + added * ("add" in changes)


def _written(changes: set[str], rows: list[dict], word: str) -> dict:
	"""Field → value, as a form with these rows gives it."""
	texts = {field: word for field in TEXTS if field in changes}
	after = _rows(rows, changes, word)
	return texts | ({"expenses": after} if after != rows else {})


def _items(visit: str, known: dict, writings: list[set], words) -> list[dict]:
	"""What a phone sends: each from what it has entered itself before, with the version it has fetched."""
	rows, found = known["fields"]["expenses"], []
	for changes in writings:
		values = _written(changes, rows, next(words))
		rows = values.get("expenses", rows)
		if values:
			found.append(fields(visit, known, **values))
	return found


def _at_the_desk(visit: str, user: str, changes: set[str], word: str) -> dict:
	"""A colleague with the form open as it stands."""
	with builders.acting_as(user):
		doc = frappe.get_doc("Home Visit", visit)
		for field in TEXTS:
			if field in changes:
				doc.set(field, word)
		row = next(iter(doc.expenses), None)
		if row and "remove" in changes:
			doc.remove(row)
		elif row and "change" in changes:
			row.description = word
		if "add" in changes:
			doc.append("expenses", {"kind": "Medical", "annual": 1, "note": word})
		doc.save()
	return {field: word for field in TEXTS if field in changes}


def _stands(visit: str) -> dict:
	doc = frappe.get_doc("Home Visit", visit)
	rows = {row["name"]: row.get("note") for row in payload.value_of(doc, "expenses")}
	return {(field, ""): doc.get(field) for field in TEXTS} | {
		("expenses", key): said for key, said in rows.items()
	}


def _open(visit: str) -> dict:
	"""(field, row) → what waits for a decision."""
	found = {}
	for answer in frappe.get_all(ITEM, filters={"visit": visit}, pluck="answer"):
		for hit in json.loads(answer)["conflicts"]:
			if "decided" not in hit:
				mine = hit["mine"].get("note") if isinstance(hit["mine"], dict) else hit["mine"]
				found.setdefault((hit["field"], hit["row"]), set()).add(mine)
	return found


def _ends_in(visit: str) -> dict:
	"""For every field and row: what stands and what waits beside it."""
	stands, waits = _stands(visit), _open(visit)
	return {place: {stands.get(place)} | waits.get(place, set()) for place in {*stands, *waits}}


def _history(visit: str) -> str:
	"""Everything that is on record about what was typed."""
	kept = frappe.get_all(ITEM, filters={"visit": visit}, pluck="payload")
	kept += frappe.get_all("Version", filters={"docname": visit}, pluck="data")
	return "\n".join(kept)


def _run(house, order: list, sent: dict, desk: list) -> tuple[dict, dict]:
	"""Everything arrives in this order of writers; (what it ends in, field → what the desk typed last)."""
	visit, phones, _known = house
	turns, typed = {writer: iter(items) for writer, items in (sent | {DESK: desk}).items()}, {}
	frappe.db.savepoint("day")
	try:
		for writer in order:
			what = next(turns[writer])
			if writer == DESK:
				typed |= _at_the_desk(visit, next(iter(phones)), *what)
				continue
			answer = phones[writer].one(what)
			assert answer["outcome"] in ("done", "conflict"), answer
			# sent again, it changes nothing
			before = _stands(visit)
			phones[writer].one(what)
			assert _stands(visit) == before
		history = _history(visit)
		words = [word for changes, word in desk if changes & {*TEXTS, "add"}]
		words += [
			value for items in sent.values() for item in items for value in item["data"]["fields"].values()
		]
		assert [word for word in words if isinstance(word, str) and word not in history] == []
		return _ends_in(visit), {field: (_stands(visit)[field, ""], word) for field, word in typed.items()}
	finally:
		frappe.db.rollback(save_point="day")


@settings(
	max_examples=4,
	deadline=None,
	derandomize=True,
	# to make a failure smaller would take minutes on a real site
	phases=[Phase.explicit, Phase.generate],
	suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(WRITINGS, WRITINGS, WRITINGS, st.randoms(use_true_random=False))
def test_any_order_of_arrival_ends_in_the_same_and_nothing_typed_is_lost(house, first, second, desk, random):
	visit, _phones, known = house
	words = (f"word-{number}" for number in count(1))
	sent = {
		user: _items(visit, known[user], writings, words)
		for user, writings in zip(known, (first, second), strict=True)
	}
	at_desk = [(changes, next(words)) for changes in desk]
	order = [user for user, items in sent.items() for _ in items]
	# between the phones
	expected, _ = _run(house, order, sent, [])
	random.shuffle(order)
	assert _run(house, order, sent, [])[0] == expected
	# with the desk anywhere between them: what was typed there stands, for no phone has seen it
	order += [DESK] * len(at_desk)
	random.shuffle(order)
	for stands, typed in _run(house, order, sent, at_desk)[1].values():
		assert stands == typed
