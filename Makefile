# One door to the house. `make demo` and `make test` need Python 3.11 or newer, pip and make; nothing else.
# Words on the screen are Vietnamese first, English second.

VENV ?= .venv
PYTHON ?=
ARGS ?=
UV ?= uv
UPGRADE ?=

BIN := $(VENV)/bin
# A stamp carries what it was made from and where, so a changed lock, another branch or a moved folder sets up again.
SETTING := pwd; cat requirements.lock pyproject.toml
RUN_STAMP := $(VENV)/.run-$(shell ($(SETTING)) | cksum | cut -d ' ' -f 1)
DEV_STAMP := $(VENV)/.dev-$(shell ($(SETTING); cat requirements-dev.lock requirements-scale.lock) | cksum | cut -d ' ' -f 1)
DOCS_STAMP := $(VENV)/.docs-$(shell ($(SETTING); cat requirements-docs.lock) | cksum | cut -d ' ' -f 1)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.DEFAULT_GOAL := help
.PHONY: help demo up test check postgres kills faults thorough bench evening fix docs lock clean

help: ## Danh sách lệnh · this list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Dùng thử và vận hành · Try it, use it

demo: $(RUN_STAMP) ## Diễn tập trọn một năm báo cáo · a whole reporting year, simulated (ARGS="--fast")
	@$(BIN)/plancycle demo $(ARGS)

up: $(RUN_STAMP) ## Cổng nộp báo cáo, Prefect và worker · portal, Prefect and a worker, for real use
	@$(BIN)/plancycle up $(ARGS)

##@ Phát triển · Develop

test: check ## Mọi phép kiểm tra và kiểm thử · every check, then every test (ARGS="-k trace")
	@echo "▸ Kiểm thử · tests"
	@$(BIN)/python -m pytest -rs -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(DEV_STAMP) ## Quy tắc viết mã, kiểu, luật phụ thuộc · ruff, mypy, the law of imports
	@echo "▸ Quy tắc viết mã · ruff"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@echo "▸ Kiểu dữ liệu · mypy"
	@$(BIN)/mypy --no-error-summary
	@echo "▸ Luật phụ thuộc · law of imports"
	@$(BIN)/lint-imports --no-logo

postgres: $(DEV_STAMP) ## Toàn bộ kiểm thử trên PostgreSQL · every test again, on PostgreSQL
	@PLANCYCLE_TEST_DATABASE=postgresql $(BIN)/python -m pytest -rs -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

kills: $(DEV_STAMP) ## Giết tiến trình 50 lần trong một kỳ báo cáo · fifty kills within a reporting period
	@KILLS=50 $(BIN)/python -m pytest tests/faults/test_killed_year.py -m slow -rs -s -k "random and not PostgreSQL" $(ARGS)

faults: $(DEV_STAMP) ## Giết tiến trình, cắt kết nối hàng trăm lần · kills and dropped connections by the hundred
	@$(BIN)/python -m pytest tests/faults -m slow -rs -s $(ARGS)

thorough: $(DEV_STAMP) ## Các phép thử dài: hàng trăm tệp thật, hàng nghìn tệp phá hoại · the long tests
	@$(BIN)/python -m pytest -m slow -rs --ignore=tests/faults $(ARGS)

bench: $(DEV_STAMP) ## Đo tốc độ so với mức sàn, cùng một lượt chạy · speed beside its floor, in one run
	@for script in tests/bench/bench_*.py; do $(BIN)/python $$script $(ARGS) || exit 1; done

evening: $(DEV_STAMP) ## Bốn trăm báo cáo trong năm phút cuối · four hundred reports in the last five minutes
	@$(BIN)/python tests/bench/bench_load.py --only evening $(ARGS)

fix: $(DEV_STAMP) ## Tự sửa định dạng · mend what can be mended by itself
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

docs: $(DOCS_STAMP) ## Viết lại trang sinh từ mã, dựng site/ · pages made from code, then the site (ARGS=--check: only compare)
	@$(BIN)/python docs/generate.py $(ARGS)
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --strict --clean
	@echo "▸ Mở trang tài liệu · open the documentation: site/index.html"

