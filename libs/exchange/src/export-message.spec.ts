import { canonicalBytes, newId, sha256Hex } from '@comity/kernel';
import { openSealed, seal, type Envelope } from './envelope.js';
import { exportMessage } from './export-message.js';
import { newKeyPair } from './key-wrap.js';

const pair = newKeyPair();
const sealed = (body: Envelope['body'], over: Partial<Envelope> = {}) =>
  seal(
    {
      v: 1,
      id: newId(),
      from: 'IS',
      to: 'US',
      thread: newId(),
      seq: 3,
      ack: 2,
      type: 'GRANTED',
      measure: 1,
      sentAt: '2013-09-10T09:00:00.000Z',
      body,
      ...over,
    },
    { state: 'IS', ...pair },
  );
const exported = (body: Envelope['body'], more: Partial<Parameters<typeof exportMessage>[0]> = {}) =>
  exportMessage({ ...sealed(body), training: false, stateNames: { IS: 'Iceland', US: 'United States of America' }, ...more });

describe('a message exported for an off-network State', () => {
  it('gives JSON from which another node verifies the message, and a letter with the same digest', () => {
    const message = sealed({ reasons: 'admitted' });
    const { json, html } = exportMessage({
      ...message,
      training: false,
      stateNames: {},
      ownReference: 'DMR-7',
      counterpartReference: '182-9',
    });
    const read = JSON.parse(json) as { sealed: string; signature: string; sha256: string };
    const bytes = Buffer.from(read.sealed, 'utf8');
    expect(openSealed(bytes, read.signature, [pair]).body).toEqual({ reasons: 'admitted' });
    expect(read.sha256).toBe(sha256Hex(message.bytes));
    for (const text of [
      read.sha256,
      message.signature,
      message.id,
      'DMR-7',
      '182-9',
      'GRANTED',
      '<td dir="auto">3</td>',
      '<meta charset="utf-8">',
    ]) {
      expect(html).toContain(text);
    }
  });

  it('names both States, and falls back on the code', () => {
    expect(exported({}).html).toContain('Iceland (IS)');
    expect(exported({}, { stateNames: {} }).html).toContain('<td dir="auto">IS</td>');
  });

  it('lets no text become markup, wherever it stands', () => {
    const attack = `"><script>alert(1)</script><img src=x onerror='alert(1)'>&lt;\`</title></style>`;
    const { html } = exported(
      { [attack]: attack, nested: { list: [attack, { [attack]: [attack] }] } },
      {
        ownReference: attack,
        counterpartReference: attack,
        title: attack,
        language: attack,
        stateNames: { IS: attack, US: attack },
      },
    );
    expect(html).not.toMatch(/<script|<img|javascript:/i);
    const tags = new Set([...html.matchAll(/<\/?([^\s>]+)/g)].map((m) => m[1]!.toLowerCase()));
    expect([...tags].sort()).toEqual([
      '!doctype',
      'body',
      'dd',
      'dl',
      'dt',
      'footer',
      'h1',
      'h2',
      'head',
      'header',
      'html',
      'li',
      'main',
      'meta',
      'ol',
      'p',
      'span',
      'style',
      'table',
      'td',
      'th',
      'title',
      'tr',
    ]);
    expect(html.match(/<style>/g)).toHaveLength(1);
    expect(html).toContain(`default-src 'none'`);
    // Control: the attack is there, escaped, some ten times over.
    expect(html.split('&lt;script&gt;alert(1)').length).toBeGreaterThan(8);
  });

  it('shows right-to-left text in its own direction, and makes invisible marks visible', () => {
    const { html } = exported({ name: 'محكمة كازاخستان', trick: 'evidence\u202efdp.exe' });
    expect(html).toContain('<span class="text" dir="auto">محكمة كازاخستان</span>');
    expect(html).toContain('evidence[U+202E]fdp.exe');
    expect(html).not.toContain('\u202e');
  });

  it('says so when there is no signature, since it was transcribed itself', () => {
    const bytes = canonicalBytes(JSON.parse(sealed({}).bytes.toString('utf8')));
    expect(exportMessage({ training: false, bytes, signature: null, stateNames: {} }).html).toContain(
      'none: transcribed from a document',
    );
  });

  it('is pure: the same message gives the same text', () => {
    const input = { ...sealed({ a: [1, true, null, {}, []] }), training: false, stateNames: {} };
    expect(exportMessage(input)).toEqual(exportMessage(input));
  });
});
