# shellcheck shell=bash
# 单元测试与 lint 用的虚拟环境（没有 Frappe）。在 lib.sh 之后载入。

ensure_venv() {
	local wanted python=$SOCAID_PYTHON
	wanted=$(cd "$ROOT" && cat pyproject.toml setup.py | sha1sum | cut -d' ' -f1)
	[ "$(cat "$SOCAID_VENV/installed" 2> /dev/null || true)" != "$wanted" ] || return 0
	say "准备虚拟环境 $SOCAID_VENV"
	"$python" -c 'import ensurepip, venv' 2> /dev/null || python=/usr/bin/python3
	"$python" -c 'import ensurepip, venv' 2> /dev/null \
		|| die "Python 缺少 venv 模块，单元测试无法准备环境" "Debian / Ubuntu：apt-get install python3-venv"
	[ -x "$SOCAID_VENV/bin/python" ] || "$python" -m venv "$SOCAID_VENV"
	"$SOCAID_VENV/bin/python" -m pip install --quiet --disable-pip-version-check -e "$ROOT[test,lint,routing,linkage,spark]" \
		|| die "安装测试依赖失败" "检查网络；内网请先把 pip 指向内部镜像（pip config set global.index-url …）。"
	echo "$wanted" > "$SOCAID_VENV/installed"
}
