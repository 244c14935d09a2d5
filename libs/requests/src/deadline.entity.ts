import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StateCode } from '@comity/kernel';
import type { DeadlineKind } from '@comity/treaty';

/** By a consultation that both files hold (UNCC 40(28)), or as recorded outside, with its reference. */
export type Agreement = { by: 'consultation'; closedAt: string } | { by: 'record'; reference: string; on: string };

/** A term of a file, with its working. */
@Entity('deadline')
export class Deadline {
  @PrimaryColumn({ type: 'text' }) state: StateCode;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ name: 'file_id', type: 'uuid' }) fileId: string;
  @Column({ type: 'integer', nullable: true }) measure: number | null;
  @Column({ type: 'text' }) code: string;
  @Column({ type: 'text' }) kind: DeadlineKind;
  @Column({ name: 'due_at', type: 'timestamptz' }) dueAt: Date;
  @Column({ type: 'text' }) working: string;
  @Column({ type: 'text', nullable: true }) rule: string | null;
  @Column({ type: 'text', nullable: true }) fires: string | null;
  @Column({ type: 'text' }) status: 'open' | 'ended' | 'fired';
  @Column({ name: 'set_at', type: 'timestamptz' }) setAt: Date;
  @Column({ type: 'text', nullable: true }) reason: string | null;
  /** How the two States agreed; of agreed deadlines that an official set. */
  @Column({ type: 'jsonb', nullable: true }) agreement: Agreement | null;
  /** The official who set it; null where an act did. */
  @Column({ name: 'set_by', type: 'uuid', nullable: true }) setBy: string | null;
  @Column({ name: 'settled_at', type: 'timestamptz', nullable: true }) settledAt: Date | null;
}
