// The demo's simulated clock, and every way in which the page writes a time.
import { shortLanguage } from './words.js';

const SECOND = 1000;
const HOUR = 3600;
const LOCALES = { zh: 'zh-CN', en: 'en-US' };
const formats = new Map();

/** Follows the server's clock between two frames; a sleeping tab catches up because it reads the monotonic time. */
export class Clock {
  #at = Date.now();
  #read = performance.now();

  set(milliseconds) {
    this.#at = milliseconds;
    this.#read = performance.now();
  }

  /** Simulated UTC in milliseconds. */
  now() {
    return this.#at + (performance.now() - this.#read);
  }
}

function written(milliseconds, language, options) {
  const key = shortLanguage(language) + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(LOCALES[shortLanguage(language)], options));
  return formats.get(key).format(milliseconds);
}

export const timeText = (at, language) =>
  written(at, language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
export const secondText = (at, language) =>
  written(at, language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
export const headDateText = (at, language) =>
  written(at, language, { month: 'short', day: 'numeric', weekday: 'short' });
export const dayText = (at, language) => written(at, language, { month: 'long', day: 'numeric', weekday: 'long' });
/** Two instants of one local day have the same key. */
export const dayKey = at => written(at, 'en', { year: 'numeric', month: '2-digit', day: '2-digit' });

/** "in 14 minutes"; under an hour ahead a running "in 14:32" (the phrase comes from `say`). */
export function relativeText(seconds, language, say) {
  if (seconds > 0 && seconds < HOUR) return say('time-left', { left: countdownText(seconds) });
  const words = new Intl.RelativeTimeFormat(LOCALES[shortLanguage(language)], { numeric: 'auto' });
  const size = Math.abs(seconds);
  if (Math.round(size) < 60) return words.format(Math.round(seconds), 'second');
  if (Math.round(size / 60) < 60) return words.format(Math.round(seconds / 60), 'minute');
  if (Math.round(size / HOUR) < 24) return words.format(Math.round(seconds / HOUR), 'hour');
  return words.format(Math.round(seconds / (24 * HOUR)), 'day');
}

export function countdownText(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** A date entity (Bot API: "r", or any of w, d or D, t or T) as words; an empty format gives null, the text stays. */
export function entityTimeText(unix, format, now, language, say) {
  if (!format) return null;
  if (format.includes('r')) return relativeText(unix - Math.floor(now / SECOND), language, say);
  const options = { hourCycle: 'h23' };
  if (format.includes('w')) options.weekday = 'long';
  if (format.includes('d')) Object.assign(options, { year: '2-digit', month: '2-digit', day: '2-digit' });
  if (format.includes('D')) Object.assign(options, { year: 'numeric', month: 'long', day: 'numeric' });
  if (/[tT]/.test(format)) Object.assign(options, { hour: '2-digit', minute: '2-digit' });
  if (format.includes('T')) options.second = '2-digit';
  return written(unix * SECOND, language, options);
}
