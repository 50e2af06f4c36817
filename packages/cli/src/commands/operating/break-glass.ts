/** `fleetward break-glass …`: the sealed way in, its use and who looked at it. The code is made on the server's machine. */
import type { Command } from 'commander'
import { Refusal } from '../../refusal.ts'
import { ApiClient } from '../../server/api-client.ts'
import type { Terminal } from '../../terminal.ts'
import { readNamedFile, type Surroundings, withExamples } from '../command-line.ts'
import { moment } from '../moment.ts'
import { openServer, readServerCa, type ServerOptions, withServer } from '../server-options.ts'
import { intoSecretFile } from '../trust/secret-file.ts'

interface Use {
  readonly id: string
  readonly usedAt: number
  readonly usedFrom?: string
  readonly acknowledgedAt?: number
  readonly acknowledgedBy?: string
}

interface State {
  readonly sealedAt?: number
  readonly uses: readonly Use[]
}

type UseOptions = Omit<ServerOptions, 'tokenFile'> & { codeFile?: string; out: string }

const CODE_FILE_MAX_BYTES = 4_096

export function addBreakGlass(program: Command, { terminal, finish }: Surroundings): void {
  const breakGlass = withExamples(
    program.command('break-glass').description('the sealed way in for the day when no other works'),
    'break-glass status --token-file token',
    'break-glass use --out emergency-token',
  )

  const status = withServer(
    breakGlass.command('status').description('whether a code is sealed, and every use there was'),
  ).action(async (options: ServerOptions) => {
    const state = (await (await openServer(options, terminal)).get('/break-glass')) as State
    finish({ json: state, lines: linesOf(state) })
  })
  withExamples(status, 'break-glass status --token-file token')

  const alarms = withServer(
    breakGlass.command('alarms').description('uses that no other administrator has looked at yet'),
  ).action(async (options: ServerOptions) => {
    const all = (await (await openServer(options, terminal)).get('/break-glass/alarms')) as Use[]
    const lines = all.length === 0 ? ['There is no alarm.'] : all.map(lineOf)
    finish({ json: { alarms: all }, lines })
  })
  withExamples(alarms, 'break-glass alarms --token-file token')

  const use = withServer(
    breakGlass
      .command('use')
      .description('an hour as administrator, for a code; everybody is told')
      .option('--code-file <file>', 'the code alone, in one line; asked for when left out')
      .requiredOption('--out <file>', 'where the token goes; nobody else may read it'),
    { isOptional: true },
  ).action(async (options: UseOptions) => {
    const code = await codeOf(options, terminal)
    const { server, serverCa } = options
    const ca = serverCa === undefined ? {} : { ca: await readServerCa(serverCa) }
    const client = new ApiClient({ url: server, token: 'none', ...ca })
    const { expiresAt } = (await intoSecretFile(options.out, async () => {
      const opened = (await client.post('/break-glass', { code })) as {
        token: string
        expiresAt: number
      }
      return { secret: opened.token, expiresAt: opened.expiresAt }
    })) as { readonly expiresAt: number }
    const until = moment(expiresAt)
    finish({
      json: { tokenFile: options.out, expiresAt },
      lines: [
        `token: ${options.out}, until ${until}`,
        'The code is used up. Afterwards make a new one: fleetward-server break-glass create',
      ],
    })
  })
  withExamples(use, 'break-glass use --code-file envelope.txt --out emergency-token')

  const acknowledge = withServer(
    breakGlass
      .command('acknowledge')
      .argument('<use>', 'its id, from status')
      .description('say that a use has been looked at; what it opened ends'),
  ).action(async (id: string, options: ServerOptions) => {
    const client = await openServer(options, terminal)
    await client.post(`/break-glass/uses/${encodeURIComponent(id)}/acknowledgement`)
    finish({ json: { acknowledged: id }, lines: [`acknowledged: ${id}`] })
  })
  withExamples(acknowledge, 'break-glass acknowledge 0f3a5c7e9b1d2468 --token-file token')
}

async function codeOf({ codeFile }: UseOptions, terminal: Terminal): Promise<string> {
  const text =
    codeFile === undefined
      ? await terminal.askSecret('Break-glass code: ')
      : Buffer.from(await readNamedFile(codeFile)).toString('utf8')
  const code = text.trim()
  if (text.length <= CODE_FILE_MAX_BYTES && /^fwb_\w+_[\w-]+$/.test(code)) return code
  throw new Refusal('CODE_INVALID', 'This is no break-glass code', {
    next: 'It begins with fwb_ and is one word. Nothing was tried, so it is not used up.',
  })
}

function linesOf({ sealedAt, uses }: State): string[] {
  const sealed =
    sealedAt === undefined
      ? 'No code is sealed. Make one on the server’s machine: fleetward-server break-glass create'
      : `A code is sealed since ${moment(sealedAt)}.`
  return [sealed, ...(uses.length === 0 ? ['It was never used.'] : uses.map(lineOf))]
}

function lineOf({ id, usedAt, usedFrom, acknowledgedAt, acknowledgedBy }: Use): string {
  const looked =
    acknowledgedAt === undefined
      ? 'NOT ACKNOWLEDGED'
      : `acknowledged ${moment(acknowledgedAt)} by ${acknowledgedBy}`
  return `${id} used ${moment(usedAt)}${usedFrom === undefined ? '' : ` from ${usedFrom}`}, ${looked}`
}
