"""Demo users: one for each role, and a whole office in 甲山乡. Passwords are made anew and shown once."""

from __future__ import annotations

import secrets

import frappe

COUNTY = "220422000000"
JIASHAN, JINZHOU = "220422201000", "220422203000"

# (login, name, roles, division or "" for the whole county)
PEOPLE = (
	("zhangmin", "张敏", ("Township Officer",), JIASHAN),
	("liqiang", "李强", ("Township Officer", "Field Investigator"), JIASHAN),
	("wangfang", "王芳", ("Township Approver",), JIASHAN),
	("zhaolei", "赵磊", ("Township Approver",), JIASHAN),
	("sunyan", "孙艳", ("Village Assistant",), "220422201203"),
	("zhouping", "周平", ("Field Investigator",), JIASHAN),
	("wuxia", "吴霞", ("Township Officer",), JINZHOU),
	("zhengjie", "郑杰", ("Township Approver",), JINZHOU),
	("chenjing", "陈静", ("County Reviewer",), ""),
	("liuhua", "刘华", ("County Approver",), ""),
	("yangyang", "杨洋", ("Data Officer",), ""),
	("hujun", "胡军", ("Disclosure Officer",), ""),
	("linna", "林娜", ("Service Manager",), ""),
	("guotao", "郭涛", ("Socaid Auditor",), ""),
	("heping", "何平", ("Socaid Administrator",), ""),
)
DOMAIN = "socaid.example"


def make() -> list[dict]:
	"""Create the users that are missing; rows of user, name, role, division and, for new ones, password."""
	made = []
	for login, name, roles, division in PEOPLE:
		user = f"{login}@{DOMAIN}"
		row = {"user": user, "name": name, "role": "、".join(frappe._(role, lang="zh") for role in roles), "division": _name(division)}
		if not frappe.db.exists("User", user):
			row["password"] = secrets.token_urlsafe(9)
			_make(user, name, roles, division, row["password"])
		made.append(row)
	return made


def _make(user: str, name: str, roles: tuple[str, ...], division: str, password: str) -> None:
	doc = frappe.get_doc(
		{
			"doctype": "User",
			"email": user,
			"first_name": name,
			"language": "zh",
			"time_zone": "Asia/Shanghai",
			"send_welcome_email": 0,
			"user_type": "System User",
			"new_password": password,
			"roles": [{"role": role} for role in roles],
		}
	)
	doc.flags.ignore_password_policy = True
	doc.flags.no_welcome_mail = True
	doc.insert(ignore_permissions=True)
	if division:
		frappe.get_doc(
			{"doctype": "User Permission", "user": user, "allow": "Administrative Division", "for_value": division}
		).insert(ignore_permissions=True)


def _name(division: str) -> str:
	return frappe.db.get_value("Administrative Division", division, "division_name") if division else "全县"
