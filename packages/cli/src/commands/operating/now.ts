/** `fleetward now`: what needs a person at this moment, in all that the token may see. */
import type { Command } from 'commander'
import { plain } from '../../plain.ts'
import { type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { kindWords, type Matter, matterWords } from './matter-words.ts'

interface Attention {
  readonly asOf: number
  readonly matters: readonly Matter[]
  readonly more: readonly { readonly kind: string; readonly count: number }[]
  readonly lookedAt: readonly string[]
  readonly notPermitted: readonly string[]
  readonly failed: readonly string[]
}

export function addNow(program: Command, { terminal, finish }: Surroundings): void {
  const now = withServer(
    program.command('now').description('what needs somebody now, the most urgent first'),
  ).action(async (options: ServerOptions) => {
    const client = await openServer(options, terminal)
    const seen = (await client.get('/attention')) as Attention
    finish({ json: seen, lines: nowLines(seen) })
  })
  withExamples(now, 'now --token-file token', 'now --json --token-file token')
}

export function nowLines({ matters, more, lookedAt, notPermitted, failed }: Attention): string[] {
  const sought = listed(lookedAt)
  const nothing = lookedAt.length === 0 ? 'Nothing was looked at.' : nothingNeeds(sought, failed)
  return [
    ...matters.flatMap(matterLines),
    ...more.map(({ kind, count }) => `and ${count} more: ${kindWords(kind)}`),
    ...(matters.length > 0 ? [`Looked at ${sought}.`] : [nothing]),
    ...(failed.length > 0
      ? [`COULD NOT look at ${listed(failed)}: try again; the log of the server says why.`]
      : []),
    ...(notPermitted.length > 0 ? [`Not yours to see: ${listed(notPermitted)}.`] : []),
  ]
}

/** Of what could not be looked at nobody knows. */
function nothingNeeds(sought: string, failed: readonly string[]): string {
  return failed.length > 0 ? `Looked at ${sought}.` : `Nothing needs you now; looked at ${sought}.`
}

function matterLines(matter: Matter): string[] {
  const { severity, product, since, by } = matter
  const { says, next } = matterWords(matter)
  const where = product === null ? '' : `${plain(product)}: `
  const times = `since ${moment(since)}${by === null ? '' : `, by ${moment(by)}`}`
  return [
    `${plain(severity).toUpperCase().padEnd(6)} ${where}${says}`,
    `       ${times}`,
    ...(next === undefined ? [] : [`       fleetward ${next}`]),
  ]
}

function listed(kinds: readonly string[]): string {
  return kinds.map(kindWords).join(', ')
}

function moment(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
