import type { DatabaseUrls } from '@comity/database';
import { Refused } from './command.js';

/** Connection URL of the tables' owner. @throws Refused when the settings name the login alone */
export function ownerOf(urls: DatabaseUrls): string {
  if (urls.owner !== undefined) return urls.owner;
  throw new Refused('owner.unknown', 'This needs the owner of the tables: set DATABASE_MIGRATION_URL beside DATABASE_URL.');
}

export function userOf(url: string): string {
  return decodeURIComponent(new URL(url).username);
}
