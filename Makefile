# Two commands are enough to begin: make demo, make test. Each sets itself up in .venv first.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready

# tests start hundreds of processes: none of them compiles again what the first has compiled
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo up test check bench faults migration lock format locale setup clean

help:
	@echo "make demo    演一座样例城市的 2018 年度：从填报、考评、公示到补助和信件，然后保留网站"
	@echo "make up      运行 MIAOPU_DATA（默认 var）里的苗圃：全部服务、网站和邮件收集，Ctrl-C 停止"
	@echo "make test    全部测试"
	@echo "make check   代码规范、类型、引用规则、政策与指标库"
	@echo "make bench   在本机测速：两个引擎，从等次确定到信件待发，截止之夜三百人同时填报，十万份申报的列表和排名"
	@echo "make faults  真实进程、消息服务器、数据库、邮件服务器逐一出故障：丢了没有，重了没有（约半小时）"
	@echo "make migration service=incubator message='Carriers have a district'    表有变化时写下一步迁移"
	@echo "make lock    重新锁定依赖；make format 整理代码格式；make locale 编译命令行译文"

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新版本：make PYTHON=/路径/python3.11"; exit 1; }
	@echo "正在准备 .venv（只在第一次或依赖变化时）……"
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(READY)

demo: $(READY)
	@exec $(BIN)/miaopu demo

up: $(READY)
	@exec $(BIN)/miaopu up

# two workers more than there are cores: many tests wait for processes of their own
test: $(READY)
	@PYTEST_XDIST_AUTO_NUM_WORKERS=$$(($$(nproc) + 2)) $(BIN)/python -m pytest
	@command -v chromium >/dev/null || { echo; echo "*** 没有 chromium：网页没有在真实浏览器里测过。Debian/Ubuntu：sudo apt-get install chromium fonts-noto-cjk ***"; }

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/miaopu policy check
	$(BIN)/miaopu evaluate check
	$(BIN)/miaopu accreditation check
	$(BIN)/miaopu programme check

bench: $(READY)
	@$(BIN)/python tests/bench/engines.py
	@$(BIN)/miaopu bench settlement
	@$(BIN)/python -m tests.bench.deadline
	@$(BIN)/python -m tests.bench.applications

faults: $(READY)
	@$(BIN)/python -m tests.faults

migration: $(READY)
	@test -n "$(service)" -a -n "$(message)" || { echo "用法：make migration service=incubator message='...' [tables='a b']"; exit 1; }
	@$(BIN)/python -m services.cli.revision $(service) "$(message)" $(tables)
	@$(BIN)/ruff format --quiet services/$(service)/store/migrations
	@$(BIN)/ruff check --quiet --fix services/$(service)/store/migrations

lock:
	@test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(BIN)/python -m pip install --quiet uv; }
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements.lock

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

locale: $(READY)
	$(BIN)/pybabel compile --domain messages --directory services/cli/locale

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
