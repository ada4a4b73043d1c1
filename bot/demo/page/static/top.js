// The head line of the page: brand, simulated clock, tools; on narrow screens the tools are behind a gear.
import { headDateText, timeText } from './clock.js';
import { h, icon } from './dom.js';

const STEPS = [
  ['clock-quarter', 900],
  ['clock-day', 86_400],
  ['clock-days', 259_200],
];

export class Top {
  #acts;

  /** `acts`: what the tools do that is not the top line's own (addPeople, reset). */
  constructor(app, acts) {
    this.app = app;
    this.#acts = acts;
    this.brand = h('span', { class: 'name' });
    this.time = h('span', { class: 'num' });
    this.date = h('small');
    this.count = h('span', { class: 'count count-mute' }, '0');
    this.offline = h(
      'div',
      { class: 'offline', role: 'status', hidden: true },
      h('span', { class: 'spin', 'aria-hidden': 'true' }),
      app.say('page-offline'),
    );
    this.element = this.#build();
  }

  showBrand() {
    const { language, say, store } = this.app;
    this.brand.textContent = store.botName(language);
    document.title = say('page-title', { name: this.brand.textContent });
  }

  showNow() {
    const { clock, language } = this.app;
    const now = clock.now();
    this.time.textContent = timeText(now, language);
    this.date.textContent = headDateText(now, language);
  }

  showCount(count) {
    this.count.textContent = String(count);
  }
  showOffline(offline) {
    this.offline.hidden = !offline;
  }

  #build() {
    const { say } = this.app;
    const clock = h('span', { class: 'clock' }, icon('clock'), this.time, this.date);
    const tools = h(
      'div',
      { class: 'tools' },
      this.#steps(),
      h('span', { class: 'sep' }),
      this.#tool('add', say('people-add'), () => this.#acts.addPeople()),
      this.#otherLanguage(),
      this.#tool('reset', say('reset-open'), () => this.#acts.reset()),
      this.#journalButton(this.count),
    );
    const more = h(
      'details',
      { class: 'more' },
      h('summary', { class: 'ib', 'aria-label': say('page-tools') }, icon('gear')),
      h(
        'div',
        {
          class: 'more-sheet',
          onclick: () => {
            more.open = false;
          },
        },
        h('span', { class: 'small mute' }, say('clock-forward')),
        h('div', { class: 'three' }, this.#steps()),
        h(
          'div',
          { class: 'two' },
          this.#tool('add', say('people-add'), () => this.#acts.addPeople()),
          this.#otherLanguage(),
          this.#tool('reset', say('reset-open'), () => this.#acts.reset()),
          this.#journalButton(null),
        ),
      ),
    );
    more.addEventListener('keydown', event => {
      if (event.key === 'Escape' && more.open) {
        more.open = false;
        more.querySelector('summary').focus();
      }
    });
    document.addEventListener('pointerdown', event => {
      if (more.open && !more.contains(event.target)) more.open = false;
    });
    return h(
      'header',
      { class: 'top' },
      h('img', { class: 'logo', src: '/demo/static/img/logo.svg', alt: '', width: '28', height: '28' }),
      this.brand,
      h('span', { class: 'demo-badge' }, say('page-demo')),
      clock,
      tools,
      more,
      this.offline,
    );
  }

  #steps() {
    return STEPS.map(([key, seconds]) =>
      h(
        'button',
        {
          type: 'button',
          class: 'tb',
          title: this.app.say('clock-forward'),
          onclick: () => this.app.wire.send({ do: 'clock', seconds }),
        },
        this.app.say(key),
      ),
    );
  }

  #tool(name, label, onclick) {
    return h('button', { type: 'button', class: 'tb', onclick }, icon(name), label);
  }

  #otherLanguage() {
    const { say, language } = this.app;
    const other = language === 'zh' ? 'en' : 'zh';
    return h(
      'a',
      { class: 'tb', href: `?lang=${other}`, lang: other === 'zh' ? 'zh-CN' : 'en' },
      icon('globe'),
      say('page-other-language'),
    );
  }

  #journalButton(count) {
    return h(
      'button',
      {
        type: 'button',
        class: 'tb',
        'data-journal': true,
        'aria-expanded': 'false',
        'aria-controls': 'journal',
        onclick: event => this.app.journal.toggle(event.currentTarget),
      },
      icon('list'),
      this.app.say('journal-open'),
      count,
    );
  }
}
