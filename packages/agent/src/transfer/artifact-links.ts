/**
 * Links past the server (protocol §9.2): to one host that the device's own settings name, over TLS with the roots they
 * name, and without the device's certificate. Where the bytes come from decides nothing; their hashes do.
 */
import type { HttpsClient } from '../connection/https-client.ts'

/** The request header that says which link the device would follow. */
export const FOLLOWS = 'fleetward-follows'
const LINK_MAX_CHARACTERS = 4096

export interface LinkedStore {
  readonly client: HttpsClient
  readonly host: string
  readonly port: number
}

export class ArtifactLinks {
  readonly client: HttpsClient
  readonly #origin: string
  #isBroken = false

  constructor({ client, host, port }: LinkedStore) {
    this.client = client
    this.#origin = new URL(`https://${host}:${port}`).origin
  }

  /** What to tell the server; nothing after a link failed: from then on the bytes come through it. */
  get header(): Readonly<Record<string, string>> {
    return this.#isBroken ? {} : { [FOLLOWS]: new URL(this.#origin).host }
  }

  /** The link, if it leads where this device may go. */
  allowed(location: string): URL | undefined {
    if (location.length > LINK_MAX_CHARACTERS || !URL.canParse(location)) return undefined
    const url = new URL(location)
    const isPlain = url.username === '' && url.password === ''
    return url.origin === this.#origin && isPlain ? url : undefined
  }

  /** The store could not be reached or did not give the bytes: the next try does without. */
  broken(): void {
    this.#isBroken = true
  }
}
