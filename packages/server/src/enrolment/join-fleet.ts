/**
 * A device comes into the fleet: what was decided about it before it came, which cohort it belongs to, and whoever has to
 * hear of it, in one transaction with its enrolment.
 */
import { SERVER_ACTOR } from '../accounts/actor.ts'
import { moveByRules } from '../devices/change-device.ts'
import type { ExpectedDevice } from '../devices/expected-device-store.ts'
import type { CohortDoor } from '../ports.ts'
import type { Database, Stores } from '../stores.ts'
import type { Enrolment } from './enrolment-store.ts'

export interface FleetToJoin {
  readonly stores: Database
  readonly door: CohortDoor | undefined
}

/** False, and nothing changed, when the token has been used or the device enrolled meanwhile. */
export async function joinFleet(
  { stores, door }: FleetToJoin,
  enrolment: Enrolment,
  at: number,
): Promise<boolean> {
  const { product } = enrolment
  const { device } = enrolment.use
  try {
    await stores.transaction(async (within) => {
      const found = await within.expectedDevices.find(device)
      const expected = found?.product === product ? found : undefined
      const cohort = expected?.cohort ?? enrolment.cohort
      // Undone with everything else: the token is not used up.
      if (!(await within.enrolments.enrol({ ...enrolment, cohort }, at))) throw new CameTooLate()
      await within.cohorts.ensure(product, cohort, at)
      await within.audit.append({
        ...{ at, actor: SERVER_ACTOR, action: 'device.enrolled', product, outcome: 'done' },
        ...{ subject: `device/${device}`, after: { cohort, expected: expected !== undefined } },
      })
      await within.events.add({ at, type: 'device.enrolled', product, data: { device, cohort } })
      if (expected !== undefined) await applyExpected(within, expected, cohort)
      const moved = await moveByRules(within, { product, device, at })
      await door?.joined(within, { product, device, cohort: moved ?? cohort, at })
    })
    return true
  } catch (error) {
    if (error instanceof CameTooLate) return false
    throw error
  }
}

async function applyExpected(
  { fleet, expectedDevices }: Stores,
  { product, id, isPinned, isTest, attributes }: ExpectedDevice,
  cohort: string,
): Promise<void> {
  await fleet.assign(product, id, { cohort, pinned: isPinned })
  await fleet.setTest(product, id, isTest)
  await fleet.setAttributes(product, id, attributes)
  await expectedDevices.remove(product, id)
}

class CameTooLate extends Error {}
