"""Builders for the site tests: people, households, users and cases that the law would accept."""

import random
import secrets
from contextlib import contextmanager
from datetime import datetime
from types import SimpleNamespace
from unittest.mock import patch
from zoneinfo import ZoneInfo

import frappe
from frappe.core.doctype.user import user as user_controller
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, today

from socaid_app.assistance_intake import declarations
from socaid_app.permissions import sensitive
from socaid_app.policy.identity import make_check_digit
from socaid_app.policy.visit_safety import FACTORS
from socaid_app.public_disclosure import posting, taking_down
from socaid_app.socaid_app import entitlements, registry

# The county's day, for what is written down before a site is connected.
TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()

# --- applications -------------------------------------------------------------------------------------
# A team of one township: who enters, who checks and gives the first opinion, who reviews, who confirms.
CASE_ROLES = {
	"clerk": ("Township Officer",),
	"officer": ("Township Officer",),
	"reviewer": ("Township Approver",),
	"approver": ("Township Approver",),
	"county_reviewer": ("County Reviewer",),
	"county_approver": ("County Approver",),
	"disclosure": ("Disclosure Officer",),
}
CASE_TOWNSHIP, CASE_VILLAGE = "220422201000", "220422201205"


@contextmanager
def acting_as(user: str):
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)


def make_team(township: str = CASE_TOWNSHIP) -> SimpleNamespace:
	"""One user per role of the case; township users see their township only.

	Users are slow to make, so they are made once and committed: call this before a test changes anything.
	"""
	names = {}
	created = False
	for key, roles in CASE_ROLES.items():
		email = f"{key}.{township}@example.invalid"
		if not frappe.db.exists("User", email):
			created = True
			bound = not key.startswith("county") and key != "disclosure"
			_insert_user(email, key, roles, township if bound else None)
		names[key] = email
	if created:
		frappe.db.set_single_value("Socaid Settings", "bureau_phone", "0437-5550000")
		frappe.db.commit()
	return SimpleNamespace(**names)


def digits(length: int = 6) -> str:
	"""Random digits for names and texts: what tests leave behind stands on screens that are read for Latin words."""
	return f"{secrets.randbelow(10**length):0{length}}"


# Where invented people were registered first: one county has but a thousand numbers for each day of birth.
BIRTHPLACES = ("220422", "220421", "220381", "220322", "220521", "220581", "220602", "220702", "220802")


# Numbers given out, whoever was registered with them or not: a family is built before any of it is saved.
_given: set[str] = set()


def case_id_number(born: str, male: bool = True) -> str:
	"""A valid, clearly invented number that nobody on the site has: the place and the serial digits are random."""
	while True:
		# a number that ends in noughts looks as if a sheet had cut it off
		serial = 2 * random.choice([half for half in range(500) if half % 5]) + (1 if male else 0)
		first = f"{random.choice(BIRTHPLACES)}{born.replace('-', '')}{serial:03d}"
		number = first + make_check_digit(first)
		if number not in _given and not (frappe.db and sensitive.find_by_id_number(number)):
			_given.add(number)
			return number


def make_case_person(name: str, born: str, division: str = CASE_VILLAGE, male: bool = True, **values):
	values = {"full_name": name, "id_number": case_id_number(born, male), "division": division, **values}
	return registry.enter_person(values)


def case_category(
	scheme: str, area: str = "Rural", route: str | None = None, payment: str | None = None
) -> str:
	"""The seeded category of a scheme."""
	filters = {"scheme": scheme, "disabled": 0, "takes_applications": 1}
	filters |= {"route": route} if route else {}
	filters |= {"payment": payment} if payment else {}
	rows = frappe.get_all(
		"Assistance Category", filters=filters, fields=["name", "area"], order_by="creation"
	)
	fitting = [row.name for row in rows if row.area in ("", None, area)]
	return fitting[0]


