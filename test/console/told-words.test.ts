/** What the server says by a code has words in the console's languages; a sentence without one is known by its form. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FEED_CODES, FRESHNESS_CAUSES } from '@fleetward/vulnerability'
import {
  GAP_FORMS,
  KNOWN_FORMS,
} from '../../packages/console/src/screens/product/gaps/gap-forms.ts'
import { type Forms, formOf } from '../../packages/console/src/words/by-form.ts'
import { FETCH_CODES } from '../../packages/server/src/feeds/sources/fetch-feed.ts'
import { ROW_GAPS } from '../../packages/server/src/law/requirements/row.ts'
import { ITEMS, KNOWN } from '../../packages/server/src/product-facts/sheets.ts'
import { DELIVERY_ERRORS } from '../../packages/server/src/webhooks/deliver.ts'
import { read } from '../support/sources.ts'

type Table = Readonly<Record<string, Readonly<Record<string, string>>>>

const words: Table = JSON.parse(read('packages/console/src/words/en.json'))
const keysOf = (section: string) => Object.keys(words[section] ?? {})
const placesIn = (text = '') => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)

/** The table is held to the source of the server by documented-codes.test.ts. */
test('every refusal that the protocol documents has words, and no other', () => {
  const section = read('docs/protocol.md').split('### 13.2')[1] ?? ''
  const documented = section.matchAll(/^\| `(?<code>[A-Z_]+)` \| \d{3} \|/gm)
  const codes = [...documented].map(({ groups }) => groups?.code)
  assert.deepEqual(keysOf('refusals').toSorted(), [...new Set(codes)].toSorted())
})

test('every cause of which a feed counts or does not has words', () => {
  assert.deepEqual(keysOf('feeds').toSorted(), FRESHNESS_CAUSES.toSorted())
})

test('why a feed was not fetched, or a webhook not delivered, has words', () => {
  const codes = new Set<string>([...FETCH_CODES, ...FEED_CODES, ...DELIVERY_ERRORS, 'EVENT_GONE'])
  assert.deepEqual(keysOf('troubles').toSorted(), [...codes].toSorted())
})

test('the items of the annexes stand in the console as the server has them', () => {
  const told = Object.entries(ITEMS).flatMap(([sheet, items]) =>
    items.map(({ number, title }) => [`${sheet}-${number}`, title]),
  )
  assert.deepEqual(Object.entries(words.lawItems ?? {}), told)
})

test('gaps of requirements, and what the server knows of itself, are known by their sentences', () => {
  for (const [gap, sentence] of Object.entries(ROW_GAPS)) {
    const form = formOf(GAP_FORMS, `Requirement I.2.c: ${sentence}`)
    assert.deepEqual([form?.key, form?.facts.id], [`of-${gap}`, 'I.2.c'])
    assert.ok(`gap_${gap}` in (words.product ?? {}), gap)
  }
  for (const [fact, sentence] of Object.entries(KNOWN)) {
    assert.equal(formOf(KNOWN_FORMS, sentence)?.key, `known-${fact}`)
  }
})

test('the words of a gap use what its form finds', () => {
  const given = namesOf([...GAP_FORMS, ...KNOWN_FORMS])
  for (const key of keysOf('gaps')) {
    const found = given.get(key) ?? []
    // Made of the item and of the facts that its command names.
    const made = ['title', 'missing', 'id', 'gap']
    for (const place of placesIn(words.gaps?.[key])) {
      assert.ok([...found, ...made].includes(place), `${key}: ${place}`)
    }
  }
})

function namesOf(forms: Forms): ReadonlyMap<string, readonly string[]> {
  return new Map(
    forms.map(([form, key]) => [
      key,
      [...form.source.matchAll(/\(\?<(\w+)>/g)].map(([, name = '']) => name),
    ]),
  )
}
