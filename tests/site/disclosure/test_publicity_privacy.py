"""The bar of the disclosure: ten thousand notices of every kind and items of the catalogue, drawn from records in
which every neighbouring field is poisoned, say nothing that must not be public; on paper, on the pages, in lists, the
feed and the search.

The people are generated. Every number, address, illness, minor, protected person and family member of theirs is a
forbidden token; the tokens are looked for in everything that leaves the content builder. The notices and publications
go through their real controllers; only the storing is done in bulk. Of all ten thousand are read: what was frozen, the
page as it is served, what staff with every right, staff of another township and visitors are given by the list
functions of the interface, what goes into the search index, and the HTML of their papers. Making ten thousand PDFs would
take hours: real ones are made, and read back, of ten notices of every kind in every format. A publication has no paper
of its own; visitors print its page.
"""

import itertools
import json
import random
import re
import unicodedata
from types import SimpleNamespace

import frappe
import pytest
from frappe.auth import CookieManager
from frappe.model.base_document import get_controller
from frappe.utils import add_months, get_first_day, getdate, today
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from socaid_app import website
from socaid_app.policy import publicity as rules_of
from socaid_app.policy.identity import make_check_digit
from socaid_app.public_disclosure import catalogue, content, notice_drafts, posting
from socaid_app.public_disclosure.catalogue import ITEM, PUBLICATION
from socaid_app.public_disclosure.content import NOTICE, ForbiddenContent, PublicityRefused
from tests import builders
from tests.builders import TOWNSHIP_A, TOWNSHIP_B

NOTICES = 10_000
PEOPLE = 900
SEED = 20261124
PREPARER, REVIEWER = "Guest", "Administrator"
OTHER_TOWNSHIP = "220422100000"
VILLAGES = [f"{TOWNSHIP_A[:9]}{n}" for n in range(900, 920)] + [
	f"{TOWNSHIP_B[:9]}{n}" for n in range(900, 920)
]
ILL = ("尿毒症", "精神分裂症", "白血病", "艾滋病", "视力残疾一级", "肺结核", "脑瘫")
FAMILY, GIVEN = "谌仉亓郏郄郗昝亳邴蔺麴逄", "珺琬琰瑄璟璠璧瓒祎禛稷穆竑笙筠箴粲纭绂绮"
KINDS = (*rules_of.KINDS, PUBLICATION)
SHEET, POSTER = "Publicity Notice Sheet", "Publicity Notice Poster"
OLD_SHEET, RECORD = "Preliminary Publicity Sheet", "Publicity Result Record"
# Policies and guides speak of disabilities in general (43号 Art. 5); that word alone is no slip in them.
ILL_ANYWHERE = tuple(word for word in ILL if "残疾" not in word)
# Rows of these hang on a notice or a publication.
CHILDREN = {
	"Publicity Entry": NOTICE,
	"Publicity Log": NOTICE,
	"Publicity Objection": NOTICE,
	"Publicity Interruption": NOTICE,
	"Publication Log": PUBLICATION,
}


