import type { MatchableComponent } from '@fleetward/vulnerability'

/** What a component is called in all of its versions: so a finding outlives an update that did not mend it. */
export function componentOf({ purl, name }: Pick<MatchableComponent, 'purl' | 'name'>): string {
  if (purl === undefined) return name
  // Canonical: type/namespace/name@version?qualifiers#subpath, in which an @ or ? of a name is escaped.
  return purl.replace(/[?#].*$/s, '').replace(/@[^@/]*$/, '')
}
