/**
 * The owner's page of a running agent: on this machine itself from the start, on the local network
 * only while the owner wants that, and then encrypted. There is no other inbound port.
 */
import { hostname, networkInterfaces } from 'node:os'
import type { LocalRoute } from '../local-api/route.ts'
import type { ActivityLog, Log } from '../ports.ts'
import { TaskQueue } from '../task-queue.ts'
import { Doorkeeper } from './doorkeeper.ts'
import { ensurePageIdentity } from './page-identity.ts'
import { type PageAddress, PageListener } from './page-listener.ts'
import { type Entrance, PageRequests } from './page-requests.ts'
import type { PageSettings } from './page-settings.ts'
import { Pairing } from './pairing.ts'
import { Site } from './site.ts'

/** Both, because a browser may turn `localhost` into either; a machine may have no IPv6. */
const LOOPBACK = ['127.0.0.1', '::1']

export interface PagePlace {
  readonly settings: PageSettings
  /** Pairing code and certificate lie there; a factory reset removes it. */
  readonly folder: string
  /** The code on the device's label, where the factory put one. */
  readonly labelFile: string
}

export interface OwnersPageOptions extends PagePlace {
  readonly device: string
  readonly log: Log
  readonly activity: ActivityLog
  monotonicMs(): number
  reportTries(tries: number): Promise<void>
  /** With what nobody foresaw. */
  onFailed(error: unknown): void
}

interface OpenListener {
  readonly listener: PageListener
  readonly url: string
}

export class OwnersPage {
  readonly #options: OwnersPageOptions
  readonly #pairing: Pairing
  readonly #doorkeeper: Doorkeeper
  readonly #local: OpenListener[] = []
  #requests: PageRequests | undefined
  #network: (OpenListener & { readonly fingerprint: string }) | undefined
  /** Opening and closing, one after the other. */
  readonly #changes = new TaskQueue()
  #closed = false

  private constructor(options: OwnersPageOptions, pairing: Pairing) {
    this.#options = options
    this.#pairing = pairing
    this.#doorkeeper = new Doorkeeper({ ...options, pairing })
  }

  static async prepare(options: OwnersPageOptions): Promise<OwnersPage> {
    return new OwnersPage(options, await Pairing.open(options.folder, options.labelFile))
  }

  /** `routes` are those of the local API; what is not for the page is left out. */
  async open(routes: readonly LocalRoute[], localNetwork: boolean): Promise<void> {
    const { settings, onFailed } = this.#options
    const doorkeeper = this.#doorkeeper
    this.#requests = new PageRequests({ site: new Site(), doorkeeper, routes, onFailed })
    let { port } = settings
    for (const address of LOOPBACK) {
      const opened = await this.#listen({ address, port }, ['localhost'])
      if (opened === undefined) continue
      this.#local.push(opened)
      port = opened.listener.port
    }
    await this.followLocalNetwork(localNetwork)
  }

  /** The owner's wish, whenever it changes. */
  followLocalNetwork(wanted: boolean): Promise<void> {
    return this.#changes.take(async () => {
      if (this.#closed || this.#requests === undefined) return
      if (wanted && this.#network === undefined) await this.#openNetwork()
      if (!wanted && this.#network !== undefined) await this.#closeNetwork()
    })
  }

  /** For the local socket alone: who may read it is who may use `fleetward-agent` on the device. */
  get pairing(): {
    code: string
    urls: string[]
    localNetwork?: { urls: string[]; fingerprint: string }
  } {
    const network = this.#network
    return {
      code: this.#pairing.code,
      urls: this.#local.slice(0, 1).map(({ url }) => url),
      ...(network === undefined
        ? {}
        : { localNetwork: { urls: this.#networkUrls(), fingerprint: network.fingerprint } }),
    }
  }

  async renewCode(): Promise<void> {
    await this.#doorkeeper.renewCode('cli')
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#changes.idle()
    this.#doorkeeper.closeAll()
    await this.#closeNetwork()
    await Promise.all(this.#local.splice(0).map(({ listener }) => listener.close()))
  }

  async #openNetwork(): Promise<void> {
    const { settings, folder, device, log } = this.#options
    const { address, port, hostNames } = settings.localNetwork
    const names = [...hostNames, ...ownHostNames()]
    const addresses = isEveryAddress(address) ? ownAddresses() : [address]
    try {
      const identity = await ensurePageIdentity(folder, device, [...names, ...addresses])
      const opened = await this.#listen({ address, port, identity }, names)
      if (opened !== undefined) {
        this.#network = { ...opened, fingerprint: identity.fingerprint }
      }
    } catch (error) {
      log.write('warning', 'page-unavailable', { address, reason: String(error).slice(0, 200) })
    }
  }

  async #closeNetwork(): Promise<void> {
    const network = this.#network
    this.#network = undefined
    await network?.listener.close()
  }

  async #listen(at: PageAddress, hostNames: readonly string[]): Promise<OpenListener | undefined> {
    const { log } = this.#options
    const entrance: Entrance = { isEncrypted: at.identity !== undefined, hostNames }
    try {
      const listener = await PageListener.open(at, (request, response) => {
        void this.#requests?.answer(request, response, entrance)
      })
      const scheme = entrance.isEncrypted ? 'https' : 'http'
      const host = entrance.isEncrypted ? bracketed(at.address) : 'localhost'
      const url = `${scheme}://${host}:${listener.port}/`
      log.write('info', 'page-open', { address: at.address, port: listener.port, url })
      return { listener, url }
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? String(error)
      log.write('warning', 'page-unavailable', { address: at.address, port: at.port, reason })
      return undefined
    }
  }

  #networkUrls(): string[] {
    const { address, hostNames } = this.#options.settings.localNetwork
    const port = this.#network?.listener.port
    const hosts = isEveryAddress(address) ? ownAddresses() : [address]
    return [...hostNames, ...hosts.map(bracketed)].map((host) => `https://${host}:${port}/`)
  }
}

function isEveryAddress(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

/** As a home's name service or multicast DNS (RFC 6762) calls this machine. */
function ownHostNames(): readonly string[] {
  const name = hostname().toLowerCase()
  const isUsable = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name) && name !== 'localhost'
  return isUsable ? [name, `${name}.local`] : []
}

function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address)
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}
