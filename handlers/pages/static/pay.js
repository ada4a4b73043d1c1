// Pay page: listens for the state and swaps the inside of the page when it changes. Without it the page reloads itself.
'use strict';

(() => {
  const main = document.getElementById('main');
  const POLL_MS = 3000;
  let stream = null;
  let polling = null;

  const withKnown = address => {
    const url = new URL(address, location.href);
    url.searchParams.set('known', main.dataset.version);
    return url;
  };

  function show(state, version, waiting, html) {
    const changed = state !== main.dataset.state;
    main.innerHTML = html;
    main.dataset.state = state;
    main.dataset.version = version;
    main.toggleAttribute('data-waiting', waiting);
    document.dispatchEvent(new CustomEvent('swapped'));
    if (!changed) return;
    scrollTo({ top: 0 });
    document.getElementById('news').textContent = main.querySelector('h1').textContent;
  }

  function take(news) {
    if (news.html && news.version !== main.dataset.version) show(news.state, news.version, news.waiting, news.html);
    if (!news.waiting) stop();
  }

  function stop() {
    stream?.close();
    clearInterval(polling);
    stream = polling = null;
  }

  async function poll() {
    try {
      const answer = await fetch(withKnown(main.dataset.poll), { cache: 'no-store' });
      if (answer.ok) take(await answer.json());
      else if (answer.status === 404 || answer.status === 410) location.reload();
    } catch { /* off line: the next turn asks again */ }
  }

  function fallBack() {
    stream?.close();
    stream = null;
    polling ??= setInterval(poll, POLL_MS);
  }

  function listen() {
    if (!('waiting' in main.dataset)) return;
    if (!window.EventSource) return fallBack();
    stream = new EventSource(withKnown(main.dataset.events));
    stream.onmessage = event => take(JSON.parse(event.data));
    stream.onerror = fallBack;
  }

  // Forms work by themselves; with script they spare the reader the jump to the top.
  async function send(form, button) {
    const body = new URLSearchParams(button?.name ? [[button.name, button.value]] : []);
    button?.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(form.action, { method: 'POST', body });
      if (!answer.ok) throw new Error(String(answer.status));
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('main');
      const named = button?.name && button.value;
      show(next.dataset.state, next.dataset.version, 'waiting' in next.dataset, next.innerHTML);
      if (named) main.querySelector(`[name=method][value="${CSS.escape(named)}"]`)?.focus({ preventScroll: true });
      const panel = main.querySelector('.pay-do:not(.at-wallet)');
      if (named && panel && innerWidth <= 760) panel.scrollIntoView({ block: 'nearest' });
      if (!stream && !polling) listen();
    } catch {
      location.reload();
    }
  }

  document.addEventListener('submit', event => {
    if (!event.target.matches('form[data-swap]')) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
  document.addEventListener('timeup', event => { if (main.contains(event.target)) poll(); });
  // Back from the wallet: ask at once, not at the next turn.
  document.addEventListener('visibilitychange', () => { if (!document.hidden && 'waiting' in main.dataset) poll(); });
  listen();
})();
