"""What a notebook needs where somebody runs it by hand, in JupyterLab or with papermill: its data, and its looks."""

from __future__ import annotations

from pathlib import Path

STYLE = """<style>
.jp-RenderedHTML.jp-RenderedHTMLCommon :is(table, tr, th, td, caption) { text-align: left; vertical-align: top; }
.jp-RenderedHTML.jp-RenderedHTMLCommon table { margin-left: 0; white-space: normal; }
.jp-RenderedHTML.jp-RenderedHTMLCommon tbody th { font-weight: 400; }
.jp-RenderedHTML.jp-RenderedHTMLCommon :is(.rating, caption, dt, thead th) { font-weight: 600; }
.jp-RenderedHTML.jp-RenderedHTMLCommon :is(td, th).n { text-align: right; font-variant-numeric: tabular-nums; }
.jp-RenderedHTML.jp-RenderedHTMLCommon .shape { padding-left: 1.25em; white-space: nowrap;
 background: var(--shape) no-repeat left center / .95em .95em; }
.jp-RenderedHTML.jp-RenderedHTMLCommon .ill { border-left: 5px double; padding-left: .4em; }
.jp-RenderedHTML.jp-RenderedHTMLCommon .unseen { font-style: italic; }
.jp-RenderedHTML.jp-RenderedHTMLCommon :is(.counts, .tiles) { list-style: none; padding: 0; }
.jp-RenderedHTML.jp-RenderedHTMLCommon :is(.count, .tiles .number) { font-size: 1.6em; font-weight: 600; }
.jp-RenderedHTML.jp-RenderedHTMLCommon .note { display: block; }
.jp-RenderedHTML.jp-RenderedHTMLCommon .chart img { max-width: 100%; height: auto; }
</style>
"""
"""What a piece needs where a notebook shows it by itself. A paper has its own style sheet, and is made without this."""


def beside(data: str, notebook: str) -> Path:
    """Return where the data folder of a notebook lies, which it names from its own folder: ``../data``.

    JupyterLab runs a notebook in its folder, and papermill in the working directory, which may be the one above. Where
    that holds the notebook under ``notebooks/``, the path counts from there, if it leads to a folder.

    Parameters
    ----------
    data
        The notebook's parameter.
    notebook
        Its file name.
    """
    own = Path("notebooks")
    return own / data if (own / notebook).is_file() and (own / data).is_dir() else Path(data)
