import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StateCode } from '@comity/kernel';
import type { Facts } from './domain/index.js';

/** Something that happened in a file, with the facts it was decided on. */
@Entity('file_event')
export class FileEvent {
  @PrimaryColumn({ type: 'text' }) state: StateCode;
  @PrimaryColumn({ name: 'file_id', type: 'uuid' }) fileId: string;
  @PrimaryColumn({ type: 'integer' }) seq: number;
  @Column({ type: 'integer', nullable: true }) measure: number | null;
  @Column({ type: 'text' }) type: string;
  @Column({ type: 'text' }) source: 'official' | 'counterpart' | 'clock' | 'node';
  @Column({ name: 'account_id', type: 'uuid', nullable: true }) accountId: string | null;
  @Column({ name: 'authority_id', type: 'text', nullable: true }) authorityId: string | null;
  @Column({ type: 'text', nullable: true }) provenance: string | null;
  @Column({ type: 'timestamptz' }) at: Date;
  @Column({ type: 'jsonb' }) payload: Record<string, unknown>;
  @Column({ type: 'jsonb' }) facts: Facts;
  @Column({ type: 'text', array: true }) crossed: string[];
  @Column({ type: 'text', nullable: true }) rule: string | null;
  @Column({ name: 'message_id', type: 'uuid', nullable: true }) messageId: string | null;
  @Column({ type: 'jsonb' }) sent: { id: string; seq: number; type: string; measure: number | null }[];
  @Column({ name: 'letter_state', type: 'text' }) letterState: string;
  @Column({ name: 'measure_state', type: 'text', nullable: true }) measureState: string | null;
  @Column({ type: 'text', nullable: true }) noted: string | null;
}
