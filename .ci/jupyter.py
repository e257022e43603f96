"""JupyterLab as a learner sees it: starts it, runs the Pods chapter in Chromium, solves an exercise, looks, ends it.

Screenshots go to target/jupyter.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

import websocket  # of the course's Jupyter environment

from browser import Browser, OUT, get_json, wait
from pages import pages

ROOT = pathlib.Path(__file__).resolve().parent.parent
KUBELAB = str(ROOT / "kubelab")
ENV = dict(os.environ, KUBELAB_HOME=str(OUT / "home"))


def left():
    """What still runs of JupyterLab and its kernels."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        if str(ROOT / ".kubelab/jupyter") in words and ("serve.py" in words or "JJava" in words or "IJava" in words):
            found.append(f"{process.name}: {words[:120]}")
    return found


def cell(identity, *lines):
    return {"cell_type": "code", "id": identity, "metadata": {}, "execution_count": None, "outputs": [], "source": "\n".join(lines)}


def prepare(file):
    """The chapter, with a Service and the cluster's picture behind its first Pod."""
    notebook = json.loads(file.read_text())
    at = next(i for i, c in enumerate(notebook["cells"]) if '"restart policy  "' in "".join(c["source"]))
    notebook["cells"][at + 1:at + 1] = [
        cell("ci-service", 'start("""', "apiVersion: v1", "kind: Service", "metadata: {name: front}",
             "spec: {selector: {app: first}, ports: [{port: 80}]}", '""");', "Thread.sleep(2000);"),
        cell("ci-cluster", "show(lab.cluster());"),
        cell("ci-watch", "watch(() -> lab.pods().list(), 3);")]
    file.write_text(json.dumps(notebook))


def jupyter(browser):
    folder = OUT / "notebooks"
    log = open(OUT / "start.log", "w")
    lab = subprocess.Popen([KUBELAB, "jupyter", "start", "pods", "--no-browser", "--folder", str(folder), "--jupyter-flag",
                            "--LabApp.expose_app_in_browser=True"], env=ENV, stderr=log, stdin=subprocess.DEVNULL)
    try:
        look(browser, folder, lambda: re.search(r"JupyterLab: (\S+)", (OUT / "start.log").read_text()) or still(lab))
        print("Ctrl-C")
        lab.send_signal(signal.SIGINT)
        lab.wait(150)
        wait("its end", 10, lambda: not left())
    finally:
        if lab.poll() is None:
            lab.kill()
        print("\n".join(left()))
    return folder / "09-pods.ipynb"


def still(process):
    assert process.poll() is None, (OUT / "start.log").read_text()
    return None


def terminal(base, token):
    """JupyterLab's own: the shell finds kubelab, and kubectl would find the notebook's cluster."""
    request = urllib.request.Request(f"{base}api/terminals?token={token}", method="POST")
    name = json.load(urllib.request.urlopen(request))["name"]
    shell = websocket.create_connection(f"ws{base[len('http'):]}terminals/websocket/{name}?token={token}", timeout=30)
    shell.send(json.dumps(["stdin", "kubelab status && grep -c server: \"$KUBECONFIG\" && echo fo''und || echo miss''ing\r"]))
    said = ""
    while "found" not in said and "missing" not in said:
        kind, text = (json.loads(shell.recv()) + [""])[:2]
        said += text if kind == "stdout" else ""
    shell.close()
    assert "found" in said, said


