import { sha256Hex, type Json, type StateCode } from '@comity/kernel';
import type { Envelope } from './envelope.js';
import { markup, page, valueHtml, type Html } from './letter-html.js';

export interface ExportedMessage {
  /** Machine-readable: the sealed bytes as text, with signature and digest. */
  json: string;
  /** To print and send: a complete HTML document without scripts or outside resources. */
  html: string;
}

export interface ExportInput {
  bytes: Buffer;
  /** Null for a message that was transcribed. */
  signature: string | null;
  /** Names to print, for example `{ IS: 'Iceland' }`; codes stand where a name is missing. */
  stateNames: Readonly<Record<StateCode, string>>;
  ownReference?: string;
  counterpartReference?: string;
  /** The request rests on an instrument applied as an exercise: nobody who holds the paper may take it for earnest. */
  training: boolean;
  /** What the type is called in the letter's language; the type itself is always printed. */
  title?: string;
  /** The sender's newest checkpoint of its log, and the key that verifies it: a counterpart without a node is a witness by keeping it. */
  checkpoint?: { note: string; key: string };
  /** BCP 47; default `en`. */
  language?: string;
}

/**
 * What leaves by hand for an off-network State: JSON that a node can verify, and a letter that a person can read.
 * Pure: the same message gives the same bytes.
 */
export function exportMessage(input: ExportInput): ExportedMessage {
  const sealed = input.bytes.toString('utf8');
  const envelope = JSON.parse(sealed) as Envelope;
  const digest = sha256Hex(input.bytes);
  const references = { own: input.ownReference ?? null, counterpart: input.counterpartReference ?? null };
  const json = JSON.stringify(
    {
      format: 'comity-message', version: 1, training: input.training, references, sha256: digest, signature: input.signature, sealed,
      ...(input.checkpoint && { log: input.checkpoint }),
    },
    null,
    2,
  );
  return { json: `${json}\n`, html: letter(input, envelope, digest) };
}

function letter(input: ExportInput, envelope: Envelope, digest: string): string {
  const name = (state: StateCode): string => {
    const known = Object.hasOwn(input.stateNames, state) ? input.stateNames[state] : undefined;
    return known === undefined ? state : `${known} (${state})`;
  };
  const facts: [string, Json][] = [
    ['From', name(envelope.from)],
    ['To', name(envelope.to)],
    ['Our reference', input.ownReference ?? null],
    ['Your reference', input.counterpartReference ?? null],
    ['Act', envelope.type],
    ['Measure', envelope.measure ?? 'the letter as a whole'],
    ['Message number', envelope.seq],
    ['Answers up to your message number', envelope.ack === 0 ? 'none' : envelope.ack],
    ['Date', envelope.sentAt],
  ];
  const seal: [string, Json][] = [
    ['Message', envelope.id],
    ['Thread', envelope.thread],
    ['SHA-256 of the sealed message', digest],
    ['Signature (JWS, EdDSA)', input.signature ?? 'none: transcribed from a document'],
    ...(input.checkpoint ? logFacts(input.checkpoint.note) : []),
  ];
  const title = input.title ?? envelope.type;
  return page(
    input.language ?? 'en',
    `${title} ${envelope.seq}`,
    markup`
<header>${input.training ? EXERCISE : markup``}<h1 dir="auto">${title}</h1>${table(facts)}</header>
<main><h2>Content</h2>${valueHtml(envelope.body)}</main>
<footer><h2>Seal</h2>${table(seal)}
<p>The digest and the signature cover the exact text in the accompanying JSON file. When answering, please quote both references and the message number.</p></footer>`,
  );
}

const EXERCISE = markup`<p><strong>Exercise.</strong> This request rests on an instrument that is applied for training only. Do not act on it as on a request in earnest.</p>`;

/** Size and root of a checkpoint (C2SP), to be kept on paper. */
function logFacts(note: string): [string, Json][] {
  const [origin, size, root] = note.split('\n');
  return [["Sender's log", origin!], ['Entries in it before this export', size!], ['Root over them (SHA-256, base64)', root!]];
}

function table(rows: [string, Json][]): Html {
  const given = rows.filter(([, value]) => value !== null);
  const lines = given.map(
    ([label, value]) => markup`<tr><th scope="row">${label}</th><td dir="auto">${String(value)}</td></tr>`,
  );
  return markup`<table>${lines}</table>`;
}
