"""The metadata checks of `make lint`: what ruff cannot see and Frappe notices only when it is too late.

Standard library only; needs neither Frappe nor a site. All findings are reported at once; any finding means
exit status 1.

    python scripts/metadata_check.py            check
    python scripts/metadata_check.py --missing  print the untranslated strings as po entries to fill in
    python scripts/metadata_check.py --selects  print the TERMS lines that could be added
"""

import ast
import csv
import json
import os
import re
import runpy
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APP = "socaid_app"
PACKAGE = ROOT / APP

# Select fields whose options are, word for word, a tuple of socaid_app.policy.terms.
TERMS: dict[tuple[str, str], str] = {
	("Administrative Division", "area"): "AREAS",
	("Application Expense", "kind"): "EXPENSE_KINDS",
	("Application Income", "kind"): "INCOME_KINDS",
	("Application Income", "item"): "INCOME_ITEMS",
	("Application Member", "residence"): "RESIDENCES",
	("Application Member", "marital"): "MARITAL_STATES",
	("Application Member", "schooling"): "SCHOOLING",
	("Application Member", "employment"): "EMPLOYMENT",
	("Application Member", "labour_capacity"): "LABOUR_CAPACITIES",
	("Application Member", "health"): "HEALTH_STATES",
	("Application Member", "disability_type"): "DISABILITY_TYPES",
	("Application Member", "disability_grade"): "DISABILITY_GRADES",
	("Application Property", "kind"): "PROPERTY_KINDS",
	("Application Supporter", "disability_type"): "DISABILITY_TYPES",
	("Application Supporter", "disability_grade"): "DISABILITY_GRADES",
	("Assistance Application", "route"): "ROUTES",
	("Assistance Application", "area"): "AREAS",
	("Assistance Application", "confirming_authority"): "AUTHORITIES",
	("Assistance Application", "single_application"): "SINGLE_GROUNDS",
	("Assistance Application", "support_form"): "SUPPORT_FORMS",
	("Assistance Application", "care_grade"): "CARE_GRADES",
	("Assistance Application", "calculation_mode"): "CALCULATION_MODES",
	("Assistance Category", "scheme"): "SCHEMES",
	("Assistance Category", "area"): "AREAS",
	("Assistance Category", "unit"): "UNITS",
	("Assistance Category", "payment"): "PAYMENTS",
	("Assistance Category", "route"): "ROUTES",
	("Assistance Category", "confirming_authority"): "AUTHORITIES",
	("Assistance Category", "calculation_mode"): "CALCULATION_MODES",
	("Assistance Category", "support_form"): "SUPPORT_FORMS",
	("Assistance Standard", "area"): "AREAS",
	("Assistance Standard", "confidence"): "CONFIDENCES",
	("Entitlement", "payment"): "PAYMENTS",
	("Entitlement", "area"): "AREAS",
	("Entitlement Share", "care_grade"): "CARE_GRADES",
	("Household Investigation", "level"): "AUTHORITIES",
	("Household Member", "residence"): "RESIDENCES",
	("Household Member", "leave_reason"): "LEAVE_REASONS",
	("Person Absence", "reason"): "ABSENCES",
	("Circumstance Change", "event"): "LIFE_EVENTS",
	("Policy Parameter", "scheme"): "SCHEMES",
	("Policy Parameter", "area"): "AREAS",
	("Policy Parameter", "confidence"): "CONFIDENCES",
	("Recipient", "sex"): "SEXES",
	("Recipient", "hukou_type"): "AREAS",
	("Recipient", "marital"): "MARITAL_STATES",
	("Recipient", "schooling"): "SCHOOLING",
	("Recipient", "employment"): "EMPLOYMENT",
	("Recipient", "labour_capacity"): "LABOUR_CAPACITIES",
	("Recipient", "health"): "HEALTH_STATES",
	("Recipient", "disability_type"): "DISABILITY_TYPES",
	("Recipient", "disability_grade"): "DISABILITY_GRADES",
	("Recipient Household", "area"): "AREAS",
}

# DocTypes of Frappe that ours may refer to.
CORE_DOCTYPES = set(
	"""Address|Comment|Communication|Contact|Country|Currency|Custom Field|Customize Form|DocType|Email Account|Email Queue|Email Template
	|Error Log|File|Has Role|Language|Letter Head|Module Def|Note|Notification|Notification Log|Number Card
	|Page|Print Format|Report|Role|Role Profile|SMS Log|SMS Settings|Scheduled Job Log|Scheduled Job Type
	|System Settings|ToDo|User|User Permission|Version|Workflow|Workflow Action|Workflow Action Master
	|Workflow State|Workspace|Data Import|Access Log|Activity Log|Deleted Document|Web Form|Web Page
	|Print Settings|Prepared Report|Property Setter|Transaction Log|Dashboard|Dashboard Chart|Gender|Holiday List|Event
	|Assignment Rule|Auto Repeat|Document Naming Rule|Bulk Update|Document Follow|Tag""".replace(
		"\n\t", ""
	).split("|")
)
CORE_ROLES = {
	"All",
	"Guest",
	"Administrator",
	"System Manager",
	"Desk User",
	"Report Manager",
	"Website Manager",
}
CORE_REPORTS: set[str] = set()

NO_VALUE = {
	"Section Break",
	"Column Break",
	"Tab Break",
	"HTML",
	"Heading",
	"Button",
	"Fold",
	"Image",
	"Table",
}
FIELDTYPES = NO_VALUE | set(
	"""Attach|Attach Image|Autocomplete|Barcode|Check|Code|Color|Currency|Data|Date|Datetime|Duration|Dynamic Link
	|Float|Geolocation|HTML Editor|Icon|Int|JSON|Link|Long Text|Markdown Editor|Password|Percent|Phone|Rating
	|Read Only|Select|Signature|Small Text|Table MultiSelect|Text|Text Editor|Time""".replace(
		"\n\t", ""
	).split("|")
)
STANDARD_FIELDS = {"name", "owner", "creation", "modified", "modified_by", "docstatus", "idx", "parent"}
STANDARD_FIELDS |= {"parenttype", "parentfield", "_assign", "_user_tags", "_comments", "_liked_by"}

# Where a fixed path of this machine or a registry host would break another's. Split, so as not to find itself.
MACHINE = re.compile(
	"|".join(
		[
			r"(?<![\w.$}/])/" + r"work/\w",
			r"(?<![\w.$}])/" + r"home/(?!runner\b)[a-z]\w*/",
			r"(?<![\w.$}])/" + r"root/",
			r"/opt/" + r"(?:mirror|pypi|wheels|bench-cli)",
			r"pypi\.org/" + r"simple|files\.python" + r"hosted|registry\.(?:npmjs|yarnpkg)\.",
		]
	)
)
TEXT_SUFFIXES = {
	".py",
	".js",
	".json",
	".html",
	".css",
	".scss",
	".md",
	".txt",
	".toml",
	".yml",
	".yaml",
	".sh",
	".po",
	".csv",
	".cfg",
	".mjs",
}

