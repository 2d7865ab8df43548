#!/usr/bin/env bash
# make lint：ruff 与元数据检查，不需要 Frappe。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$ROOT/scripts/venv.sh"

ensure_venv
cd "$ROOT"
failed=0
say "ruff"
"$SOCAID_VENV/bin/ruff" check . || failed=1
if ! report=$("$SOCAID_VENV/bin/ruff" format --check . 2>&1); then
	warn "有文件不合格式；运行 $SOCAID_VENV/bin/ruff format . 改好："
	sed -n 's/^ *--> \([^:]*\).*/      \1/p; s/^Would reformat: /      /p' <<< "$report" | sort -u >&2
	failed=1
fi
say "脚本语法"
for script in scripts/*.sh .ci/run; do bash -n "$script" || failed=1; done
say "元数据检查"
SOCAID_BENCH=$SOCAID_BENCH "$SOCAID_VENV/bin/python" scripts/metadata_check.py || failed=1
say "引入检查"
"$SOCAID_VENV/bin/python" scripts/import_check.py || failed=1
exit $failed
