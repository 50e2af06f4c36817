/** Rollouts that stand still until somebody decides: halted by themselves or by hand, or never begun. */
import { RELEASE_KINDS, type ReleaseKind } from '@fleetward/shared'
import { z } from 'zod'
import { name, version } from '../../http/api-schema.ts'
import type { Rule } from '../../rollouts/engine/explain/because.ts'
import { RULES } from '../../rollouts/engine/explain/explain-rollout.ts'
import { returnsTo } from '../../rollouts/engine/fleet-return.ts'
import type { Rollout } from '../../rollouts/rollout.ts'
import { inTime, matterOf, type Urgency } from '../matter.ts'
import { source } from '../source.ts'

/** What a person knows a rollout by. */
export const rolloutFacts = {
  ...{ release: version, cohort: name },
  releaseKind: z.enum(RELEASE_KINDS),
}

const reason = z.object({
  rule: z.enum(RULES),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
})

export const rolloutHalted = matterOf(
  'rolloutHalted',
  'A rollout that paused or stopped, by itself or by hand, and nobody has gone on with it',
  { rollout: name },
  {
    ...rolloutFacts,
    state: z.enum(['paused', 'stopped']),
    reason: reason.meta({
      description: 'As in the explanation of the rollout; `byHand`: a person did it',
    }),
    returnsTo: version.nullable().meta({ description: 'What its devices go back to meanwhile' }),
  },
)
export const rolloutStuck = matterOf(
  'rolloutStuck',
  'A rollout that goes on only if a person decides: it cannot reach its success share any more, or lets in nobody who joins late',
  { rollout: name },
  { ...rolloutFacts, state: z.enum(['running', 'finished']), reason },
)
export const rolloutWaits = matterOf(
  'rolloutWaits',
  'A rollout that waits for a person to start it, or that cannot be created as planned',
  { rollout: name },
  {
    ...rolloutFacts,
    waitsFor: z.enum(['start', 'otherPlan']),
    trouble: z.string().nullable().meta({ description: 'The code of why not as planned' }),
  },
)
type RolloutMatter =
  | z.output<typeof rolloutHalted>
  | z.output<typeof rolloutStuck>
  | z.output<typeof rolloutWaits>

export const rollouts = source([rolloutHalted, rolloutStuck, rolloutWaits], {
  needs: 'rollout.read',
  async find({ stores, products }) {
    const found: RolloutMatter[] = []
    for (const product of products) {
      const all = await stores.rollouts.ofProduct(product)
      for (const rollout of all.filter((one) => !isSuperseded(one, all))) {
        const published = await stores.releases.find(product, rollout.release)
        const matter = matterIn(rollout, published?.release.kind ?? 'functionality')
        if (matter !== undefined) found.push(matter)
      }
    }
    return found.toSorted(inTime)
  },
})

/** The cohort has a later one: nobody needs to go on with what stopped before. */
function isSuperseded({ state, cohort, startedAt }: Rollout, all: readonly Rollout[]): boolean {
  if (state !== 'stopped') return false
  return all.some(
    (other) =>
      other.cohort === cohort && other.startedAt > startedAt && other.state !== 'withdrawn',
  )
}

function matterIn(rollout: Rollout, releaseKind: ReleaseKind): RolloutMatter | undefined {
  const { product, id, release, cohort, state, changedAt, trouble, startsItself } = rollout
  const common = { product, since: changedAt, by: null, subject: { rollout: id } }
  const facts = { release, cohort, releaseKind }
  if (state === 'paused' || state === 'stopped') {
    const reason = rollout.engine.halted ?? { rule: 'byHand' as const, facts: {} }
    return {
      ...{ kind: 'rolloutHalted', severity: urgencyOf(reason.rule), ...common },
      facts: {
        ...{ ...facts, state, reason: { rule: reason.rule, facts: { ...reason.facts } } },
        returnsTo: returnsTo(rollout.plan, rollout.engine) ?? null,
      },
    }
  }
  const { stuck } = rollout.engine
  if (stuck !== undefined && (state === 'running' || state === 'finished')) {
    const { rule, facts: figures } = stuck.because
    return {
      ...{ kind: 'rolloutStuck', severity: 'soon', ...common, since: stuck.since },
      facts: { ...facts, state, reason: { rule, facts: { ...figures } } },
    }
  }
  const waits = { kind: 'rolloutWaits', severity: 'soon', ...common } as const
  if (trouble !== undefined) {
    return { ...waits, facts: { ...facts, waitsFor: 'otherPlan', trouble: trouble.code } }
  }
  if (state !== 'ready' || startsItself) return undefined
  return { ...waits, facts: { ...facts, waitsFor: 'start', trouble: null } }
}

/** Failures may be a fleet that breaks; a pause that was planned only waits; and who paused it by hand knows. */
function urgencyOf(rule: Rule): Urgency {
  if (rule === 'errorThreshold') return 'urgent'
  return rule === 'byHand' ? 'note' : 'soon'
}
