/**
 * What a device verifies, verified again by whoever reads it: root chain, timestamp, snapshot, targets, the role that
 * signed the release, and whether what the server shows is what was signed (TUF 5.3 to 5.7, protocol §3). The root of
 * the first time is kept; later ones count when a chain that it signed leads to them.
 */
import {
  metadataFileName,
  metaNameOf,
  parseMetadata,
  type Root,
  requireRelease,
  roleKeysIn,
  searchTarget,
  sha256Hex,
  type TargetFile,
  TrustError,
  TrustedMetadata,
} from '@fleetward/shared'
import type { ReleaseInFull } from '../../../api/operator-api.gen.ts'
import { BrowserVerifier } from './browser-verifier.ts'
import { shownOtherwise } from './shown-as-signed.ts'
import type { KeptTrust, Step, StepName, Verdict } from './verdict.ts'

export interface Verification {
  readonly product: string
  readonly shown: ReleaseInFull
  /** A published file by its TUF name; undefined: there is none. */
  readonly fetchFile: (name: string) => Promise<Uint8Array | undefined>
  readonly kept: KeptTrust | undefined
  readonly now: Date
}

/** A chain as long as nobody's: an endless one would keep the page walking. */
const ROOTS_MAX_COUNT = 256

export async function verifyRelease(asked: Verification): Promise<Verdict> {
  const walk = new Walk(asked)
  try {
    return await walk.run()
  } catch (error) {
    if (!(error instanceof TrustError) && !(error instanceof Refusal)) throw error
    const { code, facts } = error
    return { ...walk.about(), outcome: 'refused', step: walk.step, code, facts }
  }
}

/** What TUF has no code for. */
class Refusal extends Error {
  readonly code: string
  readonly facts: Readonly<Record<string, string | number | boolean>>

  constructor(code: string, facts: Readonly<Record<string, string | number | boolean>> = {}) {
    super(code)
    this.code = code
    this.facts = facts
  }
}

class Walk {
  step: StepName = 'root'
  readonly #asked: Verification
  readonly #verifier = new BrowserVerifier()
  readonly #steps: Step[] = []
  #first: Pick<KeptTrust, 'firstSeenAt' | 'firstKeys'>

  constructor(asked: Verification) {
    this.#asked = asked
    const { firstSeenAt = Math.floor(asked.now.getTime() / 1000), firstKeys = [] } =
      asked.kept ?? {}
    this.#first = { firstSeenAt, firstKeys }
  }

