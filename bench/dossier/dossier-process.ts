/** Builds a dossier on the data folder of a server that is not running, and says what it took. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DiskArtifacts } from '../../packages/server/src/adapters/disk-artifacts.ts'
import { openDatabase } from '../../packages/server/src/adapters/sql/database.ts'
import { sqlStores } from '../../packages/server/src/adapters/sql/sql-stores.ts'
import type { AuditKeys } from '../../packages/server/src/audit/audit-keys.ts'
import { buildDossier } from '../../packages/server/src/dossier/build-dossier.ts'
import { dossierSource } from '../../packages/server/src/dossier/dossier-source.ts'
import type { Section } from '../../packages/server/src/dossier/section.ts'
import { SECTIONS } from '../../packages/server/src/dossier/sections/list.ts'
import { retentionSettingsSchema } from '../../packages/server/src/retention/retention-settings.ts'
import { DossierSigner, PRODUCT } from '../../test/support/signed-dossier.ts'
import type { Measured } from './dossier.ts'

const MIB = 1024 ** 2
const REPORTS = 8
const REPORT_PARTS = 128

const reports: Section = {
  ...{ id: 'reports', item: '6', title: 'Reports' },
  write: async () => ({
    blocks: [],
    files: Array.from({ length: REPORTS }, (_, at) => ({
      ...{ path: `evidence/report-${at}.pdf`, mediaType: 'application/pdf' },
      ...{ item: 'VII.6', what: 'A report', content: eightMib },
    })),
  }),
}

async function* eightMib() {
  for (let part = 0; part < REPORT_PARTS; part += 1) yield randomBytes(64 * 1024)
}

const folder = process.argv[2] ?? ''
const database = await openDatabase({ file: join(folder, 'fleetward.db') })
const work = await mkdtemp(join(tmpdir(), 'fleetward-bench-dossier-'))
const artifacts = await DiskArtifacts.beside(join(folder, 'artifacts'))
const signer = new DossierSigner()
// The server's own key is sealed; signing with another one costs the same.
const auditKeys = {
  publicKeys: async () => signer.jwks,
  sign: ({ seq, hash }: { seq: number; hash: string }) => signer.signHead(seq, hash),
  signDossier: ({ manifestSha256 }: { manifestSha256: string }) => signer.sign(manifestSha256),
} as unknown as AuditKeys
const settings = {
  ...{ hosts: ['updates.example.com'], broker: 'embedded', artifacts: 'disk' },
  ...{ isDownloadPublic: false, renewalCron: '*/5 * * * *', isProduction: false },
  ...{ quarantinesSuspectedClones: false, retention: retentionSettingsSchema.parse({}) },
}
const begun = performance.now()
const source = await dossierSource({
  ...{ stores: sqlStores(database), artifacts, auditKeys, settings, product: PRODUCT },
  ...{ now: Math.floor(Date.now() / 1000), publicBase: 'https://updates.example.com' },
})
const built = await buildDossier({
  ...{ source, sections: [...SECTIONS, reports], version: 1, intake: artifacts, folder: work },
  ...{ fontFile: undefined, signal: new AbortController().signal, progress: () => {} },
})
const ms = performance.now() - begun
await database.destroy()
await rm(work, { recursive: true, force: true })
await rm(join(folder, 'artifacts', built.sha256.slice(0, 2), built.sha256.slice(2)))
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
const measured: Measured = {
  ms,
  peakMemoryMiB: maxRSS / 1024,
  archiveMiB: built.length / MIB,
  cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
}
process.stdout.write(JSON.stringify(measured))
