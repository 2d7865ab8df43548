"""Managers build their own reports, the Socaid Administrator writes queries; neither opens anybody else's scope."""

import json

import frappe
import pytest
from frappe.core.doctype.prepared_report.prepared_report import make_prepared_report

from socaid_app.casework import own_reports
from socaid_app.permissions import query_reports, reports
from socaid_app.permissions.query_reports import QueryNotKnown
from tests import builders
from tests.builders import petitions

KIND = "Entitlement"
SAVE, LIST = "frappe.desk.reportview.save_report", "frappe.desk.reportview.get"
RUN = "frappe.desk.query_report.run"
MANAGERS = ("Township Approver", "County Reviewer", "County Approver", "Service Manager")


@pytest.fixture(scope="module")
def people(site):
	"""A benefit in each of two townships, and who looks at them."""
	frappe.set_user("Administrator")
	for division in (builders.VILLAGE_A, builders.VILLAGE_B):
		builders.grant_benefit(builders.make_household(division, members=1))
	found = frappe._dict(
		approver=builders.make_user("Township Approver", builders.TOWNSHIP_A),
		neighbour=builders.make_user("Township Approver", builders.TOWNSHIP_B),
		manager=builders.make_user("Service Manager"),
		clerk=builders.make_user("Township Officer", builders.TOWNSHIP_A),
		admin=builders.make_user("Socaid Administrator"),
		system=builders.make_user(("System Manager", "Script Manager")),
	)
	frappe.db.commit()
	return found


def settings(**values) -> str:
	"""What the report view keeps of a list."""
	return json.dumps(
		{
			"filters": [[KIND, "docstatus", "=", 1, False]],
			"fields": [["name", KIND], ["township", KIND], ["amount", KIND]],
			"order_by": f"`tab{KIND}`.`name` asc",
			"add_totals_row": 0,
			"page_length": 500,
			**values,
		}
	)


def build(http, name: str | None = None, **values):
	name = name or f"自建{builders.digits()}"
	return name, http.call(SAVE, name=name, doctype=KIND, report_settings=settings(**values))


def shown(http, report: str) -> list[dict]:
	"""As the desk opens a report: its record, then its list."""
	got = http.call("frappe.desk.form.load.getdoc", doctype="Report", name=report)
	assert got.status_code == 200, got.get_data(as_text=True)
	kept = json.loads(got.json["docs"][0]["json"])
	fields = [f"`tab{kind}`.`{field}`" for field, kind in kept["fields"] if field != "_aggregate_column"]
	asked = {"order_by": kept["order_by"]}
	if group := kept.get("group_by"):
		fields = [f"`tab{KIND}`.`township`", group["aggregate"]]
		asked = {"group_by": group["group_by"], "order_by": "_aggregate_column desc"}
	answer = http.call(
		LIST,
		doctype=KIND,
		fields=fields,
		filters=kept["filters"],
		start=0,
		page_length=500,
		view="Report",
		**asked,
	)
	assert answer.status_code == 200, answer.get_data(as_text=True)
	found = answer.json["message"] or {"keys": [], "values": []}
	return [dict(zip(found["keys"], row, strict=True)) for row in found["values"]]


# --- reports of the report builder -----------------------------------------------------------------------------------
@pytest.mark.parametrize("role", MANAGERS)
def test_a_manager_builds_a_report_and_uses_it_later(client, people, role):
	division = builders.TOWNSHIP_A if role.startswith("Township") else None
	http = client(builders.make_user(role, division))
	name, answer = build(http, chart_args={"chart_type": "bar", "x_axis": "township", "y_axes": ["amount"]})
	assert answer.status_code == 200, answer.get_data(as_text=True)
	townships = {row["township"] for row in shown(http, name)}
	assert (
		townships == {builders.TOWNSHIP_A}
		if division
		else townships
		>= {
			builders.TOWNSHIP_A,
			builders.TOWNSHIP_B,
		}
	)
	_same, again = build(http, name, filters=[[KIND, "township", "=", builders.TOWNSHIP_A, False]])
	assert again.status_code == 200 and {row["township"] for row in shown(http, name)} == {
		builders.TOWNSHIP_A
	}
	assert http.call("frappe.desk.reportview.delete_report", name=name).status_code == 200


