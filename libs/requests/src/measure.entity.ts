import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Form, MeasureContent } from '@comity/treaty';
import type { StateCode } from '@comity/kernel';
import type { ChartState, Outcome, Particulars } from './domain/index.js';

/** One measure of a letter, with its own statechart and outcome. */
@Entity('measure')
export class Measure {
  @PrimaryColumn({ type: 'text' }) state: StateCode;
  @PrimaryColumn({ name: 'file_id', type: 'uuid' }) fileId: string;
  @PrimaryColumn({ type: 'integer' }) no: number;
  @Column({ type: 'text' }) form: Form;
  @Column({ type: 'jsonb' }) content: MeasureContent;
  @Column({ type: 'jsonb' }) chart: ChartState;
  @Column({ type: 'text', nullable: true }) outcome: Outcome | null;
  @Column({ type: 'jsonb' }) particulars: Particulars;
}
