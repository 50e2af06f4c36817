/** The console completes the language that the server reads, and says its mistakes in its own words. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as server from '../../packages/server/src/devices/filter/fields.ts'
import { FilterError } from '../../packages/server/src/devices/filter/filter-error.ts'
import { parseFilter } from '../../packages/server/src/devices/filter/parse-filter.ts'

interface Option {
  readonly text: string
}

interface Completing {
  completionAt(text: string, caret: number, known: object): { options: readonly Option[] }
  taken(text: string, completion: object, option: Option): { text: string; caret: number }
}

interface Language {
  readonly FIELD_NAMES: readonly string[]
  kindOf(field: string): string | undefined
  wordsOf(field: string): readonly string[]
}

/** The console's sources are another program for the compiler. */
const of = async (file: string) =>
  import(new URL(`../../packages/console/src/screens/fleet/filter/${file}`, import.meta.url).href)
const { completionAt, taken }: Completing = await of('complete-filter.ts')
const { FIELD_NAMES, kindOf, wordsOf }: Language = await of('filter-language.ts')
const { EXPECTED }: { EXPECTED: Readonly<Record<string, string>> } = await of('filter-mistake.ts')

test('the console knows the fields of the server, with their kinds and words', () => {
  assert.deepEqual(FIELD_NAMES, server.FIELD_NAMES)
  for (const name of server.FIELD_NAMES) {
    const field = server.kindOf(name)
    assert.equal(kindOf(name), field.kind, name)
    if (field.kind === 'word') assert.deepEqual(wordsOf(name), field.words, name)
  }
})

const VALUES: Readonly<Record<string, string>> = {
  ...{ text: 'field', version: '1.4.3', line: '1.4', number: '3' },
}
const ATTRIBUTES = ['attr.region', 'device."free space"']

/** Everything that can be reached by taking what is offered, a condition long. */
function* written(text: string): Generator<string> {
  const known = {
    attributes: ATTRIBUTES,
    values: Object.fromEntries(
      [...FIELD_NAMES, ...ATTRIBUTES].map((field) => [
        field,
        [VALUES[kindOf(field) ?? ''] ?? ''].filter((value) => value !== ''),
      ]),
    ),
  }
  const completion = completionAt(text, text.length, known)
  const texts = completion.options.map((option) => option.text)
  if (texts.includes('and')) yield text
  for (const option of completion.options) {
    if (['and', 'or', 'not', '(', ','].includes(option.text)) continue
    yield* written(taken(text, completion, option).text)
  }
}

test('whatever is taken from the completion, the server can read', () => {
  let count = 0
  for (const filter of written('')) {
    assert.doesNotThrow(() => parseFilter(filter), filter)
    count += 1
  }
  assert.ok(count > 200, String(count))
})

test('each mistake that the server finds is said in the words of the console', () => {
  const wrong = [
    ...['lastseen < 7d', 'version', 'version < ', 'version < x', 'line = 1.4.3', 'online = ja'],
    ...['securityCounter = x', 'lastSeen < x', 'state = x', 'online online', '(online', 'online)'],
    ...['cohort in field', 'cohort in (field field)', 'cohort = "field', "cohort = 'field'", '&'],
  ]
  for (const filter of wrong) {
    assert.throws(
      () => parseFilter(filter),
      (error) =>
        error instanceof FilterError &&
        (error.expected in EXPECTED || error.expected.startsWith('one of ')),
      filter,
    )
  }
})
