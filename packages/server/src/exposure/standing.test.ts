/** CRA P-111 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Release } from '@fleetward/shared'
import type { Statement } from '@fleetward/vulnerability'
import type { Finding, FindingRelease } from '../findings/finding.ts'
import type { PublishedRelease } from '../releases/release-store.ts'
import { type StandingInput, standingOf } from './standing.ts'

const NOW = 1_790_000_000
const CVE = 'CVE-2021-21315'

function published(version: string, more: Partial<Release & PublishedRelease> = {}) {
  const { listed = true, publishedAt = NOW - 100, withdrawnAt, ...release } = more
  return {
    release: { version, securityCounter: 1, compatible: ['g1'], ...release } as Release,
    ...{ target: '{}', listed, publishedAt },
    ...(withdrawnAt === undefined ? {} : { withdrawnAt }),
  }
}

const finding = {
  ...{ id: 'f1', product: 'lumen', component: 'pkg:npm/si', componentName: 'si' },
  ...{ name: CVE, names: [CVE, 'GHSA-1'], firstSeenAt: NOW - 50 },
} as unknown as Finding

const inRelease = (version: string, endedAt?: number) =>
  ({ version, componentVersion: '5.2.5', endedAt }) as FindingRelease

function standing(
  releases: readonly PublishedRelease[],
  found: readonly FindingRelease[],
  more: Partial<StandingInput> = {},
) {
  const there = releases.filter(({ withdrawnAt }) => withdrawnAt === undefined)
  const matched = new Set(there.map(({ release }) => release.version))
  const findings = [{ finding, releases: found }]
  return standingOf({ findings, releases, matched, statements: [], now: NOW, ...more })
}
const shown = ({ affected }: ReturnType<typeof standing>) =>
  affected.map(({ version, fixedBy }) => [version, fixedBy])

test('a release without the hole fixes those before it, and none after it', () => {
  const releases = ['1.4.2', '1.4.3', '1.5.0'].map((version) => published(version))
  const found = standing(releases, [inRelease('1.4.2'), inRelease('1.5.0')])
  assert.deepEqual(shown(found), [
    ['1.4.2', '1.4.3'],
    ['1.5.0', undefined],
  ])
  assert.deepEqual(found.safe, ['1.4.3'])
  assert.deepEqual(found.fix, { version: '1.4.3', publishedAt: NOW - 100 })
})

test('a fix that a device cannot install is none for it, unless another release leads there', () => {
  const old = published('1.0.0')
  const fix = published('1.4.3', { minimumVersion: '1.2.0' })
  const hole = [inRelease('1.0.0'), inRelease('1.2.0')]
  assert.deepEqual(shown(standing([old, fix], hole.slice(0, 1))), [['1.0.0', undefined]])
  const between = standing([old, published('1.2.0'), fix], hole)
  assert.deepEqual(shown(between), [
    ['1.0.0', '1.4.3'],
    ['1.2.0', '1.4.3'],
  ])
  const lower = published('1.4.3', { securityCounter: 0 })
  assert.deepEqual(shown(standing([old, lower], hole.slice(0, 1))), [['1.0.0', undefined]])
  const other = published('1.4.3', { compatible: ['g2'] })
  assert.deepEqual(shown(standing([old, other], hole.slice(0, 1))), [['1.0.0', undefined]])
})

test('what is withdrawn, not listed or not looked up fixes nothing', () => {
  const hole = [inRelease('1.4.2')]
  for (const [fix, matched] of [
    [published('1.4.3', { withdrawnAt: NOW - 1 }), ['1.4.2']],
    [published('1.4.3', { listed: false }), ['1.4.2', '1.4.3']],
    [published('1.4.3'), ['1.4.2']],
  ] as const) {
    const found = standing([published('1.4.2'), fix], hole, { matched: new Set(matched) })
    assert.deepEqual([shown(found), found.fix], [[['1.4.2', undefined]], undefined])
  }
})

test('devices go on running a release that was withdrawn: what was found in it until then counts', () => {
  const withdrawn = published('1.4.2', { withdrawnAt: NOW - 20 })
  const there = standing([withdrawn, published('1.4.3')], [inRelease('1.4.2', NOW - 20)])
  assert.deepEqual(shown(there), [['1.4.2', '1.4.3']])
  assert.equal(there.affected[0]?.isWithdrawn, true)
  // A device still runs it, so it is still matched: the feed took its record back.
  const still = { matched: new Set(['1.4.2']) }
  assert.deepEqual(shown(standing([withdrawn], [inRelease('1.4.2', NOW - 20)], still)), [])
  // The feed had taken its record back before.
  assert.deepEqual(shown(standing([withdrawn], [inRelease('1.4.2', NOW - 21)])), [])
  assert.deepEqual(shown(standing([published('1.4.2')], [inRelease('1.4.2', NOW - 21)])), [])
})

test('what a person says of a release counts: not affected and mended there are safe, accepted is not', () => {
  const said = (verdict: object) => ({
    ...{ id: 's1', revision: 1, vulnerability: 'GHSA-1', aliases: [], components: [], verdict },
    ...{ products: ['pkg:generic/lumen@1.4.2'], at: NOW - 1, by: { kind: 'person', account: 'a' } },
  })
  const after = (verdict: object) => {
    const statements = [said(verdict) as unknown as Statement]
    const found = standing([published('1.4.2')], [inRelease('1.4.2')], { statements })
    return [found.safe, found.affected.map(({ status }) => status)]
  }
  const justification = 'vulnerable_code_not_in_execute_path'
  assert.deepEqual(after({ status: 'not_affected', justification }), [['1.4.2'], []])
  assert.deepEqual(after({ status: 'fixed', inVersion: '1.4.2' }), [['1.4.2'], []])
  assert.deepEqual(after({ status: 'fixed', inVersion: '1.4.3' }), [[], ['fixed']])
  const accepted = { status: 'accepted', acceptedBy: 'A. Licht', reason: 'r', action: 'a' }
  assert.deepEqual(after({ ...accepted, until: NOW + 1 }), [[], ['accepted']])
  assert.deepEqual(after({ ...accepted, until: NOW }), [[], [undefined]])
})