class World:
	"""Poisoned records in this transaction. ``forbidden``: tokens; ``open``: names that may be published."""

	def __init__(self, seed: int):
		self.random = random.Random(seed)
		self.forbidden: set[str] = set(ILL)
		self.tables: dict[str, list[dict]] = {}
		self.names = self._names()
		self.month = get_first_day(getdate(today()))
		self.people = [self._family(number) for number in range(PEOPLE)]
		self.fitting = self._fitting()
		self.items = frappe.get_all(
			ITEM, filters={"notice_kind": ["in", ["", None]]}, pluck="name", order_by="name"
		)
		self.files = [self._file(number) for number in range(30)]
		for number, code in enumerate(VILLAGES):
			self.add(
				"Administrative Division",
				code,
				code=code,
				division_name=f"测村{number:02d}",
				level="Village",
				area="Rural",
				parent_administrative_division=code[:9] + "000",
			)
		for doctype, rows in self.tables.items():
			fields = sorted({field for row in rows for field in row})
			frappe.db.bulk_insert(
				doctype, fields, [[row.get(field) for field in fields] for row in rows], chunk_size=500
			)

	def _fitting(self) -> dict[str, list]:
		"""Kind → the families such a notice is really made about."""
		shown = [family for family in self.people if not family.hidden]
		case = {row["name"]: row for row in self.tables["Assistance Application"]}
		confirmed = [f for f in shown if case[f.case]["workflow_state"] == "Confirmed"]
		return {
			rules_of.PRELIMINARY: [f for f in shown if f not in confirmed],
			rules_of.CONFIRMED: [f for f in confirmed if case[f.case]["route"] == "Standard"],
			rules_of.TERMINATION: [f for f in shown if f.tekun],
			rules_of.ROLL: self.people,
			rules_of.RAISE: shown,
			rules_of.CORRECTION: self.people,
			PUBLICATION: self.people,
		}

	def _names(self):
		"""Endless three-character names of which none is part of another or of any other text."""
		parts = [a + b + c for a, b, c in itertools.product(FAMILY, GIVEN, GIVEN)]
		self.random.shuffle(parts)
		return iter(parts)

	def add(self, doctype, name, parent=None, **values):
		stamp = {"creation": frappe.utils.now(), "modified": frappe.utils.now(), "owner": PREPARER}
		self.tables.setdefault(doctype, []).append({"name": name, **stamp, **values})
		return name

	def token(self, text):
		self.forbidden.add(text)
		return text

	def poison(self) -> dict:
		"""Values of a person that nobody may read on a notice, each a forbidden token."""
		rnd = self.random
		body = f"220422{rnd.randrange(1940, 2005)}{rnd.randrange(1, 13):02d}{rnd.randrange(1, 29):02d}{rnd.randrange(1000):03d}"
		address = f"{rnd.randrange(1, 20)}组{rnd.randrange(1, 300)}号楼{rnd.randrange(1, 9)}单元"
		return {
			"id_number": self.token(body + make_check_digit(body)),
			"phone": self.token(f"1{rnd.choice('3578')}{rnd.randrange(10**9):09d}"),
			"address": self.token(address),
			"bank_account": self.token(f"6228{rnd.randrange(10**15):015d}"),
			"disability_certificate": self.token(f"{body[:17]}{rnd.randrange(10**3):03d}"),
			"health": "Serious Illness",
			"disability_type": "Mental",
		}

	def person(self, number, role, born, protected=False) -> SimpleNamespace:
		name = next(self.names)
		key = self.add(
			"Recipient",
			f"FZ-{role}-{number}",
			full_name=name,
			birth_date=born,
			protected_person=int(protected),
			division=self.random.choice(VILLAGES),
			status="Active",
			**self.poison(),
		)
		return SimpleNamespace(key=key, name=name)

	def _family(self, number) -> SimpleNamespace:
		rnd = self.random
		village = rnd.choice(VILLAGES)
		minor, protected = rnd.random() < 0.15, rnd.random() < 0.12
		spouse_protected = not protected and rnd.random() < 0.05
		year = getdate(today()).year
		born = f"{rnd.randrange(year - 17, year) if minor else rnd.randrange(1935, year - 19)}-06-15"
		head = self.person(number, "H", born, protected)
		spouse = self.person(number, "S", "1960-01-01", spouse_protected)
		child = self.person(number, "C", f"{year - 8}-01-01")
		# members are never named; heads only when they are grown up and nobody in the house is protected
		self.forbidden |= {spouse.name, child.name}
		if minor or protected or spouse_protected:
			self.forbidden.add(head.name)
		everything = json.dumps({"member": self.poison(), "note": rnd.choice(ILL)}, ensure_ascii=False)
		household = self.add(
			"Recipient Household", f"FZ-HH-{number}", head=head.key, head_name=head.name, division=village
		)
		for member in (head, spouse, child):
			self.add(
				"Household Member",
				f"FZ-HM-{member.key}",
				parenttype="Recipient Household",
				parentfield="members",
				recipient=member.key,
				member_name=member.name,
			)
			self.tables["Household Member"][-1]["parent"] = household
		case = self._case(number, head, village, household, everything)
		scheme, category, route = rnd.choice(
			(
				("Dibao", "农村低保", "Standard"),
				("Tekun", "特困-分散", "Standard"),
				("Temporary", "临时-急难（一般）", "Standard"),
				("Temporary", "临时-支出型", "Expenditure"),
			)
		)
		benefit = self.add(
			"Entitlement",
			f"FZ-E-{number}",
			docstatus=1,
			category=category,
			scheme=scheme,
			payment="One-off" if scheme == "Temporary" else "Monthly",
			household=household,
			recipient=head.key,
			recipient_name=head.name,
			member_count=3,
			status="Active",
			start_month=add_months(self.month, -rnd.randrange(0, 12)),
			end_month=None,
			end_reason=f"{rnd.choice(ILL)}，电话{self.poison()['phone']}",
			amount=rnd.randrange(100, 2000),
			division=village,
			township=village[:9] + "000",
			application=case,
			basis_snapshot=everything,
		)
		for member in (head, spouse):
			self.add(
				"Entitlement Share",
				f"FZ-ES-{member.key}",
				parenttype="Entitlement",
				parentfield="shares",
				recipient=member.key,
			)
			self.tables["Entitlement Share"][-1]["parent"] = benefit
		raised = self.add(
			"Standard Raise",
			f"FZ-R-{number}",
			household=household,
			head_name=head.name,
			category=category,
			entitlement=benefit,
			raise_kind=rnd.choice(("New Standard", "Income Fell", "Member Joined")),
			status="Approved",
			current_amount=100,
			proposed_amount=200,
			division=village,
			findings=f"{rnd.choice(ILL)} {self.poison()['id_number']}",
			result_note=self.poison()["phone"],
		)
		correction = self.add(
			"Disclosure Correction",
			f"FZ-C-{number}",
			division=village,
			reported_by=self.poison()["phone"],
			problem=f"{head.name}家{rnd.choice(ILL)}，{self.poison()['id_number']}",
			problem_published=self.text("名单金额有误"),
			investigation=self.text("核对台账属实"),
			measure=self.text("撤回重新公布"),
		)
		return SimpleNamespace(
			village=village,
			case=case,
			benefit=benefit,
			hidden=protected or spouse_protected,
			tekun=scheme == "Tekun",
			raised=raised,
			correction=correction,
		)

	def _file(self, number: int) -> str:
		"""An attachment of a publication, sometimes with what must not be in it."""
		words = self.text("附件全文", 0.3, ILL_ANYWHERE)
		file = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": f"fz{number}-{frappe.generate_hash(length=6)}.txt",
				"is_private": 1,
			}
		)
		file.content = words
		return file.insert().file_url

	def text(self, clean: str, slips: float = 0.1, ills: tuple[str, ...] = ILL) -> str:
		"""What a clerk typed: mostly clean, now and then with something in it that must be caught."""
		if self.random.random() >= slips:
			return clean
		poison = self.poison()
		slip = self.random.choice(
			(
				poison["phone"],
				f"{poison['phone'][:3]} {poison['phone'][3:7]} {poison['phone'][7:]}",
				poison["id_number"],
				poison["bank_account"],
				poison["address"],
				f"患{self.random.choice(ills)}",
			)
		)
		self.forbidden.add(slip)
		return f"{clean}，{slip}"

	def _case(self, number, head, village, household, everything) -> str:
		state = self.random.choice(("Preliminary Publicity", "Confirmed"))
		return self.add(
			"Assistance Application",
			f"FZ-A-{number}",
			docstatus=int(state == "Confirmed"),
			applicant=head.key,
			applicant_name=head.name,
			household=household,
			division=village,
			category="农村低保",
			scheme="Dibao",
			route=self.random.choice(("Standard", "Standard", "Standard", "Quick Relief")),
			workflow_state=state,
			protected_case=0,
			member_count=3,
			proposed_amount=500,
			confirmed_amount=500,
			decided_on=today(),
			agent_name=next(self.names),
			agent_phone=self.poison()["phone"],
			need_text=f"{self.random.choice(ILL)}，住{self.poison()['address']}",
			cause="Illness",
			decision_reason=self.random.choice(ILL),
			assessment=everything,
			snapshot=everything,
		)


