/** What the running agent says of itself at GET /1/doctor, as checks among the others. */
import { Fields, type Json } from '@fleetward/shared'
import { AgentAwayError, AgentRefusal } from '../local-api/client.ts'
import { type Check, type Finding, type Level, note, ok } from './check.ts'
import { runningChecks } from './running-checks.ts'

const LEVELS: readonly Level[] = ['ok', 'note', 'warning', 'wrong']
/** A few paths of damaged files are in it. */
const TEXT_MAX_BYTES = 32 * 1024
const CHECKS_MAX_COUNT = 100

export const agentAnswers: Pick<Check, 'id' | 'what' | 'why'> = {
  id: 'agent-answers',
  what: 'The agent runs and answers at its local socket.',
  why: 'What it alone knows is not looked at otherwise.',
}

export async function toldByAgent(ask: () => Promise<Json>): Promise<Check[]> {
  try {
    const told = readFindings(await ask())
    const silent = note('the agent that runs does not say', 'restart it: it is an older one')
    return [
      { ...agentAnswers, look: async () => ok('it does') },
      ...runningChecks.map(({ id, what, why }) => ({
        ...{ id, what, why },
        look: async () => told.get(id) ?? silent,
      })),
    ]
  } catch (error) {
    return [{ ...agentAnswers, look: async () => findingOf(error) }]
  }
}

function findingOf(error: unknown): Finding {
  if (error instanceof AgentAwayError) return note('it does not', error.message)
  if (error instanceof AgentRefusal)
    return note(error.code, 'restart the agent: it is an older one')
  throw error
}

function readFindings(json: Json): ReadonlyMap<string, Finding> {
  const fields = new Fields(json, 'JSON_INVALID')
  const findings = fields.list('checks', { max: CHECKS_MAX_COUNT }, (items, index) =>
    items.object(index, (check): readonly [string, Finding] => [
      check.text('id', TEXT_MAX_BYTES),
      {
        level: check.oneOf('level', LEVELS),
        seen: check.text('seen', TEXT_MAX_BYTES),
        ...check.optional('next', (name) => check.text(name, TEXT_MAX_BYTES)),
      },
    ]),
  )
  return new Map(findings)
}
