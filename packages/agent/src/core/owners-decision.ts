/**
 * What the owner can decide, and what becomes of their choices (CRA Annex I, Part I (2)(c)). Pure: the
 * run saves the result before it has any effect. One who asks for too much is told what there is.
 */
import { type FactoryWindow, type Facts, RequestError, type UpdateMode } from '@fleetward/shared'
import type { ActivityClass, ActivityEvent, Way } from '../ports.ts'
import type { OwnersChoices } from './owners-choices.ts'
import type { Allowance } from './postponement.ts'

/** All times in seconds since 1970. Without `path` the update that is offered now is meant. */
export type OwnersDecision =
  | { readonly what: 'install'; readonly path?: string }
  | { readonly what: 'postpone'; readonly until: number; readonly path?: string }
  /** Without `until` it has no end. */
  | { readonly what: 'opt-out'; readonly until?: number }
  | { readonly what: 'opt-in' }
  | { readonly what: 'set-window'; readonly window: FactoryWindow | 'none' }
  | { readonly what: 'change-settings'; readonly settings: OwnersSettingsChange }

export interface OwnersSettingsChange {
  readonly security?: UpdateMode
  readonly functionality?: UpdateMode
  readonly notify?: boolean
  readonly approvalAsLastStep?: boolean
  readonly remoteManagement?: boolean
  readonly pageLocalNetwork?: boolean
  readonly logClassesOff?: readonly ActivityClass[]
}

export interface DecidingSituation {
  /** Seconds since 1970, never below the floor. */
  readonly now: number
  /** Path of the release that is offered and not under way yet, or waits for its last step. */
  readonly offered?: string
  /** Of that release; undefined until its signatures were verified. */
  readonly allowance?: Allowance
}

/** The choices from now on. Throws RequestError: nothing changed, the facts say what would do. */
export function choicesAfter(
  owner: OwnersChoices,
  decision: OwnersDecision,
  situation: DecidingSituation,
): OwnersChoices {
  switch (decision.what) {
    case 'install':
      return { ...owner, approved: { path: requireOffered(decision.path, situation) } }
    case 'postpone':
      return postponed(owner, decision, situation)
    case 'opt-out':
      return optedOut(owner, decision.until, situation.now)
    case 'opt-in': {
      const { optedOutUntil: _until, optedOutSince: _since, ...others } = owner
      return others
    }
    case 'set-window':
      return { ...owner, window: decision.window }
    case 'change-settings':
      return { ...owner, ...decision.settings }
  }
}

function postponed(
  owner: OwnersChoices,
  { until, path }: Extract<OwnersDecision, { what: 'postpone' }>,
  situation: DecidingSituation,
): OwnersChoices {
  const offered = requireOffered(path, situation)
  const { allowance, now } = situation
  // How long it may wait is signed with the release, and that was not verified yet.
  if (allowance === undefined) throw new RequestError('RELEASE_NOT_VERIFIED', { path: offered })
  if (until <= now) throw new RequestError('REQUEST_INVALID', { field: 'until', now })
  if (until > allowance.latest) {
    const { latest, remainingSeconds } = allowance
    throw new RequestError('POSTPONEMENT_EXHAUSTED', { latest, remainingSeconds })
  }
  // An "install now" of before is taken back.
  const { approved: _, ...others } = owner
  return { ...others, postponed: { path: offered, until } }
}

function optedOut(owner: OwnersChoices, until: number | undefined, now: number): OwnersChoices {
  if (until !== undefined && until <= now) {
    throw new RequestError('REQUEST_INVALID', { field: 'until', now })
  }
  const { approved: _, ...others } = owner
  return { ...others, optedOutUntil: until ?? 'forever', optedOutSince: now }
}

function requireOffered(path: string | undefined, { offered }: DecidingSituation): string {
  if (offered !== undefined && (path === undefined || path === offered)) return offered
  throw new RequestError('NOTHING_TO_INSTALL', offered === undefined ? {} : { offered })
}

export interface DecisionEntry {
  readonly class: ActivityClass
  readonly event: ActivityEvent
  readonly by: Way
  readonly facts: Facts
}

/** For the activity log: what was decided, by which way. */
export function entryOf(decision: OwnersDecision, by: Way): DecisionEntry {
  switch (decision.what) {
    case 'install':
      return { class: 'update', event: 'update-approved', by, facts: pathOf(decision) }
    case 'postpone': {
      const facts = { until: decision.until, ...pathOf(decision) }
      return { class: 'update', event: 'update-postponed', by, facts }
    }
    case 'opt-out': {
      const facts = { until: decision.until ?? 'forever' }
      return { class: 'configuration', event: 'opted-out', by, facts }
    }
    case 'opt-in':
      return { class: 'configuration', event: 'opted-in', by, facts: {} }
    case 'set-window': {
      const { window } = decision
      const facts =
        window === 'none' ? { window } : { ...window, weekdays: window.weekdays.join(' ') }
      return { class: 'configuration', event: 'window-changed', by, facts }
    }
    case 'change-settings': {
      const facts = Object.entries(decision.settings).map(([name, value]) => [
        name,
        typeof value === 'object' ? value.join(' ') : value,
      ])
      return {
        ...{ class: 'configuration', event: 'settings-changed', by },
        facts: Object.fromEntries(facts),
      }
    }
  }
}

const pathOf = ({ path }: { readonly path?: string }) => (path === undefined ? {} : { path })
