"""An archive to install from is believed only if every file is as it was written, none was added, and the maker signed."""

import getpass
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="openssh-client is not installed")


def run(command: str, **environment: str) -> subprocess.CompletedProcess:
	return subprocess.run(
		["bash", "-c", command], env=os.environ | environment, capture_output=True, text=True, check=False
	)


@pytest.fixture
def bundle(tmp_path):
	"""A small archive's content, listed and signed; beside it the list of those who may sign."""
	at = tmp_path / "bundle"
	(at / "wheels").mkdir(parents=True)
	(at / "wheels" / "a.whl").write_text("a")
	(at / "versions").write_text("app=1\n")
	made = run(
		f"""set -e; cd {at}
		find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum > {tmp_path}/sums && mv {tmp_path}/sums SHA256SUMS
		for who in maker stranger; do ssh-keygen -q -t ed25519 -N '' -C $who@example.invalid -f {tmp_path}/$who; done
		ssh-keygen -q -Y sign -f {tmp_path}/maker -n socaid-bundle SHA256SUMS
		echo "maker@example.invalid $(cat {tmp_path}/maker.pub)" > {tmp_path}/signers"""
	)
	assert made.returncode == 0, made.stderr
	return at


def verified(at: Path, signers: bool = True) -> str:
	"""What the script says that an installation begins with; empty when it believes."""
	done = run(
		f"source {ROOT}/scripts/lib.sh; verify_bundle {at}",
		BUNDLE=str(at.parent / "archive.tar"),
		SOCAID_BUNDLE_SIGNERS=str(at.parent / "signers") if signers else "",
		SOCAID_BENCH_USER=getpass.getuser(),
		SOCAID_BENCH=str(at.parent / "bench"),
	)
	return "" if done.returncode == 0 else done.stderr


def test_what_was_written_is_believed_with_and_without_a_list_of_signers(bundle):
	assert verified(bundle) == ""
	assert verified(bundle, signers=False) == ""


def test_a_file_that_changed_or_is_gone(bundle):
	(bundle / "wheels" / "a.whl").write_text("b")
	assert "校验值不符" in verified(bundle, signers=False)
	(bundle / "wheels" / "a.whl").unlink()
	assert "校验值不符" in verified(bundle, signers=False)


@pytest.mark.parametrize(
	"add", [lambda at: (at / "wheels" / "b.whl").write_text("b"), lambda at: (at / "x").symlink_to("/etc")]
)
def test_what_is_not_in_the_list(bundle, add):
	add(bundle)
	assert "清单以外" in verified(bundle)


def test_a_list_that_somebody_else_signed_or_nobody(bundle):
	signature = bundle / "SHA256SUMS.sig"
	signature.unlink()
	assert "签名不对" in verified(bundle)
	run(f"ssh-keygen -q -Y sign -f {bundle.parent}/stranger -n socaid-bundle {bundle}/SHA256SUMS")
	assert signature.is_file()
	assert "签名不对" in verified(bundle)


def test_a_list_rewritten_after_it_was_signed(bundle):
	(bundle / "wheels" / "a.whl").write_text("b")
	run(f"cd {bundle} && sha256sum ./versions ./wheels/a.whl > SHA256SUMS")
	assert verified(bundle, signers=False) == ""
	assert "签名不对" in verified(bundle)
