import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wholeFacts } from '../../test/support/whole-facts.ts'
import { CATEGORIES, isOpenTo } from './classes.ts'
import { factsSchema, type ProductFacts, WAIVABLE } from './facts-schema.ts'
import { flawOf } from './flaws.ts'
import { gapsOf, type SheetState } from './gaps.ts'
import { EXCLUSION_IDS, scopeResult } from './scope.ts'
import { factAt, ITEMS, SHEETS } from './sheets.ts'

const NOW = Date.UTC(2026, 10, 21) / 1000
const ALL = { release: true, assessment: true, evidence: true }
const gaps = (facts: ProductFacts, known = ALL) =>
  gapsOf(facts, { known, now: NOW, signedSupportEnd: undefined })
const emptyIn = ({ items }: SheetState) =>
  items.filter(({ state }) => state === 'empty').map(({ number }) => number)

/** The same without what lies at the path. */
function without(facts: ProductFacts, path: string): ProductFacts {
  const copy = structuredClone(facts) as Record<string, unknown>
  const names = path.split('.')
  const last = names.pop() ?? ''
  const holder = names.reduce((inner, name) => inner[name] as Record<string, unknown>, copy)
  delete holder[last]
  return copy as ProductFacts
}

test('of a product of which nobody wrote anything every item is empty, and nothing is complete', () => {
  const { sheets, isComplete, scope } = gaps(
    {},
    { release: false, assessment: false, evidence: false },
  )
  assert.equal(isComplete, false)
  assert.equal(scope, 'unanswered')
  // CRA P-025, P-030: nine points of Annex II, eight of V and of VII, fields 4 to 11 of the form.
  assert.deepEqual(
    sheets.map(({ sheet, items }) => [sheet, items.length]),
    [
      ['annex-2', 9],
      ['annex-5', 8],
      ['annex-7', 8],
      ['notification', 8],
    ],
  )
  for (const sheet of sheets) assert.equal(emptyIn(sheet).length, sheet.items.length, sheet.sheet)
})

test('a product of which everything is written is complete', () => {
  const whole = wholeFacts()
  assert.equal(flawOf(factsSchema.parse(whole)), undefined)
  const { sheets, isComplete, undecided, isSupportOver } = gaps(whole)
  assert.deepEqual(undecided, [])
  for (const sheet of sheets) assert.deepEqual(emptyIn(sheet), [], sheet.sheet)
  assert.deepEqual([isComplete, isSupportOver], [true, false])
})

test('nothing is complete while one fact that the law asks for is missing', () => {
  const whole = wholeFacts()
  const paths = new Set(SHEETS.flatMap((sheet) => ITEMS[sheet].flatMap(({ needs }) => needs)))
  let tried = 0
  for (const path of paths) {
    if (path in ALL) {
      assert.equal(gaps(whole, { ...ALL, [path]: false }).isComplete, false, path)
      continue
    }
    if (factAt(whole, path) === undefined) continue
    tried += 1
    // Of a support period all members are there, or it is not.
    const taken = path.startsWith('supportPeriod.') ? 'supportPeriod' : path
    const { isComplete, sheets } = gaps(without(whole, taken))
    assert.equal(isComplete, false, path)
    const missing = sheets.flatMap(({ items }) => items.flatMap((each) => each.missing))
    assert.ok(missing.includes(path), path)
  }
  assert.ok(tried > 25)
})

test('every path that an item needs is a fact that can be written', () => {
  const whole = wholeFacts()
  const paths = SHEETS.flatMap((sheet) => ITEMS[sheet].flatMap(({ needs }) => needs))
  const unknown = paths.filter(
    (path) =>
      !(path in ALL) &&
      factAt(whole, path) === undefined &&
      !(WAIVABLE as readonly string[]).includes(path),
  )
  assert.deepEqual(unknown, [])
})

