"""Finding a policy answer by the words of a citizen: for the counter, the telephone and the public page.

Each guide keeps its words as segmentation.py makes them, in two columns with a full-text index: question and
keywords (search_title), and the whole text (search_text). MariaDB ranks; a hit in the question counts more. What
was mistyped still shares characters with the question: single characters decide where words find nothing.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe.model.document import Document
from frappe.utils import cint, getdate, strip_html, today

from socaid_app.petition_desk import segmentation

DOCTYPE = "Policy Guide"
TITLE_WEIGHT, CHARACTER_WEIGHT = 3.0, 0.4
# A question sharing less than this part of the characters has nothing to do with the one asked.
COMMON_CHARACTERS = 0.5
SNIPPET = 90
MOST = 50
# Characters of a question that are looked at.
LONGEST = 200
# Column → name of its index.
INDEXES = {"search_title": "search_title_words", "search_text": "search_text_words"}


def search(
	text: str,
	public_only: bool = True,
	on_date: date | str | None = None,
	limit: int = 10,
) -> list[dict]:
	"""The guides in force on a day that answer ``text``, best first: [{name, question, snippet, score}].

	``public_only`` leaves out what is meant for staff. Whoever calls this for a user checks that the user may read
	guides; the public page asks with ``public_only``. A text without a meaningful word finds nothing.
	"""
	text = (text or "")[:LONGEST]
	words, signs = segmentation.words(text), segmentation.characters(text)
	if not words:
		return []
	day, limit = getdate(on_date or today()), min(max(cint(limit), 1), MOST)
	rows = _ranked(segmentation.padded(words), segmentation.single(signs), public_only, day, limit)
	if len(rows) < limit:
		rows += _similar(signs, {row.name for row in rows}, public_only, day, limit - len(rows))
	return [
		{
			"name": row.name,
			"question": row.question,
			"snippet": snippet(row.answer, text),
			"score": round(row.score, 3),
		}
		for row in rows
	]


def in_force(public_only: bool) -> str:
	"""SQL: the guide is the valid answer on %(day)s. What was replaced since is still the answer of its days."""
	public = "and `public` = 1" if public_only else ""
	return (
		f"`status` in ('In Force', 'Replaced', 'Withdrawn') {public} and `effective_from` <= %(day)s"
		" and (`effective_to` is null or `effective_to` >= %(day)s)"
	)


def _ranked(words: str, signs: str, public_only: bool, day: date, limit: int) -> list[frappe._dict]:
	# raw SQL: the query builder has no full-text match
	return frappe.db.sql(
		f"""
		select `name`, `question`, `answer`,
			%(title_weight)s * match(`search_title`) against (%(words)s)
			+ match(`search_text`) against (%(words)s)
			+ %(sign_weight)s * match(`search_title`) against (%(signs)s) as score
		from `tabPolicy Guide`
		where match(`search_text`) against (%(words)s) and {in_force(public_only)}
		order by score desc, `name` limit %(limit)s
		""",
		{
			"words": words,
			"signs": signs,
			"title_weight": TITLE_WEIGHT,
			"sign_weight": CHARACTER_WEIGHT,
			"day": day,
			"limit": limit,
		},
		as_dict=True,
	)


def _similar(
	signs: list[str], found: set[str], public_only: bool, day: date, limit: int
) -> list[frappe._dict]:
	"""Guides whose questions share most characters with the one asked, where words do not."""
	asked = set(signs)
	candidates = frappe.db.sql(
		f"""
		select `name`, `question`, `answer`, `search_title` from `tabPolicy Guide`
		where match(`search_title`) against (%(signs)s) and {in_force(public_only)}
		order by match(`search_title`) against (%(signs)s) desc, `name` limit 200
		""",
		{"signs": segmentation.single(signs), "day": day},
		as_dict=True,
	)
	rows = []
	for row in candidates:
		common = len(asked & segmentation.characters_of(row.search_title)) / len(asked)
		if row.name not in found and common >= COMMON_CHARACTERS:
			row.score = common
			rows.append(row)
	return sorted(rows, key=lambda row: (-row.score, row.name))[:limit]


def snippet(answer: str, text: str) -> str:
	"""The part of an answer around the first word that was asked for, without markup."""
	plain = " ".join(strip_html(answer or "").split())
	places = [place for word in segmentation.words(text) if (place := plain.find(word)) >= 0]
	start = max(min(places, default=0) - SNIPPET // 3, 0)
	cut = plain[start : start + SNIPPET]
	return ("…" if start else "") + cut + ("…" if start + SNIPPET < len(plain) else "")


@frappe.whitelist()
def find(text: str, limit: int = 8) -> list[dict]:
	"""For the picker in Desk: guides for staff and public, with the sources to be quoted."""
	frappe.has_permission(DOCTYPE, "read", throw=True)
	rows = search(text, public_only=False, limit=limit)
	guides = {row["name"]: frappe.get_cached_doc(DOCTYPE, row["name"]) for row in rows}
	return [
		row | {"answer": plain_answer(guides[row["name"]]), "sources": sources_of(guides[row["name"]])}
		for row in rows
	]


def plain_answer(guide: Document) -> str:
	"""The answer as plain text, a paragraph per line."""
	marked = (guide.answer or "").replace("</p>", "\n").replace("<br>", "\n").replace("</li>", "\n")
	return "\n".join(line.strip() for line in strip_html(marked).splitlines() if line.strip())


def sources_of(guide: Document) -> str:
	"""``《…》第四条；《…》``."""
	return "；".join(f"{row.document}{row.article or ''}" for row in guide.sources)


# --- the index --------------------------------------------------------------------------------------------
def set_search_words(guide: Document) -> None:
	"""From ``validate``: the words that the index holds."""
	guide.update(search_columns(guide.question, guide.keywords, guide.answer))


def search_columns(question: str | None, keywords: str | None, answer: str | None) -> dict[str, str]:
	title = f"{question or ''} {keywords or ''}"
	words = segmentation.words(title)
	return {
		"search_title": " ".join(
			part
			for part in (
				segmentation.padded(words),
				segmentation.single(list(dict.fromkeys(segmentation.characters(question or "")))),
			)
			if part
		),
		"search_text": segmentation.padded(words + segmentation.words(strip_html(answer or ""))),
	}


def add_indexes() -> None:
	"""After every migrate. Frappe makes no full-text indexes, and drops none."""
	there = {row.Key_name for row in frappe.db.sql(f"show index from `tab{DOCTYPE}`", as_dict=True)}
	for column, name in INDEXES.items():
		if name not in there:
			frappe.db.commit()  # an ALTER TABLE ends the transaction anyhow; Frappe asks to say so
			frappe.db.sql_ddl(f"alter table `tab{DOCTYPE}` add fulltext index `{name}` (`{column}`)")


def reindex() -> int:
	"""After every migrate: guides whose words are no longer those of segmentation.py; returns how many."""
	changed = 0
	for row in frappe.get_all(
		DOCTYPE,
		fields=["name", "question", "keywords", "answer", "search_title", "search_text"],
		order_by="name",
	):
		columns = search_columns(row.question, row.keywords, row.answer)
		if any(row[column] != words for column, words in columns.items()):
			frappe.db.set_value(DOCTYPE, row.name, columns, update_modified=False)
			changed += 1
	return changed
