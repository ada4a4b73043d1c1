// The server's `html` of a message, rebuilt node by node: only the tags of Telegram's entities come through.
import { entityTimeText } from './clock.js';
import { h } from './dom.js';
import { safeHref } from './links.js';

const PLAIN = new Set(['B', 'I', 'U', 'S', 'CODE', 'PRE', 'BLOCKQUOTE']);
const BLOCKS = new Set(['PRE', 'BLOCKQUOTE']);
const VERBATIM = new Set(['A', 'CODE', 'PRE']); // no commands are looked for inside
const COMMAND = /(?<![\p{L}\p{N}/@])(\/[A-Za-z]\w{0,31}(?:@\w{3,32})?)(?![\w/])/u;

/** A fragment of a message's formatted text for one seat. */
export function formatted(html, seat) {
  const source = document.createElement('template'); // inert: nothing in it loads or runs
  source.innerHTML = html;
  const fragment = document.createDocumentFragment();
  copyChildren(source.content, fragment, seat, false);
  return fragment;
}

function copyChildren(from, to, seat, verbatim) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(...(verbatim ? [node.data] : withCommands(betweenBlocks(node))));
    else if (node.nodeType === Node.ELEMENT_NODE) {
      const copy = copyOf(node, seat, verbatim) ?? to;
      copyChildren(node, copy, seat, verbatim || VERBATIM.has(node.tagName));
      if (copy !== to) to.append(copy);
    }
  }
}

// A block ends its own line: the line break beside it would show as an empty one.
function betweenBlocks(node) {
  const text = BLOCKS.has(node.previousSibling?.tagName) ? node.data.replace(/^\n/, '') : node.data;
  return BLOCKS.has(node.nextSibling?.tagName) ? text.replace(/\n$/, '') : text;
}

function withCommands(text) {
  const part = (piece, at) =>
    at % 2 ? h('span', { class: 'cmd', role: 'link', tabindex: '0', 'data-act': 'command' }, piece) : piece;
  return text
    .split(COMMAND)
    .map(part)
    .filter(piece => piece !== '');
}

function copyOf(node, seat, inPre) {
  if (node.tagName === 'A') return link(node.getAttribute('href') ?? '', seat);
  if (node.tagName === 'TIME') return time(node, seat);
  if (node.tagName === 'BR') return document.createElement('br');
  if (node.tagName === 'SPAN' && node.classList.contains('spoiler')) return spoiler(seat);
  if (!PLAIN.has(node.tagName)) return null;
  const copies = node.tagName === 'PRE' || (node.tagName === 'CODE' && !inPre);
  return h(
    node.tagName.toLowerCase(),
    copies ? { role: 'button', tabindex: '0', title: seat.say('message-copy'), 'data-act': 'copy' } : {},
  );
}

function link(url, seat) {
  return h('a', {
    href: safeHref(url),
    target: '_blank',
    rel: 'noopener noreferrer',
    onclick: event => seat.follow(url, event),
  });
}

function spoiler(seat) {
  return h('span', {
    class: 'spoiler',
    role: 'button',
    tabindex: '0',
    'aria-label': seat.say('message-spoiler'),
    'data-act': 'reveal',
  });
}

function time(node, seat) {
  const { unix, format } = node.dataset;
  const copy = h('time', { class: 'tick', 'data-unix': unix, 'data-format': format ?? '' });
  copy.setAttribute('datetime', new Date(Number(unix) * 1000).toISOString());
  copy.title = entityTimeText(Number(unix), 'Dt', seat.app.clock.now(), seat.language, seat.say);
  return copy;
}

/** Brings the date entities under an element up to the simulated now. */
export function tick(root, seat) {
  const now = seat.app.clock.now();
  for (const element of root.querySelectorAll('time[data-unix]')) {
    const text = entityTimeText(Number(element.dataset.unix), element.dataset.format, now, seat.language, seat.say);
    if (text !== null && element.textContent !== text) element.textContent = text;
  }
}

/** Acts of formatted text: a spoiler opens, code is copied, a command is sent. */
export function actOnText(target, seat) {
  const element = target.closest('[data-act]');
  if (!element) return;
  if (element.dataset.act === 'reveal') {
    element.classList.add('open');
    for (const name of ['role', 'tabindex', 'aria-label', 'data-act']) element.removeAttribute(name);
  } else if (element.dataset.act === 'command') seat.write(element.textContent);
  else seat.copy(element.textContent);
}
