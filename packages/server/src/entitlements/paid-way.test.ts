/** A fix that only who paid can get to is no fix for everybody. CRA P-130 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Release } from '@fleetward/shared'
import { paidWayTo, stepsToFree } from './paid-way.ts'

type Given = Partial<Pick<Release, 'kind' | 'minimumVersion' | 'fixes'>>
const step = (
  version: string,
  {
    entitlement,
    withdrawnAt,
    ...more
  }: Given & { entitlement?: string; withdrawnAt?: number } = {},
) => ({
  release: { version, kind: 'functionality', fixes: [], ...more } as unknown as Release,
  ...(entitlement === undefined ? {} : { entitlement }),
  ...(withdrawnAt === undefined ? {} : { withdrawnAt }),
})
const PAID = step('1.5.0', { entitlement: 'plus' })
const FIX = { version: '1.5.2', minimumVersion: '1.5.0', fixes: ['CVE-2026-1'] }
const over = (
  steps: readonly ReturnType<typeof step>[],
  {
    field = [],
    fix = FIX,
  }: { field?: readonly string[]; fix?: Omit<typeof FIX, 'minimumVersion'> & Given } = {},
) => paidWayTo(fix, steps, new Set(['1.4.2', ...field]))?.version

test('a fix that needs a release behind an entitlement is paid for', () => {
  assert.equal(over([step('1.4.2'), PAID]), '1.5.0')
  const lower = { ...FIX, minimumVersion: '1.4.9' }
  assert.equal(over([step('1.4.2'), PAID], { fix: lower }), '1.5.0', 'which need not be named')
  assert.equal(over([step('1.5.0', { entitlement: 'plus', withdrawnAt: 1 })]), '1.5.0')
})

test('where everybody is let on from, nothing is paid', () => {
  const { minimumVersion: _, ...fromAnywhere } = FIX
  assert.equal(over([PAID], { fix: fromAnywhere }), undefined)
  assert.equal(over([step('1.4.2'), PAID], { fix: { ...FIX, minimumVersion: '1.4.2' } }), undefined)
  assert.equal(over([step('1.5.0')]), undefined, 'it is for everybody')
  assert.equal(over([]), undefined, 'devices were made with it')
  const mending = step('1.5.0', { entitlement: 'plus', kind: 'combined' })
  assert.equal(over([mending]), undefined, 'the entitlement of a fix counts for nothing')
})

test('a free release in between opens the way once devices were offered it, and only then', () => {
  const between = [PAID, step('1.5.1')]
  assert.equal(over(between), '1.5.0')
  assert.equal(over(between, { field: ['1.5.1'] }), undefined)
  const withdrawn = [PAID, step('1.5.1', { withdrawnAt: 1 })]
  assert.equal(over(withdrawn, { field: ['1.5.1'] }), '1.5.0')
})

test('one that is free and needs a paid one itself opens nothing', () => {
  const steps = [PAID, step('1.5.1', { minimumVersion: '1.5.0' })]
  const fix = { ...FIX, minimumVersion: '1.5.1' }
  assert.equal(over(steps, { fix, field: ['1.5.1'] }), '1.5.0')
})

test('a paid line may have its fix where the same is mended below, for everybody', () => {
  const below = (fixes: readonly string[], more: object = {}) =>
    step('1.4.3', { kind: 'security', fixes, ...more })
  assert.equal(over([below(['CVE-2026-1', 'CVE-2026-2']), PAID]), undefined)
  assert.equal(over([below(['CVE-2026-2']), PAID]), '1.5.0', 'another hole')
  assert.equal(over([below(['CVE-2026-1'], { withdrawnAt: 1 }), PAID]), '1.5.0')
  assert.equal(over([below([]), PAID], { fix: { ...FIX, fixes: [] } }), '1.5.0')
})

const freed = (
  before: readonly ReturnType<typeof step>[],
  after: readonly ReturnType<typeof step>[],
) => {
  const inTheField = new Set(['1.4.2', '1.4.3', '1.5.0', '1.5.1', '1.6.0'])
  const ways = stepsToFree({ published: before, inTheField }, { published: after, inTheField })
  return ways.map(({ version }) => version)
}
const fixes = (version: string, minimumVersion: string, more: object = {}) =>
  step(version, { kind: 'security', minimumVersion, fixes: ['CVE-2026-1'], ...more })

test('what a withdrawal would leave as the only way to a fix is free from then on, and no more than that', () => {
  const OTHER = step('1.6.0', { entitlement: 'gold' })
  const fix = fixes('2.0.0', '1.5.0')
  const withFree = (more: { withdrawnAt?: number } = {}) => [PAID, step('1.5.1', more), OTHER, fix]
  assert.deepEqual(freed(withFree(), withFree({ withdrawnAt: 1 })), ['1.5.0'], 'one way is enough')
  assert.deepEqual(freed(withFree(), withFree()), [])
  const wasPaid = [PAID, fix]
  assert.deepEqual(freed(wasPaid, wasPaid), [], 'another withdrawal changes nothing about it')
  const gone = fixes('2.0.0', '1.5.0', { withdrawnAt: 1 })
  const before = [PAID, step('1.5.1'), gone]
  assert.deepEqual(freed(before, [PAID, step('1.5.1', { withdrawnAt: 1 }), gone]), [])
})

test('the same for the fix below, and for all that stand in a row', () => {
  const below = (more: object = {}) =>
    step('1.4.3', { kind: 'security', fixes: ['CVE-2026-1'], ...more })
  const fix = fixes('1.5.2', '1.5.0')
  assert.deepEqual(freed([below(), PAID, fix], [below({ withdrawnAt: 1 }), PAID, fix]), ['1.5.0'])
  const gold = step('1.6.0', { entitlement: 'gold', minimumVersion: '1.5.0' })
  const last = fixes('2.0.0', '1.6.0')
  const way = (more: object = {}) => [PAID, gold, step('1.6.1', more), last]
  const closed = stepsToFree(
    { published: way(), inTheField: new Set(['1.6.1']) },
    { published: way({ withdrawnAt: 1 }), inTheField: new Set() },
  )
  assert.deepEqual(
    closed.map(({ version }) => version),
    ['1.6.0', '1.5.0'],
  )
})
