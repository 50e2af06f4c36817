/**
 * Download → verify each chunk → write → fsync of an artifact over TLS by the agent, against curl and a
 * hash of the file afterwards, on the same bytes from the same server in the same run. The agent is
 * timed from the call to the end of its fsync; curl with its start, and without any fsync.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeChunkList, type Release } from '@fleetward/shared'
import { TestAuthority } from '../../test/support/test-certificates.ts'
import { type Figure, median } from '../figure.ts'
import type { DownloadCost, DownloadJob } from './download-agent.ts'

const MIB = 1024 * 1024
const SIZE_MIB = 512
/** Beside it, to show that memory does not depend on the size. */
const SMALL_MIB = 64
const RUNS = 7
const PEAK_MEMORY_GOAL_MIB = 130

const WORK = fileURLToPath(new URL('../.work/download/', import.meta.url))
const program = (name: string) => fileURLToPath(new URL(name, import.meta.url))

interface Artifact {
  readonly path: string
  readonly release: Release
  readonly chunkListPath: string
}

export async function downloadBench(): Promise<readonly Figure[]> {
  rmSync(WORK, { recursive: true, force: true })
  mkdirSync(WORK, { recursive: true })
  try {
    const authority = await TestAuthority.create('bench')
    const { certificate, key } = await authority.server()
    const files = { ca: 'ca.pem', certificate: 'certificate.pem', key: 'key.pem' }
    writeFileSync(join(WORK, files.ca), authority.pem)
    writeFileSync(join(WORK, files.certificate), certificate)
    writeFileSync(join(WORK, files.key), key)
    return [
      ...(await compare(makeArtifact(SIZE_MIB), authority.pem)),
      await memoryOf(makeArtifact(SMALL_MIB), authority.pem),
    ]
  } finally {
    rmSync(WORK, { recursive: true, force: true })
  }
}

async function compare(artifact: Artifact, ca: string): Promise<readonly Figure[]> {
  return served(artifact, async (server) => {
    const url = `${server}/artifacts/${artifact.release.sha256}`
    const agent: DownloadCost[] = []
    const sha256sum: number[] = []
    const openssl: number[] = []
    for (let run = -1; run < RUNS; run += 1) {
      const cost = download(artifact, server, ca)
      const withSha256sum = curlThen(url, ['sha256sum'])
      const withOpenssl = curlThen(url, ['openssl', 'dgst', '-sha256'])
      if (run < 0) continue // The first of each warms up the caches.
      agent.push(cost)
      sha256sum.push(withSha256sum)
      openssl.push(withOpenssl)
    }
    const figure = {
      median: median(agent.map(({ ms }) => ms)),
      unit: 'ms',
      runs: RUNS,
      peakMemoryMiB: Math.max(...agent.map(({ peakMemoryMiB }) => peakMemoryMiB)),
      cpuSeconds: median(agent.map(({ cpuSeconds }) => cpuSeconds)),
    } as const
    const what = `${SIZE_MIB} MiB over TLS, each chunk verified, written, fsynced`
    return [
      {
        ...figure,
        what,
        peer: { name: 'curl -o && sha256sum', median: median(sha256sum) },
        goal: 0.8,
      },
      {
        ...figure,
        what,
        peer: { name: 'curl -o && openssl dgst', median: median(openssl) },
        goal: 1.2,
      },
      {
        what: `${SIZE_MIB} MiB over TLS: peak memory, highest of all runs`,
        median: figure.peakMemoryMiB,
        unit: 'MiB',
        runs: RUNS,
        goal: PEAK_MEMORY_GOAL_MIB,
      },
    ]
  })
}

async function memoryOf(artifact: Artifact, ca: string): Promise<Figure> {
  return served(artifact, async (server) => {
    const costs = Array.from({ length: RUNS }, () => download(artifact, server, ca))
    return {
      what: `${SMALL_MIB} MiB over TLS: peak memory, highest of all runs`,
      median: Math.max(...costs.map(({ peakMemoryMiB }) => peakMemoryMiB)),
      unit: 'MiB',
      runs: RUNS,
      goal: PEAK_MEMORY_GOAL_MIB,
    }
  })
}

async function served<Result>(
  artifact: Artifact,
  measure: (server: string) => Promise<Result>,
): Promise<Result> {
  const args = [artifact.path, join(WORK, 'certificate.pem'), join(WORK, 'key.pem')]
  const server = spawn(process.execPath, [program('download-server.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [port] = (await once(server.stdout, 'data')) as [Buffer]
    return await measure(`https://localhost:${port.toString().trim()}`)
  } finally {
    server.kill()
    await once(server, 'exit')
  }
}

function download({ release, chunkListPath }: Artifact, server: string, ca: string): DownloadCost {
  const folder = join(WORK, 'device')
  const job = { server, ca, folder, release, chunkListPath } as DownloadJob
  settle()
  const output = execFileSync(process.execPath, [program('download-agent.ts')], {
    input: JSON.stringify(job),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  rmSync(folder, { recursive: true })
  return JSON.parse(output.toString()) as DownloadCost
}

function curlThen(url: string, hash: readonly string[]): number {
  const out = join(WORK, 'curled')
  settle()
  const startMs = performance.now()
  execFileSync('curl', ['--silent', '--fail', '--cacert', join(WORK, 'ca.pem'), '-o', out, url])
  const [command = '', ...args] = hash
  execFileSync(command, [...args, out], { stdio: 'pipe' })
  const ms = performance.now() - startMs
  rmSync(out)
  return ms
}

/** What the run before left to be written must not be written during this one. */
function settle(): void {
  spawnSync('sync')
}

function makeArtifact(sizeMiB: number): Artifact {
  const path = join(WORK, `${sizeMiB}.artifact`)
  const file = openSync(path, 'w')
  const whole = createHash('sha256')
  const sha256s: string[] = []
  for (let i = 0; i < sizeMiB; i += 1) {
    const chunk = randomBytes(MIB)
    writeSync(file, chunk)
    whole.update(chunk)
    sha256s.push(createHash('sha256').update(chunk).digest('hex'))
  }
  closeSync(file)
  const chunkList = encodeChunkList({ size: MIB, length: sizeMiB * MIB, sha256s })
  const chunkListPath = join(WORK, `${sizeMiB}.chunks.json`)
  writeFileSync(chunkListPath, chunkList)
  const release = {
    path: 'security/1.4.3/bench.tar.gz',
    length: sizeMiB * MIB,
    sha256: whole.digest('hex'),
    chunks: {
      size: MIB,
      path: 'security/1.4.3/bench.tar.gz.chunks.json',
      sha256: createHash('sha256').update(chunkList).digest('hex'),
    },
  } as Release
  return { path, release, chunkListPath }
}
