"""The pages that are made without Jupyter: handbook, slides, reports. In light and dark, on a desk and on a phone."""
import os
import subprocess
import time

from browser import OUT, wait

HEADINGS = """
[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].filter(h => h.getClientRects().length)
  .map(h => [+h.tagName[1], h.textContent.trim().slice(0, 50)])
"""
# Links inside of the page, and to files beside it; what is elsewhere is not ours to keep.
BROKEN = """
[...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href')).filter(h => h.startsWith('#') && h.length > 1
  && !document.getElementById(decodeURIComponent(h.slice(1))) && !h.startsWith('#/'))
  .concat([...document.images].filter(i => i.complete && !i.naturalWidth).map(i => 'image ' + i.src.slice(0, 80)))
"""
FILES = "[...document.querySelectorAll('a[href]')].filter(a => a.protocol === 'file:').map(a => decodeURIComponent(a.pathname))"
# What sticks out of the page, unless something around it scrolls by itself.
WIDE = """
(() => {
  const scrolls = e => { for (let p = e; p && p !== document.body; p = p.parentElement)
    if (p.closest('svg') === null && ['auto', 'scroll', 'hidden'].includes(getComputedStyle(p).overflowX)) return true; return false };
  const all = document.documentElement.scrollWidth;
  return all <= WIDTH ? [] : [all + ' px'].concat([...document.body.querySelectorAll('*')]
    .filter(e => e.getBoundingClientRect().right > WIDTH + 1 && !scrolls(e)).slice(0, 6)
    .map(e => e.tagName + ' class=' + e.getAttribute('class') + ' ' + e.textContent.trim().slice(0, 40)));
})()
"""


# Code that is cut at its box's edge, on a page that does not let it scroll into view by itself.
CLIPPED = """
[...document.querySelectorAll('pre')].filter(p => p.getClientRects().length && p.scrollWidth > p.clientWidth + 1)
  .map(p => p.textContent.trim().slice(0, 60))
"""
# The smallest text of each picture, in pixels of the screen.
PICTURES = """
[...document.querySelectorAll('ROOT svg[role=img]')].filter(s => s.getClientRects().length).map(s => {
  const k = s.getScreenCTM().a, text = [...s.querySelectorAll('text,tspan')];
  return [Math.min(...text.map(t => parseFloat(getComputedStyle(t).fontSize) * k)), s.getAttribute('aria-label')];
}).filter(p => p[0] < LEAST).map(p => p[0].toFixed(1) + ' px in ' + p[1])
"""
# What is below the slide's lower edge.
LOW = """
(() => {
  const edge = document.querySelector('.reveal .slides').getBoundingClientRect().bottom + 2;
  return [...Reveal.getCurrentSlide().querySelectorAll('*')].filter(e => !e.closest('svg *, aside.notes'))
    .filter(e => e.getClientRects().length && e.getBoundingClientRect().bottom > edge)
    .map(e => e.tagName + ' ' + e.textContent.trim().slice(0, 40)).slice(0, 3);
})()
"""
# Folded parts that would be missing on paper.
FOLDED = """
[...document.querySelectorAll('details > :not(summary)')].filter(e => !e.getClientRects().length && e.textContent.trim())
  .map(e => e.parentElement.firstElementChild.textContent.trim())
"""


def pages(browser, kubelab, env):
    subprocess.run([kubelab, "handbook"], env=dict(env, DISPLAY="", WAYLAND_DISPLAY=""), check=True)
    subprocess.run([kubelab, "course", "pods", "--report", str(OUT / "course.html")], env=env, check=True,
                   stdout=subprocess.DEVNULL)
    wrong = subprocess.run([kubelab, "check", "pods-1", "pods-2", "--format", "html", "--out", str(OUT / "report.html")],
                           env=env, capture_output=True, text=True)
    assert wrong.returncode == 4, wrong.stderr  # nothing is begun
    handbook = OUT.parent.parent / ".kubelab/handbook"
    chapters = sorted(f for f in handbook.glob("*.html") if f.name not in ("handbook.html", "slides.html"))
    assert len(chapters) >= 5 and handbook / "index.html" in chapters, chapters
    for file in chapters + [OUT / "course.html", OUT / "report.html"]:
        for dark in (False, True):
            for width in (1280, 390):
                page(browser, file, dark, width)
    page(browser, handbook / "handbook.html", False, 1280)
    paper(browser, handbook / "handbook.html")
    assert ">not begun<" in (OUT / "course.html").read_text()
    for dark in (False, True):
        slides(browser, handbook / "slides.html", dark, 1300)
    scrolled(browser, handbook / "slides.html")
    browser.dark(False)
    browser.size(1300, 1000)


def show(browser, file, dark, width, height):
    browser.dark(dark)
    browser.size(width, height, mobile=width < 600)
    browser.requests.clear()
    browser.errors.clear()
    browser.open("about:blank")
    browser.open(file.as_uri())
    wait(file.name, 30, lambda: browser.run("document.readyState === 'complete' && location.protocol === 'file:'"))
    browser.run("[...document.images].forEach(i => i.loading = 'eager')")
    wait("its images", 30, lambda: browser.run("[...document.images].every(i => i.complete)"))