CJK = re.compile(r"[\u4e00-\u9fff]")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
# Names and abbreviations that stay as they are in Chinese
FIFTH = re.compile(r",\s*false\]")
SAME_IN_CHINESE = re.compile(r"^[\W\d_]*(?:[A-Z]{2,}|[A-Z]{2,}s|WGS-?84|GeoJSON|Excel)?[\W\d_]*$")

findings: list[tuple[str, str]] = []


def finding(path: Path | str, text: str) -> None:
	path = Path(path)
	findings.append((str(path.relative_to(ROOT) if path.is_absolute() else path), text))


def scrub(name: str) -> str:
	return name.replace(" ", "_").replace("-", "_").lower()


def tracked() -> list[Path]:
	"""Every file that is or would be committed."""
	command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-co", "--exclude-standard", "-z"]
	try:
		names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
		paths = [ROOT / name for name in names if name]
	except (OSError, subprocess.CalledProcessError):
		paths = [p for p in ROOT.rglob("*") if not {".git", ".venv", "__pycache__"} & set(p.parts)]
	return sorted(path for path in paths if path.is_file())


# ---- translations -----------------------------------------------------------------------------------


class Strings:
	"""Every English string that a user may see, with the first place it comes from."""

	def __init__(self):
		self.found: dict[str, Path] = {}
		# text → the contexts it is asked for with, "" for none, and a place of each
		self.contexts: dict[str, dict[str, Path]] = {}

	def add(self, text, path: Path, context: str = "") -> None:
		self.add_code(text.strip() if isinstance(text, str) else "", path, context)

	def add_code(self, text: str, path: Path, context: str = "") -> None:
		"""A literal passed to `_()`; kept exactly, because the lookup is exact."""
		if LATIN_WORD.search(text):
			self.found.setdefault(text, path)
			self.contexts.setdefault(text, {}).setdefault(context, path)


def read_po(path: Path) -> dict[str, str]:
	"""msgid -> msgstr; fuzzy entries count as untranslated. Contexts are folded together."""
	entries: dict[str, str] = {}
	current: dict[str, str] = {}
	key, fuzzy = None, False

	def keep():
		if "msgid" in current and current["msgid"]:
			translated = "" if fuzzy else current.get("msgstr", "")
			entries[current["msgid"]] = translated or entries.get(current["msgid"], "")

	for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
		line = raw.strip()
		if line.startswith("#,"):
			fuzzy = "fuzzy" in line
		if not line or line.startswith("#"):
			if not line:
				keep()
				current, key, fuzzy = {}, None, False
			continue
		match = re.match(r'(msgctxt|msgid|msgstr)\s+(".*")$', line)
		if match:
			if match[1] in ("msgctxt", "msgid") and "msgstr" in current:
				keep()
				current, fuzzy = {}, False
			key = match[1]
			current[key] = ast.literal_eval(match[2])
		elif key and line.startswith('"'):
			try:
				current[key] += ast.literal_eval(line)
			except (SyntaxError, ValueError):
				finding(path, f"第 {number} 行不是合法的 po 字符串")
		else:
			finding(path, f"第 {number} 行看不懂：{line[:60]}")
	keep()
	return entries


def python_strings(path: Path, tree: ast.AST, strings: Strings) -> None:
	for node in ast.walk(tree):
		if not (isinstance(node, ast.Call) and node.args):
			continue
		name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
		if name not in ("_", "_lt"):
			continue
		first = node.args[0]
		if isinstance(first, ast.Constant) and isinstance(first.value, str):
			given = [keyword.value for keyword in node.keywords if keyword.arg == "context"]
			strings.add_code(first.value, path, getattr(given[0], "value", COMPUTED) if given else "")
		elif isinstance(first, ast.JoinedStr | ast.BinOp) or (
			isinstance(first, ast.Call) and getattr(first.func, "attr", "") == "format"
		):
			finding(path, f"第 {node.lineno} 行：_() 里要写完整的一句，先翻译再 .format()")


CALL = re.compile(
	r"""(?<![\w$.])_{1,2}\(\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)\s*([,)+.]?)"""
)


CONTEXT = re.compile(r"""\s*,\s*(?:null|\[[^\[\]]*\])\s*,\s*(?:["']([^"']*)["']|[\w.]+)""")
# A context that the code finds out while it runs
COMPUTED = "*"


def script_strings(path: Path, text: str, strings: Strings) -> None:
	for match in CALL.finditer(text):
		literal, after = match[1], match[2]
		line = text.count("\n", 0, match.start()) + 1
		if after == "+" or (literal[0] == "`" and "${" in literal):
			finding(path, f"第 {line} 行：__() 里要写完整的一句，变量用 {{0}} 并作为参数传入")
			continue
		body = re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), literal[1:-1])
		strings.add_code(
			body, path, given[1] or COMPUTED if (given := CONTEXT.match(text, match.end(1))) else ""
		)


def check_translations(strings: Strings) -> list[str]:
	path = PACKAGE / "locale" / "zh.po"
	if not path.exists():
		finding(path, "没有中文翻译")
		return sorted(strings.found)
	po = read_po(path)
	missing = []
	for text, source in sorted(strings.found.items()):
		chinese = po.get(text, "")
		if not chinese:
			missing.append(text)
			finding(source, f"没有中文翻译：{text!r} —— 在 locale/zh.po 补上")
		elif not CJK.search(chinese) and not SAME_IN_CHINESE.match(text):
			finding(path, f"译文里没有中文：{text!r} → {chinese!r}")
	for text, chinese in po.items():
		wanted, given = (Counter(re.findall(r"\{\w*\}", s)) for s in (text, chinese))
		if chinese and wanted != given:
			finding(path, f"占位符与原文不一致：{text!r} → {chinese!r}")
	return missing


# ---- words that Frappe has as well ----------------------------------------------------------------------


def po_entries(path: Path) -> dict[tuple[str, str], str]:
	"""(context, msgid) → msgstr, of a po or pot file; "" for no context. A word that stands there twice is a finding."""
	literal = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
	entry = re.compile(rf"(?:^msgctxt {literal})?^msgid {literal}^msgstr {literal}", re.M)
	read = lambda text: "".join(map(ast.literal_eval, re.findall(r'"(?:[^"\\]|\\.)*"', text or "")))  # noqa: E731
	found: dict[tuple[str, str], str] = {}
	for context, msgid, chinese in entry.findall(path.read_text(encoding="utf-8")):
		word = read(context), read(msgid)
		if word in found:
			finding(path, f"{word[1]!r}（{word[0] or '不带上下文'}）译了两次")
		found[word] = read(chinese)
	return found


