# 常用命令；设置见 make help，写成 make run SOCAID_PORT=8080 或环境变量都可以。真正的工作在 scripts/ 里。
SHELL := /bin/bash
.DEFAULT_GOAL := help

.PHONY: help run bundle deploy upgrade restore version stop sync test test-unit test-site test-browser test-frappe test-frappe-all test-bundle test-counties test-upgrade load sweep bench audit sbom advisories audit-web lint clean

help: ## 显示本说明
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | awk -F'\t' '{ printf "  make %-16s %s\n", $$1, $$2 }'
	@echo; echo "设置（环境变量或 make 参数）："
	@sed -n 's/^#+ /  /p' scripts/lib.sh

run: ## 装好需要的一切，建站点，装演示县，启动服务，给出地址和演示用户
	@scripts/run.sh

bundle: ## 把安装要用的一切收进一个文件；没有外网的机器用 make run BUNDLE=文件 安装
	@scripts/bundle.sh

deploy: ## 正式服务器：nginx（HTTPS）、systemd、日志轮转、按本机大小设置；可反复运行
	@scripts/deploy.sh

upgrade: ## 升级到检出目录里的版本：先留底，维护页面，升级，检查；不成就退回原来的版本和数据
	@scripts/upgrade.sh

restore: ## 在另一台机器上从备份恢复并比对：FROM=备份库 KEY=密钥文件 SITE_WAS=原站点名
	@scripts/restore.sh

version: ## 各部分的版本
	@scripts/version.sh

stop: ## 停止 make run 启动的服务
	@scripts/stop.sh

sync: ## 把检出目录的应用复制进 bench
	@scripts/sync.sh

test: ## 全部测试：单元、站点、浏览器、Frappe 自带
	@scripts/test.sh unit site browser frappe

test-unit: ## 只测政策计算，不需要 Frappe
	@scripts/test.sh unit

test-site: ## 在临时站点上测试（真实的 MariaDB 与 Redis）
	@scripts/test.sh site frappe

test-browser: ## 用 Chromium 走一遍界面
	@scripts/test.sh browser

test-frappe: ## 装上本应用后，Frappe 自己的测试（快的那些）
	@scripts/test.sh frappe

test-frappe-all: ## 同上，四十个模块，与没有本应用时逐个比较（约半小时）
	@SOCAID_FRAPPE_ALL=1 scripts/test.sh frappe

test-counties: ## 两个县在一个 bench 上：任务互不等待，密钥、备份各是各的（几分钟）
	@scripts/test_counties.sh

test-bundle: ## 只凭安装包 BUNDLE=文件，在没有网络的命名空间里装到能登录；KILLED="20 90" 先在这些秒断电
	@scripts/test_bundle.sh

test-upgrade: ## 从 FROM=提交（可以几个）连同那时的演示县升级到现在，前后比对：记录、名册、归档、附件
	@scripts/test_upgrade.sh

load: ## 二百名工作人员同时办事，与 Frappe 自己的便笺相比（演示县上）
	@scripts/load.sh

sweep: ## 以每种角色打开每个画面（1440、768、390像素）：出错、越界、截断、英文、按不准的都列出来（一个多小时）
	@SOCAID_SWEEP=1 scripts/test.sh browser

bench: ## 性能对比，打印规模、用时、倍数
	@scripts/bench.sh

audit: ## 对照等保三级检查正在运行的系统，列出不符合的和怎么办
	@scripts/protection.sh

sbom: ## 软件清单（CycloneDX），写到 sbom.json 或 SBOM=文件
	@scripts/sbom.sh

advisories: ## 装着的组件有没有已公布的漏洞、修正于哪个版本；连不上时照实说
	@scripts/advisories.sh

audit-web: ## 以每种角色试每个可调用的函数：泄露、改写、出错都应为 0
	@scripts/audit.sh

lint: ## ruff 与元数据检查
	@scripts/lint.sh

clean: ## 删除虚拟环境、缓存与测试产物（不动 bench）
	rm -rf .venv .venv-sbom .venv-advisories .pytest_cache .ruff_cache .hypothesis tests/artifacts dist build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
