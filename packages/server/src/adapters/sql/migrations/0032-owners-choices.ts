/**
 * What an owner chose about updates, and on which clock the device goes, beside the device and no longer in its last
 * claims alone: previews count it, a million devices at a time. Null: the device has not told.
 */
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const statements = [
  'ALTER TABLE devices ADD COLUMN automatic_security INTEGER',
  'ALTER TABLE devices ADD COLUMN automatic_functionality INTEGER',
  // Of the release that its owner put off until `postponed_until`.
  'ALTER TABLE devices ADD COLUMN postponed_version TEXT',
  'ALTER TABLE devices ADD COLUMN own_window TEXT',
  'ALTER TABLE devices ADD COLUMN time_zone TEXT',
]

const CHUNK_COUNT = 1_000

interface Heard {
  devices: {
    id: string
    automatic_security: number | null
    automatic_functionality: number | null
    postponed_version: string | null
    time_zone: string | null
  }
  device_heads: { device: string; claims: string | null; inventory: string | null }
}

interface Claims {
  readonly owner?: {
    readonly automaticSecurity?: boolean
    readonly automaticFunctionality?: boolean
    readonly postponedUntil?: number
  }
  readonly waitingFor?: string
  readonly release?: { readonly version: string }
}

export const ownersChoices: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await run(database, statements)
    await readClaims(database as Kysely<Heard>)
  },
}

/** From the claims of each device's last report. Few choices are different: one statement for all that are alike. */
async function readClaims(database: Kysely<Heard>): Promise<void> {
  let after = ''
  for (;;) {
    const heads = await database
      .selectFrom('device_heads')
      .select(['device', 'claims', 'inventory'])
      .where('device', '>', after)
      .orderBy('device')
      .limit(CHUNK_COUNT)
      .execute()
    const alike = Map.groupBy(heads, (head) => JSON.stringify(choicesIn(head)))
    for (const [choices, devices] of alike) {
      if (choices === 'null') continue
      const ids = devices.map(({ device }) => device)
      await database
        .updateTable('devices')
        .set(JSON.parse(choices))
        .where('id', 'in', ids)
        .execute()
    }
    const last = heads.at(-1)
    if (last === undefined || heads.length < CHUNK_COUNT) return
    after = last.device
  }
}

/** What is kept of reports of before may have less in it. */
function choicesIn(
  head: Omit<Heard['device_heads'], 'device'>,
): Omit<Heard['devices'], 'id'> | null {
  const { owner, ...report } = JSON.parse(head.claims ?? '{}') as Claims
  if (owner === undefined) return null
  const flag = (is: boolean | undefined) => (is === undefined ? null : Number(is))
  return {
    automatic_security: flag(owner.automaticSecurity),
    automatic_functionality: flag(owner.automaticFunctionality),
    postponed_version: isPostponed(owner, report) ? (report.release?.version ?? null) : null,
    time_zone: zoneIn(JSON.parse(head.inventory ?? '{}')),
  }
}

function isPostponed({ postponedUntil }: NonNullable<Claims['owner']>, { waitingFor }: Claims) {
  return postponedUntil !== undefined && waitingFor === 'postponement'
}

/** As names of zones are written: a device may have reported anything, also what no column takes. */
function zoneIn({ timeZone }: { readonly timeZone?: unknown }): string | null {
  return typeof timeZone === 'string' && /^[\w+/-]{1,64}$/.test(timeZone) ? timeZone : null
}