def check_words(strings: Strings) -> None:
	"""A word that Frappe has too is Frappe's without a context: its general sense stands in shared_words.csv, reviewed,
	and in zh.po as there. Our places either mean the same (`same`), or have an entry under their context."""
	path, po = PACKAGE / "locale" / "zh.po", po_entries(PACKAGE / "locale" / "zh.po")
	inventory = Path(__file__).with_name("shared_words.csv")
	with inventory.open(encoding="utf-8", newline="") as file:
		shared = {row["msgid"]: row for row in csv.DictReader(file)}
	for word, row in shared.items():
		if po.get(("", word)) != row["chinese"]:
			finding(
				path, f"{word!r} 不带上下文时应译作 Frappe 的一般意义 {row['chinese']!r}；本义写在 msgctxt 下"
			)
		if not row["same"]:
			for context, place in strings.contexts.get(word, {}).items():
				if context != COMPUTED and (context, word) not in po or not context:
					finding(
						place,
						f"{word!r} 与 Frappe 共用而意义不同：带上下文（{context or '代码'}），或用更准确的英文",
					)
	catalogue = Path(os.environ.get("SOCAID_BENCH") or "/nowhere") / "apps/frappe/frappe/locale/main.pot"
	if not catalogue.is_file():
		print("没有 bench（SOCAID_BENCH），未核对与 Frappe 共用的新词")
		return
	frappes = {msgid for context, msgid in po_entries(catalogue) if not context}
	for word, contexts in strings.contexts.items():
		if word in frappes and word not in shared:
			finding(
				next(iter(contexts.values())),
				f"Frappe 也有 {word!r}：用更准确的英文，或把它的一般意义写进 scripts/shared_words.csv",
			)


def check_guide() -> None:
	"""What the guide for staff puts in quotation marks is on the screen, in these words."""
	guide = PACKAGE / "manual" / "staff.zh.md"
	seeds = [path for kind in ("csv", "json") for path in (PACKAGE / "setup").rglob(f"*.{kind}")]
	# letters and public pages speak Chinese in the source
	seeds += [path for kind in ("py", "html") for path in PACKAGE.rglob(f"*.{kind}")]
	shown = "\n".join(
		[
			*po_entries(PACKAGE / "locale" / "zh.po").values(),
			*(path.read_text(encoding="utf-8") for path in seeds),
		]
	)
	for words in sorted(set(re.findall("“([^”]+)”", guide.read_text(encoding="utf-8")))):
		if words not in shown:
			finding(guide, f"界面上没有“{words}”：与标签用同一个词")


# ---- records as files -----------------------------------------------------------------------------


class Records:
	"""The standard records of the app, by DocType and name."""

	def __init__(self):
		self.by_type: dict[str, dict[str, tuple[Path, dict]]] = {}

	def add(self, path: Path, record: dict) -> None:
		self.by_type.setdefault(record["doctype"], {})[record.get("name", path.stem)] = (path, record)

	def __getitem__(self, doctype: str) -> dict[str, tuple[Path, dict]]:
		return self.by_type.get(doctype, {})

	def doctype(self, name: str) -> dict | None:
		return self["DocType"].get(name, (None, None))[1]

	def knows(self, doctype: str) -> bool:
		return doctype in self["DocType"] or doctype in CORE_DOCTYPES

	def fieldnames(self, doctype: str) -> set[str] | None:
		"""None when it is not ours to know."""
		record = self.doctype(doctype)
		return (
			{f["fieldname"] for f in record["fields"] if f.get("fieldname")} | STANDARD_FIELDS
			if record
			else None
		)


def load_json(path: Path):
	try:
		return json.loads(path.read_text(encoding="utf-8"))
	except ValueError as error:
		finding(path, f"不是合法的 JSON：{error}")


def modules() -> dict[str, str]:
	"""Folder -> module."""
	path = PACKAGE / "modules.txt"
	if not path.exists():
		finding(path, "没有 modules.txt")
		return {}
	return {scrub(line.strip()): line.strip() for line in path.read_text().splitlines() if line.strip()}


def load_records(files: list[Path]) -> Records:
	records = Records()
	folders = modules()
	for folder, module in folders.items():
		if not (PACKAGE / folder / "__init__.py").exists():
			finding(PACKAGE / folder, f"modules.txt 有模块 {module}，却没有这个目录或其 __init__.py")
	for path in files:
		parts = path.relative_to(ROOT).parts
		if path.suffix != ".json" or parts[0] != APP:
			continue
		record = load_json(path)
		# APP / module / kind / name / name.json
		if len(parts) != 5 or parts[1] not in folders or not isinstance(record, dict):
			continue
		if path.stem != path.parent.name or "doctype" not in record:
			continue
		records.add(path, record)
		name = record.get("name", "")
		if scrub(record["doctype"]) != parts[2]:
			finding(path, f"{record['doctype']} 放在了 {parts[2]}/ 里")
		if scrub(name) != path.stem:
			finding(path, f"名称 {name!r} 与文件名不符，应为 {scrub(name)}.json")
		if record.get("module") != folders[parts[1]]:
			finding(path, f"module 是 {record.get('module')!r}，按所在目录应为 {folders[parts[1]]!r}")
	return records


def roles(files: list[Path]) -> set[str]:
	"""Core roles, those that are seeded, and those that hooks.py exports."""
	known = set(CORE_ROLES)
	seed = PACKAGE / "setup" / "roles.json"
	if seed in files:
		known |= set(load_json(seed) or [])
	hooks = PACKAGE / "hooks.py"
	if hooks.exists():
		known |= {
			n.value
			for n in ast.walk(parse(hooks))
			if isinstance(n, ast.Constant) and isinstance(n.value, str)
		}
	return known


