import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Statement, Verdict } from '@fleetward/vulnerability'
import type { Feed } from '../feeds/feed.ts'
import type { Finding } from '../findings/finding.ts'
import { GATE_CODES, type GateInput, gateOf } from './gate.ts'
import { FIRST_POLICY } from './policy.ts'

const NOW = Date.UTC(2026, 10, 21) / 1000

function feed(id: string, more: Partial<Feed> = {}): Feed {
  return {
    ...{ id, kind: id as 'osv', source: '', generation: 1, importedAt: NOW - 60 },
    ...{ records: 2_000, mostRecords: 2_000 },
    ...{ sourceDate: undefined, sha256: undefined, control: 'hit', controlSentence: '' },
    report: {} as Feed['report'],
    ...more,
  }
}

const FINDING: Finding = {
  ...{ id: 'f', product: 'lumen', component: 'pkg:npm/ws', componentName: 'ws', name: 'CVE-1' },
  ...{ names: ['CVE-1'], upstream: [], summary: '', rating: 'high', score: 7.5 },
  ...{ vector: undefined, isExploited: false, exploitedAt: undefined, epss: undefined },
  ...{ epssPercentile: undefined, firstSeenAt: NOW, lastSeenAt: NOW, endedAt: undefined },
}

function codes(more: Partial<GateInput> & { verdict?: Verdict; finding?: Partial<Finding> } = {}) {
  const { verdict, finding, ...input } = more
  const counts = verdict && ({ verdict } as Statement)
  const decision = { counts, ended: undefined, suggestions: [] }
  const result = gateOf({
    ...{ version: '1.4.3', policy: { ...FIRST_POLICY, riskAssessment: false }, fixes: [] },
    ...{ feeds: [feed('osv'), feed('kev')], evidence: [], nextReviewOn: undefined },
    ...{ difference: undefined, paidStep: undefined, waivers: [] },
    matched: { isCurrent: true, notLookedUpCount: 3, undecidedCount: 0 },
    findings:
      finding === undefined
        ? []
        : [{ finding: { ...FINDING, ...finding }, answer: { version: '1.4.3', decision } }],
    now: new Date(NOW * 1000),
    ...input,
  })
  assert.equal(result.isOpen, result.reasons.length === 0)
  return result.reasons.map(({ code }) => code)
}

// CRA P-036
test('the gate is open where all feeds are fresh and nothing was found', () => {
  assert.deepEqual(codes(), [])
})

test('a feed that is not there, old, or misses what it must find closes it', () => {
  assert.deepEqual(codes({ feeds: [] }), ['FEED_MISSING', 'FEED_MISSING'])
  assert.deepEqual(codes({ feeds: [feed('cve'), feed('euvd')] }), [])
  for (const bad of [{ importedAt: NOW - 4 * 86_400 }, { control: 'missed' }, { records: 0 }]) {
    const feeds = [feed('osv', bad as Partial<Feed>), feed('kev')]
    assert.deepEqual(codes({ feeds }), ['FEED_NOT_FRESH'])
  }
})

test('a release that was not matched with these feeds is not let out', () => {
  assert.deepEqual(codes({ matched: undefined }), ['NOT_MATCHED'])
  const matched = { isCurrent: false, notLookedUpCount: 0, undecidedCount: 0 }
  assert.deepEqual(codes({ matched }), ['MATCHED_WITH_OLDER_FEEDS'])
})

const notAffected: Verdict = { status: 'not_affected', justification: 'component_not_present' }
const accepted: Verdict = {
  ...{ status: 'accepted', acceptedBy: 'A. Licht', reason: 'r', until: NOW + 1, action: 'a' },
}
for (const [sentence, finding, verdict, expected] of [
  ['unanswered and high', {}, undefined, ['UNANSWERED']],
  ['looked into', {}, { status: 'under_investigation' }, ['UNANSWERED']],
  ['low', { rating: 'low' }, undefined, []],
  ['at the threshold', { rating: 'medium' }, undefined, ['UNANSWERED']],
  ['rated by nobody', { rating: 'unknown' }, undefined, ['UNANSWERED']],
  ['affected', {}, { status: 'affected', action: 'a' }, ['AFFECTED']],
  ['not affected', {}, notAffected, []],
  ['accepted', {}, accepted, []],
  ['fixed in it', {}, { status: 'fixed', inVersion: '1.4.3' }, []],
  ['fixed in the next one', {}, { status: 'fixed', inVersion: '1.4.4' }, ['AFFECTED']],
  ['low and exploited', { rating: 'low', isExploited: true }, undefined, ['EXPLOITED']],
  ['accepted and exploited', { isExploited: true }, accepted, ['EXPLOITED']],
  ['exploited and not affected', { isExploited: true }, notAffected, []],
] as const) {
  test(`a finding that is ${sentence}: ${expected.join() || 'open'}`, () => {
    const said: { verdict?: Verdict } = verdict === undefined ? {} : { verdict }
    assert.deepEqual(codes({ finding, ...said }), expected)
  })
}

test('a release that says it fixes what is still in it is told, where nothing else tells it', () => {
  const fixes = ['CVE-1']
  assert.deepEqual(codes({ finding: { rating: 'low' }, fixes }), ['FIX_MISSING'])
  assert.deepEqual(codes({ finding: {}, verdict: accepted, fixes }), ['FIX_MISSING'])
  assert.deepEqual(codes({ finding: {}, fixes }), ['UNANSWERED'])
  assert.deepEqual(codes({ finding: {}, verdict: notAffected, fixes }), [])
})

test('every code stands on the page, with what to do', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/gate.md'), 'utf8')
  const table = page.slice(page.indexOf('## What closes it'), page.indexOf('## Security alone'))
  const named = [...table.matchAll(/`([A-Z]+_[A-Z_]+|[A-Z]{8,})`/g)].map(([, code]) => code)
  assert.deepEqual(named.toSorted(), [...GATE_CODES].toSorted())
})
