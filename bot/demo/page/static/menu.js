// A small menu beside the button that opened it: arrows move, Escape and a click elsewhere close, focus returns.
import { h, icon } from './dom.js';

/** Opens `items` ({icon, label, act, danger?}) inside `host`; a second call from the same button closes it. */
export function openMenu(button, host, items, where) {
  if (button.getAttribute('aria-expanded') === 'true') return;
  const choose = item => () => {
    close();
    item.act();
  };
  const entries = items.map(item =>
    h(
      'button',
      { type: 'button', role: 'menuitem', class: item.danger ? 'mi-d' : null, onclick: choose(item) },
      icon(item.icon),
      h('span', {}, item.label),
    ),
  );
  const menu = h(
    'div',
    { class: `menu menu-${where}`, role: 'menu', 'aria-label': button.getAttribute('aria-label') },
    entries,
  );
  const outside = event => {
    if (!menu.contains(event.target)) close();
  };
  function close() {
    menu.remove();
    button.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside, true);
    button.focus({ preventScroll: true });
  }
  menu.addEventListener('keydown', event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      entries[(entries.indexOf(document.activeElement) + step + entries.length) % entries.length].focus();
    }
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    }
    if (event.key === 'Tab') {
      event.preventDefault();
      close();
    }
  });
  button.setAttribute('aria-expanded', 'true');
  document.addEventListener('pointerdown', outside, true);
  host.append(menu);
  entries[0].focus({ preventScroll: true });
}