def check_doctype(path: Path, record: dict, records: Records, known_roles: set[str]) -> None:
	name = record["name"]
	fields = record.get("fields", [])
	names = [field["fieldname"] for field in fields if field.get("fieldname")]
	by_name = {field.get("fieldname"): field for field in fields}

	for twice, count in Counter(names).items():
		if count > 1:
			finding(path, f"字段 {twice} 出现了 {count} 次")
	if (order := record.get("field_order", [])) != names:
		odd = sorted(set(order) ^ set(names))
		finding(path, f"field_order 与 fields 不一致：{'、'.join(odd) if odd else '次序不同'}")

	for field in fields:
		label = f"字段 {field.get('fieldname')}"
		kind, options = field.get("fieldtype"), field.get("options") or ""
		if kind not in FIELDTYPES:
			finding(path, f"{label} 的类型 {kind!r} 不存在")
		if kind in ("Link", "Table", "Table MultiSelect") and not records.knows(options):
			finding(path, f"{label} 指向的 {options!r} 不是本应用或 Frappe 的 DocType")
		if (
			kind in ("Table", "Table MultiSelect")
			and (child := records.doctype(options))
			and not child.get("istable")
		):
			finding(path, f"{label} 指向的 {options} 不是子表")
		if kind == "Dynamic Link" and options not in names:
			finding(path, f"{label} 的 options 应是本表的字段名，没有 {options!r}")
		if kind == "Select" and not options.strip() and not field.get("read_only"):
			finding(path, f"{label} 没有选项")
		if CJK.search(field.get("label") or ""):
			finding(path, f"{label} 的 label 应写英文，中文放 locale/zh.po")
		if len(field.get("fieldname") or "") > 64:
			finding(path, f"{label} 的名字超过 64 个字符")
		if fetch := field.get("fetch_from"):
			link, _, source = fetch.partition(".")
			target = (by_name.get(link) or {}).get("options")
			known = records.fieldnames(target) if target else None
			if link not in names:
				finding(path, f"{label} 的 fetch_from：本表没有字段 {link}")
			elif known is not None and source not in known:
				finding(path, f"{label} 的 fetch_from：{target} 没有字段 {source}")

	for key in ("title_field", "image_field", "timeline_field", "nsm_parent_field", "sort_field"):
		for part in (record.get(key) or "").split(","):
			if part.strip() and part.split()[0] not in {*names, *STANDARD_FIELDS}:
				finding(path, f"{key} 用了没有的字段 {part}")
	for part in (record.get("search_fields") or "").split(","):
		if part.strip() and part.strip() not in {*names, *STANDARD_FIELDS}:
			finding(path, f"search_fields 用了没有的字段 {part.strip()}")
	if (auto := record.get("autoname") or "").startswith("field:") and auto[6:] not in names:
		finding(path, f"autoname 用了没有的字段 {auto[6:]}")

	for permission in record.get("permissions", []):
		if permission["role"] not in known_roles:
			finding(path, f"权限里的角色 {permission['role']!r} 没有定义")
	for link in record.get("links", []):
		known = records.fieldnames(link["link_doctype"])
		if not records.knows(link["link_doctype"]):
			finding(path, f"关联里的 {link['link_doctype']!r} 不存在")
		elif known is not None and link["link_fieldname"] not in known:
			hint = "；经子表的关联，link_doctype 要写子表" if link.get("is_child_table") else ""
			finding(path, f"关联：{link['link_doctype']} 没有字段 {link['link_fieldname']}{hint}")

	if record.get("custom"):
		finding(path, "custom 应为 0")
	check_controller(path, name, bool(record.get("istable")))


def check_controller(path: Path, name: str, is_row: bool) -> None:
	if not (path.parent / "__init__.py").exists():
		finding(path.parent, "缺 __init__.py")
	controller = path.with_suffix(".py")
	if not controller.exists():
		finding(path.parent, f"缺 {controller.name}")
		return
	wanted = name.replace(" ", "").replace("-", "")
	controllers = definitions(controller)
	if wanted not in controllers:
		finding(controller, f"没有类 {wanted}")
	elif not is_row:
		check_guard(controller, controllers[wanted])


def check_guard(controller: Path, node: ast.AST) -> None:
	"""Every DocType says which of its fields may be written in which state (casework/records.py)."""
	bases = {base.id for base in getattr(node, "bases", []) if isinstance(base, ast.Name)}
	if bases <= {"Document", "NestedSet", "FoundByList", "ScopedDocument"}:
		finding(controller, f"类 {node.name} 应继承 casework.records 的 Guarded 或 GuardedRecord")
	declared = {
		target.id
		for statement in getattr(node, "body", [])
		if isinstance(statement, ast.Assign)
		for target in statement.targets
		if isinstance(target, ast.Name)
	}
	if "GUARD" not in declared:
		finding(controller, f"类 {node.name} 没有声明 GUARD：各状态下哪些字段可写")


def check_links_to(path: Path, kind: str, target: str, records: Records, where: str) -> None:
	known = {
		"DocType": records.knows(target),
		"Report": target in records["Report"] or target in CORE_REPORTS,
		"Dashboard": target in records["Dashboard"],
		"Number Card": target in records["Number Card"],
	}
	if not known.get(kind, True):
		finding(path, f"{where} 指向的 {kind} {target!r} 不存在")


def check_records(records: Records, known_roles: set[str]) -> None:
	for path, record in records["DocType"].values():
		check_doctype(path, record, records, known_roles)

	for key, doctype in (
		("ref_doctype", "Report"),
		("doc_type", "Print Format"),
		("document_type", "Notification"),
		("document_type", "Number Card"),
		("document_type", "Workflow"),
		("document_type", "Dashboard Chart"),
		("doc_type", "Web Form"),
	):
		for path, record in records[doctype].values():
			target = record.get(key)
			if target and not records.knows(target):
				finding(path, f"{key} {target!r} 不存在")
			for row in record.get("roles", []):
				if row["role"] not in known_roles:
					finding(path, f"角色 {row['role']!r} 没有定义")

	for path, record in records["Report"].values():
		if not record.get("roles"):
			finding(path, "报表没有角色：能读该类单据的人都能运行")
		if record.get("report_type") == "Script Report" and "execute" not in definitions(
			path.with_suffix(".py")
		):
			finding(path, f"{path.stem}.py 里没有 execute()")
	for path, record in records["Print Format"].values():
		if record.get("custom_format") and not record.get("html") and not path.with_suffix(".html").exists():
			finding(path, f"缺 {path.stem}.html")
		if record.get("standard") != "Yes":
			finding(path, 'standard 应为 "Yes"')

	for path, record in records["Workspace"].values():
		for row in record.get("shortcuts", []) + [
			r for r in record.get("links", []) if r.get("type") == "Link"
		]:
			kind = row.get("link_type") or row.get("type")
			check_links_to(path, kind, row.get("link_to") or "", records, row.get("label", ""))
			if FIFTH.search(row.get("stats_filter") or ""):
				finding(path, f"{row.get('label')}：筛选条件只能有四项，Frappe 16 不认第五项")
		for row in record.get("number_cards", []):
			if not row["number_card_name"].startswith("overdue:"):
				check_links_to(path, "Number Card", row["number_card_name"], records, row.get("label", ""))
		for row in record.get("roles", []):
			if row["role"] not in known_roles:
				finding(path, f"角色 {row['role']!r} 没有定义")


