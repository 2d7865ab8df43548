"""入侵防范, 数据完整性, 数据保密性: how the program is set up, and what of this machine can be reached or read."""

from __future__ import annotations

import ipaddress
import re
import shutil
import socket
import ssl
import stat
import subprocess
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlsplit

import frappe
from cryptography import x509
from cryptography.fernet import Fernet
from frappe.utils import cint, get_bench_path, get_site_path
from frappe.utils.background_jobs import get_redis_conn
from packaging.specifiers import SpecifierSet

from socaid_app.assistance_archives.backups import keys
from socaid_app.upkeep.protection_difference import Difference

try:
	import tomllib
except ModuleNotFoundError:  # Python 3.10; Frappe brings it
	import tomli as tomllib

# What a county's server shows to its network (manual/administrator.zh.md); ssh besides.
SHOWN_PORTS = (22, 80, 443)
SWITCHES = {
	"developer_mode": "开发模式开着：出错时显示代码，桌面上能改程序",
	"allow_tests": "允许运行测试：测试会改写数据",
	"server_script_enabled": "允许服务器脚本：能写脚本的人等于能看到一切",
	"ignore_csrf": "不检查请求的来源（CSRF）",
	"allow_cors": "允许其他网站的页面调用本系统",
}
CERTIFICATE_DAYS = 30
WAIT_SECONDS = 5
LISTENING = "0A"


def program() -> Iterator[Difference]:
	for name, says in SWITCHES.items():
		if frappe.conf.get(name):
			yield Difference(
				f"{says}（{name}）",
				f"从 site_config.json 和 common_site_config.json 中删去 {name}，重新启动服务。",
			)
	if cint(frappe.get_system_settings("allow_error_traceback")):
		yield Difference(
			"出错时把程序的内部情况显示给用户", "在“系统设置”中取消“显示完整错误并允许向开发人员报告问题”。"
		)
	if opened := frappe.conf.get("socaid_doors"):
		yield Difference(
			f"另外放开了 {len(opened)} 个没有复核的功能：{'、'.join(sorted(opened))}",
			"核对还要不要；不用的从 socaid_doors 中删去。",
			certain=False,
		)


def release() -> Iterator[Difference]:
	floor = _required_frappe()
	if floor and frappe.__version__ not in SpecifierSet(floor):
		yield Difference(
			f"Frappe 是 {frappe.__version__}，要求 {floor}：更早的版本有已公布的漏洞",
			"在测试机上升级 Frappe，看“尚未复核的功能”报表，再升级正式系统（管理员说明“可以调用的功能”）。",
		)


def _required_frappe() -> str | None:
	file = Path(frappe.get_app_path("socaid_app")).parent / "pyproject.toml"
	if not file.is_file():
		return None
	project = tomllib.loads(file.read_text(encoding="utf-8"))
	return project["tool"]["bench"]["frappe-dependencies"]["frappe"]


# --- what can be reached -----------------------------------------------------------------------------------------
def open_ports() -> Iterator[Difference]:
	web = urlsplit(frappe.conf.host_name or "").port
	strange = sorted(listening() - {*SHOWN_PORTS, web})
	if strange:
		yield Difference(
			f"从别的机器可以连接端口 {'、'.join(map(str, strange))}",
			"查明是什么程序（ss -ltnp）；数据库、Redis、实时消息只监听 127.0.0.1，其余停用或由防火墙挡住。",
		)


def listening() -> set[int]:
	"""TCP ports of this machine (this network namespace) that are not bound to loopback alone."""
	found = set()
	for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
		for line in table.read_text().splitlines()[1:] if table.exists() else ():
			_number, local, _remote, state = line.split()[:4]
			address, port = local.split(":")
			if state == LISTENING and not _from_kernel(address).is_loopback:
				found.add(int(port, 16))
	return found


