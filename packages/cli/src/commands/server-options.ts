/** `--server`, `--token-file`: how the commands that speak to a server find and open it. */
import { readFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { isReadableByOthers } from '../desk/key-file.ts'
import { Refusal } from '../refusal.ts'
import { ApiClient } from '../server/api-client.ts'
import type { Terminal } from '../terminal.ts'
import { readNamedFile } from './command-line.ts'

export interface ServerOptions {
  readonly server: string
  readonly tokenFile: string
  readonly serverCa?: string
}

/** `isOptional`: the command can also do its work without a server. */
export function withServer(
  command: Command,
  { isOptional = false }: { isOptional?: boolean } = {},
): Command {
  return command
    .addOption(
      new Option('--server <url>', 'address of the operator API')
        .env('FLEETWARD_SERVER')
        .default('http://127.0.0.1:8080'),
    )
    .addOption(
      new Option(
        '--token-file <file>',
        'file with a token of the server: admin-token of its data folder, or your own',
      )
        .env('FLEETWARD_TOKEN_FILE')
        .makeOptionMandatory(!isOptional),
    )
    .option('--server-ca <file>', 'certificate authority of the server, PEM')
}

export async function openServer(options: ServerOptions, terminal: Terminal): Promise<ApiClient> {
  const token = await readFile(options.tokenFile, 'utf8').catch((cause: unknown) => {
    throw new Refusal('TOKEN_FILE_INVALID', `The token file ${options.tokenFile} cannot be read`, {
      next: 'Name a file that holds one, or leave --token-file out where FLEETWARD_TOKEN_FILE names it. The server writes admin-token into its data folder at the first start.',
      cause,
    })
  })
  if (!/^[\x21-\x7e]{1,512}\n?$/.test(token)) {
    throw new Refusal('TOKEN_FILE_INVALID', `${options.tokenFile} holds no token`, {
      next: 'Name the file that holds the token alone, in one line.',
    })
  }
  if (await isReadableByOthers(options.tokenFile)) {
    terminal.note(
      `warning: others on this machine can read ${options.tokenFile}; run: chmod 600 ${options.tokenFile}`,
    )
  }
  return new ApiClient({
    url: options.server,
    token: token.trim(),
    ...(options.serverCa === undefined ? {} : { ca: await readServerCa(options.serverCa) }),
  })
}

export async function readServerCa(path: string): Promise<string> {
  const ca = Buffer.from(await readNamedFile(path)).toString('utf8')
  if (ca.includes('-----BEGIN CERTIFICATE-----')) return ca
  throw new Refusal('SERVER_CA_INVALID', `${path} holds no certificate in PEM`, {
    next: 'Name the certificate authority of the server, for example server-ca.pem of a factory pack.',
  })
}
