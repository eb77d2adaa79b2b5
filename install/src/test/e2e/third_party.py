"""Runs notebooks that third parties wrote for IJava and published with their outputs, and compares.

usage: third_party.py FOLDER
FOLDER holds clones of the repositories that third-party.json names, as FOLDER/NAME or FOLDER/OWNER+NAME. None of their
text is kept here: a notebook is named by its repository, its path and the id of its git blob, which is checked. Lazuli
must be installed under the notebooks' kernel name (./lazuli install --as java). A cell that was never run when the
notebook was published is run and not compared. What a comparison leaves out stands in outputs.py; cells that are
expected to differ are listed in third-party.json with the reason, and their number is printed.

Status 0: every notebook that is here gave what was recorded; what is missing was named. Status 1: a difference, or none
was here.
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile

import nbformat
from nbclient import NotebookClient

from outputs import recorded_and_given

HERE = os.path.dirname(os.path.abspath(__file__))


def git_folder(folder, repository):
    """The git directory of a clone, bare or not; None when there is none."""
    owner, name = repository.split("/")
    for clone in (f"{owner}+{name}", name):
        for inner in ("", ".git", "repo", "repo/.git"):
            place = os.path.join(folder, clone, inner)
            if os.path.isfile(os.path.join(place, "HEAD")):
                return place
    return None


def blob(git, name):
    """The bytes of a blob, checked against its name; None when the clone has no such blob."""
    done = subprocess.run(["git", "--git-dir", git, "cat-file", "blob", name], capture_output=True)
    if done.returncode:
        return None
    found = hashlib.sha1(b"blob %d\0" % len(done.stdout) + done.stdout).hexdigest()
    assert found == name, f"git gave blob {found} for {name}"
    return done.stdout


def run(text, kernel, first):
    notebook = nbformat.reads(text, as_version=4)
    if first:
        notebook.cells.insert(0, nbformat.v4.new_code_cell(first))
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            kernel_name=kernel,
            timeout=120,
            interrupt_on_timeout=True,
            allow_errors=True,
            resources={"metadata": {"path": folder}},
        )
        client.execute()
    return notebook.cells[1:] if first else notebook.cells


def compare(entry, content):
    """The cells of a notebook: how many were compared, how many differ as listed, and the first that should not."""
    text = content.decode()
    recorded = nbformat.reads(text, as_version=4)
    kernel = recorded.metadata.kernelspec.name
    assert kernel == entry["kernel"], f"the notebook names the kernel {kernel}"
    differs = entry.get("differs", {})
    compared = expected = 0
    for i, (before, after) in enumerate(zip(recorded.cells, run(text, kernel, entry.get("first")))):
        never_run = before.get("execution_count") is None and not before.get("outputs")
        if before.cell_type != "code" or not before.source.strip() or never_run:
            continue
        was, given = recorded_and_given(before, after, kernel)
        if was == given:
            compared += 1
        elif str(i) in differs:
            expected += 1
        else:
            return compared, expected, f"cell {i}: {before.source}\nrecorded: {was}\nhere:     {given}"
    return compared, expected, None


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(os.path.join(HERE, "third-party.json"), encoding="utf-8") as file:
        manifest = json.load(file)
    counts = {"ran": 0, "cells": 0, "differ": 0, "failed": 0, "missing": 0}
    for entry in manifest["notebooks"]:
        repository, path = entry["repository"], entry["path"]
        git = git_folder(sys.argv[1], repository)
        content = git and blob(git, entry["blob"])
        if not content:
            counts["missing"] += 1
            print(
                f"SKIPPED {repository} {path}: no blob {entry['blob']} in {sys.argv[1]};"
                f" git clone https://github.com/{repository} {os.path.join(sys.argv[1], repository.replace('/', '+'))}"
                f" (commit {manifest['commits'][repository]} has it)"
            )
            continue
        compared, differ, failure = compare(entry, content)
        counts["ran"] += 1
        counts["cells"] += compared
        counts["differ"] += differ
        if failure:
            counts["failed"] += 1
            print(f"FAILED {repository} {path}: {failure}", flush=True)
        else:
            print(f"{repository} {path}: {compared} cells as recorded, {differ} differ as listed", flush=True)
    print(
        f"{counts['ran']} notebooks of third parties ran, {counts['cells']} cells gave what was recorded,"
        f" {counts['differ']} differ as listed; {counts['failed']} notebooks failed, {counts['missing']} were not here"
    )
    sys.exit(1 if counts["failed"] or not counts["ran"] else 0)


main()
