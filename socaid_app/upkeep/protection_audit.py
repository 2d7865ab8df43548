"""`make audit`: the running installation held against the third level of protection (等保三级, GB/T 22239-2019).

Each check belongs to a clause; manual/protection.zh.md has all of them, with those that no program can check. A check
that cannot be made is a difference, never a pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from frappe.utils import format_datetime, now_datetime

from socaid_app.upkeep import protected_accounts, protected_machine, protected_records
from socaid_app.upkeep.protection_difference import Difference

# (clause of GB/T 22239-2019, what it is about) → what asks
CHECKS: dict[tuple[str, str], Callable[[], Iterator[Difference]]] = {
	("8.1.4.1 d", "两步验证"): protected_accounts.two_factors,
	("8.1.4.1 d", "接口密钥"): protected_accounts.keys_of_programs,
	("8.1.4.1 b", "会话和登录失败"): protected_accounts.sessions,
	("8.1.4.1 a", "密码"): protected_accounts.passwords,
	("8.1.4.2 c", "多余的账号"): protected_accounts.unused_accounts,
	("8.1.4.2 d", "管理与审计分开"): protected_accounts.duties_apart,
	("8.1.4.2 d", "数据库账号的权限"): protected_machine.database_rights,
	("8.1.4.2 f", "文件的权限"): protected_machine.files_closed,
	("8.1.4.3 c", "访问日志完整"): protected_records.access_log_whole,
	("8.1.4.3 c", "日志留存六个月"): protected_records.logs_kept,
	("8.1.5.4", "时间一致"): protected_machine.clock_kept,
	("8.1.4.4 a", "程序设置"): protected_machine.program,
	("8.1.4.4 b", "开放的端口"): protected_machine.open_ports,
	("8.1.4.4 b", "数据库监听"): protected_machine.database_shown,
	("8.1.4.4 b", "Redis 监听"): protected_machine.cache_shown,
	("8.1.4.4 e", "Frappe 版本"): protected_machine.release,
	("8.1.4.8 a", "传输加密"): protected_machine.encrypted_in_transit,
	("8.1.4.8 b", "密码和密钥加密存放"): protected_machine.secrets_encrypted,
	("8.1.4.8 b", "磁盘加密"): protected_machine.disk_encrypted,
	("8.1.4.9 b", "备份和异地副本"): protected_records.copies,
	("8.1.4.9 a", "恢复测试"): protected_records.restore_proved,
	("8.1.4.10 b", "没有遗留的副本"): protected_records.nothing_left_over,
}


@dataclass(frozen=True)
class Answer:
	clause: str
	subject: str
	differences: list[Difference]


def take() -> list[Answer]:
	"""One answer for each check, in the order of the table."""
	return [Answer(clause, subject, _ask(check)) for (clause, subject), check in CHECKS.items()]


def _ask(check: Callable[[], Iterator[Difference]]) -> list[Difference]:
	try:
		return list(check())
	except Exception as error:
		return [
			Difference(
				f"没有查成（{type(error).__name__}：{error}）", "看出错的原因；查不成不等于符合，请人工核对。"
			)
		]


def report(site: str, answers: list[Answer]) -> str:
	wrong = [(answer, one) for answer in answers for one in answer.differences if one.certain]
	unsure = [(answer, one) for answer in answers for one in answer.differences if not one.certain]
	met = [answer.subject for answer in answers if not answer.differences]
	lines = [
		f"等保三级自查（GB/T 22239-2019）：{site}，{format_datetime(now_datetime())}",
		f"检查 {len(answers)} 项：符合 {len(met)} 项；不符合 {len(wrong)} 处，要人确认 {len(unsure)} 处。",
	]
	for mark, found in (("✗", wrong), ("？", unsure)):
		for answer, one in found:
			lines += ["", f"{mark} {answer.clause} {answer.subject}：{one.says}", f"  怎么办：{one.to_do}"]
	lines += [
		"",
		f"✓ 符合：{'、'.join(met) or '没有'}",
		"各条要求和县里自己要做的：socaid_app/manual/protection.zh.md",
	]
	return "\n".join(lines)


def passed(answers: list[Answer]) -> bool:
	return not any(one.certain for answer in answers for one in answer.differences)
