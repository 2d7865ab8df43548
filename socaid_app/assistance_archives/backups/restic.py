"""One restic repository: the commands the backups need, with errors that say what to do.

Address, key file and credentials go through the environment, so that no process list shows them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import frappe
from frappe import _

TAG = "socaid"
MANIFEST = "manifest.json"
CHUNK = 1 << 20
# Set only here: a variable left over in the worker's environment must not choose another key or place.
OURS = (
	"RESTIC_REPOSITORY",
	"RESTIC_REPOSITORY_FILE",
	"RESTIC_PASSWORD",
	"RESTIC_PASSWORD_FILE",
	"RESTIC_PASSWORD_COMMAND",
	"RESTIC_KEY_HINT",
)


class ResticMissing(frappe.ValidationError):
	pass


class ResticFailed(frappe.ValidationError):
	pass


class RepositoryMissing(ResticFailed):
	pass


class WrongKey(ResticFailed):
	pass


@dataclass(frozen=True)
class Snapshot:
	id: str
	time: str


@dataclass(frozen=True)
class Repository:
	"""``address``: a directory or what restic understands; ``host``: the site, whose snapshots alone are touched.

	``environment``: credentials of a remote store. Every method raises ResticFailed when restic does not succeed.
	"""

	address: str
	key_file: Path
	host: str
	cache: Path
	environment: dict[str, str] = field(default_factory=dict, repr=False)

	# --- repository and keys ----------------------------------------------------------------------------
	def create(self) -> None:
		"""Fails where a repository exists already: its key is not ours to guess."""
		self._run("init")

	def other_keys(self) -> set[str]:
		"""Ids of the keys that open the repository besides the one in use."""
		return {row["id"] for row in self._json("key", "list") if not row["current"]}

	def add_key(self, key_file: Path, label: str) -> None:
		# --user and --host only name the key in restic's own list
		self._run("key", "add", "--new-password-file", str(key_file), "--user", label, "--host", self.host)

	def remove_key(self, key_id: str) -> None:
		self._run("key", "remove", key_id)

	# --- snapshots --------------------------------------------------------------------------------------
	def backup(self, directory: Path) -> dict:
		"""Store a directory; returns restic's summary (snapshot_id, total_bytes_processed, data_added: bytes)."""
		# The staged files are hard links made for each backup: new ctime and perhaps inode, same content.
		options = ("--tag", TAG, "--host", self.host, "--ignore-inode", "--ignore-ctime")
		lines = self._run("backup", "--json", *options, ".", cwd=directory).splitlines()
		return next(row for row in map(json.loads, reversed(lines)) if row.get("message_type") == "summary")

	def snapshots(self) -> list[Snapshot]:
		"""Oldest first."""
		rows = self._json("snapshots", "--tag", TAG, "--host", self.host)
		return [Snapshot(row["short_id"], row["time"]) for row in sorted(rows, key=lambda row: row["time"])]

	def forget(self, keep_days: int) -> int:
		"""Remove snapshots older than ``keep_days`` before the newest, which stays; returns how many."""
		keep = ("--keep-within", f"{keep_days}d", "--keep-last", "1")
		groups = self._json(
			"forget", "--tag", TAG, "--host", self.host, "--group-by", "host", *keep, "--prune"
		)
		return sum(len(group["remove"] or ()) for group in groups)

	def check(self, part: str | None = None) -> None:
		"""Check the structure and read the stored data back: all of it, or a part such as ``2/5``."""
		self._run("check", f"--read-data-subset={part}" if part else "--read-data")

	def restore(self, snapshot: str, target: Path) -> None:
		self._run("restore", snapshot, "--target", str(target))

	def manifest(self, snapshot: str) -> bytes:
		return self._run("dump", snapshot, f"/{MANIFEST}", text=False)

	def content(self, snapshot: str) -> Iterator[tuple[str, str]]:
		"""Read a whole snapshot back without storing it: (path, SHA-256) of every file."""
		process = self._start("dump", snapshot, "/", stdout=subprocess.PIPE)
		try:
			with tarfile.open(fileobj=process.stdout, mode="r|") as archive:
				for member in archive:
					if member.isfile():
						yield member.name.removeprefix("./").lstrip("/"), sha256(archive.extractfile(member))
		except tarfile.TarError:
			pass  # restic ended early: its own message says more
		finally:
			process.stdout.close()
			errors = process.stderr.read()
			process.stderr.close()
			code = process.wait()
		if code:
			_fail(errors.decode(errors="replace"))

	# --- running restic ---------------------------------------------------------------------------------
	def _json(self, *arguments: str) -> list[dict]:
		output = self._run(*arguments, "--json").strip()
		# With --prune restic follows its JSON with plain lines.
		return json.JSONDecoder().raw_decode(output)[0] if output else []

	def _run(self, *arguments: str, cwd: Path | None = None, text: bool = True):
		done = self._call(arguments, cwd)
		if done.returncode and b"already locked" in done.stderr:
			# only the locks of processes that are gone are taken away
			self._call(("unlock",))
			done = self._call(arguments, cwd)
		if done.returncode:
			_fail((done.stderr or done.stdout).decode(errors="replace"))
		return done.stdout.decode() if text else done.stdout

	def _call(self, arguments: tuple[str, ...], cwd: Path | None = None) -> subprocess.CompletedProcess:
		return subprocess.run(
			[program(), *arguments],
			env=self._environment(),
			cwd=cwd,
			stdin=subprocess.DEVNULL,
			capture_output=True,
		)

	def _start(self, *arguments: str, stdout: int) -> subprocess.Popen:
		return subprocess.Popen(
			[program(), *arguments],
			env=self._environment(),
			stdin=subprocess.DEVNULL,
			stdout=stdout,
			stderr=subprocess.PIPE,
		)

	def _environment(self) -> dict[str, str]:
		inherited = {key: value for key, value in os.environ.items() if key not in OURS}
		return (
			inherited
			| self.environment
			| {
				"RESTIC_REPOSITORY": self.address,
				"RESTIC_PASSWORD_FILE": str(self.key_file),
				"RESTIC_CACHE_DIR": str(self.cache),
			}
		)


