"""Checks of Data Quality Rules that filter rows cannot say, as conditions on the query of a rule (quality_rules.py)."""

from __future__ import annotations

import frappe
from frappe.query_builder.functions import Coalesce, NullIf
from frappe.utils import getdate, today
from pypika import CustomFunction
from pypika.terms import ExistsCriterion

MEMBER, PERSON = "Household Member", "Recipient"
DATE_FORMAT = CustomFunction("date_format", ["day", "form"])
SUBSTRING = CustomFunction("substring", ["text", "first", "length"])
LENGTH = CustomFunction("char_length", ["text"])


def birth_date_against_number(query, person):
	"""The number of the population register carries the birth date; the full one stands in the vault alone."""
	vault = frappe.qb.DocType("Recipient Identity")
	different = (
		frappe.qb.from_(vault)
		.select(vault.recipient)
		.where(vault.recipient == person.name)
		.where(LENGTH(vault.id_number) == 18)
		.where(SUBSTRING(vault.id_number, 7, 8) != DATE_FORMAT(person.birth_date, "%Y%m%d"))
	)
	return query.where(person.birth_date.isnotnull() & person.name.isin(different))


def head_not_a_member(query, household):
	return query.where(household.head.isnull() | household.head.notin(_members(household)))


def nobody_can_be_called(query, household):
	person = frappe.qb.DocType(PERSON)
	called = (
		frappe.qb.from_(person)
		.select(person.name)
		.where(person.name.isin(_members(household)) & person.phone.isnotnull() & (person.phone != ""))
	)
	return query.where(~ExistsCriterion(called))


def no_account_to_pay_to(query, household):
	"""Of what is paid monthly: neither the payee nor, without one, the head has an account."""
	person = frappe.qb.DocType(PERSON)
	paid_to = Coalesce(NullIf(household.payee, ""), household.head)
	has_one = (
		frappe.qb.from_(person)
		.select(person.name)
		.where((person.name == paid_to) & person.bank_account.isnotnull() & (person.bank_account != ""))
	)
	return query.where((household.current_amount > 0) & ~ExistsCriterion(has_one))


def _members(household):
	"""Those who live in it today."""
	member, day = frappe.qb.DocType(MEMBER), getdate(today())
	return (
		frappe.qb.from_(member)
		.select(member.recipient)
		.where((member.parent == household.name) & (member.parenttype == "Recipient Household"))
		.where(member.left_on.isnull() | (member.left_on > day))
	)
