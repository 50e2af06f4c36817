/** What a running agent answers to the doctor is looked at like anything from another process. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { Json } from '@fleetward/shared'
import { type DoctorSite, doctorSite } from '../../../../test/support/doctor-site.ts'
import { AgentAwayError, AgentRefusal } from '../local-api/client.ts'
import { examine } from './examine.ts'
import { runningChecks } from './running-checks.ts'
import { toldByAgent } from './told-by-agent.ts'

let device: DoctorSite
beforeEach(async () => {
  device = await doctorSite()
})
afterEach(() => device.remove())

async function levelsOf(ask: () => Promise<Json>): Promise<string[]> {
  const examined = await examine(device.site(), await toldByAgent(ask))
  return examined.map(({ check, level }) => `${check.id} ${level}`)
}

const answering = (json: Json) => levelsOf(async () => json)
const failing = (error: Error) =>
  levelsOf(async () => {
    throw error
  })

test('an agent that does not know a check says nothing about it', async () => {
  const checks = [{ id: 'files-unaltered', level: 'wrong', seen: 'damaged: main.sh', next: 'x' }]
  const [answers, files, ...others] = await answering({ wrong: 1, checks })
  assert.equal(answers, 'agent-answers ok')
  assert.equal(files, 'files-unaltered wrong')
  assert.equal(others.length, runningChecks.length - 1)
  for (const other of others) assert.match(other, / note$/)
})

test('an agent that is away or older is a note', async () => {
  assert.deepEqual(await failing(new AgentAwayError('/run/agent.sock', 'ENOENT')), [
    'agent-answers note',
  ])
  const error = { code: 'NOT_FOUND_HERE', message: 'There is none.', next: 'See GET /1.' }
  assert.deepEqual(await failing(new AgentRefusal({ error })), ['agent-answers note'])
})

test('an answer that no agent gives is wrong', async () => {
  const one = (check: Json) => answering({ checks: [check] })
  for (const levels of [
    await answering([]),
    await answering({ checks: Array<Json>(101).fill({ id: 'x', level: 'ok', seen: 'y' }) }),
    await one({ id: 'files-unaltered', level: 'fine', seen: 'y' }),
    await one({ id: 'files-unaltered', level: 'ok', seen: 7 }),
  ]) {
    assert.deepEqual(levels, ['agent-answers wrong'])
  }
})
