"""Each stage has its letter; letters name the law, mask numbers and keep secret who must stay secret."""

import frappe
import pytest
from frappe.www.printview import get_rendered_template

from socaid_app.casework.letters import letter_of
from socaid_app.petition_desk import letter_words
from tests.builders.petition_records import make_paper, make_petition

PHONE = "13900001234"
PETITION_LETTERS = (
	"Petition Registration Form",
	"Petition Acceptance Notice",
	"Petition Refusal Notice",
	"Petition Transfer Notice",
	"Petition Extension Notice",
	"Petition Opinion",
	"Petition Report to Sender",
)
PAPERS = {
	"Petition Transfer Letter": ("Petition Transfer", {"kind": "Assigned with Deadline", "to_unit": "甲乡"}),
	"Petition Return Letter": ("Petition Transfer", {"kind": "Returned to Sender", "to_unit": "县信访局"}),
	"Petition Handling Report": ("Petition Transfer", {"kind": "Assigned with Deadline", "to_unit": "甲乡"}),
	"Petition Review Opinion": ("Petition Review", {"stage": "Review", "reviewing_body": "县政府"}),
	"Petition Delivery Receipt": ("Document Delivery", {"document_kind": "Opinion on Handling"}),
	"Petition Hearing Record": ("Petition Hearing", {"chair": "主持1"}),
	"Petition Settlement Agreement": ("Petition Settlement", {"kind": "Mediated"}),
}


def html(doctype: str, name: str, letter: str) -> str:
	doc = frappe.get_doc(doctype, name)
	return get_rendered_template(doc, print_format=frappe.get_doc("Print Format", letter))


def paper(letter: str, petition, **values) -> str:
	doctype, standard = PAPERS[letter]
	name = make_paper(doctype, petition, **standard, **values)
	return html(doctype, name, letter)


@pytest.mark.parametrize(
	("values", "letter"),
	[
		({}, "Petition Registration Form"),
		({"status": "Under Way"}, "Petition Acceptance Notice"),
		({"status": "Under Way", "extended_until": "2027-01-01"}, "Petition Extension Notice"),
		({"status": "Not Taken Up"}, "Petition Refusal Notice"),
		({"status": "Answered", "answered_on": "2026-11-20"}, "Petition Opinion"),
		({"status": "In Review", "answered_on": "2026-11-20"}, "Petition Opinion"),
		({"status": "Concluded", "answered_on": "2026-11-20"}, "Petition Opinion"),
		({"status": "Concluded"}, "Petition Registration Form"),
		({"status": "Passed On"}, "Petition Transfer Notice"),
		({"status": "Joined"}, "Petition Registration Form"),
	],
)
def test_the_letter_of_a_stage(site, values, letter):
	assert letter_of(make_petition(**values)) == letter


@pytest.mark.parametrize(
	("values", "letter"),
	[
		({"kind": "Passed On to Competent Unit"}, "Petition Transfer Letter"),
		({"kind": "Assigned with Deadline"}, "Petition Transfer Letter"),
		({"kind": "Returned to Sender"}, "Petition Return Letter"),
		({"kind": "Assigned with Deadline", "feedback_on": "2026-11-01"}, "Petition Handling Report"),
	],
)
def test_the_letter_of_a_transfer(site, values, letter):
	name = make_paper("Petition Transfer", make_petition(), to_unit="甲乡", **values)
	assert letter_of(frappe.get_doc("Petition Transfer", name)) == letter


def test_the_form_knows_its_letter(site):
	doc = frappe.get_doc("Petition", make_petition(status="Not Taken Up").name)
	doc.run_method("onload")
	assert doc.get_onload("letters") == ["Petition Refusal Notice"]


@pytest.mark.parametrize("letter", PETITION_LETTERS)
def test_letters_of_a_petition_mask_the_number(site, letter):
	doc = make_petition(answered_on="2026-11-20", route="Handled as Petition", address="义方村三组")
	text = html("Petition", doc.name, letter)
	assert PHONE not in text and doc.name in text
	assert "测试信访人1" in text


