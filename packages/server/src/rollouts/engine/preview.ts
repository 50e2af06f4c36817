/**
 * What would happen: counts and sample devices for each group, how long it takes at the least, and what stands in
 * the way. Pure; the store counts, because a fleet of a million is no argument.
 */
import { devicesPerMinute } from './allowance.ts'
import type { RolloutPlan } from './plan/plan.ts'
import { opensAt, startsAt } from './plan/windows.ts'
import { byPrecedence, type CohortRollout } from './precedence.ts'
import { PROSPECTS, type Prospect } from './prospect.ts'

/** Of one group, as the store counted it. */
export interface GroupAudience {
  readonly members: number
  readonly prospects: Readonly<Record<Prospect, number>>
  /** Of those who put it off: when the first of them, and when the last, lets it go on. */
  readonly postponedUntil?: { readonly earliest: number; readonly latest: number } | undefined
  /** Ids of a few. */
  readonly sample: readonly string[]
}

export interface Preview {
  readonly groups: readonly (GroupAudience & {
    readonly name: string
    /** Seconds from the first opening to the last at the pace; the devices' own time comes on top. */
    readonly opensWithinSeconds: number
    readonly notes: readonly PreviewNote[]
  })[]
  readonly members: number
  /** If an operator says start now; undefined: its cron expression never comes. */
  readonly startsAt: number | undefined
  readonly firstOpensAt: number | undefined
  /** From the first opening to the end, if nothing fails and every device is quick. */
  readonly leastSeconds: number
  readonly overtakes: readonly string[]
  readonly overtakenBy: string | undefined
}

/** What an operator should see before the start. */
export const PREVIEW_NOTES = [
  'nobody',
  /** Nobody in the group can take it, so it would pass untried. */
  'nobodyCan',
  /** Fewer can fail than the error threshold's minimum. */
  'cannotStopItself',
] as const

export type PreviewNote = (typeof PREVIEW_NOTES)[number]

/** Sooner or later. */
const ABLE = [
  ...(['takesIt', 'asksOwner', 'postponed', 'saidNothing', 'away'] as const),
] satisfies readonly Prospect[]

export function previewOf(
  plan: RolloutPlan,
  audience: readonly GroupAudience[],
  world: {
    readonly artifactBytes: number
    readonly rollout: CohortRollout
    /** Of the cohort, without this one. */
    readonly others: readonly CohortRollout[]
  },
  now: number,
): Preview {
  const groups = plan.groups.map((group, index) => {
    const of = audience[index] ?? EMPTY
    const { prospects } = of
    const able = ABLE.reduce((sum, prospect) => sum + prospects[prospect], 0)
    const notes: (PreviewNote | false)[] = [
      of.members === 0 && 'nobody',
      of.members > 0 && able === 0 && 'nobodyCan',
      able > 0 && able < group.error.minimum && 'cannotStopItself',
    ]
    return {
      ...of,
      name: group.name,
      opensWithinSeconds: openingSeconds(plan, of.members, world.artifactBytes),
      notes: notes.filter((note) => note !== false),
    }
  })
  const starts = startsAt(plan.start, now)
  const running = world.others.filter(({ state }) => state === 'running')
  const ahead = running.filter((other) => byPrecedence(other, world.rollout) < 0)
  const soaks = plan.groups.reduce((sum, { success }) => sum + success.soakSeconds, 0)
  return {
    groups,
    members: groups.reduce((sum, { members }) => sum + members, 0),
    startsAt: starts,
    firstOpensAt: starts === undefined ? undefined : opensAt(plan.window, starts),
    leastSeconds: groups.reduce((sum, { opensWithinSeconds }) => sum + opensWithinSeconds, soaks),
    overtakes: ahead.length > 0 ? [] : running.map(({ id }) => id),
    overtakenBy: ahead.toSorted(byPrecedence)[0]?.id,
  }
}

const EMPTY: GroupAudience = {
  members: 0,
  prospects: Object.fromEntries(PROSPECTS.map((prospect) => [prospect, 0])) as Record<
    Prospect,
    number
  >,
  sample: [],
}

/** Minutes after the first, in which the rest has its turn; an exponential pace as if each device succeeded at once. */
function openingSeconds(
  { pace, bytesPerMinute }: RolloutPlan,
  members: number,
  artifactBytes: number,
): number {
  const byBytes = (bytesPerMinute ?? Number.POSITIVE_INFINITY) / artifactBytes
  if (byBytes < 1) return Math.max(0, members - 1) * Math.ceil(60 / byBytes)
  if (members === 0) return 0
  let minutes = 0
  let opened = 0
  while (opened < members) {
    const byPace = pace === undefined ? Number.POSITIVE_INFINITY : devicesPerMinute(pace, opened)
    const isSteady = pace?.kind !== 'exponential' || byPace >= pace.maxPerMinute
    const perMinute = Math.min(byPace, Math.floor(byBytes))
    if (isSteady) return Math.max(0, minutes + Math.ceil((members - opened) / perMinute) - 1) * 60
    opened += perMinute
    minutes += 1
  }
  return Math.max(0, minutes - 1) * 60
}
