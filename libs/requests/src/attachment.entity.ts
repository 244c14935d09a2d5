import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StateCode } from '@comity/kernel';

/** A document of a file; its bytes lie in the State's own store under their SHA-256. */
@Entity('attachment')
export class Attachment {
  @PrimaryColumn({ type: 'text' }) state: StateCode;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ name: 'file_id', type: 'uuid' }) fileId: string;
  @Column({ type: 'text' }) name: string;
  @Column({ name: 'media_type', type: 'text' }) mediaType: string;
  /** Bytes. */
  @Column({ type: 'bigint', transformer: { from: Number, to: (n: number) => n } }) size: number;
  @Column({ type: 'text' }) sha256: string;
  @Column({ type: 'text' }) origin: 'own' | 'counterpart';
  /**
   * Of the other State's: copied, and hashed here. False of one's own once it was taken out of the draft: the row stays,
   * since the log tells of the document, a dossier is held to the log, and an erasure finds the bytes by it.
   */
  @Column({ type: 'boolean' }) verified: boolean;
  /** Named in a letter that came on paper: its bytes are not here, and no node has them. */
  @Column({ name: 'on_paper', type: 'boolean', default: false }) onPaper: boolean;
  @Column({ name: 'added_by', type: 'uuid', nullable: true }) addedBy: string | null;
  @Column({ name: 'added_at', type: 'timestamptz' }) addedAt: Date;
  /** Set by an erasure; the bytes may still be there for another request. */
  @Column({ name: 'erased_at', type: 'timestamptz', nullable: true }) erasedAt: Date | null;
}

export const isTakenOut = ({ origin, verified }: Pick<Attachment, 'origin' | 'verified'>): boolean => origin === 'own' && !verified;