@pytest.fixture
def world(site, strangers):
	# without a telephone for complaints no notice is posted
	frappe.db.set_single_value("Socaid Settings", "bureau_phone", "0437-5550000")
	return World(SEED)


@pytest.fixture(scope="module")
def strangers(site):
	"""Staff of a township none of the notices belongs to; made first, because making users commits."""
	made = [builders.make_user(role, OTHER_TOWNSHIP) for role in ("Township Officer", "Township Approver")]
	frappe.db.commit()
	return made


def notices(world: World, wanted: int, refused: dict[str, int]):
	"""``wanted`` notices as they are when they have just been posted; counts in ``refused`` what was stopped."""
	rnd, made = random.Random(SEED + 1), 0
	for kind in itertools.cycle(KINDS):
		if made == wanted:
			break
		try:
			notice = posted(world, kind, rnd)
		except ForbiddenContent:
			refused["text"] += 1
			continue
		except PublicityRefused:
			refused["case"] += 1
			continue
		made += 1
		yield notice


def published(world: World, rnd: random.Random):
	"""An item of the catalogue as it is when it has just been published; raises where its text is stopped."""
	village = rnd.choice(VILLAGES)
	doc = get_controller(PUBLICATION)(
		{
			"doctype": PUBLICATION,
			"title": world.text("社会救助政策文件", 0.04, ILL_ANYWHERE),
			"catalogue_item": rnd.choice(world.items),
			"formed_on": today(),
			"body": f"<p>{world.text('现将有关事项公布如下。', 0.15, ILL_ANYWHERE)}</p><p>自本月起执行。</p>",
			"attachment": rnd.choice(world.files) if rnd.random() < 0.1 else None,
			"attachment_checked": 1,
			"division": village,
			# what an attacker or a careless import sends along
			"log": [{"note": ILL[0]}],
			"withdrawal_reason": None,
			"content_hash": ILL[1],
		}
	)
	doc.name = f"FZ-{rnd.randrange(10**12):012d}"
	doc.township = village[:9] + "000"
	doc.restore()
	doc.prepared_by = PREPARER
	doc.check_text()
	doc.set_due_date()
	doc.publish()
	doc.status = "Published Online"
	if doc.attachment:
		attach(doc)
	return doc