def test_a_report_that_groups_counts_the_own_rows_alone(client, people):
	http = client(people.approver)
	group = {
		"aggregate": f"count(`tab{KIND}`.`name`) as _aggregate_column",
		"group_by": f"`tab{KIND}`.`township`",
	}
	name, answer = build(http, group_by=group)
	assert answer.status_code == 200
	(row,) = shown(http, name)
	assert row["township"] == builders.TOWNSHIP_A
	assert row["_aggregate_column"] == frappe.db.count(
		KIND, {"township": builders.TOWNSHIP_A, "docstatus": 1}
	)


def test_who_has_not_the_duty_builds_none(client, people):
	name, answer = build(client(people.clerk))
	assert (answer.status_code, answer.json["exc_type"]) == (403, "NotYourReport")
	assert not frappe.db.exists("Report", name)


def test_a_county_gives_the_duty_to_others(client, people):
	doc = frappe.get_single("Socaid Settings")
	doc.append("duties", {"duty": own_reports.BUILD, "role": "Township Officer"})
	doc.save()
	try:
		assert build(client(people.clerk))[1].status_code == 200
	finally:
		doc.set(
			"duties",
			[row for row in doc.duties if row.role != "Township Officer" or row.duty != own_reports.BUILD],
		)
		doc.save()
		frappe.db.commit()


def test_a_built_report_is_its_builders_until_it_is_shared(client, people):
	name, _answer = build(client(people.approver))
	other = client(people.neighbour)
	listed = {"doctype": "Report", "fields": ["name"], "filters": [["name", "=", name]]}
	assert other.call("frappe.desk.form.load.getdoc", doctype="Report", name=name).status_code == 403
	assert other.call("frappe.client.get_list", **listed).json["message"] == []
	assert build(other, name)[1].status_code in (403, 417)
	assert other.call("frappe.desk.reportview.delete_report", name=name).status_code == 403
	assert not reports.may_run(name, people.neighbour)
	with builders.acting_as(people.neighbour):
		frappe.cache.delete_value("has_role:Report", user=people.neighbour)
		assert name not in frappe.boot.get_user_pages_or_reports("Report")

	frappe.share.add_docshare(
		"Report", name, people.neighbour, read=1, flags={"ignore_share_permission": True}
	)
	frappe.db.commit()
	assert {row["township"] for row in shown(other, name)} == {builders.TOWNSHIP_B}


def test_what_the_administrator_builds_is_for_its_roles(client, people):
	name, answer = build(client(people.admin))
	assert answer.status_code == 200
	assert {row["township"] for row in shown(client(people.approver), name)} == {builders.TOWNSHIP_A}


def test_a_column_of_another_level_is_not_in_it(client, people):
	"""The basis of a benefit is of level 1, which the service manager does not have."""
	http = client(people.manager)
	name, answer = build(http, fields=[["name", KIND], ["basis_snapshot", KIND]])
	assert answer.status_code == 200
	assert all("basis_snapshot" not in row for row in shown(http, name))
	mailed = frappe.get_doc("Report", name).get_data(user=people.manager)
	assert "snapshot" not in frappe.as_json(mailed[1])


def test_a_built_report_that_is_mailed_has_the_rows_of_whom_it_names(people):
	with builders.acting_as(people.approver):
		report = frappe.get_doc(
			{"doctype": "Report", "report_name": f"自建{builders.digits()}", "ref_doctype": KIND}
			| {"report_type": "Report Builder", "json": settings(), "is_standard": "No"}
		).insert(ignore_permissions=True)
	mail = {
		"doctype": "Auto Email Report",
		"report": report.name,
		"report_type": "Report Builder",
		"email_to": "county@example.invalid",
		"format": "HTML",
		"frequency": "Daily",
		"no_of_rows": 100,
	}
	content = frappe.get_doc({**mail, "user": people.approver}).insert().get_report_content()
	assert builders.TOWNSHIP_A in content and builders.TOWNSHIP_B not in content
	with pytest.raises(reports.ReportNotYours):
		frappe.get_doc({**mail, "user": people.neighbour}).insert()


