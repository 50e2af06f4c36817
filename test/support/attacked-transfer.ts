/** A real transfer against a server that misbehaves. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { VerifiedRelease } from '@fleetward/shared'
import {
  HttpsClient,
  type HttpsClientOptions,
} from '../../packages/agent/src/connection/https-client.ts'
import type { HttpsLimits } from '../../packages/agent/src/connection/https-limits.ts'
import { HttpsTransfer } from '../../packages/agent/src/transfer/https-transfer.ts'
import { artifactPath } from '../../packages/agent/src/transfer/partial-artifact.ts'
import { ArtifactServer } from './artifact-server.ts'
import { releaseOf } from './slot-artifact.ts'
import { TestAuthority } from './test-certificates.ts'

export class AttackedTransfer {
  readonly server: ArtifactServer
  readonly release: VerifiedRelease
  readonly path: string
  readonly #folder: string
  readonly #client: HttpsClient
  readonly #transfer: HttpsTransfer

  private constructor(
    server: ArtifactServer,
    folder: string,
    { ca, identity }: Pick<HttpsClientOptions, 'ca' | 'identity'>,
    { release, chunkList }: ReturnType<typeof releaseOf>,
    limits: Partial<HttpsLimits>,
  ) {
    this.server = server
    this.release = release
    this.#folder = folder
    this.path = artifactPath(join(folder, 'download'), release.sha256)
    this.#client = new HttpsClient({ ca, identity, limits })
    this.#transfer = new HttpsTransfer({
      client: this.#client,
      server: server.url,
      folder: join(folder, 'download'),
      fetchTarget: async () => chunkList,
    })
  }

  static async create(
    bytes: Uint8Array,
    limits: Partial<HttpsLimits> = {},
  ): Promise<AttackedTransfer> {
    const authority = await TestAuthority.create()
    const server = await ArtifactServer.start(bytes, await authority.server(), authority.pem)
    const folder = await mkdtemp(join(tmpdir(), 'fleetward-attack-'))
    const device = await authority.device('lumen-g1', 'G1-0001')
    const trust = { ca: authority.pem, identity: () => device }
    return new AttackedTransfer(server, folder, trust, releaseOf(bytes), limits)
  }

  fetch(): Promise<void> {
    const { signal } = new AbortController()
    return this.#transfer.fetch(this.release, { signal, onProgress: () => {} })
  }

  async end(): Promise<void> {
    this.#client.close()
    await this.server.stop()
    await rm(this.#folder, { recursive: true })
  }
}