def attach(doc) -> None:
	"""The record of the file that saving a form hangs on the publication."""
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": doc.attachment.rsplit("/", 1)[-1],
			"file_url": doc.attachment,
			"is_private": 1,
			"attached_to_doctype": PUBLICATION,
			"attached_to_name": doc.name,
			"attached_to_field": "attachment",
		}
	)
	file.name = frappe.generate_hash(length=12)
	file.flags.name_set = True
	file.db_insert()


def posted(world: World, kind: str, rnd: random.Random):
	if kind == PUBLICATION:
		return published(world, rnd)
	# mostly somebody the kind fits, now and then anybody
	fitting = world.fitting[kind] if rnd.random() < 0.9 else world.people
	family = rnd.choice(fitting)
	source = {
		rules_of.PRELIMINARY: {"application": family.case},
		rules_of.CONFIRMED: {"application": family.case},
		rules_of.TERMINATION: {"entitlement": family.benefit},
		rules_of.ROLL: {"roll_month": add_months(world.month, -rnd.randrange(0, 12))},
		rules_of.RAISE: {"standard_raise": family.raised},
		rules_of.CORRECTION: {"correction": family.correction},
	}[kind]
	values = {
		"kind": kind,
		"division": family.village,
		"place": world.text("村（社区）公示栏", 0.04),
		**source,
	}
	# what an attacker or a careless import sends along
	values |= {"applicant_name": ILL[0], "title": ILL[1], "published_content": ILL[2], "village_name": ILL[3]}
	values |= {"entries": [{"person_name": ILL[4]}], "left_out_count": 999}
	if rnd.random() < 0.02:
		values["complaint_phone"] = world.poison()["phone"]
	notice = get_controller(NOTICE)({"doctype": NOTICE, **values})
	notice.set_new_name = lambda: None
	notice.name = f"FZ-{rnd.randrange(10**12):012d}"
	notice.township = family.village[:9] + "000"
	notice.flags.by_step, notice.flags.prepared_by = True, PREPARER
	notice.start()
	notice_drafts.fill(notice)
	posting.post(notice)
	notice.status = "In Publicity"
	return notice


