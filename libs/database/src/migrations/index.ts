import type { Migration } from '../migration.js';
import { roles } from './0001_roles.js';
import { directory } from './0002_directory.js';
import { access } from './0003_access.js';
import { audit } from './0004_audit.js';
import { exchange } from './0005_exchange.js';
import { requests } from './0006_requests.js';
import { evidence } from './0007_evidence.js';
import { log } from './0008_log.js';
import { preservation } from './0009_preservation.js';
import { use } from './0010_use.js';
import { expedited } from './0012_expedited.js';
import { network } from './0013_network.js';
import { clocks } from './0014_clocks.js';
import { witness } from './0015_witness.js';
import { questions } from './0017_questions.js';
import { retention } from './0018_retention.js';
import { eraseUses } from './0019_erase_uses.js';
import { refusalGround } from './0020_refusal_ground.js';
import { scannedDocument } from './0021_scanned_document.js';
import { lettersOnPaper } from './0022_letters_on_paper.js';
import { eraseDeclinedLetter } from './0023_erase_declined_letter.js';
import { eraseWords } from './0024_erase_words.js';
import { documentTakenOut } from './0025_document_taken_out.js';
import { waitingOpenings } from './0026_waiting_openings.js';
import { subjectCheck } from './0027_subject_check.js';
import { movedDeadlines } from './0028_moved_deadlines.js';
import { pendingClosings } from './0029_pending_closings.js';
import { auditChecks } from './0030_audit_checks.js';
import { eraseAfterSending } from './0031_erase_after_sending.js';

/** Every migration, in the order in which they run. Each lib's owner adds a line; none is ever changed or removed. */
export const migrations: readonly Migration[] = [
  roles,
  directory,
  access,
  audit,
  exchange,
  requests,
  evidence,
  log,
  preservation,
  use,
  expedited,
  network,
  clocks,
  witness,
  questions,
  retention,
  eraseUses,
  refusalGround,
  scannedDocument,
  lettersOnPaper,
  eraseDeclinedLetter,
  eraseWords,
  documentTakenOut,
  waitingOpenings,
  subjectCheck,
  movedDeadlines,
  pendingClosings,
  auditChecks,
  eraseAfterSending,
];