def page(browser, file, dark, width):
    what = f"{file.name}, {'dark' if dark else 'light'}, {width} px"
    show(browser, file, dark, width, 1600)
    browser.run("[...document.querySelectorAll('details')].forEach(d => d.open = true)")
    time.sleep(0.5)
    picture = file.name.split(".")[0] + f"-{'dark' if dark else 'light'}-{width}"
    browser.shoot(f"{picture}.png")
    browser.run("document.documentElement.style.scrollBehavior = 'auto'; window.scrollTo(0, document.body.scrollHeight * .38)")
    time.sleep(0.2)
    browser.shoot(f"{picture}-middle.png")
    check(browser, what, width)
    last = 0
    for level, text in browser.run(HEADINGS):
        assert level <= last + 1, f"{what}: heading h{level} \"{text}\" after h{last}"
        last = level
    for linked in browser.run(FILES):
        assert os.path.exists(linked), f"{what}: no file {linked}"
    browser.readable("body", what)


def paper(browser, file):
    """In print everything is unfolded, on pages with numbers."""
    show(browser, file, False, 1280, 1600)
    browser.call("Emulation.setEmulatedMedia", media="print")
    folded = browser.run(FOLDED)
    browser.call("Emulation.setEmulatedMedia", media="")
    assert folded == [], f"{file.name} in print: folded {folded[:5]}"


def check(browser, what, width, least=10):
    broken = browser.run(BROKEN)
    assert broken == [], f"{what}: broken {broken}"
    wide = browser.run(WIDE.replace("WIDTH", str(width)))
    assert wide == [], f"{what} scrolls sideways: {wide}"
    clipped = browser.run(CLIPPED)
    assert clipped == [], f"{what}: code is cut: {clipped[:5]}"
    small = browser.run(PICTURES.replace("ROOT", "").replace("LEAST", str(least)))
    assert small == [], f"{what}: too small to read: {small}"
    assert browser.errors == [], f"{what}: {browser.errors}"
    browser.only_local(what)


def slides(browser, file, dark, width):
    """Through all of them by keys: right to the next chapter, down inside of one. Each must fit."""
    what = f"{file.name}, {'dark' if dark else 'light'}, {width} px"
    show(browser, file, dark, width, 731)
    wait("reveal.js", 30, lambda: browser.run("window.Reveal && Reveal.isReady()"))
    total, seen, steps = browser.run("Reveal.getTotalSlides()"), set(), 0
    while True:
        place = browser.run("JSON.stringify(Reveal.getIndices())")
        title = browser.run("(Reveal.getCurrentSlide().querySelector('h1,h2,h3') || {textContent: '?'}).textContent")
        tall = browser.run("(s => [s.scrollHeight, s.scrollWidth])(Reveal.getCurrentSlide())")
        assert tall[0] <= 722 and tall[1] <= 1282, f"{what}: the slide \"{title}\" is {tall} px, more than 1280 × 720"
        low = browser.run(LOW)
        assert low == [], f"{what}: the slide \"{title}\" does not end on it: {low}"
        small = browser.run(PICTURES.replace("ROOT", ".reveal .slides section.present").replace("LEAST", "14.5"))
        assert small == [], f"{what}: the slide \"{title}\" is too small for a room: {small}"
        browser.readable(".reveal .slides section.present:not(.stack)", f"{what}, slide {len(seen) + 1}", quiet=True)
        if not dark or steps < 6:
            browser.shoot(f"slides-{'dark' if dark else 'light'}-{width}-{steps:02d}.png")
        seen.add(browser.run("(i => i.h + '/' + i.v)(Reveal.getIndices())"))  # a step inside of a slide is no slide
        steps += 1
        down = browser.run("Reveal.availableRoutes().down")
        if not down and not browser.run("Reveal.availableRoutes().right"):
            break
        browser.key("ArrowDown" if down else "ArrowRight")
        wait("the next slide", 10, lambda: browser.run("JSON.stringify(Reveal.getIndices())") != place)
    assert len(seen) == total, f"{what}: keys lead to {len(seen)} of {total} slides"
    browser.key("ArrowLeft")
    check(browser, what, width, least=0)
    print(f"  {what}: {len(seen)} slides")


def scrolled(browser, file):
    """On a phone reveal.js makes one long page of the slides."""
    what = f"{file.name}, 375 px"
    show(browser, file, False, 375, 667)
    wait("reveal.js", 30, lambda: browser.run("window.Reveal && Reveal.isReady() && Reveal.isScrollView()"))
    for place in range(0, 20, 4):
        browser.run(f"[...document.querySelectorAll('.scroll-page')][{place}]?.scrollIntoView()")
        time.sleep(0.5)
        browser.shoot(f"slides-light-375-{place:02d}.png")
    check(browser, what, 375, least=0)
    browser.readable(".reveal .slides", what)
