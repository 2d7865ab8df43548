"""A report that is prepared, kept or mailed asks for its roles like one that is run at once."""

import json

import frappe
import pytest

from socaid_app.permissions import reports
from tests import builders

LEDGER, ROLL = "Petition Ledger", "Monthly Roll"
DETAIL = '{"detail": 1}'
FRAPPE = "frappe.core.doctype.prepared_report.prepared_report"


@pytest.fixture(scope="module")
def users(site):
	frappe.set_user("Administrator")
	found = {
		"investigator": builders.make_user("Field Investigator", builders.TOWNSHIP_A),
		"county": builders.make_user("County Reviewer"),
		"other": builders.make_user("County Reviewer"),
		"township": builders.make_user(("Township Officer", "Report Manager"), builders.TOWNSHIP_A),
		"system": builders.make_user(("System Manager", "Prepared Report User")),
	}
	frappe.db.commit()
	return found


def prepare(user: str, report: str = LEDGER, filters: str = "{}") -> str:
	with builders.acting_as(user):
		from frappe.core.doctype.prepared_report.prepared_report import make_prepared_report

		name = make_prepared_report(report, filters)["name"]
		reports.generate(name)
	frappe.set_user("Administrator")
	return name


def file_of(prepared: str):
	return frappe.get_doc("File", {"attached_to_doctype": reports.PREPARED, "attached_to_name": prepared})


def take_role(user: str, role: str) -> None:
	frappe.db.delete("Has Role", {"parent": user, "role": role})
	frappe.clear_cache(user=user)


# --- asking ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("report", [LEDGER, ROLL])
def test_who_may_not_run_a_report_does_not_have_it_prepared(client, users, report):
	before = frappe.db.count(reports.PREPARED)
	http = client(users["investigator"])
	data = {"doctype": reports.PREPARED, "report_name": report, "filters": "{}"}
	answers = [
		http.call(f"{FRAPPE}.make_prepared_report", report_name=report, filters="{}"),
		http.get(f"/api/method/{FRAPPE}.make_prepared_report", report_name=report, filters="{}"),
		http.post(f"/api/v2/method/{FRAPPE}.make_prepared_report", report_name=report, filters="{}"),
		http.post(f"/api/resource/{reports.PREPARED}", **data),
		http.call("frappe.client.insert", doc=data),
		http.call(f"{FRAPPE}.get_reports_in_queued_state", report_name=report, filters="{}"),
		http.call("frappe.desk.query_report.get_script", report_name=report),
		http.call("frappe.desk.query_report.run", report_name=report, filters="{}"),
		http.call(
			"frappe.desk.query_report.save_report",
			reference_report=report,
			report_name=f"副本{builders.digits()}",
			columns="[]",
			filters="{}",
		),
		http.call(
			"frappe.desk.query_report.export_query", report_name=report, filters="{}", file_format_type="CSV"
		),
	]
	assert [answer.status_code for answer in answers] == [403] * len(answers)
	assert frappe.db.count(reports.PREPARED) == before


def test_a_copy_of_a_report_asks_for_the_roles_of_the_original(users):
	copy = frappe.get_doc(
		{
			"doctype": "Report",
			"report_name": f"副本{builders.digits()}",
			"report_type": "Custom Report",
			"reference_report": LEDGER,
			"ref_doctype": "Petition",
			"is_standard": "No",
			"json": "{}",
			"roles": [{"role": "Field Investigator"}],
		}
	).insert()
	assert reports.may_run(copy.name, users["county"])
	assert not reports.may_run(copy.name, users["investigator"])


def test_a_system_manager_prepares_nothing_in_anothers_name_or_state(client, users):
	frappe.get_doc("User", users["system"]).add_roles("County Reviewer")
	answer = client(users["system"]).post(
		f"/api/resource/{reports.PREPARED}",
		report_name=ROLL,
		filters="{}",
		owner=users["county"],
		status="Completed",
		job_id="anothers-job",
	)
	stored = frappe.db.get_value(reports.PREPARED, answer.json["data"]["name"], ["owner", "status", "job_id"])
	assert stored == (users["system"], "Queued", None)
	changed = client(users["system"]).put(
		f"/api/resource/{reports.PREPARED}/{answer.json['data']['name']}", report_name=LEDGER
	)
	assert changed.status_code == 403


# --- making ---------------------------------------------------------------------------------------------------
def test_the_job_works_with_the_rights_of_who_asked(users):
	for division in (builders.VILLAGE_A, builders.VILLAGE_B):
		builders.grant_benefit(builders.make_household(division, members=1))
	with builders.acting_as(users["township"]):
		from frappe.core.doctype.prepared_report.prepared_report import make_prepared_report

		name = make_prepared_report(ROLL, DETAIL)["name"]
	# a worker begins as Administrator
	reports.generate(name)
	frappe.set_user(users["township"])
	data = json.loads(frappe.get_doc(reports.PREPARED, name).get_prepared_data())
	frappe.set_user("Administrator")
	text = json.dumps(data["result"], ensure_ascii=False)
	assert data["result"] and builders.VILLAGE_B not in text
	assert {row["division"][:9] for row in data["result"] if row.get("division")} == {builders.TOWNSHIP_A[:9]}