@pytest.mark.parametrize("letter", PAPERS)
def test_letters_of_the_papers_mask_the_number(site, letter):
	text = paper(letter, make_petition())
	assert PHONE not in text and "测试信访人1" in text or letter == "Petition Return Letter"


@pytest.mark.parametrize("values", [{"anonymous_wish": 1}, {"real_name": 0}, {"category": "Accusation"}])
@pytest.mark.parametrize(
	"letter", ["Petition Transfer Letter", "Petition Return Letter", "Petition Handling Report"]
)
def test_other_units_do_not_learn_who_asked_for_secrecy(site, values, letter):
	text = paper(letter, make_petition(**values))
	assert "测试信访人1" not in text and "1234" not in text


def test_the_opinion_has_all_that_the_law_asks_for(site):
	doc = make_petition(
		demand="诉求1",
		findings="事实1",
		legal_basis="依据1",
		answer="意见1",
		decision="Supported",
		route="Handled as Petition",
		answered_on="2026-11-20",
		review_until="2027-03-04",
	)
	text = html("Petition", doc.name, "Petition Opinion")
	for part in ("信访处理意见书", "信访人", "投诉请求", "诉求1", "事实与理由", "事实1", "处理意见", "意见1"):
		assert part in text
	for part in ("法律依据", "依据1", "30日", "2027年3月4日", "第三十五条"):
		assert part in text


def test_an_answer_of_duty_promises_no_review(site):
	text = html("Petition", make_petition(route="Answer of Duty").name, "Petition Opinion")
	assert "履行职责答复意见书" in text and "第三十五条" not in text


@pytest.mark.parametrize(
	("values", "said", "unsaid"),
	[
		({"route": "Handled as Petition", "decide_due": "2027-01-15"}, "2027年1月15日", "第二十九条"),
		({"route": "Arbitration"}, "仲裁", "60日"),
		({"category": "Suggestion"}, "第二十九条", "60日"),
		({"category": "Accusation"}, "第三十条", "60日"),
	],
)
def test_the_notice_promises_sixty_days_only_where_they_run(site, values, said, unsaid):
	text = html("Petition", make_petition(**values).name, "Petition Acceptance Notice")
	assert said in text and unsaid not in text


def test_a_recheck_says_that_it_is_final_and_a_review_says_what_comes_next(site):
	doc = make_petition()
	review, recheck = (
		html(
			"Petition Review",
			make_paper("Petition Review", doc, stage=stage, reviewing_body="县政府", hearing_days=days),
			"Petition Review Opinion",
		)
		for stage, days in (("Review", 0), ("Recheck", 4))
	)
	assert "复查意见书" in review and "请求复核" in review and "终结" not in review
	assert "复核意见书" in recheck and "终结意见" in recheck and "4日不计入" in recheck


def test_markup_in_what_people_wrote_is_shown_as_text(site):
	doc = make_petition(subject="<b>粗1</b>", content="第1行\n<script>alert(1)</script>")
	text = html("Petition", doc.name, "Petition Registration Form")
	assert "<script>alert" not in text and "<b>粗1</b>" not in text and "第1行<br>" in text


def test_the_village_stands_once_in_the_address(site):
	doc = make_petition(address="义方村三组")
	assert letter_words.petition_place(doc).count("义方村") == 1
	assert letter_words.petition_place(doc, outside=True).endswith("义方村")


def test_the_forms_begin_with_their_letters(site):
	for doctype in ("Petition", *dict.fromkeys(doctype for doctype, _values in PAPERS.values())):
		if doctype != "Document Delivery":
			assert frappe.get_meta(doctype).default_print_format in {*PETITION_LETTERS, *PAPERS}
	receipt = make_paper("Document Delivery", make_petition(), document_kind="Opinion on Handling")
	assert letter_of(frappe.get_doc("Document Delivery", receipt)) == "Petition Delivery Receipt"


def test_every_letter_is_installed(site):
	for letter in (*PETITION_LETTERS, *PAPERS):
		assert frappe.db.exists("Print Format", letter)
