/**
 * Devices and cohorts have no number that counts up: which revision somebody saw is what operators had decided by then.
 * What devices report changes all the time and is no revision.
 */
import { createHash } from 'node:crypto'
import type { Json } from '@fleetward/shared'
import type { Revised } from '../http/revision.ts'
import type { Cohort } from './cohorts/cohort-store.ts'
import type { Device } from './device-store.ts'

export function deviceRevision({ cohort, pinned, test, quarantine, attributes }: Device): Revised {
  const set = Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return revisionOf([cohort, pinned, test, quarantine?.at ?? null, set])
}

export function cohortRevision({ name, description }: Cohort): Revised {
  return revisionOf([name, description])
}

function revisionOf(said: Json): Revised {
  const digest = createHash('sha256').update(JSON.stringify(said)).digest()
  return { revision: digest.readUIntBE(0, 6) }
}
