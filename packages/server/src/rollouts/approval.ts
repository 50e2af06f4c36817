/**
 * Who may let a rollout go ahead. Nobody approves what he created or changed, by whatever way: what counts is the
 * person who answers for the caller, not the session, token or service account (actor.ts). Pure; the table in
 * approval.test.ts is its specification.
 */
import type { Actor } from '../accounts/actor.ts'
import type { Role } from '../accounts/permission.ts'

/** Of a product: how many must approve, and in which of their roles. A count of 0: nobody has to. */
export interface ApprovalRule {
  readonly count: number
  readonly roles: readonly Role[]
}

/** Among authors: somebody who holds the machine's token, nobody knows who. */
export const MACHINE = 'machine'

export const NO_APPROVAL: ApprovalRule = { count: 0, roles: [] }

export interface Approval {
  /** Each of another person. */
  readonly given: readonly GivenApproval[]
  readonly emergency?: Emergency | undefined
}

export interface GivenApproval {
  /** Account id. */
  readonly person: string
  readonly name: string
  /** The role that counted. */
  readonly role: Role
  readonly at: number
}

/** A security rollout that one person started without approval, shown until somebody else has looked. */
export interface Emergency {
  readonly person: string
  readonly name: string
  readonly at: number
  readonly reason: string
  readonly seenBy?: { readonly person: string; readonly name: string; readonly at: number }
}

export const NOTHING_APPROVED: Approval = { given: [] }

export interface ApprovedThing {
  readonly approval: Approval
  /** Account ids of all who created or changed it, and `MACHINE`. */
  readonly authors: readonly string[]
}

export type ApprovalRefusal =
  /** No person answers for the caller. */
  | 'APPROVER_NOT_A_PERSON'
  | 'APPROVAL_BY_AUTHOR'
  | 'APPROVED_ALREADY'
  /** None of the caller's roles in the product is asked for. */
  | 'APPROVER_ROLE_WRONG'

/** `roles`: the caller's in this product. */
export function approve(
  { approval, authors }: ApprovedThing,
  rule: ApprovalRule,
  { person, name }: Pick<Actor, 'person' | 'name'>,
  roles: readonly Role[],
  now: number,
): Approval | ApprovalRefusal {
  if (person === undefined) return 'APPROVER_NOT_A_PERSON'
  if (authors.includes(person)) return 'APPROVAL_BY_AUTHOR'
  if (approval.given.some((given) => given.person === person)) return 'APPROVED_ALREADY'
  const role = rule.roles.find((wanted) => roles.includes(wanted))
  if (role === undefined) return 'APPROVER_ROLE_WRONG'
  return { ...approval, given: [...approval.given, { person, name, role, at: now }] }
}

/**
 * Counted anew each time: an approver who became an author since, or whose role the rule no longer asks for, counts no
 * more. Whoever used the machine's token may be one of the approvers, so it takes one more.
 */
export function isApproved({ approval, authors }: ApprovedThing, rule: ApprovalRule): boolean {
  const counting = approval.given.filter(
    ({ person, role }) => !authors.includes(person) && rule.roles.includes(role),
  )
  const needed = rule.count + (authors.includes(MACHINE) ? 1 : 0)
  return rule.count === 0 || new Set(counting.map(({ person }) => person)).size >= needed
}

/** After a change: what was approved is something else now. An emergency stays recorded, and is to be looked at again. */
export function voided({ emergency }: Approval): Approval {
  if (emergency === undefined) return NOTHING_APPROVED
  const { seenBy: _, ...unseen } = emergency
  return { given: [], emergency: unseen }
}

/** All who created or changed it, this one added; the server is nobody. */
export function withAuthor(
  authors: readonly string[],
  { person, via }: Pick<Actor, 'person' | 'via'>,
): readonly string[] {
  const author = person ?? (via === 'machine' ? MACHINE : undefined)
  return author === undefined || authors.includes(author) ? authors : [...authors, author]
}

export function emergencyBy(
  { person, name }: Pick<Actor, 'person' | 'name'>,
  reason: string,
  now: number,
): Emergency | 'APPROVER_NOT_A_PERSON' {
  return person === undefined ? 'APPROVER_NOT_A_PERSON' : { person, name, at: now, reason }
}

/** A second person has looked. The very same approval when somebody had before. */
export function seen(
  { approval, authors }: ApprovedThing,
  { person, name }: Pick<Actor, 'person' | 'name'>,
  now: number,
): Approval | ApprovalRefusal {
  const { emergency } = approval
  if (person === undefined) return 'APPROVER_NOT_A_PERSON'
  if (emergency === undefined || emergency.seenBy !== undefined) return approval
  if (emergency.person === person || authors.includes(person)) return 'APPROVAL_BY_AUTHOR'
  return { ...approval, emergency: { ...emergency, seenBy: { person, name, at: now } } }
}