class Watch:
	"""Looks for thousands of tokens at once: first for whatever has the shape of one, then for the token itself."""

	SHAPES = re.compile(
		rf"(?P<place>\d+组\d+号楼\d+单元)|(?P<ill>{'|'.join(ILL)})|(?P<name>[{FAMILY}][{GIVEN}]{{2}})|\d[\d ]{{5,}}X?"
	)

	def __init__(self, tokens):
		self.tokens = tokens
		self.lengths = sorted({len(token) for token in tokens if token[0].isdigit()})

	def found(self, text: str) -> str | None:
		for match in self.SHAPES.finditer(text):
			shape = match.group()
			if match["place"] or match["ill"] or (match["name"] and shape in self.tokens):
				return shape
			for length in self.lengths if shape[0].isdigit() else ():
				for start in range(len(shape) - length + 1):
					if shape[start : start + length] in self.tokens:
						return shape
		return None

	def clean(self, text: str, where: str) -> None:
		found = self.found(text)
		assert not found, f"{where}: {found} in {text[max(0, text.find(found) - 60) :][:150]}"


@pytest.fixture
def queue(monkeypatch):
	"""What Frappe would put into the global search."""
	found = []
	monkeypatch.setattr("frappe.utils.global_search.sync_value_in_queue", found.append)
	return found


def store(batch):
	"""The documents as rows of the database, as saving them would write them."""
	stamp = {"creation": frappe.utils.now(), "modified": frappe.utils.now(), "owner": PREPARER}
	tables: dict[str, list[dict]] = {}
	for doc in batch:
		tables.setdefault(doc.doctype, []).append(doc.get_valid_dict() | stamp)
		for row in doc.get_all_children():
			place = {"name": frappe.generate_hash(length=12), "parent": doc.name, "parenttype": doc.doctype}
			values = row.get_valid_dict() | stamp | place | {"parentfield": row.parentfield, "idx": row.idx}
			tables.setdefault(row.doctype, []).append(values)
	for doctype, rows in tables.items():
		frappe.db.bulk_insert(doctype, list(rows[0]), [list(row.values()) for row in rows], chunk_size=500)


def sheet_of(format_name: str):
	source = frappe.get_doc("Print Format", format_name)
	path = frappe.get_module_path("Public Disclosure", "print_format", frappe.scrub(format_name))
	with open(f"{path}/{frappe.scrub(source.name)}.html", encoding="utf-8") as file:
		return frappe.get_jenv().from_string(file.read())


def formats_of(kind: str) -> tuple[str, ...]:
	return (SHEET, POSTER, RECORD, *([OLD_SHEET] if kind == rules_of.PRELIMINARY else []))


