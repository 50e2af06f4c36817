/** `fleetward release delete`: asks the server, which refuses and says until when a security release has to stay. */
import type { Command } from 'commander'
import { productOption, type Surroundings, versionWord, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'

export function addReleaseDelete(release: Command, { terminal, finish }: Surroundings): void {
  const remove = withServer(
    release
      .command('delete')
      .description('refused: says until when a release stays; see `release withdraw`')
      .addOption(productOption())
      .requiredOption('--version <version>', 'the release', versionWord),
  ).action(async (options: ServerOptions & { product: string; version: string }) => {
    const { product, version } = options
    const client = await openServer(options, terminal)
    await client.delete(`/products/${encodeURIComponent(product)}/releases/${version}`)
    finish({ json: { deleted: version }, lines: [`deleted: ${version}`] })
  })
  withExamples(
    remove,
    'release delete --product lumen-gateway-g1 --version 1.4.3 --token-file admin-token',
  )
}
