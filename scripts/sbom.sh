#!/usr/bin/env bash
# make sbom：正在使用的这套软件的清单（CycloneDX），写到 sbom.json 或 SBOM 指出的文件。工具装在检出目录的 .venv 里，不动 bench。
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

bench_exists || die "没有找到 bench：$SOCAID_BENCH" "先运行 make run，或用 SOCAID_BENCH 指出它的位置。"
tools=$SOCAID_VENV-sbom
if [ ! -x "$tools/bin/cyclonedx-py" ]; then
	/usr/bin/python3 -m venv "$tools" && "$tools/bin/python" -m pip install --quiet --disable-pip-version-check 'cyclonedx-bom>=7,<8' \
		|| die "安装 cyclonedx-bom 失败" "检查网络；内网请先把 pip 指向内部镜像（pip config set global.index-url …）。"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 0711 "$work"
quietly "$tools/bin/cyclonedx-py" environment --short-PURLs --output-reproducible --of JSON -o "$work/python.json" \
	"$SOCAID_BENCH/env/bin/python" || die "列不出 Python 的软件包" "上面是原因。"
as_user cat "$SOCAID_BENCH/apps/frappe/yarn.lock" > "$work/yarn.lock"
dpkg-query -W -f '${db:Status-Abbrev}\t${Package}\t${Version}\n' 2> /dev/null | sed -n 's/^ii *\t//p' > "$work/debian" || true
"$tools/bin/python" "$ROOT/scripts/bill_of_materials.py" "$work/python.json" "$work/yarn.lock" "$work/debian" > "$work/sbom.json"
cp "$work/sbom.json" "${SBOM:-sbom.json}"
say "软件清单在 ${SBOM:-sbom.json}：$(grep -c '"bom-ref"' "$work/sbom.json") 个组件"