def test_ten_thousand_notices_say_nothing_that_must_not_be_public(world, strangers, queue, monkeypatch):
	from frappe.utils.global_search import update_global_search

	refused = {"case": 0, "text": 0}
	batch = list(notices(world, NOTICES, refused))
	kinds: dict[str, list] = {}
	for doc in batch:
		kinds.setdefault(doc.get("kind") or PUBLICATION, []).append(doc)
	assert len(batch) == NOTICES and set(kinds) == set(KINDS)
	# the poison really was in the way: protected cases and slips of the pen were met, and refused
	assert refused["case"] > 200 and refused["text"] > 200

	watch = Watch(world.forbidden)
	frozen(watch, batch)
	paper(watch, kinds)
	store(batch)
	lists_of_staff(watch)
	lists_of_others(watch, batch, strangers)
	pages(watch, batch, monkeypatch)
	for doc in batch:
		update_global_search(doc)
	assert queue
	watch.clean(json.dumps(queue, ensure_ascii=False, default=str), "global search")
	pdfs(watch, kinds)


def frozen(watch: Watch, batch: list) -> None:
	"""What was frozen agrees with its hash and has the columns of its kind and no other."""
	for doc in batch:
		if doc.doctype == PUBLICATION:
			watch.clean("\n".join((doc.title, doc.body, catalogue.attachment_text(doc))), "publication")
			assert doc.content_hash == catalogue.text_hash(doc)
			continue
		watch.clean(doc.published_content, "frozen content")
		assert content.digest(doc.published_content) == doc.content_hash
		allowed = {field for field, _label in rules_of.COLUMNS[doc.kind]}
		assert all(set(row) == allowed for row in json.loads(doc.published_content)["rows"])


def paper(watch: Watch, kinds: dict[str, list]) -> None:
	"""The HTML that becomes a PDF, of every notice in every format."""
	templates = {name: sheet_of(name) for name in (SHEET, POSTER, RECORD, OLD_SHEET)}
	for kind in rules_of.KINDS:
		for notice in kinds[kind]:
			for name in formats_of(kind):
				watch.clean(templates[name].render({"doc": notice}), name)


def lists_of_staff(watch: Watch) -> None:
	"""Everything the list API gives to somebody who may read it all: every column of notices and their rows."""
	found = 0
	for doctype in (NOTICE, PUBLICATION, "Publicity Entry", "Publicity Log", "Publication Log"):
		rows = frappe.get_all(doctype, fields=["*"], order_by="name")
		found += len(rows) if doctype in (NOTICE, PUBLICATION) else 0
		watch.clean(json.dumps(rows, ensure_ascii=False, default=str), f"list of {doctype}")
	assert found >= NOTICES
	titles = {row.title for row in frappe.get_all(NOTICE, fields=["title"], order_by="name")}
	assert not rules_of.findings("\n".join(title for title in titles if title))


