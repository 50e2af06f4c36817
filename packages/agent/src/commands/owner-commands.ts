/** The owner's decisions on the command line. Each is one step, and says how to go back. */
import type { Json } from '@fleetward/shared'
import type { AgentCommand, CommandContext } from './command.ts'
import { textOf, UsageError } from './command.ts'
import { parseDurationSeconds, parseMomentSeconds, sayMoment } from './durations.ts'
import { type ShownNotice, sayNotice, sayState } from './say-update.ts'

/** CRA P-054: the consequence is named where the decision is made. */
const OPT_OUT_RISK =
  'Security updates do not install by themselves any more: known holes stay open until you install them.'

export const ownerCommands: readonly AgentCommand[] = [
  {
    name: 'updates',
    usage: '',
    summary: 'Updates you have a say in, and those that failed.',
    examples: ['fleetward-agent updates'],
    run: async ({ agent, out }) => {
      const json = await (await agent()).json('/1/updates')
      const { notices, remembered } = json as unknown as {
        notices: ShownNotice[]
        remembered: { version: string; outcome: string }[]
      }
      out.answer(json, [
        ...(notices.length === 0 ? ['No update is waiting.'] : notices.flatMap(sayNotice)),
        ...remembered.map(({ version, outcome }) => `${version} ${outcome} before.`),
      ])
      return 0
    },
  },
  decision('install', '', 'Installs the offered update now.', {
    examples: ['fleetward-agent install'],
    call: () => ['/1/install', {}],
    say: (answer) => [`The update goes on: ${sayState(answer.state)}.`],
  }),
  decision('postpone', 'DURATION | --until TIME', 'Puts the offered update off.', {
    examples: [
      'fleetward-agent postpone 1d',
      'fleetward-agent postpone --until 2026-12-24T18:00+01:00',
    ],
    options: { until: { type: 'string' } },
    wordsMax: 1,
    call: ({ words, values }) => {
      const until = textOf(values, 'until')
      const [duration] = words
      if ((duration === undefined) === (until === undefined)) {
        throw new UsageError('Say how long (1h, 1d, 7d), or --until TIME.')
      }
      return [
        '/1/postpone',
        until === undefined
          ? { seconds: parseDurationSeconds(duration ?? '') }
          : { until: parseMomentSeconds(until) },
      ]
    },
    say: ({ postponedUntil = 0 }) => [
      `Postponed until ${sayMoment(postponedUntil)}. Back: fleetward-agent install.`,
    ],
  }),
  decision('opt-out', '[--until TIME | --for DURATION]', 'Lets no update install by itself.', {
    examples: ['fleetward-agent opt-out', 'fleetward-agent opt-out --for 7d'],
    options: { until: { type: 'string' }, for: { type: 'string' } },
    call: ({ values }) => {
      const until = textOf(values, 'until')
      const length = textOf(values, 'for')
      if (until !== undefined && length !== undefined)
        throw new UsageError('Either --until or --for.')
      if (until !== undefined) return ['/1/opt-out', { until: parseMomentSeconds(until) }]
      if (length === undefined) return ['/1/opt-out', {}]
      const seconds = parseDurationSeconds(length)
      return ['/1/opt-out', { until: Math.floor(Date.now() / 1000) + seconds }]
    },
    say: ({ optedOutUntil }) => [
      OPT_OUT_RISK,
      typeof optedOutUntil === 'number'
        ? `Until ${sayMoment(optedOutUntil)}, or back now: fleetward-agent opt-in.`
        : 'Back: fleetward-agent opt-in.',
    ],
  }),
  decision('opt-in', '', 'Lets updates install by themselves again.', {
    examples: ['fleetward-agent opt-in'],
    call: () => ['/1/opt-in', {}],
    say: () => ['Security updates install by themselves again.'],
  }),
  decision('window', 'DAYS FROM TO ZONE | off', 'Sets when updates may install.', {
    examples: [
      'fleetward-agent window 1-5 02:00 05:00 Europe/Berlin',
      'fleetward-agent window 6,7 22:00 06:00 Europe/Paris',
      'fleetward-agent window off',
    ],
    wordsMax: 4,
    call: ({ words }) => {
      const [days = '', from, to, timeZone] = words
      if (days === 'off' && words.length === 1) return ['/1/window', undefined, 'DELETE']
      if (from === undefined || to === undefined || timeZone === undefined) {
        throw new UsageError('Say the days (1 is Monday), from, to, and a time zone; or off.')
      }
      return ['/1/window', { weekdays: parseDays(days), from, to, timeZone }, 'PUT']
    },
    say: () => ['The maintenance window is set. Show it: fleetward-agent status --json.'],
  }),
  decision('settings', 'NAME=VALUE ...', 'Changes settings, all named at once or none.', {
    examples: [
      'fleetward-agent settings functionality=automatic notify=false',
      'fleetward-agent settings approvalAsLastStep=true',
      'fleetward-agent settings logClassesOff=diagnostic,update',
    ],
    wordsMax: 16,
    call: ({ words }) => {
      if (words.length === 0) throw new UsageError('Name a setting: notify=false, for example.')
      return ['/1/settings', Object.fromEntries(words.map(parseSetting)), 'PUT']
    },
    say: ({ owner }) =>
      Object.entries(owner ?? {}).map(([n, v]) => `  ${n.padEnd(20)} ${sayValue(v)}`),
  }),
  decision('check', '', 'Asks the server for updates now.', {
    examples: ['fleetward-agent check'],
    call: () => ['/1/check', {}],
    say: ({ state, waitingFor }) => [`Asked. The update is ${sayState(state, waitingFor)}.`],
  }),
]

