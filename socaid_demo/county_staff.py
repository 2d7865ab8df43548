"""The demo county's staff: in every township two officers and two approvers, more roles where the demo is shown.

Accounts of the townships in ``SHOWN`` and of the county get a password; the others exist so that their
cases have staff, and can log in once an administrator sets one.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from socaid_demo import invented_names
from socaid_demo.county_villages import JIASHAN, JINZHOU, townships

DOMAIN = "demo.invalid"
PINYIN = {
	"220422100000": "baiquan",
	"220422101000": "weijin",
	"220422102000": "anshi",
	"220422103000": "liaoheyuan",
	"220422104000": "quantai",
	"220422105000": "jianan",
	"220422106000": "anshu",
	"220422107000": "pinggang",
	"220422108000": "yunding",
	"220422200000": "lingyun",
	"220422201000": "jiashan",
	"220422202000": "zumin",
	"220422203000": "jinzhou",
}
OFFICER, APPROVER = "Township Officer", "Township Approver"
TOWNSHIP_STAFF = (
	("officer1", OFFICER),
	("officer2", OFFICER),
	("approver1", APPROVER),
	("approver2", APPROVER),
)
SHOWN = {
	JIASHAN: (("assistant", "Village Assistant"), ("investigator", "Field Investigator")),
	JINZHOU: (("investigator", "Field Investigator"),),
}
COUNTY_STAFF = (
	("reviewer1", "County Reviewer"),
	("reviewer2", "County Reviewer"),
	("approver", "County Approver"),
	("data", "Data Officer"),
	("disclosure", "Disclosure Officer"),
	("auditor", "Socaid Auditor"),
	("manager", "Service Manager"),
	("admin", "Socaid Administrator"),
	("archivist", "Archivist"),
	("petitions", "Petition Handler"),
	("accusations", "Accusation Handler"),
	("archivist2", "Archivist"),
)


@dataclass(frozen=True)
class StaffMember:
	"""``division`` is '' for the county, which needs no User Permission."""

	user: str
	full_name: str
	role: str
	division: str
	shown: bool


def roster(seed: int) -> list[StaffMember]:
	"""Everybody, townships first; a village assistant works for one village."""
	rng = Random(f"{seed}:staff")
	taken: set[str] = set()

	def full_name() -> str:
		while True:
			name = invented_names.surname(rng) + invented_names.given(
				rng, rng.random() < 0.5, rng.choice((26, 45))
			)
			if name not in taken:
				taken.add(name)
				return name

	found = []
	for code in townships():
		for key, role in (*TOWNSHIP_STAFF, *SHOWN.get(code, ())):
			division = f"{code[:9]}203" if role == "Village Assistant" else code
			user = f"{PINYIN.get(code, code)}.{key}@{DOMAIN}"
			found.append(StaffMember(user, full_name(), role, division, code in SHOWN))
	for key, role in COUNTY_STAFF:
		found.append(StaffMember(f"county.{key}@{DOMAIN}", full_name(), role, "", True))
	return found


class Desk:
	"""Who handles the cases of a township. Without demo users everything was done by Administrator."""

	def __init__(self, members: list[StaffMember], township: str):
		self._names = {member.user: member.full_name for member in members}
		self._place = PINYIN.get(township, township)

	def township(self, key: str) -> str:
		user = f"{self._place}.{key}@{DOMAIN}"
		return user if user in self._names else "Administrator"

	def county(self, key: str) -> str:
		user = f"county.{key}@{DOMAIN}"
		return user if user in self._names else "Administrator"

	def name(self, user: str) -> str:
		return self._names.get(user, "管理员")

	def investigators(self) -> tuple[str, str]:
		second = self.township("investigator")
		return self.township("officer1"), second if second != "Administrator" else self.township("officer2")
