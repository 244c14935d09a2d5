import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StateCode } from '@comity/kernel';
import type { DeadlineKind } from '@comity/treaty';

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
  @Column({ name: 'settled_at', type: 'timestamptz', nullable: true }) settledAt: Date | null;
}
