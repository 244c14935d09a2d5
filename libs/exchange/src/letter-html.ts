import type { Json } from '@comity/kernel';

/** Text that is HTML already; anything else is escaped where it is put in. */
export class Html {
  constructor(readonly text: string) {}
}

/** Template of HTML in which every value is escaped, unless it is {@link Html} itself. */
export function markup(parts: TemplateStringsArray, ...values: (string | Html | Html[])[]): Html {
  return new Html(parts.reduce((text, part, i) => text + render(values[i - 1]!) + part));
}

function render(value: string | Html | Html[]): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map((one) => one.text).join('');
  return escapeHtml(value);
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Marks and controls that change how the text around them is shown: printed by their number, so that a reader sees them. */
const UNSEEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

export function escapeHtml(text: string): string {
  return text
    .replace(UNSEEN, (c) => `[U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`)
    .replace(/[&<>"'`]/g, (c) => ENTITIES[c]!);
}

/** A JSON value as nested lists, in the order of its members. */
export function valueHtml(value: Json): Html {
  if (value === null) return markup`<span>-</span>`;
  if (typeof value === 'boolean') return markup`<span>${value ? 'yes' : 'no'}</span>`;
  if (typeof value !== 'object') return markup`<span class="text" dir="auto">${String(value)}</span>`;
  if (!Array.isArray(value)) return membersHtml(value);
  return value.length === 0
    ? markup`<span>-</span>`
    : markup`<ol>${value.map((one) => markup`<li>${valueHtml(one)}</li>`)}</ol>`;
}

function membersHtml(members: Record<string, Json>): Html {
  const pairs = Object.entries(members).map(
    ([name, one]) => markup`<dt dir="auto">${inWords(name)}</dt><dd>${valueHtml(one)}</dd>`,
  );
  return markup`<dl>${pairs}</dl>`;
}

/** `maxPenalty` is printed `max penalty`. */
const inWords = (name: string): string =>
  name.replace(/([a-z0-9])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);

const STYLE = `body{font:11pt/1.45 serif;max-width:45em;margin:2em auto;padding:0 1em}h1{font-size:1.4em}h2{font-size:1.1em}
table{border-collapse:collapse;width:100%}th{text-align:start;font-weight:normal;color:#444;white-space:nowrap;vertical-align:top;padding-inline-end:1em}
td,dd{overflow-wrap:anywhere}dt{font-weight:bold;margin-top:.5em}dd{margin-inline-start:1em}.text{white-space:pre-wrap}
footer{margin-top:2em;border-top:1px solid #999;font-size:.85em}@media print{body{margin:0;max-width:none}}`;

/** A complete document. The policy forbids scripts, frames, forms and outside resources, should an escape ever fail. */
export function page(language: string, title: string, body: Html): string {
  return `<!DOCTYPE html>
${
  markup`<html lang="${language}" dir="auto">
<head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'">
<meta name="viewport" content="width=device-width"><title>${title}</title><style>${new Html(STYLE)}</style></head>
<body>${body}
</body></html>`.text
}
`;
}
