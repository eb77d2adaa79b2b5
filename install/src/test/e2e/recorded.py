"""Runs notebooks by nbclient and compares their outputs with those that other kernels gave.

usage: recorded.py NOTEBOOK...
The kernel is the one that each notebook names (java or jjava); install Lazuli under both names first. What is not
compared is listed in the README beside the notebooks.
"""
import os
import sys

import nbformat
from nbclient import NotebookClient

from outputs import recorded_and_given


def compare(path):
    recorded = nbformat.read(path, as_version=4)
    run = nbformat.read(path, as_version=4)
    folder = os.path.dirname(os.path.abspath(path))
    name = run.metadata.kernelspec.name
    client = NotebookClient(
        run, kernel_name=name, timeout=240, allow_errors=True, resources={"metadata": {"path": folder}}
    )
    client.execute()
    for before, after in zip(recorded.cells, run.cells):
        if before.cell_type == "code":
            expected, given = recorded_and_given(before, after, name)
            if expected != given:
                sys.exit(f"{path}: {before.source}\nrecorded: {expected}\nhere:     {given}")
    print(f"{path}: {len(run.cells)} cells as recorded under {recorded.metadata.recorded_with}", flush=True)


def main():
    assert len(sys.argv) > 1, "no notebook was named"
    for path in sys.argv[1:]:
        compare(path)


main()
