"""Runs notebooks by nbclient with an installed kernel; fails at the first cell that fails.

usage: notebooks.py KERNEL SECONDS_PER_CELL NOTEBOOK...
"""
import collections
import os
import sys
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError


def run(path, kernel, limit):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    start = time.monotonic()
    client = NotebookClient(
        notebook,
        kernel_name=kernel,
        timeout=limit,
        resources={"metadata": {"path": os.path.dirname(path) or "."}},
    )
    client.execute()
    seconds = time.monotonic() - start
    nbformat.validate(notebook)
    cells = [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]
    unnumbered = [c.id for c in cells if c.execution_count is None]
    assert not unnumbered, f"{path}: cells without a number: {unnumbered}"
    for cell in cells:
        errors = [output.ename for output in cell.outputs if output.output_type == "error"]
        meant = "raises-exception" in cell.metadata.get("tags", [])
        assert len(errors) == meant, f"{path}: {cell.id} {'is' if meant else 'is not'} meant to fail: {errors}"
    types = collections.Counter()
    for cell in cells:
        for output in cell.outputs:
            types.update(output.get("data", {output.output_type: None}).keys())
            if "data" in output:
                assert "text/plain" in output.data, f"{path}: {cell.id} shows no text/plain"
    language = notebook.metadata.language_info
    assert language.name == "java" and language.file_extension, language
    print(f"{path}: {len(cells)} cells in {seconds:.1f} s; {dict(types)}", flush=True)


def main():
    kernel, limit, *paths = sys.argv[1:]
    assert paths, "no notebook was named"
    for path in paths:
        try:
            run(path, kernel, int(limit))
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as failure:
            sys.exit(f"{path}: {type(failure).__name__}\n{failure}")


main()
