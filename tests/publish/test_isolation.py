"""Nothing that a shell or a home folder holds changes a byte of a paper: not in the kernel, nor in what starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from traitlets.config import Config

from conftest import COMMAND, ROOT, commit, run
from priority_two.environment import impersonal
from priority_two.publish.exporters import PaperHTMLExporter, PaperPDFExporter
from priority_two.record.git import as_added, as_committed, commit_of, tree_of, uncommitted

RAISES = "raise RuntimeError('somebody else's code ran')\n"
TEMPLATE = "<html><body>somebody else's</body></html>"
SITE = f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
HOME = {
    ".local/share/jupyter/nbconvert/templates/paper/index.html.j2": TEMPLATE,
    ".local/share/jupyter/nbconvert/templates/paper/conf.json": "{",
    ".local/share/jupyter/nbconvert/templates/base/index.html.j2": TEMPLATE,
    ".local/share/jupyter/kernels/python3/kernel.json": '{"argv": ["false"], "display_name": "", "language": "python"}',
    ".jupyter/jupyter_config.py": RAISES,
    ".jupyter/jupyter_nbconvert_config.py": RAISES,
    ".jupyter/jupyter_nbconvert_config.json": json.dumps({"TemplateExporter": {"raw_template": TEMPLATE}}),
    ".ipython/profile_default/ipython_config.py": RAISES,
    ".ipython/profile_default/ipython_kernel_config.py": RAISES,
    ".ipython/profile_default/startup/00.py": RAISES,
    ".config/matplotlib/matplotlibrc": "backend: nowhere\nfont.size: 40\nno.such.key: 1\n",
    ".matplotlib/matplotlibrc": "backend: nowhere\nfont.size: 40\nno.such.key: 1\n",
    ".config/fontconfig/fonts.conf": (
        '<?xml version="1.0"?><fontconfig><match target="pattern"><edit name="family" mode="assign" binding="strong">'
        "<string>DejaVu Serif</string></edit></match></fontconfig>"
    ),
    ".great_expectations/great_expectations.conf": "[analytics]\nenabled = yes\n",
    "attributes": "* text eol=crlf\n",
    ".gitconfig": (
        "[core]\n\tautocrlf = true\n\tattributesFile = ~/attributes\n[status]\n\tshowUntrackedFiles = no\n"
        "[log]\n\tshowSignature = true\n\tfollow = true\n"
    ),
    ".config/pip/pip.conf": "[global]\nno-index = nothing\n",
    f".local/{SITE}/usercustomize.py": RAISES,
    f".local/{SITE}/markdown_it/__init__.py": RAISES,
    "shadow/markdown_it/__init__.py": RAISES,
    "shadow/nbconvert/__init__.py": RAISES,
    "shadow/click/__init__.py": RAISES,
    "startup.py": RAISES,
}


def settings(home: Path) -> dict[str, str]:
    """Return every variable by which these libraries are told something, each with something that must not count."""
    share, here = home / ".local/share/jupyter", str(home)
    return {
        "HOME": here,
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "JUPYTER_PATH": str(share),
        "JUPYTER_DATA_DIR": str(share),
        "JUPYTER_CONFIG_DIR": str(home / ".jupyter"),
        "JUPYTER_CONFIG_PATH": str(home / ".jupyter"),
        "JUPYTER_PREFER_ENV_PATH": "no",
        "JUPYTER_RUNTIME_DIR": str(home / "nowhere" / "there"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "IPYTHONDIR": str(home / ".ipython"),
        "MPLBACKEND": "module://nowhere",
        "MATPLOTLIBRC": str(home / ".config/matplotlib/matplotlibrc"),
        "MPLCONFIGDIR": str(home / ".config/matplotlib"),
        "FONTCONFIG_FILE": str(home / ".config/fontconfig/fonts.conf"),
        "FONTCONFIG_PATH": str(home / ".config/fontconfig"),
        "FONTCONFIG_SYSROOT": str(home / "nowhere"),
        "FC_DEBUG": "1",
        "PANGO_LANGUAGE": "tr",
        "SOURCE_DATE_EPOCH": "1",
        "PYTHONSTARTUP": str(home / "startup.py"),
        "PYTHONWARNINGS": "error",
        "PYTHONOPTIMIZE": "2",
        "PYTHONHASHSEED": "7",
        "PYTHONIOENCODING": "ascii",
        "PYTHONUTF8": "0",
        "PYTHONDEVMODE": "1",
        "PYTHONUSERBASE": str(home / ".local"),
        "PYTHONINTMAXSTRDIGITS": "640",
        "PYTHONPATH": str(home / "shadow"),
        "PYTHONSAFEPATH": "",
        "PYTHONNODEBUGRANGES": "1",
        "PYTHONPYCACHEPREFIX": str(home / "compiled"),
        "PAPERMILL_NOTHING": "1",
        "HB_SHAPER_LIST": "fallback",
        "HB_OPTIONS": "uniscribe-bug-compatible",
        "FREETYPE_PROPERTIES": "truetype:interpreter-version=35",
        "G_DEBUG": "fatal-warnings",
        "G_MESSAGES_DEBUG": "all",
        "CAIRO_DEBUG": "1",
        "NPY_PROMOTION_STATE": "legacy",
        "NUMPY_EXPERIMENTAL_DTYPE_API": "0",
        "PANDAS_COPY_ON_WRITE": "warn",
        "GX_HOME": str(home / "nowhere"),
        "GX_ANALYTICS_ENABLED": "true",
        "PYDANTIC_DISABLE_PLUGINS": "no",
        "NBFORMAT_VALIDATOR": "nothing",
        "NBCONVERT_DISABLE_CONFIG_EXPORTERS": "1",
        "TRAITLETS_ALL_DEPRECATIONS": "1",
        "TRAITLETS_APPLICATION_RAISE_CONFIG_FILE_ERROR": "1",
        "TQDM_DISABLE": "no",
        "KERNEL_LAUNCH_TIMEOUT": "0",
        "JPY_PARENT_PID": "1",
        "IPY_TEST_SIMPLE_PROMPT": "1",
        "PYPARSINGENABLEALLWARNINGS": "1",
        "EAGER_IMPORT": "1",
        "TZ": "Pacific/Kiritimati",
        "LANG": "junk",
        "LC_ALL": "tr_TR.UTF-8",
        "LC_NUMERIC": "de_DE.UTF-8",
        "LANGUAGE": "tr",
        "TMPDIR": str(home / "nowhere"),
        "XDG_CACHE_HOME": str(home / "nowhere"),
        "XDG_RUNTIME_DIR": str(home / "nowhere"),
        "GIT_DIR": str(home / "nowhere"),
        "GIT_WORK_TREE": str(home / "nowhere"),
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "COLUMNS": "1",
        "NO_COLOR": "1",
        "TERM": "junk",
    }


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name, text in HOME.items():
        file = tmp_path / "home" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path / "home"


@pytest.mark.slow
def test_no_setting_of_a_home_or_a_shell_changes_a_byte_of_a_paper(drafts: Path, home: Path, tmp_path: Path) -> None:
    # Beside the one that the README's command made, in an environment without any of them.
    done = subprocess.run(
        [COMMAND, "report", "quarterly-progress", "--period", "2020-21-Q4", "--reports", str(tmp_path / "reports")],
        cwd=drafts.parents[1],
        env={**os.environ, **settings(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    again = sorted((tmp_path / "reports/drafts/2020-21-Q4").iterdir())
    assert len(again) == 4
    for file in again:
        assert file.read_bytes() == (drafts / "2020-21-Q4" / file.name).read_bytes(), file.name


def test_the_command_starts_where_modules_are_shadowed_and_warnings_are_errors(home: Path) -> None:
    done = run("report", "newsletter", **settings(home))
    assert done.returncode == 2 and "newsletter" in done.stderr and len(done.stderr.splitlines()) == 1
    done = run("--help", **settings(home))
    assert done.returncode == 0 and done.stdout.startswith("Usage: priority-two ")


def test_an_environment_of_nobody_keeps_what_is_nobodys_own(home: Path) -> None:
    others = {"PATH": "/bin", "PYTHON": "python3", "PERIOD": "2020-21-Q4", "PRIORITY_TWO": "x"}
    left = impersonal({**settings(home), **others})
    own = {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "TZ", "TMPDIR", "TERM"}
    own |= {"LANGUAGE", "LANG", "LC_ALL", "LC_NUMERIC", "COLUMNS", "NO_COLOR"}
    own |= {"GIT_DIR", "GIT_WORK_TREE", "GIT_CONFIG_GLOBAL"}
    assert left.keys() == own | others.keys() | {"MATPLOTLIBRC"}
    assert left["MATPLOTLIBRC"] == os.devnull


@pytest.mark.parametrize("exporter", [PaperHTMLExporter, PaperPDFExporter])
def test_templates_and_settings_come_from_the_package_alone(
    exporter: type[PaperHTMLExporter], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings(home).items():
        if name.startswith(("HOME", "XDG", "JUPYTER")):
            monkeypatch.setenv(name, value)
    config = Config()
    for name in ("TemplateExporter", "HTMLExporter", "PaperHTMLExporter", "PaperPDFExporter", "Exporter"):
        config[name].template_paths = [str(home / ".local/share/jupyter/nbconvert/templates/paper")]
        config[name].extra_template_paths = config[name].template_paths
        config[name].extra_template_basedirs = [str(home / ".local/share/jupyter/nbconvert/templates")]
        config[name].template_data_paths = config[name].extra_template_basedirs
        config[name].template_file = str(home / ".local/share/jupyter/nbconvert/templates/paper/index.html.j2")
        config[name].template_name = "base"
        config[name].raw_template = TEMPLATE
        config[name].filters = {"e": "builtins.repr"}
        config[name].preprocessors = ["nowhere.Nothing"]
        config[name].exclude_input = True
    for made in (exporter(config=config), exporter(parent=exporter(config=config))):
        assert made.template_paths == [str(ROOT / "src/priority_two/publish/paper")]
        assert Path(str(made.template.filename)) == ROOT / "src/priority_two/publish/paper/index.html.j2"
        assert made.filters == {} and made.preprocessors == [] and made.raw_template == ""


def test_git_answers_as_it_does_for_everybody(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.csv").write_bytes(b"a,b\n1,2\n")
    subprocess.run(["git", "init", "-q", project], check=True)
    commit(project)
    (project / "new.txt").write_bytes(b"new\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert uncommitted(project) == ["new.txt"] and as_committed(project, ["a.csv"]) == {"a.csv"}
    assert as_added(project, ".") == {"a.csv": True}
    with tree_of(project, commit_of(project), tmp_path / "tree") as tree:
        assert (tree / "a.csv").read_bytes() == b"a,b\n1,2\n"


def test_nbconvert_may_still_be_told_to_run_a_notebook() -> None:
    config = Config()
    config.ExecutePreprocessor.enabled = True
    exporter = PaperHTMLExporter(config=config)
    notebook = nbformat.v4.new_notebook()
    assert exporter.config.ExecutePreprocessor.enabled and notebook
