import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PublishedCsaf } from '../advisories/advisory.ts'
import { ownersNotice } from './owners-notice.ts'

const release = {
  ...{ version: '1.4.3', kind: 'security' as const, notes: 'Closes a hole.\nAnd more.' },
  advisories: ['GHSA-2m8v-572m-ff2v'],
}

function published(more: Partial<PublishedCsaf> = {}, vector = ''): PublishedCsaf {
  const hole = {
    ...{ name: 'CVE-2021-21315', aliases: [], description: 'd', component: 'c', weakness: '' },
    ...{ vector, isExploited: true, affected: ['1.4.2'], fixed: ['1.4.3'] },
  }
  const content = {
    ...{ title: 't', summary: 's', impact: '', action: 'a', tlp: 'WHITE' as const },
    ...{ vulnerabilities: [hole], credits: [], references: [] },
  }
  return {
    ...{ kind: 'advisory', trackingId: 'LUMEN-2026-0001', version: 1, product: 'lumen', at: 0 },
    ...{ firstAt: 0, file: 'f', title: 't', summary: 'Install it today.\nMore.', change: '' },
    ...{ withdrawnBecause: undefined, content },
    ...more,
  } as PublishedCsaf
}

test('CRA P-056: owners are told what the public was told of the hole that an update closes', () => {
  const vector = 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H'
  assert.deepEqual(ownersNotice(release, [published({}, vector)], []), {
    ...{ summary: 'Install it today.', severity: 'high' },
    advisories: ['LUMEN-2026-0001', 'GHSA-2m8v-572m-ff2v'],
  })
})

const others: readonly (readonly [string, Partial<PublishedCsaf>])[] = [
  ['a withdrawn one', { withdrawnBecause: 'It was wrong.' }],
  ['VEX', { kind: 'vex' }],
  ['one that keeps no words', { content: undefined }],
]
for (const [what, more] of others) {
  test(`owners are told the first line of the notes where there is only ${what}`, () => {
    const { summary, advisories } = ownersNotice(release, [published(more)], [])
    assert.equal(summary, 'Closes a hole.')
    assert.deepEqual(advisories, ['GHSA-2m8v-572m-ff2v'])
  })
}

test('an advisory about another release says nothing of this one', () => {
  const { summary } = ownersNotice({ ...release, version: '1.4.4' }, [published()], [])
  assert.equal(summary, 'Closes a hole.')
})

test('the notice of a fix is as severe as the worst hole that it closes, one of new functions is not severe', () => {
  const severity = (kind: 'security' | 'functionality') =>
    ownersNotice({ ...release, kind }, [], ['medium', 'critical', 'unknown']).severity
  assert.deepEqual([severity('security'), severity('functionality')], ['critical', 'none'])
  assert.equal(ownersNotice(release, [], ['unknown']).severity, 'none')
})

test('a release without a word of its own is called by its version', () => {
  const bare = { ...release, notes: '', advisories: [] }
  assert.equal(ownersNotice(bare, [], []).summary, 'Version 1.4.3')
})
