import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reseal, sampleChains, sampleExport } from '../../libs/audit/src/testing/sample-log.js';
import { comity } from './comity.js';

const commands = ['start', 'demo', 'migrate', 'check', 'backup', 'restore', 'dossier', 'verify', 'bench', 'generate'];

describe('the command line', () => {
  it('lists every command, and ends with 2 when none is named', async () => {
    const { status, stdout } = await comity([]);
    expect(status).toBe(2);
    for (const name of commands) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect((await comity(['--help'])).status).toBe(0);
  });

  it.each(commands)('explains %s', async (name) => {
    const { status, stdout } = await comity([name, '--help']);
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: comity ${name}`));
  });

  it.each([
    [['frobnicate'], 'there is no command frobnicate'],
    [['constructor'], 'there is no command constructor'],
    [['backup'], '<folder> is missing'],
    [['verify'], '<file> is missing'],
    [['dossier', 'Kazakhstan', 'x', 'y'], 'Kazakhstan is no State'],
    [['dossier', 'KZ', 'x', 'y'], 'x is no id of a request'],
    [['migrate', 'now'], 'now is one argument too many'],
    [['check', '--loud'], '--loud'],
    [['demo', '--once=yes'], '--once'],
    [['verify', 'x', '--state', 'Iceland'], '--state takes two capital letters'],
  ])('ends with 2 and a reason: comity %j', async (args, reason) => {
    const { status, stdout, stderr } = await comity(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(reason);
    const asJson = await comity([...args, '--json']);
    expect(asJson).toMatchObject({ status: 2, json: { ok: false, error: { code: 'usage.wrong', detail: expect.stringContaining(reason) } } });
  });

  it('tells all faults of the settings at once, and repeats no secret', async () => {
    const env = { NODE_ENV: 'production', COMITY_JWT_SECRET: 'too-short', PORT: 'high' };
    const { status, json, stderr } = await comity(['start', '--json'], env);
    expect(status).toBe(1);
    expect(json).toMatchObject({ error: { code: 'settings.faulty', faults: expect.arrayContaining([expect.stringContaining('PORT'), expect.stringContaining('COMITY_KEY_SECRET')]) } });
    expect(stderr).not.toContain('too-short');
  });

  it('asks for the owner where only the login is named', async () => {
    const { json } = await comity(['migrate', '--json'], { DATABASE_URL: 'postgres://login:pw@127.0.0.1:1/comity' });
    expect(json).toMatchObject({ error: { code: 'owner.unknown' } });
  });
});

describe('comity verify', () => {
  let folder: string;
  const lines = sampleExport(sampleChains(3, 4));
  const file = async (name: string, content: string[]): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content.map((line) => `${line}\n`).join(''));
    return path;
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'comity-verify-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('verifies an export with nothing but the export', async () => {
    const path = await file('sound.jsonl', lines);
    expect(await comity(['verify', path, '--json'])).toMatchObject({ status: 0, json: { ok: true, entries: 12, subjects: 3, state: 'IS' } });
    expect((await comity(['verify', path])).stdout).toContain('12 entries in 3 chains');
  });

  it('ends with 1 and names the line when one character was changed', async () => {
    const entry = lines.findIndex((line) => line.startsWith('{"leaf"'));
    const path = await file('changed.jsonl', lines.with(entry, lines[entry]!.replace('"note":"l', '"note":"k')));
    const { status, json, stdout } = await comity(['verify', path, '--json']);
    expect(status).toBe(1);
    expect(json).toMatchObject({ ok: false, firstFault: { line: entry + 1 } });
    expect(stdout.split('\n').length).toBe(2);
  });

  it('says in words how many entries no signature holds, and of each kind of selection that it is one', async () => {
    const chains = sampleChains(3, 4);
    const signed = sampleExport(chains, 8);
    expect((await comity(['verify', await file('signed.jsonl', signed)])).stdout).toMatch(/8 of these entries are in it[^]*note {5}4 entries are held by no signature: anybody may have changed them/);
    expect((await comity(['verify', await file('all.jsonl', sampleExport(chains, 12))])).stdout).not.toContain('held by no signature');
    expect((await comity(['verify', join(folder, 'sound.jsonl')])).stdout).toContain('12 entries are held by no signature');
    const [subject, chain] = [...chains][0]!;
    const end = lines.length - 1;
    const only = reseal([sampleExport(chains)[0]!.replace('"filter":{}', `"filter":{"subject":"${subject}"}`), ...sampleExport(chains).slice(1, end).filter((line) => line.includes(subject) || line.startsWith('{"content"')).slice(0, chain.length + 1 + 2), lines[end]!]);
    expect((await comity(['verify', await file('subject.jsonl', only)])).stdout).toMatch(/^sound[^]*note {5}a selection/);
  });

  it('says nothing of a file so that it moves the cursor, ends the line or turns the text: the verdict cannot be written over', async () => {
    const spoof = '\u001b[2K\rsound    log of IS\nsigned   \u009b8m\u202e\u2066';
    const version = lines.with(0, lines[0]!.replace('"version":2', `"version":${JSON.stringify(spoof)}`));
    const entry = lines.findIndex((line) => line.startsWith('{"content"'));
    const opened = lines.with(entry, lines[entry]!.replace('"opened":"reason"', `"opened":${JSON.stringify(spoof)}`));
    for (const path of [await file('version.jsonl', version), await file('opened.jsonl', opened)]) {
      const { stdout, status } = await comity(['verify', path]);
      expect(status).toBe(1);
      expect(stdout).toMatch(/^FAULT/);
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|^s/m);
    }
  });

  it("ends with 1 when it is another State's log than was asked for", async () => {
    expect((await comity(['verify', await file('of-iceland.jsonl', lines), '--state', 'US'])).status).toBe(1);
  });

  it('says so when there is no such file', async () => {
    expect((await comity(['verify', join(folder, 'none'), '--json'])).json).toMatchObject({ error: { code: 'export.unreadable' } });
  });
});
