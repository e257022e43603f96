"""Chromium, driven by its DevTools protocol, and what a page must be like to be read."""
import base64
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request

import websocket  # of the course's Jupyter environment

OUT = pathlib.Path(__file__).resolve().parent.parent / "target/jupyter"

# Every text inside of an element against what is behind it; SVG shapes are faint and do not count.
CONTRAST = """
(selector => {
  const parse = c => { const p = c.match(/[\\d.]+/g).map(Number); return p.length < 4 ? [...p, 1] : p };
  const over = (t, b) => [0, 1, 2].map(i => t[i] * t[3] + b[i] * (1 - t[3])).concat(1);
  const light = c => { const [r, g, b] = c.map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b };
  const behind = e => { const stack = []; for (; e; e = e.parentElement) stack.push(parse(getComputedStyle(e).backgroundColor));
    const dark = getComputedStyle(document.documentElement).colorScheme.includes('dark') && matchMedia('(prefers-color-scheme: dark)').matches;
    return stack.reverse().reduce((b, c) => over(c, b), dark ? [18, 18, 18, 1] : [255, 255, 255, 1]) };
  let worst = [99, ''], n = 0;
  const low = {};
  for (const root of document.querySelectorAll(selector)) {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let t = walk.nextNode(); t; t = walk.nextNode()) {
      const e = t.parentElement;
      if (!t.data.trim() || !e || e.closest('style,script,title') || !e.getClientRects().length) continue;
      const back = behind(e), style = getComputedStyle(e);
      const fore = over(parse(e.closest('svg') ? style.fill : style.color), back);
      const [a, b] = [light(fore), light(back)].sort((x, y) => y - x);
      const ratio = (a + .05) / (b + .05);
      n++;
      const where = t.data.trim().slice(0, 40) + ' in <' + e.tagName + ' class=' + e.getAttribute('class') + '>';
      if (ratio < worst[0]) worst = [ratio, where];
      if (ratio < 4.5) low[e.tagName + e.className + style.color] = ratio.toFixed(2) + ' of ' + where;
    }
  }
  return JSON.stringify([n, ...worst, Object.values(low)]);
})
"""
KEYS = {"ArrowRight": 39, "ArrowLeft": 37, "ArrowDown": 40, "ArrowUp": 38, "Home": 36, "End": 35}


class Browser:
    """Chromium by its DevTools protocol."""

    def __init__(self, program):
        self.profile = tempfile.mkdtemp(prefix="kubelab-chromium-")
        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--remote-debugging-port=0", "--remote-allow-origins=*",
             "--user-data-dir=" + self.profile, "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        port = wait("Chromium", 60, lambda: self.port())
        page = wait("its page", 30, lambda: [t for t in get_json(f"http://127.0.0.1:{port}/json") if t["type"] == "page"])[0]
        self.socket = websocket.create_connection(page["webSocketDebuggerUrl"], timeout=120)
        self.number = 0
        self.requests = []
        self.errors = []
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(domain + ".enable")
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)
        self.size(1300, 1000)

    def port(self):
        file = pathlib.Path(self.profile, "DevToolsActivePort")
        return file.read_text().split()[0] if file.exists() and file.read_text().strip() else None

    def call(self, method, **parameters):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv())
            self.hear(message.get("method"), message.get("params"))
            if message.get("id") == self.number:
                assert "error" not in message, f"{method}: {message}"
                return message["result"]

    def hear(self, event, what):
        if event == "Network.requestWillBeSent":
            self.requests.append(what["request"]["url"])
        elif event == "Runtime.exceptionThrown":
            self.errors.append(what["exceptionDetails"].get("exception", {}).get("description") or str(what["exceptionDetails"]))
        elif event == "Runtime.consoleAPICalled" and what["type"] in ("error", "assert"):
            self.errors.append(" ".join(str(a.get("value", a.get("description"))) for a in what["args"]))
        elif event == "Log.entryAdded" and what["entry"]["level"] == "error":
            self.errors.append(what["entry"]["text"] + " " + what["entry"].get("url", ""))

    def run(self, script):
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, f"{script[:200]}: {result}"
        return result["result"].get("value")

    def open(self, url):
        self.call("Page.navigate", url=url)

    def key(self, name):
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=KEYS[name])

    def size(self, width, height, mobile=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)

    def dark(self, dark):
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def shoot(self, name):
        picture = self.call("Page.captureScreenshot", format="png")["data"]
        (OUT / name).write_bytes(base64.b64decode(picture))

    def readable(self, selector, what, quiet=False):
        count, worst, where, low = json.loads(self.run(CONTRAST + f"({json.dumps(selector)})"))
        if not quiet:
            print(f"  {what}: {count} texts, the lowest contrast is {worst:.1f} ({where})")
        assert count > 0, f"{what}: nothing to read"
        assert not low, f"{what}: contrast below 4.5: " + "; ".join(low[:12])

    def only_local(self, what):
        far = [u for u in self.requests if not re.match(r"(https?|wss?)://(127\.0\.0\.1|localhost)[:/]|(data|blob|file|about):", u)]
        assert not far, f"{what} asks for {far[:5]}"
        self.requests.clear()

    def close(self):
        self.socket.close()
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


def get_json(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)
    except OSError:
        return []


def wait(what, seconds, look):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.5)
    raise AssertionError(f"{what}: not within {seconds} s")
