import { Writable } from 'node:stream';
import { Output } from '../../apps/cli/src/output.js';

const HOSTILE = 'a\u001b[2K\rb\nc\td\u0085\u009b8m\u2028\u2029\u202e\u2066\u200f\u007fz';

function written(json: boolean, act: (out: Output) => void): { out: string; err: string } {
  const texts = { out: '', err: '' };
  const stream = (name: 'out' | 'err') => new Writable({ write(chunk, _encoding, done) { texts[name] += String(chunk); done(); } });
  act(new Output(stream('out'), stream('err'), json));
  return texts;
}

describe('what a command says', () => {
  it('stays one line, and moves nothing on a terminal, whatever is in it', () => {
    const said = String.raw`a\u001b[2K\u000db\u000ac\u0009d\u0085\u009b8m\u2028\u2029\u202e\u2066\u200f\u007fz`;
    expect(written(false, (out) => out.say(HOSTILE)).out).toBe(`${said}\n`);
  });

  it('leaves letters of all scripts as they are', () => {
    expect(written(false, (out) => out.say('Jón Þór 司法 «الأدلة» 👩‍⚖️')).out).toBe('Jón Þór 司法 «الأدلة» 👩‍⚖️\n');
  });

  it('for programs says the same, escaped as JSON has it', () => {
    const { out } = written(true, (output) => output.result({ detail: HOSTILE }));
    expect(out.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
    expect(JSON.parse(out)).toEqual({ detail: HOSTILE });
  });

  it('of several lines, as a text or a complaint, is as many', () => {
    expect(written(false, (out) => out.text('one\n\ntwo\r')).out).toBe('one\n\ntwo\\u000d\n');
    expect(written(false, (out) => out.complain('one\ntwo\u001b')).err).toBe('one\ntwo\\u001b\n');
  });
});