def make_application(team: SimpleNamespace | None = None, scheme: str = "Dibao", **values):
	"""A draft entered by the team's clerk: a couple without income, signed, all materials received."""
	team = team or make_team()
	with acting_as("Administrator"):
		division = values.get("division", CASE_VILLAGE)
		head = make_case_person(
			"测试户主", "1961-03-05", division, labour_capacity="Partial", health="Chronic Illness"
		)
		wife = make_case_person("测试配偶", "1963-07-09", division, male=False, labour_capacity="None")
	application = {
		"doctype": "Assistance Application",
		"category": values.pop("category", None) or case_category(scheme),
		"applicant": head.name,
		"division": division,
		"applied_on": today(),
		"cause": "Illness",
		"applicant_signed": 1,
		"members": [
			{"recipient": head.name, "kinship": "02"},
			{"recipient": wife.name, "kinship": "12"},
		],
		"incomes": [
			{"recipient": head.name, "kind": "Business", "item": "Farming", "annual": 3000, "deduction": 600}
		],
	}
	if scheme == "Temporary":
		application["requested_amount"] = 400
	application.update(values)
	for table, none in declarations.NONE_OF.items():
		application.setdefault(none, int(not application.get(table)))
	with acting_as(team.clerk):
		doc = frappe.get_doc(application).insert()
		for row in doc.materials:
			row.received = row.requirement == "Required"
		doc.save()
	return doc


def make_emergency(team: SimpleNamespace, route: str = "Quick Relief", **values):
	"""A case of 临时救助 in which help is to come first, and nothing is signed."""
	return make_application(
		team,
		"Temporary",
		category=case_category("Temporary", route=route),
		applicant_signed=0,
		green_channel=1,
		green_channel_reason="房屋失火，无处过夜",
		relief_first=1,
		**values,
	)


def act(application, action: str, user: str, opinion: str = "同意", **values):
	"""Take a step as the button in Desk does; returns the application as stored afterwards."""
	with acting_as(user):
		doc = frappe.get_doc("Assistance Application", application.name)
		doc.opinion = opinion
		doc.update(values)
		doc.save()
		apply_workflow(doc, action)
	return frappe.get_doc("Assistance Application", application.name)


def give_consents(application, user: str) -> None:
	with acting_as(user):
		for row in application.members:
			give_consent(application, row.recipient)


def give_consent(application, recipient: str, **values):
	return frappe.get_doc(
		{
			"doctype": "Check Authorization",
			"application": application.name,
			"recipient": recipient,
			"signed_on": today(),
			"file": "https://files.example.invalid/consent.pdf",
			**values,
		}
	).insert()


def declare_relative(recipient: str, staff_name: str, **values):
	"""A declaration of somebody known by name only, unless ``staff`` is given."""
	return frappe.get_doc(
		{
			"doctype": "Relative Declaration",
			"staff_name": staff_name,
			"post": "村委会成员",
			"staff_kind": "Village Committee",
			"recipient": recipient,
			"relation": "Sibling",
			"declared_on": today(),
			**values,
		}
	).insert()


def make_investigator(name: str, user: str | None = None, **values) -> str:
	"""Somebody trained and background-checked, on duty; the same one when there is one."""
	known = frappe.db.get_value("Visit Officer", {"user": user} if user else {"officer_name": name})
	return known or (
		frappe.get_doc(
			{
				"doctype": "Visit Officer",
				"officer_name": name,
				"user": user,
				"employer": "Township Office",
				"division": CASE_TOWNSHIP,
				"trained_on": add_days(today(), -30),
				"background_checked_on": add_days(today(), -30),
				**values,
			}
		)
		.insert(ignore_permissions=True)
		.name
	)


# Every factor of risk looked at, and nothing found.
SAFE = dict.fromkeys(FACTORS, "No Sign")


def investigate(application, user: str, level: str = "Township", **values):
	for name in ("调查员甲", "调查员乙"):
		make_investigator(name)
	for row in values.get("investigators", ()):
		make_investigator(row.get("participant_name") or row["user"], row.get("user"))
	with acting_as(user):
		doc = frappe.get_doc(
			{
				"doctype": "Household Investigation",
				"application": application.name,
				"investigated_on": today(),
				"level": level,
				"investigators": [
					{"participant_name": "调查员甲", "signed": 1},
					{"participant_name": "调查员乙", "signed": 1},
				],
				"member_present": application.applicant,
				"member_signed": 1,
				"conclusion": "与申报一致",
				**SAFE,
				**values,
			}
		).insert()
		doc.submit()
	return doc


