"""The load of staff_load.py, a process of its own: staff who look at lists, open and save forms, search and print.

Standard library only. Reads from standard input, and writes to standard output, one JSON object each:

    {"url", "host", "seconds", "think", "staff": [{"user", "password", "doctype", "name", "field", "list", "words"}]}
    {"seconds", "processor", "took": {kind: [seconds, …]}, "errors": [text], "confirmed": {name: number of saves}}

``think``: mean of the pauses between two requests of one person, in seconds.
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import threading
import time
from urllib.parse import urlencode, urlsplit

# How often each is done, as a clerk's morning goes.
MIX = {"list": 3, "form": 3, "search": 2, "save": 2, "print": 1}
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


class Refused(Exception):
	pass


class Person:
	def __init__(self, job: dict, row: dict, number: int) -> None:
		self.__dict__.update(row)
		self.address, self.think = urlsplit(job["url"]).netloc, job["think"]
		self.dice = random.Random(number)
		self.cookie, self.saved, self.doc = "", 0, None
		self.took: list[tuple[str, float]] = []
		self.errors: list[str] = []

	def ask(self, path: str, **values) -> bytes:
		connection = http.client.HTTPConnection(self.address, timeout=120)
		try:
			headers = FORM | ({"Cookie": self.cookie} if self.cookie else {})
			connection.request(
				"POST" if values else "GET", path, urlencode(values) if values else None, headers
			)
			answer = connection.getresponse()
			body = answer.read()
			if answer.status != 200:
				raise Refused(f"{answer.status} {path.partition('?')[0]} {body[:300]!r}")
			for name, value in answer.getheaders():
				if name.lower() == "set-cookie" and value.startswith("sid="):
					self.cookie = value.partition(";")[0]
			return body
		finally:
			connection.close()

	def call(self, method: str, **values) -> dict:
		return json.loads(self.ask(f"/api/method/{method}", **values))

	def log_in(self) -> None:
		self.call("login", usr=self.user, pwd=self.password)

	def do(self, kind: str) -> None:
		began = time.perf_counter()
		try:
			getattr(self, f"do_{kind}")()
			self.took.append((kind, time.perf_counter() - began))
		except (Refused, OSError, http.client.HTTPException, KeyError) as error:
			self.errors.append(f"{kind}: {type(error).__name__} {error}")

	def do_list(self) -> None:
		self.call("frappe.desk.reportview.get", **self.list)

	def do_form(self) -> None:
		self.doc = self.call("frappe.desk.form.load.getdoc", doctype=self.doctype, name=self.name)["docs"][0]

	def do_search(self) -> None:
		self.call("frappe.desk.search.search_link", **self.words)

	def do_save(self) -> None:
		if not self.doc:
			self.do_form()
		self.doc[self.field] = f"{self.saved + 1} {self.dice.random()}"
		answer = self.call("frappe.desk.form.save.savedocs", doc=json.dumps(self.doc), action="Save")
		self.doc, self.saved = answer["docs"][0], self.saved + 1

	def do_print(self) -> None:
		self.ask("/printview?" + urlencode({"doctype": self.doctype, "name": self.name, "trigger_print": 0}))

	def work(self, until: float) -> None:
		kinds, weights = list(MIX), list(MIX.values())
		# nobody begins at the same second
		time.sleep(self.dice.uniform(0, self.think))
		while time.perf_counter() < until:
			self.do(self.dice.choices(kinds, weights)[0])
			if self.think:
				time.sleep(self.dice.expovariate(1 / self.think))


def main() -> None:
	job = json.load(sys.stdin)
	people = [Person(job, row, number) for number, row in enumerate(job["staff"])]
	for person in people:
		person.log_in()
	began, busy = time.perf_counter(), time.process_time()
	threads = [threading.Thread(target=one.work, args=(began + job["seconds"],)) for one in people]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	took: dict[str, list[float]] = {kind: [] for kind in MIX}
	for person in people:
		for kind, seconds in person.took:
			took[kind].append(seconds)
	found = {
		"seconds": time.perf_counter() - began,
		"processor": time.process_time() - busy,
		"took": took,
		"errors": [error for person in people for error in person.errors],
		"confirmed": {person.name: person.saved for person in people},
	}
	json.dump(found, sys.stdout)


if __name__ == "__main__":
	main()
