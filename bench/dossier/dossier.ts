/**
 * A dossier of ten releases with 800 components each and 64 MiB of reports, from the first section to the archive in the
 * store. Each build is in a process of its own that does nothing else, so that its peak memory is that of building.
 */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { endings } from '../../packages/server/test/support/edge-under-test.ts'
import { gatewaySbom } from '../../packages/server/test/support/gateway-sbom.ts'
import { TestServer } from '../../packages/server/test/support/test-server.ts'
import { aRisk, wholeFacts } from '../../packages/server/test/support/whole-facts.ts'
import { type Figure, median } from '../figure.ts'

const RUNS = 5
const RELEASES = 10
const COMPONENTS = 800
const PROCESS = new URL('dossier-process.ts', import.meta.url).pathname

export interface Measured {
  readonly ms: number
  readonly peakMemoryMiB: number
  readonly archiveMiB: number
  readonly cpuSeconds: number
}

export async function dossierBench(): Promise<Figure[]> {
  const ended = endings()
  try {
    const server = await TestServer.start(ended)
    const { desk } = await server.product()
    const releases = Array.from({ length: RELEASES }, (_, at) => ({
      ...{ version: `1.4.${at}`, kind: 'security' as const, securityCounter: at + 1 },
      ...{ artifact: randomBytes(1000), sbom: sbomOf(`1.4.${at}`) },
    }))
    await server.publish(desk, 1, releases)
    const seen = { 'if-match': '*' }
    await server.call('POST', `/products/lumen-gateway-g1/facts`, wholeFacts(), seen)
    for (let number = 0; number < 50; number += 1) {
      await server.of('POST', '/risks', aRisk(`risk-${number}`))
    }
    await server.keepBooks()
    const { folder } = server
    await server.running?.stop()
    server.running = undefined
    const runs = Array.from({ length: RUNS }, () => measuredOn(folder))
    return [
      {
        what: `dossier of ${RELEASES} releases with ${COMPONENTS} components each and 64 MiB of reports, built, signed and stored (${runs[0]?.archiveMiB.toFixed(0)} MiB)`,
        median: median(runs.map(({ ms }) => ms)),
        unit: 'ms',
        runs: RUNS,
        peakMemoryMiB: Math.max(...runs.map(({ peakMemoryMiB }) => peakMemoryMiB)),
        cpuSeconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)),
      },
    ]
  } finally {
    await ended.endAll()
  }
}

function measuredOn(folder: string): Measured {
  const { stdout, stderr, status } = spawnSync(process.execPath, [PROCESS, folder], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the dossier was not built: ${stderr}`)
  return JSON.parse(stdout) as Measured
}

function sbomOf(version: string): string {
  const bom = JSON.parse(gatewaySbom('1.4.3').text) as { components: object[]; metadata: object }
  const components = Array.from({ length: COMPONENTS }, (_, at) => ({
    ...{ type: 'library', name: `part-${at}`, version: `${at % 9}.${at % 7}.1` },
    'bom-ref': `part-${at}`,
    purl: `pkg:npm/part-${at}@${at % 9}.${at % 7}.1`,
    licenses: [{ license: { id: 'MIT' } }],
    hashes: [{ alg: 'SHA-512', content: randomBytes(64).toString('hex') }],
  }))
  return JSON.stringify({
    ...bom,
    version: 1,
    components,
    dependencies: [],
    properties: [{ name: 'release', value: version }],
  })
}
