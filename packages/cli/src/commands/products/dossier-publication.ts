/** `fleetward dossier publish-declaration`: which signed declaration of conformity the public reads. */
import type { Command } from 'commander'
import { type Surroundings, wholeNumber, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'

interface Publication {
  readonly isPublic: boolean
  readonly number?: number
  readonly newest: number
  readonly address: string
}

interface PublishOptions extends ServerOptions {
  readonly number?: number
  readonly withdraw?: boolean
  readonly show?: boolean
}

const ON = 'lumen-gateway-g1 --token-file token'

export function addPublishDeclaration(dossier: Command, { terminal, finish }: Surroundings): void {
  const publish = withServer(
    dossier
      .command('publish-declaration <product>')
      .description('show the public the newest declaration of conformity that was signed')
      .option('--number <number>', 'an earlier one', wholeNumber)
      .option('--withdraw', 'take it away')
      .option('--show', 'say how it stands, and change nothing'),
  ).action(async (product: string, options: PublishOptions) => {
    const { number, withdraw = false, show = false } = options
    const path = `/products/${encodeURIComponent(product)}/declaration/publication`
    const client = await openServer(options, terminal)
    const body = withdraw ? { isPublic: false } : { isPublic: true, number }
    const found = (await (show ? client.get(path) : client.replace(path, body))) as Publication
    finish({ json: found, lines: linesOf(found) })
  })
  withExamples(
    publish,
    `dossier publish-declaration ${ON}`,
    `dossier publish-declaration ${ON} --withdraw`,
  )
}

function linesOf({ isPublic, number, newest, address }: Publication): string[] {
  if (!isPublic) return [`not public; it would be at ${address}`]
  return [
    `declaration ${number} is public at ${address}`,
    ...(number === newest ? [] : [`declaration ${newest} is newer: publish that`]),
  ]
}
