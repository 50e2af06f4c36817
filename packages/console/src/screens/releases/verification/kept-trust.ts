/** What this browser keeps of a product's root: in its own storage, where no server reaches. */
import type { KeptTrust } from './verdict.ts'

const keyOf = (product: string) => `fleetward-root-${product}`

/** Thrown, and never taken for a first time: whoever spoils what is kept must not become trusted by it. */
export class KeptUnreadable extends Error {}

export function keptTrust(product: string): KeptTrust | undefined {
  const text = localStorage.getItem(keyOf(product))
  if (text === null) return undefined
  try {
    const { firstSeenAt, firstKeys, root, timestamp, snapshot } = JSON.parse(text)
    const isKeys = Array.isArray(firstKeys) && firstKeys.every((one) => typeof one === 'string')
    if (typeof firstSeenAt !== 'number' || !isKeys) throw new Error('not of its form')
    const [at, first] = [firstSeenAt, firstKeys as string[]]
    return {
      ...{ firstSeenAt: at, firstKeys: first, root: Uint8Array.fromBase64(root) },
      timestamp: Uint8Array.fromBase64(timestamp),
      snapshot: Uint8Array.fromBase64(snapshot),
    }
  } catch (cause) {
    throw new KeptUnreadable('What this browser kept of the root cannot be read', { cause })
  }
}

export function keepTrust(product: string, { root, timestamp, snapshot, ...first }: KeptTrust) {
  const text = JSON.stringify({
    ...{ ...first, root: root.toBase64() },
    ...{ timestamp: timestamp.toBase64(), snapshot: snapshot.toBase64() },
  })
  localStorage.setItem(keyOf(product), text)
}

export function forgetTrust(product: string): void {
  localStorage.removeItem(keyOf(product))
}
