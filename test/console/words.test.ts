/** The console's words: what one language says, the others say too, with the same facts in it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { files, read } from '../support/sources.ts'

type Table = Readonly<Record<string, Readonly<Record<string, string>>>>

const tableOf = (path: string) => JSON.parse(read(path)) as Table
const english = tableOf('packages/console/src/words/en.json')
const sentences = (table: Table) =>
  Object.entries(table).flatMap(([section, words]) =>
    Object.entries(words).map(([key, text]) => [`${section}.${key}`, text] as const),
  )
const facts = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted()

for (const path of files('packages/console/src/words/*.json')) {
  test(`${path} says everything, and with the same facts`, () => {
    const table = tableOf(path)
    assert.deepEqual(
      sentences(table).map(([key]) => key),
      sentences(english).map(([key]) => key),
    )
    const told = new Map(sentences(english))
    for (const [key, text] of sentences(table)) {
      // One of something need not be counted aloud.
      if (key.endsWith('#one')) continue
      assert.deepEqual(facts(text), facts(told.get(key) ?? ''), key)
    }
  })
}

/**
 * Keys that are made: as a template after its section, or as what `sayIfKnown` or `toldWords` is given, of which a template says the
 * beginning and anything else says nothing.
 */
const MADE =
  /`(?<section>\w+)\.(?<key>(?:[^`$]|\$\{[^`]*?\})+)`|(?:sayIfKnown|toldWords)\(\s*'(?<known>\w+)',\s*(?:`(?<end>[^`]*)`)?/g

function madeKeys(source: string): ReadonlyMap<string, readonly RegExp[]> {
  const made = new Map<string, RegExp[]>()
  for (const { groups = {} } of source.matchAll(MADE)) {
    const section = groups.section ?? groups.known ?? ''
    const template = groups.key ?? groups.end
    const written = template?.split(/\$\{[^`]*?\}/).map((part) => RegExp.escape(part)) ?? ['', '']
    made.set(section, [...(made.get(section) ?? []), new RegExp(`^${written.join('.+')}$`)])
  }
  return made
}

test('every word is said somewhere in the console', () => {
  const source = files('packages/console/src/**/*.{ts,tsx}').map(read).join('\n')
  const made = madeKeys(source)
  const unsaid = Object.entries(english).flatMap(([section, words]) =>
    Object.keys(words)
      .map((key) => key.split('#', 1)[0] ?? '')
      .filter((key) => !source.includes(`'${section}.${key}'`))
      .filter((key) => !made.get(section)?.some((one) => one.test(key)))
      .map((key) => `${section}.${key}`),
  )
  assert.deepEqual(unsaid, [])
})

/** Words that German had twice for one thing; the one that is said is behind the arrow. */
const OTHER_WORDS = [
  /Eigentümer/, // Besitzer
  /gestoppt/, // angehalten; what is paused is "pausiert"
  /\bSupport/, // Unterstützung
  /Zeitfenster/, // Wartungsfenster, kurz Fenster
  /Bediener/, // Betreiber
  /ausgemustert/, // außer Betrieb
]

test('in German, too, one thing has one word', () => {
  const tables = ['packages/console/src/words/de.json', 'packages/console/src/words/law/de.json']
  assert.deepEqual(
    tables
      .flatMap((path) => sentences(tableOf(path)))
      .filter(([, text]) => OTHER_WORDS.some((word) => word.test(text))),
    [],
  )
})
