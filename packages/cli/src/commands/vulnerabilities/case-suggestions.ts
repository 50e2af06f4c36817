/** `fleetward cases suggestions …`: what devices reported, or findings that are exploited, and may be a case. */
import { type Command, Option } from 'commander'
import { Refusal } from '../../refusal.ts'
import { repeated, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import {
  type CaseInFull,
  caseLines,
  type Suggestion,
  suggestionLine,
  suggestionLines,
} from './case-lines.ts'

const ID = '1f3a5c7e9b1d2468'
const WITH_TOKEN = '--token-file token'

type ListOptions = ServerOptions & { readonly state?: string }
type TakeUpOptions = ServerOptions & {
  readonly title?: string
  readonly answer?: readonly string[]
}
type DismissOptions = ServerOptions & { readonly reason: string }

export function addCaseSuggestions(cases: Command, { terminal, finish }: Surroundings): void {
  const suggestions = withExamples(
    cases
      .command('suggestions')
      .description('what devices reported, or findings that are exploited, and may be a case'),
    `cases suggestions list --state open ${WITH_TOKEN}`,
  )
  const command = (words: string, description: string) =>
    withServer(suggestions.command(words).description(description))

  const list = command('list', 'suggestions, the newest first')
    .addOption(
      new Option('--state <state>', 'only these').choices(['open', 'taken-up', 'dismissed']),
    )
    .action(async (options: ListOptions) => {
      const client = await openServer(options, terminal)
      const state = options.state === undefined ? '' : `&state=${options.state}`
      const found = (await client.all(`/case-suggestions?limit=500${state}`)) as Suggestion[]
      const lines = found.length === 0 ? ['There is no suggestion.'] : found.map(suggestionLine)
      finish({ json: { suggestions: found }, lines })
    })
  withExamples(list, `cases suggestions list --state open ${WITH_TOKEN}`)

  const show = command('show <suggestion>', 'one of them').action(
    async (id: string, options: ServerOptions) => {
      const client = await openServer(options, terminal)
      const found = (await client.get(pathOf(id))) as Suggestion
      finish({ json: found, lines: suggestionLines(found) })
    },
  )
  withExamples(show, `cases suggestions show ${ID} ${WITH_TOKEN}`)

  const takeUp = command('take-up <suggestion>', 'open a case from it, filled with what is known')
    .option('--title <text>', 'what the case is called; without, what was suggested')
    .option(
      '--answer <question=answer:reason>',
      'whether it is severe: codeCapable=yes:why; may be repeated',
      repeated,
    )
    .action(async (id: string, options: TakeUpOptions) => {
      const client = await openServer(options, terminal)
      const answers = Object.fromEntries((options.answer ?? []).map(answerIn))
      const { title } = options
      const body = { ...(title === undefined ? {} : { title }), answers }
      const opened = (await client.postOn(pathOf(id), 'take-up', body)) as CaseInFull
      finish({ json: opened, lines: caseLines(opened) })
    })
  withExamples(
    takeUp,
    `cases suggestions take-up ${ID} ${WITH_TOKEN}`,
    `cases suggestions take-up ${ID} --title 'Forged updates' --answer 'codeCapable=yes:It is the update channel' ${WITH_TOKEN}`,
  )

  const dismiss = command('dismiss <suggestion>', 'say why it is no case')
    .requiredOption('--reason <text>', 'why')
    .action(async (id: string, options: DismissOptions) => {
      const client = await openServer(options, terminal)
      const { reason } = options
      const found = (await client.postOn(pathOf(id), 'dismiss', { reason })) as Suggestion
      finish({ json: found, lines: suggestionLines(found) })
    })
  withExamples(
    dismiss,
    `cases suggestions dismiss ${ID} --reason 'A proxy of one customer' ${WITH_TOKEN}`,
  )
}

const pathOf = (id: string) => `/case-suggestions/${encodeURIComponent(id)}`

function answerIn(text: string): readonly [question: string, answer: object] {
  const [, question, answer, reason] = /^(\w+)=(yes|no|unknown):(.+)$/s.exec(text) ?? []
  if (question !== undefined) return [question, { answer, reason }]
  throw new Refusal('USAGE', `${JSON.stringify(text)} is no answer`, {
    next: "Write it as 'codeCapable=yes:It is the update channel'.",
    usage: true,
  })
}
