"""A poor network on the real phone app: one request in five is lost, the browser is killed, the server dies; all arrives once.

``SOCAID_WHOLE_DAY=1`` makes a whole day of it: eight visits, forty photos.
"""

import os
import random
import signal
from collections import Counter
from pathlib import Path
from time import monotonic

import frappe
import pytest
from playwright.sync_api import Error as PlaywrightError

from tests.browser.conftest import log_in
from tests.browser.phones import arrived, latest, picture, visiting_team

WHOLE_DAY = bool(os.environ.get("SOCAID_WHOLE_DAY"))
VISITS, PHOTOS = (8, 5) if WHOLE_DAY else (2, 2)
SIZE, NOISE = ((1600, 1200), 12) if WHOLE_DAY else ((1000, 750), 40)
HOME, FOUND = "甲山乡石家村二组", "甲山乡石家村六组"
LOST = 0.2
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 250_000, "uploadThroughput": 250_000}
FAMILIES = ("郝有田", "苗翠兰", "车满仓", "关桂花", "尚长河", "耿秀英", "祝福来", "邢玉珍")


class PoorNetwork:
	"""Loses requests at random: half of them on the way, half of their answers on the way back."""

	def __init__(self, seed: int):
		self.random, self.seen, self.at_piece = random.Random(seed), Counter(), None

	def over(self, phone):
		phone.context.route("**/api/method/**", self)
		phone.context.route("**/visits/session.json", self)
		phone.context.new_cdp_session(phone.page).send("Network.emulateNetworkConditions", SLOW)

	def __call__(self, route):
		luck, kind = self.random.random(), route.request.url.rpartition(".")[2]
		self.seen[kind] += 1
		if self.at_piece and kind == "photo_chunk":
			self.at_piece.pop()() if self.at_piece[-1:] else None
		try:
			if luck >= LOST:
				return route.continue_()
			self.seen["lost"] += 1
			if luck < LOST / 2:
				route.fetch()
			route.abort()
		except PlaywrightError:
			# the server or the browser died under it
			return


@pytest.fixture(scope="module")
def team(site):
	found = visiting_team(dict.fromkeys(FAMILIES[:VISITS], "No Sign"), HOME)
	frappe.db.commit()
	return found


def web_workers(web_socket) -> list[int]:
	"""The processes that serve the site; their master starts another when one dies."""
	found = {}
	for folder in Path("/proc").glob("[0-9]*"):
		try:
			words = (folder / "cmdline").read_bytes()
			parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
		except OSError:
			continue
		if b"gunicorn" in words and str(web_socket).encode() in words:
			found[int(folder.name)] = int(parent)
	return [process for process, parent in found.items() if parent in found]


def until_sent(phones, visits: list[str], photos: int, seconds: int):
	"""All phones sync by themselves; nobody presses anything, and a phone may lock its screen meanwhile."""
	for second in range(1, seconds):
		for phone in phones:
			phone.page.wait_for_timeout(1000 // len(phones))
		frappe.db.rollback()
		all_there = frappe.db.count("Visit Photo", {"parent": ["in", visits]}) >= photos
		# now and then somebody looks
		if not all_there and second % 20:
			continue
		for phone in phones:
			if phone.page.get_by_label("手机密码").count():
				phone.unlock()
				phone.page.get_by_role("navigation").get_by_role("button", name="上传").tap()
		if all_there and not any(phone.page.locator("[data-state=waiting]").count() for phone in phones):
			return
	raise AssertionError([phone.page.locator("main").inner_text() for phone in phones])


def test_everything_arrives_once_over_a_network_that_loses_and_a_server_that_dies(
	phones, team, web_socket, tmp_path, shoot
):
	phone, other = phones("first"), phones("second")
	page = phone.begin(team.first, FAMILIES[0])
	other.begin(team.second, FAMILIES[0])
	photos = [picture(tmp_path / f"{number}.jpg", SIZE, NOISE) for number in range(VISITS * PHOTOS + 2)]
	taken = []
	for number, visit in enumerate(team.visits):
		phone.visit(visit)
		phone.arrive()
		phone.fill(team.members[number], f"{FOUND}{number}", illness="慢性病")
		phone.photograph(*photos[number * PHOTOS : (number + 1) * PHOTOS])
		phone.part("签名")
		phone.sign()
		phone.press("签退并交上传" if number else "先交上传，走访继续")
		if not number:
			phone.press("返回")
		page.get_by_role("heading", name="我的走访").wait_for()
	taken += phone.taken()
	# the second visitor, in the same house
	other.visit(team.visits[0])
	other.part("家庭与经济")
	other.earn(3400)
	other.part("需求与服务")
	other.page.get_by_label("病情与治疗").fill("没有慢性病")
	other.photograph(*photos[-2:])
	other.press("先交上传，走访继续")
	taken += other.taken()

	network = PoorNetwork(seed=15)
	# while the photos are on their way the server dies, and later the browser
	killed = []
	network.at_piece = [
		lambda: killed.append(phone),
		*[lambda: None] * 4,
		lambda: [os.kill(process, signal.SIGKILL) for process in web_workers(web_socket)],
		*[lambda: None] * 2,
	]
	for one in (phone, other):
		network.over(one)
		one.page.get_by_role("navigation").get_by_role("button", name="上传").tap()
		one.context.set_offline(False)
	for _ in range(240):
		if killed:
			break
		page.wait_for_timeout(250)
	assert killed and page.locator("[data-state=waiting]").count()
	# locked, a phone goes on with what it was sending
	other.press("锁定")
	other.page.get_by_label("手机密码").wait_for()
	phone.kill()
	page = phone.open()
	# a browser that is killed may lose a cookie of the last half minute
	log_in(phone.context, team.first)
	network.over(phone)
	page.goto("/visits")
	phone.unlock()
	page.get_by_role("heading", name="我的走访").wait_for()
	page.get_by_role("navigation").get_by_role("button", name="上传").tap()
	began = monotonic()
	until_sent([phone, other], team.visits, VISITS * PHOTOS + 2, 900 if WHOLE_DAY else 60)
	print(f"{monotonic() - began:.0f} s", dict(network.seen))

	assert arrived(team.visits) == sorted(taken) and len(set(taken)) == VISITS * PHOTOS + 2
	first = latest(team.visits[0])
	assert first.status == "Under Way" and all(row.signed for row in first.visitors)
	assert {1200, 3400} <= {row.annual for row in first.incomes}
	for number, name in enumerate(team.visits[1:], 1):
		visit = latest(name)
		assert (visit.status, visit.found_address) == ("Finished", f"{FOUND}{number}")
		assert [row.annual for row in visit.incomes].count(1200) == 1
	# both have written down another illness: whoever came second decides
	second = next(one for one in (phone, other) if one.page.locator("[data-state=conflict]").count())
	shoot(second.page, "visits-11-弱网之后")
	kept = frappe.get_all("Visit Sync Item", {"visit": team.visits[0]}, pluck="answer")
	assert any("没有慢性病" in answer and "慢性病" in answer for answer in kept)
	assert (phone.errors, other.errors) == ([], [])
