/** `fleetward release list`: what the server has published, and what of it is withdrawn. */
import type { Command } from 'commander'
import { productOption, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'

interface Release {
  readonly version: string
  readonly kind: string
  readonly securityCounter: number
  readonly listed: boolean
  readonly withdrawnAt?: number
  /** Seconds; of what mends security. */
  readonly retainedUntil?: number
}

export function addReleaseList(release: Command, { terminal, finish }: Surroundings): void {
  const list = withServer(
    release
      .command('list')
      .description('the releases that the server has published')
      .addOption(productOption()),
  ).action(async (options: ServerOptions & { readonly product: string }) => {
    const client = await openServer(options, terminal)
    const path = `/products/${encodeURIComponent(options.product)}/releases?limit=500`
    const releases = (await client.all(path)) as Release[]
    finish({
      json: { releases },
      lines: releases.length === 0 ? ['Nothing is published yet.'] : releases.map(lineOf),
    })
  })
  withExamples(list, 'release list --product lumen-gateway-g1 --token-file admin-token')
}

function lineOf(release: Release): string {
  const { version, kind, securityCounter, listed, withdrawnAt, retainedUntil } = release
  const state = withdrawnAt !== undefined ? 'withdrawn' : listed ? 'published' : 'no longer listed'
  const stays =
    retainedUntil === undefined
      ? ''
      : `, stays until ${new Date(retainedUntil * 1000).toISOString().slice(0, 10)}`
  return `${version.padEnd(12)} ${kind.padEnd(13)} counter ${securityCounter}  ${state}${stays}`
}
