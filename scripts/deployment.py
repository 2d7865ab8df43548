"""The configuration of a county's server from the templates in deploy/: what goes where, sized for the machine.

    deployment.py render DESTDIR NAME=VALUE ...     writes the files below DESTDIR ("/" for this machine)
    deployment.py sizes [COUNTIES]                  prints what was reckoned from this machine's memory and processors

Standard library only; a template names its values as @@NAME@@, and one that is missing is an error.
"""

import os
import re
import sys
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent.parent / "deploy"
CONFIG = "/etc/socaid"
# Template → where it goes; {SITE} as everywhere. What lies in county/ is written for each county of the bench.
PLACES = {
	"county/nginx.conf": "/etc/nginx/conf.d/socaid-{SITE}.conf",
	"county/proxy.conf": CONFIG + "/{SITE}/proxy.conf",
	# what the county was set up with, so that the next run need not be told again
	"county/settings": CONFIG + "/{SITE}/settings",
	"county/worker@.service": "/etc/systemd/system/socaid-worker-{SITE}@.service",
	"nginx-shared.conf": "/etc/nginx/conf.d/socaid.conf",
	"maintenance.html": CONFIG + "/pages/maintenance.html",
	"mariadb.cnf": "/etc/mysql/mariadb.conf.d/90-socaid.cnf",
	"logrotate": "/etc/logrotate.d/socaid",
	"systemd/": "/etc/systemd/system/",
}
NAME = re.compile(r"@@(\w+)@@")


class Missing(KeyError):
	"""A template asks for a value that was not given."""


def sizes(memory_mib: int, cores: int, counties: int = 1) -> dict[str, int]:
	"""What runs on one server that holds everything, web processes and workers of each county. Memory in MiB.

	The database gets 40 % of the memory, a web process about 350 MiB and never more of them than two per processor and
	one: they wait for the database, they do not add processors. Workers of the long queue are few, since each of their
	jobs keeps the database busy for all. Counties share what one would have, down to the least that works.
	"""
	pool = max(memory_mib * 40 // 100, 256)
	web = max(2, min(2 * cores + 1, memory_mib * 25 // 100 // 350) // counties)
	threads = 4
	short, long = max(1, min(cores // 2, 8) // counties), max(1, min(cores // 4, 4) // counties)
	return {
		"MEMORY_GIB": round(memory_mib / 1024),
		"CORES": cores,
		"BUFFER_POOL_MIB": pool,
		"LOG_FILE_MIB": max(96, min(pool // 4, 2048)),
		"CACHE_MIB": max(128, memory_mib * 5 // 100),
		"WEB_WORKERS": web,
		"WEB_THREADS": threads,
		"SHORT_WORKERS": short,
		"LONG_WORKERS": long,
		# a connection for each thread and worker, the scheduler, and room for people at the console
		"CONNECTIONS": counties * (web * threads + short + long + 1) + 40,
	}


def units(values: dict[str, object]) -> list[str]:
	"""The services of a server, by name; workers by county and queue, backups by a worker of their own."""
	counties = str(values["SITES_SERVED"]).split()
	workers = [
		*(f"short_default-{number}" for number in range(1, int(values["SHORT_WORKERS"]) + 1)),
		*(f"long-{number}" for number in range(1, int(values["LONG_WORKERS"]) + 1)),
		"backup-1",
	]
	return [
		"socaid-redis-cache.service",
		"socaid-redis-queue.service",
		*(f"socaid-web@{county}.service" for county in counties),
		"socaid-realtime.service",
		"socaid-schedule.service",
		*(f"socaid-worker-{county}@{worker}.service" for county in counties for worker in workers),
	]


def machine() -> tuple[int, int]:
	"""Memory in MiB and processors of this machine."""
	pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
	return pages // 1024 // 1024, os.cpu_count() or 1


def fill(template: str, values: dict[str, object]) -> str:
	def value(found: re.Match) -> str:
		if found[1] not in values:
			raise Missing(found[1])
		return str(values[found[1]])

	return NAME.sub(value, template)


def render(destdir: Path, values: dict[str, object]) -> list[Path]:
	"""Write all files; returns those that changed, so that only what needs it is restarted."""
	known = {
		**sizes(*machine(), counties=len(str(values["SITES_SERVED"]).split())),
		"CONFIG": f"{CONFIG}/{values['SITE']}",
		"PAGES": f"{CONFIG}/pages",
		# elsewhere where each part has a container of its own (deploy/containers)
		"INTERNAL": f"127.0.0.1:{values.get('INTERNAL_PORT')}",
		"REALTIME": f"127.0.0.1:{values.get('SOCKETIO_PORT')}",
		"DB_BIND": "127.0.0.1",
		"SLOW_LOG": "/var/log/mysql/socaid-slow.log",
		**values,
	}
	known["UNITS"] = " ".join(units(known))
	changed = []
	for template, place in PLACES.items():
		sources = (
			sorted((TEMPLATES / template).iterdir()) if template.endswith("/") else [TEMPLATES / template]
		)
		for source in sources:
			path = place.format(**known) + (source.name if template.endswith("/") else "")
			target = destdir / path.lstrip("/")
			text = fill(source.read_text(encoding="utf-8"), known)
			if target.is_file() and target.read_text(encoding="utf-8") == text:
				continue
			target.parent.mkdir(parents=True, exist_ok=True)
			target.write_text(text, encoding="utf-8")
			target.chmod(0o644)
			changed.append(Path("/") / path.lstrip("/"))
	return changed


def main(action: str, *args: str) -> None:
	if action == "sizes":
		for name, value in sizes(*machine(), counties=int(args[0]) if args else 1).items():
			print(f"{name}={value}")
		return
	destdir, *pairs = args
	try:
		changed = render(Path(destdir), dict(pair.split("=", 1) for pair in pairs))
	except Missing as missing:
		sys.exit(f"deployment.py: no value for {missing}")
	for path in changed:
		print(path)


if __name__ == "__main__":
	main(*sys.argv[1:])
