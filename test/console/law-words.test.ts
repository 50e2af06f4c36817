/** What the server says of the law has German words, code by code and with the facts that the server gives. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newestCatalogue } from '@fleetward/vulnerability'
import { DECLARATION_LANGUAGES } from '../../packages/server/src/dossier/declaration-languages.ts'
import { fleetwardData } from '../../packages/server/src/law/data-inventory/fleetward-data.ts'
import { INFORMATION_WORDS } from '../../packages/server/src/law/information/words.ts'
import { REQUIREMENTS } from '../../packages/server/src/law/requirements/annex-1.ts'
import {
  SUGGESTED_CODES,
  SUGGESTED_SENTENCES,
} from '../../packages/server/src/law/requirements/suggested.ts'
import { retentionSettingsSchema } from '../../packages/server/src/retention/retention-settings.ts'
import { read } from '../support/sources.ts'

type Words = Readonly<Record<string, string>>

type Section =
  | 'requirements'
  | 'suggested'
  | 'ownData'
  | 'informationLabels'
  | 'portal'
  | 'portalRemarks'

const law: Readonly<Record<Section, Words>> = JSON.parse(
  read('packages/console/src/words/law/de.json'),
)
const placesIn = (text = '') => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)

test('the items of Annex V have one name in German, on the public page and in the console', () => {
  const shown = Object.entries(DECLARATION_LANGUAGES.de.items).map(([number, title]) => [
    `annex-5-${number}`,
    title,
  ])
  const { lawItems } = JSON.parse(read('packages/console/src/words/de.json'))
  assert.deepEqual(
    shown,
    shown.map(([key = '']) => [key, lawItems[key]]),
  )
})

test('the labels of the information for users are those of its public page', () => {
  assert.deepEqual(law.informationLabels, INFORMATION_WORDS.de.labels)
})

test('every field of ENISA’s portal, and every remark on one, has words', () => {
  const { fields } = newestCatalogue()
  const keyOf = ({ number, id }: { number: string; id: string }) => `${number}-${id}`
  assert.deepEqual(Object.keys(law.portal), fields.map(keyOf))
  const remarked = fields.filter(({ remark }) => remark !== undefined)
  assert.deepEqual(Object.keys(law.portalRemarks), remarked.map(keyOf))
})

test('every requirement of Annex I has words, and no other', () => {
  const ids = REQUIREMENTS.map(({ id }) => id.replaceAll('.', '-'))
  assert.deepEqual(Object.keys(law.requirements), ids)
})

test('every sentence that Fleetward suggests has words, with the same facts', () => {
  assert.deepEqual(Object.keys(law.suggested), SUGGESTED_CODES)
  for (const code of SUGGESTED_CODES) {
    const read: string[] = []
    const facts = new Proxy({}, { get: (_, name) => read.push(String(name)) })
    SUGGESTED_SENTENCES[code](facts)
    const places = placesIn(law.suggested[code])
    assert.deepEqual(places.toSorted(), [...new Set(read)].toSorted(), code)
  }
})

test('all data that Fleetward processes has words, with the days that the server names', () => {
  const all = fleetwardData(retentionSettingsSchema.parse({}))
  const counts = ['days#one', 'days#other', 'held#one', 'held#other']
  const wanted = all.flatMap(({ id }) => [`${id}-what`, `${id}-purpose`, `${id}-kept`])
  assert.deepEqual(Object.keys(law.ownData), [...counts, ...wanted])
  for (const { id, keptDays } of all) {
    const places = placesIn(law.ownData[`${id}-kept`])
    const given = [
      ...(keptDays === undefined ? [] : ['kept']),
      ...(keptDays?.deliveries === undefined ? [] : ['keptDeliveries']),
    ]
    assert.deepEqual(places, given, id)
  }
})
