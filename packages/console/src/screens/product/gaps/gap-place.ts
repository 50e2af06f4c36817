/**
 * Where a gap of the dossier is filled: the dossier says the command, and what that command writes is at one place of
 * the console. What is done at a terminal alone has none. Pure.
 */
import { to } from '../../../addresses.ts'

/** The longest that fits is meant. */
const PLACES: readonly (readonly [string, (product: string, rest: string) => string])[] = [
  ['fleetward products facts set', (product, rest) => to.product(product, 'facts', factIn(rest))],
  ['fleetward products requirements', (product) => to.product(product, 'requirements')],
  ['fleetward products components', (product) => to.product(product, 'components')],
  ['fleetward products upstream-reports', (product) => to.product(product, 'upstream')],
  ['fleetward products standards', (product) => to.product(product, 'standards')],
  ['fleetward products data-inventory', (product) => to.product(product, 'data')],
  ['fleetward products information', (product) => to.product(product, 'information')],
  ['fleetward dossier sign-declaration', (product) => to.product(product, 'declaration')],
  ['fleetward risks', (product) => to.product(product, 'risks')],
  ['fleetward findings', (product) => to.vulnerabilities(product)],
  [
    'fleetward gate check',
    (product, rest) => to.release(product, rest.trim().split(' ', 1)[0] ?? ''),
  ],
  ['fleetward release', (product) => to.releases(product)],
  ['fleetward feeds', () => to.settings('feeds')],
  ['fleetward disclosure', () => to.settings('server')],
  ['Set the fact right', (product) => to.product(product, 'facts', { edit: 'yes' })],
  ['Bring a report of its tests', (product) => to.product(product, 'evidence')],
  ['Publish a release', (product) => to.releases(product)],
]

export function placeOfGap(product: string, next: string): string | undefined {
  const [start, place] = PLACES.find(([begin]) => next.startsWith(begin)) ?? []
  return start === undefined ? undefined : place?.(product, next.slice(start.length))
}

/** The first fact that the command would set. */
function factIn(rest: string): { readonly edit: string; readonly fact?: string } {
  const fact = / --set ([\w.]+)=/.exec(rest)?.[1]
  return { edit: 'yes', ...(fact === undefined ? {} : { fact }) }
}
