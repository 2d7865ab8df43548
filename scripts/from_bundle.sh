# shellcheck shell=bash
# BUNDLE=文件 时的安装：核对安装包，展开在 bench 旁边，让 git、pip、uv、yarn 只从那里取，不连任何网络。
# 由 lib.sh 载入；prepare.sh 在有了运行用户之后调用 unpack_bundle。

BUNDLE=$(realpath -m "$BUNDLE")
BUNDLE_AT=$SOCAID_BENCH.bundle

CLI_WHEELS=$BUNDLE_AT/cli
FRAPPE_REPO=file://$BUNDLE_AT/frappe
export PIP_CONFIG_FILE=/dev/null PIP_NO_INDEX=1 PIP_FIND_LINKS=$BUNDLE_AT/wheels PIP_DISABLE_PIP_VERSION_CHECK=1
export UV_CONFIG_FILE=$BUNDLE_AT/uv.toml UV_OVERRIDE=$BUNDLE_AT/overrides.txt UV_PYTHON_DOWNLOADS=never
export YARN_YARN_OFFLINE_MIRROR=$BUNDLE_AT/yarn NPM_CONFIG_OFFLINE=true NPM_CONFIG_UPDATE_NOTIFIER=false NPM_CONFIG_AUDIT=false

bundle_says() { as_user sed -n "s/^$1=//p" "$BUNDLE_AT/versions"; }

# 核对过才换上去；上次在哪里被打断都不要紧。
unpack_bundle() {
	[ -r "$BUNDLE" ] || die "没有安装包：$BUNDLE"
	local wanted
	wanted=$(sha256sum < "$BUNDLE" | cut -d' ' -f1)
	if [ "$(as_user cat "$BUNDLE_AT/archive" 2> /dev/null)" != "$wanted" ]; then
		say "核对并展开安装包"
		as_user rm -rf "$BUNDLE_AT.new"
		as_user mkdir -p "$BUNDLE_AT.new"
		as_user tar --no-same-permissions -C "$BUNDLE_AT.new" -xf - < "$BUNDLE" || die "安装包展开失败：$BUNDLE" "文件不完整，或者磁盘满了。"
		verify_bundle "$BUNDLE_AT.new"
		overrides "$BUNDLE_AT.new" | as_user sh -c 'cat > "$1"' sh "$BUNDLE_AT.new/overrides.txt"
		printf 'no-index = true\nfind-links = ["%s"]\n' "$BUNDLE_AT/wheels" | as_user sh -c 'cat > "$1"' sh "$BUNDLE_AT.new/uv.toml"
		as_user sh -c 'echo "$2" > "$1/archive" && rm -rf "$3" && mv "$1" "$3"' sh "$BUNDLE_AT.new" "$wanted" "$BUNDLE_AT"
	fi
	local python
	python=$("$SOCAID_PYTHON" -c 'import sys, sysconfig; print(sys.implementation.cache_tag, sysconfig.get_platform())')
	[ "$python" = "$(bundle_says python)" ] || die "安装包是给 $(bundle_says python) 的，本机的 Python 是 $python" \
		"在同样的系统上另做一个安装包，或用 SOCAID_PYTHON 指出相符的 Python。"
	[ "$(app_hash)" = "$(bundle_says app_hash)" ] || die "这个目录里的程序不是安装包里的那一版" \
		"用安装包里的：tar -xf $BUNDLE ./app && cd app，再执行一次。"
	FRAPPE_BRANCH=$(bundle_says frappe_branch)
	YARN_PACKAGE=$(as_user sh -c 'echo "$1"/yarn-1.*.tgz' sh "$BUNDLE_AT")
}

# Frappe 有的包写明要从某个 git 地址取；这里用编译好的那一个。
overrides() {
	local name wheel
	as_user sed -n 's/ @ .*//p' "$1/wheels.txt" | while read -r name; do
		wheel=$(as_user sh -c 'cd "$1/wheels" && ls "$2"-*.whl' sh "$1" "${name//-/_}")
		echo "$name @ file://$BUNDLE_AT/wheels/$wheel"
	done
}

verify_bundle() {
	local at=$1 listed found
	AS_DIR=$at as_user sha256sum --quiet --check SHA256SUMS > /dev/null 2>&1 || die "安装包里有文件与校验值不符" "重新拷贝一份。"
	# 清单之外不许有别的
	listed=$(as_user sed 's/^[0-9a-f]*  //' "$at/SHA256SUMS" | sort)
	found=$(AS_DIR=$at as_user find . -type f ! -name SHA256SUMS ! -name SHA256SUMS.sig | sort)
	[ "$listed" = "$found" ] && [ -z "$(AS_DIR=$at as_user find . ! -type f ! -type d)" ] || die "安装包里有清单以外的文件" "不要使用它。"
	if [ -n "${SOCAID_BUNDLE_SIGNERS:-}" ]; then
		local signer
		signer=$(ssh-keygen -Y find-principals -f "$SOCAID_BUNDLE_SIGNERS" -s <(as_user cat "$at/SHA256SUMS.sig" 2> /dev/null) 2> /dev/null | head -n1) || true
		[ -n "$signer" ] && as_user cat "$at/SHA256SUMS" \
			| ssh-keygen -Y verify -f "$SOCAID_BUNDLE_SIGNERS" -I "$signer" -n socaid-bundle -s <(as_user cat "$at/SHA256SUMS.sig" 2> /dev/null) > /dev/null 2>&1 \
			|| die "安装包的签名不对，或者没有签名" "签名人名单：$SOCAID_BUNDLE_SIGNERS。确认来源之前不要使用它。"
		say "签名有效：$signer"
	else
		warn "没有核对签名（SOCAID_BUNDLE_SIGNERS 指出签名人名单）：只知道文件没有损坏，不知道是谁做的。"
	fi
}
