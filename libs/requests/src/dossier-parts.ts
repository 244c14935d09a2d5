import type { Tx } from '@comity/database';
import { Attachment } from './attachment.entity.js';
import { FileEvent } from './file-event.entity.js';
import { readFile, requestUnknown } from './files.js';
import type { RequestFile } from './request-file.entity.js';

/** One's own file with its events and documents, in order, for whoever gives the whole of it out. */
export interface FileParts {
  file: RequestFile;
  events: FileEvent[];
  attachments: Attachment[];
}

/** Who may have them, and the entry of the reading, are the caller's. @throws Problem 404 `request.unknown` */
export async function readFileParts(tx: Tx, id: string): Promise<FileParts> {
  const file = await readFile(tx, id);
  if (!file) throw requestUnknown();
  const where = { state: tx.state, fileId: id };
  const events = await tx.manager.find(FileEvent, { where, order: { seq: 'ASC' } });
  const attachments = await tx.manager.find(Attachment, { where, order: { addedAt: 'ASC', id: 'ASC' } });
  return { file, events, attachments };
}
