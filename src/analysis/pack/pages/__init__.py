"""Pages: an executed notebook as one page, the index with what matters first, and the exporter of JupyterLab."""