def test_a_report_brings_no_script_into_others_browsers(client, people):
	name, _answer = build(client(people.manager))
	system = client(people.system)
	for values in ({"javascript": "alert(1)"}, {"report_script": "data = []"}):
		assert system.put(f"/api/resource/Report/{name}", **values).status_code == 403


# --- Query Reports ------------------------------------------------------------------------------------------------
def write(http, query: str, **values):
	return http.post(
		"/api/resource/Report",
		report_name=f"查询{builders.digits()}",
		ref_doctype=KIND,
		report_type="Query Report",
		query=query,
		**values,
	)


def rows(http, report: str, **filters):
	answer = http.call(RUN, report_name=report, filters=json.dumps(filters))
	assert answer.status_code == 200, answer.get_data(as_text=True)
	return answer.json["message"]["result"]


@pytest.fixture(scope="module")
def by_township(people):
	"""A Query Report that the Socaid Administrator wrote, whatever division one works for."""
	with builders.acting_as(people.admin):
		doc = frappe.get_doc(
			{
				"doctype": "Report",
				"report_name": f"查询{builders.digits()}",
				"ref_doctype": KIND,
				"report_type": "Query Report",
				"query": (
					"select e.township as `乡镇:Data:120`, count(*) as `户数:Int:80`, sum(e.amount) as `金额:Currency:120`\n"
					"from `tabEntitlement` e join `tabRecipient Household` h on h.name = e.household\n"
					"where e.category like '%%低保' and e.start_month >= %(since)s group by e.township order by 1"
				),
			}
		).insert()
	frappe.db.commit()
	return doc.name


def test_the_socaid_administrator_writes_queries_over_rest_and_others_do_not(client, people):
	assert write(client(people.admin), "select name from tabEntitlement").status_code == 200
	for user in (people.manager, people.clerk, people.system):
		assert write(client(user), "select name from tabEntitlement").status_code == 403


def test_each_reads_their_own_rows_through_the_same_query(client, people, by_township):
	for user, seen in (
		(people.approver, {builders.TOWNSHIP_A}),
		(people.neighbour, {builders.TOWNSHIP_B}),
	):
		assert {row["乡镇"] for row in rows(client(user), by_township, since="2020-01-01")} == seen
	county = rows(client(people.manager), by_township, since="2020-01-01")
	assert {row["乡镇"] for row in county} >= {builders.TOWNSHIP_A, builders.TOWNSHIP_B}
	count = frappe.db.count(KIND, {"township": builders.TOWNSHIP_A, "docstatus": ["<", 2]})
	assert next(row for row in county if row["乡镇"] == builders.TOWNSHIP_A)["户数"] <= count
	assert rows(client(people.manager), by_township, since="2999-01-01") == []


def test_who_wrote_it_sees_no_case_by_it(client, people, by_township):
	answer = client(people.admin).call(RUN, report_name=by_township, filters='{"since": "2020-01-01"}')
	assert answer.status_code == 403


def test_prepared_it_has_the_rows_of_who_asked(people, by_township):
	with builders.acting_as(people.approver):
		name = make_prepared_report(by_township, '{"since": "2020-01-01"}')["name"]
		reports.generate(name)
		kept = json.loads(frappe.get_doc(reports.PREPARED, name).get_prepared_data())
	assert builders.TOWNSHIP_A in frappe.as_json(kept) and builders.TOWNSHIP_B not in frappe.as_json(kept)


def test_no_query_shows_a_petition_that_is_kept_secret(people):
	petition = petitions.make()
	frappe.db.set_value("Petition", petition.name, "restricted", 1)
	with builders.acting_as(people.manager):
		found = query_reports.run("select name, subject from tabPetition")
	assert petition.name not in frappe.as_json(found)


