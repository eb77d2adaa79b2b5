"""Runs notebooks by nbclient and compares their outputs with those that other kernels gave.

usage: recorded.py NOTEBOOK...
The kernel is the one that each notebook names (java or jjava); install Lazuli under both names first. What is not
compared is listed in the README beside the notebooks.
"""
import os
import re
import sys

import nbformat
from nbclient import NotebookClient


def normal(text):
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>", text)
    text = re.sub(r"\d+(\.\d+)?(e[+-]?\d+)? (ns|us|ms|s)\b", "<time>", text)
    return re.sub(r"@[0-9a-f]{5,8}\b", "@<hash>", text)


def lines(outputs, drop_result):
    whole = []
    for output in outputs:
        kind = output.output_type
        if kind == "stream":
            text = normal(output.text)
            if output.name == "stderr":
                text = re.sub(r"(?m)^.*(deprecated|Detected Ivy|Warning: ).*\n?", "", text)
            if text and whole and whole[-1][0] == output.name:
                whole[-1] = (output.name, whole[-1][1] + text)
            elif text:
                whole.append((output.name, text))
        elif kind == "error":
            whole.append(("error", ""))
        else:
            data = {mime: normal(str(value)).rstrip() for mime, value in output.data.items()}
            plain = data.get("text/plain", "")
            only_an_id = kind == "execute_result" and plain == "<id>"
            progress = re.match(r"%%?(maven|loadFromPOM)  ", plain)
            if not (only_an_id or progress or drop_result and kind == "execute_result"):
                whole.append((kind, data))
    return whole


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
        if before.cell_type != "code":
            continue
        source = before.source.strip()
        magic = source.startswith("%%") or source.splitlines()[-1].startswith("%")
        paths = re.match(r'%(jars|classpath) |lineMagic\("classpath', source)
        expected = lines(before.outputs, False)
        drop = (magic if name == "java" else paths) and all(k != "execute_result" for k, _ in expected)
        given = lines(after.outputs, drop)
        if expected != given:
            sys.exit(f"{path}: {source}\nrecorded: {expected}\nhere:     {given}")
    print(f"{path}: {len(run.cells)} cells as recorded under {recorded.metadata.recorded_with}", flush=True)


def main():
    assert len(sys.argv) > 1, "no notebook was named"
    for path in sys.argv[1:]:
        compare(path)


main()