test('what may not apply is let go with its reason, and the reason is shown', () => {
  const facts = without(wholeFacts(), 'sbomUrl')
  const waived = {
    ...facts,
    notApplicable: { ...facts.notApplicable, sbomUrl: 'users do not get it' },
  }
  const [annex2] = gaps(waived).sheets
  const item = annex2?.items.find(({ number }) => number === '9')
  assert.deepEqual([item?.state, item?.because], ['not-applicable', 'users do not get it'])
  const misplaced = factsSchema.safeParse({ notApplicable: { 'manufacturer.name': 'no' } })
  assert.equal(misplaced.success, false)
})

test('a fact that is given and said not to apply is refused', () => {
  const facts = { ...wholeFacts(), notApplicable: { sbomUrl: 'users do not get it' } }
  assert.equal(flawOf(facts)?.code, 'FACT_CONTRADICTS')
})

// CRA P-007
test('a steward of free software has no declaration of conformity to make', () => {
  const { sheets } = gaps({ economicRole: 'steward' })
  const annex5 = sheets.find(({ sheet }) => sheet === 'annex-5')
  assert.ok(annex5?.items.every(({ state }) => state === 'not-applicable'))
  assert.match(annex5?.items[0]?.because ?? '', /Art\. 24/)
})

// CRA P-006, P-011, P-012
test('whether the law applies follows from the answers alone', () => {
  const yes = { answer: true }
  const answers = { isProduct: yes, isConnected: yes, isCommercial: yes }
  assert.equal(scopeResult(undefined), 'unanswered')
  assert.equal(scopeResult({ answers }), 'unanswered')
  assert.equal(scopeResult({ answers, exclusion: 'none' }), 'applies')
  assert.equal(
    scopeResult({ answers: { ...answers, isConnected: { answer: false } } }),
    'does-not-apply',
  )
  assert.equal(scopeResult({ answers: { isProduct: yes }, exclusion: 'none' }), 'unanswered')
  for (const exclusion of EXCLUSION_IDS.filter((id) => id !== 'none')) {
    assert.equal(scopeResult({ answers, exclusion }), 'excluded')
  }
})

test('nothing is complete while devices show another end of support', () => {
  const shown = (signedSupportEnd: string) =>
    gapsOf(wholeFacts(), { known: ALL, now: NOW, signedSupportEnd })
  assert.deepEqual([shown('2034-12').isComplete, shown('2034-12').mismatches], [true, []])
  assert.equal(shown('2031-08').isComplete, false)
  assert.deepEqual(shown('2031-08').mismatches, [
    { fact: 'supportPeriod.ends', written: '2034-12', signed: '2031-08' },
  ])
})

test('the form of the notification is filled as far as the facts go', () => {
  assert.deepEqual(gaps({}).notification, {})
  assert.deepEqual(gaps(wholeFacts()).notification, {
    ...{ manufacturerName: 'Lumen GmbH', productName: 'Lumen Gateway G1' },
    ...{ memberStates: ['AT', 'DE'], productType: 'Default', endOfSupport: 'No' },
  })
  const classification = { class: 'important-2', category: 'III-II-2' } as const
  const { notification } = gapsOf(
    { ...wholeFacts(), classification },
    { known: ALL, now: Date.UTC(2035, 0, 1) / 1000, signedSupportEnd: undefined },
  )
  const { productType, productClass, productCategory, endOfSupport } = notification
  assert.deepEqual([productType, productClass, endOfSupport], ['Important', 'II', 'Yes'])
  assert.match(productCategory ?? '', /^Firewalls/)
})

test('a category has to be of its class, and the default class has none', () => {
  const code = (classification: ProductFacts['classification']) => flawOf({ classification })?.code
  assert.equal(code({ class: 'default' }), undefined)
  assert.equal(code({ class: 'important-1', category: 'III-I-12' }), undefined)
  assert.equal(code({ class: 'critical', category: 'IV-2' }), undefined)
  assert.equal(code({ class: 'important-1' }), 'CATEGORY_MISMATCH')
  assert.equal(code({ class: 'default', category: 'III-I-12' }), 'CATEGORY_MISMATCH')
  assert.equal(code({ class: 'important-2', category: 'III-I-12' }), 'CATEGORY_MISMATCH')
  assert.equal(Object.keys(CATEGORIES).length, 19 + 4 + 3)
})