def _from_kernel(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
	"""The kernel writes an address as hexadecimal words in the machine's byte order."""
	words = [bytes.fromhex(text[at : at + 8])[::-1] for at in range(0, len(text), 8)]
	address = ipaddress.ip_address(b"".join(words))
	return getattr(address, "ipv4_mapped", None) or address


def database_shown() -> Iterator[Difference]:
	networking, bound = frappe.db.sql("SELECT @@skip_networking, @@bind_address")[0]
	if not cint(networking) and not _loopback_only(bound or "*"):
		yield Difference(
			f"数据库监听 {bound or '所有地址'}",
			"在 MariaDB 配置中设 bind-address = 127.0.0.1；数据库在另一台机器的，用防火墙只放行应用服务器并启用TLS。",
		)


def cache_shown() -> Iterator[Difference]:
	for name, connection in (("redis_cache", frappe.cache), ("redis_queue", get_redis_conn())):
		settings = connection.config_get("bind") | connection.config_get("requirepass")
		if not _loopback_only(settings.get("bind") or "*") and not settings.get("requirepass"):
			yield Difference(
				f"Redis（{name}）不用密码，监听 {settings.get('bind') or '所有地址'}",
				"在 bench 的 config/redis_*.conf 中设 bind 127.0.0.1，重新启动。",
			)


def _loopback_only(bound: str) -> bool:
	def is_loopback(name: str) -> bool:
		name = name.lstrip("-")
		try:
			return name == "localhost" or ipaddress.ip_address(name).is_loopback
		except ValueError:
			return False

	return all(is_loopback(name) for name in re.split(r"[\s,]+", bound.strip()))


def database_rights() -> Iterator[Difference]:
	own = frappe.conf.db_name.replace("_", r"\_")
	for (grant,) in frappe.db.sql("SHOW GRANTS"):
		found = re.match(r"GRANT (.+?) ON (\S+) TO", grant)
		if not found or found[1] == "USAGE":
			continue
		where = found[2].replace("`", "")
		if where.removesuffix(".*") not in (own, frappe.conf.db_name):
			yield Difference(
				f"站点的数据库账号在 {where} 上有权限：{found[1]}",
				f"收回（REVOKE … ON {where} …）；站点的账号只需要自己的库。",
			)


# --- what can be read --------------------------------------------------------------------------------------------
def files_closed() -> Iterator[Difference]:
	bench = Path(get_bench_path())
	for name, place in {
		"站点配置（密码和密钥）": Path(get_site_path("site_config.json")),
		"bench 配置（数据库管理员密码）": bench / "sites" / "common_site_config.json",
		"私有附件": Path(get_site_path("private", "files")),
		"备份": Path(get_site_path("private", "backups")),
		"备份密钥": keys.directory(),
	}.items():
		if place.exists() and others_may_read(place):
			yield Difference(
				f"这台机器上的任何用户都能读{name}：{place}",
				f"chmod o-rwx {place}，并让 bench 用户的主目录不对其他人开放（chmod o= {Path.home()}）。",
			)


def others_may_read(path: Path) -> bool:
	"""Whether a user of neither the owner nor the group gets there: every directory above has to let them through."""
	path = path.resolve()
	if not path.stat().st_mode & stat.S_IROTH:
		return False
	return all(above.stat().st_mode & stat.S_IXOTH for above in path.parents)


def secrets_encrypted() -> Iterator[Difference]:
	key = frappe.conf.get("encryption_key")
	try:
		Fernet(key or "")
	except ValueError:
		yield Difference(
			"站点没有可用的加密密钥（encryption_key）"
			if not key
			else "站点的加密密钥（encryption_key）不能用",
			"从备份的 site_config.json 取回原来的密钥；从来没有过的，第一次存密码（如邮箱密码）时自动生成。",
		)


def disk_encrypted() -> Iterator[Difference]:
	device = Path(get_site_path()).resolve().stat().st_dev
	if not _is_encrypted(Path(f"/sys/dev/block/{device >> 8 & 0xFFF}:{device & 0xFF}").resolve()):
		yield Difference(
			"看不到放数据的磁盘是加密的",
			"用 LUKS 或存储自带的加密，密钥另外保管；由虚拟化平台加密的，留存证明。",
			certain=False,
		)


def _is_encrypted(block: Path) -> bool:
	uuid = block / "dm" / "uuid"
	if uuid.is_file() and uuid.read_text().startswith("CRYPT-"):
		return True
	slaves = block / "slaves"
	return slaves.is_dir() and any(_is_encrypted(one.resolve()) for one in slaves.iterdir())


def clock_kept() -> Iterator[Difference]:
	told = ""
	if program := shutil.which("timedatectl"):
		told = subprocess.run(
			[program, "show", "-p", "NTPSynchronized", "--value"],
			capture_output=True,
			text=True,
			check=False,
			timeout=WAIT_SECONDS,
		).stdout.strip()
	if told != "yes":
		yield Difference(
			"看不到服务器的时间与时间服务器一致" if told != "no" else "服务器的时间没有与时间服务器对准",
			"启用 systemd-timesyncd 或 chrony，指向本单位的时间服务器：日志和时限都以它为准。",
			certain=told == "no",
		)


# --- in transit --------------------------------------------------------------------------------------------------
def encrypted_in_transit() -> Iterator[Difference]:
	address = urlsplit(frappe.conf.host_name or "")
	if address.scheme != "https" or not address.hostname:
		yield Difference(
			f"网址不是 HTTPS：{frappe.conf.host_name or '没有设置 host_name'}",
			"用 make deploy 部署（nginx 和证书），或者在前面的代理上启用 HTTPS，并设 host_name。",
		)
		return
	host, port = address.hostname, address.port or 443
	try:
		certificate, old = _certificate(host, port), _speaks_old(host, port)
	except OSError as error:
		yield Difference(
			f"连不上 {host}:{port}（{error}）", "看 nginx 和域名解析；服务器自己也要能打开这个网址。"
		)
		return
	left = (certificate.not_valid_after_utc - datetime.now(timezone.utc)).days
	if left < CERTIFICATE_DAYS:
		yield Difference(
			f"HTTPS 证书{f'还有{left}天到期' if left >= 0 else '已经过期'}", "换上新证书，重新载入 nginx。"
		)
	if certificate.issuer == certificate.subject:
		yield Difference(
			"HTTPS 用的是自签证书，用户分不出真假", "换成本单位认可的机构签发的证书（SOCAID_CERT）。"
		)
	if old:
		yield Difference(f"HTTPS 还接受 {old}", "在 nginx 中只留 TLSv1.2 和 TLSv1.3。")


def _certificate(host: str, port: int) -> x509.Certificate:
	with _connected(host, port, _trusting()) as connection:
		return x509.load_der_x509_certificate(connection.getpeercert(binary_form=True))


def _speaks_old(host: str, port: int) -> str | None:
	"""The version older than 1.2 that the server agrees to."""
	context = _trusting()
	context.set_ciphers("ALL:@SECLEVEL=0")
	context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
	try:
		with _connected(host, port, context) as connection:
			return connection.version()
	except (ssl.SSLError, ConnectionError):
		return None


def _trusting() -> ssl.SSLContext:
	"""Looks at a certificate, whoever signed it; nothing is sent."""
	context = ssl.create_default_context()
	context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
	return context


def _connected(host: str, port: int, context: ssl.SSLContext) -> ssl.SSLSocket:
	return context.wrap_socket(socket.create_connection((host, port), WAIT_SECONDS), server_hostname=host)
