/** Of hundreds of findings with hundreds of statements each is looked at with those alone that speak of its hole. */
import type { Statement } from '@fleetward/vulnerability'

/** All revisions of whatever ever named one of these: a later one may be about something else. */
export function statementsByName(
  said: readonly Statement[],
): (names: readonly string[]) => readonly Statement[] {
  const revisions = Map.groupBy(said, ({ id }) => id)
  const idsOf = new Map<string, Set<string>>()
  for (const { id, vulnerability, aliases } of said) {
    for (const name of [vulnerability, ...aliases]) {
      const ids = idsOf.get(name) ?? new Set()
      idsOf.set(name, ids.add(id))
    }
  }
  return (names) => {
    const ids = new Set(names.flatMap((name) => [...(idsOf.get(name) ?? [])]))
    return [...ids].flatMap((id) => revisions.get(id) ?? [])
  }
}
