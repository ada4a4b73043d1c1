// Which links stay inside the page. Telegram's own client treats the same addresses in the same way.
const WEB = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/**
 * What a link means for a person in the demo:
 * start / startgroup (with payload), draft (text for the composer), invoice (a sheet), web (a new tab) or refused.
 */
export function readLink(url, botUsername) {
  let link;
  try {
    link = new URL(url, location.href);
  } catch {
    return { kind: 'refused', url };
  }
  if (isInvoice(link)) return { kind: 'invoice', url: link.href };
  const telegram = link.protocol === 'tg:' ? fromTg(link) : fromTme(link);
  if (telegram) {
    const { name, query } = telegram;
    if (name === 'share')
      return { kind: 'draft', text: [query.get('text'), query.get('url')].filter(Boolean).join('\n') };
    if (name === String(botUsername).toLowerCase()) {
      if (query.has('startgroup')) return { kind: 'startgroup', payload: query.get('startgroup') };
      if (query.get('text')) return { kind: 'draft', text: query.get('text') };
      return { kind: 'start', payload: query.get('start') ?? '' };
    }
  }
  return WEB.has(link.protocol) ? { kind: 'web', url: link.href } : { kind: 'refused', url };
}

/** What may stand in an `href`: never a script, whatever a middle click does. */
export function safeHref(url) {
  return readLink(url, '').kind === 'refused' ? '#' : url;
}

function fromTg(link) {
  const act = link.host || link.pathname.replace(/^\/+/, '').split('?')[0];
  if (act === 'resolve')
    return { name: (link.searchParams.get('domain') ?? '').toLowerCase(), query: link.searchParams };
  if (act === 'msg_url' || act === 'share') return { name: 'share', query: link.searchParams };
  return null;
}

const isTme = link => WEB.has(link.protocol) && ['t.me', 'telegram.me', 'telegram.dog'].includes(link.hostname);
const isInvoice = link => isTme(link) && link.pathname.startsWith('/$');

function fromTme(link) {
  if (!isTme(link)) return null;
  const [first] = link.pathname.split('/').filter(Boolean);
  return first ? { name: first.toLowerCase(), query: link.searchParams } : null;
}
