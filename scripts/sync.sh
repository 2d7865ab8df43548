#!/usr/bin/env bash
# 把检出目录里的应用复制进 bench，并装进它的 Python 环境（依赖没变就不重装）。
# 复制而不是链接：检出目录对 bench 用户可能不可读（例如 CI 的私有目录）。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

bench_exists || die "没有找到 bench：$SOCAID_BENCH" "先运行 make run，或用 SOCAID_BENCH 指出它的位置。"

new=$(mktemp) old=$(mktemp)
trap 'rm -f "$new" "$old"' EXIT

app_files > "$new"
as_user sh -c 'cat "$1" 2>/dev/null || true' sh "$STATE/manifest" > "$old"

as_user mkdir -p "$STATE" "$BENCH_APP"
(cd "$ROOT" && tar --null -T "$new" --mode='u+rw,go+r' -cf -) | as_user tar --no-same-permissions -C "$BENCH_APP" -xf -

# 上次复制过、这次已不在检出目录的文件要删掉；bench 自己生成的（public/dist、缓存）不动。
comm -z -23 "$old" "$new" | AS_DIR=$BENCH_APP as_user xargs -0r rm -f --
AS_DIR=$BENCH_APP as_user find . -mindepth 1 -type d -empty -not -path '*/artifacts*' -delete
as_user sh -c 'cat > "$1"' sh "$STATE/manifest" < "$new"

wanted=$(cat "$ROOT/pyproject.toml" "$ROOT/setup.py" "$ROOT/scripts/sync.sh" | sha1sum | cut -d' ' -f1)
if ! stamp_is install "$wanted" || ! as_user "$SOCAID_BENCH/env/bin/python" -c "import $APP" 2> /dev/null; then
	say "把 $APP 装进 bench 的 Python 环境"
	# setuptools 80 起不再带 Frappe 15 所需的 pkg_resources 用法。Frappe 要的 google-api-core 从 1.31.6 起
	# 容不下 OR-Tools 的 protobuf；更早的两边都容得下。
	as_user "$SOCAID_BENCH/env/bin/python" -m pip install --quiet --disable-pip-version-check \
		'setuptools<80' 'google-api-core<1.31.6' -e "$BENCH_APP[bulk,routing,linkage,test]" \
		|| die "安装 $APP 的 Python 依赖失败。" "检查网络；内网请先把 pip 指向内部镜像（pip config set global.index-url …），再运行一次。"
	stamp install "$wanted"
fi

if ! as_user grep -qx "$APP" "$SITES/apps.txt" 2> /dev/null; then
	as_user sh -c 'f=$1; [ -z "$(tail -c1 "$f" 2>/dev/null)" ] || echo >> "$f"; echo "$2" >> "$f"' sh "$SITES/apps.txt" "$APP"
fi
