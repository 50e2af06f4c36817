/**
 * `fleetward` in the hands of somebody in front of a server: a folder with the file of his token and whatever he
 * writes beside it, and commands that find both.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Here, type RanHere, runHere } from '../../../packages/cli/test/run-here.ts'
import type { Account } from '../../../packages/server/src/accounts/account.ts'
import type { Ending } from '../../../packages/server/test/support/edge-under-test.ts'
import { type Inhabited, withToken } from '../../../packages/server/test/support/people.ts'

interface Faced {
  readonly clock: { now(): Date }
  url(path: string): string
}

export interface How extends Here {
  /** As a script asks, or with `false` as a person reads it. */
  readonly json?: boolean
  /** `false`: without a server and without a token. */
  readonly online?: boolean
  /** A file of the folder; `false`: without a token. */
  readonly token?: string | false
}

export class CommandLine {
  readonly folder: string
  #server: Faced | undefined

  private constructor(folder: string) {
    this.folder = folder
  }

  /** A folder, and no server yet: some servers are set up with what lies in it. */
  static async open(ending: Ending): Promise<CommandLine> {
    const line = new CommandLine(await mkdtemp(join(tmpdir(), 'fleetward-command-line-')))
    ending.after(() => rm(line.folder, { recursive: true, force: true }))
    return line
  }

  at(name: string): string {
    return join(this.folder, name)
  }

  /** Readable by nobody else, as the command asks of secrets. */
  async keep(name: string, text: string): Promise<string> {
    await writeFile(this.at(name), text, { mode: 0o600 })
    return this.at(name)
  }

  async face(server: Faced, token: string): Promise<void> {
    this.#server = server
    await this.keep('token', `${token}\n`)
  }

  /** `@name` among the words is a file of the folder. */
  run(
    words: readonly string[],
    { json = true, online = true, token = 'token', confirm }: How = {},
  ): Promise<RanHere> {
    const server = this.#server
    if (server === undefined) throw new Error('face a server first')
    const given = words.map((word) => (word.startsWith('@') ? this.at(word.slice(1)) : word))
    const where = online ? ['--server', server.url('/')] : []
    const proof = online && token !== false ? ['--token-file', this.at(token)] : []
    return runHere([...(json ? ['--json'] : []), ...given, ...where, ...proof], {
      now: () => server.clock.now(),
      ...(confirm && { confirm }),
    })
  }
}

/** As `fleetward tokens create` writes it. */
export async function tokenOf(server: Inhabited, account: Account): Promise<string> {
  const { authorization = '' } = (await withToken(server, account)).credential
  return authorization.slice('Bearer '.length)
}
