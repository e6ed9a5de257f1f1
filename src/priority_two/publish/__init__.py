"""From a notebook that has run to papers that people read: kernels, HTML, PDF.

``native`` knows the libraries that PDF needs from the operating system. It uses the standard library alone,
because set-up asks it before anything else is installed.
"""
