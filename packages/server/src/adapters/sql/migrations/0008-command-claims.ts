/** Which server is handing a command over: two must not sign the same one. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

export const commandClaims: Migration = {
  up: (database) => run(database, ['ALTER TABLE commands ADD COLUMN claimed_until INTEGER']),
}
