/** Looking for a target file through the delegations (TUF 5.6.7). */
import { TrustError } from '../errors.ts'
import { DELEGATIONS_MAX_COUNT } from '../limits.ts'
import type { TargetFile } from '../metadata/meta-file.ts'
import type { Targets } from '../metadata/targets.ts'
import { delegatesFor } from './delegation.ts'

/** A role, and the role that delegates to it. */
export interface Delegation {
  readonly role: string
  readonly delegator: string
}

/** {@link TrustedMetadata}, as far as the search looks into it. */
export interface VerifiedTargets {
  targets(role: string, delegator: string): Targets | undefined
}

/**
 * Pre-order, depth first. Yields each delegation that has to be loaded before the search can go on,
 * and returns the file, or undefined when no role that is trusted with this path lists it. A role
 * that cannot be loaded ends the search: the caller's error leaves the loop.
 *
 *   const search = searchTarget(trusted, path)
 *   for (let step = search.next(); ; step = search.next()) {
 *     if (step.done) return step.value
 *     await load(step.value)
 *   }
 */
export function* searchTarget(
  trusted: VerifiedTargets,
  path: string,
  delegationsMax: number = DELEGATIONS_MAX_COUNT,
): Generator<Delegation, TargetFile | undefined, void> {
  const visited = new Set<string>()
  const ahead: Delegation[] = [{ role: 'targets', delegator: 'root' }]
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    const { role, delegator } = next
    // TUF 5.6.7.1: delegations may form a cycle.
    if (visited.has(role)) continue
    // TUF 5.6.7.1: "so that attackers cannot cause the client to waste bandwidth or time". The
    // top-level role is visited as well, but is no delegation.
    if (visited.size > delegationsMax) {
      throw new TrustError('DELEGATIONS_EXCEEDED', { limit: delegationsMax })
    }
    visited.add(role)
    if (trusted.targets(role, delegator) === undefined) yield { role, delegator }
    const targets = trusted.targets(role, delegator)
    if (targets === undefined) throw new Error(`${role} has not been loaded`)
    // TUF 5.6.7.1: the path as it was asked for, character by character.
    const file = targets.targets.get(path)
    if (file !== undefined) return file
    // TUF 5.6.7.2: in order of appearance, so the first comes to lie on top.
    const delegates = delegatesFor(targets, path)
    const terminating = delegates.findIndex((delegate) => delegate.terminating)
    if (terminating >= 0) {
      // TUF 5.6.7.2.1: nothing behind it has a say, neither here nor further up.
      delegates.length = terminating + 1
      ahead.length = 0
    }
    ahead.push(...delegates.reverse().map(({ name }) => ({ role: name, delegator: role })))
  }
  return undefined
}
