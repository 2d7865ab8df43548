"""The staff of a county from a list: name, account, duties in Chinese, division – judged row by row before an account is made.

An account that is there is never changed by a list. Roles that open everything, or accusations, are given one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from socaid_app.comparison.fields import Field
from socaid_app.moving_in.division_files import REFUSED, THERE, TO_WRITE, Judged
from socaid_app.policy import names, numbers

NAME, ACCOUNT, ROLES, DIVISION, PHONE = "full_name", "account", "roles", "division", "phone"
FIELDS = (
	Field(NAME, "姓名", columns=("姓名", "用户姓名", "工作人员")),
	Field(ACCOUNT, "账号", columns=("账号", "邮箱", "电子邮箱", "账号（邮箱）", "账号或邮箱")),
	Field(ROLES, "岗位", columns=("岗位", "岗位职责", "角色", "职责")),
	Field(
		DIVISION, "所属地区", columns=("所属地区", "地区", "单位", "乡镇（村）", "行政区划"), optional=True
	),
	Field(PHONE, "手机", columns=("手机", "手机号", "电话", "联系电话"), optional=True),
)
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
BETWEEN = re.compile(r"[、,，;；/\s]+")
# Given by hand, each with a thought (socaid_app/manual/administrator.zh.md).
ONE_BY_ONE = frozenset({"Socaid Administrator", "Accusation Handler"})


def judge(
	rows: Iterable[Mapping[str, str]],
	accounts: Mapping[str, str],
	roles: Mapping[str, str],
	divisions: Mapping[str, list[str]],
	county_roles: Iterable[str],
) -> list[Judged]:
	"""``accounts``: those there are, by address, with their names; ``roles``: word → role; ``divisions``: name or code →
	codes; ``county_roles``: who sees the county where no division is named."""
	judged, seen, county_roles = [], {}, frozenset(county_roles)
	for row in rows:
		account = names.legible(row.get(ACCOUNT)).replace(" ", "").lower()
		name = names.canonical(row.get(NAME))
		subject = f"{name}　{account}".strip()
		if account in accounts:
			remark = (
				"账号已有，未改动"
				if names.same(accounts[account], name)
				else f"账号已有，姓名为“{accounts[account]}”，未改动；请核对账号"
			)
			judged.append(Judged(row["row"], subject, THERE, remark, {}))
			continue
		wanted = [word for word in BETWEEN.split(names.legible(row.get(ROLES))) if word]
		place = names.legible(row.get(DIVISION))
		problems = _problems(name, account, wanted, place, seen, roles, divisions, county_roles)
		seen[account] = row["row"]
		if problems:
			judged.append(Judged(row["row"], subject, REFUSED, "；".join(problems), {}))
			continue
		values = {
			"email": account,
			"first_name": name,
			"mobile_no": numbers.squeeze(row.get(PHONE)) or None,
			"roles": sorted({roles[word] for word in wanted}),
			"division": divisions[place][0] if place else None,
		}
		judged.append(Judged(row["row"], subject, TO_WRITE, f"将新建账号：{'、'.join(wanted)}", values))
	return judged


def _problems(
	name: str,
	account: str,
	wanted: list[str],
	place: str,
	seen: Mapping[str, int],
	roles: Mapping[str, str],
	divisions: Mapping[str, list[str]],
	county_roles: frozenset[str],
) -> list[str]:
	found = []
	if not name:
		found.append("没有写姓名")
	if not ADDRESS.fullmatch(account):
		found.append(f"账号应写成邮箱的样子，现为“{account or '空'}”")
	if account in seen:
		found.append(f"与第{seen[account]}行的账号相同")
	if not wanted:
		found.append("没有写岗位")
	for word in wanted:
		if word not in roles:
			found.append(f"岗位“{word}”不认识，应为：{'、'.join(sorted(set(roles) - set(roles.values())))}")
		elif roles[word] in ONE_BY_ONE:
			found.append(f"岗位“{word}”权限特殊，请在用户中逐个授予")
	held = {roles[word] for word in wanted if word in roles}
	if place and place not in divisions:
		found.append(f"所属地区“{place}”没有找到，请写区划名称或者12位代码")
	elif place and len(divisions[place]) > 1:
		found.append(
			f"所属地区“{place}”有{len(divisions[place])}个，请写12位代码：{'、'.join(divisions[place])}"
		)
	elif not place and held - county_roles:
		found.append("乡镇、村级岗位要写所属地区，否则什么也看不到")
	return found
