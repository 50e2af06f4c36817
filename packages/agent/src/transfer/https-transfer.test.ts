import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { VerifiedRelease } from '@fleetward/shared'
import { ArtifactServer, type Fault } from '../../../../test/support/artifact-server.ts'
import { releaseOf, sha256 } from '../../../../test/support/slot-artifact.ts'
import { type PemPair, TestAuthority } from '../../../../test/support/test-certificates.ts'
import { HttpsClient } from '../connection/https-client.ts'
import type { HttpsLimits } from '../connection/https-limits.ts'
import { HttpsTransfer } from './https-transfer.ts'
import { artifactPath } from './partial-artifact.ts'

const CHUNK = 64 * 1024
/** Nine chunks and a piece. */
const BYTES = randomBytes(9 * CHUNK + 1234)

let serverCa: TestAuthority
let device: PemPair
let server: ArtifactServer
let scratch: string
const clients: HttpsClient[] = []

before(async () => {
  serverCa = await TestAuthority.create('server CA')
  const fleetCa = await TestAuthority.create('fleet CA')
  device = await fleetCa.device('lumen-g1', 'G1-0001')
  server = await ArtifactServer.start(BYTES, await serverCa.server(), fleetCa.pem)
  scratch = await mkdtemp(join(tmpdir(), 'fleetward-transfer-'))
})
after(async () => {
  await server.stop()
  await rm(scratch, { recursive: true })
})
afterEach(() => {
  server.faults = []
  server.ranges.length = 0
  for (const client of clients.splice(0)) client.close()
})

interface Bench {
  readonly transfer: HttpsTransfer
  readonly release: VerifiedRelease
  readonly folder: string
  readonly path: string
  readonly progress: number[]
  fetch(signal?: AbortSignal): Promise<void>
}

interface Change {
  readonly limits?: Partial<HttpsLimits>
  readonly bandwidthLimitBytesPerSecond?: number
  readonly release?: Parameters<typeof releaseOf>[1]
  readonly folder?: string
}

async function setUp(change: Change = {}): Promise<Bench> {
  const folder = change.folder ?? join(await mkdtemp(join(scratch, 'device-')), 'download')
  const { release, chunkList } = releaseOf(BYTES, { chunkBytes: CHUNK, ...change.release })
  const client = new HttpsClient({
    ca: serverCa.pem,
    identity: () => ({ certificate: device.certificate, key: device.key }),
    limits: change.limits,
  })
  clients.push(client)
  const transfer = new HttpsTransfer({
    client,
    server: server.url,
    folder,
    fetchTarget: async (path, digest, maxBytes) => {
      assert.equal(path, release.chunks.path)
      assert.equal(digest, release.chunks.sha256)
      assert.ok(chunkList.length <= maxBytes)
      return chunkList
    },
    bandwidthLimitBytesPerSecond: change.bandwidthLimitBytesPerSecond,
  })
  const progress: number[] = []
  const fetch = (signal = new AbortController().signal) =>
    transfer.fetch(release, { signal, onProgress: (bytes) => progress.push(bytes) })
  return { transfer, release, folder, path: artifactPath(folder, release.sha256), progress, fetch }
}

async function assertComplete({ path, progress }: Bench): Promise<void> {
  assert.equal(sha256(await readFile(path)), sha256(BYTES))
  assert.equal(progress.at(-1), BYTES.length)
}

test('brings the artifact into a file that only the agent can read', async () => {
  const bench = await setUp()
  await bench.fetch()
  await assertComplete(bench)
  assert.deepEqual(server.ranges, [undefined])
  assert.equal((await stat(bench.path)).mode & 0o777, 0o600)
  assert.equal((await stat(bench.folder)).mode & 0o777, 0o700)
  assert.deepEqual(
    bench.progress,
    [...bench.progress].sort((a, b) => a - b),
  )
})