def lists_of_others(watch: Watch, batch: list, strangers: list[str]) -> None:
	"""By the interface, staff of another township get none of them, and without login nobody gets anything."""
	from frappe.client import get, get_list

	from socaid_app.permissions.channels import get_count

	ours = {doc.name for doc in batch}
	for user in (*strangers, "Guest"):
		frappe.set_user(user)
		try:
			for doctype, parent in {NOTICE: None, PUBLICATION: None, **CHILDREN}.items():
				if user == "Guest":
					with pytest.raises(frappe.PermissionError):
						get_list(doctype, parent=parent)
					with pytest.raises(frappe.PermissionError):
						get_count(doctype)
					continue
				field = "parent" if parent else "name"
				rows = get_list(doctype, fields=["*"], parent=parent, limit_page_length=0)
				assert not ours & {row[field] for row in rows}, (user, doctype)
				watch.clean(json.dumps(rows, ensure_ascii=False, default=str), f"{doctype} of {user}")
			for doc in batch[:: len(batch) // 100]:
				with pytest.raises(frappe.PermissionError):
					get(doc.doctype, doc.name)
		finally:
			frappe.set_user("Administrator")


def pages(watch: Watch, batch: list, monkeypatch) -> None:
	"""The public pages as they are served: every notice and publication, every roll, place, guide, and the feed."""
	# ten thousand pages would fill the memory of the cache; each is made afresh
	monkeypatch.setattr(website, "_remember", lambda *kept: None)
	monkeypatch.setattr(website, "_remembered", lambda path: None)
	paths = ["disclosure", "disclosure/feed.xml", "disclosure/publications", "disclosure/catalogue"]
	paths += ["disclosure/guides", "disclosure/contact", "robots.txt"]
	paths += [f"disclosure/places/{code}" for code in (*VILLAGES, TOWNSHIP_A, TOWNSHIP_B)]
	guides = {"status": "In Force", "public": 1}
	paths += [
		f"disclosure/guides/{name}"
		for name in frappe.get_all("Policy Guide", filters=guides, pluck="name", order_by="name")
	]
	rolls = set()
	for doc in batch:
		if doc.doctype == PUBLICATION:
			paths.append(f"disclosure/publications/{doc.name}")
			if doc.attachment:
				paths.append(f"disclosure/publications/{doc.name}/attachment")
			continue
		paths.append(f"disclosure/notice/{doc.public_key}")
		if doc.kind == rules_of.ROLL:
			rolls.add(f"disclosure/rolls/{doc.division}/{getdate(doc.roll_month):%Y-%m}")
	frappe.set_user("Guest")
	try:
		watch.clean(json.dumps(content.current(), ensure_ascii=False, default=str), "current")
		for path in (*paths, *sorted(rolls)):
			text = served(path)
			if path.startswith("disclosure/guides"):
				for words in set(ILL) - set(ILL_ANYWHERE):
					text = text.replace(words, "")
			watch.clean(text, path)
	finally:
		frappe.set_user("Administrator")
		frappe.flags.public_page_counted = False
	assert len(rolls) > 100


def served(path: str) -> str:
	"""The body of a public page, as the renderer answers the request."""
	frappe.local.request = Request(EnvironBuilder(path=f"/{path}").get_environ())
	frappe.local.cookie_manager = CookieManager()
	frappe.flags.public_page_counted = True
	response = website.respond(path)
	assert response.status_code == 200, path
	return response.get_data(as_text=True)


def pdfs(watch: Watch, kinds: dict[str, list]) -> None:
	"""Real PDFs with ten notices of each kind, on A4 and A3 and as the record of the result, read back by machine."""
	import io

	from frappe.utils.pdf import get_pdf
	from pypdf import PdfReader

	for name in (SHEET, POSTER, RECORD, OLD_SHEET):
		template = sheet_of(name)
		chosen = [kind for kind in rules_of.KINDS if name in formats_of(kind)]
		sheets = [template.render({"doc": notice}) for kind in chosen for notice in kinds[kind][:10]]
		data = get_pdf(f'<div class="print-format">{"".join(sheets)}</div>')
		text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
		# a PDF spells some characters as radicals
		text = unicodedata.normalize("NFKC", text)
		plain = re.sub(r"\s", "", text)
		assert all(plain.count(rules_of.TITLES[kind][:4]) >= 10 for kind in chosen)
		watch.clean(text, name)
		watch.clean(plain, name)


def test_the_watch_would_find_what_it_looks_for(world):
	watch = Watch(world.forbidden)
	for token in world.forbidden:
		assert watch.found(f"前{token}后"), token
		assert watch.found(f"…{token}…")
	hidden = [token for token in world.forbidden if token.isdigit()]
	assert len(world.forbidden) > 10_000 and len(hidden) > 5_000
