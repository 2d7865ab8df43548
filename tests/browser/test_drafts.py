"""What was typed and not saved is there again: after a reload, after Esc in a dialog; and not for somebody else."""

import frappe

from tests import builders


def test_what_was_typed_survives_a_reload_esc_and_a_change_by_somebody_else(desk_as, staff):
	team = builders.make_team()
	case = builders.make_application(team, division="220422201205")
	frappe.db.commit()
	desk = desk_as(staff.officer, "drafts-")
	page = desk.page
	need, offer = page.locator("textarea[data-fieldname=need_text]"), page.locator(".socaid-draft-offer")
	desk.open("Form", "Assistance Application", case.name)
	need.fill("丈夫患病住院，欠药费八千元。")
	page.wait_for_function("Object.keys(sessionStorage).some((key) => key.startsWith('socaid-draft:'))")
	page.reload()
	offer.wait_for()
	assert "申请理由" in offer.inner_text()
	desk.shoot("上次没有保存")
	offer.get_by_role("button", name="重新填入").click()
	assert need.input_value() == "丈夫患病住院，欠药费八千元。"
	page.keyboard.press("Control+s")
	page.wait_for_function("!cur_frm.is_dirty()")
	frappe.db.rollback()
	assert (
		frappe.db.get_value("Assistance Application", case.name, "need_text")
		== "丈夫患病住院，欠药费八千元。"
	)
	# saved, nothing is left of it
	desk.open("Form", "Assistance Application", case.name)
	assert (
		page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('socaid-draft:')).length")
		== 0
	)

	# the words of a dialog that was closed
	page.evaluate(
		"cur_frm.selected_workflow_action = 'Withdraw'; void cur_frm.trigger('before_workflow_action')"
	)
	dialog = page.locator(".modal.show")
	dialog.locator("textarea[data-fieldname=opinion]").fill("本人提出撤回。")
	page.wait_for_function("Object.keys(sessionStorage).some((key) => key.includes(':step:'))")
	page.keyboard.press("Escape")
	dialog.wait_for(state="hidden")
	page.evaluate("void cur_frm.trigger('before_workflow_action')")
	assert dialog.locator("textarea[data-fieldname=opinion]").input_value() == "本人提出撤回。"
	page.keyboard.press("Escape")

	# somebody else saves the record meanwhile: nothing of theirs is written over
	need.fill("另有一句。")
	page.wait_for_function("Object.keys(sessionStorage).some((key) => key.includes(':form:'))")
	with builders.acting_as(staff.clerk):
		other = frappe.get_doc("Assistance Application", case.name)
		other.need_text = "别人写的。"
		other.save()
	frappe.db.commit()
	page.reload()
	offer.get_by_role("button", name="重新填入").click()
	message = page.locator(".modal.show", has_text="这期间别人改过")
	message.get_by_text("另有一句。").wait_for()
	desk.shoot("别人改过")
	assert need.input_value() == "别人写的。"
	assert not page.errors


def test_what_one_user_typed_is_gone_for_the_next_and_after_the_logout(desk_as, staff):
	desk = desk_as(staff.officer, "drafts-")
	page = desk.page
	page.evaluate("socaid.drafts.keep('form:Recipient:', {values: {full_name: '某人'}, base: ''})")
	page.evaluate("sessionStorage.setItem('socaid-draft:other@example.invalid:form:Recipient:', '{}')")
	page.reload()
	page.wait_for_function("window.frappe && frappe.boot && window.socaid?.drafts")
	page.wait_for_function(
		"!Object.keys(sessionStorage).some((key) => key.includes('other@example.invalid'))"
	)
	assert page.evaluate("socaid.drafts.read('form:Recipient:').values.full_name") == "某人"
	page.evaluate("frappe.app.logout()")
	page.wait_for_url("**/login**")
	assert (
		page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('socaid-draft:')).length")
		== 0
	)
	assert not page.errors
