/** What is judged once is not judged again, and no SBOM is too much. CRA P-021, P-039 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MatchableComponent } from '@fleetward/vulnerability'
import { RememberedMatches } from './remembered-matches.ts'

const COVERS = [
  { kind: 'product' as const, name: '' },
  { kind: 'package' as const, name: 'npm' },
]

const kernelHole = (number: number) =>
  JSON.stringify({
    ...{ id: `CVE-2024-${10_000 + number}`, source: 'cve', aliases: [], summary: 'a hole' },
    ...{ modifiedAt: '2025-01-01T00:00:00Z', severities: [], references: [] },
    affected: [
      {
        kind: 'cpe',
        criteria: 'cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*',
        range: { until: '5.5' },
      },
    ],
  })

const packageHole = (id: string, ...names: readonly string[]) =>
  JSON.stringify({
    ...{ id, source: 'osv', aliases: [], summary: '', severities: [], references: [] },
    modifiedAt: '2025-01-01T00:00:00Z',
    affected: names.map((name) => ({
      ...{ kind: 'package', ecosystem: 'npm', name, versions: [] },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    })),
  })

function npm(name: string, version: string): MatchableComponent {
  return { ref: `${name} ${version}`, name, version, purl: `pkg:npm/${name}@${version}`, cpes: [] }
}

function module(number: number, name: string): MatchableComponent {
  const cpes = ['cpe:2.3:o:linux:linux_kernel:5.4.10:*:*:*:*:*:*:*']
  return { ref: `module ${number}`, name, version: '5.4.10', purl: undefined, cpes }
}

test('a component that was judged in one SBOM is neither looked up nor judged in the next one', () => {
  const matches = new RememberedMatches(COVERS)
  const first = [npm('a', '1.0.0'), npm('b', '1.0.0')]
  const keys = matches.wanted(first)
  assert.deepEqual(
    keys.map(({ space, name }) => [space, name]),
    [
      ['npm', 'a'],
      ['npm', 'b'],
    ],
  )
  matches.learn(keys, [packageHole('GHSA-1', 'a')])
  const found = matches.match(first, true)
  assert.deepEqual(matches.wanted(first), [])
  assert.deepEqual(matches.match(first, true), found)
  assert.deepEqual(
    found?.holes.map(({ ref, name }) => [ref, name]),
    [['a 1.0.0', 'GHSA-1']],
  )
})

test('another version of it is judged anew, by the records that are there', () => {
  const matches = new RememberedMatches(COVERS)
  const old = npm('a', '1.0.0')
  matches.learn(matches.wanted([old]), [packageHole('GHSA-1', 'a')])
  matches.match([old], true)
  const mended = npm('a', '2.0.0')
  assert.deepEqual(matches.wanted([mended]), [])
  assert.deepEqual(matches.match([mended], true)?.holes, [])
})

test('a record that comes by two keys at two times is one record', () => {
  const matches = new RememberedMatches(COVERS)
  const record = packageHole('GHSA-1', 'a', 'b')
  for (const component of [npm('b', '1.0.0'), npm('a', '1.0.0')]) {
    matches.learn(matches.wanted([component]), [record])
    const found = matches.match([component], true)
    assert.deepEqual(
      found?.holes.map(({ why }) => why.length),
      [1],
    )
  }
})

test('of a kernel and its modules, each hole is told in fifty places and no more', () => {
  const matches = new RememberedMatches(COVERS)
  const modules = Array.from({ length: 2_000 }, (_, number) => module(number, 'linux'))
  const records = Array.from({ length: 300 }, (_, number) => kernelHole(number))
  matches.learn(matches.wanted(modules), records)
  const found = matches.match(modules, true)
  assert.equal(found?.holes.length, 300 * 50)
  assert.equal(found?.coverage.lookedUpCount, 2_000)
  assert.equal(matches.match(modules, true)?.holes.length, 300 * 50, 'of each SBOM anew')
})

test('an SBOM with more holes than anybody could read is given up, and the next one is not', () => {
  const matches = new RememberedMatches(COVERS)
  const modules = Array.from({ length: 2_000 }, (_, number) => module(number, `module-${number}`))
  const records = Array.from({ length: 300 }, (_, number) => kernelHole(number))
  matches.learn(matches.wanted(modules), records)
  assert.equal(matches.match(modules, true), undefined)
  assert.equal(matches.match(modules.slice(0, 10), true)?.holes.length, 3_000)
})
