"""The Compose file has the parts of `make deploy`, each with the same program, and no secret. Docker itself is not asked."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "scripts"))
import deployment

HERE = ROOT / "deploy/containers"
COMPOSE = yaml.safe_load((HERE / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
ONCE = {"configure", "setup"}
# What Debian's own units run on a server.
SYSTEM = {"mariadb", "nginx"}
SITE = "a.example"


def parts() -> dict[str, str]:
	"""Part → its unit file, of what systemd runs for one county."""
	units = deployment.units({"SITES_SERVED": SITE, **deployment.sizes(16 * 1024, 4)})
	found = {}
	for unit in units:
		name, _at, instance = unit.removeprefix("socaid-").removesuffix(".service").partition("@")
		if name == f"worker-{SITE}":
			found[f"worker-{instance.rpartition('-')[0]}"] = "county/worker@.service"
		else:
			found[name] = f"systemd/socaid-{name}{'@' if instance else ''}.service"
	return found


def test_the_parts_are_those_of_a_server():
	assert SERVICES.keys() - ONCE == parts().keys() | SYSTEM


@pytest.mark.parametrize("part", sorted(parts()))
def test_each_part_runs_the_same_program(part):
	unit = (ROOT / "deploy" / parts()[part]).read_text(encoding="utf-8")
	program = re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)[1]
	command = " ".join(SERVICES[part]["command"])
	for word in (
		"redis-server",
		"--appendonly yes",
		"noeviction",
		"socketio.js",
		"frappe schedule",
		"socaid-worker",
		"wsgi:application",
		"--preload",
	):
		assert (word in program) == (word in command), word
	if part.startswith("worker-"):
		assert command.endswith(f"--queue {part.removeprefix('worker-').replace('_', ',')}")


def test_no_secret_stands_in_it_and_all_data_in_named_volumes():
	for secret in COMPOSE["secrets"].values():
		assert secret["file"].startswith("./secrets/")
	for name, service in SERVICES.items():
		for key, value in service.get("environment", {}).items():
			assert not re.search("(?i)password|secret|key|token", key) or value.startswith("/run/secrets/"), (
				name
			)
	for name, service in SERVICES.items():
		for volume in service.get("volumes", []):
			assert volume.split(":")[0] in COMPOSE["volumes"], name
	assert {"database", "sites", "queue", "keys"} <= COMPOSE["volumes"].keys()


def test_only_nginx_is_reached_from_outside():
	assert [name for name, service in SERVICES.items() if service.get("ports")] == ["nginx"]


def test_whoever_answers_has_a_health_check():
	for name in ("mariadb", "redis-cache", "redis-queue", "web", "realtime", "nginx"):
		assert SERVICES[name]["healthcheck"].get("test"), name


def test_the_image_has_the_packages_of_a_server():
	wanted = set(
		" ".join(
			re.findall(
				r"want\+=\(([^)]*)\)",
				(ROOT / "scripts/prepare.sh").read_text(encoding="utf-8").partition("install_packages()")[0],
			)
		).split()
	)
	# parts of their own, or of tests
	wanted -= {"mariadb-server", "redis-server", "haproxy", "chromium", "openssl", "util-linux"}
	there = set((HERE / "Dockerfile").read_text(encoding="utf-8").split())
	assert wanted <= there, wanted - there


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="docker-compose is not installed")
def test_compose_reads_the_file():
	found = subprocess.run(
		["docker-compose", "-f", HERE / "compose.yaml", "config", "--quiet"],
		env={"SITE": SITE, "HOST": "a.example.cn", "PATH": "/usr/bin:/bin"},
		capture_output=True,
		text=True,
		check=False,
	)
	assert found.returncode == 0, found.stderr


def test_what_the_containers_are_configured_with_fills_every_template(tmp_path):
	script = (
		(HERE / "setup.sh")
		.read_text(encoding="utf-8")
		.partition('deployment.py" render')[2]
		.partition("> /dev/null")[0]
	)
	values = {name: re.sub(r"[\"$]", "", value) for name, value in re.findall(r"\"?([A-Z_]+)=(\S+)", script)}
	values |= {"SITE": SITE, "SITES_SERVED": SITE, "HTTPS_SUFFIX": "", "CONFIG": f"/etc/socaid/{SITE}"}
	written = deployment.render(tmp_path, values)
	assert Path(f"/etc/nginx/conf.d/socaid-{SITE}.conf") in written
	assert "bind-address = 0.0.0.0" in (tmp_path / "etc/mysql/mariadb.conf.d/90-socaid.cnf").read_text()
	assert "server realtime:9000" in (tmp_path / "etc/nginx/conf.d/socaid.conf").read_text()
