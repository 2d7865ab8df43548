"""What a comparison found, for people: the report of ``socaid compare``, and the findings as a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from socaid_app.comparison.engine import RuleResult
from socaid_app.comparison.finding_rules import SEVERITIES, Rule
from socaid_app.comparison.id_numbers import MEANINGS
from socaid_app.comparison.reply_rows import Reply, out_of_date
from socaid_app.comparison.roster import Roster

# Places of a list; how many more there are is said.
SHOWN = 10
COLUMNS = (
	"发现编号",
	"来源",
	"规则",
	"程度",
	"人员编号",
	"家庭编号",
	"事实",
	"数据行",
	"行数",
	"依据",
	"须核实",
)
# A spreadsheet would compute a cell that begins so.
COMPUTED = ("=", "+", "-", "@", "\t", "\r")


def roster_lines(roster: Roster) -> list[str]:
	lines = [
		f"人员名册：{roster.persons:,}人，{roster.households:,}户",
		*(f"  {note}" for note in roster.notes),
	]
	if roster.problems:
		lines.append(f"  名册中有{len(roster.problems):,}处问题：")
	for each in roster.problems[:SHOWN]:
		lines.append(f"    数据第{each.row}行，{each.field}“{each.cell}”：{each.message}")
	return lines + _more(len(roster.problems))


def reply_lines(connection, reply: Reply, on: date) -> list[str]:
	"""How the rows of a file were told apart, and the cells that mean nothing."""
	lines = [f"{reply.source.title}（{reply.source.agency}）：{reply.rows:,}行"]
	lines += [f"  {note}" for note in reply.notes]
	lines.append(f"  按身份证号对上{reply.matched:,}行；不在名册的{reply.strangers:,}行，未再读取")
	expired, stale = out_of_date(connection, reply.source, on)
	if expired:
		lines.append(
			f"  {expired:,}行的报告日期已过有效期（{reply.source.valid_months}个月）或晚于数据日，不能作为依据"
		)
	if stale:
		lines.append(f"  {stale:,}行的报告日期早于{reply.source.fresh_days}天前，应重新取得数据")
	if reply.ambiguous:
		lines.append(f"  号码属于名册中几个人的{reply.ambiguous:,}行，未比对")
	for state, count in sorted(reply.states.items()):
		lines.append(f"  {count:,}行：{MEANINGS[state]}")
		lines += [
			f"    数据第{row}行“{text or ''}”"
			for row, text in connection.execute(
				f"select row_no, id_text from rows where number_state = ? order by row_no limit {SHOWN}",
				[state],
			).fetchall()
			if text
		]
	if reply.problems:
		lines.append(f"  {reply.problems:,}个单元格无法识别，未当作空白：")
		lines += [
			f"    数据第{row}行，{label}“{cell}”：{message}"
			for row, label, cell, message in connection.execute(
				f"select row_no, label, cell, message from cell_problems order by row_no, field limit {SHOWN}"
			).fetchall()
		]
	return lines + _more(reply.problems)


def _more(count: int) -> list[str]:
	return [f"    另有{count - SHOWN:,}处。"] if count > SHOWN else []


def candidate_lines(connection, threshold: float) -> list[str]:
	"""Who the rows without a sound number are probably about, each with its score and what it is made of."""
	(count,) = connection.execute("select count(distinct row_no) from candidates").fetchone()
	lines = [f"  近似匹配：{count:,}行有可能的人员，须由人确认，未用于比对"]
	for row, text, person, score, parts in connection.execute(f"""
		select c.row_no, r.id_text, c.person, c.score, c.parts from candidates c join rows r on r.row_no = c.row_no
		where c.row_no in (select distinct row_no from candidates order by row_no limit {SHOWN})
		order by c.row_no, c.score desc, c.person""").fetchall():
		said = "；".join(f"{part['said']}（{part['weight']:+.1f}）" for part in json.loads(parts))
		likely = "很可能是" if score >= threshold else "可能是"
		lines.append(f"    数据第{row}行“{text or ''}”{likely}{person}，得分{score:.1f}：{said}")
	return lines + _more(count)


def rule_lines(results: list[RuleResult]) -> list[str]:
	lines = []
	for each in results:
		undecided = f"，无法判断{each.undecided:,}" if each.undecided else ""
		marked = "（依据待核实）" if each.rule.to_be_confirmed else ""
		severity = SEVERITIES[each.rule.severity]
		lines.append(f"  {each.rule.title}：发现{each.findings:,}{undecided}（{severity}）{marked}")
		lines += [f"    {said}" for said in each.lacking]
	return lines


# --- files ----------------------------------------------------------------------------------------------------
def findings(connection, rules: dict[str, Rule], titles: dict[str, str], on: date) -> Iterator[dict]:
	"""All findings, by rule and person."""
	cursor = connection.execute(
		"""select identity, rule, person, household, facts, row_numbers, row_count from findings
		order by rule, household, person, identity"""
	)
	while batch := cursor.fetchmany(1000):
		for identity, key, person, household, facts, rows, count in batch:
			rule = rules[key]
			yield {
				"发现编号": identity,
				"来源": titles.get(rule.source, "人员名册"),
				"规则": rule.title,
				"程度": SEVERITIES[rule.severity],
				"人员编号": person or "",
				"家庭编号": household,
				"事实": json.loads(facts),
				"数据行": rows or [],
				"行数": count,
				"依据": rule.basis(on),
				"须核实": rule.verify,
			}


def write(path: Path, records: Iterator[dict]) -> int:
	"""As JSON where the name ends so, else as a CSV that a spreadsheet opens and computes nothing of."""
	count = 0
	if path.suffix == ".json":
		with open(path, "w", encoding="utf-8") as file:
			for count, record in enumerate(records, 1):
				file.write(("[\n" if count == 1 else ",\n") + json.dumps(record, ensure_ascii=False))
			file.write("\n]\n" if count else "[]\n")
		return count
	with open(path, "w", encoding="utf-8-sig", newline="") as file:
		writer = csv.writer(file)
		writer.writerow(COLUMNS)
		for record in records:
			writer.writerow(map(_cell, record.values()))
			count += 1
	return count


def _cell(value) -> str:
	match value:
		case dict():
			text = "；".join(f"{name} {'（缺）' if one is None else one}" for name, one in value.items())
		case list():
			text = "、".join(map(str, value))
		case _:
			text = str(value)
	return f"'{text}" if text.startswith(COMPUTED) else text
