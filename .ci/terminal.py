"""Runs commands of the launcher in a terminal of its own; called by .ci/terminal."""

import fcntl
import os
import pty
import re
import struct
import sys
import termios

COMMANDS = [["list"], ["explain", "pods-1"], ["hint", "pods-1", "1"], ["--help"], ["check", "--help"]]
LOCALES = [{"LANG": "C"}, {"LC_ALL": "C"}, {"LANG": "de_DE.UTF-8"}, {"LANG": "C.UTF-8"}]
COMMAND = re.compile(r"\s*(see |help |\./kubelab|kubectl |eval |export |https?:|→|->)")


def shown(columns, locale, arguments):
    child, terminal = pty.fork()
    if child == 0:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
        os.execve("./kubelab", ["./kubelab", *arguments], {**kept, **locale, "KUBELAB_HOME": os.path.abspath(".home")})
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    text = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        text += piece
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), re.sub(r"\x1b\[[0-9;]*[mK]", "", text.decode("utf-8", "replace"))


failed = 0
for locale in LOCALES:
    ascii_only = "C" in locale.values()
    for columns in (60, 80, 120):
        for arguments in COMMANDS:
            code, text = shown(columns, locale, arguments)
            lines = [line.rstrip() for line in text.replace("\r", "\n").split("\n")]
            wide = [
                line
                for line in lines
                if len(line) > columns
                and not COMMAND.match(line)
                and max(len(word) for word in line.split()) + 8 <= columns  # a path stays whole
            ]
            strange = [line for line in lines if "\ufffd" in line or "??" in line or line.startswith("Error:")]
            foreign = [line for line in lines if ascii_only and not line.isascii()]
            if code or wide or strange or foreign:
                failed += 1
                print(f"FAILED {locale} {columns} {arguments}: exit code {code}", wide, strange, foreign, sep="\n  ")
print(f"terminal: {len(LOCALES) * 3 * len(COMMANDS)} runs, {failed} failed")
sys.exit(1 if failed else 0)
