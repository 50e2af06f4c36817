/** `fleetward-agent status`: asks the running agent; reads the disk when none runs. */
import type { Json } from '@fleetward/shared'
import { statusOf } from '../data-folder/status.ts'
import { AgentAwayError } from '../local-api/client.ts'
import type { AgentCommand, CommandContext } from './command.ts'
import { sayMoment } from './durations.ts'
import { type ShownNotice, sayNotice, sayState } from './say-update.ts'

interface ShownStatus {
  readonly product: string
  readonly device: string
  readonly model?: string
  readonly version: string
  readonly securityCounter: number
  readonly state: string
  readonly waitingFor?: string
  readonly waitingUntil?: number
  readonly progress?: number
  readonly line: string
  readonly owner: { readonly security: string; readonly functionality: string; optedOut?: Until }
  readonly notice?: ShownNotice
  readonly lastFailure?: { code: string; version: string; at: number }
  readonly supportEndsOn?: string
  readonly supportEnded?: boolean
  readonly supportNotice?: number
  readonly integrity: { readonly state: string }
}
interface Until {
  readonly until: number | 'forever'
}

export const statusCommand: AgentCommand = {
  name: 'status',
  usage: '',
  summary: 'What runs, what the agent is doing, and what you have set.',
  examples: ['fleetward-agent status', 'fleetward-agent status --json'],
  run: async (context) => {
    try {
      const agent = await context.agent()
      const status = await agent.json('/1/status')
      context.out.answer(addRunning(status), sayStatus(status as unknown as ShownStatus))
      return 0
    } catch (error) {
      if (!(error instanceof AgentAwayError)) throw error
      return fromDisk(context, error)
    }
  },
}

/** One field more than the API has: whether somebody answered. */
function addRunning(status: Json): Json {
  return { running: true, ...(status as object) } as Json
}

async function fromDisk(context: CommandContext, away: AgentAwayError): Promise<number> {
  const status = await statusOf(await context.settings())
  const { state, slots, running } = status as Record<string, Json>
  context.out.answer(status, [
    running === true
      ? 'The agent runs, but does not answer at its socket. What its disk says:'
      : 'The agent does not run. What its disk says:',
    `  state     ${String(state)}`,
    ...Object.entries(slots as Record<string, { version?: string; permanent?: boolean }>).map(
      ([slot, { version, permanent }]) =>
        `  slot ${slot}    ${version ?? 'empty'}${permanent === true ? ', runs' : ''}`,
    ),
    away.message,
  ])
  return 0
}

function sayStatus(status: ShownStatus): string[] {
  const { device, product, model, version, owner, lastFailure, notice } = status
  const progress = status.progress === undefined ? '' : ` ${status.progress} %`
  return [
    `${device} (${model ?? product}) runs ${version}`,
    `  updates   ${sayState(status.state, status.waitingFor, status.waitingUntil)}${progress}`,
    // Of who opted out the two lines would say the opposite of what happens.
    ...(owner.optedOut === undefined
      ? [
          `  security  ${owner.security === 'automatic' ? 'install by themselves' : 'ask first'}`,
          `  functions ${owner.functionality === 'automatic' ? 'install by themselves' : 'ask first'}`,
        ]
      : [`  opted out ${sayUntil(owner.optedOut.until)}: nothing installs by itself`]),
    `  server    ${status.line}`,
    ...(status.integrity.state === 'corrupt'
      ? ['  integrity DAMAGED: fleetward-agent doctor']
      : []),
    ...(lastFailure === undefined
      ? []
      : [`  failed    ${lastFailure.version}: ${lastFailure.code}, ${sayMoment(lastFailure.at)}`]),
    ...(status.supportEndsOn === undefined
      ? []
      : [
          status.supportEnded === true
            ? `  support   ended in ${status.supportEndsOn}: no more security updates`
            : `  support   security updates until the end of ${status.supportEndsOn}${sayNear(status.supportNotice)}`,
        ]),
    ...(notice === undefined ? [] : ['', ...sayNotice(notice)]),
  ]
}

/** The nearer, the plainer. */
function sayNear(months: number | undefined): string {
  if (months === 1) return ': LESS THAN ONE MONTH'
  return months === undefined ? '' : `, less than ${months} months`
}

const sayUntil = (until: number | 'forever') =>
  until === 'forever' ? 'until you opt in again' : `until ${sayMoment(until)}`
