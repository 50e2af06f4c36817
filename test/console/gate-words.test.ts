/** Each reason of the gate comes with the facts that the console's words for it are made of. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Statement, Verdict } from '@fleetward/vulnerability'
import { GAP_FORMS } from '../../packages/console/src/screens/product/gaps/gap-forms.ts'
import { formOf } from '../../packages/console/src/words/by-form.ts'
import type { Feed } from '../../packages/server/src/feeds/feed.ts'
import type { Finding } from '../../packages/server/src/findings/finding.ts'
import {
  feedReasons,
  GATE_CODES,
  type GateInput,
  gateOf,
} from '../../packages/server/src/gate/gate.ts'
import { FIRST_POLICY } from '../../packages/server/src/gate/policy.ts'
import { read } from '../support/sources.ts'

const words = JSON.parse(read('packages/console/src/words/en.json')) as Record<
  'gate' | 'feeds',
  Record<string, string>
>
const NOW = Date.UTC(2026, 10, 21) / 1000

const FINDING: Finding = {
  ...{ id: 'f', product: 'lumen', component: 'pkg:npm/ws', componentName: 'ws', name: 'CVE-1' },
  ...{ names: ['CVE-1'], upstream: [], summary: '', rating: 'high', score: 7.5 },
  ...{ vector: undefined, isExploited: false, exploitedAt: undefined, epss: undefined },
  ...{ epssPercentile: undefined, firstSeenAt: NOW, lastSeenAt: NOW, endedAt: undefined },
}

function feed(id: string, more: Partial<Feed> = {}): Feed {
  return {
    ...{ id, kind: id as 'osv', source: '', generation: 1, importedAt: NOW - 60 },
    ...{ records: 2_000, mostRecords: 2_000, sourceDate: undefined, sha256: undefined },
    ...{ control: 'hit', controlSentence: '', report: {} as Feed['report'], ...more },
  }
}

function found(more: Partial<Finding>, verdict?: Verdict): Pick<GateInput, 'findings'> {
  const counts = verdict && ({ verdict } as Statement)
  const decision = { counts, ended: undefined, suggestions: [] }
  return {
    findings: [{ finding: { ...FINDING, ...more }, answer: { version: '1.4.3', decision } }],
  }
}

const base = { base: '1.4.2', sbom: 'ab' }
const other = { reason: 'added', name: 'left-pad', from: undefined, to: '1.0.0' } as never
const CASES: readonly Partial<GateInput>[] = [
  { feeds: [] },
  { feeds: [feed('osv', { importedAt: NOW - 90 * 86_400 }), feed('kev', { records: 1 })] },
  { feeds: [feed('osv', { control: 'missed' }), feed('kev', { control: 'notRun' })] },
  { feeds: [feed('osv', { importedAt: NOW + 9 * 86_400 }), feed('kev')] },
  { matched: undefined },
  { matched: { trouble: 'no JSON' } },
  { matched: { isCurrent: false, notLookedUpCount: 0, undecidedCount: 0 } },
  found({ isExploited: true }),
  found({}),
  found({}, { status: 'affected', action: 'a' }),
  { ...found({ rating: 'low' }), fixes: ['CVE-1'] },
  { policy: { ...FIRST_POLICY, riskAssessment: true, evidence: ['pentest'] } },
  { policy: { ...FIRST_POLICY, riskAssessment: true }, nextReviewOn: '2026-01-01' },
  {
    policy: { ...FIRST_POLICY, riskAssessment: false, evidence: ['pentest'] },
    evidence: [{ kind: 'pentest', name: 'autumn', outcome: 'failed', number: 1 } as never],
  },
  { difference: { kind: 'no-base', ...base } },
  { difference: { kind: 'not-in-the-field', ...base } },
  { difference: { kind: 'compared', ...base, others: [other], othersCount: 7 } },
  { paidStep: { version: '1.4.0', entitlement: 'plus' } as never },
]

test('every reason, whatever its cause, has words and the facts for them', () => {
  const seen = new Set<string>()
  for (const more of CASES) {
    const { reasons } = gateOf({
      ...{ version: '1.4.3', policy: { ...FIRST_POLICY, riskAssessment: false }, fixes: [] },
      ...{ feeds: [feed('osv'), feed('kev')], evidence: [], nextReviewOn: undefined },
      ...{ difference: undefined, paidStep: undefined, waivers: [], findings: [] },
      matched: { isCurrent: true, notLookedUpCount: 0, undecidedCount: 0 },
      now: new Date(NOW * 1000),
      ...more,
    })
    assert.ok(reasons.length > 0)
    for (const { code, facts = {} } of reasons) {
      const { cause } = facts
      const text =
        code === 'FEED_NOT_FRESH'
          ? words.feeds[String(cause)]
          : words.gate[cause === undefined ? code : `${code}-${cause}`]
      assert.ok(text !== undefined, `${code} ${cause}`)
      const places = [...text.matchAll(/\{(\w+)\}/g)].map(([, place = '']) => place)
      assert.deepEqual(
        places.filter((place) => !(place in facts)),
        [],
        code,
      )
      seen.add(code)
    }
  }
  assert.deepEqual([...seen].toSorted(), [...GATE_CODES].toSorted())
})

test('in the gaps of a dossier a feed that does not count is known by its sentence, whatever the cause', () => {
  const osv = [
    ...[feed('osv', { records: 0 }), feed('osv', { control: 'missed' })],
    ...[feed('osv', { control: 'notRun' }), feed('osv', { importedAt: NOW - 90 * 86_400 })],
    feed('osv', { importedAt: NOW + 9 * 86_400 }),
  ]
  for (const one of osv) {
    const reasons = feedReasons([one, feed('kev')], new Date(NOW * 1000))
    assert.equal(reasons.length, 1)
    const form = formOf(GAP_FORMS, reasons[0]?.sentence ?? '')
    assert.deepEqual([form?.key, form?.facts.feed], ['feedNotFresh', 'osv'])
  }
})