def record_strings(records: Records, files: list[Path], strings: Strings) -> None:
	for module in modules().values():
		strings.add(module, PACKAGE / "modules.txt")
	for path, record in records["DocType"].values():
		strings.add(record["name"], path)
		strings.add(record.get("description"), path)
		for field in record.get("fields", []):
			# Frappe asks for the name of a tab without a context
			of_type = "" if field.get("fieldtype") == "Tab Break" else record["name"]
			strings.add(field.get("label"), path, of_type)
			strings.add(field.get("description"), path, record["name"])
			if field.get("fieldtype") == "Select":
				for option in (field.get("options") or "").split("\n"):
					strings.add(option, path, record["name"])
		for link in record.get("links", []):
			strings.add(link.get("group"), path)
		for state in record.get("states", []):
			strings.add(state.get("title"), path)
	for doctype in ("Report", "Print Format", "Notification", "Web Form", "Dashboard", "Dashboard Chart"):
		for name, (path, record) in records[doctype].items():
			strings.add(name, path)
			for key in ("subject", "title", "chart_name"):
				strings.add(record.get(key), path)
			for row in record.get("columns", []) + record.get("filters", []):
				strings.add(row.get("label"), path)
	for path, record in records["Number Card"].values():
		strings.add(record.get("label"), path)
	for path, record in records["Workspace"].values():
		for key in ("name", "label", "title"):
			strings.add(record.get(key), path)
		for row in record.get("shortcuts", []) + record.get("links", []) + record.get("number_cards", []):
			strings.add(row.get("label"), path)
	for path in files:
		if path == PACKAGE / "setup" / "roles.json":
			for role in load_json(path) or []:
				strings.add(role, path)
		if path.parent == PACKAGE / "setup" / "flows" and path.suffix == ".json":
			flow = load_json(path) or {}
			# a state that is a choice of the DocType is shown with its DocType as well
			of_doctype = () if flow["state_field"] == "workflow_state" else (flow["document_type"],)
			for state in flow.get("states", []):
				strings.add(state["state"], path, *of_doctype)
			# asked for with the DocType of the workflow (public/js/socaid/words.js)
			for step in flow.get("transitions", []):
				strings.add(step["action"], path, flow["document_type"])


# ---- Select options and the law library -----------------------------------------------------------


def vocabulary() -> dict[str, tuple]:
	path = PACKAGE / "policy" / "terms.py"
	if not path.exists():
		return {}
	return {
		name: tuple(value)
		for name, value in runpy.run_path(str(path)).items()
		if name.isupper() and isinstance(value, tuple | list) and all(isinstance(item, str) for item in value)
	}


def selects(records: Records):
	for name, (path, record) in sorted(records["DocType"].items()):
		for field in record.get("fields", []):
			if field.get("fieldtype") == "Select":
				options = tuple(option for option in (field.get("options") or "").split("\n") if option)
				yield name, field["fieldname"], options, path


def check_terms(records: Records) -> None:
	terms = vocabulary()
	known = {(name, fieldname): (options, path) for name, fieldname, options, path in selects(records)}
	for key, constant in TERMS.items():
		if constant not in terms:
			finding(__file__, f"TERMS：policy.terms 没有 {constant}")
		elif key not in known:
			finding(__file__, f"TERMS：没有 Select 字段 {key[0]}.{key[1]}")
		elif known[key][0] != terms[constant]:
			path = known[key][1]
			odd = sorted(set(known[key][0]) ^ set(terms[constant]))
			finding(
				path,
				f"字段 {key[1]} 的选项应与 policy.terms.{constant} 一致：{'、'.join(odd) if odd else '次序不同'}",
			)


def suggest_terms(records: Records) -> None:
	terms = vocabulary()
	for name, fieldname, options, _path in selects(records):
		equal = [constant for constant, value in terms.items() if value == options and len(value) > 1]
		if equal and (name, fieldname) not in TERMS:
			print(
				f'\t("{name}", "{fieldname}"): "{equal[0]}",' + (f"  # or {equal[1:]}" if equal[1:] else "")
			)


# ---- policy parameters -------------------------------------------------------------------------------


def check_parameters() -> None:
	"""Every shipped parameter is read by a rule and names the article it rests on."""
	path = PACKAGE / "setup" / "policy_parameters.csv"
	with open(path, encoding="utf-8", newline="") as file:
		rows = list(csv.DictReader(file))
	read = set()
	for source in PACKAGE.rglob("*.py"):
		if PACKAGE / "patches" not in source.parents:
			read |= {node.value for node in ast.walk(parse(source)) if isinstance(node, ast.Constant)}
	# A letter rule names the parameter that says its days.
	read |= {row.get("delivery_days") for row in load_json(PACKAGE / "setup" / "letter_rules.json") or []}
	# A service limit is compared with the key of the law it may not be looser than.
	for key in sorted({row["key"] for row in rows} - read - {row["statutory_key"] for row in rows}):
		finding(path, f"参数 {key} 没有代码读取；由它所属的规则读取，或者删去")
	for row in rows:
		if not (row["source"] and row["article"]):
			finding(path, f"参数 {row['key']}（{row['effective_from']}）没有写明依据的条款")


# ---- code ------------------------------------------------------------------------------------------

_trees: dict[Path, ast.AST] = {}


def parse(path: Path) -> ast.AST:
	if path not in _trees:
		try:
			_trees[path] = ast.parse(path.read_text(encoding="utf-8"))
		except SyntaxError as error:
			finding(path, f"第 {error.lineno} 行语法错误：{error.msg}")
			_trees[path] = ast.Module(body=[], type_ignores=[])
	return _trees[path]


def definitions(path: Path) -> dict[str, ast.AST]:
	"""What a module defines or imports at its top level."""
	found: dict[str, ast.AST] = {}
	if not path.exists():
		return found
	for node in parse(path).body:
		if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
			found[node.name] = node
		elif isinstance(node, ast.Import | ast.ImportFrom):
			found |= {(alias.asname or alias.name).split(".")[0]: node for alias in node.names}
		elif isinstance(node, ast.Assign | ast.AnnAssign):
			targets = node.targets if isinstance(node, ast.Assign) else [node.target]
			names = [name for target in targets for name in ast.walk(target)]
			found |= {name.id: node for name in names if isinstance(name, ast.Name)}
	return found


def resolve(dotted: str) -> str | ast.AST | None:
	"""The definition behind a dotted path of this app; a sentence when there is none."""
	parts = dotted.split(".")
	for length in range(len(parts), 0, -1):
		base = ROOT.joinpath(*parts[:length])
		module = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
		if not module.exists():
			continue
		rest = parts[length:]
		if not rest:
			return None
		node = definitions(module).get(rest[0])
		if node is None:
			return f"{module.relative_to(ROOT)} 里没有 {rest[0]}"
		return node
	return f"没有模块 {dotted}"


DOTTED = re.compile(rf"^{APP}(?:\.\w+)+$")


