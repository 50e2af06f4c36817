import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Me } from '../../../api/operator-api.gen.ts'
import { me } from '../../../live/me.ts'
import { newDraft } from './draft.ts'
import { forgetDraft, keepDraft, keptDraft } from './draft-store.ts'

const PRODUCT = 'lumen-gateway-g1'
const isNow = (id: string) => {
  me.value = { kind: 'person', id, name: id, via: 'session', rights: {} } satisfies Me
}

test('a draft is there again for who typed it, and for nobody else at the same browser', () => {
  const empty = newDraft(undefined)
  const typed = { ...empty, cohort: 'everyone' }
  isNow('ada')
  keepDraft(PRODUCT, typed)
  assert.deepEqual(keptDraft(PRODUCT, empty), typed)
  isNow('grace')
  assert.equal(keptDraft(PRODUCT, empty), undefined)
  isNow('ada')
  forgetDraft(PRODUCT)
  assert.equal(keptDraft(PRODUCT, empty), undefined)
})
