/** A rollout as it is being typed: texts as they stand in fields, and the request that they make. Pure. */
import type { NewRollout, Release, RolloutPlan } from '../../../api/operator-api.gen.ts'
import { numberOf, secondsOf } from './typed-number.ts'

export type MembersKind = 'share' | 'count' | 'filter' | 'rest'

export interface GroupDraft {
  readonly name: string
  readonly kind: MembersKind
  /** Per cent of the cohort, a number of devices, or a filter. */
  readonly value: string
  readonly successPercent: string
  readonly soakMinutes: string
  readonly afterwards: 'next' | 'pause'
  readonly errorPercent: string
  readonly errorMinimum: string
}

export interface Draft {
  readonly release: string
  readonly cohort: string
  readonly groups: readonly GroupDraft[]
  readonly pace: 'none' | 'fixed' | 'rising'
  readonly perMinute: string
  readonly startPerMinute: string
  readonly factor: string
  readonly everySuccesses: string
  readonly maxPerMinute: string
  readonly window: 'none' | 'device' | 'zone'
  readonly weekdays: readonly number[]
  readonly from: string
  readonly to: string
  readonly zone: string
  readonly startAt: string
  readonly silenceHours: string
  readonly returnTo: string
  readonly deadline: 'policy' | 'own' | 'none'
  readonly deadlineAt: string
  readonly loosenedReason: string
  readonly apply: 'automatic' | 'ask'
  readonly postponeHours: string
  readonly spreadMinutes: string
  readonly notice: 'usual' | 'own'
  readonly summary: string
  readonly severity: 'none' | 'low' | 'medium' | 'high' | 'critical'
  readonly advisories: string
  readonly url: string
  readonly startsItself: boolean
  readonly isEmergency: boolean
  readonly emergencyReason: string
}

export type Kind = Release['kind']

/** docs/rollouts.md; a fix goes out soon and carefully, new functions slowly and at night. */
export function newDraft(kind: Kind | undefined, release = ''): Draft {
  const isFix = kind !== 'functionality'
  return {
    ...{ release, cohort: '', groups: stages(isFix) },
    ...{ pace: 'rising', perMinute: '500' },
    ...{ startPerMinute: '50', factor: '2', everySuccesses: '500', maxPerMinute: '2000' },
    ...{ window: isFix ? 'none' : 'device', weekdays: [1, 2, 3, 4], from: '22:00', to: '05:00' },
    ...{ zone: '', startAt: '', silenceHours: '24', returnTo: '' },
    ...{ deadline: 'policy', deadlineAt: '', loosenedReason: '' },
    ...{ apply: 'automatic', postponeHours: '', spreadMinutes: '0' },
    ...{ notice: 'usual', summary: '', severity: 'none', advisories: '', url: '' },
    ...{ startsItself: false, isEmergency: false, emergencyReason: '' },
  }
}

function stages(isFix: boolean): readonly GroupDraft[] {
  const first = group('first', 'share', isFix ? '5' : '1')
  const soakMinutes = isFix ? '60' : '1440'
  const careful = { ...first, soakMinutes, errorPercent: '5', errorMinimum: '3' }
  return [careful, group('everybody', 'rest')]
}

export function group(name: string, kind: MembersKind, value = ''): GroupDraft {
  return {
    ...{ name, kind, value, successPercent: '90', soakMinutes: '60', afterwards: 'next' },
    ...{ errorPercent: '10', errorMinimum: '10' },
  }
}

/** A twentieth of few devices is nobody, and ten of few failures stop nothing: small cohorts get a small first group. */
export function fittedTo(draft: Draft, devicesCount: number): Draft {
  const [first, ...rest] = draft.groups
  if (first?.kind !== 'share' || devicesCount >= SMALL_COUNT || devicesCount === 0) return draft
  const count = Math.max(1, Math.ceil((devicesCount * Number(first.value)) / 100))
  const errorMinimum = '1'
  return {
    ...draft,
    groups: [
      { ...first, kind: 'count', value: String(count), errorMinimum },
      ...rest.map((each) => ({
        ...each,
        errorMinimum: String(Math.min(SMALL_FAILURES, devicesCount)),
      })),
    ],
  }
}

