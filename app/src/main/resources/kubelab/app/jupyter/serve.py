"""Runs JupyterLab until the program that started it ends, however that ends: its end of the pipe closes then."""
import os
import signal
import sys
import threading


if hasattr(os, "setsid"):
    # Ctrl-C is for the program alone, which then closes the pipe; Jupyter would ask whether it is meant.
    os.setsid()
parent = os.dup(0)
nothing = os.open(os.devnull, os.O_RDONLY)


def wait():
    while os.read(parent, 1024):
        pass
    # Jupyter ends its kernels on this signal, without asking.
    os.kill(os.getpid(), signal.SIGTERM)


os.dup2(nothing, 0)
threading.Thread(target=wait, daemon=True).start()
sys.argv[0] = "jupyter-lab"

from jupyterlab.labapp import main  # noqa: E402

main()
