/** Rollouts that wait for a second pair of eyes, before they begin or after an emergency. */
import { z } from 'zod'
import { name } from '../../http/api-schema.ts'
import {
  type ApprovalRefusal,
  type ApprovalRule,
  approve,
  type Emergency,
  MACHINE,
  seen,
} from '../../rollouts/approval.ts'
import type { Rollout } from '../../rollouts/rollout.ts'
import { inTime, matterOf } from '../matter.ts'
import { type Looking, source } from '../source.ts'
import { rolloutFacts } from './rollouts.ts'

const REFUSALS = [
  ...(['APPROVER_NOT_A_PERSON', 'APPROVAL_BY_AUTHOR', 'APPROVED_ALREADY'] as const),
  'APPROVER_ROLE_WRONG',
] as const satisfies readonly ApprovalRefusal[]

const whoeverAsks = {
  mayApprove: z.boolean().meta({ description: 'Whether the caller may' }),
  whyNot: z.enum([...REFUSALS, 'NOT_PERMITTED']).nullable(),
}

export const approvalWaiting = matterOf(
  'approvalWaiting',
  'A rollout that waits for approval',
  { rollout: name },
  { ...rolloutFacts, given: z.int(), needed: z.int(), ...whoeverAsks },
)
export const emergencyUnseen = matterOf(
  'emergencyUnseen',
  'A rollout that one person started in an emergency, and no second one has looked at',
  { rollout: name },
  { ...rolloutFacts, startedBy: z.string(), reason: z.string(), ...whoeverAsks },
)
type ApprovalMatter = z.output<typeof approvalWaiting> | z.output<typeof emergencyUnseen>
type WhyNot = z.output<typeof approvalWaiting>['facts']['whyNot']

export const approvals = source([approvalWaiting, emergencyUnseen], {
  needs: 'rollout.read',
  async find(looking) {
    const found: ApprovalMatter[] = []
    for (const product of looking.products) found.push(...(await inProduct(product, looking)))
    return found.toSorted(inTime)
  },
})

async function inProduct(product: string, looking: Looking): Promise<ApprovalMatter[]> {
  const { stores } = looking
  const all = await stores.rollouts.ofProduct(product)
  const waiting = all.filter(({ state }) => state === 'waitingForApproval')
  const unseen = all.filter((one) => unseenIn(one) !== undefined)
  const found: ApprovalMatter[] = []
  for (const rollout of waiting) found.push(await waitingMatter(rollout, looking))
  for (const rollout of unseen) found.push(await unseenMatter(rollout, looking))
  return found
}

async function waitingMatter(rollout: Rollout, looking: Looking): Promise<ApprovalMatter> {
  const { product, approval, authors, changedAt } = rollout
  const rule = await looking.stores.rollouts.approvalRule(product)
  const counting = approval.given.filter(
    ({ person, role }) => !authors.includes(person) && rule.roles.includes(role),
  )
  return {
    ...{ kind: 'approvalWaiting', severity: 'soon', product, since: changedAt, by: null },
    subject: { rollout: rollout.id },
    facts: {
      ...(await knownBy(rollout, looking)),
      given: counting.length,
      needed: rule.count + (authors.includes(MACHINE) ? 1 : 0),
      ...ofCaller(await whyNotApprove(rollout, rule, looking)),
    },
  }
}

async function unseenMatter(rollout: Rollout, looking: Looking): Promise<ApprovalMatter> {
  const { product, startedAt } = rollout
  const emergency = unseenIn(rollout)
  return {
    ...{ kind: 'emergencyUnseen', severity: 'soon', product, by: null },
    ...{ since: emergency?.at ?? startedAt, subject: { rollout: rollout.id } },
    facts: {
      ...(await knownBy(rollout, looking)),
      ...{ startedBy: emergency?.name ?? '', reason: emergency?.reason ?? '' },
      ...ofCaller(whyNotLook(rollout, looking)),
    },
  }
}

async function knownBy({ product, release, cohort }: Rollout, { stores }: Looking) {
  const published = await stores.releases.find(product, release)
  return { release, cohort, releaseKind: published?.release.kind ?? 'functionality' }
}

function unseenIn({ approval }: Rollout): Emergency | undefined {
  const { emergency } = approval
  return emergency?.seenBy === undefined ? emergency : undefined
}

async function whyNotApprove(
  rollout: Rollout,
  rule: ApprovalRule,
  { stores, caller, now }: Looking,
): Promise<WhyNot> {
  const { product } = rollout
  const { person } = caller.actor
  if (!caller.mayIn(product, 'rollout.approve')) return 'NOT_PERMITTED'
  const grants = person === undefined ? [] : await stores.accounts.grants(person)
  const roles = grants.flatMap((grant) =>
    grant.product === '*' || grant.product === product ? [grant.role] : [],
  )
  return refusalIn(approve(rollout, rule, caller.actor, roles, now))
}

function whyNotLook(rollout: Rollout, { caller, now }: Looking): WhyNot {
  if (!caller.mayIn(rollout.product, 'rollout.approve')) return 'NOT_PERMITTED'
  return refusalIn(seen(rollout, caller.actor, now))
}

function refusalIn(result: object | ApprovalRefusal): ApprovalRefusal | null {
  return typeof result === 'string' ? result : null
}

function ofCaller(whyNot: WhyNot) {
  return { mayApprove: whyNot === null, whyNot }
}
