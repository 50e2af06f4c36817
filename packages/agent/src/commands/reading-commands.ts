/** What the device tells about itself: its log, its checks, what leaves it, and what happens now. */
import type { Readable } from 'node:stream'
import type { Json } from '@fleetward/shared'
import type { AgentCommand, CommandContext } from './command.ts'
import { textOf, UsageError } from './command.ts'
import { verifyLog } from './verify-log.ts'

interface ShownEntry {
  readonly seq: number
  readonly time: string
  readonly class: string
  readonly event: string
  readonly by: string
  readonly facts?: Readonly<Record<string, unknown>>
}

export const readingCommands: readonly AgentCommand[] = [
  {
    name: 'log',
    usage: '[--limit N] [--format rfc5424|jsonl] [--verify [--head SEQ:HASH]]',
    summary: 'The activity log, newest last; with --format for a log server.',
    examples: [
      'fleetward-agent log --limit 20',
      'fleetward-agent log --format rfc5424 > device.log',
      'fleetward-agent log --verify',
    ],
    options: {
      limit: { type: 'string' },
      format: { type: 'string' },
      verify: { type: 'boolean' },
      head: { type: 'string' },
    },
    run: async (context) => {
      const format = textOf(context.values, 'format')
      const agent = await context.agent()
      if (context.values.verify === true) return verifyLog(context)
      if (format !== undefined) {
        if (!['rfc5424', 'jsonl'].includes(format))
          throw new UsageError('--format rfc5424 or jsonl.')
        return copy(await agent.stream(`/1/log/export?format=${format}`), context)
      }
      const limit = textOf(context.values, 'limit') ?? '50'
      const json = await agent.json(`/1/log?limit=${encodeURIComponent(limit)}`)
      const { entries } = json as unknown as { entries: ShownEntry[] }
      context.out.answer(json, entries.map(sayEntry))
      return 0
    },
  },
  {
    name: 'events',
    usage: '',
    summary: 'Says when something changes, until Ctrl-C: for a product’s own display.',
    examples: ['fleetward-agent events'],
    run: async (context) => copy(await (await context.agent()).stream('/1/events'), context),
  },
  shown('telemetry', 'Everything that leaves the device, and what for.', '/1/telemetry'),
  {
    name: 'egress',
    usage: '[--nftables]',
    summary: 'Where the agent connects; with --nftables as rules that allow nothing else.',
    examples: [
      'fleetward-agent egress',
      'fleetward-agent egress --nftables > /etc/nftables.d/fleetward.nft',
    ],
    options: { nftables: { type: 'boolean' } },
    run: async (context) => {
      const json = await (await context.agent()).json('/1/egress')
      const { nftables, ...others } = json as { nftables?: string }
      if (context.values.nftables === true) {
        await context.out.write(Buffer.from(nftables ?? ''))
        return 0
      }
      context.out.answer(json, sayObject(others as Json))
      return 0
    },
  },
]

function shown(name: string, summary: string, path: string): AgentCommand {
  return {
    ...{ name, summary, usage: '', examples: [`fleetward-agent ${name}`] },
    run: async ({ agent, out }) => {
      const json = await (await agent()).json(path)
      out.answer(json, sayObject(json))
      return 0
    },
  }
}

async function copy(stream: Readable, { out }: CommandContext): Promise<number> {
  for await (const block of stream) await out.write(block as Buffer)
  return 0
}

function sayEntry({ seq, time, class: kind, event, by, facts = {} }: ShownEntry): string {
  const seen = Object.entries(facts).map(([name, value]) => `${name}=${String(value)}`)
  return [String(seq).padStart(6), time, kind.padEnd(13), event, `by ${by}`, ...seen].join('  ')
}

/** Lists as lines, everything else by name. */
function sayObject(json: Json): string[] {
  return Object.entries(json as Record<string, Json>).flatMap(([name, value]) =>
    Array.isArray(value)
      ? [`${name}:`, ...value.map((item) => `  ${sayItem(item)}`)]
      : [`${name}: ${sayItem(value)}`],
  )
}

function sayItem(item: Json): string {
  if (typeof item !== 'object' || item === null) return String(item)
  return Object.values(item).map(String).join('  ')
}
