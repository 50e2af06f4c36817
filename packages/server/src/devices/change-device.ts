/**
 * Changes what operators decide about one device, in a transaction: by hand, in bulk, by an import or by a rule. What
 * has to happen with it happens here once: rules are asked again, rollouts hear of a new member, audit and events.
 */
import type { Actor } from '../accounts/actor.ts'
import { SERVER_ACTOR } from '../accounts/actor.ts'
import { HttpError } from '../http/problem.ts'
import type { CohortDoor } from '../ports.ts'
import type { Stores } from '../stores.ts'
import { ATTRIBUTES_MAX_COUNT, type AttributeValue } from './attribute-value.ts'
import { cohortByRule } from './cohorts/cohort-rules.ts'
import { rulesOf } from './cohorts/written-rules.ts'
import type { FilterableDevice } from './filter/matches.ts'

export interface DeviceChange {
  readonly cohort?: string | undefined
  /** Whether rules leave it where it is. */
  readonly pinned?: boolean | undefined
  readonly test?: boolean | undefined
  /** Undefined takes the attribute away. */
  readonly attributes?: ReadonlyMap<string, AttributeValue | undefined> | undefined
}

export interface ChangeOf {
  readonly product: string
  readonly device: string
  readonly change: DeviceChange
  readonly by: Actor
  /** Seconds since 1970. */
  readonly at: number
  readonly requestId?: string | undefined
}

export interface Changed {
  readonly isChanged: boolean
  /** The cohort it is in now, when that is another one. */
  readonly movedTo: string | undefined
}

/** @throws HttpError for a device that is not there, or that the change cannot be made to. */
export async function changeDevice(
  stores: Stores,
  door: CohortDoor | undefined,
  of: ChangeOf,
): Promise<Changed> {
  const { product, device, at } = of
  const before = await stores.fleet.find(product, device)
  if (before === undefined) throw noSuchDevice()
  const wanted = effective(before, of.change)
  if (before.revokedAt !== undefined && wanted.cohort !== before.cohort) throw revoked()
  const isChanged =
    wanted.cohort !== before.cohort ||
    wanted.pinned !== before.isPinned ||
    wanted.test !== before.isTest ||
    wanted.attributes.size > 0
  if (isChanged) {
    await write(stores, of, before, wanted)
    await note(stores, of, before, wanted)
  }
  const byHand = wanted.cohort === before.cohort ? undefined : wanted.cohort
  const byRule = isChanged ? await moveByRules(stores, { product, device, at }) : undefined
  const movedTo = byRule ?? byHand
  if (movedTo !== undefined && movedTo !== before.cohort) {
    await door?.joined(stores, { product, device, cohort: movedTo, at })
    return { isChanged, movedTo }
  }
  return { isChanged, movedTo: undefined }
}

/**
 * Asks the rules about one device whose attributes changed, and moves it. The caller tells rollouts that it joined.
 * Resolves with the new cohort.
 */
export async function moveByRules(
  stores: Stores,
  { product, device, at }: { product: string; device: string; at: number },
): Promise<string | undefined> {
  const rules = await rulesOf(stores, product)
  const found = rules.length === 0 ? undefined : await stores.fleet.find(product, device)
  const cohort = found && cohortByRule(rules, found, at)
  if (found === undefined || cohort === undefined || cohort === found.cohort) return undefined
  await stores.fleet.assign(product, device, { cohort, pinned: false })
  await stores.audit.append({
    ...{ at, actor: SERVER_ACTOR, action: 'device.moved-by-rule', product, outcome: 'done' },
    ...{ subject: `device/${device}`, before: { cohort: found.cohort }, after: { cohort } },
  })
  await stores.events.add({
    ...{ at, type: 'device.assigned', product, data: { device, cohort, by: 'rule' } },
  })
  return cohort
}

interface Wanted {
  readonly cohort: string
  readonly pinned: boolean
  readonly test: boolean
  /** Only those that differ from what is there. */
  readonly attributes: ReadonlyMap<string, AttributeValue | undefined>
}

function effective(before: FilterableDevice, change: DeviceChange): Wanted {
  const { cohort = before.cohort, test = before.isTest } = change
  // Who says where a device belongs means it: without a word about pinning, rules leave it there.
  const { pinned = change.cohort === undefined ? before.isPinned : true } = change
  const set = before.attributes.operator
  const attributes = new Map(
    [...(change.attributes ?? [])].filter(([name, value]) => set.get(name) !== value),
  )
  const after = new Set([...set.keys(), ...attributes.keys()])
  for (const [name, value] of attributes) if (value === undefined) after.delete(name)
  if (after.size > ATTRIBUTES_MAX_COUNT) throw tooManyAttributes()
  return { cohort, pinned, test, attributes }
}

async function write(
  { fleet, cohorts }: Stores,
  { product, device, at }: ChangeOf,
  before: FilterableDevice,
  { cohort, pinned, test, attributes }: Wanted,
): Promise<void> {
  if (cohort !== before.cohort) await cohorts.ensure(product, cohort, at)
  if (cohort !== before.cohort || pinned !== before.isPinned) {
    await fleet.assign(product, device, { cohort, pinned })
  }
  if (test !== before.isTest) await fleet.setTest(product, device, test)
  await fleet.setAttributes(product, device, attributes)
}

/** Of attributes the names alone: their values can be about people, and an audit log forgets nothing. */
async function note(
  { audit, events }: Stores,
  { product, device, by, at, requestId }: ChangeOf,
  before: FilterableDevice,
  { cohort, pinned, test, attributes }: Wanted,
): Promise<void> {
  const names = (isSet: boolean) =>
    [...attributes].flatMap(([name, value]) => ((value !== undefined) === isSet ? name : []))
  await audit.append({
    ...{ at, actor: by, action: 'device.changed', product, subject: `device/${device}` },
    before: { cohort: before.cohort, pinned: before.isPinned, test: before.isTest },
    after: {
      ...{ cohort, pinned, test },
      ...(attributes.size === 0
        ? {}
        : { attributesSet: names(true), attributesRemoved: names(false) }),
    },
    ...{ outcome: 'done', requestId },
  })
  if (cohort === before.cohort) return
  await events.add({
    ...{ at, type: 'device.assigned', product, data: { device, cohort, by: 'operator' } },
  })
}

export function noSuchDevice(): HttpError {
  return new HttpError(404, 'NO_SUCH_DEVICE', 'This product has no device of this id')
}

export function revoked(): HttpError {
  return new HttpError(409, 'DEVICE_REVOKED', 'The device was revoked and receives nothing')
}

function tooManyAttributes(): HttpError {
  return new HttpError(
    409,
    'TOO_MANY_ATTRIBUTES',
    `A device has at most ${ATTRIBUTES_MAX_COUNT} attributes; take some away first`,
  )
}
