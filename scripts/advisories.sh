#!/usr/bin/env bash
# make advisories：装着的 Python、JavaScript 组件有没有已公布的漏洞，有的话修正于哪个版本。有要处理的退出码为 1；
# 连不上、索引没有公告数据时照实说，不算失败。暂不处理的写进 scripts/advisories_ignored.csv（编号、到哪天、为什么），过期又算。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

bench_exists || die "没有找到 bench：$SOCAID_BENCH" "先运行 make run，或用 SOCAID_BENCH 指出它的位置。"
tools=$SOCAID_VENV-advisories
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: > "$work/python.json"
if [ -x "$tools/bin/pip-audit" ] || { /usr/bin/python3 -m venv "$tools" && "$tools/bin/python" -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.7,<3' 2> /dev/null; }; then
	# 版本照装着的写死，不解析，也不另装
	as_user "$SOCAID_BENCH/env/bin/python" -m pip freeze --all --exclude-editable | grep '==' > "$work/installed.txt"
	timeout 300 "$tools/bin/pip-audit" --requirement "$work/installed.txt" --no-deps --disable-pip --progress-spinner off \
		--format json --output "$work/python.json" > /dev/null 2>&1 || true
fi
mkdir "$work/javascript"
for file in package.json yarn.lock; do as_user cat "$SOCAID_BENCH/apps/frappe/$file" > "$work/javascript/$file"; done
(cd "$work/javascript" && timeout 120 yarn audit --json --groups dependencies > "$work/javascript.jsonl" 2> /dev/null) || true

python3 "$ROOT/scripts/advisories.py" "$ROOT/scripts/advisories_ignored.csv" "$work/python.json" "$work/javascript.jsonl"