def look(browser, folder, started):
    began = time.monotonic()
    page = wait("JupyterLab", 300, started).group(1)
    print(f"started in {time.monotonic() - began:.0f} s")
    prepare(folder / "09-pods.ipynb")
    browser.open(page)
    wait("the notebook", 90, lambda: browser.run("!!document.querySelector('.jp-Notebook .jp-Cell') && !!window.jupyterapp"))
    base, token = page.split("lab/tree")[0], page.split("token=")[1]
    wait("the kernel", 120, lambda: any(
        s["kernel"]["execution_state"] == "idle" and s["kernel"]["connections"] > 0
        for s in get_json(f"{base}api/sessions?token={token}")))
    name = get_json(f"{base}api/sessions?token={token}")[0]["kernel"]["name"]
    assert name == "kubelab", name
    print(f"kernel ready after {time.monotonic() - began:.0f} s")
    browser.run("window.panel = [...jupyterapp.shell.widgets('main')].find(w => w.content?.widgets);"
                " jupyterapp.shell.activateById(panel.id)")
    wait("the notebook in front", 30, lambda: browser.run("jupyterapp.shell.currentWidget === panel"))
    browser.run("jupyterapp.commands.execute('notebook:run-all-cells'); 0")
    # of the model: JupyterLab draws no prompt for a cell that is folded
    prompts = ("panel.content.widgets.filter(w => w.model.type === 'code')"
               ".map(w => w.model.executionCount ? `[${w.model.executionCount}]:` : '')")
    try:
        wait("all cells", 400, lambda: all(re.fullmatch(r"\[\d+\]:", p) for p in browser.run(prompts)))
    except AssertionError:
        browser.shoot("stuck.png")
        print(browser.run(prompts))
        raise
    print(f"all cells ran after {time.monotonic() - began:.0f} s")

    error = "[...document.querySelectorAll('[data-mime-type=\"application/vnd.jupyter.error\"]')].map(e => e.innerText)"
    assert browser.run(error) == [], browser.run(error)
    broken = "[...document.querySelectorAll('.jp-Notebook img')].filter(i => !i.naturalWidth).map(i => i.alt)"
    assert browser.run(broken) == [], f"pictures that are not shown: {browser.run(broken)}"
    heads = browser.run("[...document.querySelectorAll('.kubelab th')].map(t => t.innerText)")
    assert {"NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE"} <= set(heads), heads
    picture = browser.run("document.querySelector('.kubelab svg[role=img]').textContent")
    for word in ("server", "first", "front", "Running", "1/1"):
        assert word in picture, f"{word} is not in the cluster's picture: {picture}"
    assert browser.run("document.querySelector('.kubelab svg[role=img]').querySelectorAll('path').length") == 1, "no line from the Service to its Pod"
    assert browser.run("document.querySelectorAll('.kubelab script').length") == 0
    verdicts = browser.run("[...document.querySelectorAll('.kubelab .kl-chip')].map(c => c.innerText)")
    assert verdicts.count("✔ shown") >= 7 and verdicts.count("FAIL") >= 5, verdicts
    assert "observed" in browser.run("[...document.querySelectorAll('.kubelab dt')].map(d => d.innerText)")

    solution = (ROOT / "solutions/src/main/java/kubelab/labs/pods/TwoContainers.java").read_text()
    solution = re.sub(r"(?m)^package .*\n", "", solution)
    browser.run("""(async text => {
      const notebook = panel.content;
      const at = notebook.widgets.findIndex(w => w.model.id === 'ex-pods-1');
      notebook.widgets[at].model.sharedModel.setSource(text);
      for (const i of [at, at + 1]) {
        notebook.activeCellIndex = i;
        await jupyterapp.commands.execute('notebook:run-cell');
      }
      window.solved = notebook.widgets[at + 1].node;
    })(%s)""" % json.dumps(solution))
    wait("PASS", 90, lambda: browser.run("[...window.solved.querySelectorAll('.kl-chip')].map(c => c.innerText)") == ["PASS"])
    assert browser.run("window.solved.querySelectorAll('.kl-list > li').length") >= 5
    assert browser.run(error) == []
    noise = browser.run("[...document.querySelectorAll('[data-mime-type=\"application/vnd.jupyter.stderr\"]')].map(e => e.innerText)")
    assert noise == [], f"a learner sees what libraries say to themselves: {noise}"
    print(f"pods-1 solved after {time.monotonic() - began:.0f} s")

    terminal(base, token)

    for theme in ("Light", "Dark"):
        browser.dark(theme == "Dark")  # the theme is the system's
        wait(theme, 30, lambda: browser.run("document.body.dataset.jpThemeName") == f"JupyterLab {theme}")
        time.sleep(1)
        browser.readable(".jp-OutputArea .kubelab", f"JupyterLab {theme}")
        browser.size(1300, 1800)
        for part, where in (("verdict", "window.solved"), ("cluster", "document.querySelector('.kubelab svg[role=img]')"),
                            ("feedback", "document.querySelector('.kl-chip.kl-bad')"), ("text", "document.querySelector('.jp-Cell')")):
            browser.run(f"{where}.scrollIntoView({{block: 'center'}})")
            time.sleep(0.7)
            browser.shoot(f"lab-{theme.lower()}-{part}.png")
    browser.run("jupyterapp.commands.execute('docmanager:save')")
    browser.only_local("JupyterLab")
    browser.open("about:blank")


def main():
    # A shell starts what runs in the background with SIGINT ignored, and every child inherits that: Ctrl-C would not be heard.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    what = [word for word in sys.argv[2:] if word != "--all"]
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    browser = Browser(sys.argv[1])
    try:
        if "pages" not in what:
            saved = jupyter(browser)
            graded = subprocess.run([KUBELAB, "check", "pods-1", "--answers", str(saved), "--format", "html"],
                                    env=ENV, capture_output=True, text=True)
            assert graded.returncode == 0, graded.stdout + graded.stderr
            print("a saved notebook is graded")
        if "lab" not in what:
            pages(browser, KUBELAB, ENV)
    finally:
        browser.close()
        subprocess.run([KUBELAB, "down"], env=ENV)
    print("1 passed, 0 failed")


main()
