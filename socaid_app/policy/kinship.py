"""Relations to the head of a household (GB/T 4761-2008) and the duties of support that go with them (民法典)."""

from __future__ import annotations

SELF, SPOUSE, CHILD, GRANDCHILD = "self", "spouse", "child", "grandchild"
PARENT, GRANDPARENT, SIBLING = "parent", "grandparent", "sibling"
# Direct line without a duty of their own towards the head: children's and grandchildren's spouses, parents-in-law,
# great-grandchildren and great-grandparents. They belong to the family through the member who links them.
LINEAL = "lineal"
COLLATERAL = "collateral"
# 80 is the heading "other relatives": nobody has said yet which.
UNSTATED = "unstated"
UNRELATED = "unrelated"

_CODES = {
	SELF: "01 02",
	SPOUSE: "10 11 12",
	CHILD: "20 21 22 23 24 25 26 27 29 30 31 32 33 34 35 36 37 39",
	GRANDCHILD: "40 41 42 43 44 49",
	PARENT: "50 51 52 57 58 59",
	GRANDPARENT: "60 61 62 63 64 69",
	SIBLING: "70 71 73 75 77 79",
	LINEAL: "28 38 45 46 47 48 53 54 55 56 65 66 67 68",
	COLLATERAL: "72 74 76 78 81 82 83 84 85 86 87 88 89 90 91 92 93 94 95 96 97",
	UNSTATED: "80",
	UNRELATED: "99",
}
RELATION: dict[str, str] = {code: name for name, codes in _CODES.items() for code in codes.split()}

# Relations to the head of two persons of whom the first owes the second support: spouses (民法典 Art. 1059),
# parents and children (Art. 1067), grandparents and grandchildren (Art. 1074).
_OWES = {
	frozenset((SELF, SPOUSE)),
	frozenset((SELF, CHILD)),
	frozenset((SPOUSE, CHILD)),
	frozenset((SELF, PARENT)),
	frozenset((PARENT,)),
	frozenset((PARENT, SIBLING)),
	frozenset((GRANDPARENT, PARENT)),
	frozenset((GRANDPARENT,)),
	frozenset((CHILD, GRANDCHILD)),
	frozenset((SELF, GRANDCHILD)),
	frozenset((SPOUSE, GRANDCHILD)),
	frozenset((SELF, GRANDPARENT)),
	frozenset((GRANDPARENT, SIBLING)),
	frozenset((PARENT, CHILD)),
}


def relation(code: str) -> str:
	"""The relation behind a code; '' for a code that does not exist or is not given."""
	return RELATION.get(code, "")


def owes_support(one: str, other: str) -> bool:
	"""Whether persons with these codes owe each other support by their relation alone.

	Brothers and sisters owe it only to those they grew up with as guardian and ward (民法典 Art. 1075): no code
	tells, so that is for the investigation.
	"""
	return frozenset((relation(one), relation(other))) in _OWES
