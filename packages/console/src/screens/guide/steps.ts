/** The way from a first sign-in to a first watched rollout: which steps are done, told by what there is. Pure. */
import { compareVersions } from '@fleetward/shared'
import type { Advisory, Release, Rollout } from '../../api/operator-api.gen.ts'
import type { Permission } from '../../live/me.ts'

export const STEPS = [
  ...(['passkey', 'product', 'devices', 'release', 'rollout', 'watch', 'why', 'advisory'] as const),
]
export type Step = (typeof STEPS)[number]

/** Of the product that is looked at, and of who looks. */
export interface Standing {
  /** The account's id. */
  readonly viewer: string | undefined
  readonly product: string | undefined
  readonly devices: number
  /** Those that run a release which a person of this console rolled out. */
  readonly updated: number
  readonly releases: readonly Release[]
  readonly rollouts: readonly Rollout[]
  readonly advisories: readonly Advisory[]
}

export function doneSteps(standing: Standing): ReadonlySet<Step> {
  const { product, devices, releases, advisories, updated } = standing
  const done: readonly (readonly [Step, boolean])[] = [
    // Whoever reads this has signed in.
    ['passkey', true],
    ['product', product !== undefined],
    ['devices', devices > 0],
    ['release', releases.some(({ withdrawnAt }) => withdrawnAt === undefined)],
    ['rollout', ownRollout(standing) !== undefined],
    ['watch', updated > 0],
    ['advisory', advisories.some(({ state }) => state === 'published')],
  ]
  return new Set(done.filter(([, isDone]) => isDone).map(([step]) => step))
}

/** What a step's act asks of who does it; the others are for everybody who may look. */
const NEEDS: Readonly<Partial<Record<Step, Permission>>> = {
  ...{ rollout: 'rollout.plan', watch: 'rollout.plan', advisory: 'advisory.manage' },
}

export const needOf = (step: Step): Permission | undefined => NEEDS[step]

/**
 * What comes next. That somebody looked at a device leaves no trace, so that step is never waited for.
 * @param closed steps that are not for the viewer's roles: nobody waits for them either
 */
export function nextStep(
  done: ReadonlySet<Step>,
  closed: ReadonlySet<Step> = new Set(),
): Step | undefined {
  return STEPS.find((step) => step !== 'why' && !done.has(step) && !closed.has(step))
}

/** The newest that the viewer has had a hand in. */
export function ownRollout({ rollouts, viewer }: Standing): Rollout | undefined {
  return rollouts
    .filter(({ authors }) => viewer !== undefined && authors.includes(viewer))
    .toSorted((one, other) => other.startedAt - one.startedAt)[0]
}

/**
 * What to roll out first: the newest release that is out and that no rollout has yet. Never one that goes behind what
 * the fleet was given: that would be an old hole, offered as a first step.
 */
export function releaseToRollOut({ releases, rollouts }: Standing): Release | undefined {
  const taken = new Set(rollouts.map(({ release }) => release))
  const given = rollouts.filter(({ state }) => state === 'running' || state === 'finished')
  const isAhead = (version: string) =>
    given.every(({ release }) => compareVersions(version, release) > 0)
  return releases
    .filter(({ version, withdrawnAt }) => withdrawnAt === undefined && !taken.has(version))
    .filter(({ version }) => isAhead(version))
    .toSorted((one, other) => other.publishedAt - one.publishedAt)[0]
}