def report_check(application, user: str, **values):
	with acting_as(user):
		doc = frappe.get_doc(
			{
				"doctype": "Check Report",
				"application": application.name,
				"report_date": today(),
				"report_number": f"HD{digits(8)}",
				"purpose": "低保审核",
				"conclusion": "No Impact",
				**values,
			}
		).insert()
		doc.submit()
	return doc


def post_notice(application, user: str, days_ago: int = 0):
	"""Have the notice of a case reviewed and posted, as if ``days_ago`` days before today."""
	name = frappe.db.get_value("Assistance Application", application.name, "publicity")
	with acting_as(user):
		posting.publish(name)
	if days_ago:
		notice = frappe.get_doc("Publicity Notice", name)
		frappe.db.set_value(
			"Publicity Notice",
			name,
			{
				"posted_on": add_days(notice.posted_on, -days_ago),
				"ends_on": add_days(notice.ends_on, -days_ago),
			},
			update_modified=False,
		)
	return frappe.get_doc("Publicity Notice", name)


# What leads from each state of the standard route to the next.
def _accept(application, team):
	give_consents(application, team.clerk)
	return act(application, "Accept", team.officer)


def _investigation(application, team):
	application = act(application, "Start Investigation", team.officer)
	investigate(application, team.officer)
	report_check(application, team.officer)
	return application


def _review(application, team):
	post_notice(application, team.reviewer, days_ago=8)
	taking_down.complete_expired()
	return act(application, "Submit for Review", team.officer)


def _confirmation(application, team):
	user = team.county_reviewer if application.protected_case else team.reviewer
	return act(application, "Recommend", user)


def _confirmed(application, team):
	county = application.confirming_authority == "County"
	return act(application, "Confirm", team.county_approver if county else team.approver)


CASE_PATH = (
	("Accepted", _accept),
	("Under Investigation", _investigation),
	("Preliminary Publicity", lambda application, team: act(application, "Publish", team.officer)),
	("Under Review", _review),
	("Awaiting Confirmation", _confirmation),
	("Confirmed", _confirmed),
)


def advance_to(application, state: str, team: SimpleNamespace | None = None):
	"""Take a case of the standard route from where it stands to ``state`` by lawful steps."""
	team = team or make_team()
	states = ["Draft", *(name for name, _step in CASE_PATH)]
	at, goal = states.index(application.workflow_state), states.index(state)
	for _name, step in CASE_PATH[at:goal]:
		application = step(application, team)
	return frappe.get_doc("Assistance Application", application.name)


# --- registry -----------------------------------------------------------------------------------------
TOWNSHIP_A, VILLAGE_A, OTHER_VILLAGE_A = "220422201000", "220422201200", "220422201201"
TOWNSHIP_B, VILLAGE_B = "220422203000", "220422203200"


def make_user(role: str | tuple[str, ...], division: str | None = None, email: str | None = None) -> str:
	"""A user with one or more roles, bound to a division unless it is a county user; returns the name."""
	roles = (role,) if isinstance(role, str) else role
	email = (
		email
		or f"{frappe.scrub(roles[0])}.{division or 'county'}.{frappe.generate_hash(length=6)}@example.invalid"
	)
	return _insert_user(email, roles[0], roles, division)


@contextmanager
def keeping_caches():
	"""Make users in this block. On every save of a user Frappe notes, as a default of the system, whose mailbox
	lacks a password, and with each such default it drops every cache of the site: to build the metadata anew takes
	ten times as long as to make the user. No user made here has a mailbox.
	"""
	with patch.object(user_controller, "ask_pass_update"):
		yield


def _insert_user(email: str, first_name: str, roles: tuple[str, ...], division: str | None) -> str:
	with keeping_caches():
		user = frappe.get_doc(
			{
				"doctype": "User",
				"email": email,
				"first_name": first_name,
				"send_welcome_email": 0,
				"roles": [{"role": role} for role in roles],
			}
		).insert(ignore_permissions=True)
	if division:
		frappe.get_doc(
			{
				"doctype": "User Permission",
				"user": user.name,
				"allow": "Administrative Division",
				"for_value": division,
				"apply_to_all_doctypes": 1,
			}
		).insert(ignore_permissions=True)
	return user.name