test('an artifact that is complete already is verified and not fetched again', async () => {
  const bench = await setUp()
  await bench.fetch()
  await bench.fetch()
  await assertComplete(bench)
  assert.equal(server.ranges.length, 1)
})

test('goes on after a cut from the last verified chunk', async () => {
  const bench = await setUp()
  server.faults = [{ cutAfter: 3 * CHUNK + 100 }, {}]
  await assert.rejects(bench.fetch(), { code: 'TRANSFER_CUT_OFF' })
  assert.equal((await stat(bench.path)).size, 3 * CHUNK)
  await bench.fetch()
  await assertComplete(bench)
  assert.deepEqual(server.ranges, [undefined, `bytes=${3 * CHUNK}-`])
})

test('goes on after the second cut from the right place as well', async () => {
  const bench = await setUp()
  server.faults = [{ cutAfter: 2 * CHUNK + 1 }, { cutAfter: 3 * CHUNK + 1 }, {}]
  await assert.rejects(bench.fetch(), { code: 'TRANSFER_CUT_OFF' })
  await assert.rejects(bench.fetch(), { code: 'TRANSFER_CUT_OFF' })
  await bench.fetch()
  await assertComplete(bench)
  assert.deepEqual(server.ranges, [undefined, `bytes=${2 * CHUNK}-`, `bytes=${5 * CHUNK}-`])
})

/** What a power loss or a dying flash leaves: [name, what happens to the file, where it goes on]. */
const damages: [string, (path: string) => Promise<void>, number][] = [
  ['a torn end', (path) => cutTo(path, 4 * CHUNK + 77), 4 * CHUNK],
  ['blocks of zeros that were never written', (path) => zero(path, 5 * CHUNK), 5 * CHUNK],
  ['a flipped bit in the middle', (path) => zero(path, 2 * CHUNK + 5, 1), 2 * CHUNK],
  ['bytes behind the end', (path) => writeFile(path, 'more', { flag: 'a' }), BYTES.length],
  ['nothing', (path) => cutTo(path, 0), 0],
]
for (const [what, damage, from] of damages) {
  test(`finds and replaces what is wrong on the disk: ${what}`, async () => {
    const bench = await setUp()
    await bench.fetch()
    await damage(bench.path)
    bench.progress.length = 0
    server.ranges.length = 0
    await bench.fetch()
    await assertComplete(bench)
    assert.equal(bench.progress[0], from)
    if (from === BYTES.length) assert.deepEqual(server.ranges, [])
    else assert.deepEqual(server.ranges, [from === 0 ? undefined : `bytes=${from}-`])
  })
}

async function cutTo(path: string, length: number): Promise<void> {
  const file = await open(path, 'r+')
  await file.truncate(length)
  await file.close()
}

async function zero(path: string, at: number, length = BYTES.length - at): Promise<void> {
  const file = await open(path, 'r+')
  const old = Buffer.alloc(length)
  await file.read(old, 0, length, at)
  // A bit is flipped where one byte is meant, so that a zero in the artifact cannot hide it.
  await file.write(
    length === 1 ? Buffer.of((old[0] ?? 0) ^ 1) : Buffer.alloc(length),
    0,
    length,
    at,
  )
  await file.close()
}

const lies: [string, Fault, string][] = [
  ['bytes that change in the middle', { changeAt: 5 * CHUNK + 9 }, 'DIGEST_MISMATCH'],
  [
    'a length that is not the signed one',
    { headers: { 'content-length': '5' } },
    'LENGTH_MISMATCH',
  ],
  ['an encoded body', { headers: { 'content-encoding': 'gzip' } }, 'SERVER_REFUSED'],
  ['part of it where all was asked for', { status: 206 }, 'SERVER_REFUSED'],
  ['a redirect', { status: 302, headers: { location: '/' } }, 'SERVER_REFUSED'],
  ['that it has no such artifact', { status: 404 }, 'NOT_FOUND'],
]
for (const [what, fault, code] of lies) {
  test(`refuses ${what}`, async () => {
    const bench = await setUp()
    server.faults = [fault]
    await assert.rejects(bench.fetch(), { code })
    // Nothing but verified chunks was ever written.
    const written = await readFile(bench.path)
    assert.equal(written.length % CHUNK, 0)
    assert.ok(written.equals(BYTES.subarray(0, written.length)))
  })
}

