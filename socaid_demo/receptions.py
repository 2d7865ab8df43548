"""Who came to, or called, the reception desks of the last weeks, and what they were told."""

from __future__ import annotations

import frappe

from socaid_app.petition_desk import reception
from socaid_demo.county_villages import JIASHAN, JINZHOU, townships
from socaid_demo.daybook import Daybook
from socaid_demo.petition_steps import PetitionDesk

GUIDE = "Policy Guide"
# What is asked, and a word of the question that the guide answers it under.
ASKED = (
	("想问低保怎么申请，要到哪里办。", "怎么申请"),
	("孩子考上大学了，低保还能不能享受。", "大学"),
	("家里有一台农用三轮车，会不会影响低保。", "车"),
	("低保金每个月几号到账。", "发"),
	("申请以后多长时间有结果。", "多长时间"),
	("临时救助能给多少。", "临时救助"),
	("老人住进敬老院，特困供养金怎么算。", "特困"),
	("外出打工的收入怎么算。", "收入"),
	("残疾证办下来了，能不能提高低保金。", "残疾"),
	("对公示的名单有意见，向谁反映。", "公示"),
	("户主去世了，低保要办什么手续。", "去世"),
	("材料不齐要跑几趟。", "材料"),
)
EVERY_DAYS = 4
VISITS = 26
RESULTS = (
	reception.EXPLAINED,
	reception.EXPLAINED,
	"Application Advised",
	reception.EXPLAINED,
	reception.REFERRED,
)
UNDERSTOOD = ("Understood", "Understood", "Partly Understood", "Understood", "Understood", "Objects")


def receive(desk: PetitionDesk) -> int:
	"""Reception records of all townships, two out of three in those the demo shows; one becomes a petition."""
	book, guides = desk.book, _guides()
	others = [code for code in townships() if code not in (JIASHAN, JINZHOU)]
	for number in range(VISITS):
		shown = JIASHAN if number % 2 else JINZHOU
		township = others[number // 3 % len(others)] if number % 3 == 0 else shown
		_receive(desk, number, township, guides)
	last = frappe.get_last_doc(reception.DOCTYPE, {"township": desk.family(JIASHAN).township})
	with book.acting(last.owner, book.day(1)):
		reception.turn_into_petition(last.name, "Appeal for Help", "Policy Question", "请书面说明核算依据。")
	return VISITS


def _receive(desk: PetitionDesk, number: int, township: str, guides: dict[str, str]) -> None:
	book: Daybook = desk.book
	text, word = ASKED[number % len(ASKED)]
	family = desk.family(township)
	day = book.day(2 + (VISITS - number) * EVERY_DAYS)
	guide = next((name for name, question in guides.items() if word in question), None)
	# in a small county not every township has families
	with book.acting(book.township(family.township, "officer1"), day):
		frappe.get_doc(
			{
				"doctype": reception.DOCTYPE,
				"received_at": frappe.utils.now(),
				"channel": "By Telephone" if number % 4 == 1 else "In Person",
				"visitor_name": family.head_name,
				"phone": desk.next_phone(),
				"household": family.name,
				"division": family.division,
				"place": "乡镇便民服务大厅",
				"matter_text": text,
				"guides": [{"guide": guide}] if guide else [],
				"explanation": "已对照政策解答，并说明需要的材料和办理时限。",
				"understood": UNDERSTOOD[number % len(UNDERSTOOD)],
				"result": RESULTS[number % len(RESULTS)],
			}
		).insert()


def _guides() -> dict[str, str]:
	return dict(
		frappe.get_all(
			GUIDE,
			filters={"status": "In Force"},
			fields=["name", "question"],
			order_by="name",
			as_list=True,
		)
	)
