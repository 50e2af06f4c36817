/** Documents are judged one after the other, whoever asks for it however often. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SERVER_ACTOR } from '../accounts/actor.ts'
import { judgeDocument, requireValid } from './validate-csaf.ts'

const SOMEBODY = { ...SERVER_ACTOR, kind: 'person', id: 'acc-1' } as const

test('who looks without end is told to wait, and keeps neither others from looking nor anybody from publishing', async () => {
  const looked = Array.from({ length: 3 }, () => judgeDocument('{}', SOMEBODY.id))
  await assert.rejects(judgeDocument('{}', SOMEBODY.id), { status: 429 })
  const other = judgeDocument('{}', 'acc-2')
  for (const actor of [SOMEBODY, SERVER_ACTOR]) {
    await assert.rejects(requireValid('{}', actor), { status: 422, code: 'ADVISORY_INVALID' })
  }
  for (const { isValid } of await Promise.all([...looked, other])) assert.equal(isValid, false)
  assert.equal((await judgeDocument('{}', SOMEBODY.id)).isValid, false, 'there is a place again')
})