def check_hooks() -> None:
	path = PACKAGE / "hooks.py"
	if not path.exists():
		finding(path, "没有 hooks.py")
		return
	for node in ast.walk(parse(path)):
		if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
			continue
		value = node.value
		if DOTTED.match(value):
			if isinstance(problem := resolve(value), str):
				finding(path, f"第 {node.lineno} 行 {value}：{problem}")
		elif re.fullmatch(r"[\w./-]+\.bundle\.(js|css|scss)", value):
			stem = value.rsplit(".", 1)[0].split("/")[-1]
			if not list((PACKAGE / "public").rglob(f"{stem}.*")):
				finding(path, f"第 {node.lineno} 行：public/ 里没有 {value} 的源文件")
		elif value.startswith(f"/assets/{APP}/") or re.match(r"public/.*\.(js|css)$", value):
			file = PACKAGE / "public" / value.removeprefix(f"/assets/{APP}/").removeprefix("public/")
			if not file.exists():
				finding(path, f"第 {node.lineno} 行：没有文件 {file.relative_to(ROOT)}")

	patches = PACKAGE / "patches.txt"
	for line in patches.read_text().splitlines() if patches.exists() else []:
		patch = line.split("#")[0].strip()
		if patch.startswith(f"{APP}.") and isinstance(problem := resolve(f"{patch}.execute"), str):
			finding(patches, f"{patch}：{problem}")


def check_broadcasts(path: Path, tree: ast.AST) -> None:
	"""An event without a reader goes to every desk, whatever its division."""
	for node in ast.walk(tree):
		if not (isinstance(node, ast.Call) and ast.unparse(node.func).endswith("publish_realtime")):
			continue
		named = {keyword.arg for keyword in node.keywords}
		if not (named & {"user", "task_id"} or {"doctype", "docname"} <= named):
			finding(path, f"第 {node.lineno} 行的实时消息没有写明给谁（user，或 doctype 和 docname）")


# The day is the county's, not the browser's and not the database's (Python: ruff's DTZ rules).
BROWSER_DAY = re.compile(r"new Date\(\s*\)")
SQL_DAY = re.compile(
	r"\b(?:curdate|sysdate|current_date|current_timestamp|localtime|utc_date|utc_timestamp)\b|\bnow\(\)",
	re.IGNORECASE,
)
SQL = re.compile(
	r"\b(?:select|update|delete|insert)\b.*\b(?:from|set|into|where)\b", re.IGNORECASE | re.DOTALL
)
SQL_DAY_FUNCTIONS = {"CurDate", "CurTimestamp", "Now", "CurTime", "UtcTimestamp"}


def check_sql_days(path: Path, tree: ast.AST) -> None:
	for node in ast.walk(tree):
		named = isinstance(node, ast.ImportFrom) and {alias.name for alias in node.names} & SQL_DAY_FUNCTIONS
		written = isinstance(node, ast.Constant) and isinstance(node.value, str)
		if named or (written and SQL.search(node.value) and SQL_DAY.search(node.value)):
			finding(path, f"第 {node.lineno} 行用了数据库的日期 —— 用 frappe.utils.today() 作参数")


# What lists may be asked for by, in Frappe 16: columns, no SQL.
COLUMN = re.compile(
	r"(?:(?:`[\w\s-]+`|\w+)\.)?(?:`\w+`|\w+)(?:\s+as\s+(?:`[\w\s-]+`|'[\w\s:-]+'|\w+)|\s+(?:asc|desc))?|\*",
	re.IGNORECASE,
)
LISTS = {"get_all", "get_list", "get_value", "get_values", "get_cached_value"}
COLUMNS = {"fields", "fieldname", "pluck", "group_by", "order_by"}


def check_columns(path: Path, tree: ast.AST) -> None:
	"""Of what stands in the call itself."""
	for node in ast.walk(tree):
		if not (
			isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LISTS
		):
			continue
		asked = [word.value for word in node.keywords if word.arg in COLUMNS]
		asked += node.args[2:3] if "value" in node.func.attr else node.args[1:2]
		for value in asked:
			for text in map(written_text, value.elts if isinstance(value, ast.List | ast.Tuple) else [value]):
				if text and not all(COLUMN.fullmatch(part.strip()) for part in text.split(",")):
					finding(
						path,
						f"第 {node.lineno} 行 {text!r} 不是列名，Frappe 16 不认 —— 用 frappe_versions.aggregate",
					)


