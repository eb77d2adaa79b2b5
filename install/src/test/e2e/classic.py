"""Classic Notebook in headless Chromium, driven over WebDriver: usage: classic.py KERNEL NOTEBOOK...

Opens each notebook on the kernel, runs all its cells, looks at what the page shows; then stops a
loop with the Stop button and runs another cell.
"""
import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

kernel, *notebooks = sys.argv[1:]
work = tempfile.mkdtemp(prefix="classic-")
for notebook in notebooks:
    shutil.copy(notebook, work)
with open(os.path.join(work, "stop.ipynb"), "w") as file:
    code = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    json.dump({"cells": [code | {"source": 'System.out.println("on"); while (true) {}'},
                         code | {"source": "int after = 20 + 1;\nafter * 2"}],
               "metadata": {"kernelspec": {"name": kernel, "display_name": "Java", "language": "java"}},
               "nbformat": 4, "nbformat_minor": 2}, file)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def call(method, url, data=None, limit=300):
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(url, method=method, data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=limit) as answer:
        return json.load(answer)


def wait_for(what, body, limit=180):
    end = time.monotonic() + limit
    while True:
        try:
            value = body()
        except (urllib.error.URLError, ConnectionError):
            value = None
        if value:
            return value
        if time.monotonic() > end:
            raise SystemExit(f"classic: {what} did not happen within {limit} s")
        time.sleep(0.1)


server_port, driver_port, token = free_port(), free_port(), "token" + os.urandom(8).hex()
server = subprocess.Popen(
    ["/usr/bin/jupyter", "notebook", "--allow-root", "--no-browser", "--ip=127.0.0.1", f"--port={server_port}",
     "--NotebookApp.port_retries=0", f"--NotebookApp.token={token}", f"--notebook-dir={work}"],
    stdout=subprocess.DEVNULL, stderr=open(os.path.join(work, "server.log"), "w"))
driver = subprocess.Popen(["/usr/bin/chromedriver", f"--port={driver_port}"], stdout=subprocess.DEVNULL)
base, session = f"http://127.0.0.1:{driver_port}", None
try:
    wait_for("the server", lambda: call("GET", f"http://127.0.0.1:{server_port}/api?token={token}", limit=5))
    wait_for("the driver", lambda: call("GET", base + "/status", limit=5)["value"]["ready"])
    options = {"binary": "/usr/bin/chromium",
               "args": ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                        "--disable-background-networking", "--disable-component-update", "--disable-sync",
                        "--disable-dev-shm-usage", "--user-data-dir=" + os.path.join(work, "profile"),
                        "--window-size=1200,1500"]}
    session = base + "/session/" + call("POST", base + "/session", {"capabilities": {"alwaysMatch": {
        "browserName": "chrome", "goog:chromeOptions": options}}})["value"]["sessionId"]

    def js(script):
        return call("POST", session + "/execute/sync", {"script": script, "args": []})["value"]

    def open_notebook(name):
        call("POST", session + "/url", {"url": f"http://127.0.0.1:{server_port}/notebooks/{name}?token={token}"})
        wait_for(f"{name}: the kernel", lambda: js(
            "return !!(window.Jupyter && Jupyter.notebook && Jupyter.notebook.kernel"
            " && Jupyter.notebook.kernel.is_connected() && Jupyter.notebook._fully_loaded)"))
        assert js("return Jupyter.notebook.kernel.name") == kernel, js("return Jupyter.notebook.kernel.name")

    def all_ran():
        return js("return !Jupyter.notebook.kernel_busy && Jupyter.notebook.get_cells().filter(c => c.cell_type"
                  " === 'code' && c.get_text().trim()).every(c => typeof c.input_prompt_number === 'number')")

    def leave():
        js("Jupyter.notebook.set_dirty(false); Jupyter.notebook.session.delete(); return 1")
        js("window.onbeforeunload = null; return 1")

    for notebook in notebooks:
        name, start = os.path.basename(notebook), time.monotonic()
        open_notebook(name)
        js("Jupyter.notebook.execute_all_cells(); return 1")
        wait_for(f"{name}: the last cell", all_ran)
        errors = js("return Jupyter.notebook.get_cells().map((c, i) => [i, ((c.output_area || {}).outputs || [])"
                    ".filter(o => o.output_type === 'error').map(o => o.ename + ': ' + o.evalue)])"
                    ".filter(([i, errors]) => errors.length)")
        with open(notebook) as file:
            meant = [i for i, cell in enumerate(json.load(file)["cells"])
                     if "raises-exception" in cell["metadata"].get("tags", [])]
        assert [i for i, _ in errors] == meant and all(len(each) == 1 for _, each in errors), \
            f"{name}: cells {meant} are meant to fail, these did: {errors}"
        tables, pictures = js("return [document.querySelectorAll('.output table').length,"
                              " document.querySelectorAll('.output img').length]")
        if name.startswith("quickstart"):
            assert tables > 0, f"{name}: no table is shown"
            assert pictures > 0, f"{name}: no picture is shown"
        print(f"classic: {name}: all cells ran, {len(meant)} failed as they should, {tables} tables, {pictures} pictures,"
              f" {time.monotonic() - start:.1f} s")
        leave()

    open_notebook("stop.ipynb")
    js("Jupyter.notebook.get_cell(0).execute(); return 1")
    wait_for("the loop's output", lambda: js(
        "return Jupyter.notebook.get_cell(0).output_area.element.text().includes('on')"))
    js("document.querySelector('button[data-jupyter-action=\"jupyter-notebook:interrupt-kernel\"]').click(); return 1")
    wait_for("idle after the Stop button", lambda: js("return !Jupyter.notebook.kernel_busy"), limit=30)
    js("Jupyter.notebook.get_cell(1).execute(); return 1")
    wait_for("the cell after it", lambda: js(
        "return Jupyter.notebook.get_cell(1).output_area.element.text().includes('42')"), limit=30)
    print("classic: the Stop button ends a loop, the next cell runs")
    leave()
except BaseException:
    if session:
        picture = os.path.join(tempfile.gettempdir(), "classic-failure.png")
        with open(picture, "wb") as file:
            file.write(base64.b64decode(call("GET", session + "/screenshot")["value"]))
        print("classic: a picture of the page is in", picture)
    print(open(os.path.join(work, "server.log")).read()[-3000:])
    raise
finally:
    if session:
        call("DELETE", session)
    server.terminate()
    driver.terminate()
    server.wait()
    driver.wait()
    shutil.rmtree(work, ignore_errors=True)
print("classic Notebook: passed")
