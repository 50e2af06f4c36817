/** A product whose gate holds back publishing, feeds as fresh as a test wants them, and releases that ask. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type Desk, type DeskRelease, filesOf } from './desk.ts'
import { gatewaySbom } from './gateway-sbom.ts'
import type { Answer, TestServer } from './test-server.ts'

const DATA = join(import.meta.dirname, '../../../vulnerability/test-data')
const BYTES = { 'content-type': 'application/octet-stream' }
const OSV = await readFile(join(DATA, 'osv/GHSA-2m8v-572m-ff2v.json'), 'utf8')
const KEV = gunzipSync(await readFile(join(DATA, 'kev.json.gz'))).toString()

/** The real records, dated as if their source had made them now. */
export async function importFresh(server: TestServer, ...kinds: ('osv' | 'kev')[]): Promise<void> {
  const now = server.clock.now().toISOString()
  const osv = OSV.replace('2021-02-16T16:50:49Z', now)
  const kev = KEV.replace('2025-08-25T17:04:19.9796Z', now)
  for (const kind of kinds) {
    const bytes = Buffer.from(kind === 'osv' ? osv : kev)
    const { status, body } = await server.call('PUT', `/feeds/${kind}?kind=${kind}`, bytes, BYTES)
    if (status !== 200) throw new Error(JSON.stringify(body))
  }
}

/** Feeds that are fresh, and know nothing of what the gateway is built of. */
export async function importSilent(server: TestServer): Promise<void> {
  const file = join(DATA, 'osv/GHSA-xvch-5gv4-984h.json')
  const record = JSON.parse(await readFile(file, 'utf8'))
  const modified = server.clock.now().toISOString()
  const control = new URLSearchParams({
    ...{ kind: 'osv', control: 'pkg:npm/minimist@1.2.5' },
    controlVulnerability: 'CVE-2021-44906',
  })
  const bytes = Buffer.from(JSON.stringify({ ...record, modified }))
  const { status, body } = await server.call('PUT', `/feeds/osv?${control}`, bytes, BYTES)
  if (status !== 200) throw new Error(JSON.stringify(body))
  await importFresh(server, 'kev')
}

/** KEV as of a time when nobody had seen CVE-2021-21315 used. */
export async function importKevBefore(server: TestServer): Promise<void> {
  const now = server.clock.now().toISOString()
  const text = KEV.replace('2025-08-25T17:04:19.9796Z', now).replace(
    '"CVE-2021-21315"',
    '"CVE-2021-0000"',
  )
  await server.call('PUT', '/feeds/kev?kind=kev', Buffer.from(text), BYTES)
}

export function aRelease(version: string, more: Partial<DeskRelease> = {}): DeskRelease {
  return {
    ...{ version, kind: 'security', securityCounter: 1 },
    ...{ artifact: new TextEncoder().encode(version), sbom: gatewaySbom(version).text },
    ...more,
  }
}

/** Uploads all, and resolves with what the publication itself is answered. */
export function publishing(
  server: TestServer,
  desk: Desk,
  number: number,
  ...releases: readonly DeskRelease[]
): Promise<Answer> {
  return server.publish(desk, number, releases)
}

export function withParts(
  sbom: string,
  ...parts: readonly { readonly name: string; readonly version: string }[]
): string {
  const tree = JSON.parse(sbom) as { components: object[] }
  for (const { name, version } of parts) {
    const purl = `pkg:npm/${name}@${version}`
    tree.components.push({ type: 'library', 'bom-ref': name, name, version, purl })
  }
  return JSON.stringify(tree)
}

export function digestsOf(release: DeskRelease): { artifact: string; sbom: string } {
  const [artifact, , sbom] = filesOf(release)
  return { artifact: artifact?.sha256 ?? '', sbom: sbom?.sha256 ?? '' }
}
