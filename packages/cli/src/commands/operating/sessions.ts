/** `fleetward sessions …`: who is signed in, and ending that. */
import type { Command } from 'commander'
import { type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'

interface Session {
  readonly id: string
  readonly factors: readonly string[]
  readonly openedAt: number
  readonly seenAt: number
  readonly address?: string
  readonly userAgent: string
}

type WhoseOptions = ServerOptions & { readonly account?: string }

export function addSessions(program: Command, { terminal, finish }: Surroundings): void {
  const sessions = withExamples(
    program.command('sessions').description('who is signed in to the server’s pages'),
    'sessions list --token-file token',
    'sessions end-all --account acc-4f0c2a91d37be865 --token-file token',
  )
  const whose = (command: Command) =>
    withServer(command.option('--account <account>', 'of this account instead of one’s own'))

  const list = whose(sessions.command('list').description('where somebody is signed in')).action(
    async (options: WhoseOptions) => {
      const client = await openServer(options, terminal)
      const all = (await client.get(pathOf(options))) as Session[]
      finish({
        json: { sessions: all },
        lines: all.length === 0 ? ['Nobody is signed in.'] : all.map(lineOf),
      })
    },
  )
  withExamples(list, 'sessions list --account acc-4f0c2a91d37be865 --token-file token')

  const end = whose(
    sessions.command('end').argument('<session>', 'its id').description('end one of them'),
  ).action(async (id: string, options: WhoseOptions) => {
    const client = await openServer(options, terminal)
    await client.delete(`${pathOf(options)}/${encodeURIComponent(id)}`)
    finish({ json: { ended: 1 }, lines: [`ended: ${id}`] })
  })
  withExamples(end, 'sessions end 0f3a5c7e9b1d2468 --token-file token')

  const endAll = whose(
    sessions.command('end-all').description('end all of them, after a lost key or a stolen laptop'),
  ).action(async (options: WhoseOptions) => {
    const client = await openServer(options, terminal)
    const answer = (await client.delete(pathOf(options))) as { ended: number }
    finish({ json: answer, lines: [`ended: ${answer.ended}`] })
  })
  withExamples(endAll, 'sessions end-all --account acc-4f0c2a91d37be865 --token-file token')
}

function pathOf({ account }: WhoseOptions): string {
  return account === undefined
    ? '/me/sessions'
    : `/accounts/${encodeURIComponent(account)}/sessions`
}

function lineOf({ id, factors, openedAt, seenAt, address = '?', userAgent }: Session): string {
  const at = (seconds: number) => `${new Date(seconds * 1000).toISOString().slice(0, 16)}Z`
  return `${id} since ${at(openedAt)}, last ${at(seenAt)}, ${address}, ${factors.join('+')}, ${userAgent}`
}
