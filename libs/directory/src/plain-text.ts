import { Matches } from 'class-validator';

/** Something to read: no control characters, none that change direction, with which a name can read as another, and not spaces alone. */
const PLAIN_TEXT = /^(?=.*\S)[^\p{Cc}\p{Co}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+$/u;

export const IsPlainText = (): PropertyDecorator => Matches(PLAIN_TEXT, { message: '$property is blank, or holds a control or direction-changing character' });