def test_roles_are_asked_again_when_the_job_runs(users):
	user = builders.make_user("County Reviewer")
	with builders.acting_as(user):
		from frappe.core.doctype.prepared_report.prepared_report import make_prepared_report

		name = make_prepared_report(LEDGER, "{}")["name"]
	take_role(user, "County Reviewer")
	reports.generate(name)
	frappe.set_user("Administrator")
	assert frappe.db.get_value(reports.PREPARED, name, "status") == "Error"
	assert not frappe.db.exists("File", {"attached_to_name": name})


# --- what was made ----------------------------------------------------------------------------------------------
def test_the_file_is_not_found_by_report_and_minute(users):
	file = file_of(prepare(users["county"]))
	assert file.is_private and file.owner == "Administrator"
	assert (
		"petition" not in file.file_url and frappe.utils.nowdate()[:4] not in file.file_url.rpartition("/")[2]
	)


def test_what_was_made_is_read_by_its_owner_while_the_roles_last(client, users):
	user = builders.make_user(("County Reviewer", "Prepared Report User"))
	name = prepare(user)
	frappe.db.commit()
	address = file_of(name).file_url

	def codes(http) -> set[int]:
		return {
			http.get(address).status_code,
			http.get(f"/api/resource/{reports.PREPARED}/{name}").status_code,
			http.call(
				"frappe.desk.query_report.run", report_name=LEDGER, filters={"prepared_report_name": name}
			).status_code,
		}

	def download(http) -> int:
		return http.get(f"/api/method/{FRAPPE}.download_attachment", dn=name).status_code

	assert codes(client(user)) == {200}
	# a file that leaves asks for the right to export as well
	about = frappe.db.get_value("Report", LEDGER, "ref_doctype")
	assert download(client(user)) == (200 if frappe.has_permission(about, "export", user=user) else 403)
	for stranger in ("other", "system", "investigator"):
		assert 200 not in codes(client(users[stranger])) | {download(client(users[stranger]))}, stranger
	take_role(user, "County Reviewer")
	assert 200 not in codes(client(user)), "the role is gone"
	listed = client(user).get(f"/api/resource/{reports.PREPARED}").json
	assert not listed.get("data")


def test_the_same_roles_do_not_read_what_was_made_in_anothers_scope(users):
	name = prepare(users["county"])
	with builders.acting_as(users["other"]), pytest.raises(reports.ReportNotYours):
		frappe.get_doc(reports.PREPARED, name).get_prepared_data()


def test_who_left_is_made_and_mailed_nothing(users):
	user = builders.make_user("County Reviewer")
	report = mailed(user).insert()
	frappe.db.set_value("User", user, "enabled", 0)
	with pytest.raises(reports.ReportNotYours):
		frappe.get_doc("Auto Email Report", report.name).get_report_content()


def test_nobody_deletes_what_was_made_for_others(client, users):
	name = prepare(users["county"])
	frappe.db.commit()
	client(users["system"]).call(f"{FRAPPE}.delete_prepared_reports", reports=[{"name": name}])
	assert frappe.db.exists(reports.PREPARED, name)


# --- mailed ---------------------------------------------------------------------------------------------------
def mailed(user: str, report: str = ROLL, **values):
	return frappe.get_doc(
		{
			"doctype": "Auto Email Report",
			"report": report,
			"report_type": "Script Report",
			"user": user,
			"enabled": 1,
			"email_to": "a@example.invalid",
			"format": "CSV",
			"frequency": "Daily",
			"filters": DETAIL,
			"no_of_rows": 500,
			**values,
		}
	)


def test_a_report_is_mailed_only_to_who_may_run_it(users):
	with pytest.raises(reports.ReportNotYours):
		mailed(users["investigator"]).insert()
	report = mailed(users["county"]).insert()
	frappe.db.set_value("Auto Email Report", report.name, "user", users["investigator"])
	with pytest.raises(reports.ReportNotYours):
		frappe.get_doc("Auto Email Report", report.name).get_report_content()


def test_what_the_scheduler_mails_is_what_the_user_would_see(users):
	for division in (builders.VILLAGE_A, builders.VILLAGE_B):
		builders.grant_benefit(builders.make_household(division, members=1, name=f"邮{division[6:9]}"))
	content = mailed(users["township"]).insert().get_report_content()
	assert "邮201" in content and "邮203" not in content
	assert frappe.session.user == "Administrator"
