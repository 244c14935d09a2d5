import { badRequest, conflict, contentErased, forbidden, notFound, Problem, unprocessable } from '@comity/kernel';

export const tooLarge = (maxBytes: number): Problem =>
  new Problem({
    status: 413,
    code: 'upload.too-large',
    title: 'The file is too large',
    detail: `The file is larger than the ${maxBytes} bytes taken here. Split it, and name the parts in order.`,
  });

export const truncated = (size: number, declared?: number): Problem =>
  badRequest('upload.truncated', `Only ${size}${declared === undefined ? '' : ` of ${declared}`} bytes arrived; nothing was stored. Send the file again.`);

export const hashMismatch = (expected: string, found: string): Problem =>
  unprocessable('upload.hash-mismatch', `The file has the SHA-256 ${found}, not ${expected}; nothing was stored. Check the file and send it again.`);

export const isHashMismatch = (error: unknown): boolean => error instanceof Problem && error.code === 'upload.hash-mismatch';

export const storageFull = (): Problem =>
  new Problem({
    status: 507,
    code: 'storage.full',
    title: 'No room left',
    detail: 'The store of this node has no room for the file; nothing was stored. Tell its operator.',
  });

export const packageNotFound = (): Problem => notFound('evidence.not-found', 'There is no such evidence package here.');

export const itemNotFound = (): Problem => notFound('evidence.file-not-found', 'There is no such file in the package, or it has not arrived yet.');

export const itemErased = (): Problem => contentErased('The bytes of this file were erased when their period was over. Its hash and the entry of its erasure are on record.');

export const packageNotOpen = (): Problem =>
  conflict('evidence.package-sealed', 'The package is sealed and takes no more files. Open another package for the measure.');

export const nameTaken = (): Problem =>
  conflict('evidence.name-taken', 'The package has a file of this name already. Give the new one another name.');

export const notForYou = (): Problem =>
  forbidden('evidence.not-permitted', 'Your roles do not let you handle the evidence of this file.');

export const notCollecting = (why?: string): Problem =>
  conflict('evidence.not-collecting', why ?? 'The measure is not in a state in which data may be collected.');

export const invalidName = (detail: string): Problem =>
  badRequest('evidence.name-invalid', detail, [{ pointer: '/name', code: 'evidence.name-invalid', detail }]);

export const invalidManifest = (pointer: string, detail: string): Problem =>
  unprocessable('manifest.invalid', detail, undefined, [{ pointer, code: 'manifest.invalid', detail }]);

export const unfitProcedure = (detail: string): Problem =>
  unprocessable('evidence.procedure-unfit', detail, undefined, [{ pointer: '/procedure', code: 'evidence.procedure-unfit', detail }]);

/** Sealed, it would go out in a message that the other State must refuse, and nothing could follow it in the thread. */
export const notSealable = ({ errors = [] }: Problem): Problem =>
  unprocessable('evidence.not-sealable', 'The other State could not take this package in; see errors. Open another package for the measure without that, and upload the files to it.', undefined, errors);

export const packageEmpty = (): Problem => unprocessable('evidence.package-empty', 'The package holds no file. Upload the evidence before sealing it.');

export const packageFull = (most: number): Problem =>
  conflict('evidence.package-full', `A package takes ${most} files at most. Pack the files together, or open another package.`);

export const notSealed = (): Problem =>
  conflict('evidence.not-sealed', 'Only a sealed package that was not yet transmitted can be transmitted. Seal it, or name another.');

export const manifestElsewhere = (): Problem =>
  conflict('manifest.other-package', 'A package of this id with another manifest was received before. Ask the other central authority which one holds.');

export const notEntered = (): Problem =>
  conflict('evidence.not-entered', 'Open a package for this measure, enter the files that came, and seal it; then name it in the transcription.');
