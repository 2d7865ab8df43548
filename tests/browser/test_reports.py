"""A manager builds a report in Desk and finds it again; what is overdue stands on the desks."""

import frappe

from tests import builders


def test_a_manager_saves_a_report_and_opens_it_later(desk_as, staff):
	builders.grant_benefit(builders.make_household(builders.VILLAGE_A, members=1))
	frappe.db.commit()
	name = f"自建报表{builders.digits()}"
	desk = desk_as(staff.county_reviewer, "reports-").open("List", "Entitlement", "Report")
	desk.page.evaluate("cur_list.save_report('save_as')")
	dialog = desk.dialog("另存为")
	dialog.locator("input[data-fieldname=name]").fill(name)
	dialog.locator(".btn-primary:visible").click()
	desk.page.wait_for_function("name => window.cur_list?.report_name === name", arg=name)
	desk.settle().shoot("自建报表")
	assert frappe.db.get_value("Report", name, "owner") == staff.county_reviewer

	again = desk_as(staff.county_reviewer, "reports-")
	again.page.evaluate('name => { frappe.set_route("List", "Entitlement", "Report", name); }', name)
	again.page.wait_for_function("name => window.cur_list?.report_name === name", arg=name)
	again.settle()
	assert again.page.evaluate("cur_list.data.length") > 0
	assert not desk.page.errors and not again.page.errors


def test_what_is_overdue_by_a_rule_stands_on_the_desk_of_its_module(desk_as, staff):
	desk = desk_as(staff.county_reviewer, "reports-")
	for workspace, label in (("Field Visits", "超期：走访问题处理"), ("County Desk", "超期：核实提标")):
		desk.open("Workspaces", workspace)
		number = desk.body.locator(".number-widget-box", has_text=label).locator(".number")
		desk.page.wait_for_function("box => box.innerText.trim()", arg=number.element_handle())
		desk.shoot(workspace)


def test_the_list_of_bound_files_opens_in_chinese(desk_as, staff):
	desk = desk_as(staff.archivist, "reports-").open("query-report", "Archive File List")
	desk.page.wait_for_function("frappe.query_report?.columns?.length > 0 || frappe.query_report?.data")
	desk.settle().shoot("归档文件目录")
	assert not desk.page.errors