def test_a_column_of_another_level_is_not_there_to_be_read(people):
	with builders.acting_as(people.manager), pytest.raises(QueryNotKnown):
		query_reports.run("select basis_snapshot from tabEntitlement")
	with builders.acting_as(people.manager):
		query_reports.run("select * from tabEntitlement")
		columns = {column[0] for column in frappe.db.get_description()}
	assert "amount" in columns and "basis_snapshot" not in columns


def test_rows_of_a_table_go_by_the_record_they_belong_to(people):
	query = "select distinct h.township from `tabHousehold Member` m join `tabRecipient Household` h on h.name = m.parent"
	alone = "select count(*) from `tabHousehold Member`"
	with builders.acting_as(people.approver):
		assert query_reports.run(query) == [[builders.TOWNSHIP_A]]
		own = query_reports.run(alone)
	households = frappe.get_all(
		"Recipient Household", filters={"township": builders.TOWNSHIP_A}, pluck="name", order_by="name"
	)
	assert own == [[frappe.db.count("Household Member", {"parent": ["in", households]})]]


HOSTILE = (
	"select * from `tabRecipient Identity`",
	"select * from __Auth",
	"select * from `__Auth`",
	"select * from `{db}`.`tabRecipient`",
	"select * from {db}.tabRecipient",
	"select * from `{db}` . __Auth",
	"select table_name from information_schema.tables",
	"select `TABRECIPIENT`.name from tabRecipient join `TABRECIPIENT`",
	"select name from tabRecipient; delete from tabRecipient",
	"select name from tabRecipient -- where",
	"select name from tabRecipient # where",
	"select name from tabRecipient /* */",
	"select /*! name */ from tabRecipient",
	"select name from tabRecipient into outfile '/tmp/x'",
	"select name into @a from tabRecipient",
	"select @@version",
	"select load_file('/etc/passwd')",
	"select sleep(5)",
	"select `sleep`(5)",
	"select benchmark(100000000, 1)",
	"select {db}.secret()",
	"select name from tabRecipient for update",
	"select name from tabRecipient lock in share mode",
	"select name from tabRecipient procedure analyse()",
	"with recursive x as (select 1 union all select 1 from x) select * from x",
	"with x as (select * from `tabRecipient Identity`) select * from x",
	"update tabRecipient set full_name = 'x'",
	"set statement max_statement_time=0 for select 1",
	"show tables",
	"select * from tabSingles",
	"select value from `tabDefaultValue`",
	"select password from tabUser",
	"select name from tabRecipient where full_name like '%s'",
	"select 0x41",
	"select 1tabRecipient",
	"select $a",
	"select json_table('[]', '$' columns (a int path '$'))",
	"",
)


@pytest.mark.parametrize("query", HOSTILE)
def test_what_is_more_than_a_question_is_refused(people, query):
	query = query.format(db=frappe.conf.db_name) if "{db}" in query else query
	with builders.acting_as(people.manager), pytest.raises((QueryNotKnown, frappe.PermissionError)):
		query_reports.run(query)


def test_a_query_may_name_its_parts(people):
	query = "with granted as (select township from tabEntitlement) select distinct township from granted"
	with builders.acting_as(people.approver):
		assert query_reports.run(query) == [[builders.TOWNSHIP_A]]


def test_a_table_that_the_cache_does_not_know_is_no_door(people):
	known = frappe.db.get_tables()
	frappe.cache.set_value("db_tables", ["tabUser"])
	try:
		with builders.acting_as(people.manager), pytest.raises(QueryNotKnown):
			query_reports.run("select * from __Auth")
	finally:
		frappe.cache.set_value("db_tables", known)


def test_a_refused_query_is_told_when_it_is_written(client, people):
	answer = write(client(people.admin), "select sleep(5)")
	assert answer.status_code == 417 and "sleep(" in answer.get_data(as_text=True)


def test_a_query_that_does_not_end_is_ended(people, monkeypatch):
	monkeypatch.setattr(query_reports, "SECONDS", 0.2)
	slow = "select count(*) from tabDocField a join tabDocField b join tabDocField c where a.label > b.label and c.label > a.label"
	with pytest.raises(QueryNotKnown):
		monkeypatch.setattr(query_reports, "_parent", lambda table: "DocType")
		query_reports.run(slow)
