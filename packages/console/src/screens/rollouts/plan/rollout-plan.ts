/** A plan as the server keeps it: whatever was left away has its default (docs/rollouts.md). Pure. */
import type { Rollout, RolloutPlan } from '../../../api/operator-api.gen.ts'

export type Members = RolloutPlan['groups'][number]['members']

export interface KeptGroup {
  readonly name: string
  readonly members: Members
  readonly success: {
    readonly share: number
    readonly minimum: number
    readonly soakSeconds: number
    readonly afterwards: 'next' | 'pause'
  }
  readonly error: { readonly share: number; readonly minimum: number }
}

export type KeptPlan = Pick<RolloutPlan, 'pace' | 'bytesPerMinute' | 'window' | 'returnTo'> & {
  readonly groups: readonly KeptGroup[]
  readonly start: NonNullable<RolloutPlan['start']>
  readonly silenceSeconds: number
}

export function planOf({ plan }: Pick<Rollout, 'plan'>): KeptPlan {
  return plan as unknown as KeptPlan
}

/** 0–1; undefined where counts and filters decide, and nothing can be said before there are devices. */
export function plannedShare({ groups }: Pick<KeptPlan, 'groups'>): number | undefined {
  if (groups.some(({ members }) => 'rest' in members)) return 1
  if (groups.some(({ members }) => 'count' in members)) return undefined
  const shares = groups.flatMap(({ members }) => ('share' in members ? [members.share] : []))
  const share = shares.reduce((sum, each) => sum + each, 0)
  return shares.length === 0 ? undefined : Math.min(1, Math.round(share * 10_000) / 10_000)
}

/** Of an approval, as the API words it. */
export interface KeptApproval {
  readonly given: readonly {
    readonly person: string
    readonly name: string
    readonly role: string
    readonly at: number
  }[]
  readonly emergency?: {
    readonly person: string
    readonly name: string
    readonly at: number
    readonly reason: string
    readonly seenBy?: { readonly name: string; readonly at: number }
  }
}

export function approvalOf({ approval }: Pick<Rollout, 'approval'>): KeptApproval {
  return { given: [], ...approval } as unknown as KeptApproval
}
