/** Steps on the way of a measure or letter, which a State without a node may leave untold, or tell late. */
const ON_THE_WAY = new Set([
  'ACKNOWLEDGED', 'CLOSURE_NOTICED', 'CLOSED_FOR_WANT_OF_REPLY', 'REOPENED', 'EXAMINATION_BEGUN', 'SECURED', 'GRANTED', 'ASSIGNED', 'AUTHORISED', 'EXECUTION_BEGUN', 'EXECUTED', 'POSTPONED', 'RESUMED', 'HOLD_PLACED', 'HOLD_LIFTED',
  'TRANSMISSION_DECIDED', 'PRESERVATION_ORDERED', 'DATA_SECURED', 'CUSTODIAN_WITHOUT_DATA', 'RELEASE_NOTICED', 'DISCLOSURE_ORDERED', 'PERSON_CONSENTED', 'CUSTODY_LIFTED',
]);

/** That less than all is sent is told, or nobody could know it. */
export const mayBeUntold = (type: string, body: Record<string, unknown>): boolean => ON_THE_WAY.has(type) && body['outcome'] !== 'narrowed';
