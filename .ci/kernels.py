"""Runs a notebook of pitfalls under each kernel; called by .ci/kernels."""

import sys

import nbclient
import nbformat

# cell, what its outputs must have
CELLS = [
    ('var kept = new ArrayList<String>(List.of("kept"));', None),
    ("import java.util.concurrent.atomic.*;\nimport java.nio.file.*;", None),
    ("int g() { return 1; }\nclass Foo { int i; }", None),
    ("var m = List.of(g()); int v = g(); var foo = new Foo();", None),
    ("int g() { return 2; }", None),
    ("class Foo { int j; }", "the variable foo is gone, because this cell changes Foo"),
    ('kept + " " + m + " " + v + " " + g()', "[kept] [1] 1 2"),
    ("void test(Object o) { System.out.println(obj); }", None),
    ('test("x");', "cannot be used until this is declared: variable obj"),
]


def outputs(cell):
    for output in cell.outputs:
        yield output.get("text") or output.get("data", {}).get("text/plain") or "\n".join(output.get("traceback", []))


failed = 0
for kernel in sys.argv[1:] or ["kubelab", "kubelab-ijava"]:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source, _ in CELLS])
    nbclient.NotebookClient(
        notebook, kernel_name=kernel, timeout=120, startup_timeout=120, allow_errors=True
    ).execute()
    for cell, (source, wanted) in zip(notebook.cells, CELLS):
        seen = "\n".join(outputs(cell))
        if (wanted or "") not in seen or (wanted is None and seen):
            print(f"FAILED {kernel}: {source!r}\n  wanted: {wanted}\n  seen: {seen}")
            failed += 1
    print(f"{kernel}: {len(CELLS)} cells")
sys.exit(1 if failed else 0)