interface Decided {
  readonly state: string
  readonly waitingFor?: string
  readonly postponedUntil?: number
  readonly optedOutUntil?: number | 'forever'
  readonly owner?: Readonly<Record<string, Json>>
}

type Call = readonly [path: string, body: Json | undefined, method?: 'PUT' | 'DELETE']

function decision(
  name: string,
  usage: string,
  summary: string,
  {
    examples,
    options,
    wordsMax,
    call,
    say,
  }: Pick<AgentCommand, 'examples' | 'options' | 'wordsMax'> & {
    call(context: CommandContext): Call
    say(answer: Decided): string[]
  },
): AgentCommand {
  return {
    ...{ name, usage, summary, examples },
    ...(options === undefined ? {} : { options }),
    ...(wordsMax === undefined ? {} : { wordsMax }),
    run: async (context) => {
      const [path, body, method = 'POST'] = call(context)
      const agent = await context.agent()
      const json = await agent.json(path, { method, ...(body === undefined ? {} : { body }) })
      context.out.answer(json, say(json as unknown as Decided))
      return 0
    },
  }
}

/** `1-5`, `6,7`, `1`. */
function parseDays(text: string): number[] {
  const [, first, last] = /^([1-7])-([1-7])$/.exec(text) ?? []
  if (first !== undefined && last !== undefined && first <= last) {
    const from = Number(first)
    return Array.from({ length: Number(last) - from + 1 }, (_, i) => from + i)
  }
  if (/^[1-7](,[1-7])*$/.test(text))
    return text
      .split(',')
      .map(Number)
      .sort((a, b) => a - b)
  throw new UsageError(`${text} names no weekdays. Write 1-5, or 6,7; 1 is Monday.`)
}

function parseSetting(word: string): [string, Json] {
  const [, name = '', value = ''] = /^([A-Za-z]+)=(.*)$/.exec(word) ?? []
  if (name === '') throw new UsageError(`${word} is no NAME=VALUE.`)
  if (name === 'logClassesOff') return [name, value === '' ? [] : value.split(',')]
  return [name, value === 'true' ? true : value === 'false' ? false : value]
}

const sayValue = (value: Json) => (typeof value === 'string' ? value : JSON.stringify(value))
