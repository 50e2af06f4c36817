/**
 * Which column a device is in, case by case: the specification of columnOf, and of every query that counts
 * columns. The rollout is `r`, in its second attempt, of 1.4.3; a device that has not begun is silent from an
 * instant of 1000 or before on, one that has from 2000.
 */
import type { RolloutForColumn } from '../../src/rollouts/engine/column.ts'
import type { DeviceFacts, Membership } from '../../src/rollouts/engine/membership.ts'
import type { Column } from '../../src/rollouts/engine/progress.ts'

export const ROLLOUT_OF_CASES: RolloutForColumn = {
  id: 'r',
  attempt: 2,
  version: '1.4.3',
  entitlement: 'plus',
  overtakenBy: undefined,
  silence: { offered: 1000, underWay: 2000 },
}

/** Offered, seen, runs what was there before. */
export const DEVICE_OF_CASES: DeviceFacts = {
  device: 'SN-1',
  version: '1.4.2',
  rollout: undefined,
  state: 'idle',
  waitingFor: undefined,
  optedOut: false,
  postponedUntil: undefined,
  blocked: undefined,
}

export const MEMBERSHIP_OF_CASES: Membership = {
  group: 0,
  late: false,
  position: 4711,
  offeredAt: 900,
  silenceFrom: 5000,
  end: undefined,
}

export interface ColumnCase {
  readonly says: string
  readonly device?: Partial<DeviceFacts>
  readonly membership?: Partial<Membership>
  readonly overtakenBy?: string
  readonly column: Column
}

const failed = (attempt: number) =>
  ({ as: 'failed', attempt, at: 950, code: 'SELF_TEST_FAILED' }) as const
const succeeded = (attempt: number) =>
  ({ as: 'succeeded', attempt, at: 950, code: undefined }) as const
const of = (state: DeviceFacts['state'], waitingFor?: DeviceFacts['waitingFor']) => ({
  rollout: 'r',
  state,
  waitingFor,
})
const WORK = [
  'downloading',
  'installing',
  'arming',
  'rebooting',
  'trial',
  'committing',
  'rollingBack',
] as const