test('the maker’s own word is no procedure for critical products, and for class II only with free software', () => {
  assert.equal(isOpenTo('A', 'default', false), true)
  assert.equal(isOpenTo('A', 'important-1', false), true)
  assert.equal(isOpenTo('A', 'important-2', false), false)
  assert.equal(isOpenTo('A', 'important-2', true), true)
  assert.equal(isOpenTo('A', 'critical', true), false)
  assert.equal(isOpenTo('H', 'critical', false), true)
  const facts = {
    classification: { class: 'important-2', category: 'III-II-2' },
    conformity: { procedure: 'A' },
  } as const
  assert.equal(flawOf(facts)?.code, 'PROCEDURE_NOT_OPEN')
})

test('updates that do not install by themselves need a reason', () => {
  assert.equal(flawOf({ updatePolicy: { automatic: false } })?.code, 'UPDATE_POLICY_UNJUSTIFIED')
  assert.equal(
    flawOf({ updatePolicy: { automatic: false, because: 'it stands in a theatre' } }),
    undefined,
  )
})

for (const [what, facts] of [
  ['a script as an address', { sbomUrl: 'javascript:alert(1)' }],
  ['a plain address', { sbomUrl: 'http://lumen.example/' }],
  ['blanks', { name: '   ' }],
  ['two lines for one', { name: 'a\nb' }],
  ['control characters', { intendedPurpose: 'a\u0000b' }],
  ['a country twice', { memberStates: ['DE', 'DE'] }],
  ['a country outside', { memberStates: ['US'] }],
  [
    'a month that is none',
    {
      supportPeriod: {
        starts: '2026-01-01',
        ends: '2031-13',
        expectedUseMonths: 60,
        reasoning: 'x',
      },
    },
  ],
  [
    'a day that is none',
    {
      supportPeriod: {
        starts: '2026-02-30',
        ends: '2031-12',
        expectedUseMonths: 60,
        reasoning: 'x',
      },
    },
  ],
  ['a fact that nobody knows', { colour: 'red' }],
  ['a text without end', { intendedPurpose: 'x'.repeat(4_001) }],
] as const) {
  test(`facts are refused: ${what}`, () => {
    assert.equal(factsSchema.safeParse(facts).success, false)
  })
}

// CRA P-157, P-160, P-161, P-162, P-163
test('class I takes the manufacturer’s own word only with a cited standard in full, or as free software', () => {
  const important = { class: 'important-1', category: 'III-I-12' } as const
  const [standard] = wholeFacts().declaredStandards ?? []
  assert.ok(standard)
  const undecided = (more: Partial<ProductFacts>) =>
    gaps({ ...wholeFacts(), classification: important, ...more }).undecided
  assert.deepEqual(undecided({}), [])
  for (const lacking of [{ isCited: false }, { isAppliedInFull: false }]) {
    const declaredStandards: ProductFacts['declaredStandards'] = [{ ...standard, ...lacking }]
    assert.deepEqual(undecided({ declaredStandards }), ['conformity.procedure'])
    const scope = wholeFacts().scope
    const answers = { ...scope?.answers, isFreeSoftware: { answer: true } } as never
    assert.deepEqual(undecided({ declaredStandards, scope: { ...scope, answers } }), [])
    assert.deepEqual(undecided({ declaredStandards, conformity: { procedure: 'B+C' } }), [])
    assert.deepEqual(undecided({ declaredStandards, classification: { class: 'default' } }), [])
  }
  assert.equal(isOpenTo('A', 'important-2', false), false)
  assert.equal(isOpenTo('A', 'critical', true), false)
})
