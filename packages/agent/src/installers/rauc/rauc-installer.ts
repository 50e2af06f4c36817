/**
 * The `rauc` installer: what the release keys signed is a RAUC bundle, which the installed RAUC writes into its
 * other slot (its `system.conf` says `activate-installed=false`, so that arming stays a step of ours). RAUC checks
 * the bundle's own signature besides.
 */
import { createHash } from 'node:crypto'
import { onDisk } from '@fleetward/platform'
import { DeviceError, TrustError, type VerifiedRelease } from '@fleetward/shared'
import type { Installer, SlotContents, SlotName } from '../../ports.ts'
import { openArtifact } from '../../transfer/open-artifact.ts'
import { artifactPath } from '../../transfer/partial-artifact.ts'
import { findImageRecord, markBootable, markNotBootable } from '../raw-image/image-record.ts'
import { callRauc, type RaucOptions } from './rauc-call.ts'
import { raucSlot } from './rauc-status.ts'

/** A large image on a slow flash. */
const INSTALL_TIME_LIMIT_MS = 3_600_000
const READ_BYTES = 1024 * 1024

export interface RaucInstallerOptions {
  readonly rauc: RaucOptions
  readonly slotsFolder: string
  /** Where the transfer left the artifact; nobody else may write there. */
  readonly downloadFolder: string
  readonly selfTest: readonly string[]
  /** Refuses the slot that runs and the permanent one; from then on `slot` is not booted. */
  forbid(slot: SlotName): Promise<void>
}

export class RaucInstaller implements Installer {
  readonly #options: RaucInstallerOptions

  constructor(options: RaucInstallerOptions) {
    this.#options = options
  }

  async write(
    release: VerifiedRelease,
    slot: SlotName,
    { signal }: { signal: AbortSignal },
  ): Promise<void> {
    const { installer, format, sha256, path } = release
    if (installer !== 'rauc' || format !== 'raucb') {
      throw new TrustError('RELEASE_FORMAT_UNSUPPORTED', { installer, format })
    }
    const { rauc, slotsFolder, downloadFolder, forbid } = this.#options
    await forbid(slot)
    if ((await raucSlot(rauc, slot)).isBooted) {
      throw new DeviceError('SLOT_WRITE_FAILED', { slot, reason: 'RAUC says the slot is booted' })
    }
    await markNotBootable(slotsFolder, slot)
    const bundle = artifactPath(downloadFolder, sha256)
    await requireDigest(bundle, release, signal)
    await callRauc(rauc, ['install', bundle], { timeLimitMs: INSTALL_TIME_LIMIT_MS, signal })
    const { installed } = await raucSlot(rauc, slot)
    // RAUC chose the slot itself; the version inside is what its own signature covers.
    if (installed?.version !== release.version) {
      const seen = installed?.version ?? 'nothing'
      throw new DeviceError('SLOT_WRITE_FAILED', { slot, expected: release.version, seen })
    }
    const { version, securityCounter, installedSize: length } = release
    const record = { release: path, version, securityCounter, length, sha256: installed.sha256 }
    await markBootable(slotsFolder, slot, record)
  }

  async contents(slot: SlotName): Promise<SlotContents | undefined> {
    const { rauc, slotsFolder, selfTest } = this.#options
    const record = await findImageRecord(slotsFolder, slot)
    if (record === undefined) return undefined
    const { version, securityCounter } = record
    const contents = { version, securityCounter, folder: '/', start: [], selfTest }
    // What runs came up by itself; the factory wrote it without RAUC's knowing.
    if (record.release === 'factory') return contents
    const { installed } = await raucSlot(rauc, slot)
    return installed?.sha256 === record.sha256 ? contents : undefined
  }
}

/** Once more: hours may lie between the download and the window in which it is installed. */
async function requireDigest(
  path: string,
  { sha256, length }: VerifiedRelease,
  signal: AbortSignal,
): Promise<void> {
  const seen = await measureFile(path, signal)
  if (seen.length !== length) {
    throw new TrustError('LENGTH_MISMATCH', { expected: length, seen: seen.length })
  }
  if (seen.sha256 !== sha256) {
    throw new TrustError('DIGEST_MISMATCH', { expected: sha256, seen: seen.sha256 })
  }
}

/** Never through a link. */
export async function measureFile(
  path: string,
  signal?: AbortSignal,
): Promise<{ length: number; sha256: string }> {
  const file = await openArtifact(path)
  try {
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
    let length = 0
    for (;;) {
      signal?.throwIfAborted()
      const { bytesRead } = await onDisk(path, () => file.read(buffer, 0, READ_BYTES, null))
      if (bytesRead === 0) return { length, sha256: hash.digest('hex') }
      length += bytesRead
      hash.update(buffer.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
}
