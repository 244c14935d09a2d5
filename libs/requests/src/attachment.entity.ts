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
  @Column({ type: 'boolean' }) verified: boolean;
  /** Named in a letter that came on paper: its bytes are not here, and no node has them. */
  @Column({ name: 'on_paper', type: 'boolean', default: false }) onPaper: boolean;
  @Column({ name: 'added_by', type: 'uuid', nullable: true }) addedBy: string | null;
  @Column({ name: 'added_at', type: 'timestamptz' }) addedAt: Date;
  /** Taken out of the draft: it did not cross, and is shown no more. */
  @Column({ name: 'taken_out_at', type: 'timestamptz', nullable: true }) takenOutAt: Date | null;
  /** Set by an erasure; the bytes may still be there for another request. */
  @Column({ name: 'erased_at', type: 'timestamptz', nullable: true }) erasedAt: Date | null;
}
