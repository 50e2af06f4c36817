/** Puts a device on the list of those that are expected, in a transaction. */
import type { Actor } from '../accounts/actor.ts'
import { HttpError } from '../http/problem.ts'
import type { Stores } from '../stores.ts'
import type { ExpectedDevice } from './expected-device-store.ts'

/**
 * `again`: also when a device of this id was decommissioned. Throws HttpError when the id is taken; where it is taken by
 * another product, that is all that is said.
 */
export async function expectDevice(
  stores: Stores,
  device: ExpectedDevice,
  of: { readonly by: Actor; readonly requestId?: string | undefined; readonly again: boolean },
): Promise<void> {
  const { id, product, cohort, isPinned, isTest, attributes, expectedAt } = device
  await requireId(stores, device, of.again)
  if (cohort !== undefined) await stores.cohorts.ensure(product, cohort, expectedAt)
  await stores.expectedDevices.save(device)
  await stores.audit.append({
    ...{ at: expectedAt, actor: of.by, action: 'device.expected', product, outcome: 'done' },
    subject: `device/${id}`,
    after: {
      ...{ cohort: cohort ?? null, pinned: isPinned, test: isTest },
      attributesSet: [...attributes.keys()],
      ...(of.again ? { again: true } : {}),
    },
    requestId: of.requestId,
  })
}

async function requireId(
  { enrolments, expectedDevices }: Stores,
  { id, product }: ExpectedDevice,
  again: boolean,
): Promise<void> {
  const known = await enrolments.findDevice(id)
  const expected = await expectedDevices.find(id)
  const products = [known, expected].flatMap((other) => other?.product ?? [])
  if (products.some((other) => other !== product)) throw taken()
  if (known === undefined) return
  if (known.isDecommissioned && !again) throw decommissioned()
  if (!known.isRevoked) {
    throw new HttpError(409, 'DEVICE_ALREADY_ENROLLED', 'A device of this id is enrolled already')
  }
}

function taken(): HttpError {
  return new HttpError(409, 'DEVICE_ID_TAKEN', 'This id is in use; device ids are used once')
}

export function decommissioned(): HttpError {
  return new HttpError(
    409,
    'DEVICE_DECOMMISSIONED',
    'A device of this id was decommissioned. To use the id again, expect the device with "again"',
  )
}
