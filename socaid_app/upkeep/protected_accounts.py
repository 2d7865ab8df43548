"""身份鉴别 and 访问控制: who gets in, by what, and whether anybody has more than the work needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import frappe
from frappe import twofactor
from frappe.core.doctype.user.user import get_restricted_ip_list
from frappe.utils import add_days, cint, get_datetime, now_datetime
from frappe.utils.password import passlibctx

from socaid_app.upkeep.protection_difference import Difference

# The standard asks for a limit and leaves the number open; these are what assessors accept.
LONGEST_SESSION_HOURS = 2
MOST_ATTEMPTS, SHORTEST_LOCK_SECONDS = 5, 600
LOWEST_PASSWORD_SCORE, LONGEST_PASSWORD_DAYS = 3, 90
UNUSED_DAYS = 90
# What installers, manuals and lists of guessed passwords begin with.
GUESSED = (
	"admin",
	"Administrator",
	"administrator",
	"frappe",
	"root",
	"password",
	"123456",
	"admin123",
	"socaid",
)
RUNS_THE_SYSTEM = {"System Manager", "Socaid Administrator"}
READS_THE_LOG = "Socaid Auditor"
NAMED = 5


def two_factors() -> Iterator[Difference]:
	settings = frappe.get_single("System Settings")
	if not cint(settings.enable_two_factor_auth):
		yield Difference(
			"没有启用两步验证，工作人员只凭密码登录",
			"在“系统设置”中勾选“启用双因素认证”，方法选 OTP App，再在各岗位的“角色”上勾选“双因素认证”；"
			"没有邮箱的人在服务器上执行 bench --site 站点 socaid-second-factor 账号，用手机扫码。",
		)
		return
	without = [user for user in _staff() if not twofactor.two_factor_is_enabled_for_(user)]
	if without:
		yield Difference(
			f"{len(without)} 个账号登录时不要第二个因素：{_named(without)}",
			"在他们的“角色”上勾选“双因素认证”。",
		)
	if not twofactor.two_factor_is_enabled_for_("Administrator"):
		yield Difference(
			"Administrator 登录时不要第二个因素",
			"先执行 bench --site 站点 socaid-second-factor Administrator 绑定手机，再在角色“Administrator”上勾选“双因素认证”。",
		)
	if cint(settings.bypass_2fa_for_retricted_ip_users):
		yield Difference(
			"限定了登录地址的人不用第二个因素",
			"在“系统设置”中取消“为从受限IP地址登录的用户绕过双因素身份验证”。",
		)


def keys_of_programs() -> Iterator[Difference]:
	"""A program cannot be asked for a second factor: its key is bound to its address instead (permissions/accounts.py)."""
	for user in frappe.get_all(
		"User",
		filters={"enabled": 1, "api_key": ["is", "set"]},
		fields=["name", "restrict_ip"],
		order_by="name",
	):
		if not get_restricted_ip_list(user):
			yield Difference(
				f"账号 {user.name} 的接口密钥从任何地址都能用",
				"在该用户的“限制IP”中填写程序所在的地址；不用的密钥请删除。",
			)
		if user.name == "Administrator" or RUNS_THE_SYSTEM & set(frappe.get_roles(user.name)):
			yield Difference(
				f"账号 {user.name} 有接口密钥，又能管理系统",
				"接口用单独的账号，只给它需要的角色；作废这个账号的密钥。",
			)


def sessions() -> Iterator[Difference]:
	settings = frappe.get_single("System Settings")
	hours, minutes = (settings.session_expiry or "240:00").split(":")[:2]
	if cint(hours) + cint(minutes) / 60 > LONGEST_SESSION_HOURS:
		yield Difference(
			f"无人操作 {settings.session_expiry or '240:00'}（时:分）以后才退出登录",
			f"在“系统设置—会话过期时间（空闲超时）”中填写 00:30 到 {LONGEST_SESSION_HOURS:02}:00。",
		)
	attempts = cint(settings.allow_consecutive_login_attempts)
	if not 0 < attempts <= MOST_ATTEMPTS:
		yield Difference(
			f"连续输错 {attempts} 次密码才锁定" if attempts else "输错密码不会锁定",
			f"在“系统设置”中把“允许连续登录失败的次数”设为 {MOST_ATTEMPTS}。",
		)
	elif cint(settings.allow_login_after_fail) < SHORTEST_LOCK_SECONDS:
		yield Difference(
			f"锁定只有 {cint(settings.allow_login_after_fail)} 秒",
			f"在“系统设置”中把“允许在失败后登录”设为 {SHORTEST_LOCK_SECONDS} 秒以上。",
		)
	if not cint(settings.deny_multiple_sessions):
		yield Difference(
			"同一账号可以同时在几处登录",
			"在“系统设置”中勾选“允许每个用户只有一个会话”；确有人要用两台设备的，写明理由。",
			certain=False,
		)


def passwords() -> Iterator[Difference]:
	settings = frappe.get_single("System Settings")
	if (
		not cint(settings.enable_password_policy)
		or cint(settings.minimum_password_score) < LOWEST_PASSWORD_SCORE
	):
		yield Difference(
			"密码强度没有要求，或者要求太低",
			f"在“系统设置”中勾选“启用密码策略”，“最低密码分数”设为 {LOWEST_PASSWORD_SCORE} 或 4。",
		)
	if not 0 < cint(settings.force_user_to_reset_password) <= LONGEST_PASSWORD_DAYS:
		yield Difference(
			"密码不用定期更换",
			f"在“系统设置”中把“强制用户重置密码”设为 {LONGEST_PASSWORD_DAYS} 天以内。",
		)
	stored = _stored_password("Administrator")
	if stored and any(passlibctx.verify(word, stored) for word in (*GUESSED, frappe.local.site)):
		yield Difference("Administrator 的密码一猜就中", "立即更换：bench --site 站点 set-admin-password。")


def unused_accounts() -> Iterator[Difference]:
	since = add_days(now_datetime(), -UNUSED_DAYS)
	unused = [
		user.name
		for user in frappe.get_all(
			"User",
			filters={"enabled": 1, "user_type": "System User", "name": ["not in", frappe.STANDARD_USERS]},
			fields=["name", "creation", "last_active"],
			order_by="name",
		)
		if get_datetime(user.last_active or user.creation) < since
	]
	if unused:
		yield Difference(
			f"{len(unused)} 个账号 {UNUSED_DAYS} 天没有用过：{_named(unused)}",
			"核实是否离岗、调岗；不用的停用（不删除）。",
		)


def duties_apart() -> Iterator[Difference]:
	for user in _staff():
		roles = set(frappe.get_roles(user))
		if READS_THE_LOG in roles and (more := roles & RUNS_THE_SYSTEM):
			yield Difference(
				f"{user} 既管理系统（{'、'.join(sorted(map(frappe._, more)))}），又核查访问日志",
				"管理、审计由两个人担任：收回其中一个角色。",
			)
	if not any(READS_THE_LOG in frappe.get_roles(user) for user in _staff()):
		yield Difference("没有人核查访问日志", "把角色“社会救助监督员”给一位不管理系统的人。")


def _staff() -> list[str]:
	return frappe.get_all(
		"User",
		filters={"enabled": 1, "user_type": "System User", "name": ["not in", frappe.STANDARD_USERS]},
		pluck="name",
		order_by="name",
	)


def _stored_password(user: str) -> str | None:
	auth = frappe.qb.Table("__Auth")
	one = (
		(auth.doctype == "User")
		& (auth.name == user)
		& (auth.fieldname == "password")
		& (auth.encrypted == 0)
	)
	rows = frappe.qb.from_(auth).select(auth.password).where(one).run()
	return rows[0][0] if rows else None


def _named(names: Iterable[str]) -> str:
	names = list(names)
	return "、".join(names[:NAMED]) + (" 等" if len(names) > NAMED else "")