lock: ## Ghim lại thư viện, cần uv · pin the libraries again (UPGRADE="--upgrade-package rich")
	@command -v $(UV) >/dev/null || { echo "Cần uv (pip install uv) · uv is needed (pip install uv)" >&2; exit 1; }
	@for list in requirements requirements-dev requirements-docs requirements-scale; do \
	  case $$list in requirements-scale) alone=--no-deps ;; *) alone= ;; esac; \
	  $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $$alone \
	    $(UPGRADE) $$list.in --output-file $$list.lock || exit 1; \
	done

clean: ## Xóa những gì make đã tạo, không đụng dữ liệu thật · remove what make made, never real data
	@rm -rf $(VENV) plancycle-demo dist build site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ── set-up ──────────────────────────────────────────────────────────────────────────────────────────────────────────

# Prints the first Python that is new enough; a name on the PATH may still be one that does not start.
define FIND_PYTHON
for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14 python; do \
  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && break; python=; \
done; \
if [ -z "$$python" ]; then \
  echo "Không tìm thấy Python 3.11 trở lên. Hãy cài đặt, hoặc chỉ rõ: make PYTHON=/duong/dan/python3 …" >&2; \
  echo "No Python 3.11 or newer was found. Install one, or name it: make PYTHON=/path/to/python3 …" >&2; \
  exit 1; \
fi
endef

# Debian without python3-venv has no ensurepip: the machine's own pip then serves the environment from outside.
$(BIN)/python:
	@$(FIND_PYTHON); \
	if "$$python" -c 'import ensurepip' 2>/dev/null; then bare=; \
	elif "$$python" -m pip --python "$$python" --version >/dev/null 2>&1; then bare=--without-pip; \
	else \
	  echo "$$python thiếu cả ensurepip lẫn pip 22.3 trở lên. Trên Debian, Ubuntu: apt install python3-venv" >&2; \
	  echo "$$python has neither ensurepip nor pip 22.3 or newer. On Debian, Ubuntu: apt install python3-venv" >&2; \
	  exit 1; \
	fi; \
	echo "▸ Tạo môi trường Python trong $(VENV) · making a Python environment"; \
	"$$python" -m venv --clear $$bare $(VENV)

# Runs pip for the environment, with the environment's own pip when it has one.
define WITH_PIP
pip_install() { \
  if $(BIN)/python -c 'import pip' 2>/dev/null; then set -- $(BIN)/python -m pip install "$$@"; \
  else set -- "$$($(BIN)/python -c 'import sys; print(sys._base_executable)')" -m pip --python $(BIN)/python install "$$@"; fi; \
  "$$@" -qq --no-deps || { \
    echo "Không cài được thư viện; máy có tới được kho gói Python không?" >&2; \
    echo "The libraries could not be installed; can this machine reach a Python package index?" >&2; \
    exit 1; \
  }; \
}
endef

$(RUN_STAMP): $(BIN)/python
	@rm -f $(VENV)/.run-* $(VENV)/.dev-* $(VENV)/.docs-*
	@echo "▸ Cài thư viện đã ghim, khoảng một phút · installing the pinned libraries, about a minute"
	@$(WITH_PIP); pip_install --require-hashes -r requirements.lock && pip_install --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): $(RUN_STAMP)
	@rm -f $(VENV)/.dev-*
	@echo "▸ Cài công cụ kiểm thử · installing the test tools"
	@$(WITH_PIP); pip_install --require-hashes -r requirements-dev.lock -r requirements-scale.lock
	@touch $@

$(DOCS_STAMP): $(RUN_STAMP)
	@rm -f $(VENV)/.docs-*
	@echo "▸ Cài công cụ dựng tài liệu · installing what builds the documentation"
	@$(WITH_PIP); pip_install --require-hashes -r requirements-docs.lock
	@touch $@
