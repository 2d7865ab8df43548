"""The configuration of a county's server: complete, sized for the machine, written once."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import deployment

VALUES = dict.fromkeys(
	[
		"HTTP_PORT",
		"HTTPS_PORT",
		"HTTPS_SUFFIX",
		"INTERNAL_PORT",
		"CERTIFICATE",
		"CERTIFICATE_KEY",
		"MAX_BODY",
		"LOGS",
		"BENCH",
		"SITES",
		"STATE",
		"USER",
		"HOME",
		"BENCH_CLI",
		"NODE",
		"SOCKETIO_PORT",
	],
	"x",
) | {"SITE": "a.example", "HOST": "救助.example", "SITES_SERVED": "a.example b.example"}


@pytest.mark.parametrize(("gib", "cores"), [(2, 1), (4, 2), (16, 4), (64, 16), (256, 64)])
def test_what_runs_fits_the_machine(gib, cores):
	sizes = deployment.sizes(gib * 1024, cores)
	processes = sizes["WEB_WORKERS"] + sizes["SHORT_WORKERS"] + sizes["LONG_WORKERS"]
	# the database's pool, the cache, and what the processes take
	assert sizes["BUFFER_POOL_MIB"] + sizes["CACHE_MIB"] + processes * 200 < gib * 1024
	assert 2 <= sizes["WEB_WORKERS"] <= max(2, 2 * cores + 1)
	assert (
		sizes["CONNECTIONS"] > sizes["WEB_WORKERS"] * sizes["WEB_THREADS"] + processes - sizes["WEB_WORKERS"]
	)
	assert sizes["LOG_FILE_MIB"] <= 2048


def test_every_file_is_filled_in_and_written_once(tmp_path):
	written = deployment.render(tmp_path, VALUES)
	assert (
		len(written)
		== len(list((ROOT / "deploy").glob("*.*"))) + len(list((ROOT / "deploy/systemd").iterdir())) + 1
	)
	for path in written:
		text = (tmp_path / str(path).lstrip("/")).read_text(encoding="utf-8")
		assert not re.search("@@[A-Z]", text), path
	assert deployment.render(tmp_path, VALUES) == []
	assert deployment.render(tmp_path, VALUES | {"HOST": "other.example"}) == [
		Path("/etc/nginx/conf.d/socaid-a.example.conf")
	]


def test_each_county_has_web_processes_and_backups_a_worker_of_their_own():
	units = deployment.units(VALUES | deployment.sizes(16 * 1024, 4))
	assert {"socaid-web@a.example.service", "socaid-web@b.example.service"} <= set(units)
	assert "socaid-worker@backup-1.service" in units
	assert {"socaid-worker@short_default-2.service", "socaid-worker@long-1.service"} <= set(units)


def test_a_value_that_is_missing_is_named(tmp_path):
	with pytest.raises(deployment.Missing, match="HOST"):
		deployment.render(tmp_path, {name: value for name, value in VALUES.items() if name != "HOST"})
