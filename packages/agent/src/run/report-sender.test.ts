import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReportSender } from './report-sender.ts'

test('a server that never answers does not hold up an agent that is told to stop', async () => {
  const asked = Promise.withResolvers<void>()
  const ports = {
    reportChannel: {
      send: () => {
        asked.resolve()
        return new Promise<void>(() => {})
      },
    },
    timer: { wait: async () => undefined },
    chance: { share: () => 0, nonce: () => '' },
    log: { write: () => undefined },
  }
  const acknowledged: number[] = []
  const owner = {
    outbox: () => [{ seq: 1, about: 'state' as const, token: 'a.b.c' }],
    acknowledged: async (seq: number) => void acknowledged.push(seq),
  }
  const sender = new ReportSender(ports, owner, { firstDelayMs: 1, maxDelayMs: 1 })
  const over = sender.run()
  await asked.promise
  sender.stop()
  await over
  assert.deepEqual(acknowledged, [], 'it is sent again at the next start')
})
