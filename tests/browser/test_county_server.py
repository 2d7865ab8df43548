"""The server of a county as `make deploy` sets it up: nginx with HTTPS before the same web processes."""

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import frappe
import pytest

from tests.browser.conftest import free_port, log_in

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import deployment

MAIN = """
daemon off;
pid {here}/nginx.pid;
events {{}}
http {{
	include /etc/nginx/mime.types;
	default_type application/octet-stream;
	access_log off;
	client_body_temp_path {here}/body;
	proxy_temp_path {here}/proxy;
	fastcgi_temp_path {here}/fastcgi;
	uwsgi_temp_path {here}/uwsgi;
	scgi_temp_path {here}/scgi;
	include {here}/etc/nginx/conf.d/*.conf;
}}
"""


@pytest.fixture(scope="module")
def https(site, base_url, web_socket, realtime_port, tmp_path_factory):
	"""nginx by the shipped configuration on ports of its own; yields its HTTPS address and its HTTP port."""
	here = tmp_path_factory.mktemp("nginx")
	http_port, https_port = free_port(), free_port()
	certificate, key = here / "certificate.pem", here / "certificate.key"
	subprocess.run(
		f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {key} -out {certificate}".split(),
		check=True,
		capture_output=True,
	)
	values = {
		"SITE": site,
		"SITES_SERVED": site,
		"HOST": "localhost",
		"HTTP_PORT": f"127.0.0.1:{http_port}",
		"HTTPS_PORT": f"127.0.0.1:{https_port}",
		"HTTPS_SUFFIX": f":{https_port}",
		"INTERNAL_PORT": free_port(),
		"REQUESTS": 100,
		"CERTIFICATE": certificate,
		"CERTIFICATE_KEY": key,
		"MAX_BODY": 50,
		"LOGS": here,
		"SITES": Path(frappe.get_site_path()).resolve().parent,
		"STATE": web_socket.parent,
		"CONFIG": here / "etc/socaid" / site,
		"PAGES": here / "etc/socaid/pages",
		"SOCKETIO_PORT": realtime_port,
		"BENCH": here,
		"USER": "nobody",
		"HOME": here,
		"BENCH_CLI": here,
		"NODE": "node",
	}
	deployment.render(here, values)
	(here / "main.conf").write_text(MAIN.format(here=here))
	nginx = shutil.which("nginx") or "/usr/sbin/nginx"
	process = subprocess.Popen([nginx, "-e", here / "error.log", "-c", here / "main.conf"])
	try:
		wait_for_port(https_port, process)
		yield f"https://localhost:{https_port}", http_port
	finally:
		process.terminate()
		process.wait(timeout=20)


def wait_for_port(port: int, process: subprocess.Popen) -> None:
	for _ in range(100):
		assert process.poll() is None, "nginx ended: nginx -t says why"
		try:
			socket.create_connection(("127.0.0.1", port), timeout=1).close()
			return
		except OSError:
			time.sleep(0.1)
	raise AssertionError("nginx does not listen")


def test_staff_work_over_https_and_files_are_sent_safely(https, open_context, staff):
	url, http_port = https
	context = open_context(base_url=url, ignore_https_errors=True)
	# whoever types the address without https arrives there
	answer = context.request.get(f"http://localhost:{http_port}/login", max_redirects=0)
	assert (answer.status, answer.headers["location"]) == (301, f"{url}/login")

	log_in(context, staff.officer)
	page = context.new_page()
	page.goto("/app/my-work")
	page.locator(".socaid-work").wait_for()
	page.wait_for_function("frappe.realtime.socket.connected")

	answer = context.request.get("/app/my-work")
	assert answer.headers["strict-transport-security"].startswith("max-age=")
	assert answer.headers["content-security-policy"]
	cookie = next(one for one in context.cookies() if one["name"] == "sid")
	assert cookie["secure"] and cookie["httpOnly"]

	private = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": "证明.html",
			"content": "<script>1</script>",
			"is_private": 1,
			"owner": staff.officer,
		}
	)
	private.insert(ignore_permissions=True)
	frappe.db.set_value("File", private.name, "owner", staff.officer)
	frappe.db.commit()
	answer = context.request.get(private.file_url)
	assert answer.ok and answer.text() == "<script>1</script>"
	assert "attachment" in answer.headers["content-disposition"]
	assert "sandbox" in answer.headers["content-security-policy"]
	stranger = open_context(base_url=url, ignore_https_errors=True)
	assert stranger.request.get(private.file_url).status == 403
	# what nginx may send by itself is public files and assets
	for path in (
		"/protected/private/files/x",
		"/site_config.json",
		f"/{frappe.local.site}/site_config.json",
		"/files/../site_config.json",
	):
		assert stranger.request.get(path).status == 404, path


def test_a_web_server_that_is_away_leaves_a_page_that_says_so(https, open_context, web_socket):
	url, _port = https
	away = web_socket.with_suffix(".away")
	web_socket.rename(away)
	try:
		page = open_context(base_url=url, ignore_https_errors=True).new_page()
		answer = page.goto("/app")
		assert answer.status == 502 and answer.headers["retry-after"] == "60"
		page.get_by_role("heading", name="系统正在维护或重新启动").wait_for()
	finally:
		away.rename(web_socket)
	assert page.goto("/login").ok


def test_guessing_passwords_is_slowed_down(https, open_context):
	url, _port = https
	context = open_context(base_url=url, ignore_https_errors=True)
	statuses = [
		context.request.post(
			"/api/method/login", form={"usr": f"nobody{number}@example.invalid", "pwd": "x"}
		).status
		for number in range(45)
	]
	assert 429 in statuses[30:]
	assert 429 not in statuses[:20]
