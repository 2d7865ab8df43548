"""A site restored elsewhere is held against the backup: the roll's total, the archive's copies, the access log, everything."""

import json
import shutil

import frappe
import pytest

from socaid_app.assistance_archives.backups import proven_figures, restored_site, staging, tables
from socaid_app.permissions import access_log
from tests import builders


@pytest.fixture
def copy(site, tmp_path):
	"""The manifest of a backup of this site, as restic puts it down; what the test does afterwards is not in it."""
	frappe.db.commit()
	for folder in staging.FILES:
		source = frappe.get_site_path(folder)
		shutil.copytree(source, tmp_path / folder, dirs_exist_ok=True)
	at = frappe.utils.now()
	manifest = {
		"site": site,
		"taken_on": at,
		"frappe": frappe.__version__,
		"tables": tables.read(frappe.db),
		"written_meanwhile": [],
		"figures": proven_figures.take(at),
		"files": staging._hashes(tmp_path, skip={}),
	}
	staging._seal(tmp_path, manifest)
	return tmp_path


def differences(copy) -> str:
	return "\n".join(restored_site.compare(copy).differences)


def test_a_restored_site_is_the_one_that_was_backed_up(copy):
	found = restored_site.compare(copy)
	assert found.differences == []
	said = "\n".join(found.told)
	assert "名册" in said and "档案电子件" in said and "访问日志" in said


def test_what_is_missing_added_or_changed_is_found(copy, transaction):
	builders.grant_benefit(builders.make_household())
	entry = access_log.record("Print", "Recipient", "R-1", "核对")
	frappe.db.set_value(access_log.LOG, entry.name, "purpose", "别的", update_modified=False)
	found = differences(copy)
	assert "数据表不同：tabEntitlement" in found
	assert "与备份时不同：roll" in found and "与备份时不同：access_log" in found
	assert f"第 {entry.name} 条起前后对不上" in found


def test_a_file_that_did_not_come_along_is_found(copy):
	manifest = json.loads((copy / "manifest.json").read_text())
	manifest["files"]["private/files/lost.pdf"] = {"bytes": 1, "sha256": "0" * 64}
	(copy / "manifest.json").write_text(json.dumps(manifest))
	assert "附件不同：private/files/lost.pdf" in differences(copy)


def test_a_backup_of_an_earlier_release_says_less(copy):
	manifest = json.loads((copy / "manifest.json").read_text())
	del manifest["figures"]
	(copy / "manifest.json").write_text(json.dumps(manifest))
	assert differences(copy) == ""
