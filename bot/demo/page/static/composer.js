// Where a person writes: text, commands, inline queries, files with a caption, replies, the reply keyboard.
import { h, icon, iconButton } from './dom.js';
import { InlineMode } from './inline.js';
import { replyKeyboard } from './keyboard.js';
import { openMenu } from './menu.js';
import { sizeText, summary } from './message.js';
import { Suggest } from './suggest.js';
import { uploadFile } from './wire.js';

const MOST_LINES = 5;

export class Composer {
  #seat;
  #files = [];
  #reply = null;

  constructor(seat) {
    this.#seat = seat;
    const { say } = seat;
    this.field = h('textarea', {
      class: 'in grow',
      name: 'text',
      rows: '1',
      autocomplete: 'off',
      'aria-label': say('write-label'),
      maxlength: '4096',
    });
    this.suggest = new Suggest(this.field, say('write-commands'));
    this.inline = new InlineMode(seat, this.suggest, () => this.setText(''));
    this.picker = h('input', { type: 'file', hidden: true, multiple: true, onchange: () => this.#picked() });
    this.attach = iconButton('attach', say('write-attach'), () => this.#openAttach(), {
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
    });
    this.slash = iconButton('slash', say('write-commands'), () => this.#toggleCommands());
    this.keys = iconButton('keys', say('write-keys'), () => this.showKeys(this.panel.hidden));
    this.sendButton = h(
      'button',
      { class: 'ib send', 'aria-label': say('write-send'), title: say('write-send') },
      icon('send'),
    );
    this.form = h(
      'form',
      {
        class: 'composer',
        onsubmit: event => {
          event.preventDefault();
          this.#submit();
        },
      },
      this.attach,
      this.field,
      this.slash,
      this.keys,
      this.sendButton,
      this.picker,
    );
    this.startButton = h('button', { type: 'button', class: 'btn btn-p btn-block', onclick: () => this.#begin() });
    this.startBar = h('div', { class: 'startbar', hidden: true }, this.startButton);
    this.strips = h('div', { class: 'strips' });
    this.panel = h('div', { class: 'rkb', hidden: true });
    this.parts = [this.suggest.element, this.strips, this.form, this.startBar, this.panel];
    this.#listen();
    this.#drawStrips();
    this.refresh();
  }

  /** Brings the row in step with the store: commands, keyboard, the start and unblock buttons. */
  refresh() {
    const { app, person, chat, say } = this.#seat;
    const { keyboard, placeholder } = app.store.keyboard(person.id, chat.id);
    const unused = chat.kind === 'private' && app.store.messages(chat.id).length === 0;
    this.form.hidden = this.#seat.blocked || unused;
    this.startBar.hidden = !this.form.hidden;
    this.startButton.textContent = this.#seat.blocked ? say('seat-unblock') : say('write-start');
    const place = this.#seat.topics?.name(this.#seat.thread) || chat.title;
    this.hint = placeholder || (chat.kind === 'group' ? say('write-hint-group', { name: place }) : say('write-hint'));
    this.field.placeholder = this.#files.length ? say('write-hint-caption') : this.hint;
    this.slash.hidden = Boolean(this.field.value) || app.store.commands(person.id).length === 0;
    this.keys.hidden = !keyboard;
    if (!keyboard || this.form.hidden) this.showKeys(false);
  }

  keyboardChanged() {
    const { app, person, chat } = this.#seat;
    const { keyboard } = app.store.keyboard(person.id, chat.id);
    this.panel.replaceChildren(...(keyboard ? replyKeyboard(keyboard, this.#seat) : []));
    this.refresh();
    if (keyboard) this.showKeys(!matchMedia('(max-width: 760px)').matches);
  }

  showKeys(shown) {
    const { say } = this.#seat;
    this.panel.hidden = !shown;
    this.keys.setAttribute('aria-expanded', String(shown));
    this.keys.setAttribute('aria-label', say(shown ? 'write-keys-hide' : 'write-keys'));
  }

  setText(text) {
    this.field.value = text;
    this.#typed();
  }

  startInline(query) {
    this.setText(`@${this.#seat.app.store.bot.username} ${query ?? ''}`);
    this.field.focus();
  }

  draft(text) {
    this.setText(text);
    this.field.focus();
  }

  replyTo(message) {
    this.#reply = message;
    this.#drawStrips();
    this.field.focus();
  }

  #listen() {
    this.field.addEventListener('input', () => this.#typed());
    this.field.addEventListener('keydown', event => {
      // an input method ends its own composition with Enter: that Enter is not ours
      if (event.isComposing || event.keyCode === 229) return;
      if (this.suggest.key(event)) {
        event.preventDefault();
        event.stopPropagation();
        return;
      }
      if (event.key === 'Enter' && !event.shiftKey) {
        event.preventDefault();
        this.form.requestSubmit();
      }
      if (event.key === 'Escape' && this.#reply) {
        this.#reply = null;
        this.#drawStrips();
      }
    });
    this.field.addEventListener('paste', event => {
      const files = [...event.clipboardData.files];
      if (files.length) {
        event.preventDefault();
        this.addFiles(files);
      }
    });
  }

  #typed() {
    const text = this.field.value;
    this.field.rows = Math.min(MOST_LINES, text.split('\n').length);
    this.slash.hidden = Boolean(text) || this.#seat.app.store.commands(this.#seat.person.id).length === 0;
    if (this.inline.typed(text)) return;
    if (/^\/\w*$/.test(text)) this.#showCommands(text.slice(1));
    else this.suggest.hide();
  }

  #toggleCommands() {
    if (this.suggest.isOpen) this.suggest.hide();
    else this.#showCommands('');
    this.field.focus();
  }

  #showCommands(start) {
    const { app, person, chat } = this.#seat;
    const fitting = app.store.commands(person.id).filter(({ command }) => command.startsWith(start.toLowerCase()));
    if (!fitting.length) {
      this.suggest.hide();
      return;
    }
    const suffix = chat.kind === 'group' ? `@${app.store.bot.username}` : '';
    this.suggest.show(
      fitting.map(({ command, description }) => ({
        content: [h('b', { class: 'cmd' }, `/${command}`), h('span', { class: 'grow ell' }, description)],
        pick: () => {
          if (this.#seat.write(`/${command}${suffix}`)) this.setText('');
        },
      })),
    );
  }

  async #submit() {
    const text = this.field.value.trim();
    if (this.#files.length) {
      await this.#sendFiles(text);
      return;
    }
    if (!text) {
      this.field.focus();
      return;
    }
    const reply = this.#reply ? { reply_to: this.#reply.id } : {};
    if (!this.#seat.write(text, reply)) return;
    this.#reply = null;
    this.#drawStrips();
    this.setText('');
  }

  async #sendFiles(caption) {
    const { say } = this.#seat;
    const files = this.#files;
    this.sendButton.setAttribute('aria-busy', 'true');
    this.sendButton.disabled = true;
    for (const [at, { file, kind }] of files.entries()) {
      try {
        const { upload } = await uploadFile(file);
        this.#seat.send({
          do: 'send_upload',
          upload,
          kind,
          ...this.#seat.place(),
          ...(at === 0 && caption ? { caption } : {}),
        });
      } catch {
        this.#seat.toast(say('write-upload-failed', { name: file.name }), 'bad');
      }
    }
    this.sendButton.removeAttribute('aria-busy');
    this.sendButton.disabled = false;
    this.#clearFiles();
    this.setText('');
  }

  addFiles(files, kind = null) {
    const isPicture = file => /^image\/(png|jpe?g|webp|gif)$/.test(file.type);
    for (const file of files)
      this.#files.push({
        file,
        kind: kind ?? (isPicture(file) ? 'photo' : 'document'),
        preview: isPicture(file) ? URL.createObjectURL(file) : null,
      });
    this.#drawStrips();
    this.field.focus();
  }

