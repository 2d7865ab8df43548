"""The ledger written for many decisions at once: what a row is followed by, and the same undone.

What :func:`entitlements.grant` and :func:`entitlements.end` do for one, in a few statements. Whoever calls this has
locked the rows, asked the gates (:func:`entitlements.refused_losses`) and :func:`held_elsewhere`. A decision is a record
with ``entitlement``, ``kind``, ``effective_month``, ``amount_after``, ``basis``, ``decided_on`` and
``result_entitlement``, and rows of ``recipient``, ``share_after``, ``care_after`` and ``care_amount``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.utils import now

from socaid_app.casework import number_series
from socaid_app.policy import means
from socaid_app.socaid_app.entitlements import BASIC_LIVING, DOCTYPE

SHARE = "Entitlement Share"


@dataclass(frozen=True)
class Decisions:
	"""The DocType of the decisions and of their shares; ``kinds``: what each kind is called in the ledger."""

	doctype: str
	shares: str
	kinds: Mapping[str, str]

	def run(self, statement: str, names: list[str], **values) -> None:
		"""Raw SQL: the texts of the bases stay in the database, a chunk of families in one statement."""
		kinds = ", ".join(frappe.db.escape(kind, percent=False) for kind in self.kinds)
		words = ", ".join(frappe.db.escape(word, percent=False) for word in self.kinds.values())
		frappe.db.sql(
			statement.format(
				d=f"`tab{self.doctype}`",
				s=f"`tab{self.shares}`",
				e=f"`tab{DOCTYPE}`",
				es=f"`tab{SHARE}`",
				kind=f"elt(field(d.kind, {kinds}), {words})",
				given="(s.share_after > 0 or ifnull(s.care_after, '') != '')",
			),
			{"names": names, "now": now(), "user": frappe.session.user, **values},
		)


def follow(decisions: Decisions, names: list[str]) -> None:
	"""Open what follows by each decision, and end what it follows with the month before."""
	if not names:
		return
	first = number_series.names(DOCTYPE, len(names))[0]
	prefix, digits = first.rstrip("0123456789"), len(first) - len(first.rstrip("0123456789"))
	decisions.run(
		"""update {d} d join (
			select name, row_number() over (order by name) as place from {d} where name in %(names)s
		) r on r.name = d.name
		set d.result_entitlement = concat(%(prefix)s, lpad(%(first)s + r.place - 1, %(digits)s, '0'))""",
		names,
		prefix=prefix,
		first=int(first.removeprefix(prefix)),
		digits=digits,
	)
	decisions.run(
		"""insert into {e} (name, creation, modified, owner, modified_by, docstatus, category, scheme, payment,
			household, recipient, recipient_name, status, start_month, end_month, amount, division, township, area,
			application, previous_entitlement, decided_on, basis_snapshot, rule_version, member_count)
		select d.result_entitlement, %(now)s, %(now)s, %(user)s, %(user)s, 1, p.category, p.scheme, p.payment,
			p.household, p.recipient, p.recipient_name, 'Active', d.effective_month,
			if(ifnull(p.end_reason, '') = '', p.end_month, p.planned_end_month), d.amount_after, p.division,
			p.township, p.area, p.application, p.name, d.decided_on, d.basis, %(version)s,
			ifnull((select nullif(count(*), 0) from {s} s where s.parent = d.name and {given}), p.member_count)
		from {d} d join {e} p on p.name = d.entitlement where d.name in %(names)s""",
		names,
		version=means.RULE_VERSION,
	)
	decisions.run(
		"""insert into {es} (name, creation, modified, owner, modified_by, docstatus, parent, parenttype,
			parentfield, idx, recipient, member_name, share, care_grade, care_amount)
		select concat(d.result_entitlement, '-', s.idx), %(now)s, %(now)s, %(user)s, %(user)s, 1,
			d.result_entitlement, %(ledger)s, 'shares', row_number() over (partition by d.name order by s.idx),
			s.recipient, s.member_name, s.share_after, ifnull(s.care_after, ''), s.care_amount
		from {d} d join {s} s on s.parent = d.name where d.name in %(names)s and {given}""",
		names,
		ledger=DOCTYPE,
	)
	decisions.run(
		"""update {e} p join {d} d on d.entitlement = p.name
		set p.planned_end_month = p.end_month, p.end_month = d.effective_month - interval 1 month,
			p.end_reason = concat({kind}, '（', d.name, '）'), p.modified = %(now)s, p.modified_by = %(user)s
		where d.name in %(names)s""",
		names,
	)


def undo(decisions: Decisions, names: list[str]) -> None:
	"""What followed and has not begun is annulled, and what it followed goes on."""
	if not names:
		return
	decisions.run(
		"""update {e} e join {d} d on d.result_entitlement = e.name
		set e.docstatus = 2, e.status = 'Cancelled', e.planned_end_month = e.end_month,
			e.end_reason = concat('撤回', {kind}, '（', d.name, '）'), e.modified = %(now)s, e.modified_by = %(user)s
		where d.name in %(names)s""",
		names,
	)
	decisions.run(
		"""update {es} s join {d} d on d.result_entitlement = s.parent and s.parenttype = %(ledger)s
		set s.docstatus = 2 where d.name in %(names)s""",
		names,
		ledger=DOCTYPE,
	)
	decisions.run(
		"""update {e} p join {d} d on d.entitlement = p.name
		set p.end_month = p.planned_end_month, p.planned_end_month = null, p.end_reason = null,
			p.status = 'Active', p.modified = %(now)s, p.modified_by = %(user)s
		where d.name in %(names)s""",
		names,
	)


def held_elsewhere(
	scheme: str, persons: Mapping[str, Iterable[str]], own: Mapping[str, Iterable[str]], month: date
) -> dict[str, str]:
	"""Who has another basic living benefit in ``month``: {entitlement: that of somebody in it}.

	``persons``: who is to share in what follows an entitlement; ``own``: the numbers that are not another benefit.
	"""
	wanted = {person for group in persons.values() for person in group}
	if scheme not in BASIC_LIVING or not wanted:
		return {}
	share, ledger = frappe.qb.DocType(SHARE), frappe.qb.DocType(DOCTYPE)
	rows = (
		frappe.qb.from_(share)
		.join(ledger)
		.on((ledger.name == share.parent) & (share.parenttype == DOCTYPE))
		.select(share.recipient, ledger.name)
		.where(share.recipient.isin(sorted(wanted)) & (ledger.docstatus == 1))
		.where(ledger.scheme.isin(sorted(BASIC_LIVING)))
		.where(ledger.end_month.isnull() | (ledger.end_month >= month))
		.run()
	)
	held: dict[str, set[str]] = {}
	for person, name in rows:
		held.setdefault(person, set()).add(name)
	found = {}
	for entitlement, group in persons.items():
		others = {name for person in group for name in held.get(person, ())} - set(own[entitlement])
		if others:
			found[entitlement] = min(others)
	return found
