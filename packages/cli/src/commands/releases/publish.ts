/** `fleetward repository publish` and `fleetward release publish`: what is signed goes to the server. */
import { RELEASE_ROLES, type ReleaseRole } from '@fleetward/shared'
import type { Command } from 'commander'
import type { DeskFolder } from '../../desk/desk-folder.ts'
import { findDraft, latestMetadata } from '../../desk/metadata-file.ts'
import { releasesIn } from '../../desk/releases.ts'
import { OFFLINE_ROLES, type OfflineRole } from '../../desk/signed-metadata.ts'
import { Refusal } from '../../refusal.ts'
import type { ApiClient } from '../../server/api-client.ts'
import { type PublishedRole, publish } from '../../server/publish.ts'
import type { Terminal } from '../../terminal.ts'
import { deskOf, productOption, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { type GateAnswer, gateLines, gatePath } from './gate-words.ts'

export function addRepositoryPublish(
  repository: Command,
  { terminal, finish }: Surroundings,
): void {
  const command = withServer(
    repository
      .command('publish')
      .description('upload everything that is signed: roots, targets, releases and their files')
      .addOption(productOption()),
  ).action(async (options: ServerOptions & { product: string }, command: Command) => {
    const desk = deskOf(command)
    const { product } = options
    await desk.requireProduct(product)
    const client = await openServer(options, terminal)
    const roles = await publish(desk, product, OFFLINE_ROLES, client, shownOn(terminal))
    if (roles.length === 0) throw nothingSigned(product)
    finish({ json: { product, published: roles }, lines: linesOf(roles) })
  })
  withExamples(
    command,
    'repository publish --product lumen-gateway-g1 --server http://127.0.0.1:8080 --token-file admin-token',
  )
}

export function addReleasePublish(release: Command, { terminal, finish }: Surroundings): void {
  const command = withServer(
    release
      .command('publish')
      .description('upload a signed release with its artifact, chunk list and SBOM')
      .addOption(productOption())
      .requiredOption('--version <version>', 'the release'),
  ).action(
    async (options: ServerOptions & { product: string; version: string }, command: Command) => {
      const desk = deskOf(command)
      const { product, version } = options
      await desk.requireProduct(product)
      const role = await roleOfSignedRelease(desk, product, version)
      const client = await openServer(options, terminal)
      const wasPublished = await isPublished(client, product, version)
      const roles = await publish(desk, product, [role], client, shownOn(terminal))
      const answer = { product, version, published: roles }
      if (wasPublished) {
        const { gate, lines } = await gateNow(client, product, version)
        return finish({ json: { ...answer, gate }, lines: [...linesOf(roles), ...lines] })
      }
      finish({
        json: answer,
        lines: [
          ...linesOf(roles),
          `${product} ${version} is published; no device is offered it yet.`,
          `Next: fleetward rollout start --product ${product} --release ${version} --cohort <name>`,
        ],
      })
    },
  )
  withExamples(
    command,
    'release publish --product lumen-gateway-g1 --version 1.4.3 --server http://127.0.0.1:8080 --token-file admin-token',
  )
}

/** Unknown to whoever may publish and not read: then as ever. */
async function isPublished(client: ApiClient, product: string, version: string): Promise<boolean> {
  const path = `/products/${encodeURIComponent(product)}/releases?limit=500`
  const releases = await unlessNotPermitted(client.all(path) as Promise<{ version: string }[]>)
  return releases?.some((one) => one.version === version) ?? false
}

/** Publishing asks the gate about what is new alone: of what was published before it is asked here. */
async function gateNow(client: ApiClient, product: string, version: string) {
  const said = `${product} ${version} was published before.`
  const asked = client.post(gatePath({ product }, version)) as Promise<GateAnswer>
  const gate = await unlessNotPermitted(asked)
  if (gate === undefined) {
    const check = `fleetward gate check ${version} --product ${product}`
    const lines = [`${said} The gate was not asked: this token lacks finding.read. Next: ${check}`]
    return { gate: null, lines }
  }
  const stays =
    'It stays published and offered all the same: the gate holds back what is new. Next: mend these in a new release, or withdraw this one (fleetward release withdraw).'
  return {
    gate,
    lines: [said, ...gateLines(version, gate), ...(gate.isOpen ? [] : [stays])],
  }
}

async function unlessNotPermitted<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof Refusal && error.code === 'NOT_PERMITTED') return undefined
    throw error
  }
}

/** The role whose newest signed metadata lists the release. */
export async function roleOfSignedRelease(
  desk: DeskFolder,
  product: string,
  version: string,
): Promise<ReleaseRole> {
  for (const role of RELEASE_ROLES) {
    const signed = releasesIn(await latestMetadata(desk, product, role), product)
    if (signed.some((release) => release.version === version)) return role
  }
  for (const role of RELEASE_ROLES) {
    const drafted = releasesIn(await findDraft(desk, product, role), product)
    if (!drafted.some((release) => release.version === version)) continue
    throw new Refusal(
      'SIGNATURES_MISSING',
      `${product} ${version} is drafted, but not signed by enough keys`,
      {
        next: `Run \`fleetward release sign --product ${product} --role ${role} --key <name>\`.`,
        facts: { product, version, role },
      },
    )
  }
  throw new Refusal(
    'NO_SUCH_RELEASE',
    `No signed metadata on this desk lists ${product} ${version}`,
    {
      next: 'Draft it with `fleetward release create`; `fleetward status` shows what there is.',
      facts: { product, version },
    },
  )
}

function shownOn(terminal: Terminal) {
  return (path: string, sentBytes: number, length: number) =>
    terminal.progress(`${path}: ${sentBytes} of ${length} bytes`, sentBytes === length)
}

function linesOf(roles: readonly PublishedRole[]): string[] {
  return roles.map(
    ({ role, version, uploadedFiles }) =>
      `published ${role as OfflineRole} version ${version}, ${uploadedFiles} files uploaded`,
  )
}

function nothingSigned(product: string): Refusal {
  return new Refusal('NOT_SIGNED_YET', `Nothing of ${product} is signed by enough keys yet`, {
    next: `Run \`fleetward sign ${product}/root --key <name>\` with each key that has to sign.`,
  })
}
