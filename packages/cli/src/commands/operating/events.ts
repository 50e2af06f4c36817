/** `fleetward events follow`: what happens on the server, as it happens. */
import type { IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { plain } from '../../plain.ts'
import { Refusal } from '../../refusal.ts'
import type { ApiClient } from '../../server/api-client.ts'
import { repeated, type Surroundings, wholeNumber, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'

interface FollowOptions extends ServerOptions {
  readonly product?: string
  readonly type?: readonly string[]
  readonly fromStart?: boolean
  readonly count?: number
}

interface FleetEvent {
  readonly type: string
  readonly at: number
  readonly product?: string
  readonly data: unknown
}

const RECONNECT_MS = 3_000

export function addEvents(program: Command, { terminal, print }: Surroundings): void {
  const events = withExamples(
    program.command('events').description('what happens on the server'),
    'events follow --token-file token',
  )
  const follow = withServer(
    events
      .command('follow')
      .description('every event as it happens, until interrupted; goes on after a broken line')
      .option('--product <name>', 'only of this product')
      .option(
        '--type <type>',
        'only these: rollout.*, device.quarantined; may be repeated',
        repeated,
      )
      .option('--from-start', 'begin with the oldest event that is kept')
      .option('--count <number>', 'end after so many', wholeNumber),
  ).action(async (options: FollowOptions, command: Command) => {
    const { json = false } = command.optsWithGlobals<{ json?: boolean }>()
    const client = await openServer(options, terminal)
    let last = options.fromStart === true ? '0' : undefined
    let left = options.count ?? Number.POSITIVE_INFINITY
    for (let isFirst = true; left > 0; isFirst = false) {
      const stream = await opened(client, pathOf(options), last, isFirst)
      if (stream !== undefined) {
        for await (const { id, event } of messagesOf(stream)) {
          last = id ?? last
          if (event === undefined) continue
          print(`${json ? JSON.stringify(event) : lineOf(event)}\n`)
          left -= 1
          if (left <= 0) break
        }
        stream.destroy()
      }
      if (left > 0) await sleep(RECONNECT_MS)
    }
  })
  withExamples(
    follow,
    'events follow --token-file token',
    "events follow --product lumen-gateway-g1 --type 'rollout.*' --token-file token --json",
  )
}

function pathOf({ product, type }: FollowOptions): string {
  const query = type === undefined ? '' : `?types=${encodeURIComponent(type.join(','))}`
  return `${product === undefined ? '' : `/products/${encodeURIComponent(product)}`}/events${query}`
}

/** The first time a refusal is the person's to hear; afterwards a server that restarts comes back. */
async function opened(
  client: ApiClient,
  path: string,
  last: string | undefined,
  isFirst: boolean,
): Promise<IncomingMessage | undefined> {
  try {
    const headers = last === undefined ? {} : { 'last-event-id': last }
    return await client.open(path, { ...headers, accept: 'text/event-stream' })
  } catch (error) {
    const isAway = error instanceof Refusal && error.code === 'SERVER_UNREACHABLE'
    if (isFirst || !isAway) throw error
    return undefined
  }
}

interface Message {
  readonly id: string | undefined
  readonly event: FleetEvent | undefined
}

/** Server-sent events (WHATWG HTML 9.2), as far as the server uses them. */
async function* messagesOf(stream: IncomingMessage): AsyncGenerator<Message> {
  let id: string | undefined
  let kind = 'message'
  let data: string | undefined
  try {
    for await (const line of createInterface({ input: stream })) {
      const [, field = '', value = ''] = /^([a-z]+): ?(.*)$/.exec(line) ?? []
      if (field === 'id') id = value
      if (field === 'event') kind = value
      if (field === 'data') data = value
      if (line !== '') continue
      const isEvent = kind === 'message' && data !== undefined
      yield { id, event: isEvent ? (JSON.parse(data ?? '') as FleetEvent) : undefined }
      kind = 'message'
      data = undefined
    }
  } catch {
    // The line broke: it goes on behind the last id.
  }
}

function lineOf({ at, type, product, data }: FleetEvent): string {
  const time = new Date(at * 1000).toISOString().slice(0, 19)
  const of = product === undefined ? '' : ` ${product}`
  return plain(`${time}Z ${type}${of} ${JSON.stringify(data)}`)
}
