/**
 * The server as it is installed: its own executable with a settings file, database, keys and broker, and a
 * product with one release, all of it brought about through the operator API.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { ApiClient } from '@fleetward/cli'
import {
  Desk,
  type DeskFile,
  type DeskRelease,
  file,
  filesOf,
  OPEN_GATE,
  PRODUCT,
} from '../../packages/server/test/support/desk.ts'

const SERVER = fileURLToPath(new URL('../../packages/server/bin/fleetward-server', import.meta.url))
const DAY_MS = 86_400_000
const RELEASE: DeskRelease = {
  version: '1.4.3',
  kind: 'security',
  artifact: Buffer.from('firmware 1.4.3'),
}

/** What the manufacturer is given to sign, and devices with it. */
export interface Product {
  readonly id: string
  readonly onlineKeys: Parameters<Desk['rootMetadata']>[1]
  /** By name. */
  readonly trust: Readonly<Record<string, string>>
  readonly serverCa: string
}

export class Server {
  readonly process: ChildProcess
  readonly ports: { readonly public: number; readonly mqtt: number; readonly operator: number }
  /** Of the machine, for the operator API. */
  readonly token: string
  readonly #api: ApiClient
  readonly #folder: string

  private constructor(child: ChildProcess, ready: Ready, token: string, folder: string) {
    this.process = child
    this.ports = ready
    this.token = token
    this.#api = new ApiClient({ url: `http://127.0.0.1:${ready.operator}`, token })
    this.#folder = folder
  }

  /** `more`: settings beside the usual ones. */
  static async start(folder: string, more: object = {}): Promise<Server> {
    await mkdir(folder, { recursive: true })
    const settings = {
      dataFolder: join(folder, 'data'),
      host: ['127.0.0.1'],
      listen: { public: 0, device: 0, mqtt: 0, operator: 0 },
      ...more,
    }
    const settingsFile = join(folder, 'settings.json')
    await writeFile(settingsFile, JSON.stringify(settings))
    const child = spawn(SERVER, ['--settings', settingsFile], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      const ready = await readyOf(child)
      const token = (await readFile(ready.adminTokenFile, 'utf8')).trim()
      return new Server(child, ready, token, folder)
    } catch (error) {
      child.kill()
      throw error
    }
  }

  /** While it keeps to SQLite. */
  get databaseFile(): string {
    return join(this.#folder, 'data', 'fleetward.db')
  }

  /** By the name that a browser on this machine calls it. */
  readonly operatorUrl = (path: string): string => `http://localhost:${this.ports.operator}${path}`

  async publishProduct(): Promise<Product> {
    const product = (await this.#api.post('/products', { id: PRODUCT, gate: OPEN_GATE })) as Product
    const desk = new Desk()
    desk.expires = new Date(Date.now() + 30 * DAY_MS)
    const trust = Object.entries(product.trust).map(([name, text]) =>
      file(`trust/${name}`, Buffer.from(text)),
    )
    await this.#putMetadata('root', desk.rootMetadata(1, product.onlineKeys))
    await this.#putMetadata('targets', desk.targetsMetadata(1, trust))
    await this.#putFiles(trust)
    await this.#putMetadata('security', desk.roleMetadata('security', 1, [RELEASE]))
    await this.#putFiles(filesOf(RELEASE))
    return product
  }

  async enrolmentToken(cohort: string): Promise<string> {
    const made = await this.#api.post(`/products/${PRODUCT}/enrolment-tokens`, { cohort })
    return (made as { token: string }).token
  }

  /** Returns its id. */
  async startRollout(cohort: string): Promise<string> {
    const wanted = { release: RELEASE.version, cohort }
    const started = await this.#api.post(`/products/${PRODUCT}/rollouts`, wanted)
    return (started as { id: string }).id
  }

  async lookAtRollout(id: string): Promise<void> {
    await this.#api.get(`/products/${PRODUCT}/rollouts/${id}`)
  }

  async withdrawRollout(id: string): Promise<void> {
    await this.#api.post(`/products/${PRODUCT}/rollouts/${id}/withdraw`)
  }

  async moveRollout(id: string, move: 'pause' | 'resume'): Promise<void> {
    await this.#api.post(`/products/${PRODUCT}/rollouts/${id}/${move}`)
  }

  async quarantine(device: string): Promise<void> {
    const body = { reason: 'Looked into' }
    await this.#api.post(`/products/${PRODUCT}/devices/${device}/quarantine`, body)
  }

  async release(device: string): Promise<void> {
    await this.#api.post(`/products/${PRODUCT}/devices/${device}/release`)
  }

  async #putMetadata(role: string, bytes: Uint8Array): Promise<void> {
    await this.#api.putBytes(`/products/${PRODUCT}/metadata/${role}`, bytes)
  }

  async #putFiles(files: readonly DeskFile[]): Promise<void> {
    for (const { sha256, bytes } of files) {
      const path = join(this.#folder, sha256)
      await writeFile(path, bytes)
      const body = { file: path, length: bytes.length }
      await this.#api.putFile(`/products/${PRODUCT}/files/${sha256}`, body)
    }
  }
}

type Ready = Server['ports'] & { readonly adminTokenFile: string }

async function readyOf(child: ChildProcess): Promise<Ready> {
  if (child.stdout === null) throw new Error('the server has no stdout')
  const { promise, resolve, reject } = Promise.withResolvers<Ready>()
  // Read to the end: a server whose log nobody takes would stand still.
  createInterface({ input: child.stdout }).on('line', (line) => {
    const logged = JSON.parse(line) as Ready & { event?: string }
    if (logged.event === 'ready') resolve(logged)
  })
  once(child, 'exit').then(() => reject(new Error('the server did not start')), reject)
  return promise
}
