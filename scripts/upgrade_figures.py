"""What an upgrade must leave as it was: `make test-upgrade` takes it before and after, and compares.

    upgrade_figures.py SITE                    the site as JSON; with the bench's Python, from its sites directory
    upgrade_figures.py BEFORE.json AFTER.json  prints what differs; exit status 1 if something was lost

By SQL and by columns that never changed, since the program differs between the two: the names of the records of every
DocType of ours and of those of Frappe that hold what people did, the roll of every month, the hashes of what is filed,
the contents of files, the chain of the access log.
"""

import hashlib
import json
import sys
from pathlib import Path

# Of Frappe's: what people wrote, attached, were told and were given to do.
OF_FRAPPE = {
	"Assignment Rule",
	"Comment",
	"Communication",
	"DocShare",
	"File",
	"Has Role",
	"ToDo",
	"User",
	"Version",
}
# The rows of reports and pages come anew with every migration.
ONLY = {"Has Role": "where parenttype = 'User'"}
ROLL = """
	select e.category, count(*) as benefits, sum(e.amount) as amount, sum(s.share) as shares, sum(s.people) as people
	from `tabEntitlement` e
	left join (
		select parent, sum(share) as share, count(*) as people from `tabEntitlement Share` group by parent
	) s on s.parent = e.name
	where e.docstatus = 1 and e.start_month <= %(month)s and (e.end_month is null or e.end_month >= %(month)s)
	group by e.category order by e.category"""


def read(site: str) -> dict:
	import frappe

	from socaid_app.permissions import access_log

	frappe.init(site=site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	ours = set(
		frappe.db.sql_list(
			"""select d.name from tabDocType d join `tabModule Def` m on m.name = d.module
			where m.app_name = 'socaid_app' and d.issingle = 0"""
		)
	)
	there = {table.removeprefix("tab") for table in frappe.db.get_tables(cached=False)}
	return {
		"names": {
			doctype: sorted(
				map(str, frappe.db.sql_list(f"select name from `tab{doctype}` {ONLY.get(doctype, '')}"))
			)
			for doctype in sorted(there & (ours | OF_FRAPPE))
		},
		"rolls": {month: frappe.db.sql(ROLL, {"month": month}) for month in _months(frappe)},
		"archive": dict(
			frappe.db.sql(
				"select name, content_hash from `tabArchive Document` where ifnull(content_hash, '') != ''"
			)
		)
		if "Archive Document" in there
		else {},
		"files": {
			name: hashlib.sha256(path.read_bytes()).hexdigest()
			for name, url in frappe.db.sql(
				"select name, file_url from tabFile where file_url like '%%/files/%%'"
			)
			if (path := _path(frappe, url)).is_file()
		},
		"chain": access_log.verify_chain(),
	}


def _months(frappe) -> list[str]:
	"""The first days of all months of the ledger, to next month."""
	first = frappe.db.sql("select min(start_month) from tabEntitlement")[0][0]
	if not first:
		return []
	last = frappe.utils.getdate(frappe.utils.add_months(frappe.utils.today(), 1))
	count = (last.year - first.year) * 12 + last.month - first.month
	return [str(frappe.utils.add_months(first.replace(day=1), month)) for month in range(count + 1)]


def _path(frappe, url: str) -> Path:
	folder = "private" if url.startswith("/private/") else "public"
	return Path(frappe.get_site_path(folder, "files", url.rpartition("/files/")[2]))


def compare(before: dict, after: dict) -> list[str]:
	"""What was lost or changed, a line each; says on the way what was moved and what is new."""
	lost = []
	# a number is the name of rows in many tables
	anywhere = {
		name: doctype for doctype, names in after["names"].items() for name in names if not name.isdigit()
	}
	for doctype, names in before["names"].items():
		gone = set(names) - set(after["names"].get(doctype, ()))
		moved: dict[str, int] = {}
		for name in gone & anywhere.keys():
			moved[anywhere[name]] = moved.get(anywhere[name], 0) + 1
		for new, count in moved.items():
			print(f"  {doctype}：{count} 条现在是 {new}")
		if nowhere := sorted(gone - anywhere.keys()):
			lost.append(f"{doctype}：{len(names)} 条中少了 {len(nowhere)} 条，如 {'、'.join(nowhere[:3])}")
	for what, label in (("rolls", "名册"), ("archive", "归档文件"), ("files", "附件")):
		for key, value in before[what].items():
			if after[what].get(key) != value:
				lost.append(f"{label} {key}：{value} → {after[what].get(key)}")
	for state, found in (("升级前", before), ("升级后", after)):
		if found["chain"]["broken_at"]:
			lost.append(f"{state}查询记录的链断在 {found['chain']['broken_at']}")
	count = sum(map(len, before["names"].values())), sum(map(len, after["names"].values()))
	print(
		f"  {len(before['names'])} → {len(after['names'])} 种记录，{count[0]} → {count[1]} 条；"
		f"{len(before['rolls'])} 个月的名册，{len(before['archive'])} 份归档文件，{len(before['files'])} 个附件"
	)
	return lost


if __name__ == "__main__":
	if len(sys.argv) == 2:
		json.dump(read(sys.argv[1]), sys.stdout, default=str)
	else:
		differences = compare(*(json.loads(Path(path).read_text()) for path in sys.argv[1:]))
		for line in differences:
			print(f"  ✗ {line}")
		print("  有丢失或改变" if differences else "  没有丢失，没有改变")
		sys.exit(bool(differences))
