/**
 * An alarm `a` that was neither acknowledged nor ended. Told by this column and not by `status`, which says the same: an
 * index leads with that, and a server that has not counted the alarms yet reads all that stand to end the one of a deadline.
 */
export const STANDS = 'a.settled_at IS NULL';
