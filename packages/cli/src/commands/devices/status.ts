/** `fleetward status`: what lies on the desk, what is missing, what expires. No network. */

import { RELEASE_ROLES } from '@fleetward/shared'
import type { Command } from 'commander'
import type { DeskFolder } from '../../desk/desk-folder.ts'
import { signingProgress } from '../../desk/draft.ts'
import { listKeys } from '../../desk/key-file.ts'
import { allDrafts, latestMetadata } from '../../desk/metadata-file.ts'
import { releasesIn } from '../../desk/releases.ts'
import { OFFLINE_ROLES } from '../../desk/signed-metadata.ts'
import { deskOf, type Surroundings, withExamples } from '../command-line.ts'

/** Renewing takes people with keys, so the reminder comes early. */
const REMIND_BEFORE_MS = 30 * 86_400_000

export function addStatus(program: Command, { now, finish }: Surroundings): void {
  const status = program
    .command('status')
    .description('keys, drafts and signed metadata on this desk; works without a network')
    .action(async (_options: unknown, command: Command) => {
      const desk = deskOf(command)
      const products = []
      for (const product of await desk.products()) {
        products.push(await productStatus(desk, product, now()))
      }
      finish({
        json: { desk: desk.folder, products },
        lines: [
          `desk ${desk.folder}`,
          ...products.flatMap(linesOf),
          ...(products.length === 0
            ? ['There is no repository yet. Next: fleetward repository init --help']
            : []),
        ],
      })
    })
  withExamples(status, 'status', 'status --json --desk /media/usb/desk')
}

type ProductStatus = Awaited<ReturnType<typeof productStatus>>

async function productStatus(desk: DeskFolder, product: string, now: Date) {
  const names = new Map(
    (await listKeys(desk)).map(({ publicKey, name }) => [publicKey.identity, name]),
  )
  const roles = []
  for (const role of OFFLINE_ROLES) {
    const latest = await latestMetadata(desk, product, role)
    if (latest === undefined) continue
    const [requirement] = (await signingProgress(desk, product, latest)).slice(-1)
    const { expires } = latest.metadata.signed
    roles.push({
      role,
      version: latest.signed.version,
      expires: expires.toISOString(),
      expiresSoon: expires.getTime() - now.getTime() < REMIND_BEFORE_MS,
      threshold: requirement?.threshold ?? 0,
      keys: [...(requirement?.keys ?? [])].map(([id, { identity }]) => names.get(identity) ?? id),
    })
  }
  const drafts = []
  for (const draft of await allDrafts(desk, product)) {
    const progress = await signingProgress(desk, product, draft)
    drafts.push({
      role: draft.role,
      version: draft.signed.version,
      path: draft.path,
      missing: Math.max(0, ...progress.map(({ missing }) => missing)),
    })
  }
  const releases = []
  for (const role of RELEASE_ROLES) {
    for (const release of releasesIn(await latestMetadata(desk, product, role), product)) {
      const { version, kind, securityCounter, sha256 } = release
      releases.push({ version, kind, securityCounter, sha256 })
    }
  }
  return { product, roles, drafts, releases }
}

function linesOf({ product, roles, drafts, releases }: ProductStatus): string[] {
  return [
    product,
    ...roles.map(
      ({ role, version, expires, expiresSoon, threshold, keys }) =>
        `  ${role.padEnd(13)} version ${version}, ${threshold} of ${keys.length} (${keys.join(', ')}), expires ${expires.slice(0, 10)}${
          expiresSoon ? ' – soon: draft the next one with `repository renew` or `root rotate`' : ''
        }`,
    ),
    ...releases.map(
      ({ version, kind, securityCounter, sha256 }) =>
        `  release ${version.padEnd(10)} ${kind}, security counter ${securityCounter}, sha256 ${sha256.slice(0, 16)}…`,
    ),
    ...drafts.map(
      ({ role, version, missing }) =>
        `  draft of ${role} version ${version}: ${missing} more ${missing === 1 ? 'signature' : 'signatures'} needed (fleetward sign ${product}/${role})`,
    ),
  ]
}
