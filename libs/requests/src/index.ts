import { Attachment } from './attachment.entity.js';
import { Deadline } from './deadline.entity.js';
import { FileEvent } from './file-event.entity.js';
import { Measure } from './measure.entity.js';
import { RequestFile } from './request-file.entity.js';

export * from './domain/index.js';
export { Attachment, Deadline, FileEvent, Measure, RequestFile };
/** For the DataSource. */
export const REQUEST_ENTITIES = [RequestFile, Measure, FileEvent, Deadline, Attachment];
export * from './attachments.service.js';
export * from './clocks/deadline.dto.js';
export * from './clocks/deadline-acts.js';
export * from './clocks/deadline-reader.js';
export * from './clocks/deadline-view.js';
export * from './content.dto.js';
export * from './correspondence.service.js';
export * from './deadlines.service.js';
export * from './draft.dto.js';
export * from './drafts.service.js';
export * from './evidence-desk.js';
export { FactsLoader } from './facts.js';
export * from './measure-places.js';
export * from './request-reader.js';
export type { OpenedRequest } from './third-state-request.js';
export * from './request-view.js';
export { faultsInWiring, RequestsModule } from './requests.module.js';
export { RequestsService, type ActCommand } from './requests.service.js';
export * from './settings.js';
