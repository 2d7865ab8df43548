#!/usr/bin/env bash
# make bundle：把安装要用的一切收进一个文件，供没有外网的机器 make run BUNDLE=文件 使用。
# 内容取自本机的 bench（没有就先建一个），所以装出来的正是这里试过的版本：Frappe 的一个提交、Python 包、
# JavaScript 包、本应用、Debian 软件包的名单、许可证清单，每个文件的校验值，以及（给了密钥的）签名。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ -z "${BUNDLE:-}" ] || die "做安装包用 OUT=文件 指出写到哪里；BUNDLE 是安装时用的。"
"$ROOT/scripts/prepare.sh"
BENCH_HOME=$(user_home)
python=$SOCAID_BENCH/env/bin/python
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' "$ROOT/$APP/__init__.py")
out=$(realpath -m "${OUT:-$ROOT/dist/socaid-$version-frappe-$(frappe_version).tar}")

work=$(as_user mktemp -d)
trap 'as_user rm -rf "$work"' EXIT
say "Frappe（$(frappe_version)）"
# bench 认路径上的 git 目录，以目录名为应用名；只要这一个提交，不要来源地址
AS_DIR=$SOCAID_BENCH/apps/frappe as_user git clone --quiet --no-checkout --depth 1 "file://$SOCAID_BENCH/apps/frappe" "$work/frappe"
commit=$(AS_DIR=$SOCAID_BENCH/apps/frappe as_user git rev-parse HEAD)
AS_DIR=$work/frappe as_user git update-ref "refs/heads/$FRAPPE_BRANCH" "$commit"
AS_DIR=$work/frappe as_user git symbolic-ref HEAD "refs/heads/$FRAPPE_BRANCH"
AS_DIR=$work/frappe as_user git remote remove origin
as_user rm -rf "$work/frappe/.git/hooks"

say "Python 包"
wheel() { quietly as_user "$python" -m pip wheel --disable-pip-version-check --no-deps --wheel-dir "$@" || die "收集 Python 包失败" "上面是最后 30 行。"; }
wheels() { # wheels 目录 解释器：这个环境里的每个包，版本照旧；源码包在这里编译好
	as_user "$2" -m pip freeze --all --exclude-editable | as_user sh -c 'cat > "$1"' sh "$work/$1.txt"
	wheel "$work/$1" -r "$work/$1.txt"
}
wheels wheels "$python"
wheels cli "$(bench_cli_dir)/python"
# Frappe 和本应用是就地安装的，装的时候要用各自的构建工具
build_tools() { as_user "$python" -c 'import sys, tomli; print(*tomli.load(sys.stdin.buffer)["build-system"]["requires"], sep="\n")'; }
while read -r tool; do wheel "$work/wheels" "$tool"; done < <(
	build_tools < "$ROOT/pyproject.toml"
	as_user cat "$SOCAID_BENCH/apps/frappe/pyproject.toml" | build_tools
)

say "JavaScript 包"
as_user mkdir "$work/javascript" "$work/yarn"
# 这台机器自己也用离线镜像的，从那里拿；缓存另放，免得跳过缓存里已有的
mirror=$(as_user yarn config get yarn-offline-mirror)
[ ! -d "$mirror" ] || as_user cp -r "$mirror/." "$work/yarn/"
as_user cp "$SOCAID_BENCH/apps/frappe/package.json" "$SOCAID_BENCH/apps/frappe/yarn.lock" "$work/javascript/"
AS_DIR=$work/javascript quietly as_user env YARN_YARN_OFFLINE_MIRROR="$work/yarn" YARN_CACHE_FOLDER="$work/javascript/cache" \
	yarn install --frozen-lockfile --ignore-scripts --non-interactive || die "收集 JavaScript 包失败" "上面是最后 30 行。"
as_user rm -rf "$work/javascript"
AS_DIR=$work quietly as_user npm pack --silent yarn@1 || die "取不到 yarn"

say "本应用和清单"
as_user mkdir "$work/app"
(cd "$ROOT" && app_files | tar --null -T - --mode='u+rw,go+r' -cf -) | as_user tar --no-same-permissions -C "$work/app" -xf -
sed -n '/^missing_packages/,/^}/ s/.*want+=(\([^)]*\)).*/\1/p' "$ROOT/scripts/prepare.sh" | tr ' ' '\n' | sort -u \
	| while read -r package; do echo "$package	$(dpkg-query -W -f '${Version}' "$package" 2> /dev/null || true)"; done | as_user sh -c 'cat > "$1"' sh "$work/debian.txt"
AS_DIR=$SOCAID_BENCH/apps/frappe as_user "$python" - < "$ROOT/scripts/licences.py" | as_user sh -c 'cat > "$1"' sh "$work/licences.tsv"
{
	echo "app=$version"
	echo "app_hash=$(app_hash)"
	echo "frappe=$(frappe_version)"
	echo "frappe_branch=$FRAPPE_BRANCH"
	echo "frappe_commit=$commit"
	echo "python=$(as_user "$python" -c 'import sys, sysconfig; print(sys.implementation.cache_tag, sysconfig.get_platform())')"
	echo "node=$(node --version)"
} | as_user sh -c 'cat > "$1"' sh "$work/versions"
AS_DIR=$work as_user sh -c 'find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum > SHA256SUMS'

mkdir -p "$(dirname "$out")"
staged=$(mktemp -d)
as_user tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner -cf - . | tar -C "$staged" -xf -
if [ -n "${SOCAID_BUNDLE_KEY:-}" ]; then
	ssh-keygen -q -Y sign -f "$SOCAID_BUNDLE_KEY" -n socaid-bundle "$staged/SHA256SUMS" 2> /dev/null || die "签名失败：$SOCAID_BUNDLE_KEY"
else
	warn "没有签名：给出 SOCAID_BUNDLE_KEY（ssh-keygen 生成的私钥），安装的一方才能确认是谁做的。"
fi
tar -C "$staged" --sort=name --owner=0 --group=0 --numeric-owner -cf "$out.new" .
mv "$out.new" "$out"
rm -rf "$staged"
say "安装包：$out（$(du -m "$out" | cut -f1) MB）"
sha256sum "$out"
