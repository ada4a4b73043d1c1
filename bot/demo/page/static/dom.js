// Elements are built here, never from strings: whatever people or the bot write goes in as text.
const SVG = 'http://www.w3.org/2000/svg';

const ICONS = {
  add: 'M12 5v14M5 12h14',
  attach:
    'M19 11l-7.500 7.500a4.500 4.500 0 0 1-6.400-6.400L13 4.200a3 3 0 0 1 4.300 4.300l-7.800 7.700a1.500 1.500 0 0 1-2.100-2.100L14 7.500',
  block: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM6 6l12 12',
  clock: 'M12 7v5l3.500 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  down: 'M12 5v14M6 13l6 6 6-6',
  file: 'M6 3h8l5 5v13H6zM14 3v5h5M9 13h6M9 17h6',
  gear: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v3M12 18v3M3 12h3M18 12h3M5.600 5.600l2.100 2.100M16.300 16.300l2.100 2.100M5.600 18.400l2.100-2.100M16.300 7.700l2.100-2.100',
  globe: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  hook: 'M7 4v9a4 4 0 0 0 4 4h6M14 13l4 4-4 4',
  jump: 'M6 9l6 6 6-6',
  keys: 'M3 7h18v10H3zM7 11h.01M11 11h.01M15 11h.01M8 14h8',
  lines: 'M4 6h16M4 12h16M4 18h10',
  link: 'M7 17L17 7M9 7h8v8',
  list: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  more: 'M12 6h.01M12 12h.01M12 18h.01',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c1-4 4-6 8-6s7 2 8 6',
  photo: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01',
  pin: 'M9 4h6l-1 6 3 3H7l3-3zM12 13v7',
  place: 'M12 21c5-6 7-8.500 7-11.500a7 7 0 1 0-14 0C5 12.500 7 15 12 21zM12 7.500a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  reply: 'M10 7L5 12l5 5M5 12h9c3 0 5 2 5 5v1',
  reset: 'M4 5v5h5M4.600 10A8 8 0 1 1 4 13',
  send: 'M4 12l16-8-5 16-3.500-6.500zM11.500 13.500L20 4',
  slash: 'M5 4h14v16H5zM14 8l-4 8',
  ticks: 'M2 12.500l4 4 8-9M11 15.500l1.500 1.500 9-9.500',
  up: 'M12 19V5M6 11l6-6 6 6',
};

/** An element; `on…` properties become listeners, null, undefined and false ones fall away. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** A drawn icon; with a label it is read out, without one it is decoration. */
export function icon(name, label = null, extra = '') {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', `i ${extra}`.trim());
  svg.setAttribute('viewBox', '0 0 24 24');
  if (label) {
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', label);
  } else svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, onclick, props = {}) {
  return h('button', { type: 'button', class: 'ib', 'aria-label': label, title: label, onclick, ...props }, icon(name));
}

export function avatar(person, extra = '') {
  const hue = /^[a-e]$/.test(person.avatar ?? '') ? person.avatar : 'e';
  return h(
    'span',
    { class: `av av-${hue} ${extra}`.trim(), 'aria-hidden': 'true' },
    person.letter || initial(person.first_name),
  );
}

export function initial(name) {
  return (Array.from(String(name ?? '').trim())[0] ?? '?').toUpperCase();
}

/** Copies; resolves to whether it worked. Plain http outside loopback has no clipboard, hence the second way. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h('textarea', { class: 'sr', readonly: true });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
