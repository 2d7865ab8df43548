"""``/apply``: a citizen applies for assistance over the web, and gets a code to follow it with.

First the kinds of assistance in plain words, then one form with the checklist of the counter. It is guarded as that of
petitions is (petition_desk/public_intake.py): a ticket that belongs to a cookie, a count by the day, a picture from the
third form on. Nothing says whether a person is known. The sentences are read by citizens and therefore Chinese in the
source.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from urllib.parse import quote

import frappe
from frappe.utils import getdate, today

from socaid_app import visitors
from socaid_app.assistance_intake import online_applications, online_at_counter
from socaid_app.casework import tracking_codes, waiting
from socaid_app.permissions import files
from socaid_app.petition_desk import attachments, attempts, public_intake, same_form
from socaid_app.petition_desk.attachments import AttachmentRefused
from socaid_app.policy import identity, names, numbers, terms, texts

UNDECIDED = "unsure"
# What each kind is for; the order of the page.
SCHEMES = {
	terms.DIBAO: ("最低生活保障（低保）", "家里收入很低，财产不多，日常生活有困难。"),
	terms.TEKUN: (
		"特困人员救助供养",
		"没有劳动能力、没有生活来源，也没有人能够赡养、抚养、扶养的老年人、残疾人和未成年人。",
	),
	terms.EDGE: ("低保边缘家庭", "收入比低保标准高一些，没有享受低保，但生活仍然紧张。"),
	terms.RIGID: ("刚性支出困难家庭", "看病、上学等必须的支出太大，超过了家里的承受能力。"),
	terms.TEMPORARY: ("临时救助", "火灾、车祸、重病等突然发生的事情，或者必须的支出突然增加，眼下过不去。"),
}
FILLED_BY = (
	(online_applications.THE_APPLICANT, "本人", "申请人自己填写。"),
	(online_applications.OF_THE_FAMILY, "家属", "共同生活的家庭成员代填。"),
	(online_applications.AGENT, "代办人", "受申请人委托的人。"),
	(online_applications.VILLAGE_HELPER, "村级协理员", "村（社区）帮助填写。"),
)
KINSHIPS = (
	("02", "户主"),
	("10", "配偶"),
	("20", "儿子"),
	("30", "女儿"),
	("51", "父亲"),
	("52", "母亲"),
	("38", "儿媳"),
	("28", "女婿"),
	("40", "孙子女、外孙子女"),
	("60", "祖父母、外祖父母"),
	("70", "兄弟姐妹"),
	("97", "其他亲属"),
	("99", "非亲属"),
)
HEALTH = (("Healthy", "健康"), ("Chronic Illness", "慢性病"), ("Serious Illness", "重病"))
WORK = (
	("Not Working", "没有工作"),
	("Farming", "务农"),
	("Casual Work", "打零工"),
	("Employed", "有单位"),
	("Self-employed", "自己做生意"),
	("Retired", "退休"),
)
MEMBER = ("name", "kinship", "id", "health", "work")
MOST_MEMBERS = 8
FIELDS = (
	"village",
	"address",
	"content",
	"filled_by",
	"phone",
	"agent_name",
	"agent_relation",
	"agent_phone",
	"consent",
)
LONGEST = {
	"address": 100,
	"content": 1000,
	"phone": 20,
	"agent_name": 40,
	"agent_relation": 20,
	"agent_phone": 20,
	"name": 40,
	"id": 30,
}
SHORTEST_CONTENT = 5
SENT_BEFORE = "这张表刚才已经提交过，您又改了内容。要改正、补充的，请用查询码在“办理进度”里写明。"


@dataclass
class Applying:
	"""What was typed, and what is wrong with it: field → sentence; of members ``member_1_name`` and so on."""

	kind: str
	values: dict[str, str]
	members: list[dict[str, str]]
	errors: dict[str, str] = field(default_factory=dict)
	papers: list[tuple[str, attachments.Paper]] = field(default_factory=list)

	@property
	def category(self) -> str | None:
		return None if self.kind == UNDECIDED else self.kind

	@property
	def by_helper(self) -> bool:
		return self.values["filled_by"] not in ("", online_applications.THE_APPLICANT)

	@property
	def named(self) -> list[tuple[int, dict[str, str]]]:
		"""The members that are filled in, with their place on the form; the applicant always."""
		return [(at, row) for at, row in enumerate(self.members, 1) if at == 1 or any(row.values())]


# --- the kinds ------------------------------------------------------------------------------------------------
def page() -> dict:
	"""Without a kind: which there are. With one: the form; once it is sent, the code or what is wrong."""
	kind = str(frappe.form_dict.get("kind") or "")
	if kind not in (UNDECIDED, *_categories()):
		return {
			"title": "我要申请",
			"groups": _groups(),
			"unsure": f"/apply?kind={UNDECIDED}",
			"asked": False,
		}
	if frappe.request.method != "POST":
		return _form(Applying(kind, dict.fromkeys(FIELDS, ""), _no_members()))
	return _send(kind)


def _categories() -> dict[str, str]:
	"""Category → scheme, of those that are applied for."""
	return {
		row.name: row.scheme
		for row in frappe.get_all(
			"Assistance Category",
			filters={"disabled": 0, "takes_applications": 1},
			fields=["name", "scheme"],
			order_by="creation, name",
		)
	}


def _groups() -> list[dict]:
	found: dict[str, list] = {scheme: [] for scheme in SCHEMES}
	for name, scheme in _categories().items():
		found.setdefault(scheme, []).append({"name": name, "to": f"/apply?kind={quote(name)}"})
	return [
		{
			"name": SCHEMES.get(scheme, ("其他救助", ""))[0],
			"words": SCHEMES.get(scheme, ("", ""))[1],
			"kinds": kinds,
		}
		for scheme, kinds in found.items()
		if kinds
	]


# --- the form -------------------------------------------------------------------------------------------------
def _send(kind: str) -> dict:
	applying = Applying(
		kind,
		{name: _typed(name) for name in FIELDS},
		[
			{part: _typed(f"member_{at}_{part}", LONGEST.get(part, 20)) for part in MEMBER}
			for at in range(1, MOST_MEMBERS + 1)
		],
	)
	digest = _digest(applying)
	seed = public_intake.check_ticket(applying)
	if seed:
		_take_turn(seed)
		stored = frappe.db.get_value(
			online_applications.DOCTYPE, {"form_key": same_form.key_of(seed)}, "form_digest"
		)
		if stored == digest:
			# the button was pressed twice: the application is there, and this answer is the one that is seen
			return _received(applying, seed)
		if stored:
			applying.errors["form"] = SENT_BEFORE
			return _form(applying) | {"http_status": 409}
	if visitors.tallied("petition", visitors.DAY) >= public_intake.most_a_day():
		attempts.refused(attempts.FILE, "daily limit")
		applying.errors["form"] = "今天从您所在的网络提交的已经太多。请明天再来，或者到乡镇窗口、打电话申请。"
		return _form(applying) | {
			"http_status": 429,
			"http_headers": {"Retry-After": str(visitors.rest_of_day())},
		}
	check(applying)
	if not applying.errors:
		public_intake.check_captcha(applying)
	uploaded = False
	if not applying.errors:
		# last: unfolding pictures is work that no machine gets for nothing
		_take_papers(applying)
	else:
		uploaded = any(upload.filename for upload in frappe.request.files.values())
	if applying.errors:
		if uploaded:
			# browsers do not let a page fill in a file again
			applying.errors["papers"] = "照片没有保留。请改好其他内容后，重新选择照片。"
		return _form(applying) | {"http_status": 422}
	with public_intake.as_guest():
		store(applying, seed, digest)
	return _received(applying, seed)


def _digest(applying: Applying) -> str:
	"""Of what was typed, before it is brought to one form."""
	members = {f"{at}{part}": row[part] for at, row in enumerate(applying.members) for part in MEMBER}
	return same_form.sent(applying.values | members, ()).words


def _typed(name: str, longest: int = 0) -> str:
	text = str(frappe.form_dict.get(name) or "").replace("\r\n", "\n").replace("\x00", "").strip()
	# a little more than allowed, so that the check notices
	return text[: (longest or LONGEST.get(name, 100)) + 1]


def _no_members() -> list[dict[str, str]]:
	rows = [dict.fromkeys(MEMBER, "") for _place in range(MOST_MEMBERS)]
	rows[0]["kinship"] = KINSHIPS[0][0]
	return rows


def _take_turn(seed: str) -> None:
	"""Who pressed twice waits for the first."""
	wanted = [(online_applications.DOCTYPE, same_form.key_of(seed))]
	try:
		waiting.take(wanted)
	except waiting.ChangedMeanwhile:
		# a new look at the database, in which the other one is stored
		frappe.clear_last_message()
		frappe.db.rollback()
		waiting.take(wanted)


def _form(applying: Applying) -> dict:
	cookie = frappe.request.cookies.get(public_intake.COOKIE) or secrets.token_urlsafe(24)
	return {
		"title": "填写申请",
		"crumbs": (("apply", "我要申请"),),
		"asked": True,
		"sent": False,
		"kind": applying.kind,
		"kind_name": applying.category or "由工作人员判断",
		"values": applying.values,
		"members": applying.members,
		"shown": max(2, applying.named[-1][0]),
		"errors": applying.errors,
		"error_order": _in_order(applying.errors),
		"places": public_intake.places()[1:],
		"filled_by": FILLED_BY,
		"kinships": KINSHIPS,
		"health": HEALTH,
		"work": WORK,
		"checklist": online_at_counter.checklist(applying.category),
		"ticket": public_intake.make_ticket(cookie),
		"trap": public_intake.TRAP,
		"longest": LONGEST,
		"most_files": attachments.MOST,
		"largest_file": attachments.LARGEST,
		"largest_together": public_intake.largest_request(),
		"captcha": public_intake.new_captcha() if public_intake.needs_captcha() else None,
		"http_cookie": {
			"key": public_intake.COOKIE,
			"value": cookie,
			"httponly": True,
			"samesite": "Lax",
			"path": "/apply",
			"secure": frappe.request.scheme == "https",
		},
	}


def _in_order(errors: dict[str, str]) -> list[str]:
	"""From top to bottom of the page."""
	members = [f"member_{at}_{part}" for at in range(1, MOST_MEMBERS + 1) for part in MEMBER]
	papers = [name for name in errors if name.startswith("paper_")]
	order = (
		*("form", "filled_by", "agent_name", "agent_relation", "agent_phone"),
		*members,
		*("phone", "village", "address", "content", "papers"),
		*papers,
		*("consent", "captcha"),
	)
	return [name for name in order if name in errors]


def _received(applying: Applying, seed: str) -> dict:
	return {
		"title": "已经收到",
		"crumbs": (),
		"asked": True,
		"sent": True,
		"code": tracking_codes.spaced(tracking_codes.make_code(seed)),
		"tail": tracking_codes.tail_of(applying.values["phone"]),
		"received_on": today(),
		"kind_name": applying.category or "由工作人员判断",
		"member_count": len(applying.named),
		"papers": [paper.name for _material, paper in applying.papers],
	}


# --- checking ---------------------------------------------------------------------------------------------------
def check(applying: Applying) -> None:
	"""Fill ``applying.errors``."""
	values, errors = applying.values, applying.errors
	if values["filled_by"] not in {name for name, *_rest in FILLED_BY}:
		errors["filled_by"] = "请选择由谁填写。"
	if not any(
		values["village"] == place["code"]
		for group in public_intake.places()[1:]
		for place in group["places"]
	):
		errors["village"] = "请选择家在哪个村（社区）；不清楚的选乡镇。"
	if len(values["content"]) < SHORTEST_CONTENT:
		errors["content"] = f"请写一写家里有什么困难，至少{SHORTEST_CONTENT}个字。"
	values["phone"] = _phone(applying, "phone")
	if not values["phone"]:
		errors.setdefault("phone", "请留下电话，工作人员要与您联系；查询时也要用后四位。")
	if applying.by_helper:
		_check_helper(applying)
	for at, row in applying.named:
		_check_member(applying, at, row)
	if values["consent"] != "1":
		errors["consent"] = "请阅读并勾选承诺和个人信息处理说明；不同意的可以到乡镇窗口申请。"
	for name, longest in LONGEST.items():
		if len(values.get(name, "")) > longest:
			errors[name] = f"这一栏最多{longest}个字，请删减。"


def _phone(applying: Applying, name: str) -> str:
	try:
		return numbers.check_phone(applying.values[name])
	except numbers.NumberError as error:
		applying.errors[name] = str(error)
		return applying.values[name]


def _check_helper(applying: Applying) -> None:
	"""Who fills it in for somebody says who they are."""
	values, errors = applying.values, applying.errors
	values["agent_name"] = names.canonical(values["agent_name"])
	if len(values["agent_name"]) < 2 or not texts.is_name(values["agent_name"]):
		errors["agent_name"] = "请填写代填人的姓名。"
	if not values["agent_relation"]:
		errors["agent_relation"] = "请填写与申请人的关系，例如：儿子、邻居、协理员。"
	values["agent_phone"] = _phone(applying, "agent_phone")
	if not values["agent_phone"]:
		errors.setdefault("agent_phone", "请填写代填人的电话。")


def _check_member(applying: Applying, at: int, row: dict[str, str]) -> None:
	errors, who = applying.errors, "申请人" if at == 1 else f"第{at}人"
	row["name"] = names.canonical(row["name"])
	if not 2 <= len(row["name"]) <= LONGEST["name"] or not texts.is_name(row["name"]):
		errors[f"member_{at}_name"] = f"{who}：请填写姓名。"
	if row["kinship"] not in dict(KINSHIPS):
		errors[f"member_{at}_kinship"] = f"{who}：请选择与户主的关系。"
	if row["health"] and row["health"] not in dict(HEALTH) or row["work"] and row["work"] not in dict(WORK):
		errors[f"member_{at}_health"] = f"{who}：请重新选择。"
	if not row["id"]:
		return
	try:
		row["id"] = identity.check_id(row["id"], getdate(today())).number
	except (identity.IdentityError, numbers.NumberError) as error:
		errors[f"member_{at}_id"] = f"{who}：{error}"
		return
	if any(row["id"] == other["id"] for place, other in applying.named if place < at):
		errors[f"member_{at}_id"] = f"{who}：这个身份证号与上面的人相同。"


def _take_papers(applying: Applying) -> None:
	for at, wanted in enumerate(online_at_counter.checklist(applying.category)):
		uploads = frappe.request.files.getlist(f"paper_{at}")
		try:
			applying.papers += [(wanted["material"], paper) for paper in attachments.accept(uploads)]
		except AttachmentRefused as error:
			applying.errors[f"paper_{at}"] = f"{wanted['material']}：{error}"


# --- storing ----------------------------------------------------------------------------------------------------
def store(applying: Applying, seed: str, digest: str) -> None:
	values, by_helper = applying.values, applying.by_helper
	doc = online_applications.receive(
		{
			"category": applying.category,
			"division": values["village"],
			"applicant_name": applying.members[0]["name"],
			"phone": values["phone"],
			"address": values["address"],
			"filled_by": values["filled_by"],
			**{
				name: values[name] if by_helper else ""
				for name in ("agent_name", "agent_relation", "agent_phone")
			},
			"need_text": values["content"],
			"members": [
				{
					"full_name": row["name"],
					"kinship": row["kinship"],
					"id_number": online_applications.masked(row["id"]),
					"health": row["health"],
					"employment": row["work"],
				}
				for _at, row in applying.named
			],
			"tracking_hash": tracking_codes.fingerprint(tracking_codes.make_code(seed), values["phone"]),
			"form_key": same_form.key_of(seed),
			"form_digest": digest,
		},
		{place: row["id"] for place, (_at, row) in enumerate(applying.named, 1) if row["id"]},
	)
	keep(doc, applying.papers)
	if applying.papers:
		online_applications.add(doc, "")
	visitors.tally("petition", visitors.DAY)


def keep(doc, papers: list[tuple[str, attachments.Paper]]) -> None:
	"""As private files of the submission; the caller saves it."""
	for material, paper in papers:
		file = files.keep(
			paper.content, paper.name, attached_to_doctype=doc.doctype, attached_to_name=doc.name
		)
		doc.append("papers", {"material": material, "file": file.file_url, "sent_on": today()})
