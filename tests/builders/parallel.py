"""Two or more clerks at the same moment, each on a connection of their own."""

import os
from collections.abc import Callable
from threading import Barrier, Event, Thread
from time import monotonic, sleep

import frappe

# Whoever has neither written nor waits for a lock after so long, waits for something else.
SECONDS = 10
# A statement that may wait for somebody's lock and lasts so long (ms) does wait for it.
STUCK = 250
WAITING = """
	select count(*) from information_schema.processlist
	where id in %(ids)s and command = 'Query' and time_ms > %(stuck)s
		and info regexp '(?i)for update|get_lock|lock in share mode|^ *(insert|update|delete|replace)'
"""


def at_once(*works: Callable[[], object], user: str = "Administrator") -> list:
	"""Run each function in its own thread and transaction; returns what each gave back, or its exception.

	All begin to read before any writes, and nobody commits before all have written or wait for somebody's lock: the
	worst moment every time, instead of a lucky one now and then.
	"""
	frappe.db.commit()
	begun, written = Barrier(len(works)), Event()
	connections: dict[int, int] = {}
	done: set[int] = set()
	outcomes: list = [None] * len(works)

	def run(number: int, work: Callable[[], object], site: str) -> None:
		frappe.init(site=site, sites_path=os.environ["SITES_PATH"])
		frappe.connect()
		frappe.set_user(user)
		frappe.flags.mute_emails = True
		try:
			# the transaction's view of the database dates from its first read
			frappe.db.sql("select name from tabUser limit 1")
			connections[number] = frappe.db.sql("select connection_id()")[0][0]
			begun.wait(30)
			try:
				outcomes[number] = work()
			except Exception as error:
				outcomes[number] = error
				frappe.db.rollback()
			done.add(number)
			written.wait()
			frappe.db.commit()
		finally:
			frappe.destroy()

	threads = [
		Thread(target=run, args=(number, work, frappe.local.site)) for number, work in enumerate(works)
	]
	for thread in threads:
		thread.start()
	let_them_write(threads, connections, done)
	written.set()
	for thread in threads:
		thread.join()
	frappe.db.rollback()
	frappe.clear_document_cache("Socaid Settings", "Socaid Settings")
	return outcomes


def let_them_write(threads: list[Thread], connections: dict[int, int], done: set[int]) -> None:
	"""Until each of them, a number with its connection, is done or waits for a lock."""
	ends = monotonic() + SECONDS
	while monotonic() < ends and any(thread.is_alive() for thread in threads):
		if len(connections) == len(threads):
			working = [connections[number] for number in connections.keys() - done]
			if not working or waiting(working) == len(working):
				return
		sleep(0.02)


def waiting(connections: list[int]) -> int:
	"""How many of them wait for somebody's lock."""
	return frappe.db.sql(WAITING, {"ids": connections, "stuck": STUCK})[0][0]


def refused(outcomes: list) -> list[type]:
	"""The kinds of errors among them."""
	return sorted((type(outcome) for outcome in outcomes if isinstance(outcome, Exception)), key=str)
