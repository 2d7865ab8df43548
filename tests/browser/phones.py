"""Phones for the tests of visits without network: a browser profile each, and what is done at a family's door."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path

import frappe
from PIL import Image, ImageDraw
from playwright.sync_api import Error as PlaywrightError

from socaid_app.setup.seeds import MODULE_PROFILE
from tests.browser.conftest import CHROMIUM_ARGS, POLICY, log_in
from tests.browser.screens import PRESSES
from tests.builders.visits import make_family, make_visit, make_visit_team

PIN = "274913"
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
# How long the camera sees a picture: more than the phone takes to look twice.
FRAMES = 8
PUSH = "**/socaid_app.field_visits.pocket.pocket_sync.push"
PIECE = "**/socaid_app.field_visits.pocket.pocket_photos.photo_chunk"
# What the camera's picture became on the phone, before the app has it.
HASHES = """() => {
	window.taken = [];
	const make = HTMLCanvasElement.prototype.toBlob;
	HTMLCanvasElement.prototype.toBlob = function (done, ...how) {
		make.call(this, async (blob) => {
			const hash = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
			window.taken.push([...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
			done(blob);
		}, ...how);
	};
}"""


class Phone:
	"""One browser profile; ``open`` starts it, ``close`` is an empty battery."""

	def __init__(self, chromium, folder, base_url):
		self.chromium, self.folder, self.base_url = chromium, folder, base_url
		self.errors, self.opened, self.context = [], [], None
		self.film = folder.with_suffix(".mjpeg")

	def open(self, online: bool = True):
		self.context = self.chromium.launch_persistent_context(
			self.folder,
			executable_path=shutil.which("chromium"),
			args=[*CHROMIUM_ARGS, *CAMERA, f"--use-file-for-fake-video-capture={self.film}"],
			base_url=self.base_url,
			locale="zh-CN",
			timezone_id="Asia/Shanghai",
			viewport={"width": 390, "height": 844},
			has_touch=True,
			is_mobile=True,
			reduced_motion="reduce",
			geolocation={"latitude": 42.92, "longitude": 125.0, "accuracy": 15},
			permissions=["geolocation", "camera"],
		)
		self.context.set_default_timeout(15_000)
		self.context.add_init_script(PRESSES)
		self.page = self.context.pages[0]
		self.page.on("pageerror", lambda error: self.errors.append(error.stack or str(error)))
		self.page.on("console", lambda line: self.errors.append(line.text) if POLICY in line.text else None)
		self.context.set_offline(not online)
		return self.page

	def register(self):
		self.page.goto("/visits")
		self.page.get_by_label("新密码").fill(PIN)
		self.page.get_by_label("再输一次").fill(PIN)
		self.press("设定密码")

	def begin(self, user: str, head: str):
		"""Registered, with the visits fetched, and out of reach of any network."""
		page = self.open()
		log_in(self.context, user)
		self.register()
		page.get_by_role("heading", name=head).wait_for()
		page.wait_for_function("navigator.serviceWorker.controller")
		self.context.set_offline(True)
		self.watch_photos()
		return page

	def press(self, label: str, within=None):
		(within or self.page).get_by_role("button", name=label, exact=True).tap()

	def taps(self) -> int:
		"""Since the app was loaded or this was asked last."""
		return self.page.evaluate(
			"() => { const { presses = 0, choices = 0 } = sessionStorage;"
			" Object.assign(sessionStorage, { presses: 0, choices: 0 }); return +presses + 2 * choices; }"
		)

	def unlock(self, pin: str = PIN):
		self.page.get_by_label("手机密码").fill(pin)
		self.press("打开")

	def visit(self, name: str):
		card = self.page.locator(f"[data-visit={name}]")
		card.wait_for()
		took = card.get_by_role("button", name="打开").evaluate(
			"(button) => { const from = performance.now(); button.click(); document.body.offsetHeight;"
			" return performance.now() - from; }"
		)
		self.opened.append(took)

	def arrive(self):
		self.press("签到")
		self.page.get_by_text("已签到。").wait_for()

	def fill(self, member: str, address: str, illness: str):
		"""The form, as somebody fills it in who finds the family at home."""
		page = self.page
		self.part("现场")
		page.get_by_label("到访情况").select_option("At Home")
		page.get_by_label("在场成员").select_option(member)
		self.part("家庭与经济")
		page.get_by_label("实际住址").fill(address)
		self.earn(1200)
		self.part("需求与服务")
		page.get_by_label("病情与治疗").fill(illness)
		self.part("结论与审核")
		page.get_by_label("走访结论").select_option("Unchanged")

	def earn(self, annual: int):
		self.press("增加：收入")
		self.page.get_by_label("收入种类（必填）").last.select_option("Wage")
		self.page.get_by_label("收入项目（必填）").last.select_option("Wages")
		self.page.get_by_label("年收入（元）").last.fill(str(annual))

	def photograph(self, *pictures):
		self.page.locator("#camera").set_input_files(pictures)
		self.page.get_by_role("heading", name=f"照片（{len(pictures)}）").wait_for()

	def watch_photos(self):
		self.page.evaluate(HASHES)

	def taken(self) -> list[str]:
		return self.page.evaluate("window.taken")

	def sees(self, codes: list[bytes]):
		"""What is before its camera from now on: these pictures, one after the other."""
		frames = []
		for code in codes:
			frame = Image.new("RGB", (640, 480), "white")
			frame.paste(Image.open(io.BytesIO(code)).convert("RGB").resize((470, 470)), (85, 5))
			kept = io.BytesIO()
			frame.save(kept, "JPEG", quality=90)
			frames += [kept.getvalue()] * FRAMES
		self.film.write_bytes(b"".join(frames))

	def codes(self) -> list[bytes]:
		"""The codes that take turns on its screen."""
		found = []
		for _ in range(26):
			code = self.page.locator("canvas.code").evaluate("(canvas) => canvas.toDataURL()")
			if code not in found:
				found.append(code)
			self.page.wait_for_timeout(150)
		return [base64.b64decode(code.partition(",")[2]) for code in found]

	def part(self, label: str):
		self.page.locator("summary", has_text=label).tap()

	def sign(self):
		for canvas in self.page.locator("canvas.signature").all():
			canvas.scroll_into_view_if_needed()
			box = canvas.bounding_box()
			self.page.mouse.move(box["x"] + 30, box["y"] + 30)
			self.page.mouse.down()
			self.page.mouse.move(box["x"] + 150, box["y"] + 60, steps=4)
			self.page.mouse.up()

	def kill(self):
		"""Without a chance to write anything any more."""
		for folder in Path("/proc").glob("[0-9]*"):
			with suppress(OSError):
				if str(self.folder).encode() in (folder / "cmdline").read_bytes():
					os.kill(int(folder.name), signal.SIGKILL)
		with suppress(PlaywrightError):
			self.context.close()
		self.context = None

	def close(self):
		self.context.close()
		self.context = None


def picture(path, size=(1000, 750), noise=40):
	"""A photo as a camera makes it, too much for one piece."""
	image = Image.effect_noise(size, noise).convert("RGB")
	ImageDraw.Draw(image).rectangle((100, 100, 400, 300), fill="white")
	image.save(path, quality=92)
	return path


def visiting_team(risks: dict[str, str], address: str):
	"""Two investigators, their supervisor and a visit of today for every head of a family (→ risk of conflict)."""
	found = make_visit_team()
	for user, name in ((found.first, "郑走访"), (found.second, "冯走访"), (found.supervisor, "何主管")):
		frappe.db.set_value("User", user, {"first_name": name, "full_name": name, "language": "zh"})
		frappe.get_doc("User", user).update({"module_profile": MODULE_PROFILE}).save()
	found.heads, found.visits, found.members = list(risks), [], []
	for head, risk in risks.items():
		family = make_family()[0]
		frappe.db.set_value("Recipient Household", family.name, {"head_name": head, "address": address})
		found.members.append(family.members[0].recipient)
		found.visits.append(make_visit(family, found, risk_conflict=risk).name)
	return found


def latest(visit: str):
	frappe.db.rollback()
	return frappe.get_doc("Home Visit", visit)


def arrived(visits: list[str]) -> list[str]:
	"""The hashes of the photos of these visits as they are stored, sorted."""
	return sorted(
		hashlib.sha256(frappe.get_doc("File", {"file_url": row.photo}).get_content()).hexdigest()
		for name in visits
		for row in latest(name).photos
	)