  #clearFiles() {
    for (const { preview } of this.#files) if (preview) URL.revokeObjectURL(preview);
    this.#files = [];
    this.#drawStrips();
  }

  #picked() {
    this.addFiles([...this.picker.files], this.picker.dataset.kind);
    this.picker.value = '';
  }

  #openAttach() {
    const { say } = this.#seat;
    const pick = (kind, accept) => () => {
      this.picker.dataset.kind = kind;
      this.picker.accept = accept;
      this.picker.click();
    };
    openMenu(
      this.attach,
      this.#seat.phone,
      [
        { icon: 'photo', label: say('write-photo'), act: pick('photo', 'image/*') },
        { icon: 'file', label: say('write-file'), act: pick('document', '') },
        { icon: 'person', label: say('write-contact'), act: () => this.#seat.send({ do: 'share_contact' }) },
        { icon: 'place', label: say('write-location'), act: () => this.#seat.send({ do: 'share_location' }) },
      ],
      'up',
    );
  }

  #begin() {
    if (this.#seat.blocked) this.#seat.setBlocked(false);
    else this.#seat.start('');
  }

  #drawStrips() {
    const { say } = this.#seat;
    const strips = this.#files.map((held, at) =>
      h(
        'div',
        { class: 'strip' },
        held.preview && held.kind === 'photo'
          ? h('img', { class: 'thumb thumb-s', src: held.preview, alt: '' })
          : h('span', { class: 'doc-i' }, icon('file')),
        h(
          'span',
          { class: 'grow' },
          h('b', { class: 'ell' }, held.file.name),
          h('small', {}, sizeText(held.file.size)),
        ),
        iconButton('close', say('write-remove', { name: held.file.name }), () => {
          this.#files.splice(at, 1);
          this.#drawStrips();
        }),
      ),
    );
    if (this.#reply) {
      strips.unshift(
        h(
          'div',
          { class: 'strip strip-r' },
          icon('reply'),
          h(
            'span',
            { class: 'grow' },
            h('b', { class: 'ell' }, this.#reply.from?.bot ? this.#seat.botName() : (this.#reply.from?.name ?? '')),
            h('small', { class: 'ell' }, summary(this.#reply, this.#seat)),
          ),
          iconButton('close', say('write-reply-cancel'), () => {
            this.#reply = null;
            this.#drawStrips();
          }),
        ),
      );
    }
    this.strips.replaceChildren(...strips);
    this.field.placeholder = this.#files.length ? say('write-hint-caption') : (this.hint ?? '');
  }
}
