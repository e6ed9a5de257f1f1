"""What somebody has set at home, in a shell and beside the data, none of which may count in a paper.

One paper that the README's commands make is made in such a home, and is made again without it beside such files.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

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


def settings_of(home: Path) -> dict[str, str]:
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


def write_all(folder: Path, files: dict[str, str]) -> None:
    """Write files, by their names, into a folder."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


MODULES = {
    "pandas.py": "raise SystemExit('pandas of the data folder')",
    "random.py": "raise SystemExit('random of the data folder')",
    "priority_two.py": "raise SystemExit('priority_two of the data folder')",
    "sitecustomize.py": "print('sitecustomize of the data folder')",
    "usercustomize.py": "print('usercustomize of the data folder')",
    "ipython_config.py": "print('ipython_config of the data folder')",
    "ipython_kernel_config.py": "c = get_config()\nc.InteractiveShellApp.exec_lines = ['print(1)']",
    "jupyter_config.py": "print('jupyter_config of the data folder')",
    "profile_default/startup/00.py": "print('a start-up script of the data folder')",
    "matplotlibrc": "figure.facecolor: red\nfont.family: monospace\nsvg.fonttype: none\nlines.linewidth: 9\n",
    "paper/index.html.j2": "the template of the data folder",
    ".env": "PYTHONSTARTUP=random.py\n",
    "reference/.hidden.csv": "not,a,table\n1\n",
    "returns/.hidden/terms.yaml": "{{{",
    "updates/2020-21-Q4/.hidden.md": "no front matter",
}
"""What may lie where a run takes place."""
