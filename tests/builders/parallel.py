"""Two or more clerks at the same moment, each on a connection of their own."""

import os
from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread

import frappe

# Long enough that everybody who is not kept waiting by a lock has written by then.
SECONDS = 2


def at_once(*works: Callable[[], object], user: str = "Administrator") -> list:
	"""Run each function in its own thread and transaction; returns what each gave back, or its exception.

	All begin to read before any writes, and nobody commits before all have written or wait for somebody's lock: the
	worst moment every time, instead of a lucky one now and then.
	"""
	frappe.db.commit()
	begun, written = Barrier(len(works)), Barrier(len(works))
	outcomes: list = [None] * len(works)

	def run(number: int, work: Callable[[], object], site: str) -> None:
		frappe.init(site=site, sites_path=os.environ["SITES_PATH"])
		frappe.connect()
		frappe.set_user(user)
		frappe.flags.mute_emails = True
		try:
			# the transaction's view of the database dates from its first read
			frappe.db.sql("select name from tabUser limit 1")
			begun.wait(30)
			try:
				outcomes[number] = work()
			except Exception as error:
				outcomes[number] = error
				frappe.db.rollback()
			with suppress(BrokenBarrierError):
				written.wait(SECONDS)
			frappe.db.commit()
		finally:
			frappe.destroy()

	threads = [
		Thread(target=run, args=(number, work, frappe.local.site)) for number, work in enumerate(works)
	]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	frappe.db.rollback()
	frappe.clear_document_cache("Socaid Settings", "Socaid Settings")
	return outcomes


def refused(outcomes: list) -> list[type]:
	"""The kinds of errors among them."""
	return sorted((type(outcome) for outcome in outcomes if isinstance(outcome, Exception)), key=str)
