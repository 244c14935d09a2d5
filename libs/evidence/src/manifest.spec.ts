import { canonicalJson, newId, sha256Hex } from '@comity/kernel';
import { checkFileName, checkMediaType } from './file-name.js';
import { type Manifest, manifestBytes, manifestHash, readManifest } from './manifest.js';

const manifest = (): Manifest => ({
  v: 1,
  packageId: newId(),
  from: 'IS',
  to: 'US',
  thread: newId(),
  measure: 1,
  madeAt: '2013-07-23T10:00:00.000Z',
  authority: 'is-central',
  procedure: 'Image made with a write blocker; hash taken at once.',
  files: [
    { number: 1, name: 'server.img', mediaType: 'application/octet-stream', size: 10, sha256: 'a'.repeat(64) },
    { number: 2, name: 'протокол.pdf', mediaType: 'application/pdf', size: 0, sha256: 'b'.repeat(64) },
  ],
});

describe('a manifest', () => {
  it('has one hash, in whatever order its members were written', () => {
    const m = manifest();
    const reordered = JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(m).reverse()))) as Manifest;
    expect(manifestHash(reordered)).toBe(manifestHash(m));
    expect(manifestHash(m)).toBe(sha256Hex(canonicalJson(m)));
    expect(readManifest(JSON.parse(manifestBytes(m).toString('utf8')))).toEqual(m);
  });

  it('has another hash when any of what it says changes', () => {
    const m = manifest();
    const changed: Manifest[] = [
      { ...m, measure: 2 },
      { ...m, procedure: 'another' },
      { ...m, files: m.files.slice(0, 1) },
      { ...m, files: [{ ...m.files[0]!, sha256: 'c'.repeat(64) }, m.files[1]!] },
    ];
    expect(new Set([m, ...changed].map(manifestHash)).size).toBe(5);
  });

  const faults: [what: string, pointer: string, break_: (m: Manifest) => unknown][] = [
    ['another version', '/v', (m) => ({ ...m, v: 2 })],
    ['no object', '', () => []],
    ['a member that manifests do not have', '', (m) => ({ ...m, extra: 1 })],
    ['a package that is no UUID', '/packageId', (m) => ({ ...m, packageId: '../x' })],
    ['no files', '/files', (m) => ({ ...m, files: [] })],
    ['too many files', '/files', (m) => ({ ...m, files: Array(1001).fill(m.files[0]) })],
    ['files out of order', '/files/0/number', (m) => ({ ...m, files: [...m.files].reverse() })],
    ['two files of one name', '/files/1/name', (m) => ({ ...m, files: [m.files[0], { ...m.files[0], number: 2 }] })],
    ['a name that leaves its folder', '/files/0', (m) => ({ ...m, files: [{ ...m.files[0], name: '../../etc/passwd' }] })],
    ['a name that shows as another', '/files/0', (m) => ({ ...m, files: [{ ...m.files[0], name: 'evidence\u202efdp.exe' }] })],
    ['a hash in capitals', '/files/0/sha256', (m) => ({ ...m, files: [{ ...m.files[0], sha256: 'A'.repeat(64) }] })],
    ['a negative size', '/files/0/size', (m) => ({ ...m, files: [{ ...m.files[0], size: -1 }] })],
    ['a date without a time', '/madeAt', (m) => ({ ...m, madeAt: '2013-07-23' })],
  ];
  it.each(faults.map(([what, pointer, spoil]) => ({ what, pointer, spoil })))('is refused with $what', ({ pointer, spoil }) => {
    expect(() => readManifest(spoil(manifest()))).toThrow(
      expect.objectContaining({ status: 422, code: 'manifest.invalid', errors: [expect.objectContaining({ pointer })] }),
    );
  });
});

describe('a file name', () => {
  it('may be in any script', () => {
    for (const name of ['server.img', 'صورة الخادم.img', '服务器.img', 'a b (1).tar.gz', '.hidden']) expect(checkFileName(name)).toBe(name);
  });

  it('is refused when it could be taken for another or for a folder', () => {
    const names = ['', '.', '..', 'a/b', 'a\\b', 'a\0b', 'a\nb', ' a', 'a ', 'e\u0301', 'x\u202ey', '\u200ex', 'a'.repeat(256), 'é'.repeat(128), '\ud800', 7];
    for (const name of names) expect(() => checkFileName(name)).toThrow(expect.objectContaining({ status: 400, code: 'evidence.name-invalid' }));
  });

  it('has a media type without parameters', () => {
    expect(checkMediaType('application/vnd.tcpdump.pcap')).toBe('application/vnd.tcpdump.pcap');
    for (const type of ['', 'text', 'text/html; charset=x', 'TEXT/HTML', 'text/html\r\nx: y', undefined]) expect(() => checkMediaType(type)).toThrow(expect.objectContaining({ code: 'evidence.media-type-invalid' }));
  });
});
