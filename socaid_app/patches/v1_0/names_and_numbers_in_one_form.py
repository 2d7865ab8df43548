"""What was entered before names and numbers had one form is brought to it.

What was published, filed or hashed stays as it was. A number that is none stays in the vault, where it is shown as
what it is until somebody corrects it. Runs again without effect.
"""

import frappe

from socaid_app.casework import collation, written
from socaid_app.permissions import sensitive
from socaid_app.policy import names, numbers

# Nothing to do for a name of Han characters alone.
NOT_HAN_ALONE = r"[^\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}]"
CHUNK = 5000
FOUND_BY = {
	"Recipient": "full_name",
	"Recipient Household": "head_name",
	"Administrative Division": "division_name",
}


def execute() -> None:
	collation.compare_as_text()
	for kind in kinds():
		for field, rule in written.fields_of(kind):
			if rule is not written.office_phone:
				rewrite(kind, field, rule)
	rewrite_vault()
	for kind, field in FOUND_BY.items():
		index(kind, field)


def kinds() -> list[str]:
	"""The DocTypes of the app whose content is not frozen under a hash."""
	modules = frappe.get_module_list("socaid_app")
	every = frappe.get_all(
		"DocType",
		filters={"module": ["in", modules], "issingle": 0, "is_virtual": 0},
		pluck="name",
		order_by="name",
	)
	frozen = {kind for kind in every if frappe.get_meta(kind).has_field("content_hash")}
	frozen |= {table.options for kind in frozen for table in frappe.get_meta(kind).get_table_fields()}
	return [kind for kind in every if kind not in frozen]


def rewrite(kind: str, field: str, rule) -> None:
	# no query builder knows a regular expression with code points
	rows = frappe.db.sql(
		f"select name, `{field}` from `tab{kind}` where `{field}` regexp %s order by name", (NOT_HAN_ALONE,)
	)
	store(kind, {name: {field: form} for name, text in rows if (form := form_of(rule, text)) != text})


def form_of(rule, text: str) -> str:
	try:
		return rule(text)
	except numbers.NumberError:
		return text


def rewrite_vault() -> None:
	fields = list(sensitive.MASKS)
	start = ""
	while rows := frappe.get_all(
		sensitive.VAULT,
		filters={"name": [">", start]},
		fields=["name", *fields],
		order_by="name",
		limit_page_length=CHUNK,
	):
		full, masks = {}, {}
		shown = {
			row.name: row
			for row in frappe.get_all(
				"Recipient",
				filters={"name": ["in", [row.name for row in rows]]},
				fields=["name", *fields],
				order_by="name",
			)
		}
		for row in rows:
			forms = {field: form_of(sensitive.CHECKS[field], row[field]) for field in fields if row[field]}
			if any(form != row[field] for field, form in forms.items()):
				full[row.name] = forms
			seen = {field: sensitive.mask(field, form) for field, form in forms.items()}
			if row.name in shown and any(mask != shown[row.name][field] for field, mask in seen.items()):
				masks[row.name] = seen
		store(sensitive.VAULT, full)
		store("Recipient", masks)
		start = rows[-1].name


def index(kind: str, field: str) -> None:
	rows = frappe.get_all(kind, fields=["name", f"{field} as text", "pinyin"], order_by="name")
	store(
		kind,
		{
			row.name: {"pinyin": found_by}
			for row in rows
			if (found_by := names.initials(row.text)) != row.pinyin
		},
	)


def store(kind: str, changes: dict[str, dict]) -> None:
	"""Each record by its name: a few statements whatever their number."""
	by_columns: dict[tuple, dict] = {}
	for name, values in changes.items():
		by_columns.setdefault(tuple(values), {})[name] = values
	for alike in by_columns.values():
		frappe.db.bulk_update(kind, alike, chunk_size=500, update_modified=False)
