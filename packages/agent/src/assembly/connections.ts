/** The ways to the server: as anybody, and as this device once it has an identity. */
import { TransferError } from '@fleetward/shared'
import { type ClientIdentity, HttpsClient } from '../connection/https-client.ts'
import type { HttpProxy } from '../connection/tunnel.ts'

/** PEM, and the proxy that everything goes through. */
export interface ConnectionNeeds {
  readonly ca: string
  readonly proxy: HttpProxy | undefined
  /** Of a store that the server may send the device to. */
  readonly linkCa?: string | undefined
}

export class Connections {
  readonly publicClient: HttpsClient
  readonly deviceClient: HttpsClient
  /** Shows nobody who this device is. */
  readonly linkClient: HttpsClient | undefined
  #identity: ClientIdentity | undefined

  constructor({ ca, proxy, linkCa }: ConnectionNeeds) {
    this.publicClient = new HttpsClient({ ca, proxy })
    this.deviceClient = new HttpsClient({ ca, proxy, identity: () => this.requireIdentity() })
    this.linkClient = linkCa === undefined ? undefined : new HttpsClient({ ca: linkCa, proxy })
  }

  /** SERVER_UNREACHABLE before the device is enrolled. */
  requireIdentity(): ClientIdentity {
    if (this.#identity !== undefined) return this.#identity
    throw new TransferError('SERVER_UNREACHABLE', { reason: 'not enrolled yet' })
  }

  /** The first, or the next one after a renewal. Whether it is the first. */
  take(identity: ClientIdentity): boolean {
    const isFirst = this.#identity === undefined
    this.#identity = identity
    return isFirst
  }

  close(): void {
    this.publicClient.close()
    this.deviceClient.close()
    this.linkClient?.close()
  }
}
