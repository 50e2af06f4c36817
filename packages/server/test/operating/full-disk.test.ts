/**
 * A disk that is full while feeds and dossiers are written, as a real one is: the server runs in a namespace of its own
 * with a small disk in memory under its data folder. CRA P-079
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'

const SERVER = join(import.meta.dirname, '../../bin/fleetward-server')
const DATA = join(import.meta.dirname, '../../../vulnerability/test-data')
const DISK_MIB = 48
const BLOCK = Buffer.alloc(64 * 1024, 1)

const MOUNT = 'mount -t tmpfs -o "size=$1m,mode=0700" none "$2" && shift 2 && exec "$@"'
const WITH_SMALL_DISK = [
  ...['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', MOUNT, 'small-disk'],
]

class ServerOnSmallDisk {
  readonly #disk: string
  readonly #api: string
  readonly #token: string

  private constructor(disk: string, api: string, token: string) {
    this.#disk = disk
    this.#api = api
    this.#token = token
  }

  static async start(t: TestContext): Promise<ServerOnSmallDisk> {
    const folder = await mkdtemp(join(tmpdir(), 'fleetward-full-'))
    t.after(() => rm(folder, { recursive: true, force: true }))
    const data = join(folder, 'data')
    await mkdir(data)
    const settings = join(folder, 'server.json')
    const listen = { public: 0, device: 0, mqtt: 0, operator: 0, metrics: 0 }
    await writeFile(settings, JSON.stringify({ dataFolder: data, host: ['localhost'], listen }))
    const [unshare = '', ...words] = WITH_SMALL_DISK
    const child = spawn(
      unshare,
      [...words, String(DISK_MIB), data, SERVER, '--settings', settings],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    t.after(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    })
    const { promise: ready, resolve, reject } = Promise.withResolvers<{ operator: number }>()
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as { event?: string; operator: number }
      if (event.event === 'ready') resolve(event)
    })
    const { operator } = await ready
    // What is mounted there is seen by the server alone, and through it.
    const disk = join(`/proc/${child.pid}/root`, data)
    const token = (await readFile(join(disk, 'admin-token'), 'utf8')).trim()
    return new ServerOnSmallDisk(disk, `http://127.0.0.1:${operator}/api/1`, token)
  }

  async call(method: string, path: string, body?: Uint8Array | object) {
    const isBytes = body instanceof Uint8Array
    const response = await fetch(this.#api + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        'content-type': isBytes ? 'application/octet-stream' : 'application/json',
      },
      body: body === undefined ? null : isBytes ? new Uint8Array(body) : JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }

  /** Until nothing more goes onto it. */
  async fill(): Promise<void> {
    const file = await open(join(this.#disk, 'filler'), 'w')
    try {
      for (;;) await file.write(BLOCK)
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
    } finally {
      await file.close()
    }
  }

  async makeRoom(): Promise<void> {
    await rm(join(this.#disk, 'filler'))
    assert.equal(existsSync(join(this.#disk, 'filler')), false)
  }
}

test('a feed, a product and a dossier that find no room are refused whole, and come once there is room', {
  skip: process.platform === 'linux' ? false : 'needs Linux namespaces',
}, async (t) => {
  const server = await ServerOnSmallDisk.start(t)
  const osv = await readFile(join(DATA, 'osv/GHSA-2m8v-572m-ff2v.json'))
  const kev = await readFile(join(DATA, 'kev.json.gz'))
  const feeds = async () => (await server.call('GET', '/feeds')).body
  assert.equal((await server.call('POST', '/products', { id: 'lumen' })).status, 201)
  assert.equal((await server.call('PUT', '/feeds/osv?kind=osv', osv)).status, 200)
  const before = await feeds()

  await server.fill()
  for (const [method, path, body] of [
    ['PUT', '/feeds/kev?kind=kev', kev],
    ['PUT', '/feeds/osv?kind=osv', osv],
    ['POST', '/products/lumen/dossiers', {}],
    ['POST', '/products', { id: 'lumen-two' }],
  ] as const) {
    const { status, body: said } = await server.call(method, path, body)
    assert.deepEqual([path, status, said.code], [path, 507, 'DISK_FULL'])
  }
  assert.deepEqual(await feeds(), before)
  assert.deepEqual((await server.call('GET', '/products/lumen/dossiers')).body, [])
  assert.equal((await server.call('GET', '/products')).body.length, 1)

  await server.makeRoom()
  assert.equal((await server.call('PUT', '/feeds/kev?kind=kev', kev)).status, 200)
  assert.equal((await feeds()).length, 2)
  const { body } = await server.call('POST', '/products/lumen/dossiers', {})
  const dossier = () => server.call('GET', `/products/lumen/dossiers/${body.version}`)
  while ((await dossier()).body.state === 'building') await setTimeout(100)
  assert.deepEqual([(await dossier()).body.state, body.version], ['built', 1])
})
