import type { Entry } from '@comity/audit';
import type { Json } from '@comity/kernel';
import type { DossierAttachment } from './format.js';
import { DossierStop } from './report.js';

/** What a message of the other State says of a document it encloses. */
interface Enclosed {
  id: string;
  name: string;
  mediaType: string;
  size: number;
  sha256: string;
  /** Of a message that was taken in: when. */
  at?: string;
}

/**
 * Holds the documents of a dossier to who names them: one's own to the entry that added it, the other State's to the
 * message that enclosed it, each of those to a document.
 */
export class DocumentsRecord {
  private readonly own = new Map<string, Entry>();
  private readonly enclosed: Enclosed[] = [];
  private readonly received: DossierAttachment[] = [];
  private readonly ids = new Set<string>();
  /** What messages of one's own State that are shown say of a document, by its id. */
  private readonly told = new Map<string, Enclosed>();
  private unknown = false;
  /** Documents of one's own that no message that is shown names: the log has their hash, not their name. */
  untold = 0;

  /** An entry `attachment.added`. */
  added(entry: Entry): void {
    this.own.set(String(entry.body['attachmentId']), entry);
  }

  /** Number in the chain of the entry that added it, where one did. */
  seqOf(id: string): number | undefined {
    return this.own.get(id)?.seq;
  }

  /** What a message that was taken in says. @param body null where it is not shown: whether it encloses anything is then unknown */
  takenIn(body: string | null, at: string): void {
    if (body === null) this.unknown = true;
    else this.enclosed.push(...filesOf(body).map((file) => ({ ...file, at })));
  }

  /** What a message of one's own says, where it is shown. */
  sent(body: string | null): void {
    for (const file of body === null ? [] : filesOf(body)) this.told.set(file.id, file);
  }

  take(document: DossierAttachment): void {
    const { id, origin, sha256, size } = document;
    if (this.ids.has(id)) throw new DossierStop('attachment.repeated', `document ${id} comes twice`);
    this.ids.add(id);
    if (origin === 'counterpart') {
      this.received.push(document);
      return;
    }
    if (origin !== 'own') throw new DossierStop('attachment.differs', `document ${id} comes from nowhere known`);
    const logged = this.own.get(id);
    if (!logged) throw new DossierStop('attachment.not-in-log', `no entry of the log tells of document ${id}`);
    if (logged.body['sha256'] !== sha256 || logged.body['size'] !== size) throw new DossierStop('attachment.differs', `document ${id} is not the one that was added`);
    if (logged.at !== document.addedAt) throw new DossierStop('attachment.differs', `document ${id} was not added when the log says`);
    const told = this.told.get(id);
    if (told && !isNamed(document, told)) throw new DossierStop('attachment.differs', `document ${id} is not named as in the message that encloses it`);
    if (!told) this.untold += 1;
    this.own.delete(id);
  }

  /** To be called after the last document. @returns how many of the other State's are held by nothing, since its messages are not shown */
  done(): number {
    for (const id of this.own.keys()) throw new DossierStop('attachment.missing', `the log tells of document ${id}, which is not here`);
    let unheld = 0;
    // Those that show their name first: one whose name is withheld would else take the place of another with the same bytes.
    for (const document of this.received.sort((a, b) => Number(a.name === null) - Number(b.name === null))) {
      const at = this.enclosed.findIndex((one) => isOf(document, one));
      if (at !== -1) this.enclosed.splice(at, 1);
      else if (this.unknown) unheld += 1;
      else throw new DossierStop('attachment.not-in-message', `no message of the other State encloses document ${document.id} as it is here`);
    }
    const [missing] = this.enclosed;
    if (missing) throw new DossierStop('attachment.missing', `a message of the other State encloses a document of ${missing.size} bytes, SHA-256 ${missing.sha256}, which is not here`);
    return unheld;
  }
}

/** A document keeps its size and hash when its name is withheld or erased; what is erased, not its media type. */
function isOf(document: DossierAttachment, one: Enclosed): boolean {
  return document.size === one.size && document.sha256 === one.sha256 && document.addedAt === one.at && isNamed(document, one);
}

function isNamed({ name, mediaType, erased }: DossierAttachment, one: Enclosed): boolean {
  return (name === null || name === one.name) && (erased === true || mediaType === (one.mediaType ?? 'application/octet-stream'));
}

const filesOf = (body: string): Enclosed[] => ((JSON.parse(body) as { files?: Json }).files ?? []) as unknown as Enclosed[];
