/** `fleetward release show|compare`: a release as it was signed, and what changed in its SBOM. */
import { type Command, Option } from 'commander'
import { plain } from '../../plain.ts'
import { productOption, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'

interface OfRelease extends ServerOptions {
  readonly product: string
  readonly version: string
}

interface Release {
  readonly version: string
  readonly kind: string
  readonly securityCounter: number
  readonly path: string
  readonly sha256: string
  readonly length: number
  readonly publishedAt?: number
  readonly withdrawnAt?: number
  readonly entitlement?: string
  readonly fixes: readonly string[]
  readonly sbom: { readonly path: string; readonly sha256: string }
}

interface Part {
  readonly name: string
  readonly version?: string
}

interface Difference {
  readonly state: 'compared' | 'first' | 'missing' | 'unreadable'
  readonly base?: string
  readonly added: readonly Part[]
  readonly removed: readonly Part[]
  readonly changed: readonly {
    readonly name: string
    readonly from?: string
    readonly to?: string
    readonly direction: 'up' | 'down' | 'unknown' | 'rebuilt'
  }[]
  readonly counts?: { readonly [what: string]: number }
}

const ON = '--product lumen-gateway-g1 --token-file admin-token'

export function addReleaseShow(release: Command, { terminal, finish }: Surroundings): void {
  const ofRelease = (name: string, description: string) =>
    withServer(
      release
        .command(name)
        .description(description)
        .addOption(productOption())
        .requiredOption('--version <version>', 'the release'),
    )

  const show = ofRelease('show', 'a release as it was signed').action(
    async (options: OfRelease) => {
      const client = await openServer(options, terminal)
      const found = (await client.get(pathOf(options))) as Release
      finish({ json: found, lines: linesOf(found) })
    },
  )
  withExamples(show, `release show --version 1.4.3 ${ON}`)

  const compare = ofRelease('compare', 'what changed in its SBOM since the release before it')
    .addOption(new Option('--base <version>', 'another one than that which it continues'))
    .action(async (options: OfRelease & { readonly base?: string }) => {
      const client = await openServer(options, terminal)
      const { base } = options
      const query = base === undefined ? '' : `?base=${encodeURIComponent(base)}`
      const found = (await client.get(`${pathOf(options)}/difference${query}`)) as Difference
      finish({ json: found, lines: differenceLines(options.version, found) })
    })
  withExamples(compare, `release compare --version 1.4.3 ${ON}`)
}

function pathOf({ product, version }: OfRelease): string {
  return `/products/${encodeURIComponent(product)}/releases/${encodeURIComponent(version)}`
}

function linesOf(found: Release): readonly string[] {
  const { version, kind, securityCounter, path, sha256, length, sbom, fixes } = found
  const state =
    found.withdrawnAt !== undefined
      ? 'withdrawn'
      : found.publishedAt === undefined
        ? 'waits for publication'
        : 'published'
  return [
    `${version}: ${kind}, counter ${securityCounter}, ${state}`,
    `  ${path}, ${length} bytes, SHA-256 ${sha256}`,
    `  ${sbom.path}, SHA-256 ${sbom.sha256}`,
    ...(fixes.length === 0 ? [] : [`  fixes ${fixes.map(plain).join(', ')}`]),
    ...(found.entitlement === undefined ? [] : [`  asks for ${found.entitlement}`]),
  ]
}

function differenceLines(version: string, { base = '', ...found }: Difference): readonly string[] {
  const { state, added, removed, changed, counts = {} } = found
  if (state === 'first') return [`Nothing is before ${version}.`]
  if (state !== 'compared') return [`The SBOMs of ${base} and ${version} cannot be compared.`]
  return [
    ...added.map(({ name, version: is = '–' }) => plain(`+ ${name} ${is}`)),
    ...removed.map(({ name, version: was = '–' }) => plain(`- ${name} ${was}`)),
    ...changed.map(({ name, from = '–', to = '–', direction }) => {
      const word = { up: '', unknown: '', down: '  goes back', rebuilt: '  other bytes' }
      return plain(`~ ${name} ${from} → ${to}${word[direction]}`)
    }),
    `since ${base}: ${counts.added} added, ${counts.removed} removed, ${counts.changed} changed, ${counts.unchanged} as before`,
  ]
}