def make_person(name: str = "测试甲", division: str = VILLAGE_A, born: str = "1970-05-06", **values):
	"""A person with an invented number of the year of birth given; ``id_number`` may be set by the test."""
	number = values.pop("id_number", None)
	male = values.pop("male", True)
	# a number that a run before this one gave away is somebody's already
	if not number or sensitive.find_by_id_number(number):
		number = case_id_number(born, male)
	doc = {"doctype": "Recipient", "full_name": name, "id_number": number, "division": division, **values}
	return frappe.get_doc(doc).insert()


def make_household(division: str = VILLAGE_A, members: int = 2, name: str = "测试户", **values):
	"""A household: the head, a wife, then children; all enter it today."""
	kinships = ("02", "12", "20", "30", "20")
	people = [
		make_person(
			f"{name}{'甲乙丙丁戊'[n]}", division, born=f"{1960 + n * 8 + (n > 1) * 10}-04-05", male=n % 2 == 0
		)
		for n in range(members)
	]
	return registry.enter_household(
		{
			"head": people[0].name,
			"division": division,
			"members": [
				{"recipient": person.name, "kinship": kinships[n]} for n, person in enumerate(people)
			],
			**values,
		}
	)


def grant_benefit(
	household, category: str = "农村低保", amount: float = 500, start: str | None = None, **values
):
	"""An entitlement of everybody in a household, in equal shares."""
	people = [row.recipient for row in household.members]
	return entitlements.grant(
		category=category,
		household=household.name,
		recipient=values.pop("recipient", household.head),
		division=household.division,
		area="Rural",
		amount=amount,
		start_month=start or today(),
		shares=[{"recipient": person, "share": amount / len(people)} for person in people],
		application=None,
		decided_on=today(),
		snapshot={},
		member_count=len(people),
		**values,
	)


# --- the demo county ----------------------------------------------------------------------------------
# Everything the generator writes to.
REGISTER = (
	"Recipient",
	"Recipient Identity",
	"Recipient Household",
	"Household Member",
	"Household Event",
	"Circumstance Change",
	"Relative Declaration",
	"Entitlement",
	"Entitlement Share",
	"Assistance Application",
	"Application Member",
	"Application Income",
	"Application Property",
	"Application Expense",
	"Application Material",
	"Application Opinion",
	"Application Deadline",
	"Check Authorization",
	"Check Report",
	"Household Investigation",
	"Investigation Participant",
	"Publicity Notice",
	"Publicity Objection",
	"Document Delivery",
	"Visit Officer",
	"Screening Cycle",
	"Screening Stage",
	"Screening Task",
	"Home Visit",
	"Home Visit Visitor",
	"Visit Member",
	"Visit Income",
	"Visit Property",
	"Visit Expense",
	"Visit Measure",
	"Publicity Entry",
	"Publicity Log",
	"Disclosure Publication",
	"Disclosure Correction",
	"Disclosure Inspection",
	"Petition",
	"Petition Action",
	"Petition Accused",
	"Petition Review",
	"Petition Transfer",
	"Reception Record",
	"Archive File",
	"Archive Document",
	"Archive Location",
	"Archive Movement",
	"Archive Loan",
	"Archive Hold",
	"Archive Handover",
	"Archive Appraisal",
	"Archive Room Check",
	"Emergency Plan",
	"Incident",
	"Alarm Call",
	"Stock Item",
	"Stock Movement",
	"Service Check",
	"Register Entry",
)


def printed(doctype: str, name: str, print_format: str) -> str:
	"""As the print view shows it, but for its log, which Frappe commits."""
	from frappe.www import printview

	return printview.get_html_and_style(doc=doctype, name=name, print_format=print_format)["html"]


@contextmanager
def demo_county(households: int):
	"""A small invented county in this transaction; what other tests committed is out of sight meanwhile."""
	from socaid_demo import load

	for doctype in REGISTER:
		frappe.db.delete(doctype)
	frappe.db.delete("DefaultValue", {"defkey": load.MARKER})
	frappe.clear_cache()
	try:
		with keeping_caches():
			loaded = load.load(households=households, commit=False)
		yield loaded
	finally:
		frappe.db.rollback()
		frappe.clear_cache()