const rangeLies: [string, Fault, string][] = [
  [
    'another range',
    { headers: { 'content-range': `bytes 0-9/${BYTES.length}` } },
    'LENGTH_MISMATCH',
  ],
  ['everything from the beginning', { ignoreRange: true }, 'SERVER_REFUSED'],
  [
    'another length of the whole',
    { headers: { 'content-range': `bytes ${CHUNK}-${BYTES.length - 1}/9` } },
    'LENGTH_MISMATCH',
  ],
  ['other bytes than before', { changeAt: 0 }, 'DIGEST_MISMATCH'],
]
for (const [what, fault, code] of rangeLies) {
  test(`refuses a resumed download that brings ${what}`, async () => {
    const bench = await setUp()
    server.faults = [{ cutAfter: CHUNK + 1 }, fault]
    await assert.rejects(bench.fetch(), { code: 'TRANSFER_CUT_OFF' })
    await assert.rejects(bench.fetch(), { code })
    assert.ok((await readFile(bench.path)).equals(BYTES.subarray(0, CHUNK)))
  })
}

// CRA P-072
test('the whole must have the signed digest even when every chunk has its own', async () => {
  const bench = await setUp({ release: { release: { sha256: sha256(Buffer.from('another')) } } })
  await assert.rejects(bench.fetch(), { code: 'DIGEST_MISMATCH' })
})

test('a chunk list that is not the one of this release is refused before anything is fetched', async () => {
  const bench = await setUp({ release: { release: { length: BYTES.length + 1 } } })
  await assert.rejects(bench.fetch(), { code: 'CHUNK_LIST_INVALID' })
  assert.deepEqual(server.ranges, [])
})

test('what is left of another release makes room', async () => {
  const bench = await setUp()
  await mkdir(bench.folder, { mode: 0o700 })
  await writeFile(artifactPath(bench.folder, sha256(Buffer.from('old'))), 'old')
  await bench.fetch()
  assert.deepEqual(await readdir(bench.folder), [`${bench.release.sha256}.artifact`])
})

test('writes through no link that lies where the artifact should', async () => {
  const bench = await setUp()
  const victim = join(scratch, 'victim')
  await writeFile(victim, 'precious')
  await mkdir(bench.folder, { mode: 0o700 })
  await symlink(victim, bench.path)
  await assert.rejects(bench.fetch(), { code: 'DISK_FAILED' })
  assert.equal(await readFile(victim, 'utf8'), 'precious')
})

test('discards what it fetched, and nothing there is no error', async () => {
  const bench = await setUp()
  await bench.fetch()
  await bench.transfer.discard()
  await bench.transfer.discard()
  await assert.rejects(stat(bench.folder), { code: 'ENOENT' })
})

test('an abort keeps what is verified', async () => {
  const bench = await setUp()
  server.faults = [{ stallAfter: 2 * CHUNK + 5 }, {}]
  const stop = new AbortController()
  const fetching = bench.transfer.fetch(bench.release, {
    signal: stop.signal,
    onProgress: (bytes) => {
      if (bytes === 2 * CHUNK) stop.abort(new Error('withdrawn'))
    },
  })
  await assert.rejects(fetching, { message: 'withdrawn' })
  await bench.fetch()
  await assertComplete(bench)
  assert.deepEqual(server.ranges, [undefined, `bytes=${2 * CHUNK}-`])
})

test('honours a bandwidth limit', async () => {
  const bytesPerSecond = 400_000
  const bench = await setUp({ bandwidthLimitBytesPerSecond: bytesPerSecond })
  const startMs = performance.now()
  await bench.fetch()
  await assertComplete(bench)
  // A second's worth comes at once, the rest at the limit.
  const leastMs = ((BYTES.length - bytesPerSecond) / bytesPerSecond) * 1000 - 50
  assert.ok(performance.now() - startMs >= leastMs)
})

