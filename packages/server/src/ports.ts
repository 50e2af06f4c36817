/**
 * What the parts of the server need from each other. The core (products, releases, rollouts,
 * publishing) knows no broker and no device; the edge (enrolment, broker, devices, listeners) knows
 * no release. They meet here, and server.ts puts them together.
 */
import type { SigningKey } from '@fleetward/platform'
import type { Router } from 'express'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import type { Actor } from './accounts/actor.ts'
import type { Tables } from './adapters/sql/database.ts'
import type { BrokerHealth } from './broker/broker-health.ts'
import type { Instances } from './instances/instances.ts'
import type { Seal } from './secrets/seal.ts'
import type { Settings } from './settings.ts'
import type { Stores } from './stores.ts'
import type { ServerCertificate } from './tls/server-certificate.ts'

/** The time; tests set it. */
export interface Clock {
  now(): Date
}

/** Since 1970, whole ones that are over: how times are kept and told. */
export function secondsOf(clock: Clock): number {
  return Math.floor(clock.now().getTime() / 1000)
}

// ---- what the core offers the edge

export interface ProductDirectory {
  find(product: string): Promise<{ readonly id: string } | undefined>
}

/** Bytes on their way out of the store. */
export interface ArtifactReading {
  /** Fills the beginning of the buffer with what comes next, and says how much it was; 0 after the last byte. */
  read(buffer: Buffer): Promise<number>
  close(): Promise<void>
}

export interface StoredArtifact {
  readonly length: number
  /** From `first` to `last`, both included. The bytes never change: their name is their digest. */
  read(first: number, last: number): Promise<ArtifactReading>
  /** Where whoever can follow a link gets the bytes past this server, for a short while. */
  link?(): Promise<string>
}

export interface ArtifactStore {
  /** What is stored complete and verified under this digest (lower-case hex). */
  find(sha256: string): Promise<StoredArtifact | undefined>
}

export interface PublishedMetadata {
  /** By TUF's file name: `3.root.json`, `timestamp.json`, `7.security.json`. */
  find(product: string, fileName: string): Promise<Uint8Array | undefined>
}

export interface PublishedFile {
  readonly path: string
  readonly sha256: string
  readonly length: number
  /** `artifact` is served publicly only where `publicDownload` says so (protocol §9.1). */
  readonly kind: 'artifact' | 'chunks' | 'sbom' | 'trust'
}

/** Files that published metadata lists, or listed once: their bytes stay. */
export interface PublishedFiles {
  /** By target path (without the digest that consistent snapshots put before the name). */
  find(product: string, path: string, sha256: string): Promise<PublishedFile | undefined>
  /** By digest alone, as in `/artifacts/{sha256}`. */
  findByDigest(product: string, sha256: string): Promise<PublishedFile | undefined>
}

export interface CurrentManifests {
  /** The manifest token last signed for `<product>/cohorts/<cohort>` or `…/devices/<device>`. */
  find(audience: string): Promise<string | undefined>
}

export interface CommandKeys {
  /** The key of `trust/commands.jwks` and its `kid`. */
  commandKey(product: string): Promise<{ readonly kid: string; readonly key: SigningKey }>
}

/** What rollouts want to know of the fleet, in the transaction that changes it. */
export interface CohortDoor {
  /**
   * The device belongs to this cohort from now on: it enrolled, or was assigned. Rollouts under way may keep it from
   * the cohort's manifests until its turn.
   */
  joined(stores: Stores, device: JoiningDevice): Promise<void>
  /** These cohorts have other devices from now on than those for which rollouts were approved. */
  reachChanged(stores: Stores, change: ReachChange): Promise<void>
}

export interface ReachChange {
  readonly product: string
  readonly cohorts: readonly string[]
  /** Rollouts that have begun too, not only those that have yet to. */
  readonly begunToo: boolean
  readonly by: Actor
  /** Seconds since 1970. */
  readonly at: number
  readonly requestId?: string | undefined
}

export interface JoiningDevice {
  readonly product: string
  readonly device: string
  readonly cohort: string
  /** Seconds since 1970. */
  readonly at: number
}

export interface EdgeNeeds {
  readonly instances: Instances
  readonly settings: Settings
  readonly database: Kysely<Tables>
  readonly clock: Clock
  readonly log: Logger
  readonly products: ProductDirectory
  readonly artifacts: ArtifactStore
  readonly metadata: PublishedMetadata
  readonly files: PublishedFiles
  readonly manifests: CurrentManifests
  readonly keys: CommandKeys
  readonly seal: Seal
  readonly cohortDoor?: CohortDoor | undefined
}

// ---- what the edge offers the core

export interface ManifestPublisher {
  /**
   * Retains the token on the topic, QoS 1; `''` clears it. Resolves once the broker has it and
   * rejects when it has not: the core tries again, and publishes everything anew at each start.
   */
  publishRetained(topic: string, token: string): Promise<void>

  /**
   * Called whenever the broker can be reached again, and at once when it can be now: what it had
   * retained before, it may have forgotten.
   */
  whenBack(listener: () => void): void
}

/** PEM; what the manufacturer puts under `trust/` and into the factory pack. */
export interface TrustAnchors {
  /** What `trust/fleet-ca.pem` is to hold now: while a fleet CA takes over from another, both. */
  fleetCaPem(): Promise<string>
  readonly serverCaPem: string
}

/**
 * The running edge. Its `operatorRoutes` are mounted below `/api/1/products/:product` (routers with
 * `mergeParams: true`), behind the administrator's token and after the check that the product exists.
 */
export interface Edge {
  readonly anchors: TrustAnchors
  readonly publisher: ManifestPublisher
  /** For readiness. */
  readonly broker: { health(): BrokerHealth }
  /** A device that a rollout held may read its cohort's manifests from now on, and is told so. */
  letIn(product: string, device: string, cohort: string): void
  /** The cohort's manifests are closed to the device: what it subscribed to must not reach it any more. */
  shut(product: string, device: string): void
  readonly operatorRoutes: readonly Router[]
  /** Paths as in the document, below `/api/1`: `/products/{product}/devices`. */
  readonly openApiPaths: readonly ZodOpenApiPathsObject[]
  readonly ports: { readonly public: number; readonly device: number; readonly mqtt: number }
  /** What devices meet on every listener; made anew when it is due. */
  serverCertificate(): Promise<ServerCertificate>
  /** Reports taken and not written yet. */
  reportsWaiting(): number
  /** Takes over what changed in the keys and certificates of the database: connections go on. */
  refresh(): Promise<void>
  stop(): Promise<void>
}

/** edge.ts exports it. */
export type StartEdge = (needs: EdgeNeeds) => Promise<Edge>
