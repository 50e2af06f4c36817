/**
 * Update clients of others that wait for an update, as their manuals set them up: the Mender client, and
 * SWUpdate asking a hawkBit server. Their server here answers over TLS, and always that there is nothing.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { withChildren } from './process-cost.ts'

export interface IdlePeer {
  readonly name: string
  /** Runs it until it has asked its server for updates; milliseconds from the spawn on. */
  start(): Promise<number>
  /** It and its children. */
  pids(): number[]
  end(): Promise<void>
}

/** Why they cannot be measured here; undefined when they can. */
export function missingForIdlePeers(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'the peers need root'
  const programs = ['/usr/bin/mender', '/usr/bin/swupdate', '/usr/bin/openssl', '/usr/bin/unshare']
  const missing = programs.find((path) => !existsSync(path))
  return missing === undefined ? undefined : `${missing} is not installed`
}

/** The bare runtime: nothing in Node.js takes less. */
export function bareNode(): IdlePeer {
  return peer('bare node', async () => {
    const program = 'setInterval(() => {}, 1e9); process.stdout.write("up")'
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    return child
  })
}

export class PeersServer {
  readonly #server: Server
  readonly #waiting: { part: string; asked(): void }[] = []

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(folder: string): Promise<PeersServer> {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    execFileSync('openssl', [...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'pipe' })
    const own = { key: readFileSync(key), cert: readFileSync(cert) }
    const server = new PeersServer(createServer(own))
    server.#server.on('request', (request, response) => {
      const { url = '' } = request
      request.resume()
      request.on('end', () => {
        for (const { part, asked } of server.#waiting) if (url.includes(part)) asked()
        answer(url, response)
      })
    })
    server.#server.listen(0, '127.0.0.1')
    await once(server.#server, 'listening')
    return server
  }

  get url(): string {
    return `https://localhost:${(this.#server.address() as AddressInfo).port}`
  }

  /** Resolves when somebody asks for an address with `part` in it. */
  asked(part: string): Promise<void> {
    return new Promise((asked) => this.#waiting.push({ part, asked }))
  }

  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}

/** As the manuals of Mender and hawkBit have it: known, and nothing to do. */
function answer(url: string, response: ServerResponse): void {
  if (url.includes('/auth_requests')) {
    response.end('token')
  } else if (url.includes('/controller/')) {
    // hawkBit's own default for how long to wait.
    const nothing = { config: { polling: { sleep: '00:05:00' } } }
    response.writeHead(200, { 'content-type': 'application/hal+json' })
    response.end(JSON.stringify(nothing))
  } else {
    response.writeHead(url.includes('/deployments/') ? 204 : 200).end()
  }
}

export function mender(folder: string, server: PeersServer): IdlePeer {
  const at = (...names: string[]) => join(folder, 'mender', ...names)
  for (const name of ['etc', 'data', 'identity']) mkdirSync(at(name), { recursive: true })
  const identity = at('identity', 'mender-device-identity')
  writeFileSync(identity, '#!/bin/sh\necho mac=02:00:00:00:00:01\n')
  chmodSync(identity, 0o755)
  writeFileSync(at('etc', 'artifact_info'), 'artifact_name=bench-1\n')
  writeFileSync(at('data', 'device_type'), 'device_type=bench\n')
  const settings = {
    ServerURL: server.url,
    ServerCertificate: join(folder, 'cert.pem'),
    // The client's own defaults; without D-Bus it needs less.
    ...{ UpdatePollIntervalSeconds: 1800, InventoryPollIntervalSeconds: 28_800 },
    DBus: { Enabled: false },
  }
  writeFileSync(at('etc', 'mender.conf'), JSON.stringify(settings))
  const mounts = [
    [at('identity'), '/usr/share/mender/identity'],
    [at('etc'), '/etc/mender'],
  ].map(([from, to]) => `mount --bind '${from}' ${to}`)
  const command = [...mounts, `exec mender -d '${at('data')}' --no-syslog daemon`].join(' && ')
  return peer('Mender client', async () => {
    const asked = server.asked('/deployments/next')
    // Mounts of its own: the machine's /etc stays as it is.
    const child = spawn('unshare', ['--mount', 'sh', '-c', command], { stdio: 'ignore' })
    await askedBy(child, asked)
    return child
  })
}

export function suricatta(folder: string, server: PeersServer): IdlePeer {
  const options = `-t default -u ${server.url} -i bench -x`
  const words = ['-H', 'bench:1.0', '-k', join(folder, 'cert.pem'), '-u', options]
  return peer('SWUpdate for hawkBit', async () => {
    const asked = server.asked('/controller/')
    const child = spawn('swupdate', words, {
      ...{ stdio: 'ignore', cwd: folder },
      // Where it makes its sockets.
      env: { ...process.env, TMPDIR: folder },
    })
    await askedBy(child, asked)
    return child
  })
}

async function askedBy(child: ChildProcess, asked: Promise<void>): Promise<void> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${child.spawnfile} ended with ${code} before it asked for updates`)
  })
  await Promise.race([asked, ended])
}

function peer(name: string, run: () => Promise<ChildProcess>): IdlePeer {
  let child: ChildProcess | undefined
  return {
    name,
    start: async () => {
      const startMs = performance.now()
      child = await run()
      return performance.now() - startMs
    },
    pids: () => withChildren(child?.pid ?? 0),
    end: async () => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      for (const pid of withChildren(child.pid ?? 0)) process.kill(pid, 'SIGKILL')
      await exited
    },
  }
}