def written_text(node: ast.AST) -> str:
	"""A text as it stands there, any name for what is filled in."""
	if isinstance(node, ast.JoinedStr):
		return "".join(part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
	return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def whitelisted(node) -> bool:
	return isinstance(node, ast.Import | ast.ImportFrom) or any(
		"whitelist" in ast.dump(decorator) for decorator in getattr(node, "decorator_list", [])
	)


def whitelisted_paths(path: Path) -> list[tuple[str, int]]:
	"""The functions of a file that a request may call: dotted path and line."""
	module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
	found = []

	def walk(node: ast.AST, prefix: str) -> None:
		for child in ast.iter_child_nodes(node):
			if isinstance(child, ast.ClassDef):
				walk(child, f"{prefix}.{child.name}")
			elif isinstance(child, ast.FunctionDef) and child.decorator_list and whitelisted(child):
				found.append((f"{prefix}.{child.name}", child.lineno))

	walk(parse(path), module)
	return found


def check_doors(files: list[Path]) -> None:
	"""Every function that a request may call is judged in permissions/doors.csv."""
	inventory = PACKAGE / "permissions" / "doors.csv"
	with inventory.open(encoding="utf-8", newline="") as file:
		doors = {row["function"]: row for row in csv.DictReader(file)}
	ours = set()
	for path in files:
		if path.suffix == ".py" and path.is_relative_to(PACKAGE):
			for function, line in whitelisted_paths(path):
				ours.add(function)
				if function not in doors:
					finding(
						path, f"第 {line} 行 {function} 不在 permissions/doors.csv 中：谁可以调用、为什么"
					)
	signed = set()
	for judged in inventory.parent.glob("signatures_*.csv"):
		with judged.open(encoding="utf-8", newline="") as file:
			signed |= {row["function"] for row in csv.DictReader(file)}
	for function in {function for function in doors if function.startswith("frappe.")} ^ signed:
		finding(
			inventory,
			f"{function} 只在 doors.csv 与 signatures_*.csv 之一：bench socaid-signatures 重列后复核",
		)
	for function, row in doors.items():
		if function.startswith(f"{APP}.") and function not in ours:
			finding(inventory, f"{function} 已不存在")
		if not row["judged"]:
			finding(inventory, f"{function} 没有写明理由")


def check_code(files: list[Path], strings: Strings) -> None:
	app_link = re.compile(r"""["'`(=]/app(?:/|["'`])""")
	call = re.compile(rf"""["'`]({APP}(?:\.\w+){{2,}})["'`]""")
	for path in files:
		parts = path.relative_to(ROOT).parts
		if path.suffix not in TEXT_SUFFIXES and path.name not in ("Makefile", "run"):
			continue
		text = path.read_text(encoding="utf-8", errors="replace")
		if path != Path(__file__).resolve():
			for match in MACHINE.finditer(text):
				line = text.count("\n", 0, match.start()) + 1
				finding(path, f"第 {line} 行写死了本机路径或镜像地址：{match[0]}")
		if parts[0] != APP:
			continue

		if path.suffix in (".py", ".js", ".html"):
			for match in app_link.finditer(text):
				line = text.count("\n", 0, match.start()) + 1
				finding(
					path,
					f"第 {line} 行写死了 /app 链接 —— 用 frappe.utils.get_url_to_form / frappe.set_route",
				)
		if path.suffix == ".py":
			tree = parse(path)
			python_strings(path, tree, strings)
			check_imports(path, tree)
			check_broadcasts(path, tree)
			check_sql_days(path, tree)
			check_columns(path, tree)
			if parts[1] == "policy":
				check_pure(path, tree)
			if parts[1] == "casework":
				check_floor(path, tree)
		elif path.suffix in (".js", ".html"):
			script_strings(path, text, strings)
			for match in BROWSER_DAY.finditer(text):
				line = text.count("\n", 0, match.start()) + 1
				finding(path, f"第 {line} 行用了浏览器的日期 —— 用 frappe.datetime.get_today()")
			for match in call.finditer(text):
				node = resolve(match[1])
				if isinstance(node, str):
					finding(path, f"{match[1]}：{node}")
				elif node is not None and not whitelisted(node):
					finding(path, f"{match[1]} 没有 @frappe.whitelist()")


def check_imports(path: Path, tree: ast.AST) -> None:
	"""`from socaid_app.x import y` names something that exists; ruff looks at one file at a time."""
	for node in ast.walk(tree):
		if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == APP and not node.level:
			for alias in node.names:
				if isinstance(problem := resolve(f"{node.module}.{alias.name}"), str):
					finding(path, f"第 {node.lineno} 行：{problem}")


def check_pure(path: Path, tree: ast.AST) -> None:
	for node in ast.walk(tree):
		names = []
		if isinstance(node, ast.Import):
			names = [alias.name for alias in node.names]
		elif isinstance(node, ast.ImportFrom):
			names = [node.module or ""]
		if any(name.split(".")[0] == "frappe" for name in names):
			finding(path, f"第 {node.lineno} 行：policy/ 不得引入 frappe")


def check_floor(path: Path, tree: ast.AST) -> None:
	"""casework/ lies below the modules and knows none of them."""
	for node in ast.walk(tree):
		if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{APP}."):
			if node.module.split(".")[1] in modules():
				finding(path, f"第 {node.lineno} 行：casework/ 不得引入模块 {node.module}")


# What a field is called that holds a person's name or a number, and which of them need a rule of their form.
WRITTEN = re.compile(r"_name$|phone|account$|certificate$|^id_number$|^document_number$")
WRITTEN_RULES = ("NAMES", "PERSONS", "PHONES", "OFFICE_PHONES", "UNLIKE")
# Masked in the register and full in the vault (permissions/sensitive.py); copies of masks and of file numbers.
VAULTED = {"bank_account", "disability_certificate", "id_number", "document_number"}


def check_written(records: Records) -> None:
	"""A field that sounds like a name or number has its form in casework/written.py."""
	known = set(VAULTED)
	for node in parse(PACKAGE / "casework" / "written.py").body:
		if isinstance(node, ast.Assign) and node.targets[0].id in WRITTEN_RULES:
			known |= ast.literal_eval(node.value.args[0])
	for path, record in records["DocType"].values():
		for field in record["fields"]:
			if field["fieldtype"] in ("Data", "Small Text") and WRITTEN.search(field["fieldname"]):
				if field["fieldname"] not in known:
					finding(
						path,
						f"{field['fieldname']}：在 casework/written.py 写明它的写法，或写明它不是姓名、号码",
					)


# What a date is called by which somebody has to act.
DUE_NAME = re.compile(
	r"(?:^|_)due(?:_|$)|_(?:until|by|end)$|^next_|deadline|expir|^(?:ends|evaluate|follow_up)_on$|planned_"
)
# Dates that sound like it and ask nobody of the staff to act, each with the reason.
NO_DUE_DATE: dict[tuple[str, str], str] = {
	("Archive Appraisal Item", "extended_until"): "what the appraisal decides; the file's own day follows it",
	("Archive Appraisal Item", "retain_until"): "a copy of the file's",
	("Archive File", "retain_until"): "from this day on a file may be appraised; nobody has to by a day",
	("Assistance Application", "service_due"): "its row among the deadlines has the rule",
	("Carer Check", "rectify_by"): "becomes the due date of a Data Quality Issue",
	("Case Reminder", "due_on"): "the reminder itself",
	("Check Authorization", "valid_until"): "an expiry; the gates of a case ask for a new consent",
	("Check Report", "valid_until"): "an expiry; the gates of a case ask for a new report",
	("Disclosure Inspection Item", "rectify_by"): "becomes the due date of a Data Quality Issue",
	("Home Visit", "due_back_at"): "watched every five minutes (field_visits/alarms.py)",
	("Home Visit", "planned_on"): "a plan; the last day is the task's",
	("Person Absence", "absent_until"): "a fact about a person",
	("Petition", "decide_due"): "one of the clocks; current_due is the one that governs",
	("Petition", "extended_until"): "one of the clocks; current_due is the one that governs",
	("Petition", "notice_due"): "one of the clocks; current_due is the one that governs",
	("Petition", "return_due"): "one of the clocks; current_due is the one that governs",
	("Petition", "sender_due"): "one of the clocks; current_due is the one that governs",
	("Petition", "review_until"): "the petitioner's time, not the staff's",
	("Publicity Notice", "planned_end"): "ends_on is the day that counts",
	("Entitlement", "paid_elsewhere_until"): "a month that another system has paid; lists begin after it",
	("Entitlement", "planned_end_month"): "a month of payment; the nightly job ends it",
	("Route Plan", "planned_on"): "a plan; the last day is the task's",
	("Screening Cycle", "ends_on"): "the last of its stages, which have the rule",
	("Screening Task", "first_due_on"): "what due_on was before it was put off",
	("Screening Task", "planned_on"): "a plan; the last day is due_on",
	("Service Check Plan", "next_on"): "the night makes a Service Check of it, which has the rule",
	("Service Check Plan", "ends_on"): "the last day of the plan",
	("Alarm Call", "answer_by"): "watched every minute (casework/alarm_calls.py)",
	("Exam Attempt", "proof_until"): "stands in the file of the officer, which has the rule",
	("Staff Assessment", "appeal_until"): "the time of the person; the night makes it final",
	("Stock Movement", "expires_on"): "what is in stock of it stands on the supply, which has the rule",
	("Stock Movement Lot", "expires_on"): "what is in stock of it stands on the supply, which has the rule",
	("Register Task", "due_on"): "becomes the due date of a Data Quality Issue",
	("Register Supply", "expires_on"): "what is in stock of it stands on the supply, which has the rule",
	("Service Check Template", "drawn_until"): "how far the nights have come",
	("Service Callback", "follow_up_due"): "becomes the due date of a Visit Problem",
	("Recovery Instalment", "due_on"): "the next one stands on the recovery and has the rule",
	("Violation Case", "pay_by"): "what the order says; the recovery made of it has the rule",
}


def check_due_dates(records: Records) -> None:
	"""Every date by which somebody has to act is announced by a Due Rule, or says here why not."""
	path = PACKAGE / "setup" / "due_rules.json"
	ruled = set()
	for rule in json.loads(path.read_text(encoding="utf-8")):
		doctype, (table, _dot, column) = rule["document_type"], rule["date_field"].rpartition(".")
		if table:
			fields = records.doctype(doctype)["fields"]
			doctype = next((f["options"] for f in fields if f["fieldname"] == table), None)
		field = doctype and _date_fields(records.doctype(doctype) or {"fields": []}).get(column)
		if not field:
			finding(path, f"{rule['name']}：{rule['document_type']} 没有日期字段 {rule['date_field']}")
		elif not field.get("search_index"):
			finding(path, f"{rule['name']}：{doctype}.{column} 应加 search_index，提醒每夜按它查询")
		ruled.add((doctype, column))
	named = set()
	for name, (source, record) in records["DocType"].items():
		for column in _date_fields(record):
			if DUE_NAME.search(column) and not record.get("issingle"):
				named.add((name, column))
				if (name, column) not in ruled and (name, column) not in NO_DUE_DATE:
					finding(
						source,
						f"{column} 是期限而没有到期规则：写进 setup/due_rules.json，或在 NO_DUE_DATE 写明为什么不是期限",
					)
	for key in sorted(NO_DUE_DATE.keys() & ruled | NO_DUE_DATE.keys() - named):
		finding(__file__, f"NO_DUE_DATE：{key[0]}.{key[1]} 已有规则或不存在")


def check_rule_cards(records: Records) -> None:
	"""What a Due Rule has overdue is counted on a desk: by the rule's own card, or by the figure that counts it."""
	source = PACKAGE / "setup" / "due_rules.json"
	rules = {row["name"]: row for row in json.loads(source.read_text(encoding="utf-8"))}
	shown = {}
	for path, desk in records["Workspace"].values():
		for row in desk.get("number_cards", []):
			kind, _colon, name = row["number_card_name"].partition(":")
			if kind != "overdue" or not name:
				continue
			shown[name] = path
			if name not in rules or row.get("label") != f"超期：{rules[name]['label']}":
				finding(path, f"数字卡 {name} 没有到期规则，或标签不是“超期：”加规则的说法")
	counted = {key.value for key in _rules_with_figure().keys}
	for name, rule in rules.items():
		if "." not in rule["date_field"] and name not in counted and name not in shown:
			finding(source, f"{name} 的超期数字卡不在任何工作区")


def _rules_with_figure() -> ast.Dict:
	"""``OF_RULE`` of figures.py: Due Rule → figure."""
	return definitions(PACKAGE / "figures.py")["OF_RULE"].value


def _date_fields(record: dict) -> dict[str, dict]:
	return {f["fieldname"]: f for f in record["fields"] if f["fieldtype"] in ("Date", "Datetime")}


# ---- what migrate would not load --------------------------------------------------------------------------


def git(*arguments: str) -> str | None:
	"""What git answers; None where it does not: no git, no history, no such commit or file."""
	command = ["git", "-c", f"safe.directory={ROOT}", "-c", "core.quotepath=off", *arguments]
	try:
		return subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
	except (OSError, subprocess.CalledProcessError):
		return None


def earlier_commits() -> list[str]:
	"""What the files are compared with: the last commit, the one before it, and where this branch began."""
	upstream = (git("rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}") or "").strip()
	began = upstream and (git("merge-base", "HEAD", upstream) or "").strip()
	found = [(git("rev-parse", "--verify", "-q", name) or "").strip() for name in ("HEAD", "HEAD^")]
	return list(dict.fromkeys(filter(None, [*found, began])))


def check_modified(records: Records) -> None:
	"""Frappe loads the file of a standard record only when its ``modified`` is newer than what the site has."""
	commits = earlier_commits()
	if len(commits) < 2:
		print("没有 git 历史（浅克隆或不是检出），未核对改过的标准记录是否换了 modified")
		return
	current = {
		path.relative_to(ROOT).as_posix(): record
		for named in records.by_type.values()
		for path, record in named.values()
	}
	for commit in commits:
		changed = git("diff", "--name-only", "--diff-filter=M", commit, "--", APP) or ""
		for name in set(changed.split("\n")) & current.keys():
			before, now = json.loads(git("show", f"{commit}:{name}") or "{}"), current[name]
			if without_modified(before) == without_modified(now):
				continue
			if not before.get("modified", "") < now.get("modified", ""):
				finding(name, "改了内容而 modified 没有换成更晚的：迁移不会载入（与 git 里先前的版本比较）")


def without_modified(record: dict) -> dict:
	return {key: value for key, value in record.items() if key != "modified"}


def main() -> int:
	files = tracked()
	records, strings = load_records(files), Strings()
	if "--selects" in sys.argv:
		suggest_terms(records)
		return 0

	check_records(records, roles(files))
	record_strings(records, files, strings)
	check_code(files, strings)
	check_doors(files)
	check_hooks()
	check_terms(records)
	check_parameters()
	check_written(records)
	check_due_dates(records)
	check_rule_cards(records)
	check_modified(records)
	missing = check_translations(strings)
	check_words(strings)
	check_guide()

	if "--missing" in sys.argv:
		for text in missing:
			print(f'msgid {json.dumps(text, ensure_ascii=False)}\nmsgstr ""\n')
		return 0
	for path, text in sorted(set(findings)):
		print(f"{path}: {text}")
	doctypes = len(records["DocType"])
	print(f"元数据检查：{doctypes} 个 DocType，{len(strings.found)} 条文字，{len(set(findings))} 处问题")
	return 1 if findings else 0


if __name__ == "__main__":
	sys.exit(main())
