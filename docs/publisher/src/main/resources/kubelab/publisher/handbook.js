/* The handbook's contents mark the place that is read and show the sections of that chapter only; on a narrow screen they
   are a bar that unfolds; print unfolds all. */
(function () {
  'use strict';
  var toc = document.getElementById('toc');
  var title = document.getElementById('toctitle');
  if (!toc || !title) return;
  var links = new Map();
  toc.querySelectorAll('a[href^="#"]').forEach(function (link) {
    var heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  });
  var headings = Array.from(links.keys());
  function mark() {
    var here = headings[0];
    headings.forEach(function (heading) {
      if (heading.getBoundingClientRect().top < 120) here = heading;
    });
    document.querySelectorAll('#toc .here').forEach(function (old) { old.classList.remove('here'); });
    for (var at = here && links.get(here).parentElement; at && at.id !== 'toc'; at = at.parentElement)
      if (at.tagName === 'LI') at.classList.add('here');
    title.dataset.here = here && window.scrollY > 120 ? links.get(here).textContent : '';
  }
  function fold(open) {
    toc.classList.toggle('open', open);
    title.setAttribute('aria-expanded', String(open));
  }
  var waiting = false;
  addEventListener('scroll', function () {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(function () { waiting = false; mark(); });
  }, { passive: true });
  title.tabIndex = 0;
  title.setAttribute('role', 'button');
  fold(false);
  title.addEventListener('click', function () { fold(!toc.classList.contains('open')); });
  title.addEventListener('keydown', function (event) {
    if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); title.click(); }
  });
  toc.addEventListener('click', function (event) { if (event.target.tagName === 'A') fold(false); });
  document.documentElement.classList.add('marked');
  mark();
  addEventListener('beforeprint', function () {
    document.querySelectorAll('details:not([open])').forEach(function (folded) {
      folded.open = true;
      folded.dataset.folded = '';
    });
  });
  addEventListener('afterprint', function () {
    document.querySelectorAll('details[data-folded]').forEach(function (unfolded) {
      unfolded.open = false;
      delete unfolded.dataset.folded;
    });
  });
})();
