"""What the addressee of a letter is texted: the county's own words, which can always be filled in."""

import frappe
import pytest

from socaid_app.assistance_intake import texting
from socaid_app.casework import letters, result_texts
from socaid_app.casework.result_texts import UnknownPlaceholder
from socaid_app.patches.v1_0 import texts_of_results
from socaid_app.setup import seeds
from tests import builders

ACCEPTANCE = "Acceptance Notice"


@pytest.fixture
def notice(site):
	team = builders.make_team()
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	return frappe.get_last_doc("Document Delivery", {"reference_name": case.name})


@pytest.fixture
def texted(monkeypatch):
	"""What goes to the gateway, which stands outside the house."""
	sent = []
	monkeypatch.setattr(texting, "send_sms", lambda numbers, text, **kwargs: sent.append(text))
	monkeypatch.setattr(texting.sensitive, "full_value", lambda recipient, field: "13800000000")
	return sent


def template():
	return frappe.get_doc(result_texts.TEMPLATE, result_texts.template_of(ACCEPTANCE))


@pytest.mark.parametrize("rich", [False, True])
def test_the_county_s_own_words_arrive(notice, texted, rich):
	words = "{{ bureau }}告知：{{ letter }}{{ number }}已送达乡镇，请到窗口领取。"
	doc = template()
	doc.use_html = int(not rich)
	doc.response, doc.response_html = (f"<div><p>{words}</p></div>", None) if rich else (None, words)
	doc.save()
	texting.send_sms_to_addressee(notice.name)
	(text,) = texted
	assert text.endswith(f"{notice.document_number}已送达乡镇，请到窗口领取。")
	assert "受理通知书" in text and "{{" not in text and "<" not in text


@pytest.mark.parametrize(
	"words",
	[
		"{{ 姓名 }}您好",
		"{{ amount }}元",
		"{{ frappe.db.get_value('User', 'Administrator', 'email') }}",
		"{% for row in rows %}{{ row }}{% endfor %}",
		"{{ number|upper }}{% if id_number %}有{% endif %}",
		"{% include 'templates/includes/macros.html' %}",
	],
)
def test_a_text_that_cannot_be_filled_in_is_not_saved(site, words):
	doc = template()
	doc.response_html = words
	with pytest.raises(UnknownPlaceholder) as refused:
		doc.save()
	assert "number" in str(refused.value) and "bureau" in str(refused.value)
	# nor does a letter begin to use such a text
	other = frappe.get_doc(
		{"doctype": result_texts.TEMPLATE, "name": f"县版{builders.digits()}", "subject": "短信"}
	)
	other.update({"use_html": 1, "response_html": words})
	other.insert()
	rule = frappe.get_doc(letters.DOCTYPE, ACCEPTANCE)
	rule.text_message = other.name
	with pytest.raises(UnknownPlaceholder):
		rule.save()


def test_the_refusal_is_a_chinese_sentence(site):
	doc = template()
	doc.response_html = "{{ amount }}元"
	with pytest.raises(UnknownPlaceholder, match="“amount”无法填入内容。告知短信只能使用这些占位符"):
		doc.save()


def test_other_templates_of_the_county_are_its_own(site):
	doc = frappe.get_doc(
		{"doctype": result_texts.TEMPLATE, "name": f"会议{builders.digits()}", "subject": "会议通知"}
	)
	doc.update({"use_html": 1, "response_html": "{{ meeting }}"})
	doc.insert()


def test_one_kind_of_letter_has_words_of_its_own_or_none(notice, texted):
	own = frappe.get_doc(
		{"doctype": result_texts.TEMPLATE, "name": f"县版{builders.digits()}", "subject": "短信"}
	)
	own.update({"use_html": 1, "response_html": "已受理：{{ case }}"})
	own.insert()
	rule = frappe.get_doc(letters.DOCTYPE, ACCEPTANCE)
	rule.text_message = own.name
	rule.save()
	texting.send_sms_to_addressee(notice.name)
	assert texted == [f"已受理：{notice.reference_name}"]
	rule.text_message = None
	rule.save()
	assert result_texts.template_of(ACCEPTANCE) == ""
	assert result_texts.template_of("Confirmation Notice")


def test_a_migrate_overwrites_no_text_and_no_choice(site):
	doc = template()
	doc.response_html = "县里的话：{{ case }}"
	doc.save()
	rule = frappe.get_doc(letters.DOCTYPE, "Supplement Notice")
	rule.text_message = None
	rule.save()
	seeds.seed_letter_rules()
	assert template().response_html == "县里的话：{{ case }}"
	assert result_texts.template_of("Supplement Notice") == ""


def test_a_county_that_is_there_already_gets_the_text_once(site):
	frappe.db.set_value(letters.DOCTYPE, ACCEPTANCE, "text_message", None)
	texts_of_results.execute()
	assert template().response_html
	texts_of_results.execute()
	delivered = {"is_delivered": 1, "document_type": "Assistance Application"}
	assert not frappe.get_all(letters.DOCTYPE, {**delivered, "text_message": ["is", "not set"]})