def program() -> str:
	found = shutil.which("restic")
	if not found:
		frappe.throw(
			_("The program restic is not installed on the server. Run: sudo apt install restic"),
			ResticMissing,
		)
	return found


def sha256(stream) -> str:
	digest = hashlib.sha256()
	while block := stream.read(CHUNK):
		digest.update(block)
	return digest.hexdigest()


def _fail(output: str) -> None:
	"""Raise what restic says, in words that say what to do about the usual causes."""
	said = output.lower()
	detail = next(
		(line.strip() for line in output.splitlines() if line.strip().lower().startswith("fatal")),
		(output.strip().splitlines() or [""])[-1],
	)[:400]
	if "wrong password" in said:
		error, advice = WrongKey, _("The key does not open this repository. Check the key file it names.")
	elif "already exists" in said:
		error, advice = (
			ResticFailed,
			_("There is a repository at this place already. Choose an empty directory."),
		)
	elif "is there a repository" in said:
		error, advice = (
			RepositoryMissing,
			_("No repository was found. Is the disk connected and mounted, the remote store reachable?"),
		)
	elif "no space left" in said:
		error, advice = (
			ResticFailed,
			_("The store is full. Free some space, or keep the copies for fewer days."),
		)
	elif "permission denied" in said:
		error, advice = ResticFailed, _("The bench user may not write there. Correct the access rights.")
	elif "locked" in said:
		error, advice = (
			ResticFailed,
			_("Another process is using this repository. Try again when it has finished."),
		)
	elif any(word in said for word in ("connection", "no such host", "timeout", "timed out", "network")):
		error, advice = (
			ResticFailed,
			_("The remote store could not be reached. Check the network and the address."),
		)
	else:
		error, advice = ResticFailed, _("restic did not succeed.")
	frappe.throw(f"{advice}（{detail}）" if detail else advice, error)
