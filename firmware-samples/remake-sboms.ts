/**
 * Makes package-lock.json and sbom.cdx.json of every sample anew with npm, in a temporary folder:
 * `node firmware-samples/remake-sboms.ts`. Needs the network; only after a dependency changed. The
 * results are checked in. What npm takes from clock and chance is replaced, so that the same
 * dependencies give the same document.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SAMPLE_PRODUCT, SAMPLE_VERSIONS, sampleFolder } from './samples.ts'

const TIMESTAMP = '2026-11-20T00:00:00.000Z'

for (const version of SAMPLE_VERSIONS) {
  const temporary = mkdtempSync(join(tmpdir(), 'fleetward-sbom-'))
  try {
    // npm names the component after the folder.
    const folder = join(temporary, SAMPLE_PRODUCT)
    mkdirSync(folder)
    copyFileSync(join(sampleFolder(version), 'package.json'), join(folder, 'package.json'))
    npm(folder, 'install', '--ignore-scripts', '--no-audit', '--no-fund')
    const sbom = npm(folder, 'sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application')

    const lock = join(folder, 'package-lock.json')
    copyFileSync(lock, join(sampleFolder(version), 'package-lock.json'))
    writeFileSync(
      join(sampleFolder(version), 'sbom.cdx.json'),
      `${JSON.stringify(withoutChance(JSON.parse(sbom), readFileSync(lock)), null, 2)}\n`,
    )
    process.stdout.write(`${version}: package-lock.json and sbom.cdx.json made anew\n`)
  } finally {
    rmSync(temporary, { recursive: true })
  }
}

function npm(folder: string, ...args: string[]): string {
  return execFileSync('npm', args, { cwd: folder, encoding: 'utf8' })
}

function withoutChance(sbom: { metadata: object }, lock: Uint8Array): object {
  const hex = createHash('sha256').update(lock).digest('hex')
  // RFC 9562 §5.8: version 8, whose other bits are the maker's own.
  const serial = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
  return {
    ...sbom,
    serialNumber: `urn:uuid:${serial}`,
    metadata: { ...sbom.metadata, timestamp: TIMESTAMP },
  }
}
