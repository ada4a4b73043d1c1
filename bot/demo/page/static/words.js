// The words of the page itself. What the bot and the people say comes from the server.
import zh from './words.zh.js';
import en from './words.en.js';

const BOOKS = { zh, en };

/** `say(key, facts)` in one language; `{name}` in a phrase is filled from the facts. */
export function speaker(language) {
  const book = BOOKS[shortLanguage(language)];
  return (key, facts = {}) =>
    book[key].replace(/\{(\w+)\}/g, (gap, name) => (name in facts ? String(facts[name]) : gap));
}

export function hasWord(key) {
  return key in en;
}

export function shortLanguage(language) {
  return String(language).toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export function htmlLanguage(language) {
  return shortLanguage(language) === 'zh' ? 'zh-CN' : 'en';
}