export const COLUMN_CASES: readonly ColumnCase[] = [
  { says: 'its turn has not come', membership: { offeredAt: undefined }, column: 'notOffered' },
  {
    says: 'its turn has not come, and it is blocked',
    device: { blocked: 'revoked' },
    membership: { offeredAt: undefined },
    column: 'notOffered',
  },
  {
    says: 'its turn has not come, and it has the release already',
    device: { version: '1.4.3' },
    membership: { offeredAt: undefined },
    column: 'notOffered',
  },
  { says: 'offered and seen since', column: 'offered' },
  { says: 'it took the offer', device: of('offered'), column: 'offered' },
  {
    says: 'it never said what it runs',
    device: { version: undefined, state: undefined },
    column: 'offered',
  },
  { says: 'not seen since the offer', membership: { silenceFrom: undefined }, column: 'offline' },
  ...WORK.map(
    (state): ColumnCase => ({ says: `it is ${state}`, device: of(state), column: 'underWay' }),
  ),
  {
    says: 'the new version runs on trial',
    device: { ...of('trial'), version: '1.4.3' },
    column: 'underWay',
  },
  {
    says: 'it is on trial and the offer is overtaken: what has begun goes on',
    device: of('trial'),
    overtakenBy: 's',
    column: 'underWay',
  },
  { says: 'it runs the release', device: { version: '1.4.3' }, column: 'succeeded' },
  {
    says: 'it succeeded, and something later runs on it',
    device: { version: '1.5.0' },
    membership: { end: succeeded(1) },
    column: 'succeeded',
  },
  {
    says: 'it succeeded and was revoked later',
    device: { blocked: 'revoked' },
    membership: { end: succeeded(2) },
    column: 'succeeded',
  },
  { says: 'it failed', device: of('failed'), membership: { end: failed(2) }, column: 'failed' },
  {
    says: 'it failed and is not seen any more',
    membership: { end: failed(2), silenceFrom: undefined },
    column: 'failed',
  },
  {
    says: 'it failed and was quarantined for it',
    device: { blocked: 'quarantined' },
    membership: { end: failed(2) },
    column: 'failed',
  },
  {
    says: 'it failed and opted out',
    device: { optedOut: true },
    membership: { end: failed(2) },
    column: 'failed',
  },
  {
    says: 'it failed in the attempt before this one',
    device: of('failed'),
    membership: { end: failed(1) },
    column: 'offered',
  },
  { says: 'seen since, and no beginning', membership: { silenceFrom: 1000 }, column: 'silent' },
  {
    says: 'one second is left to begin',
    membership: { silenceFrom: 1001 },
    column: 'offered',
  },
  {
    says: 'it began, and came to no end',
    device: of('installing'),
    membership: { silenceFrom: 2000 },
    column: 'silent',
  },
  {
    says: 'one second is left to end',
    device: of('installing'),
    membership: { silenceFrom: 2001 },
    column: 'underWay',
  },
  {
    says: 'its owner is asked, for ever if need be',
    device: of('offered', 'approval'),
    membership: { silenceFrom: 1 },
    column: 'waitingForConsent',
  },
  {
    says: 'its owner is asked, and without an answer it goes by itself at the deadline',
    device: of('offered', 'deadline'),
    column: 'waitingForConsent',
  },
  {
    says: 'it waits for its window',
    device: of('offered', 'window'),
    membership: { silenceFrom: 1 },
    column: 'waitingForWindow',
  },
  ...(['power', 'space', 'product', 'start'] as const).map(
    (waitingFor): ColumnCase => ({
      says: `it waits for ${waitingFor}`,
      device: of('offered', waitingFor),
      column: 'waiting',
    }),
  ),
  {
    says: 'it has written the slot, and its owner has the last word on the switch',
    device: of('installing', 'approval'),
    membership: { silenceFrom: 1 },
    column: 'waitingForConsent',
  },
  {
    says: 'it has written the slot, and its window closed meanwhile',
    device: of('installing', 'window'),
    membership: { silenceFrom: 1 },
    column: 'waitingForWindow',
  },
  {
    says: 'it has written the slot, and the product does not allow a restart',
    device: of('installing', 'product'),
    membership: { silenceFrom: 1 },
    column: 'waiting',
  },
  {
    says: 'its owner is asked, and another rollout goes before it',
    device: of('offered', 'approval'),
    overtakenBy: 's',
    column: 'overtaken',
  },
  {
    says: 'it waited for its window, and was quarantined',
    device: { ...of('offered', 'window'), blocked: 'quarantined' },
    column: 'blocked',
  },
  { says: 'postponed', device: of('offered', 'postponement'), column: 'postponed' },
  {
    says: 'postponed before the switch',
    device: of('installing', 'postponement'),
    membership: { silenceFrom: 1 },
    column: 'postponed',
  },
  { says: 'it waits for an opt-in', device: of('offered', 'optIn'), column: 'optedOut' },
  {
    says: 'its owner opted out before the offer came',
    device: { optedOut: true },
    membership: { silenceFrom: 1 },
    column: 'optedOut',
  },
  {
    says: 'opted out and not seen',
    device: { optedOut: true },
    membership: { silenceFrom: undefined },
    column: 'optedOut',
  },
  {
    says: 'opted out, and its owner asked for this one',
    device: { ...of('downloading'), optedOut: true },
    column: 'underWay',
  },
  {
    says: 'what it waits for is another rollout',
    device: { rollout: 'other', state: 'offered', waitingFor: 'approval' },
    column: 'offered',
  },
  { says: 'revoked', device: { blocked: 'revoked' }, column: 'blocked' },
  { says: 'moved to another cohort', device: { blocked: 'leftCohort' }, column: 'blocked' },
  {
    says: 'it has not the entitlement that the release asks for',
    device: { blocked: 'notEntitled' },
    column: 'blocked',
  },
  {
    says: 'its entitlement ended while it was at work',
    device: { ...of('installing'), blocked: 'notEntitled' },
    membership: { silenceFrom: 1 },
    column: 'blocked',
  },
  {
    says: 'it succeeded before its entitlement ended',
    device: { version: '1.4.3', blocked: 'notEntitled' },
    membership: { end: succeeded(2) },
    column: 'succeeded',
  },
  {
    says: 'quarantined while at work',
    device: { ...of('installing'), blocked: 'quarantined' },
    membership: { silenceFrom: 1 },
    column: 'blocked',
  },
  { says: 'another rollout goes before it', overtakenBy: 's', column: 'overtaken' },
  {
    says: 'another rollout goes before it, and it was silent',
    membership: { silenceFrom: 1 },
    overtakenBy: 's',
    column: 'overtaken',
  },
  {
    says: 'it postponed, and another rollout goes before it',
    device: of('offered', 'postponement'),
    overtakenBy: 's',
    column: 'overtaken',
  },
  {
    says: 'it is at work on another rollout',
    device: { rollout: 's', state: 'downloading' },
    column: 'overtaken',
  },
  { says: 'it runs something newer', device: { version: '1.10.0' }, column: 'overtaken' },
]
