// Shared by every page: count-downs, copy buttons, printing. The pages are complete without it.
'use strict';

const two = n => String(n).padStart(2, '0');

function clockText(seconds, format) {
  if (format === 's') return String(seconds);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds % 3600 / 60);
  return (hours ? `${hours}:` : '') + `${two(minutes)}:${two(seconds % 60)}`;
}

// A count-down reads its seconds once and then follows the real clock, so that a sleeping tab catches up.
let timers = [];

function readTimers() {
  const started = Date.now();
  timers = [...document.querySelectorAll('[data-left]')].map(el => ({ el, started, from: Number(el.dataset.left), over: false }));
}

function tick() {
  for (const timer of timers) {
    const left = Math.max(0, timer.from - Math.floor((Date.now() - timer.started) / 1000));
    const box = timer.el.closest('[data-count]');
    const ring = box?.querySelector('[data-ring]');
    timer.el.textContent = clockText(left, timer.el.dataset.fmt);
    box?.classList.toggle('low', left < 120);
    ring?.setAttribute('stroke-dasharray', `${left} ${ring.dataset.ring}`);
    ring?.closest('.ring').classList.toggle('low', left < 120);
    if (left === 0 && !timer.over) {
      timer.over = true;
      timer.el.dispatchEvent(new CustomEvent('timeup', { bubbles: true }));
    }
  }
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { /* not allowed on plain http: the old way */ }
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'sr';
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  return copied;
}

async function copyFrom(button) {
  if (button.dataset.busy) return;
  button.dataset.busy = '1';
  const label = button.querySelector('span');
  const before = label.textContent;
  const copied = await copyText(button.dataset.copy);
  label.textContent = copied ? document.body.dataset.copied : document.body.dataset.copyFailed;
  button.classList.toggle('done', copied);
  setTimeout(() => {
    label.textContent = before;
    button.classList.remove('done');
    delete button.dataset.busy;
  }, 1600);
}

document.addEventListener('click', event => {
  const button = event.target.closest('.copy[data-copy]');
  if (button) copyFrom(button);
  if (event.target.closest('[data-print]')) print();
});
document.addEventListener('timeup', event => { if ('reload' in event.target.dataset) location.reload(); });
document.addEventListener('swapped', () => { readTimers(); tick(); });
document.querySelectorAll('[data-print]').forEach(button => { button.hidden = false; });
readTimers();
if (timers.length || document.getElementById('main')?.dataset.poll) setInterval(tick, 1000);