  about() {
    return { steps: this.#steps, isFirstUse: this.#asked.kept === undefined, ...this.#first }
  }

  async run(): Promise<Verdict> {
    const { product, shown } = this.#asked
    const { trusted, root } = await this.#root()
    const timestamp = await this.#timestamp(trusted)
    const snapshot = await this.#snapshot(trusted)
    const file = await this.#targetFile(trusted, shown.path)
    this.step = 'release'
    const keep = { ...this.#first, root, timestamp, snapshot }
    if (file === undefined) {
      if (shown.listed) throw new TrustError('TARGET_NOT_FOUND', { path: shown.path })
      return { ...this.about(), outcome: 'not-listed', keep }
    }
    const release = requireRelease(file, product)
    const fields = shownOtherwise(release, shown)
    if (fields.length > 0) throw new Refusal('SHOWN_OTHERWISE', { fields: fields.join(', ') })
    return { ...this.about(), outcome: 'verified', release, keep }
  }

  async #root(): Promise<{ readonly trusted: TrustedMetadata; readonly root: Uint8Array }> {
    const { kept, now } = this.#asked
    let root = kept?.root ?? (await this.#fetched(metadataFileName('root', 1)))
    const start = root
    let { value: trusted, signers } = await this.#verifier.settle(
      () => new TrustedMetadata(start, { verifier: this.#verifier, now }),
    )
    if (kept === undefined) this.#first = { ...this.#first, firstKeys: rootKeys(trusted.root) }
    else await this.#requireSameRoot(trusted.root, start)
    for (let count = 0; ; count += 1) {
      const next = await this.#asked.fetchFile(metadataFileName('root', trusted.root.version + 1))
      if (next === undefined) break
      if (count >= ROOTS_MAX_COUNT) throw new Refusal('ROOTS_WITHOUT_END')
      try {
        ;({ signers } = await this.#verifier.settle(() => trusted.updateRoot(next)))
      } catch (error) {
        if (kept === undefined || !(error instanceof TrustError)) throw error
        throw new Refusal('ROOT_STRANGE', { because: error.code })
      }
      root = next
    }
    trusted.finishRoot()
    this.#passed('root', trusted.root, trusted.root.roles.root.threshold, signers)
    return { trusted, root }
  }

  /** A server that was set up anew has another root of the same number, and no chain leads to it. */
  async #requireSameRoot({ version }: Root, kept: Uint8Array): Promise<void> {
    const now = await this.#asked.fetchFile(metadataFileName('root', version))
    const isSame = now !== undefined && signedDigest(now) === signedDigest(kept)
    if (!isSame) throw new Refusal('ROOT_STRANGE', { version })
  }

  async #timestamp(trusted: TrustedMetadata): Promise<Uint8Array> {
    this.step = 'timestamp'
    const { kept } = this.#asked
    // TUF 5.3.11: after a stolen online key what it signed is no measure of what is newer.
    if (kept !== undefined && !trusted.onlineKeyRevoked) {
      await this.#remembered(() => trusted.updateTimestamp(kept.timestamp, { trusted: true }))
    }
    const bytes = await this.#fetched('timestamp.json')
    const { signers } = await this.#verifier.settle(() => trusted.updateTimestamp(bytes))
    const { timestamp } = trusted
    if (timestamp === undefined) throw new Error('the timestamp was not adopted')
    this.#passed('timestamp', timestamp, trusted.root.roles.timestamp.threshold, signers)
    return bytes
  }

  async #snapshot(trusted: TrustedMetadata): Promise<Uint8Array> {
    this.step = 'snapshot'
    const { kept } = this.#asked
    if (kept !== undefined && !trusted.onlineKeyRevoked) {
      await this.#remembered(() => trusted.updateSnapshot(kept.snapshot, { trusted: true }))
    }
    const version = trusted.timestamp?.snapshot.version
    const bytes = await this.#fetched(metadataFileName('snapshot', version))
    const { signers } = await this.#verifier.settle(() => trusted.updateSnapshot(bytes))
    const { snapshot } = trusted
    if (snapshot === undefined) throw new Error('the snapshot was not adopted')
    this.#passed('snapshot', snapshot, trusted.root.roles.snapshot.threshold, signers)
    return bytes
  }

  async #targetFile(trusted: TrustedMetadata, path: string): Promise<TargetFile | undefined> {
    const search = searchTarget(trusted, path)
    for (let next = search.next(); ; next = search.next()) {
      if (next.done === true) return next.value
      const { role, delegator } = next.value
      this.step = role === 'targets' ? 'targets' : 'role'
      const announced = trusted.snapshot?.meta.get(metaNameOf(role))
      if (announced === undefined) throw new TrustError('ROLE_MISSING', { role, in: 'snapshot' })
      const bytes = await this.#fetched(metadataFileName(role, announced.version))
      const { signers } = await this.#verifier.settle(() =>
        trusted.updateTargets(role, delegator, bytes),
      )
      const above = delegator === 'root' ? trusted.root : trusted.targets(delegator)
      const signed = trusted.targets(role, delegator)
      if (signed === undefined) throw new Error(`${role} was not adopted`)
      const threshold = above === undefined ? 0 : (roleKeysIn(above, role)?.threshold ?? 0)
      this.#passed(this.step, signed, threshold, signers, role)
    }
  }

  /** TUF 5.4 and 5.5: what is kept may be expired or signed by older keys; then it counts for nothing. */
  async #remembered(adopt: () => unknown): Promise<void> {
    try {
      await this.#verifier.settle(adopt)
    } catch (error) {
      if (!(error instanceof TrustError)) throw error
    }
  }

  async #fetched(name: string): Promise<Uint8Array> {
    const bytes = await this.#asked.fetchFile(name)
    if (bytes === undefined) throw new Refusal('FILE_MISSING', { file: name })
    return bytes
  }

  #passed(
    name: StepName,
    signed: { readonly version: number; readonly expires: Date },
    threshold: number,
    signers: readonly string[],
    role: string = name,
  ): void {
    const { version } = signed
    const expires = Math.floor(signed.expires.getTime() / 1000)
    this.#steps.push({ name, role, version, threshold, signers, expires })
  }
}

function rootKeys(root: Root): readonly string[] {
  return root.roles.root.keyIds
}

function signedDigest(bytes: Uint8Array): string {
  return sha256Hex(parseMetadata('root', bytes).signedBytes)
}
