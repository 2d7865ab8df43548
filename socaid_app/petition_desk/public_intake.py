"""Petitions filed by citizens on the web (信访工作条例 Arts. 17, 21): one page, which also works without scripts.

The form carries a signed ticket that belongs to a cookie of the browser. It keeps other sites from filing in
somebody's name, tells how long the form was open, and is the seed of the tracking code: the same form sent twice
is one petition with one code. The sentences here are read by citizens and therefore Chinese in the source.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import time
from contextlib import contextmanager
from dataclasses import dataclass, field

import frappe
from captcha.image import ImageCaptcha
from frappe.utils import cint, today
from frappe.utils.password import get_encryption_key
from werkzeug.wrappers import Response

from socaid_app import visitors, website
from socaid_app.casework import events, tracking_codes
from socaid_app.permissions.divisions import TOWNSHIP, significant
from socaid_app.petition_desk import attachments, attempts, ratings, recording, same_form, tracking
from socaid_app.petition_desk.attachments import AttachmentRefused
from socaid_app.petition_desk.attempts import SlowDown
from socaid_app.policy import names, numbers, texts

CATEGORIES = (
	("Appeal for Help", "申诉求决", "自己或家人的救助申请、金额、发放等事情没有得到解决，请求处理。"),
	("Suggestion", "建议意见", "对救助工作和政策有建议、意见或者表扬。"),
	(
		"Accusation",
		"检举控告",
		"反映工作人员或他人违规违纪违法，例如优亲厚友、克扣、骗保。只有专门人员可以看到。",
	),
)
MATTERS = (
	("Eligibility", "该不该享受救助"),
	("Amount of Benefit", "救助金额"),
	("Payment", "救助金发放"),
	("Slow Handling", "办理太慢"),
	("Publicity Matter", "公示的内容"),
	("Conduct of Staff", "工作作风"),
	("Favouritism", "优亲厚友"),
	("Fraud by Others", "他人骗取救助"),
	("Policy Question", "政策不明白"),
	("Other Matter", "其他"),
)
RATINGS = dict(zip(ratings.RATINGS, ("非常满意", "满意", "一般", "不满意"), strict=True))
FIELDS = (
	"category",
	"matter",
	"village",
	"content",
	"demand",
	"accused",
	"identity",
	"petitioner_name",
	"phone",
	"address",
	"consent",
)
# From top to bottom of the page.
ERRORS = ("form", "again", *FIELDS[:-1], "attachments", "consent", "captcha")
LONGEST = {
	"petitioner_name": 40,
	"phone": 20,
	"address": 200,
	"content": 5000,
	"demand": 1000,
	"accused": 200,
}
SHORTEST_CONTENT = 10
NAMED, ANONYMOUS = "named", "anonymous"
# No person fills the form in less; a script fills the field that nobody sees.
SHORTEST_SECONDS, LONGEST_SECONDS = 4, 12 * 60 * 60
TRAP = "homepage"
COOKIE = "socaid_form"
# A day's petitions of one address; whole villages share one. From the third on, a picture has to be read.
DAILY, FREE_OF_CAPTCHA = 20, 2
CAPTCHA_SECONDS = 30 * 60


@dataclass
class Filing:
	"""What was typed, and what is wrong with it: field → sentence."""

	values: dict[str, str]
	errors: dict[str, str] = field(default_factory=dict)
	papers: list[attachments.Paper] = field(default_factory=list)
	sent: same_form.Sent | None = None
	# what this form was sent for before, and what the citizen says this is
	earlier: list[frappe._dict] = field(default_factory=list)
	choice: str = ""

	@property
	def corrects(self) -> bool:
		return bool(self.earlier) and self.choice == same_form.CORRECTION

	@property
	def named(self) -> bool:
		return self.values["identity"] == NAMED


@contextmanager
def as_guest():
	"""Staff are citizens here: who is logged in must not stand in the record of a petition."""
	session = frappe.session
	user, sid = session.user, session.sid
	if user != "Guest":
		frappe.set_user("Guest")
	try:
		yield
	finally:
		if user != "Guest":
			frappe.set_user(user)
			session.sid = sid


# --- the page ---------------------------------------------------------------------------------------------
def form_page() -> dict:
	"""``/petition``: the form; once it is sent, the tracking code or the form with what is wrong."""
	notice = _notice(frappe.form_dict.get("notice"))
	if frappe.request.method != "POST":
		values = dict.fromkeys(FIELDS, "") | {"identity": NAMED}
		if notice:
			values |= {"village": notice["division"], "matter": "Publicity Matter"}
		return _form(Filing(values), notice)
	filing = Filing({name: _typed(name) for name in FIELDS})
	seed = check_ticket(filing)
	uploads = [upload for upload in frappe.request.files.getlist("attachments") if upload.filename]
	if seed:
		same_form.take_turn(seed, notice and notice["notice"])
		filing.sent = same_form.sent(filing.values, _hashes(uploads))
		filing.earlier = same_form.of_form(seed)
		for same in filing.earlier:
			if same_form.says(same, filing.sent, bool(uploads)):
				# the button was pressed twice: the petition is there, and this answer is the one that is seen
				code = code_of(same_form.seed_of(same, seed, filing.earlier), filing)
				return _received(filing, code, [], notice)
	if visitors.tallied("petition", visitors.DAY) >= most_a_day():
		attempts.refused(attempts.FILE, "daily limit")
		filing.errors["form"] = "今天从您所在的网络提交的已经太多。请明天再来，或者打电话、来信、来访反映。"
		return _form(filing, notice) | {
			"http_status": 429,
			"http_headers": {"Retry-After": str(visitors.rest_of_day())},
		}
	check(filing)
	_check_choice(filing)
	if not filing.errors:
		check_captcha(filing)
	if not filing.errors:
		# last: unfolding pictures is work that no machine gets for nothing
		_take_papers(filing, uploads)
	if filing.errors:
		if uploads:
			# browsers do not let a page fill in a file again
			filing.errors.setdefault("attachments", "附件没有保留。请改好其他内容后，重新选择附件。")
		return _form(filing, notice) | {"http_status": 422}
	with as_guest():
		code = correct(filing, seed) if filing.corrects else file(filing, seed, notice)
	return _received(filing, code, [paper.name for paper in filing.papers], notice)


def _typed(name: str) -> str:
	text = str(frappe.form_dict.get(name) or "").replace("\r\n", "\n").replace("\x00", "").strip()
	# a little more than allowed, so that the check notices
	return text[: LONGEST.get(name, 100) + 1]


def _form(filing: Filing, notice: dict | None) -> dict:
	cookie = frappe.request.cookies.get(COOKIE) or secrets.token_urlsafe(24)
	return {
		"title": "网上信访",
		"sent": False,
		"values": filing.values,
		"errors": filing.errors,
		"error_order": [name for name in ERRORS if name in filing.errors],
		"categories": CATEGORIES,
		"matters": MATTERS,
		"places": places(),
		"notice": notice,
		# a form that is asked about stays the same form
		"ticket": str(frappe.form_dict.get("ticket")) if filing.earlier else make_ticket(cookie),
		"choices": same_form.CHOICES if filing.earlier else (),
		"choice": filing.choice,
		"trap": TRAP,
		"longest": LONGEST,
		"most_files": attachments.MOST,
		"largest_file": attachments.LARGEST,
		"largest_together": largest_request(),
		"captcha": new_captcha() if needs_captcha() else None,
		"http_cookie": {
			"key": COOKIE,
			"value": cookie,
			"httponly": True,
			"samesite": "Lax",
			"path": "/petition",
			"secure": frappe.request.scheme == "https",
		},
	}


def _received(filing: Filing, code: str, stored: list[str], notice: dict | None) -> dict:
	return {
		"title": "已经更正" if filing.corrects else "已经收到",
		"corrected": filing.corrects,
		"sent": True,
		"code": tracking_codes.spaced(code),
		"tail": tracking_codes.tail_of(filing.values["phone"]),
		"category": tracking.CATEGORY_NAMES.get(filing.values["category"], "来信"),
		"accusation": filing.values["category"] == "Accusation",
		"appeal": filing.values["category"] == "Appeal for Help",
		"about_notice": bool(notice),
		"files": stored,
		"received_on": today(),
	}


# --- checking ---------------------------------------------------------------------------------------------
def check(filing: Filing) -> None:
	"""Fill ``filing.errors``."""
	values, errors = filing.values, filing.errors
	if values["category"] not in {name for name, *_rest in CATEGORIES}:
		errors["category"] = "请选择信访的类别。"
	if values["matter"] not in dict(MATTERS):
		errors["matter"] = "请选择反映的是哪方面的事。"
	if not is_place(values["village"]):
		errors["village"] = "请选择事情发生在哪个村（社区）；不清楚的选“全县或不清楚”。"
	if values["identity"] not in (NAMED, ANONYMOUS):
		errors["identity"] = "请选择实名还是匿名。"
	values["petitioner_name"] = names.canonical(values["petitioner_name"])
	if filing.named and (len(values["petitioner_name"]) < 2 or not texts.is_name(values["petitioner_name"])):
		errors["petitioner_name"] = "实名反映请填写姓名；不愿留名的请在上面选“匿名”。"
	if filing.named and not values["phone"]:
		errors["phone"] = "实名反映请留下电话，办理人员要与您联系。"
	try:
		values["phone"] = numbers.check_phone(values["phone"])
	except numbers.NumberError as error:
		errors["phone"] = str(error)
	if len(values["content"]) < SHORTEST_CONTENT:
		errors["content"] = f"请写清事情的经过，至少{SHORTEST_CONTENT}个字：什么时间、在哪里、发生了什么。"
	if values["category"] == "Appeal for Help" and not values["demand"]:
		errors["demand"] = "请写明您希望怎样解决。"
	if values["consent"] != "1":
		errors["consent"] = "请阅读并勾选个人信息处理说明，不同意的可以来信、来电或来访反映。"
	for name, longest in LONGEST.items():
		if len(values[name]) > longest:
			errors[name] = f"这一栏最多{longest}个字，请删减；更多内容可以放在附件里。"


def _check_choice(filing: Filing) -> None:
	"""Other words on a form that was sent before: a correction, or another matter? Nobody guesses."""
	if not filing.earlier:
		return
	filing.choice, errors = str(frappe.form_dict.get("again") or ""), filing.errors
	if filing.choice not in {name for name, *_rest in same_form.CHOICES}:
		errors["again"] = (
			"您刚才用这张表已经提交过一件，这次的内容不一样。请选择是更正那一件，还是另外一件事。"
		)
	elif filing.corrects and not same_form.may_correct(filing.earlier[0], filing.values["category"]):
		errors["again"] = "刚才那一件的类别不能这样更正，或者已经办完。请选“另外反映一件事”。"


def _hashes(uploads: list) -> list[str]:
	found = []
	for upload in uploads:
		found.append(hashlib.sha256(upload.stream.read()).hexdigest())
		upload.stream.seek(0)
	return found


def _take_papers(filing: Filing, uploads: list) -> None:
	try:
		filing.papers = attachments.accept(uploads)
	except AttachmentRefused as error:
		filing.errors["attachments"] = str(error)


def is_place(code: str) -> bool:
	return any(code == place["code"] for group in places() for place in group["places"])


def places() -> list[dict]:
	"""The county, then each township with its villages: [{"name", "places": [{"code", "name"}]}]."""
	county = frappe.db.get_single_value("Socaid Settings", "county_division") or ""
	rows = frappe.get_all(
		"Administrative Division",
		filters={"name": ["like", f"{significant(county)}%"], "level": ["in", ["Township", "Village"]]},
		fields=["name", "division_name", "level"],
		order_by="name",
	)
	groups = [{"name": "全县", "places": [{"code": county, "name": "全县或不清楚"}]}]
	for row in rows:
		if row.level == "Township":
			groups.append(
				{
					"name": row.division_name,
					"places": [{"code": row.name, "name": f"{row.division_name}（全乡镇）"}],
				}
			)
		elif significant(groups[-1]["places"][0]["code"])[:TOWNSHIP] == row.name[:TOWNSHIP]:
			groups[-1]["places"].append({"code": row.name, "name": row.division_name})
	return groups


def _notice(key: str | None) -> dict | None:
	"""The notice that a petition is about, while it hangs."""
	return next(events.ask("socaid_public_notice", str(key)), None) if key else None


# --- filing -----------------------------------------------------------------------------------------------
def file(filing: Filing, seed: str, notice: dict | None) -> str:
	"""Record the petition; returns its tracking code, which is stored nowhere.

	An accusation is restricted from its first moment: ``recording.record`` sees to it by the category.
	"""
	code = code_of(same_form.another_seed(seed, filing.sent.whole) if filing.earlier else seed, filing)
	petition = recording.record(
		_words(filing, code)
		| {
			"subject": _subject(filing.values),
			"category": filing.values["category"],
			"channel": "Through the Web",
			"received_on": today(),
			"publicity_notice": notice["notice"] if notice else None,
			"form_key": same_form.key_of(seed),
		}
	)
	attachments.store(petition.name, filing.papers)
	visitors.tally("petition", visitors.DAY)
	return code


def correct(filing: Filing, seed: str) -> str:
	"""Put the petition right that this form was first sent for; returns its tracking code."""
	code, name = code_of(seed, filing), filing.earlier[0].name
	same_form.correct(name, _words(filing, code))
	attachments.store(name, filing.papers)
	visitors.tally("petition", visitors.DAY)
	return code


def _words(filing: Filing, code: str) -> dict:
	"""What the citizen said, as a petition keeps it."""
	values, tail = filing.values, tracking_codes.tail_of(filing.values["phone"])
	return {
		"matter": values["matter"],
		"real_name": int(filing.named),
		"anonymous_wish": int(not filing.named),
		"petitioner_name": values["petitioner_name"] if filing.named else "",
		"phone": values["phone"].replace(" ", ""),
		"address": values["address"] if filing.named else "",
		"content": values["content"],
		"demand": values["demand"],
		"attachments_note": "、".join(paper.name for paper in filing.papers),
		"accused": [{"accused_name": values["accused"][:140]}] if values["accused"] else [],
		"division": values["village"],
		"tracking_hash": tracking_codes.fingerprint(code, tail),
		"phone_tail": tail,
		"form_digest": f"{filing.sent.whole} {filing.sent.words}",
	}


def code_of(seed: str, filing: Filing) -> str:
	return tracking_codes.make_code(seed, alone=not tracking_codes.tail_of(filing.values["phone"]))


def _subject(values: dict[str, str]) -> str:
	"""The first sentence, as a clerk would note it."""
	first = re.split(r"[。！？!?\n；;]", values["content"], maxsplit=1)[0].strip()
	return f"{dict(MATTERS)[values['matter']]}：{first}"[:80]


# --- against machines -------------------------------------------------------------------------------------
def make_ticket(cookie: str, opened: float | None = None) -> str:
	issued, nonce = str(int(opened or time.time())), secrets.token_urlsafe(12)
	return f"{issued}.{nonce}.{_sign(issued, nonce, cookie)}"


def _sign(*parts: str) -> str:
	return hmac.new(get_encryption_key().encode(), ".".join(("form", *parts)).encode(), "sha256").hexdigest()


def check_ticket(filing: Filing) -> str:
	"""The seed of the code, '' when the form cannot be taken as it is."""
	cookie = frappe.request.cookies.get(COOKIE) or ""
	parts = str(frappe.form_dict.get("ticket") or "").split(".")
	if frappe.form_dict.get(TRAP):
		attempts.refused(attempts.FILE, "trap")
		filing.errors["form"] = "没有提交成功，请再点一次“提交”。"
		return ""
	if not cookie or len(parts) != 3 or not hmac.compare_digest(_sign(*parts[:2], cookie), parts[2]):
		filing.errors["form"] = "页面打开太久或者浏览器没有保留Cookie。您填的内容还在，请核对后再提交一次。"
		return ""
	age = time.time() - int(parts[0])
	if age > LONGEST_SECONDS:
		filing.errors["form"] = "页面打开的时间太长。您填的内容还在，请核对后再提交一次。"
	elif age < cint(frappe.conf.get("socaid_petition_min_seconds", SHORTEST_SECONDS)):
		filing.errors["form"] = "提交得太快了。请核对一遍，再提交一次。"
	return f"{cookie}.{parts[1]}"


def most_a_day() -> int:
	return cint(frappe.conf.get("socaid_petitions_per_day", DAILY))


def needs_captcha() -> bool:
	"""Always where the site configuration says ``"socaid_petition_captcha": "always"``."""
	always = frappe.conf.get("socaid_petition_captcha") == "always"
	return always or visitors.tallied("petition", visitors.DAY) >= FREE_OF_CAPTCHA


def new_captcha() -> dict[str, str]:
	"""A picture of four digits; what it shows stays here, for one try."""
	digits, key = "".join(secrets.choice("23456789") for _ in range(4)), secrets.token_urlsafe(12)
	frappe.cache.set(_captcha_key(key), digits, ex=CAPTCHA_SECONDS)
	picture = ImageCaptcha(width=200, height=72).generate(digits).getvalue()
	return {"key": key, "picture": "data:image/png;base64," + base64.b64encode(picture).decode()}


def check_captcha(filing: Filing) -> None:
	if not needs_captcha():
		return
	key = _captcha_key(str(frappe.form_dict.get("captcha_key") or "")[:40])
	pipeline = frappe.cache.pipeline()
	pipeline.get(key)
	pipeline.delete(key)
	expected = pipeline.execute()[0]
	if not expected or tracking_codes.normalise(frappe.form_dict.get("captcha")) != expected.decode():
		filing.errors["captcha"] = "图中的数字不对，请按新的图片再填一次。"


def _captcha_key(key: str) -> bytes:
	return frappe.cache.make_key(f"socaid-petition-captcha:{key}")


def largest_request() -> int:
	"""Bytes Frappe takes in one request, less the words."""
	return (cint(frappe.conf.get("max_file_size")) or 25 * 1024 * 1024) - 1024 * 1024


# --- the status page --------------------------------------------------------------------------------------
def status_page() -> dict | Response:
	"""``/petition/status``: the form; with code and telephone tail, how far the petition is; then the rating."""
	values = {
		"title": "查询办理情况",
		"crumbs": (("petition", "网上信访"),),
		"error": "",
		"notice": "",
		"progress": None,
		"code": "",
		"tail": "",
		"ratings": RATINGS,
	}
	if frappe.request.method != "POST":
		return values
	code, tail = str(frappe.form_dict.get("code") or ""), str(frappe.form_dict.get("tail") or "")
	values |= {"code": code[:40], "tail": tail[:20]}
	try:
		if satisfaction := frappe.form_dict.get("satisfaction"):
			with as_guest():
				name = tracking.rate(
					code, tail, str(satisfaction), str(frappe.form_dict.get("comment") or "")
				)
			values["notice"] = "谢谢您的评价，已经记下。"
		else:
			name = tracking.find(code, tail)
	except SlowDown as wait:
		return website.too_many(wait.retry_after)
	except tracking.NotFound:
		values["error"] = "没有查到。请核对查询码和电话后四位；没有留电话的，后四位不用填。"
		return values | {"http_status": 404}
	except tracking.RatingRefused as error:
		name, values["error"] = error.petition, str(error)
	return values | {
		"progress": tracking.progress(name),
		"code": tracking_codes.spaced(tracking_codes.normalise(code)),
	}
