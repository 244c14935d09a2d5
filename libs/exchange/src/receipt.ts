import type { Problem } from '@comity/kernel';
import type { Receipt } from './receipt.dto.js';

export const rejectedReceipt = (problem: Problem, messageId: string | null, sha256: string, at: Date): Receipt => ({
  status: 'rejected',
  messageId,
  sha256,
  at: at.toISOString(),
  code: problem.code,
  detail: [problem.detail, ...(problem.errors ?? []).map((e) => `${e.pointer}: ${e.detail}`)].join(' '),
});
