import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TrustError } from '@fleetward/shared'
import { openLog } from './server-log.ts'

function logged(write: (log: ReturnType<typeof openLog>) => void) {
  const lines: string[] = []
  write(openLog({ write: (line) => void lines.push(line) }))
  return { text: lines.join(''), line: JSON.parse(lines[0] ?? '{}') }
}

test('members that go by a secret’s name are hidden, also inside others', () => {
  const { text, line } = logged((log) =>
    log.info({
      password: 'hunter2',
      account: { token: 'hunter2', name: 'ada' },
      request: { headers: { cookie: 'hunter2', authorization: 'hunter2' } },
    }),
  )
  assert.ok(!text.includes('hunter2'))
  assert.equal(line.password, '[hidden]')
  assert.equal(line.account.name, 'ada')
})

test('of an error only what is harmless is written, of its causes too', () => {
  const cause = Object.assign(new Error('duplicate key'), {
    ...{
      code: '23505',
      detail: 'Key (email)=(hunter2) exists',
      query: 'hunter2',
      parameters: ['hunter2'],
    },
  })
  const error = new Error('not saved', { cause })
  Object.assign(error, { config: { headers: { authorization: 'hunter2' } }, body: 'hunter2' })
  const { text, line } = logged((log) => log.error({ err: error }, 'failed'))
  assert.ok(!text.includes('hunter2'))
  assert.equal(line.err.message, 'not saved')
  assert.equal(line.err.cause.code, '23505')
  assert.ok(line.err.stack.includes('server-log.test.ts'))
})

test('codes and facts of our own errors are written, and all errors of several', () => {
  const { line } = logged((log) =>
    log.error({ err: new AggregateError([new TrustError('DIGEST_MISMATCH', { path: 'a' })]) }),
  )
  assert.deepEqual(
    line.err.errors.map(({ code, facts }: { code: string; facts: object }) => [code, facts]),
    [['DIGEST_MISMATCH', { path: 'a' }]],
  )
})

test('an error that is its own cause, or no error at all, is no end of the log', () => {
  const circular = new Error('round')
  circular.cause = circular
  assert.equal(logged((log) => log.error({ err: circular })).line.err.type, 'Error')
  assert.equal(logged((log) => log.error({ err: 'hunter2' })).line.err, 'string')
})
