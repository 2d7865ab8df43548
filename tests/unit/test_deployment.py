"""The configuration of a county's server: complete, sized for the machine, written once."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import deployment

NGINX = shutil.which("nginx", path="/usr/local/sbin:/usr/sbin:/usr/bin")
VALUES = dict.fromkeys(
	[
		"HTTP_PORT",
		"HTTPS_PORT",
		"HTTPS_SUFFIX",
		"INTERNAL_PORT",
		"REQUESTS",
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
	templates = [
		path for path in (ROOT / "deploy").rglob("*") if path.is_file() and "containers" not in path.parts
	]
	assert len(written) == len(templates)
	for path in written:
		text = (tmp_path / str(path).lstrip("/")).read_text(encoding="utf-8")
		assert not re.search("@@[A-Z]", text), path
	assert deployment.render(tmp_path, VALUES) == []
	assert deployment.render(tmp_path, VALUES | {"HOST": "other.example"}) == [
		Path("/etc/nginx/conf.d/socaid-a.example.conf"),
		Path("/etc/socaid/a.example/settings"),
	]


def test_each_county_has_web_processes_and_workers_of_its_own():
	units = set(deployment.units(VALUES | deployment.sizes(32 * 1024, 8, counties=2)))
	for county in ("a.example", "b.example"):
		assert {
			f"socaid-web@{county}.service",
			f"socaid-worker-{county}@short_default-2.service",
			f"socaid-worker-{county}@long-1.service",
			f"socaid-worker-{county}@backup-1.service",
		} <= units


@pytest.mark.parametrize(("gib", "cores", "counties"), [(8, 4, 2), (32, 8, 8), (64, 16, 16)])
def test_several_counties_fit_the_machine_as_well(gib, cores, counties):
	one, each = deployment.sizes(gib * 1024, cores), deployment.sizes(gib * 1024, cores, counties)
	# a worker of each kind and two web processes at least, and one for backups
	processes = counties * (each["WEB_WORKERS"] + each["SHORT_WORKERS"] + each["LONG_WORKERS"] + 1)
	assert each["BUFFER_POOL_MIB"] + each["CACHE_MIB"] + processes * 200 < gib * 1024
	assert each["WEB_WORKERS"] <= one["WEB_WORKERS"]
	assert each["CONNECTIONS"] > counties * each["WEB_WORKERS"] * each["WEB_THREADS"]


@pytest.mark.skipif(not NGINX, reason="nginx is not installed")
def test_nginx_takes_several_counties_side_by_side(tmp_path):
	subprocess.run(
		f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=x -keyout {tmp_path}/key -out {tmp_path}/pem".split(),
		check=True,
		capture_output=True,
	)
	for number, county in enumerate(("a.example", "b-c.example", "东辽.example")):
		deployment.render(
			tmp_path,
			VALUES
			| {
				"SITE": county,
				"HOST": county,
				"HTTP_PORT": 8080,
				"HTTPS_PORT": 8443,
				"HTTPS_SUFFIX": ":8443",
				"INTERNAL_PORT": 8000 + number,
				"CERTIFICATE": tmp_path / "pem",
				"CERTIFICATE_KEY": tmp_path / "key",
				"MAX_BODY": 50,
				"REQUESTS": 100,
				"LOGS": tmp_path,
				"SITES": tmp_path,
				"STATE": tmp_path,
				"CONFIG": tmp_path / "etc/socaid" / county,
				"PAGES": tmp_path,
				"SOCKETIO_PORT": 9000,
			},
		)
	(tmp_path / "main.conf").write_text(
		f"pid {tmp_path}/pid; events {{}} http {{ access_log off; include {tmp_path}/etc/nginx/conf.d/*.conf; }}"
	)
	found = subprocess.run(
		[NGINX, "-t", "-e", tmp_path / "error.log", "-c", tmp_path / "main.conf"],
		capture_output=True,
		text=True,
		check=False,
	)
	assert found.returncode == 0 and "[warn]" not in found.stderr, found.stderr


def test_a_value_that_is_missing_is_named(tmp_path):
	with pytest.raises(deployment.Missing, match="HOST"):
		deployment.render(tmp_path, {name: value for name, value in VALUES.items() if name != "HOST"})
