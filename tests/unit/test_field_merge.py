"""Two phones and the desk change one family at once: nothing is lost, in whatever order it arrives."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from socaid_app.field_visits.pocket.field_merge import merge_rows, version_reached

KEYS = ("a", "b", "c")
BASE = [{"name": key, "value": "base"} for key in KEYS]
# writer → what it makes of which rows, in its own order; a row may also be removed
EDITS = st.lists(
	st.dictionaries(st.sampled_from((*KEYS, "new")), st.sampled_from(("write", "remove")), max_size=3),
	min_size=1,
	max_size=3,
)


def _sendings(writer: str, edits: list[dict]) -> list[tuple[list, list]]:
	"""(base, rows) of every sending of a device: each is changed from the one before."""
	rows, sent = {row["name"]: row for row in BASE}, []
	for number, edit in enumerate(edits):
		before = list(rows.values())
		for key, what in edit.items():
			# what is removed stays removed
			if any(key not in {row["name"] for row in mine} for _base, mine in sent) and key in KEYS:
				continue
			if what == "remove":
				rows.pop(key, None)
			else:
				key = f"{key}-{writer}" if key == "new" else key
				rows[key] = {"name": key, "value": f"{writer}{number}"}
		sent.append((before, list(rows.values())))
	return sent


def _arrive(order: list[str], sendings: dict[str, list]) -> tuple[dict, list]:
	"""What stands or waits for a decision for every row, and the history."""
	here, open_, history, turn = BASE, {}, [], dict.fromkeys(sendings, 0)
	for writer in order:
		base, mine = sendings[writer][turn[writer]]
		turn[writer] += 1
		here, collisions = merge_rows(base, here, mine)
		history.extend(row["value"] for row in mine)
		# the later word of the same hand replaces its earlier one
		was, now = ({row["name"]: row for row in rows} for rows in (base, mine))
		for key in {*was, *now}:
			if was.get(key) != now.get(key):
				open_.pop((key, writer), None)
		open_ |= {(hit.key, writer): hit.mine and hit.mine["value"] for hit in collisions}
	stands = {row["name"]: row["value"] for row in here}
	everything = {*stands, *(key for key, _writer in open_), *KEYS}
	return (
		{
			key: {stands.get(key)} | {value for (hit, _writer), value in open_.items() if hit == key}
			for key in everything
		},
		sorted(set(history)),
	)


@given(EDITS, EDITS, EDITS, st.randoms(use_true_random=False))
def test_any_order_of_arrival_ends_in_the_same(first, second, desk, random):
	sendings = {
		writer: _sendings(writer, edits)
		for writer, edits in (("first", first), ("second", second), ("desk", desk))
	}
	order = [writer for writer, sent in sendings.items() for _ in sent]
	expected = _arrive(order, sendings)
	for _ in range(5):
		random.shuffle(order)
		assert _arrive(order, sendings) == expected
	typed = {row["value"] for sent in sendings.values() for _base, mine in sent for row in mine}
	assert typed <= set(expected[1])


@given(st.permutations(["x", "y", "z"]))
def test_rows_that_nobody_else_touched_are_all_taken(order):
	here = BASE
	for name in order:
		here, collisions = merge_rows(BASE, here, [*BASE, {"name": name, "value": name}])
		assert not collisions
	assert {row["name"] for row in here} == {*KEYS, "x", "y", "z"}


def test_own_earlier_items_are_no_foreign_change():
	assert version_reached(3, [(3, 4), (4, 5)]) == 5
	# somebody else's change lies between
	assert version_reached(3, [(3, 4), (6, 7)]) == 4
	assert all(version_reached(3, steps) == 3 for steps in itertools.permutations([(1, 2), (5, 6)]))