test('honours it in a download that is cut off and resumed again and again', async () => {
  const bytesPerSecond = 400_000
  const bench = await setUp({ bandwidthLimitBytesPerSecond: bytesPerSecond })
  // Each of them alone is less than the second's worth that may come at once.
  server.faults = [...Array(4).fill({ cutAfter: 2 * CHUNK }), {}]
  const startMs = performance.now()
  for (let cuts = 0; cuts < 4; cuts += 1) await assert.rejects(bench.fetch())
  await bench.fetch()
  await assertComplete(bench)
  assert.equal(server.ranges.length, 5)
  const leastMs = ((BYTES.length - bytesPerSecond) / bytesPerSecond) * 1000 - 50
  assert.ok(performance.now() - startMs >= leastMs)
})

test('gives up a server that stalls', async () => {
  // A busy machine sends its first byte within it.
  const bench = await setUp({ limits: { idleTimeoutMs: 1_000 } })
  server.faults = [{ stallAfter: CHUNK + 1 }]
  await assert.rejects(bench.fetch(), { code: 'TRANSFER_TOO_SLOW' })
})

const CHILD = fileURLToPath(
  new URL('../../../../test/support/transfer-process.ts', import.meta.url),
)

function transferProcess(bench: Bench, command = [process.execPath, CHILD], fillDisk = false) {
  const { release, chunkList } = releaseOf(BYTES, { chunkBytes: CHUNK })
  const [program = '', ...args] = command
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const job = {
    release,
    chunkList: Buffer.from(chunkList).toString('base64'),
    server: server.url,
    folder: bench.folder,
    ca: serverCa.pem,
    ...device,
    fillDisk,
  }
  child.stdin.end(JSON.stringify(job))
  return child
}

test('killed in the middle, it goes on from what is verified', async () => {
  const bench = await setUp()
  server.faults = [{ stallAfter: 4 * CHUNK + 321 }, {}]
  const child = transferProcess(bench)
  for await (const line of child.stdout) {
    if (String(line).includes(`progress ${4 * CHUNK}\n`)) break
  }
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')

  await bench.fetch()
  await assertComplete(bench)
  assert.equal(bench.progress[0], 4 * CHUNK)
  assert.deepEqual(server.ranges, [undefined, `bytes=${4 * CHUNK}-`])
})

/** A small disk that needs no administrator: in memory, in a namespace of its own. */
const smallDisk = (folder: string, kib: number) => [
  'unshare',
  '--user',
  '--map-root-user',
  '--mount',
  'sh',
  '-c',
  `mount -t tmpfs -o size=${kib}k none ${folder} && exec "$0" "$1"`,
  process.execPath,
  CHILD,
]

test('a disk that is too small is found before the download', { skip: noSmallDisk() }, async () => {
  const bench = await setUp()
  await mkdir(bench.folder, { mode: 0o700 })
  const child = transferProcess(bench, smallDisk(bench.folder, 256))
  const output = await readAll(child.stdout)
  assert.match(output, /^failed DISK_FULL$/m)
  assert.deepEqual(server.ranges, [])
})

test('a disk that fills up during the download fails it', { skip: noSmallDisk() }, async () => {
  const bench = await setUp()
  await mkdir(bench.folder, { mode: 0o700 })
  const child = transferProcess(bench, smallDisk(bench.folder, 800), true)
  const output = await readAll(child.stdout)
  assert.match(output, /^failed DISK_FULL$/m)
  assert.equal(server.ranges.length, 1)
})

function noSmallDisk(): string | false {
  return process.platform === 'linux' ? false : 'needs Linux namespaces'
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const blocks: Buffer[] = []
  for await (const block of stream) blocks.push(block)
  return Buffer.concat(blocks).toString()
}
