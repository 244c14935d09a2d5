import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LetterContent } from '@comity/treaty';
import type { Side, StateCode } from '@comity/kernel';
import type { ChartState, Overall, Particulars } from './domain/index.js';

/** One State's file of one request. */
@Entity('request_file')
export class RequestFile {
  @PrimaryColumn({ type: 'text' }) state: StateCode;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) side: Side;
  @Column({ type: 'text' }) counterpart: StateCode;
  @Column({ name: 'own_reference', type: 'text' }) ownReference: string;
  @Column({ name: 'counterpart_reference', type: 'text', nullable: true }) counterpartReference: string | null;
  @Column({ type: 'text' }) subject: string;
  @Column({ type: 'text' }) overall: Overall;
  @Column({ type: 'jsonb' }) content: LetterContent;
  @Column({ type: 'jsonb' }) letter: ChartState;
  @Column({ type: 'jsonb' }) particulars: Particulars;
  /** Instrument -> version of its profile, pinned at transmission. */
  @Column({ type: 'jsonb' }) profiles: Record<string, string>;
  @Column({ type: 'boolean' }) training: boolean;
  @Column({ type: 'boolean' }) confidential: boolean;
  @Column({ type: 'boolean' }) urgent: boolean;
  @Column({ type: 'boolean' }) expedited: boolean;
  @Column({ type: 'uuid', nullable: true }) supplements: string | null;
  @Column({ name: 'drafted_by', type: 'uuid', array: true }) draftedBy: string[];
  @Column({ type: 'text' }) likeness: string;
  @Column({ name: 'possible_duplicate_of', type: 'uuid', nullable: true }) possibleDuplicateOf: string | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ name: 'event_seq', type: 'integer' }) eventSeq: number;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt: Date;
  @Column({ name: 'changed_at', type: 'timestamptz' }) changedAt: Date;
  @Column({ name: 'transmitted_at', type: 'timestamptz', nullable: true }) transmittedAt: Date | null;
}
