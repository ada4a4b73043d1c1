// The WebSocket to the emulator: comes back by itself, with growing pauses and some chance in them.
const FIRST_PAUSE = 400;
const LONGEST_PAUSE = 8000;

export class Wire extends EventTarget {
  #socket = null;
  #pause = FIRST_PAUSE;
  #timer = 0;

  constructor(path) {
    super();
    this.url = new URL(path, location.href.replace(/^http/, 'ws'));
    addEventListener('online', () => this.#hurry());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.#hurry();
    });
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  open() {
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    socket.addEventListener('open', () => {
      this.#pause = FIRST_PAUSE;
      this.#tell('up');
    });
    socket.addEventListener('message', event => this.#tell('frame', JSON.parse(event.data)));
    socket.addEventListener('close', () => {
      this.#tell('down');
      this.#later();
    });
  }

  /** Sends an act; false when there is no connection (nothing is kept: a late tap would surprise). */
  send(act) {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      this.#tell('lost', act);
      return false;
    }
    this.#socket.send(JSON.stringify(act));
    return true;
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.open(), this.#pause * (0.75 + Math.random() / 2));
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }

  #hurry() {
    if (this.#socket?.readyState !== WebSocket.CLOSED) return;
    clearTimeout(this.#timer);
    this.open();
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** Uploads a file; resolves to the server's {upload, kind, name, size}, throws when it is refused. */
export async function uploadFile(file) {
  const form = new FormData();
  form.append('file', file, file.name);
  const answer = await fetch('/demo/upload', { method: 'POST', body: form });
  if (!answer.ok) throw new Error(`upload: ${answer.status}`);
  return answer.json();
}

export const fileUrl = fileId => `/demo/file/${encodeURIComponent(fileId)}`;
