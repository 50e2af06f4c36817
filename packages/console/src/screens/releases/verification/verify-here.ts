/** Verifies a release with the bytes that the server publishes, in this browser. Loaded when a release is looked at. */
import { call } from '../../../api/call.ts'
import type { ReleaseInFull } from '../../../api/operator-api.gen.ts'
import { Refused } from '../../../api/refused.ts'
import { KeptUnreadable, keepTrust, keptTrust } from './kept-trust.ts'
import type { Verdict } from './verdict.ts'
import { verifyRelease } from './verify-release.ts'

export async function verifyHere(product: string, shown: ReleaseInFull): Promise<Verdict> {
  const now = new Date()
  try {
    const kept = keptTrust(product)
    const fetchFile = (file: string) => fetched(product, file)
    const verdict = await verifyRelease({ product, shown, fetchFile, kept, now })
    if (verdict.outcome !== 'refused') keepTrust(product, verdict.keep)
    return verdict
  } catch (error) {
    if (!(error instanceof KeptUnreadable)) throw error
    const first = { firstKeys: [], firstSeenAt: 0, isFirstUse: false, steps: [] }
    return { ...first, outcome: 'refused', step: 'kept', code: 'KEPT_UNREADABLE', facts: {} }
  }
}

async function fetched(product: string, file: string): Promise<Uint8Array | undefined> {
  try {
    const { value } = await call('GET /products/{product}/metadata/files/{file}', {
      path: { product, file },
    })
    return new Uint8Array(await value.arrayBuffer())
  } catch (error) {
    if (error instanceof Refused && error.code === 'NO_SUCH_METADATA') return undefined
    throw error
  }
}
