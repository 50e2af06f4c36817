/** When devices of a rollout ended, in order: its curve counts between two times, and looks up no row. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

export const memberEnds: Migration = {
  up: (database) =>
    run(database, [
      `CREATE INDEX rollout_members_ended ON rollout_members (product, rollout, end_as, end_at, end_attempt)
        WHERE end_as IS NOT NULL`,
    ]),
}
