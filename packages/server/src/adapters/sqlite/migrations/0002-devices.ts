/** Enrolment tokens, devices, reports, commands. */
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

export const devices: Migration = {
  async up(_database: Kysely<unknown>): Promise<void> {},
}
