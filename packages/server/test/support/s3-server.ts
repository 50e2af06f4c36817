/** An S3-compatible server as a process of its own on loopback; s3-door.ts stands before it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { S3ArtifactSettings } from '../../src/adapters/s3/s3-artifacts.ts'
import type { Ending } from './edge-under-test.ts'
import { freePort } from './free-port.ts'

const PROGRAM = createRequire(import.meta.url).resolve('s3rver/bin/s3rver.js')
/** The only keys that s3rver knows. */
export const KEY = 'S3RVER'
export const BUCKET = 'fleetward-artifacts'

export interface S3ServerOptions {
  readonly tls?: { readonly certificate: string; readonly key: string; readonly ca: string }
}

export class S3Server {
  readonly folder: string
  readonly port: number
  readonly settings: S3ArtifactSettings
  readonly #args: readonly string[]
  #child: ChildProcess | undefined

  private constructor(folder: string, port: number, tls: S3ServerOptions['tls']) {
    this.folder = folder
    this.port = port
    const file = (name: string) => join(folder, name)
    this.#args = [
      ...['-d', file('data'), '-p', String(port), '-a', '127.0.0.1', '-s', '--no-vhost-buckets'],
      ...(tls === undefined ? [] : ['--key', file('tls.key'), '--cert', file('tls.pem')]),
      ...['--configure-bucket', BUCKET],
    ]
    this.settings = {
      endpoint: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
      ...{ bucket: BUCKET, region: 'us-east-1', prefix: 'artifacts/', addressing: 'path' },
      ...{ accessKeyIdFile: file('access-key'), secretAccessKeyFile: file('secret-key') },
      presign: false,
      ...(tls === undefined ? {} : { caFile: file('ca.pem') }),
    }
  }

  static async start(t: Ending, { tls }: S3ServerOptions = {}): Promise<S3Server> {
    const folder = await mkdtemp(join(tmpdir(), 'fleetward-s3-'))
    const server = new S3Server(folder, await freePort(), tls)
    t.after(async () => {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    })
    await writeFile(server.settings.accessKeyIdFile, `${KEY}\n`)
    await writeFile(server.settings.secretAccessKeyFile, `${KEY}\n`)
    if (tls !== undefined) {
      await writeFile(join(folder, 'tls.pem'), tls.certificate)
      await writeFile(join(folder, 'tls.key'), tls.key)
      await writeFile(join(folder, 'ca.pem'), tls.ca)
    }
    await server.start()
    return server
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [PROGRAM, ...this.#args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#child = child
    let said = ''
    child.stderr.on('data', (text: Buffer) => {
      said = `${said}${text}`.slice(-2000)
    })
    for (;;) {
      if (child.exitCode !== null) throw new Error(`s3rver ended: ${said}`)
      const socket = connect(this.port, '127.0.0.1')
      const isThere = await once(socket, 'connect').then(
        () => true,
        () => false,
      )
      socket.destroy()
      if (isThere) return
      await sleep(20)
    }
  }

  async stop(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
}
