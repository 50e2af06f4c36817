import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WAIVABLE } from '../product-facts/facts-schema.ts'
import { unansweredOf } from '../product-facts/scope.ts'
import { ITEMS, KNOWN } from '../product-facts/sheets.ts'
import { factWords, isFactPath } from './fact-words.ts'

test('every fact that a dossier can miss has words for people: none of them is a path', () => {
  const needed = Object.values(ITEMS).flatMap((items) => items.flatMap(({ needs }) => needs))
  const paths = [...needed, ...WAIVABLE, ...unansweredOf({}), 'conformity.procedure']
  for (const path of paths.filter((one) => !Object.hasOwn(KNOWN, one))) {
    assert.ok(isFactPath(path), path)
    assert.match(factWords(path), / |SBOM/, path)
  }
})
