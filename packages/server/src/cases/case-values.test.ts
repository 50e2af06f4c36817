/** What the sheet is filled with by itself is what the portal takes. CRA P-004 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newestCatalogue, sheetOf } from '@fleetward/vulnerability'
import { PRODUCT_CLASSES } from '../product-facts/classes.ts'
import { MEMBER_STATES, type ProductFacts } from '../product-facts/facts-schema.ts'
import type { CaseFile } from './case-file.ts'
import { type Known, valuesKnown } from './case-values.ts'

const NOW = 1_790_000_000
const file: CaseFile = {
  ...{ number: 1, id: '0f3a5c7e9b1d2468', product: 'lumen', kind: 'vulnerability', title: 't' },
  ...{ cves: ['CVE-2021-21315', 'CVE-2021-23337'], versions: ['1.4.1', '1.4.2'] },
  ...{ fixedVersion: '1.4.3', zone: 'UTC', isDrill: false, isVirtual: false, openedAt: NOW },
  ...{ closedAt: undefined, dueAt: undefined, revision: 1 },
}
const NOTHING: Known = { facts: {}, fleet: undefined, release: undefined }
const cohort = (number: number) => ({ cohort: `c${number}`, count: 30 - number })
const fleet = {
  ...{ all: 1_000, affected: 400, fixed: 500 },
  cohorts: Array.from({ length: 12 }, (_, index) => cohort(index)),
  countries: { all: [], affected: [] },
}
const release = { version: '1.4.3', kind: 'security', publishedAt: 1_790_000_000 }

for (const kind of ['vulnerability', 'incident'] as const) {
  for (const one of PRODUCT_CLASSES) {
    test(`the portal takes all that is known of a ${kind} in a product of class ${one}`, () => {
      const facts: ProductFacts = {
        ...{ name: 'Lumen', memberStates: [...MEMBER_STATES], classification: { class: one } },
      }
      const values = valuesKnown({ ...file, kind }, { facts, fleet, release }, NOW)
      const sheet = sheetOf({
        ...{ catalogue: newestCatalogue(), kind, stage: 'finalReport', values, isDrill: false },
      })
      assert.deepEqual([sheet.invalid, sheet.overLong], [[], []])
      const rows = new Map(sheet.rows.map(({ id, text }) => [id, text]))
      assert.equal(rows.get('productClass'), CLASSES[one])
      assert.match(rows.get('memberStates') ?? '', /^Austria; .*Slovakia$/)
    })
  }
}
const CLASSES: Readonly<Record<string, string>> = {
  ...{ default: '', critical: '', 'important-1': 'Class I', 'important-2': 'Class II' },
}

test('of what nobody knows nothing is said', () => {
  const empty = { ...file, cves: [], versions: [], fixedVersion: undefined }
  assert.deepEqual(valuesKnown(empty, NOTHING, NOW), { productName: 'lumen' })
})

test('coverage and the largest cohorts are told in words', () => {
  const values = valuesKnown(file, { facts: {}, fleet, release }, NOW)
  assert.equal(values.cveId, 'CVE-2021-21315, CVE-2021-23337')
  assert.equal(
    values.measuresTaken,
    'Version 1.4.3, a security release, is available since 2026-09-21 14:13 UTC. 500 of 1000 devices run version 1.4.3; 400 still run an affected version.',
  )
  assert.match(String(values.impact), /^400 of 1000 devices .*: c0 30, .*c9 21, 2 other cohorts\.$/)
  assert.equal(values.userMeasures, 'Install version 1.4.3.')
  const incident = valuesKnown({ ...file, kind: 'incident' }, { ...NOTHING, release }, NOW)
  assert.deepEqual(
    [incident.cveId, incident.updateDetails, incident.mitigation, incident.impact],
    [undefined, undefined, values.updateDetails, undefined],
  )
})

test('countries are told as far as somebody said them, and stand in for what nobody wrote of Member States', () => {
  const counted = (countries: readonly (readonly [string | undefined, number])[]) =>
    countries.map(([country, devices]) => ({ country, devices }))
  const countries = {
    all: counted([
      ['DE', 600],
      ['US', 300],
      [undefined, 99],
      ['AT', 1],
    ]),
    affected: counted([
      ['DE', 300],
      [undefined, 60],
      ['US', 40],
    ]),
  }
  const known = { facts: {}, fleet: { ...fleet, countries }, release: undefined }
  const values = valuesKnown(file, known, NOW)
  assert.deepEqual(values.memberStates, ['AT', 'DE'])
  assert.match(String(values.impact), /other cohorts\. By country: DE 300, US 40, unknown 60\.$/)
  const written = valuesKnown(file, { ...known, facts: { memberStates: ['FR'] } }, NOW)
  assert.deepEqual(written.memberStates, ['FR'])
  const unsaid = { all: counted([[undefined, 9]]), affected: counted([[undefined, 9]]) }
  const nobody = valuesKnown(file, { ...known, fleet: { ...fleet, countries: unsaid } }, NOW)
  assert.equal(nobody.memberStates, undefined)
  assert.doesNotMatch(String(nobody.impact), /country/)
})