const SMALL_COUNT = 60

/** One group of everybody, which stops at no more failures than a small cohort can have. */
export function allAtOnce(devicesCount: number): readonly GroupDraft[] {
  const all = { ...group('all', 'rest'), soakMinutes: '0' }
  if (devicesCount >= SMALL_COUNT || devicesCount === 0) return [all]
  return [{ ...all, errorMinimum: String(Math.min(SMALL_FAILURES, devicesCount)) }]
}

const SMALL_FAILURES = 3

export function bodyOf(draft: Draft, start = false): NewRollout {
  const { release, cohort, emergencyReason, loosenedReason } = draft
  return {
    ...{ release, cohort, plan: planFrom(draft), policy: policyFrom(draft), start },
    ...(loosenedReason.trim() === '' ? {} : { loosened: { reason: loosenedReason } }),
    ...(draft.notice === 'usual' ? {} : { notice: noticeFrom(draft) }),
    ...(draft.isEmergency ? { emergency: { reason: emergencyReason } } : {}),
  }
}

function planFrom(draft: Draft): RolloutPlan {
  const { weekdays, from, to, returnTo } = draft
  const zone = draft.window === 'device' ? 'device' : draft.zone
  const at = secondsOf(draft.startAt)
  return {
    groups: draft.groups.map(groupFrom),
    ...(draft.pace === 'none' ? {} : { pace: paceFrom(draft) }),
    ...(draft.window === 'none' ? {} : { window: { weekdays, from, to, zone } }),
    ...(at === undefined ? {} : { start: { at } }),
    silenceSeconds: whole(draft.silenceHours, 3600),
    ...(returnTo === '' ? {} : { returnTo }),
  }
}

function groupFrom(draft: GroupDraft): RolloutPlan['groups'][number] {
  const { name, kind, value, afterwards } = draft
  return {
    name,
    members:
      kind === 'rest'
        ? { rest: true }
        : kind === 'filter'
          ? { filter: value }
          : kind === 'count'
            ? { count: whole(value) }
            : { share: percent(value) },
    success: {
      ...{ share: percent(draft.successPercent), soakSeconds: whole(draft.soakMinutes, 60) },
      afterwards,
    },
    error: { share: percent(draft.errorPercent), minimum: whole(draft.errorMinimum) },
  }
}

function paceFrom(draft: Draft): NonNullable<RolloutPlan['pace']> {
  if (draft.pace === 'fixed') return { kind: 'fixed', devicesPerMinute: whole(draft.perMinute) }
  return {
    ...{ kind: 'exponential', startPerMinute: whole(draft.startPerMinute) },
    ...{ factor: whole(draft.factor), everySuccesses: whole(draft.everySuccesses) },
    maxPerMinute: whole(draft.maxPerMinute),
  }
}

function policyFrom(draft: Draft): NonNullable<NewRollout['policy']> {
  const { apply, deadline, postponeHours, spreadMinutes } = draft
  return {
    apply,
    ...(deadline === 'none' ? { deadline: null } : {}),
    ...(deadline === 'own' ? { deadline: secondsOf(draft.deadlineAt) ?? Number.NaN } : {}),
    ...(postponeHours.trim() === '' ? {} : { postponeUpTo: whole(postponeHours, 3600) }),
    spread: whole(spreadMinutes, 60),
  }
}

function noticeFrom({
  summary,
  severity,
  advisories,
  url,
}: Draft): NonNullable<NewRollout['notice']> {
  const ids = advisories.split(/[\s,]+/).filter((id) => id !== '')
  return { summary, severity, advisories: ids, ...(url.trim() === '' ? {} : { url: url.trim() }) }
}

/** What is no number becomes null on its way, and the server says at which field. */
function whole(text: string, unit = 1): number {
  const value = numberOf(text)
  return value === undefined ? Number.NaN : Math.round(value * unit * 1e6) / 1e6
}

function percent(text: string): number {
  return whole(text, 0.01)
}
