"""nbconvert runs a notebook and makes a page: usage: nbconvert.py KERNEL NOTEBOOK"""
import os
import re
import subprocess
import sys
import tempfile

kernel, notebook = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    subprocess.run(
        ["/usr/bin/jupyter", "nbconvert", "--to", "html", "--execute", notebook, "--output-dir", folder,
         "--output", "page", f"--ExecutePreprocessor.kernel_name={kernel}", "--ExecutePreprocessor.timeout=240"],
        check=True)
    with open(os.path.join(folder, "page.html"), encoding="utf-8") as file:
        page = file.read()
outputs = re.findall(r'<div class="jp-OutputArea jp-Cell-outputArea">.*?(?=<div class="jp-Cell-inputWrapper"|\Z)',
                     page, re.S)
shown = "".join(outputs)
assert outputs, "the page has no outputs"
assert "<table" in shown, "no table in the outputs"
assert re.search(r'<img[^>]*src="data:image/png;base64,[A-Za-z0-9+/=\s]{200}', shown), "no picture in the outputs"
assert "jp-RenderedText" in shown, "no text in the outputs"
assert 'data-mime-type="application/vnd.jupyter.stderr"' not in shown or "Exception" not in shown, "an error is shown"
print(f"nbconvert: {len(outputs)} cells with outputs, {shown.count('<table')} tables,"
      f" {len(re.findall('<img', shown))} pictures")
