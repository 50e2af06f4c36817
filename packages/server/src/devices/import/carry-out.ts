/**
 * Carries an import out once all of it can be: first every line is held against what there is, then it is written, a
 * chunk to a transaction. Cut off in the middle, the same file does the rest.
 */
import { setImmediate as othersTurn } from 'node:timers/promises'
import type { Database } from '../../stores.ts'
import type { AttributeValue } from '../attribute-value.ts'
import type { DeviceChange } from '../change-device.ts'
import type { Device } from '../device-store.ts'
import { expectDevice } from '../expect-device.ts'
import type { ExpectedDevice } from '../expected-device-store.ts'
import type { Doing, Fleet } from '../fleet.ts'
import type { ImportedDevice, Mistake } from './imported-device.ts'
import { IMPORT_CHUNK_COUNT } from './limits.ts'
import type { ReadLine } from './read-import.ts'

export interface Plan {
  /** Enrolled devices that are to be changed. */
  readonly changes: readonly { readonly device: string; readonly change: DeviceChange }[]
  readonly expected: readonly ExpectedDevice[]
  /** Of {@link expected}, how many were on the list before. */
  readonly expectedBefore: number
  readonly unchanged: number
  readonly mistakes: readonly Mistake[]
}

export async function planImport(
  stores: Database,
  { product, at }: { readonly product: string; readonly at: number },
  lines: readonly ReadLine[],
): Promise<Plan> {
  const changes: Plan['changes'][number][] = []
  const expected: ExpectedDevice[] = []
  const mistakes: Mistake[] = []
  let expectedBefore = 0
  let unchanged = 0
  for (let start = 0; start < lines.length; start += IMPORT_CHUNK_COUNT) {
    const chunk = lines.slice(start, start + IMPORT_CHUNK_COUNT)
    const known = await knownOf(stores, product, chunk)
    for (const { line, device } of chunk) {
      const { id } = device
      const taken = known.taken.get(id)
      const waiting = known.expected.get(id)
      const what = obstacle(device, product, taken, waiting)
      if (what !== undefined) {
        mistakes.push({ line, what, field: 'id' })
        continue
      }
      const enrolled = known.devices.get(id)
      if (enrolled !== undefined) {
        if (differs(enrolled, device)) changes.push({ device: id, change: device })
        else unchanged += 1
        continue
      }
      const wanted = expectation(product, at, device, waiting)
      if (waiting !== undefined && isSame(waiting, wanted)) unchanged += 1
      else {
        expected.push(wanted)
        if (waiting !== undefined) expectedBefore += 1
      }
    }
    await othersTurn()
  }
  return { changes, expected, expectedBefore, unchanged, mistakes }
}

export async function carryOut(
  { stores, fleet }: { readonly stores: Database; readonly fleet: Fleet },
  doing: Doing,
  product: string,
  { changes, expected }: Plan,
): Promise<void> {
  for (let start = 0; start < expected.length; start += IMPORT_CHUNK_COUNT) {
    await stores.transaction(async (within) => {
      for (const device of expected.slice(start, start + IMPORT_CHUNK_COUNT)) {
        await expectDevice(within, device, { ...doing, again: false })
      }
    })
    await othersTurn()
  }
  for (let start = 0; start < changes.length; start += IMPORT_CHUNK_COUNT) {
    await fleet.changeEach(doing, product, changes.slice(start, start + IMPORT_CHUNK_COUNT))
    await othersTurn()
  }
}

async function knownOf(stores: Database, product: string, lines: readonly ReadLine[]) {
  const ids = lines.map(({ device }) => device.id)
  const byId = <Item extends { readonly id: string }>(items: readonly Item[]) =>
    new Map(items.map((item) => [item.id, item]))
  return {
    taken: byId(await stores.fleet.taken(ids)),
    expected: byId(await stores.expectedDevices.some(ids)),
    devices: byId(await stores.devices.some(product, ids)),
  }
}

function obstacle(
  { cohort }: ImportedDevice,
  product: string,
  taken: { product: string; isRevoked: boolean; isDecommissioned: boolean } | undefined,
  waiting: ExpectedDevice | undefined,
): string | undefined {
  const elsewhere = [taken, waiting].some((other) => other && other.product !== product)
  if (elsewhere) return 'is an id in use; device ids are used once'
  if (taken?.isDecommissioned === true) return 'is the id of a device that was decommissioned'
  if (taken?.isRevoked === true && cohort !== undefined) {
    return 'was revoked and cannot be assigned; enrol it again first'
  }
  return undefined
}

/** As changeDevice takes it: a cohort without a word about pinning pins. */
function differs(device: Device, wanted: ImportedDevice): boolean {
  const { cohort = device.cohort, test = device.test } = wanted
  const { pinned = wanted.cohort === undefined ? device.pinned : true } = wanted
  if (cohort !== device.cohort || pinned !== device.pinned || test !== device.test) return true
  return [...wanted.attributes].some(
    ([name, value]) =>
      (Object.hasOwn(device.attributes, name) ? device.attributes[name] : undefined) !== value,
  )
}

function expectation(
  product: string,
  at: number,
  { id, attributes, ...wanted }: ImportedDevice,
  before: ExpectedDevice | undefined,
): ExpectedDevice {
  const { cohort = before?.cohort } = wanted
  const { pinned = wanted.cohort === undefined ? (before?.isPinned ?? false) : true } = wanted
  const all = new Map<string, AttributeValue>(before?.attributes)
  for (const [name, value] of attributes) {
    if (value === undefined) all.delete(name)
    else all.set(name, value)
  }
  const { test = before?.isTest ?? false } = wanted
  return {
    ...{ id, product, cohort, isPinned: pinned, isTest: test, attributes: all },
    expectedAt: before?.expectedAt ?? at,
  }
}

function isSame(a: ExpectedDevice, b: ExpectedDevice): boolean {
  const attributes = (of: ExpectedDevice) => JSON.stringify([...of.attributes].toSorted())
  const { cohort, isPinned, isTest } = a
  return (
    cohort === b.cohort &&
    isPinned === b.isPinned &&
    isTest === b.isTest &&
    attributes(a) === attributes(b)
  )
}
